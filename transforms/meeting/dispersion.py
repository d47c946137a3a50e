"""How much more a series varies than Poisson counts do."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

Vector = NDArray[np.float64]

SERIES = ("district", "crime_type")

COMPARISONS = 36
"""Newest comparisons a series' φ rests on: older years may have been counted otherwise."""

ENOUGH = 12
"""Comparisons with the same month of earlier years from which on φ is taken from those."""

HALF_WEIGHT = 24
"""Comparisons of its own at which a series' φ weighs as much as that of its crime type, as for the intervals."""


def dispersion(past: pl.DataFrame) -> pl.DataFrame:
    """One row per series (district, crime type): `dispersion` φ ≥ 1, empty where nothing could be compared.

    φ is the sum of squared differences between months and the mean of the same month of earlier years, over what that
    sum is expected to be for Poisson counts: Σ(x − m)² / Σ m(1 + 1/k) over the newest 36 (moment estimator, McCullagh
    & Nelder 1989, Generalized Linear Models, 4.5; summed before dividing, as small means make single ratios unstable).
    It is then drawn towards that of the crime type at the same level (`shrunk_dispersion`).

    A real change of level raises φ, so a trend makes signals rarer, not more frequent. Where no series of the crime
    type and level has twelve such comparisons yet, consecutive months are compared instead: that holds the season as
    well and errs the same way.

    Args:
        past: The months before the one φ is for: district, level, crime_type, month, expected_final, complete,
            three_year_mean (m) and years (k). Months that are not complete are passed over.
    """
    group = ("crime_type", "level")
    series = (
        past.select(*SERIES, "level")
        .unique(maintain_order=True)
        .join(_from_earlier_years(past), on=SERIES, how="left")
        .join(_from_consecutive_months(past), on=SERIES, how="left", suffix="_month")
        .with_columns(is_long=pl.col("comparisons").max().over(group).fill_null(0) >= ENOUGH)
    )
    series = series.select(
        *SERIES,
        *group[1:],
        *(pl.when("is_long").then(name).otherwise(f"{name}_month").alias(name) for name in ("own", "comparisons")),
    )
    found = [part.with_columns(_shrunk(part)) for part in series.partition_by(group, maintain_order=True)]
    schema = {**{name: series.schema[name] for name in SERIES}, "dispersion": pl.Float64()}
    return pl.concat([pl.DataFrame(schema=schema), *(part.select(*schema) for part in found)])


def shrunk_dispersion(own: Vector, comparisons: Vector) -> Vector:
    """φ of the series of one crime type and level, each drawn towards their mean, at least 1.

    A series' own φ from n comparisons weighs n/(n + 24). The mean weighs each series by its comparisons.

    Args:
        own: Each series' own estimate; NaN where it has none.
        comparisons: How many comparisons it rests on.

    Returns:
        φ by series; NaN for all where none has an estimate.
    """
    known = np.isfinite(own) & (comparisons > 0)
    if not known.any():
        return np.full(len(own), np.nan)
    shared = float(np.average(own[known], weights=comparisons[known]))
    weight = np.where(known, comparisons / (comparisons + HALF_WEIGHT), 0.0)
    return np.maximum(1.0, weight * np.where(known, own, 0.0) + (1 - weight) * shared)


def floats(series: pl.Series) -> Vector:
    """The values as floats for numpy, NaN where empty."""
    return series.cast(pl.Float64).fill_null(np.nan).to_numpy()


def _shrunk(part: pl.DataFrame) -> pl.Series:
    values = shrunk_dispersion(floats(part["own"]), floats(part["comparisons"].fill_null(0)))
    return pl.Series("dispersion", values, dtype=pl.Float64).fill_nan(None)


def _from_earlier_years(past: pl.DataFrame) -> pl.DataFrame:
    """φ of each series from its months against the mean m of k same months: E(x − m)² = φ·m(1 + 1/k)."""
    mean = pl.col("three_year_mean")
    return _ratio(past.filter("complete", pl.col("years") > 0), mean, mean * (1 + 1 / pl.col("years")))


def _from_consecutive_months(past: pl.DataFrame) -> pl.DataFrame:
    """φ of each series from its months against the month before, neither of them the standard: E(x − y)² = φ(x + y)."""
    whole = past.filter("complete").sort(*SERIES, "month")
    whole = whole.with_columns(
        before=pl.col("expected_final").shift(1).over(SERIES), month_before=pl.col("month").shift(1).over(SERIES)
    )
    adjacent = whole.filter(pl.col("month_before") == pl.col("month").dt.offset_by("-1mo"))
    return _ratio(adjacent, pl.col("before"), pl.col("expected_final") + pl.col("before"))


def _ratio(compared: pl.DataFrame, against: pl.Expr, expected: pl.Expr) -> pl.DataFrame:
    """One row per series: `own` φ over its newest comparisons and how many (`comparisons`) those are."""
    summed = (
        compared.sort(*SERIES, "month")
        .select(*SERIES, square=(pl.col("expected_final") - against) ** 2, expected=expected)
        .group_by(SERIES, maintain_order=True)
        .tail(COMPARISONS)
        .group_by(SERIES, maintain_order=True)
        .agg(pl.col("square").sum(), pl.col("expected").sum(), comparisons=pl.len().cast(pl.Int64))
    )
    # Earlier years of zeros only: as far as is known it varies no more than Poisson counts.
    own = pl.when(pl.col("expected") > 0).then(pl.col("square") / pl.col("expected")).otherwise(1.0)
    return summed.select(*SERIES, own=own, comparisons="comparisons")
