"""What a forecaster is given, what it gives back and how it says that it cannot."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np

from forecasts.calendar import Calendar, add_months, month_number

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
            raise CannotForecast(f"{self.span()}, needs {months}")

    def span(self) -> str:
        """How a note names the length of this history."""
        return f"{self.known} month{'s' if self.known > 1 else ''} of history"


@dataclass(frozen=True)
class Means:
    """Expected rates of the months after a history.

    Attributes:
        rates: one a month, not negative.
        note: what was done otherwise than usual (a simpler rule, filled months); None where nothing was.
    """

    rates: np.ndarray
    note: str | None = None


class Forecaster(Protocol):
    """One way to carry a history on. Pure: the same history gives the same means, bit for bit."""

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


def notes(*parts: str | None) -> str | None:
    """The parts that say something as one note; None where none does."""
    return "; ".join(part for part in parts if part) or None


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
    return filled, f"{count} unknown month{'s' if count > 1 else ''} filled in"


def _season(history: History, roots: np.ndarray) -> np.ndarray:
    """Mean distance of each month of the year from the 13 months around it; 0 where two years are not known."""
    if history.known < SEASON_FROM:
        return np.zeros(len(roots))
    around = [roots[max(0, step - 6) : step + 7] for step in range(len(roots))]
    level = np.array([window[~np.isnan(window)].mean() if (~np.isnan(window)).any() else np.nan for window in around])
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
