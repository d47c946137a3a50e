"""Months whose exports moved as no other month's did: a truncated delivery teaches nothing of late reports.

The chain ladder's factors are ratios of sums, which one bad export can move without bound. As in the robust chain
ladder, what lies far outside what all others say is taken out before the factors are computed anew, and what does not
keeps its whole weight: months without such an export give the same factors to the last bit.

References: Verdonck, Van Wouwe & Dhaene (2009), A robustification of the chain-ladder method, North American Actuarial
Journal 13(2), 280-298 (outlying claims are detected and taken out, the factors computed without them); Tukey (1977),
Exploratory Data Analysis, ch. 2 (judging by the quartile of the others, which no single one can move).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

LEAST = 10.0
"""Reports that have to be added or lost: fewer are chance."""
FLOOR = 0.25
"""Share of the first count that any month may gain or lose: offices book a quarter late, and correct as much."""
TIMES = 4.0
"""How many times what the others gain or lose makes a month odd."""
KNOWN = 4
"""Other months from which their upper quartile is taken; of fewer the largest."""
TRUSTED = 3
"""Other months without which a gain is believed, up to `ALONE`: whoever begins to deliver has one month to show."""
ALONE = 2.0
"""Gain that no month is believed alone: it says that less than a third had been reported."""

ALIKE = 7
"""Days by which another month may have been seen later at first and still be compared: later ones gain less."""


@dataclass(frozen=True)
class Odd:
    """A month whose exports are not learned from.

    Attributes:
        month: Its first day.
        gained: Share of its first count that later exports added.
        lost: Share that later exports took away.
    """

    month: date
    gained: float
    lost: float


def odd_months(seen: pl.DataFrame, final_days: int) -> dict[date, Odd]:
    """Months of which an export gained or lost far more than those of all others, by month.

    Of a month with first count c₀ and counts c₁ … cₖ at its later exports, summed over the districts,
    g = Σ (cⱼ − cⱼ₋₁)⁺ / c₀ was gained and l = Σ (cⱼ₋₁ − cⱼ)⁺ / c₀ lost. With q the upper quartile (of fewer than four
    the largest) of the other months first seen at most ALIKE days later, a month is odd where g or l is above both
    FLOOR and TIMES · q, and is made of at least LEAST reports; a gain of at most ALONE only beside three others.

    Args:
        seen: district, crime_type, month, exported_on, incidents; only exports that may be used.
        final_days: Age at which a count is final.
    """
    moves = _moves(seen, final_days)
    odd = {}
    for month, own in sorted(moves.items()):
        others = [one for other, one in moves.items() if other != month and one.age <= own.age + ALIKE]
        gained = _is_far(own.up, own.first, [one.up / one.first for one in others])
        lost = _is_far(own.down, own.first, [one.down / one.first for one in others])
        if lost or (gained and (len(others) >= TRUSTED or own.up > ALONE * own.first)):
            odd[month] = Odd(month, own.up / own.first, own.down / own.first)
    return odd


@dataclass(frozen=True)
class _Move:
    """A month's first count, its age in days, what later exports added to it and what they took."""

    first: float
    age: int
    up: float
    down: float


def _moves(seen: pl.DataFrame, final_days: int) -> dict[date, _Move]:
    """By month that was seen at least twice. What one district loses to another is no report lost."""
    age = (pl.col("exported_on") - pl.col("month").dt.month_end()).dt.total_days()
    aged = (
        seen.with_columns(age=age).filter(pl.col("age") >= 0).with_columns(pl.col("age").clip(upper_bound=final_days))
    )
    series = ["district", "crime_type", "month"]
    aged = aged.sort(*series, "exported_on").unique([*series, "age"], keep="first", maintain_order=True)
    told = aged.with_columns(
        step=pl.col("incidents").diff().over(series), count=pl.col("incidents").clip(lower_bound=0)
    )
    first = told.filter(pl.col("step").is_null()).group_by("month").agg(pl.col("count").sum(), pl.col("age").min())
    net = (
        told.drop_nulls("step")
        .group_by("month", "age")
        .agg(pl.col("step").sum())
        .group_by("month")
        .agg(up=pl.col("step").clip(lower_bound=0).sum(), down=-pl.col("step").clip(upper_bound=0).sum())
    )
    found = net.join(first, on="month").filter(pl.col("count") > 0).select("month", "count", "age", "up", "down")
    return {month: _Move(float(c), a, float(up), float(down)) for month, c, a, up, down in found.iter_rows()}


def _is_far(told: float, first: float, others: Sequence[float]) -> bool:
    """Whether a month moved far beyond what all others did."""
    shares = sorted(others)
    usual = shares[(3 * len(shares)) // 4] if len(shares) >= KNOWN else max(shares, default=0.0)
    return told >= LEAST and told / first > max(FLOOR, TIMES * usual)
