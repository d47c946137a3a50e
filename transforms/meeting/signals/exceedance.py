"""The probability that a forecast month exceeds a count, read from the quantiles that were published."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

QUANTILES: dict[str, float] = {
    "lower_95": 0.025, "lower_80": 0.1, "lower_50": 0.25, "median": 0.5,
    "upper_50": 0.75, "upper_80": 0.9, "upper_95": 0.975,
}  # fmt: skip
"""Columns of `forecast` and the probability each is the quantile of."""


def above_last_year(ahead: pl.DataFrame, crime_month: pl.DataFrame) -> pl.Series:
    """By row, the probability that the month exceeds the same month of the year before; null where that is not whole.

    Args:
        ahead: district, crime_type, month and the columns of `QUANTILES`; of a month still running also counted, what
            it has already.
        crime_month: Contract `crime_month`.
    """
    year_before = crime_month.filter("complete").select(
        "district", "crime_type", pl.col("month").dt.offset_by("1y"), pl.col("incidents").alias("year_before")
    )
    rows = ahead.join(year_before, on=["district", "crime_type", "month"], how="left", maintain_order="left")
    found = [_above(row["year_before"], row) for row in rows.iter_rows(named=True)]
    return pl.Series("probability_above_last_year", found, dtype=pl.Float64)


def _above(year_before: int | None, row: Mapping[str, Any]) -> float | None:
    if year_before is None:
        return None
    return 1.0 if (row.get("counted") or 0) > year_before else probability_above(year_before, row)


def probability_above(count: float, quantiles: Mapping[str, float]) -> float:
    """Probability that a month comes out above a count, by the published quantiles of its forecast.

    The quantiles are continuous while a month is a whole number, so "above 12" is taken as above 12.5. Between
    quantiles, and beyond the outer ones along the outermost stretch, the normal score of the probability runs straight
    against the square root of the count: there counts are nearly normal (Anscombe 1948, Biometrika 35:246).

    Args:
        count: The count to exceed.
        quantiles: The columns of `QUANTILES`, none falling.

    Returns:
        A probability, 0 to 1; where all quantiles are one value, whether that value lies above.
    """
    from scipy.special import ndtr, ndtri

    values = np.array([quantiles[name] for name in QUANTILES])
    # Equal quantiles are a lump of probability: the value is not exceeded by the largest of theirs.
    values, first = np.unique(values[::-1], return_index=True)
    scores = ndtri(np.array(list(QUANTILES.values()))[::-1][first])
    if len(values) == 1:
        return float(values[0] > count)
    roots, at = np.sqrt(values), np.sqrt(max(count + 0.5, 0.0))
    left = int(np.clip(np.searchsorted(roots, at) - 1, 0, len(roots) - 2))
    slope = (scores[left + 1] - scores[left]) / (roots[left + 1] - roots[left])
    return float(ndtr(-(scores[left] + slope * (at - roots[left]))))
