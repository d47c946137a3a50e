"""How much more a series varies than Poisson counts do."""

from datetime import date

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

NOT_YET = 2
"""Newest months whose comparisons φ does not rest on yet: a level that has just changed would widen the yardstick by
which its own second and third month are judged, and so hide itself."""

ADJACENT = 2 / 3
"""Independent comparisons that one of consecutive months is worth: neighbours share a month, so their squares correlate
by (−1/2)², and Var Σ = 2n(1 + 2/4)."""


def dispersion(past: pl.DataFrame, month: date, apart: int = 1) -> pl.DataFrame:
    """One row per series (district, crime type): `dispersion` φ ≥ 1 and its `freedom`, empty where nothing compares.

    φ is the sum of squared differences between months and the mean of the same month of earlier years, over what that
    sum is expected to be for Poisson counts: Σ(x − cm)² / Σ cm(1 + c/k) over the newest 36, one of which is spent on c
    (moment estimator, McCullagh & Nelder 1989, Generalized Linear Models, 4.5; summed before dividing, as small means
    make single ratios unstable). c = Σx/Σm takes out the trend that all comparisons share: else φ would hold it, and a
    yardstick as wide as the trend sees nothing. It is then drawn towards that of the crime type at the same level
    (`shrunk_dispersion`).

    A change of level within those months still raises φ, so it makes signals rarer, not more frequent. Where no series
    of the crime type and level has twelve such comparisons yet, consecutive months are compared instead: that holds the
    season as well and errs the same way.

    Args:
        past: Months: district, level, crime_type, month, era, expected_final, complete, three_year_mean (m) and years
            (k). Those that are not complete, and those of no era, are passed over.
        month: The month φ is for; it rests on those before it, the newest `NOT_YET` left out.
        apart: Months between two that are compared where earlier years are too few: as many as are summed in each, for
            sums that share months hardly differ.
    """
    group = ("crime_type", "level")
    past = past.filter(pl.col("month") < pl.lit(month).dt.offset_by(f"-{NOT_YET}mo"))
    series = (
        past.select(*SERIES, "level")
        .unique(maintain_order=True)
        .join(_from_earlier_years(past), on=SERIES, how="left")
        .join(_from_consecutive_months(past, apart), on=SERIES, how="left", suffix="_month")
        .with_columns(is_long=pl.col("comparisons").max().over(group).fill_null(0) >= ENOUGH)
    )
    series = series.select(
        *SERIES,
        *group[1:],
        *(pl.when("is_long").then(name).otherwise(f"{name}_month").alias(name) for name in ("own", "comparisons")),
        worth=pl.when("is_long").then(1.0).otherwise(ADJACENT),
    )
    found = [part.with_columns(_shrunk(part)) for part in series.partition_by(group, maintain_order=True)]
    schema = {**{name: series.schema[name] for name in SERIES}, "dispersion": pl.Float64(), "freedom": pl.Float64()}
    return pl.concat([pl.DataFrame(schema=schema), *(part.select(*schema) for part in found)])


def shrunk_dispersion(own: Vector, comparisons: Vector) -> Vector:
    """φ of the series of one crime type and level, each drawn towards their mean, at least 1.

    A series' own φ from n comparisons weighs n/(n + 24). The mean weighs each series by its comparisons.

    Args:
        own: Each series' own estimate along the last axis; NaN where it has none.
        comparisons: How many comparisons it rests on.

    Returns:
        φ by series; NaN for all where none has an estimate.
    """
    known = np.isfinite(own) & (comparisons > 0)
    counted = np.where(known, comparisons, 0.0)
    own = np.where(known, own, 0.0)
    total = counted.sum(axis=-1, keepdims=True)
    shared = np.divide(
        (counted * own).sum(axis=-1, keepdims=True), total, out=np.full(total.shape, np.nan), where=total > 0
    )
    weight = _own_weight(counted)
    return np.maximum(1.0, weight * own + (1 - weight) * shared)


