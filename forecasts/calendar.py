"""Months as the engine sees them: their length and the feasts that move between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from expectations.field_faults import FieldFault
from expectations.months import YEAR, first_of_month, last_of_month

CHECKED_YEAR = 2024
STANDARD_MONTH_DAYS = 365.2425 / YEAR
"""Days of the month every count is scaled to before a model sees it: March is 11 % longer than February."""
WEEKDAY_EFFECT = 0.005
"""Prior standard deviation of what one more day of a weekday does to its month, as a share of the month's count."""
FEAST_EFFECT = 0.01
"""The same for one day of a moving feast: a month's thirtieth may lose or gain about a third."""


def days_in(months: Sequence[date]) -> np.ndarray:
    """Length of each month in days; not to be written to."""
    return _days_in(tuple(months))


@lru_cache(maxsize=512)
def _days_in(months: tuple[date, ...]) -> np.ndarray:
    return _kept(np.array([last_of_month(month).day for month in months], dtype=float))


def _kept(values: np.ndarray) -> np.ndarray:
    """An array that is handed out more than once: nobody may write to it."""
    values.flags.writeable = False
    return values


def standard_months(months: Sequence[date]) -> np.ndarray:
    """Length of each month in standard months: divide a count by it, multiply a forecast by it."""
    return days_in(months) / STANDARD_MONTH_DAYS


def weekdays_beyond_their_share(months: Sequence[date], weekdays: frozenset[int]) -> np.ndarray:
    """Days of each month on these weekdays (Monday is 0), less what a month of its length has on average."""
    days = days_in(months)
    first = np.array([month.weekday() for month in months])
    # The first four weeks have each weekday four times; the days after them begin anew with the first one's weekday.
    more = np.zeros(len(months))
    for extra in range(3):
        more += (days > 28 + extra) & np.isin((first + extra) % 7, list(weekdays))
    return 4.0 * len(weekdays) + more - days * len(weekdays) / 7


@dataclass(frozen=True)
class Calendar:
    """What is known of any month before it comes: for now, how many days of a moving feast fall into it.

    Attributes:
        country: ISO code whose public holidays count ("KR"), or None for none.
    """

    country: str | None = None

    def effects(self, months: Sequence[date]) -> np.ndarray:
        """What the calendar may do to the logarithm of a month's daily rate: one row a month, one column an effect.

        Friday to Sunday, Saturdays, and each moving feast of the country, every column scaled by the prior standard
        deviation of one day's effect, so that the covariance between months is `effects @ effects.T`. Not to be
        written to.
        """
        return _effects(self, tuple(months))

    def moving_holiday_days(self, months: Sequence[date]) -> dict[str, np.ndarray]:
        """Days of each moving feast in each month; empty without a country or where no feast changed its month.

        Only feasts that fall into different months in different years (설날, 추석, Good Friday) can tell a model more
        than the month of the year does. The days beside a feast and its substitute days count with it: their names
        contain the feast's.

        Args:
            months: consecutive months, history and future together, so that both get the same columns.

        Raises:
            FieldFault: the country is not one the package `holidays` knows.
        """
        if self.country is None or not months:
            return {}
        named = public_holidays(self.country, months[0].year, months[-1].year)
        wanted = set(months)
        columns = {}
        for feast in _moving_feasts(named):
            days = [first_of_month(day) for day, name in named if feast in name and first_of_month(day) in wanted]
            columns[feast] = np.array([float(days.count(month)) for month in months])
        return {feast: column for feast, column in columns.items() if column.any()}


@lru_cache(maxsize=256)
def _effects(calendar: Calendar, months: tuple[date, ...]) -> np.ndarray:
    columns = [
        WEEKDAY_EFFECT * weekdays_beyond_their_share(months, frozenset({4, 5, 6})),
        WEEKDAY_EFFECT * weekdays_beyond_their_share(months, frozenset({5})),
        *(FEAST_EFFECT * days for days in calendar.moving_holiday_days(months).values()),
    ]
    return _kept(np.column_stack(columns))


def check_country(country: str | None) -> None:
    """Stop before anything is computed where a country's holidays are not known.

    Raises:
        FieldFault: The package `holidays` knows no such country.
    """
    if country is not None:
        public_holidays(country, CHECKED_YEAR, CHECKED_YEAR)


@lru_cache(maxsize=256)
def public_holidays(country: str, first_year: int, last_year: int) -> tuple[tuple[date, str], ...]:
    """(day, name) of every public holiday in these years, in order, one entry for each name of a day."""
    import holidays

    years = range(first_year, last_year + 1)
    try:
        # English, because the package otherwise takes its language from the environment.
        found = holidays.country_holidays(country, years=years, language="en_US")
    except NotImplementedError as error:
        raise FieldFault("toml_country", found=country) from error
    return tuple(sorted((day, name.strip()) for day, names in found.items() for name in names.split(";")))


def _moving_feasts(named: Sequence[tuple[date, str]]) -> list[str]:
    """Names of the feasts that come once a year, every year, and not always in the same month."""
    years = {day.year for day, _ in named}
    days_of: dict[str, list[date]] = {}
    for day, name in named:
        days_of.setdefault(name, []).append(day)
    yearly = {
        name
        for name, days in days_of.items()
        if len(days) == len(years) and {day.year for day in days} == years and len({day.month for day in days}) > 1
    }
    return sorted(name for name in yearly if not any(other != name and other in name for other in yearly))
