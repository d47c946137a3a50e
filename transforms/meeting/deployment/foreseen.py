"""Crimes of some days against what had been forecast of their months before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from expectations.months import first_of_month, last_of_month, month_range
from transforms.meeting.deployment.statistics.placebo import NORMAL
from transforms.meeting.deployment.statistics.weekly import WEEK
from transforms.meeting.signals.compared import SPREAD_80
from transforms.meeting.signals.dispersion import Vector
from transforms.meeting.spans.interval import sum_bounds
from transforms.meeting.spans.made_before import made_before

BOUNDS = ("lower_80", "upper_80", "lower_95", "upper_95")


@dataclass(frozen=True)
class Foreseen:
    """What was forecast of some days.

    Attributes:
        mean: Crimes of them.
        lower: Lower bound of their 95 % interval.
        upper: Upper bound.
    """

    mean: float
    lower: float
    upper: float

    @property
    def error(self) -> float:
        """Standard error, of both sides together."""
        return (self.upper - self.lower) / (2 * NORMAL)

    def z(self, observed: float) -> float:
        """A count in standard errors of the side it lies on; NaN where the interval has no width there."""
        reach = self.upper - self.mean if observed > self.mean else self.mean - self.lower
        return (observed - self.mean) / (reach / NORMAL) if reach > 0 else float("nan")


def shares(first: date, weeks: int) -> dict[date, float]:
    """By month, which share of its days lie in so many weeks from a day."""
    last = first + timedelta(days=WEEK * weeks - 1)
    return {
        month: ((min(last, last_of_month(month)) - max(first, month)).days + 1) / last_of_month(month).day
        for month in month_range(first_of_month(first), last)
    }


def forecast_before(
    rows: pl.DataFrame, first: date, weeks: int, issued_on: Mapping[str, date]
) -> tuple[pl.DataFrame, int]:
    """The forecast made before a day of the months that weeks from it lie in, and how many weeks it reaches.

    Args:
        rows: One series: origin_month, month, mean and bounds, issued, run_id.
        first: The day.
        weeks: Whole weeks wanted.
        issued_on: As-of day of every run whose forecasts were published, by run_id.
    """
    wanted = list(shares(first, weeks))
    ahead, _ = made_before(rows, first, wanted, issued_on)
    held = set(ahead["month"].to_list())
    reached = first
    for month in wanted:
        if month not in held:
            break
        reached = last_of_month(month) + timedelta(days=1)
    return ahead, min((reached - first).days // WEEK, weeks)


def months_of(ahead: pl.DataFrame) -> dict[str, Vector]:
    """Mean and bounds of forecast months, in the frame's order."""
    return {name: ahead[name].cast(pl.Float64).to_numpy() for name in ("mean", *BOUNDS)}


def foreseen(months: Mapping[str, Vector], share: Vector, correlation: float, dispersion: float) -> Foreseen:
    """The forecast of parts of months, summed with the errors' correlation.

    Of a month's variance φ m comes from its own crimes and goes with the share f of its days; the rest is of its level
    and goes with f². So the bounds of a part lie √(f s + f²(1 − s)) times as far from its mean, s = φ m/σ². What errors
    of two months share is of their levels: their correlation is made smaller by as much as these bounds are wider.

    Args:
        months: mean and `BOUNDS`, an entry a month.
        share: By month, the share of its days.
        correlation: ρ of the errors of two whole months.
        dispersion: φ.
    """
    mean = months["mean"]
    wide = (months["upper_80"] - months["lower_80"]) / SPREAD_80
    own = np.divide(dispersion * mean, wide**2, out=np.ones_like(wide), where=wide > 0).clip(0.0, 1.0)
    scale = np.sqrt(share * own + share**2 * (1 - own))
    rows = {"mean": share * mean, **{name: share * mean + scale * (months[name] - mean) for name in BOUNDS}}
    between = _pairs(scale * wide)
    weaker = _pairs(share * wide) / between if between > 0 else 1.0
    bounds = sum_bounds(rows, correlation * weaker, (95,))
    return Foreseen(float(rows["mean"].sum()), bounds["lower_95"], bounds["upper_95"])


def _pairs(reach: Vector) -> float:
    return float(reach.sum() ** 2 - (reach**2).sum())
