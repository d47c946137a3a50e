"""A month, or a sum of months, held against the same one of earlier years."""

import numpy as np
import polars as pl

from expectations.signals import LEAST_BASE
from transforms.meeting.signals.change import change_z, false_discovery, is_small, two_sided_p
from transforms.meeting.signals.dispersion import SERIES, Vector, float_columns, floats

YEARS_BACK = 3
SPREAD_80 = 2 * 1.2815515655446004
"""Width of a normal 80 % interval in standard deviations."""


def beside_earlier_years(told: pl.DataFrame, years_back: int = YEARS_BACK) -> pl.DataFrame:
    """Each row with its `years` (k), whole, comparable same months of as many years back, and what they were.

    Their mean is in `three_year_mean`, their range in `three_year_lowest` and `three_year_highest`.
    """
    names = [f"back_{back}" for back in range(1, years_back + 1)]
    whole = told.filter("complete").drop_nulls("era").select(*SERIES, "era", "month", "expected_final")
    beside = told
    for back, name in enumerate(names, 1):
        earlier = whole.with_columns(pl.col("month").dt.offset_by(f"{back}y")).rename({"expected_final": name})
        beside = beside.join(earlier, on=[*SERIES, "era", "month"], how="left")
    years = pl.sum_horizontal(pl.col(name).is_not_null().cast(pl.Int64) for name in names)
    return beside.with_columns(
        years=years,
        three_year_mean=pl.mean_horizontal(*names),
        three_year_lowest=pl.min_horizontal(*names),
        three_year_highest=pl.max_horizontal(*names),
    ).drop(names)


def with_z(sheet: pl.DataFrame) -> pl.DataFrame:
    """The sheet with `wide` (φ widened by what late reports leave open), z, test, direction and q_value."""
    columns = ("expected_final", "three_year_mean", "years", "dispersion", "freedom")
    x, m, k, phi, degrees = (floats(sheet[name]) for name in columns)
    wide = phi + late(sheet, x) / (1 + 1 / np.maximum(k, 1))
    z = np.where(sheet["complete"].to_numpy(), change_z(x, m, k, wide), np.nan)
    q = np.full(len(z), np.nan)
    for level in sheet["level"].unique(maintain_order=True):
        rows = (sheet["level"] == level).to_numpy()
        q[rows] = false_discovery(two_sided_p(z[rows], degrees[rows]))
    made = {"wide": wide, "z": z, "q_value": q}
    exact = pl.Series("exact", is_small(x, m, k))
    change = pl.col("expected_final") - pl.col("three_year_mean")
    direction = pl.when(change > 0).then(pl.lit("up")).when(change < 0).then(pl.lit("down")).otherwise(pl.lit("same"))
    told = pl.col("z").is_not_null()
    return sheet.with_columns(float_columns(made)).with_columns(
        test=pl.when(told & exact).then(pl.lit("exact")).when(told).then(pl.lit("z")),
        direction=pl.when(told).then(direction),
        per_cent_change=pl.when(told & (pl.col("three_year_mean") >= LEAST_BASE)).then(
            100 * change / pl.col("three_year_mean")
        ),
    )


def late(sheet: pl.DataFrame, count: Vector) -> Vector:
    """Variance that late reports still to come add to 2√x: theirs over x, by the delta method; 0 where none are due."""
    width = floats(sheet["expected_final_upper_80"]) - floats(sheet["expected_final_lower_80"])
    return np.nan_to_num((width / SPREAD_80) ** 2) / np.maximum(count, 1.0)
