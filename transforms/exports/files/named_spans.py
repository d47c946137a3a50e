"""Days, weeks, months, quarters and years that the named groups of a pattern say."""

import calendar
from collections.abc import Mapping
from datetime import date, timedelta

from expectations.layout import Period
from expectations.months import last_of_month, stretch_of_months

Parts = Mapping[str, str]

MONTH_NAMES = {name.lower(): n for n, name in enumerate(calendar.month_name) if name}
MONTH_NAMES |= {name.lower(): n for n, name in enumerate(calendar.month_abbr) if name}
ORDINALS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "상": 1, "하": 2, "전": 1, "후": 2, "上": 1, "下": 2}
"""What a quarter or a half is called beside its number: 2024 상반기, IV/2024."""
ERAS = {"year": 0, "year2": 2000, "year_roc": 1911, "year_buddhist": -543}
"""Years to add to what a group says, so that it is one of the common era."""
EARLIEST = 1900
"""Before it no export was made: 113 is a year of another era, 24 one of two digits."""
TO = "to_"
MONTHS_OF = {"quarter": 3, "half_year": 6}
DECEMBER = 12
UNLIKE = {name: group for group in (tuple(ERAS), ("month", "month_name")) for name in group}
"""Groups that say the same: a stretch's end takes its year from one of them alone."""


def span(period: Period, parts: Parts) -> tuple[date, date]:
    """First and last day that the groups say; the last day of the calendar where it is the day the file was made.

    Raises:
        ValueError: The calendar has no such day, or the end lies before the beginning.
        KeyError: A group is missing.
        OverflowError: A number is beyond every calendar.
    """
    start = {name: text for name, text in parts.items() if not name.startswith(TO)}
    end = {name.removeprefix(TO): text for name, text in parts.items() if name.startswith(TO)}
    first, last = _span(period, start)
    if end:
        told = {name: text for name, text in start.items() if not set(UNLIKE.get(name, (name,))) & set(end)}
        last = _ending(end, told | end) if period.covers == "to_date" else _span(period, told | end)[1]
    if last < first:
        raise ValueError("the end lies before the beginning")
    return first, last


def day_of(parts: Parts) -> date:
    """The day that the groups say; raises as `span` does."""
    return date(_year(parts), _month(parts), int(parts["day"]))


def week_start(day: date, period: Period) -> date:
    """First day of the week a day lies in, as the layout numbers weeks."""
    past = day.weekday() if period.weeks == "iso" else (day.weekday() + 1) % 7
    return day - timedelta(days=past)


def _year(parts: Parts) -> int:
    group = next((name for name in ERAS if parts.get(name)), "year")
    year = int(parts[group]) + ERAS[group]
    if year < EARLIEST:
        raise ValueError(f"no export is of the year {year}")
    return year


def _month(parts: Parts) -> int:
    return int(parts["month"]) if parts.get("month") else MONTH_NAMES[parts["month_name"].lower()]


def _ordinal(text: str) -> int:
    return ORDINALS.get(text.lower()) or int(text)


def _span(period: Period, parts: Parts) -> tuple[date, date]:
    year = _year(parts)
    if period.covers == "week":
        start = _numbered_week(year, int(parts["week"]), period)
        return start, start + timedelta(days=6)
    if period.covers == "year":
        return date(year, 1, 1), date(year, DECEMBER, 31)
    if period.covers in MONTHS_OF:
        number = MONTHS_OF[period.covers]
        part = _ordinal(parts["quarter" if period.covers == "quarter" else "half"])
        return stretch_of_months(date(year, (part - 1) * number + 1, 1), number)
    if period.covers == "to_date":
        month = _month(parts) if parts.keys() & {"month", "month_name"} else 1
        first = date(year, month, int(parts.get("day", 1)))
        return first, _until(period, first, parts)
    first = date(year, _month(parts), 1)
    if period.covers == "month":
        return first, last_of_month(first)
    return day_of(parts), day_of(parts)


def _until(period: Period, first: date, parts: Parts) -> date:
    """Where a file that covers everything to its own day ends at the latest: a closed year's says nothing of the next.

    A name that gives a month is of that month; one that gives a day says where it begins, and is of that day's year.
    """
    if period.until == "exported":
        return date.max
    gives_month = bool(parts.keys() & {"month", "month_name"}) and not parts.get("day")
    if period.until == "month" or (period.until == "named" and gives_month):
        return last_of_month(first)
    return date(first.year, DECEMBER, 31)


def _ending(named: Parts, parts: Parts) -> date:
    """Last day of the day, month or year that the groups of an end name."""
    if named.get("day"):
        return day_of(parts)
    if named.keys() & {"month", "month_name"}:
        return last_of_month(date(_year(parts), _month(parts), 1))
    return date(_year(parts), DECEMBER, 31)


def _numbered_week(year: int, week: int, period: Period) -> date:
    if period.weeks == "iso":
        return date.fromisocalendar(year, week, 1)
    last = 54
    if not 1 <= week <= last:
        raise ValueError(f"a year has no week {week}")
    return week_start(date(year, 1, 1), period) + timedelta(weeks=week - 1)
