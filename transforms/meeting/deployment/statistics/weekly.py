"""Counts of one layer and crime type by weeks that are counted from a day, and how much more they vary than chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from transforms.meeting.signals.dispersion import Vector, shrunk_dispersion

WEEK = 7
MONTH = 4
"""Weeks of what is called a month here: months of equal length with as many of every weekday."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Weekly:
    """Weeks of one layer and crime type; week `start` is the one that begins on the entry's first day.

    Attributes:
        units: In order.
        counts: Units × weeks; the weeks before the first whole one and after the last counted one are left out.
        start: Which week begins on the first day.
        first_day: Its first day.
    """

    units: tuple[str, ...]
    counts: Vector
    start: int
    first_day: date

    def day(self, week: int) -> date:
        """First day of a week."""
        return self.first_day + timedelta(days=WEEK * (week - self.start))

    def busy(self, spans: Sequence[tuple[int, date, date]]) -> Flags:
        """Units × weeks: whether any day of the week lies in a span (number of a unit, first day, last day)."""
        found = np.zeros(self.counts.shape, dtype=bool)
        for unit, first, last in spans:
            begins = self.start + (first - self.first_day).days // WEEK
            ends = self.start + (last - self.first_day).days // WEEK
            found[unit, max(begins, 0) : max(ends + 1, 0)] = True
        return found


def weekly(counts: pl.DataFrame, units: Sequence[str], covered: tuple[date, date], first_day: date) -> Weekly:
    """The weeks about a day; a unit and day without a row had no crimes.

    Args:
        counts: One crime type: area, day, incidents. Counts by week have their week's first day as theirs: they are
            told rightly only of entries that begin on such a day.
        units: Those wanted.
        covered: First and last day counted.
        first_day: The day weeks are counted from.
    """
    start = max((first_day - covered[0]).days // WEEK, 0)
    weeks = start + max((covered[1] - first_day).days + 1, 0) // WEEK
    numbered = pl.DataFrame(
        {"area": list(units), "unit": range(len(units))}, schema={"area": pl.String, "unit": pl.Int64}
    )
    week = (pl.col("day") - pl.lit(first_day)).dt.total_days().floordiv(WEEK) + start
    inside = (
        counts.join(numbered, on="area", how="inner", maintain_order="left")
        .select("unit", "incidents", "day", week=week)
        .filter(pl.col("week").is_between(0, weeks - 1), pl.col("day").is_between(*covered))
    )
    place = inside["unit"].to_numpy() * weeks + inside["week"].to_numpy()
    incidents = inside["incidents"].cast(pl.Float64).to_numpy()
    sums = np.bincount(place, incidents, minlength=len(units) * weeks).astype(np.float64)
    return Weekly(tuple(units), sums.reshape(len(units), weeks), start, first_day)


def months(weeks: Vector) -> Vector:
    """Sums of four weeks each along the last axis, the newest whole ones."""
    whole = weeks.shape[-1] // MONTH
    newest = weeks[..., weeks.shape[-1] - whole * MONTH :]
    return newest.reshape(*weeks.shape[:-1], whole, MONTH).sum(axis=-1)


def varying(rows: Vector, together: Vector) -> Vector:
    """φ of each row of months, at least 1, drawn towards that of all.

    Expected of a row is its share of what all have in a month, so that season and trend in common are no variation;
    φ = Σ(x − m)² / Σ m(1 − 1/M)(1 − s), s the row's share and M the months: Pearson's statistic over its degrees of
    freedom, summed before dividing (McCullagh & Nelder 1989, Generalized Linear Models, 4.5 and 6.2).

    Args:
        rows: Rows × months.
        together: All units' counts by month.
    """
    count, total = rows.shape[-1], float(together.sum())
    if total <= 0 or count < 2:  # noqa: PLR2004 - one month varies from nothing
        return np.full(rows.shape[0], np.nan)
    share = rows.sum(axis=-1) / total
    mean = share[:, None] * together
    square = ((rows - mean) ** 2).sum(axis=-1)
    expected = mean.sum(axis=-1) * (1 - 1 / count) * (1 - share)
    own = np.divide(square, expected, out=np.full(len(rows), np.nan), where=expected > 0)
    return shrunk_dispersion(own, np.full(len(rows), float(count - 1)))
