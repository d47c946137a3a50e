"""Counts of the newest months as they will stand once late reports are in: an over-dispersed chain ladder.

A month's count grows (or, by reversals, shrinks) from one export to the next. How much it still moves after so many
days is learned from earlier months' exports, pooled over the districts of a crime type; see `expected_finals`.

References: Mack (1993), Distribution-free calculation of the standard error of chain ladder reserve estimates, ASTIN
Bulletin 23, 213-225; England & Verrall (2002), Stochastic claims reserving in general insurance, British Actuarial
Journal 8, 443-518 (the over-dispersed Poisson form); Bühlmann & Gisler (2005), A Course in Credibility Theory (what is
drawn towards no revision, and each district towards its crime type).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from forecasts.reporting_paths import Paths, month_end, reporting_paths

FINAL_DAYS = 28
"""Days after its end at which a month's count is called final, unless the caller says otherwise."""
OVERDUE_DAYS = 31
"""Days beyond that after which a month not delivered again counts as final as it stands."""
LEARNING_MONTHS = 24
"""Newest months learned from: how offices book changes over the years."""
ASSUMED_SPREAD, SPREAD_MONTHS = 0.4, 3.0
"""Relative standard deviation of late reports from month to month before any is known, and the months that is worth."""
ASSUMED_DISPERSION, DISPERSION_ERRORS = 1.5, 10.0
"""Variance over mean of a district's late reports before any is known, and the errors that is worth."""
DISTRICT_EVENTS = 20.0
"""Late reports of its own at which a district's pace counts as much as its crime type's."""
TAIL = 0.1
"""Probability beyond each bound: the interval is the central 80 %."""
KEYS = ["district", "crime_type", "month"]
MADE = {
    "district": pl.String,
    "crime_type": pl.String,
    "month": pl.Date,
    "expected_final": pl.Float64,
    "expected_final_lower_80": pl.Float64,
    "expected_final_upper_80": pl.Float64,
    "age": pl.Int64,
    "share": pl.Float64,
    "months": pl.Float64,
    "weight": pl.Float64,
}


@dataclass(frozen=True)
class Delay:
    """How the counts of one source and crime type move with age; arrays by age in days, 0 … final.

    Attributes:
        net: What a count of 1 seen at that age still gains until it is final (negative: loses).
        gross: Additions and reversals together.
        noise: Variance of `net` that the number of late reports leaves, before dispersion.
        months: How many months it was learned from (harmonic mean over the days still to come); 0 where nothing moved.
        dispersion: Variance over mean of a district's late reports.
        spread: Relative variance of a whole month's late reports.
        pace: By district: its late reports over those expected of it, and how many it is known from.
    """

    net: np.ndarray
    gross: np.ndarray
    noise: np.ndarray
    months: np.ndarray
    dispersion: float
    spread: float
    pace: dict[str, tuple[float, float]]

    def weight(self, age: int) -> float:
        """Share of the estimated movement that is believed: signal over signal and noise, 0 where nothing is known."""
        if self.net[age] == 0:
            return 0.0
        unsure = self.spread * self.gross[age] ** 2 / self.months[age] + self.dispersion * self.noise[age]
        return float(1 / (1 + unsure / self.net[age] ** 2))


