"""How each month's count moved from export to export, and what that says of counts to come: arrays by age in days.

Formulas: docs/method.md, "Late reporting".
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

ASSUMED_SPREAD, SPREAD_MONTHS = 0.4, 3.0
"""Relative standard deviation of late reports from month to month before any is known, and the months that is worth."""
ASSUMED_DISPERSION, DISPERSION_ERRORS = 1.5, 10.0
"""Variance over mean of a district's late reports before any is known, and the errors that is worth."""
DISTRICT_EVENTS = 20.0
"""Late reports of its own at which a district's pace counts as much as its crime type's."""


@dataclass(frozen=True)
class Paths:
    """One row per district and month of one crime type.

    Attributes:
        district: Code, by row.
        month: Ordinal of the month's first day, by row.
        counts: Rows × (final_days + 1) ages: the count at that age, NaN before the first export and after the last.
    """

    district: np.ndarray
    month: np.ndarray
    counts: np.ndarray


@dataclass(frozen=True)
class Stream:
    """Late reports of one direction, additions or reversals; arrays by age in days, 0 … final.

    Attributes:
        rate: What a count of 1 seen at that age still gets of them until it is final.
        noise: Variance of `rate` that the number of late reports leaves, before dispersion.
        dispersion: Variance over mean of a district's.
        spread: Relative variance of a whole month's.
        pace: By district: its late reports over those expected of it, and how many it is known from.
    """

    rate: np.ndarray
    noise: np.ndarray
    dispersion: float
    spread: float
    pace: dict[str, tuple[float, float]]

    def of(self, district: str, age: int) -> tuple[float, float]:
        """A district's own rate and its relative variance."""
        pace, events = self.pace.get(district, (1.0, DISTRICT_EVENTS))
        return pace * float(self.rate[age]), 1 / events

    def unsure(self, rate: float, age: int, months: float) -> float:
        """Standard error of a district's rate as far as it is the crime type's."""
        if rate == 0:
            return 0.0
        relative = self.spread / months + self.dispersion * float(self.noise[age]) / float(self.rate[age]) ** 2
        return rate * float(np.sqrt(relative))


@dataclass(frozen=True)
class Delay:
    """How the counts of one source and crime type move with age.

    Attributes:
        added: Late additions.
        lost: Reversals.
        months: By age: how many months it was learned from (harmonic mean over the days still to come); 0 where nothing
            moved.
        together: Correlation of additions and reversals, at most 0: where counts are now raised, now lowered, there are
            few of the one where there are many of the other.
    """

    added: Stream
    lost: Stream
    months: np.ndarray
    together: float

    def moves(self, age: int) -> bool:
        """Whether counts were ever revised after that age."""
        return bool(self.added.rate[age] + self.lost.rate[age] > 0)

    def weight(self, added: float, lost: float, age: int) -> float:
        """Share of the difference of two rates that is believed: signal over signal and noise, 0 where they cancel."""
        if added == lost:
            return 0.0
        months = float(self.months[age])
        unsure = self.combined(self.added.unsure(added, age, months), self.lost.unsure(lost, age, months))
        return 1 / (1 + (unsure / (added - lost)) ** 2)

    def combined(self, added: float, lost: float) -> float:
        """How far a difference may be off whose two terms may be off so far."""
        return float(np.sqrt(added**2 + lost**2 - 2 * self.together * added * lost))


def reporting_paths(seen: pl.DataFrame, final_days: int, learning_months: int) -> Paths:
    """Counts by age of the newest months that were seen at least twice.

    Between two exports a count is taken to move along a straight line: exports rarely come at the same age. The first
    export at least `final_days` after the month's end tells the final count, whenever it came. Where none has come a
    path ends with its last export, and a month delivered once has none: what was not delivered again does not tell
    that nothing moved.

    Args:
        seen: district, month, exported_on, incidents of one crime type; only exports that may be used.
        final_days: age at which a count is final.
        learning_months: how many of the newest months to use.
    """
    end = pl.col("month").dt.month_end()
    aged = seen.with_columns(age=(pl.col("exported_on") - end).dt.total_days()).filter(pl.col("age") >= 0)
    newest = aged["month"].unique().sort()[-learning_months:]
    aged = aged.filter(pl.col("month").is_in(newest.implode())).with_columns(pl.col("age").clip(upper_bound=final_days))
    aged = aged.sort("district", "month", "exported_on").unique(
        ["district", "month", "age"], keep="first", maintain_order=True
    )
    districts, months, paths = [], [], []
    grid = np.arange(final_days + 1)
    for (district, month), rows in aged.group_by("district", "month", maintain_order=True):
        ages, counts = rows["age"].to_list(), [float(count) for count in rows["incidents"]]
        assert isinstance(month, date)
        if len(ages) > 1:
            districts.append(str(district))
            months.append(month.toordinal())
            paths.append(np.interp(grid, ages, counts, left=np.nan, right=np.nan))
    table = np.array(paths) if paths else np.empty((0, final_days + 1))
    return Paths(np.array(districts, dtype=str), np.array(months, dtype=int), table)


