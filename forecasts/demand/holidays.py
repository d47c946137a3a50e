"""What a public holiday does to calls: its hours in earlier years beside ordinary days of the same weekday near it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from forecasts.calendar import public_holidays
from forecasts.demand.days import Days

NEAR = 28
"""Days before and after a holiday whose weekdays it is compared with."""
PRIOR_CALLS = 50.0
"""Calls a block by which a holiday is believed to be like other days."""
BLOCKS = 8
"""Parts of a day by which a holiday is told."""
Holidays = Mapping[date, str]


def holidays_between(country: str | None, first: date, last: date) -> dict[date, str]:
    """Public holidays by day, in English; none without a country.

    A day of two names has the first in the alphabet, the days around 설날 and 추석 each their own.

    Raises:
        FieldFault: the country is not one the package `holidays` knows.
    """
    if country is None:
        return {}
    found: dict[date, str] = {}
    for day, name in public_holidays(country, first.year, last.year):
        if first <= day <= last:
            found.setdefault(day, name)
    return found


@dataclass(frozen=True)
class HolidayEffects:
    """What is known of holidays, by class and block.

    Attributes:
        of: by name, counted and expected calls of its earlier days: classes × blocks each.
        slots: of a day.
    """

    of: Mapping[str, tuple[np.ndarray, np.ndarray]]
    slots: int
    classes: int

    def factors(self, names: Sequence[str | None]) -> np.ndarray:
        """Factor by day, class and slot: (counted + 50)/(expected + 50); 1 for a holiday without earlier years."""
        made = np.ones((len(names), self.classes, self.slots))
        for place, name in enumerate(names):
            if name is not None and name in self.of:
                counted, expected = self.of[name]
                by_block = (counted + PRIOR_CALLS) / (expected + PRIOR_CALLS)
                made[place] = np.repeat(by_block, self.slots // BLOCKS, axis=1)
        return made


def holiday_effects(days: Days, holidays: Holidays, wanted: frozenset[str]) -> HolidayEffects:
    """Counted and expected calls of holidays of these names, over the series of each class that know the days.

    Expected on a day is the mean of the same weekday within NEAR days that is no holiday itself; days after the last
    known one are not looked at.

    Args:
        days: what is known.
        holidays: by day.
        wanted: names that are asked for.
    """
    found: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    shape = (len(days.classes), BLOCKS)
    for day, name in sorted(holidays.items()):
        at = days.place(day)
        if name not in wanted or not 0 <= at < days.length:
            continue
        near = [at + step for step in range(-NEAR, NEAR + 1, 7) if step and 0 <= at + step < days.length]
        near = [other for other in near if days.first + timedelta(days=other) not in holidays]
        if not near:
            continue
        counted, expected = found.setdefault(name, (np.zeros(shape), np.zeros(shape)))
        whole = days.known[:, at] & days.known[:, near].all(axis=1)
        for number in range(len(days.classes)):
            own = whole & (days.class_of == number)
            counted[number] += _blocks(days.counts[own, at].sum(axis=0))
            expected[number] += _blocks(days.counts[np.ix_(own, near)].mean(axis=1).sum(axis=0))
    return HolidayEffects(found, days.slots, len(days.classes))


def _blocks(slots: np.ndarray) -> np.ndarray:
    return slots.reshape(BLOCKS, -1).sum(axis=1)