def expected_finals(
    triangle: pl.DataFrame, current: pl.DataFrame, as_of: date, final_days: int = FINAL_DAYS
) -> pl.DataFrame:
    """One row per district, crime type and month whose count is still expected to move; others stand as they are.

    Final is the count of the first export at least `final_days` after the month's end. From one day of age to the next
    the counts of a crime type grow by f = Σ count then / Σ count before, over the districts and the months observed at
    both ages (between two exports along a straight line), and what a count still gains is Π f − 1. That is drawn
    towards 0 by its own standard error, so that one month of vintages moves a count less than ten months that say the
    same, and scaled by the district's own pace as far as its late reports bear it out. Parents get the sum of what
    their children gain, and an interval of their own: what is common to a month widens it whole, what is a district's
    own cancels out.

    A month gets no row where its count is final, where no earlier month was seen again (nothing is known), or where
    none was ever revised (nothing moves). Only exports up to `as_of` are used, whatever else is given.

    Args:
        triangle: source (optional), district, crime_type, month, exported_on, incidents: the count of every district
            without children at every export that covered the whole month.
        current: source (optional), district, parent, crime_type, month, incidents: the counts as they stand, of all
            levels.
        as_of: day whose knowledge may be used, inclusive.
        final_days: days after a month's end at which its count is final, 1 or more.

    Returns:
        district, crime_type, month, expected_final, expected_final_lower_80, expected_final_upper_80 (whole counts ≥ 0;
        null where reversals have made the count negative), age (days), share (of the final count seen at that age),
        months (learned from), weight (of the estimate, 0 to 1); sorted by the first three.

    Raises:
        ValueError: `final_days` is below 1.
    """
    if final_days < 1:
        raise ValueError(f"final_days {final_days}: expected at least 1 day after the month's end")
    known = _with_source(triangle).filter(pl.col("exported_on") <= as_of)
    pools = _with_source(current).sort("source", *KEYS).partition_by("source", "crime_type", as_dict=True)
    rows: list[tuple[object, ...]] = []
    for (source, crime_type), now in sorted(pools.items()):
        seen = known.filter(source=source, crime_type=crime_type)
        paths = reporting_paths(seen, as_of, final_days, LEARNING_MONTHS, OVERDUE_DAYS)
        delay = estimated_delay(paths)
        ages = _open_ages(seen, as_of, final_days)
        for month, age in sorted(ages.items()):
            counts = now.filter(month=month)
            if delay.gross[age] > 0 and counts.height:
                rows += _month_rows(counts, delay, age)
    return pl.DataFrame(rows, schema=MADE, orient="row").sort(KEYS)


def _with_source(frame: pl.DataFrame) -> pl.DataFrame:
    return frame if "source" in frame.columns else frame.with_columns(source=pl.lit(""))


def _open_ages(seen: pl.DataFrame, as_of: date, final_days: int) -> dict[date, int]:
    """Age at its newest export of every month that is not final yet."""
    newest: dict[date, date] = dict(seen.group_by("month").agg(pl.col("exported_on").max()).iter_rows())
    ages = {month: (day - month_end(month)).days for month, day in newest.items()}
    limit = as_of - timedelta(days=final_days + OVERDUE_DAYS)
    return {month: age for month, age in ages.items() if 0 <= age < final_days and month_end(month) > limit}


def estimated_delay(paths: Paths) -> Delay:
    """How counts move with age, from the paths of earlier months.

    Days of age that no month was observed through count as days on which nothing moves.
    """
    before, after = paths.counts[:, :-1], paths.counts[:, 1:]
    seen = np.isfinite(before) & np.isfinite(after)
    moved = np.where(seen, after - before, 0.0)
    at_risk = np.where(seen, np.maximum(before, 0.0), 0.0)
    total, events = at_risk.sum(axis=0), np.abs(moved).sum(axis=0)
    known = total > 0
    safe = np.where(known, total, 1.0)
    net, gross = np.where(known, moved.sum(axis=0) / safe, 0.0), np.where(known, events / safe, 0.0)
    months = np.zeros(len(total))
    for month in np.unique(paths.month):
        months += seen[paths.month == month].any(axis=0)
    told, expected = np.abs(moved).sum(axis=1), _expected(paths.counts, seen, net, gross)
    dispersion, spread = _scatter(told, expected, paths.month, paths.district)
    noise = np.where(known, events / safe**2, 0.0)
    ahead = np.array([_ahead(age, net, gross, noise, months) for age in range(len(net) + 1)])
    return Delay(
        net=ahead[:, 0],
        gross=ahead[:, 1],
        noise=ahead[:, 2],
        months=ahead[:, 3],
        dispersion=dispersion,
        spread=spread,
        pace=_pace(told, expected, paths.district, dispersion),
    )