def freedom(comparisons: Vector) -> Vector:
    """Degrees of freedom of `shrunk_dispersion`: how many comparisons each series' φ rests on, in effect.

    A mean of n squared normal errors has variance 2φ²/n; φ is w of its own and 1 − w of a mean over all N, own ones
    included, hence 2φ²(w²/n + (1 − w²)/N): that of 1/(w²/n + (1 − w²)/N) comparisons (Satterthwaite 1946, Biometrics
    Bulletin 2:110).

    Args:
        comparisons: How many comparisons each series of one crime type and level has, along the last axis. Where
            one is worth less than an independent one (`ADJACENT`), the result is to be multiplied by that.
    """
    total = comparisons.sum(axis=-1, keepdims=True)
    square = _own_weight(comparisons) ** 2
    own = np.divide(square, comparisons, out=np.zeros(np.shape(comparisons)), where=comparisons > 0)
    spread = own + np.divide(1 - square, total, out=np.full(np.shape(square), np.inf), where=total > 0)
    return 1 / spread


def _own_weight(comparisons: Vector) -> Vector:
    return comparisons / (comparisons + HALF_WEIGHT)


def floats(series: pl.Series) -> Vector:
    """The values as floats for numpy, NaN where empty."""
    return series.cast(pl.Float64).to_numpy()


def float_columns(values: dict[str, Vector]) -> list[pl.Series]:
    """Columns by name, empty where a value is NaN: the inverse of `floats`."""
    return [pl.Series(name, found, dtype=pl.Float64, nan_to_null=True) for name, found in values.items()]


def _shrunk(part: pl.DataFrame) -> list[pl.Series]:
    comparisons = floats(part["comparisons"].fill_null(0))
    found = {
        "dispersion": shrunk_dispersion(floats(part["own"]), comparisons),
        "freedom": freedom(comparisons) * floats(part["worth"]),
    }
    return float_columns(found)


def _from_earlier_years(past: pl.DataFrame) -> pl.DataFrame:
    """φ of each series from its months x against the mean m of k same months, their common rise c taken out.

    c = Σx/Σm is what a trend makes of every comparison alike; E(x − cm)² = φ(cm + c²m/k), and one comparison is spent.
    """
    x, m = pl.col("expected_final"), pl.col("three_year_mean")
    compared = _newest(past.filter("complete", pl.col("years") > 0))
    rise = pl.when(m.sum() > 0).then(x.sum() / m.sum()).otherwise(1.0).over(SERIES)
    spent = (1 - 1 / pl.len()).over(SERIES)
    expected = rise * m * (1 + rise / pl.col("years")) * spent
    return _ratio(compared, (x - rise * m) ** 2, expected, spent=1)


def _from_consecutive_months(past: pl.DataFrame, apart: int) -> pl.DataFrame:
    """φ of each series from its months against the one before, neither of them the standard: E(x − y)² = φ(x + y)."""
    whole = past.filter("complete").drop_nulls("era").sort(*SERIES, "month")
    within = (*SERIES, "era")
    whole = whole.with_columns(
        before=pl.col("expected_final").shift(apart).over(within),
        month_before=pl.col("month").shift(apart).over(within),
    )
    adjacent = whole.filter(pl.col("month_before") == pl.col("month").dt.offset_by(f"-{apart}mo"))
    x, before = pl.col("expected_final"), pl.col("before")
    return _ratio(_newest(adjacent), (x - before) ** 2, x + before, spent=0)


def _newest(compared: pl.DataFrame) -> pl.DataFrame:
    """The comparisons φ rests on: each series' newest."""
    return compared.sort(*SERIES, "month").group_by(SERIES, maintain_order=True).tail(COMPARISONS)


def _ratio(compared: pl.DataFrame, square: pl.Expr, expected: pl.Expr, spent: int) -> pl.DataFrame:
    """One row per series: `own` φ over its comparisons and how many (`comparisons`) those are, less those spent."""
    summed = (
        compared.select(*SERIES, square=square, expected=expected)
        .group_by(SERIES, maintain_order=True)
        .agg(pl.col("square").sum(), pl.col("expected").sum(), comparisons=pl.len().cast(pl.Int64) - spent)
    )
    # Earlier years of zeros only: as far as is known it varies no more than Poisson counts.
    own = pl.when(pl.col("expected") > 0).then(pl.col("square") / pl.col("expected")).otherwise(1.0)
    return summed.select(*SERIES, own=own, comparisons="comparisons")
