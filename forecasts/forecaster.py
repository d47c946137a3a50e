"""What a forecaster is given, what it gives back and how it says that it cannot."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from typing import Protocol

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from expectations.method import note
from expectations.months import add_months, month_number
from forecasts.calendar import Calendar, standard_months

SEASON_FROM = 24
"""Known months from which months of the year can be told apart."""


class CannotForecast(Exception):
    """This forecaster has no answer for this history; the message is the reason, fit for the column note."""


@dataclass(frozen=True)
class History:
    """One series up to its origin: a rate a month, from the first to the last known month.

    Attributes:
        first: month of the first rate.
        rates: count divided by the month's length in standard months; NaN where the month is unknown. The first and
            the last are known.
    """

    first: date
    rates: np.ndarray

    @property
    def known(self) -> int:
        """Number of known months."""
        return int(np.count_nonzero(~np.isnan(self.rates)))

    def months(self, ahead: int = 0) -> list[date]:
        """The months of the rates and so many after them."""
        return [add_months(self.first, step) for step in range(len(self.rates) + ahead)]

    def at_least(self, months: int) -> None:
        """Raise CannotForecast unless so many months are known."""
        if self.known < months:
            raise CannotForecast(note("too_short", self.known, months))


@dataclass(frozen=True)
class Pool:
    """Series that learn together (one city and crime type, or one level of an agency), up to their origin.

    Attributes:
        districts: their names, in order.
        first: first month of the counts.
        counts: one row a district, one column a month up to the origin; NaN where the month is unknown. Every row has
            a known month.
        changes: months from which on a district, or all of them (None), is known to be counted in another way.
        found: what a forecaster has found of the pool and others of its family take from it; the same whoever asks
            first.
    """

    districts: tuple[str, ...]
    first: date
    counts: np.ndarray
    changes: tuple[tuple[str | None, date], ...] = ()
    found: dict[object, object] = field(default_factory=dict, init=False, repr=False, compare=False)

    def months(self, ahead: int = 0) -> list[date]:
        """The months of the counts and so many after the origin."""
        return list(_consecutive(self.first, self.counts.shape[1] + ahead))

    @cached_property
    def _lengths(self) -> np.ndarray:
        """Of the months of the counts, in standard months."""
        return standard_months(self.months())

    def history(self, place: int) -> History:
        """One series by itself, from its first to its last known month, as rates of standard months."""
        known = np.flatnonzero(~np.isnan(self.counts[place]))
        rates = self.counts[place] / self._lengths
        return History(add_months(self.first, int(known[0])), rates[known[0] : known[-1] + 1])


@lru_cache(maxsize=512)
def _consecutive(first: date, count: int) -> tuple[date, ...]:
    return tuple(add_months(first, step) for step in range(count))


@dataclass(frozen=True)
class Means:
    """What one series is expected to be in the months after its history.

    Attributes:
        rates: one a month, not negative.
        note: what was done otherwise than usual (a simpler rule, filled months), by the codes of `expectations.method`;
            None where nothing was.
    """

    rates: np.ndarray
    note: str | None = None


@dataclass(frozen=True)
class Moments:
    """What a pool's counts are expected to be after the origin, and how far they may stray.

    Attributes:
        mean: expected counts, one row a district, one column a month ahead; a row of NaN where there is no answer.
        variance: of the counts.
        shared: covariance of the logarithms of two districts' rates by month ahead: how far all err together.
        notes: one a district: why there is no answer, or what was done otherwise than usual; None where nothing was.
    """

    mean: np.ndarray
    variance: np.ndarray
    shared: np.ndarray
    notes: tuple[str | None, ...]


class Forecaster(Protocol):
    """One way to carry a pool of series on. Pure: the same pool gives the same moments, bit for bit."""

    @property
    def name(self) -> str:
        """How tables and settings call it."""
        ...

    @property
    def reference(self) -> str:
        """Where the method is described."""
        ...

    @property
    def family(self) -> str:
        """The method it is a setting of: how column method calls it."""
        ...

    def forecast(self, pool: Pool, horizon: int, calendar: Calendar) -> Moments:
        """Expected counts of the `horizon` months after the origin and their variances."""
        ...


class SeriesForecaster(Protocol):
    """One way to carry a single history on, blind to its neighbours; `models.alone.Alone` lets it work on pools."""

    @property
    def name(self) -> str:
        """How tables and settings call it."""
        ...

    @property
    def reference(self) -> str:
        """Where the method is described."""
        ...

    def forecast(self, history: History, horizon: int, calendar: Calendar) -> Means:
        """Expected rates of the `horizon` months after the history's last.

        Raises:
            CannotForecast: with the reason.
        """
        ...


def square_roots(history: History) -> tuple[np.ndarray, str | None]:
    """Square roots of the rates with unknown months filled in, and a note of how many were.

    Roots of counts have nearly the same noise at every level, and unlike logarithms they bear a zero. An unknown month
    is put on the straight line between its neighbours, after taking off each month of the year's usual distance from
    the level around it where two years are known.

    Reference: Bartlett (1936), The square root transformation in analysis of variance, JRSS Suppl. 3, 68-78.
    """
    roots = np.sqrt(history.rates)
    unknown = np.isnan(roots)
    if not unknown.any():
        return roots, None
    season = _season(history, roots)
    steps = np.arange(len(roots))
    level = np.interp(steps, steps[~unknown], (roots - season)[~unknown])
    filled = np.where(unknown, np.maximum(level + season, 0.0), roots)
    count = int(unknown.sum())
    return filled, note("filled", count)


def _season(history: History, roots: np.ndarray) -> np.ndarray:
    """Mean distance of each month of the year from the 13 months around it; 0 where two years are not known."""
    if history.known < SEASON_FROM:
        return np.zeros(len(roots))
    # Windows of as many known months are added up together: sums of a row and of itself alone are the same bits.
    around = sliding_window_view(np.pad(roots, 6, constant_values=np.nan), 13)
    known = ~np.isnan(around)
    numbers = known.sum(axis=1)
    level = np.full(len(roots), np.nan)
    for number in np.unique(numbers[numbers > 0]):
        alike = numbers == number
        level[alike] = around[alike][known[alike]].reshape(-1, number).mean(axis=1)
    distance = roots - level
    of_year = (month_number(history.first) + np.arange(len(roots))) % 12
    season = np.zeros(12)
    for month in range(12):
        seen = distance[(of_year == month) & ~np.isnan(distance)]
        season[month] = seen.mean() if len(seen) else 0.0
    return season[of_year]


def squares(roots: np.ndarray, variance: float) -> np.ndarray:
    """Expected rates from expected square roots: E[x²] = E[x]² + Var[x], roots below zero counting as zero."""
    return np.maximum(roots, 0.0) ** 2 + variance