def _expected(counts: np.ndarray, seen: np.ndarray, net: np.ndarray, gross: np.ndarray) -> np.ndarray:
    """Movement the pool's factors expect of each path between its first and last age, from its first count on."""
    if not len(counts):
        return np.zeros(0)
    level = np.cumprod(np.concatenate([[1.0], 1 + net]))
    moving = np.concatenate([[0.0], np.cumsum(level[:-1] * gross)])
    first = seen.argmax(axis=1)
    last = seen.shape[1] - seen[:, ::-1].argmax(axis=1)
    count = np.maximum(counts[np.arange(len(counts)), first], 0.0)
    # A pool whose counts all vanish leaves nothing to expect from then on.
    return count * np.where(level[first] > 0, moving[last] - moving[first], 0.0) / np.maximum(level[first], 1e-300)


def _ahead(
    age: int, net: np.ndarray, gross: np.ndarray, noise: np.ndarray, months: np.ndarray
) -> tuple[float, float, float, float]:
    """Net and gross movement of a count of 1 from an age on, its variance, and the months known."""
    level = np.cumprod(np.concatenate([[1.0], 1 + net[age:]]))
    moving = level[:-1] * gross[age:]
    total = float(moving.sum())
    if total == 0:
        return 0.0, 0.0, 0.0, 0.0
    each = 1 / np.maximum(months[age:], 1.0)
    variance = float((level[:-1] ** 2 * noise[age:]).sum())
    return float(level[-1] - 1), total, variance, total / float((moving * each).sum())


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


@dataclass
class _Open:
    """One district's count of an open month: what it gains, and what of that is unsure."""

    count: float
    exposure: float = 0.0
    net: float = 0.0
    gross: float = 0.0
    own: float = 0.0


def _month_rows(now: pl.DataFrame, delay: Delay, age: int) -> Iterator[tuple[object, ...]]:
    """Rows of one month and crime type, all levels."""
    parent: dict[str, str | None] = dict(now.select("district", "parent").iter_rows())
    parents = set(parent.values())
    weight = delay.weight(age)
    places = {name: _Open(float(count)) for name, count in now.select("district", "incidents").iter_rows()}
    for name in [name for name in places if name not in parents]:
        count = max(places[name].count, 0.0)
        pace, events = delay.pace.get(name, (1.0, DISTRICT_EVENTS))
        net, gross = count * pace * weight * delay.net[age], max(count, 0.5) * pace * delay.gross[age]
        step: str | None = name
        while step is not None and step in places:
            place = places[step]
            place.exposure += count
            place.net += net
            place.gross += gross
            place.own += gross**2 / events
            step = parent[step]
    crime_type, month = now["crime_type"][0], now["month"][0]
    share = 1 / (1 + weight * delay.net[age])
    for name, place in sorted(places.items()):
        final = place.count + place.net
        lower, upper = _interval(place, delay, age, weight) if place.count >= 0 else (None, None)
        yield name, crime_type, month, final, lower, upper, age, share, float(delay.months[age]), weight


def _interval(place: _Open, delay: Delay, age: int, weight: float) -> tuple[float, float]:
    """Central 80 % interval of the final count, in whole counts: a negative binomial around what is still to come.

    Variance: dispersed counts, a month's own strength, the same again for the months learned from, and the district's
    pace. Where reversals outnumber additions the same distribution is taken downwards.
    """
    from scipy.stats import nbinom

    common = delay.spread * (1 + 1 / delay.months[age]) * place.gross**2
    variance = delay.dispersion * (place.gross + delay.noise[age] * place.exposure**2) + common + place.own
    gross = max(weight * place.gross, abs(place.net))
    up, down = (gross + place.net) / 2, (gross - place.net) / 2
    larger = max(up, down)
    if larger <= 0:
        return place.count, place.count
    over = max(variance / larger, 1 + 1e-6)
    low, high = nbinom(larger / (over - 1), 1 / over).ppf([TAIL, 1 - TAIL])
    if up >= down:
        lower, upper = place.count - down + low, place.count - down + high
    else:
        lower, upper = place.count + up - high, place.count + up - low
    # Of a mean below ½ nine tenths may be 0; a bound beyond the mean would be read as a mistake.
    final = place.count + place.net
    return max(0.0, float(np.floor(min(lower, final)))), float(np.ceil(max(upper, final)))