def estimated_delay(paths: Paths) -> Delay:
    """How counts move with age, from the paths of earlier months.

    Days of age that no month was observed through count as days on which nothing moves.
    """
    before, after = paths.counts[:, :-1], paths.counts[:, 1:]
    seen = np.isfinite(before) & np.isfinite(after)
    moved = np.where(seen, after - before, 0.0)
    total = np.where(seen, np.maximum(before, 0.0), 0.0).sum(axis=0)
    # A day's reversals take at most what there was.
    growth = np.maximum(1 + _per(moved.sum(axis=0), total), 0.0)
    (added, raised), (lost, lowered) = (
        _stream(np.maximum(one, 0.0), total, growth, seen, paths) for one in (moved, -moved)
    )
    months = np.zeros(len(total))
    for month in np.unique(paths.month):
        months += seen[paths.month == month].any(axis=0)
    each = _ahead(_per(np.abs(moved).sum(axis=0), total * np.maximum(months, 1.0)), growth)
    assumed = DISPERSION_ERRORS * ASSUMED_DISPERSION
    size = np.sqrt(((raised**2).sum() + assumed) * ((lowered**2).sum() + assumed))
    together = min(0.0, float((raised * lowered).sum() / size))
    return Delay(added=added, lost=lost, months=_per(added.rate + lost.rate, each), together=together)


def _per(sums: np.ndarray, total: np.ndarray) -> np.ndarray:
    """The quotient, 0 where nothing was seen."""
    return np.divide(sums, total, out=np.zeros(len(sums)), where=total > 0)


def _stream(
    told: np.ndarray, total: np.ndarray, growth: np.ndarray, seen: np.ndarray, paths: Paths
) -> tuple[Stream, np.ndarray]:
    """Late reports of one direction, and Pearson's errors by path beside what each district's pace leads to expect."""
    daily = _per(told.sum(axis=0), total)
    own, expected = told.sum(axis=1), _expected(paths.counts, seen, growth, daily)
    dispersion, spread = _scatter(own, expected, paths.month, paths.district)
    pace = _pace(own, expected, paths.district, dispersion)
    fitted = expected * np.array([pace[name][0] for name in paths.district.tolist()])
    errors = np.divide(own - fitted, np.sqrt(fitted), out=np.zeros(len(own)), where=fitted > 0)
    rate, noise = _ahead(daily, growth), _ahead(_per(daily, total), growth**2)
    return Stream(rate=rate, noise=noise, dispersion=dispersion, spread=spread, pace=pace), errors


def _expected(counts: np.ndarray, seen: np.ndarray, growth: np.ndarray, rate: np.ndarray) -> np.ndarray:
    """Movement the pool's factors expect of each path between its first and last age, from its first count on."""
    if not len(counts):
        return np.zeros(0)
    level = np.cumprod(np.concatenate([[1.0], growth]))
    moving = np.concatenate([[0.0], np.cumsum(level[:-1] * rate)])
    first = seen.argmax(axis=1)
    last = seen.shape[1] - seen[:, ::-1].argmax(axis=1)
    count = np.maximum(counts[np.arange(len(counts)), first], 0.0)
    # A pool whose counts all vanish leaves nothing to expect from then on.
    return count * np.where(level[first] > 0, moving[last] - moving[first], 0.0) / np.maximum(level[first], 1e-300)


def _ahead(daily: np.ndarray, growth: np.ndarray) -> np.ndarray:
    """By age: what a count of 1 meets from then on, of what each later day brings to the count it has grown to."""
    sums = [0.0]
    for brought, grown in zip(reversed(daily.tolist()), reversed(growth.tolist()), strict=True):
        sums.append(brought + grown * sums[-1])
    return np.array(sums[::-1])


def _scatter(told: np.ndarray, expected: np.ndarray, month: np.ndarray, district: np.ndarray) -> tuple[float, float]:
    """Dispersion of districts within their month, at least 1, and relative variance from month to month.

    Dispersion is Pearson's, around what month and district lead to expect of each other; what the few months and
    errors known do not tell is filled up with what is assumed.
    """
    ratios, totals = np.ones(len(told)), {}
    for one in np.unique(month):
        own = month == one
        if (total := float(expected[own].sum())) > 0:
            ratios[own] = told[own].sum() / total
            totals[one] = (float(told[own].sum()) / total, total)
    paces = np.ones(len(told))
    for name in np.unique(district):
        own = district == name
        if (total := float((ratios * expected)[own].sum())) > 0:
            paces[own] = told[own].sum() / total
    fitted = ratios * paces * expected
    known = fitted > 0
    errors = float(((told - fitted)[known] ** 2 / fitted[known]).sum())
    freedom = max(0, int(known.sum()) - len(np.unique(month[known])) - len(np.unique(district[known])) + 1)
    dispersion = max(1.0, (errors + DISPERSION_ERRORS * ASSUMED_DISPERSION) / (freedom + DISPERSION_ERRORS))
    freed = max(len(totals) - 1, 0)
    # Divided by n − 1: the months' own late reports are in what is expected of them.
    squares = sum((ratio - 1) ** 2 - dispersion / total for ratio, total in totals.values())
    spread = (max(0.0, squares if freed else 0.0) + SPREAD_MONTHS * ASSUMED_SPREAD**2) / (freed + SPREAD_MONTHS)
    return dispersion, spread


def _pace(
    told: np.ndarray, expected: np.ndarray, district: np.ndarray, dispersion: float
) -> dict[str, tuple[float, float]]:
    """By district: late reports over expected ones, drawn to 1 as a gamma prior would, and the events behind it."""
    found = {}
    for name in np.unique(district):
        own = district == name
        events = DISTRICT_EVENTS + expected[own].sum() / dispersion
        found[str(name)] = (float((DISTRICT_EVENTS + told[own].sum() / dispersion) / events), float(events))
    return found
