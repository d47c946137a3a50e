"""Counts of the newest months as they will stand once late reports are in: an over-dispersed chain ladder.

A month's count grows (or, by reversals, shrinks) from one export to the next. How much it still moves after so many
days is learned from earlier months' exports, pooled over the districts of a crime type; see `expected_finals`.

References: Mack (1993), Distribution-free calculation of the standard error of chain ladder reserve estimates, ASTIN
Bulletin 23, 213-225; England & Verrall (2002), Stochastic claims reserving in general insurance, British Actuarial
Journal 8, 443-518 (the over-dispersed Poisson form); Bühlmann & Gisler (2005), A Course in Credibility Theory (what is
drawn towards no revision, and each district towards its crime type); Zou (2007), Toward using confidence intervals to
compare correlations, Psychological Methods 12, 399-413 (bounds of a difference from those of its terms).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from expectations.months import last_of_month
from forecasts.reporting.delay import Delay, estimated_delay, reporting_paths
from forecasts.reporting.odd_vintages import Odd, odd_months

FINAL_DAYS = 28
"""Days after its end at which a month's count is called final, unless the caller says otherwise."""
OVERDUE_DAYS = 31
"""Days beyond that after which a month not delivered again stands as it is, with nothing more expected of it."""
LEARNING_MONTHS = 24
"""Newest months learned from: how offices book changes over the years."""
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


def expected_finals(
    triangle: pl.DataFrame, current: pl.DataFrame, as_of: date, final_days: int = FINAL_DAYS
) -> pl.DataFrame:
    """One row per district, crime type and month whose count is still expected to move; others stand as they are.

    Final is the count of the first export at least `final_days` after the month's end. From one day of age to the next
    the counts of a crime type grow by f = Σ count then / Σ count before, over the districts and the months observed at
    both ages (between two exports along a straight line), and what a count still gains is Π f − 1: late additions less
    reversals, each scaled by the district's own pace as far as its late reports bear it out. The difference is drawn
    towards 0 by its own standard error, so that one month of vintages moves a count less than ten months that say the
    same; how wide the interval is follows from additions and reversals themselves, also where they cancel. Parents get
    the sum of what their children gain, and an interval of their own: what is common to a month widens it whole, what
    is a district's own cancels out.

    A month gets no row where its count is final, where no earlier month was seen again (nothing is known), or where
    none was ever revised (nothing moves). Months of which an export gained or lost far more than all others' teach
    nothing (`odd_vintages`). Only exports up to `as_of` are used, whatever else is given.

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
    odd = odd_vintages(triangle, as_of, final_days)
    pools = _with_source(current).sort("source", *KEYS).partition_by("source", "crime_type", as_dict=True)
    rows: list[tuple[object, ...]] = []
    for (source, crime_type), now in sorted(pools.items()):
        seen = known.filter(source=source, crime_type=crime_type)
        left_out = [one.month for name, of_type, one in odd if name == source and of_type in ("", crime_type)]
        learned = seen.filter(~pl.col("month").is_in(left_out)) if left_out else seen
        paths = reporting_paths(learned, final_days, LEARNING_MONTHS)
        delay = estimated_delay(paths)
        ages = _open_ages(seen, as_of, final_days)
        for month, age in sorted(ages.items()):
            counts = now.filter(month=month)
            if delay.moves(age) and counts.height:
                rows += _month_rows(counts, delay, age)
    return pl.DataFrame(rows, schema=MADE, orient="row").sort(KEYS)


def odd_vintages(triangle: pl.DataFrame, as_of: date, final_days: int = FINAL_DAYS) -> list[tuple[str, str, Odd]]:
    """Months that nothing is learned from, by source and crime type ("" for all of them): see `odd_months`.

    A file that was cut off lacks rows of every type, of some too few to show it; so all types are looked at together
    first, and each by itself for what was delivered in a file of its own.

    Args:
        triangle: As of `expected_finals`.
        as_of: Day whose knowledge may be used, inclusive.
        final_days: Days after a month's end at which its count is final.
    """
    known = _with_source(triangle).filter(pl.col("exported_on") <= as_of)
    found = []
    for (source,), seen in sorted(known.partition_by("source", as_dict=True).items()):
        whole = odd_months(_learned(seen), final_days)
        found += [(str(source), "", one) for one in whole.values()]
        for (crime_type,), own in sorted(seen.partition_by("crime_type", as_dict=True).items()):
            odd = odd_months(_learned(own), final_days)
            found += [(str(source), str(crime_type), one) for month, one in odd.items() if month not in whole]
    return found


def _learned(seen: pl.DataFrame) -> pl.DataFrame:
    """Exports of the newest months, which are those learned from."""
    return seen.filter(pl.col("month").is_in(seen["month"].unique().sort()[-LEARNING_MONTHS:].implode()))


def _with_source(frame: pl.DataFrame) -> pl.DataFrame:
    return frame if "source" in frame.columns else frame.with_columns(source=pl.lit(""))


def _open_ages(seen: pl.DataFrame, as_of: date, final_days: int) -> dict[date, int]:
    """Age at its newest export of every month that is neither final nor overdue."""
    newest: dict[date, date] = dict(seen.group_by("month").agg(pl.col("exported_on").max()).iter_rows())
    ages = {month: (day - last_of_month(month)).days for month, day in newest.items()}
    limit = as_of - timedelta(days=final_days + OVERDUE_DAYS)
    return {month: age for month, age in ages.items() if 0 <= age < final_days and last_of_month(month) > limit}


@dataclass
class _Open:
    """A place's count of an open month: late additions and reversals expected, and what of that is unsure."""

    count: float
    exposure: float = 0.0
    net: float = 0.0
    added: float = 0.0
    lost: float = 0.0
    own_added: float = 0.0
    own_lost: float = 0.0


