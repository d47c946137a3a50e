"""The interval of several months' sum, from the interval of each and how their errors go together."""

from collections.abc import Iterable, Mapping

import numpy as np
import polars as pl

from transforms.meeting.signals.compared import SPREAD_80
from transforms.meeting.signals.dispersion import Vector
from transforms.meeting.signals.few_counts import quantile

SMALL = 30.0
"""Mean of a sum below which its interval is a small count's."""
PRIOR_PAIRS = 10.0
"""Pairs of errors that go together completely, added beforehand: without evidence the widest interval stands."""


def dependence(scores: pl.DataFrame, forecast: pl.DataFrame) -> dict[str, float]:
    """By level: the correlation of the errors of one origin's months, 0 to 1.

    Errors are scaled by their forecast's own 80 % interval; pairs of months of the same series and origin are pooled
    over the level's series, Σ e e′ / √(Σ e² Σ e′²), with `PRIOR_PAIRS` added. A level without such pairs is not in it.

    Args:
        scores: Table `forecast_score`.
        forecast: Table `forecast`.
    """
    key = ["origin_month", "district", "crime_type", "month"]
    bounds = forecast.select(*key, "mean", width=pl.col("upper_80") - pl.col("lower_80"))
    errors = (
        scores.select(*key, "level", "horizon", "observed")
        .join(bounds, on=key, how="inner")
        .filter(pl.col("width") > 0)
        .select(
            *key[:3], "level", "horizon", error=(pl.col("observed") - pl.col("mean")) / (pl.col("width") / SPREAD_80)
        )
    )
    pairs = errors.join(errors, on=[*key[:3], "level"], suffix="_later").filter(
        pl.col("horizon") < pl.col("horizon_later")
    )
    one, other = pl.col("error"), pl.col("error_later")
    summed = pairs.group_by("level").agg(both=(one * other).sum(), own=(one**2).sum(), later=(other**2).sum())
    found = {}
    for level, both, own, later in summed.sort("level").iter_rows():
        size = float(np.sqrt(own * later))
        found[str(level)] = float(np.clip((both + PRIOR_PAIRS) / (size + PRIOR_PAIRS), 0.0, 1.0))
    return found


def sum_bounds(rows: Mapping[str, Vector], correlation: float, levels: Iterable[int]) -> dict[str, float]:
    """Bounds of a sum of months, `lower_80` and so on: `sum_interval`'s, or those of a small count.

    Below a mean of `SMALL` the months' own lower bounds end at 0 and tell nothing of how far down the sum may go. There
    the sum is taken for a count with its mean and variance (`few_counts`): that of a month is what its upper 80 % bound
    tells, of a month to come a Poisson count's at least; months go together by the correlation.

    Args:
        rows: mean, lower_ and upper_ of the levels and of 80, an entry a month; `counted` is 1 where a month is over.
        correlation: ρ of two months' errors, 0 to 1.
        levels: Which intervals, in per cent.
    """
    mean = rows["mean"]
    over = rows.get("counted", np.zeros(len(mean))) > 0
    if mean.sum() >= SMALL or over.all():
        found = {
            level: sum_interval(mean, rows[f"lower_{level}"], rows[f"upper_{level}"], correlation) for level in levels
        }
    else:
        told = np.maximum((rows["upper_80"] - mean) / (SPREAD_80 / 2), 0.0)
        error = _together(np.where(over, told, np.maximum(told, np.sqrt(mean))), correlation)
        base, ahead = float(mean[over].sum()), float(mean[~over].sum())
        found = {level: _around(base, ahead, error, level) for level in levels}
    return {
        f"{side}_{level}": two[place] for level, two in found.items() for place, side in enumerate(("lower", "upper"))
    }


def _around(base: float, ahead: float, error: float, level: int) -> tuple[float, float]:
    """The central interval of a count still to come, with that mean and standard error, on top of what is there."""
    low, high = (quantile(0.5 + side * level / 200, ahead, error**2) for side in (-1, 1))
    return base + low, base + high


def sum_interval(means: Vector, lower: Vector, upper: Vector, correlation: float) -> tuple[float, float]:
    """Bounds of a sum of months whose errors correlate, for as many in a hundred as those of the months.

    How far the sum reaches down is √(Σ Σ ρ dᵢ dⱼ) of how far the months do, and up likewise (variance estimates
    recovered from limits: Zou & Donner 2008, Statistics in Medicine 27:1693). With ρ = 1 the bounds add up, the widest
    there is. No bound lies below 0.

    Args:
        means: Of the months.
        lower: Their lower bounds.
        upper: Their upper bounds.
        correlation: ρ of two months' errors, 0 to 1.
    """
    total = float(means.sum())
    down, up = (_together(np.maximum(reach, 0.0), correlation) for reach in (means - lower, upper - means))
    return max(total - down, 0.0), total + up


def _together(reach: Vector, correlation: float) -> float:
    alone, added = float((reach**2).sum()), float(reach.sum()) ** 2
    return float(np.sqrt((1 - correlation) * alone + correlation * added))
