"""How far a month lies from what was forecast before it, and which counts would be no surprise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from expectations.months import add_months
from expectations.signals import RISE
from transforms.meeting.signals.compared import SPREAD_80
from transforms.meeting.signals.dispersion import SERIES, Vector
from transforms.meeting.signals.exceedance import QUANTILES, SPARSE, Scale, SparseScale

FREEDOM = 30.0
"""Degrees of freedom of surprises: their far ends are those of Student's t, as `false_signals` finds by simulation (two
standard errors are passed in 5.0 % of the months of stations and boxes, three in 0.35 to 0.40 %)."""


@dataclass(frozen=True)
class Surprises:
    """By row of the outlook what was expected of it; NaN where nothing was.

    Attributes:
        surprise: The count in standard errors of its forecast, 0 at the median.
        foreseen: Mean of the forecast.
        power: Chance that a rise by 30 % is flagged in its first month.
        lower: Smallest whole count that would not be flagged by it; 0 where none is low enough to be.
        upper: Largest whole count that would not be.
    """

    surprise: Vector
    foreseen: Vector
    power: Vector
    lower: Vector
    upper: Vector


def expected_before(forecast: pl.DataFrame, told: pl.DataFrame, month: date) -> pl.DataFrame:
    """One row per series: the forecast of a month made at the end of the one before; none across a break.

    Args:
        forecast: Table `forecast`; that origin's rows of horizon 1, as issued, else as computed in retrospect.
        told: Months of the series, with era: the one before has to be counted like it.
        month: The month.
    """
    before = add_months(month, -1)
    ahead = forecast.filter(pl.col("origin_month") == before, pl.col("month") == month)
    eras = told.filter(pl.col("month").is_in([before, month]))
    broken = eras.group_by(SERIES).agg(broken=(pl.col("era").n_unique() > 1) | pl.col("era").is_null().any())
    alike = ahead.join(broken.filter("broken"), on=SERIES, how="anti")
    return alike.select(*SERIES, *QUANTILES, foreseen="mean")


def surprises(sheet: pl.DataFrame, watch: Sequence[float | None]) -> Surprises:
    """What was expected of every row that has a forecast from before, and is whole.

    The surprise is the normal score of the count within its forecast (`Scale`, `SparseScale`), divided by
    √(1 + (b σ)²) where late reports leave the count open: σ is their standard error of √x (delta method), b the score's
    slope there.

    Args:
        sheet: complete, expected_final with its bounds, foreseen and the quantiles of the forecast before.
        watch: By row, from which surprise on it is a watch; None where it is not known.
    """
    rows = [_row(row, limit) for row, limit in zip(sheet.iter_rows(named=True), watch, strict=True)]
    return Surprises(*(np.array(column, dtype=np.float64) for column in zip(*rows, strict=True))) if rows else _none()


def standardised(sheet: pl.DataFrame) -> Vector:
    """The surprise of every row; NaN where there is no forecast from before, or the month is not whole."""
    return surprises(sheet, [None] * sheet.height).surprise


def _none() -> Surprises:
    return Surprises(*(np.empty(0) for _ in range(5)))


def _row(row: Mapping[str, Any], watch: float | None) -> tuple[float, ...]:
    nan = float("nan")
    if row["foreseen"] is None or not row["complete"] or row["expected_final"] < 0:
        return nan, nan, nan, nan, nan
    count = row["expected_final"]
    scale = SparseScale.of(row) if row["foreseen"] < SPARSE else Scale.of(row)
    wide = _widened(row, scale)
    surprise = scale.score(count) / wide
    if watch is None:
        return surprise, row["foreseen"], nan, nan, nan
    limit = watch * wide
    risen = scale.score((1 + RISE) * row["median"]) / wide
    lower = np.floor(scale.count(-limit)) + 1 if scale.score(0.0) <= -limit else 0.0
    upper = max(np.ceil(scale.count(limit)) - 1, lower)
    return surprise, row["foreseen"], _beyond(risen, watch), float(lower), float(upper)


def _beyond(shift: float, limit: float) -> float:
    """Probability that a normal surprise so much shifted is beyond a limit, on either side."""
    from scipy.special import ndtr

    return float(ndtr(shift - limit) + ndtr(-shift - limit))


def _widened(row: Mapping[str, Any], scale: Scale | SparseScale) -> float:
    lower, upper, count = row["expected_final_lower_80"], row["expected_final_upper_80"], row["expected_final"]
    if lower is None or upper is None:
        return 1.0
    error = (upper - lower) / SPREAD_80 / (2 * np.sqrt(max(count, 1.0)))
    return float(np.sqrt(1 + (scale.slope(count) * error) ** 2))