def _month_rows(now: pl.DataFrame, delay: Delay, age: int) -> Iterator[tuple[object, ...]]:
    """Rows of one month and crime type, all levels."""
    parent: dict[str, str | None] = dict(now.select("district", "parent").iter_rows())
    parents = set(parent.values())
    places = {name: _Open(float(count)) for name, count in now.select("district", "incidents").iter_rows()}
    told = []
    for name in [name for name in places if name not in parents]:
        (added, unsure_added), (lost, unsure_lost) = delay.added.of(name, age), delay.lost.of(name, age)
        change, weight = max(added - lost, -1.0), delay.weight(added, lost, age)
        count, risk = max(places[name].count, 0.0), max(places[name].count, 0.5)
        told.append((risk, risk * change, weight))
        step: str | None = name
        while step is not None and step in places:
            place = places[step]
            place.exposure += count
            place.net += count * weight * change
            place.added, place.lost = place.added + risk * added, place.lost + risk * lost
            place.own_added += (risk * added) ** 2 * unsure_added
            place.own_lost += (risk * lost) ** 2 * unsure_lost
            step = parent[step]
    crime_type, month = now["crime_type"][0], now["month"][0]
    risks, changes, weights = np.array(told).T
    share = float(risks.sum() / (risks + weights * changes).sum())
    estimated = float(np.abs(changes).sum())
    believed = float((weights * np.abs(changes)).sum()) / estimated if estimated else 0.0
    for name, place in sorted(places.items()):
        final = place.count + place.net
        lower, upper = _interval(place, delay, age) if place.count >= 0 else (None, None)
        yield name, crime_type, month, final, lower, upper, age, share, float(delay.months[age]), believed


def _interval(place: _Open, delay: Delay, age: int) -> tuple[float, float]:
    """Central 80 % interval of the final count, in whole counts, around what is expected.

    Additions and reversals are negative binomial each, and the bounds of their difference are put together from theirs
    as in Zou (2007). Neither is drawn towards 0: that a difference is little believed makes nothing surer. Where a
    crime type was never reversed (never added to) the count as it stands is a bound.
    """
    months, bounds = 1 + 1 / float(delay.months[age]), []
    for mean, own, stream in (
        (place.added, place.own_added, delay.added),
        (place.lost, place.own_lost, delay.lost),
    ):
        counts = stream.dispersion * (mean + float(stream.noise[age]) * place.exposure**2)
        bounds.append(_reach(mean, counts + stream.spread * months * mean**2 + own))
    (fewer_added, more_added), (fewer_lost, more_lost) = bounds
    final = place.count + place.net
    lower, upper = final - delay.combined(fewer_added, more_lost), final + delay.combined(more_added, fewer_lost)
    if place.lost == 0:
        lower = max(lower, min(place.count, final))
    if place.added == 0:
        upper = min(upper, max(place.count, final))
    return max(0.0, float(np.floor(lower))), float(np.ceil(upper))


def _reach(mean: float, variance: float) -> tuple[float, float]:
    """How far the central 80 % of a negative binomial reaches below and above its mean, in whole counts."""
    from scipy.stats import nbinom

    if mean == 0:
        return 0.0, 0.0
    over = max(variance / mean, 1 + 1e-6)
    low, high = nbinom(mean / (over - 1), 1 / over).ppf([TAIL, 1 - TAIL])
    # Of a mean below ½ nine tenths may be 0: the interval does not reach above the mean then.
    return max(0.0, mean - float(low)), max(0.0, float(high) - mean)
