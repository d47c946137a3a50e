"""Calls of several series by day and slot of the day: the one shape everything of this room computes with."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import polars as pl

from expectations.months import add_months, first_of_month, last_of_month

LEAST_DAYS = 21
"""Known days, three of each weekday, from which on a month's count is told from those it has."""
Key = tuple[str, str]


@dataclass(frozen=True)
class Days:
    """Calls by series, day and slot.

    Attributes:
        keys: area and class of each series, sorted.
        first: the first day.
        counts: series × days × slots (8 of three hours, 24 of one); NaN throughout a day that is not known.
    """

    keys: tuple[Key, ...]
    first: date
    counts: np.ndarray

    @property
    def slots(self) -> int:
        """Slots of a day."""
        return int(self.counts.shape[2])

    @property
    def length(self) -> int:
        """Days, known or not."""
        return int(self.counts.shape[1])

    @cached_property
    def known(self) -> np.ndarray:
        """Whether a series knows a day: series × days."""
        return ~np.isnan(self.counts[:, :, 0])

    @cached_property
    def classes(self) -> list[str]:
        """Classes there are, sorted."""
        return sorted({key[1] for key in self.keys})

    @cached_property
    def class_of(self) -> np.ndarray:
        """Place of each series' class among `classes`."""
        return np.array([self.classes.index(key[1]) for key in self.keys])

    def place(self, day: date) -> int:
        """Number of a day; 0 is the first."""
        return (day - self.first).days

    def dates(self) -> list[date]:
        """Every day, in order."""
        return [self.first + timedelta(days=n) for n in range(self.length)]

    def before(self, day: date) -> "Days":
        """What was known at the end of the day before."""
        return replace(self, counts=self.counts[:, : max(self.place(day), 0)])

    def between(self, first: date, last: date) -> np.ndarray:
        """Counts of these days, NaN for those beyond what there is: series × days × slots."""
        made = np.full((len(self.keys), (last - first).days + 1, self.slots), np.nan)
        begin, end = max(self.place(first), 0), min(self.place(last) + 1, self.length)
        if end > begin:
            shift = self.place(first)
            made[:, begin - shift : end - shift] = self.counts[:, begin:end]
        return made


def weekdays(first: date, count: int) -> np.ndarray:
    """Weekday of each of so many days (Monday is 0)."""
    return (first.weekday() + np.arange(count)) % 7


def month_counts(days: Days) -> pl.DataFrame:
    """One row per series and month of which enough days are known: district, crime_type, month, count.

    A month that lacks days is told from those it has, in proportion; below LEAST_DAYS it is not known.
    """
    end = days.first + timedelta(days=days.length)
    month = first_of_month(days.first)
    told: dict[str, list[object]] = {"district": [], "crime_type": [], "month": [], "count": []}
    totals = days.counts.sum(axis=2)
    while month < end:
        begin, after = max(days.place(month), 0), days.place(add_months(month, 1))
        length = last_of_month(month).day
        for series, (area, name) in enumerate(days.keys):
            own = totals[series, begin:after]
            own = own[~np.isnan(own)]
            if len(own) >= LEAST_DAYS:
                count = float(own.sum()) * (length / len(own) if len(own) < length else 1.0)
                for column, value in zip(told, (area, name, month, count), strict=True):
                    told[column].append(value)
        month = add_months(month, 1)
    schema = {"district": pl.String, "crime_type": pl.String, "month": pl.Date, "count": pl.Float64}
    return pl.DataFrame(told, schema=schema)


def monthly_of(frame: pl.DataFrame, keys: Sequence[Key], name: str) -> np.ndarray:
    """One column of monthly forecasts by series; NaN for those that have none."""
    told = dict(zip(frame.select("district", "crime_type").iter_rows(), frame[name].to_list(), strict=True))
    return np.array([np.nan if told.get(key) is None else told[key] for key in keys], dtype=float)
