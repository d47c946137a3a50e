"""What was issued of cells as forecasts of areas: of each cell, and of lists of cells together."""

from collections.abc import Mapping
from statistics import NormalDist

import polars as pl

from transforms.meeting.signals.compared import SPREAD_80

KEY = ("crime_type", "origin_month", "month")
HELD = (80, 95)


def of_areas(
    issued: pl.DataFrame,
    members: pl.DataFrame,
    forecast: pl.DataFrame,
    in_cells: pl.DataFrame,
    dispersion: Mapping[str, float],
    root: str,
) -> pl.DataFrame:
    """One row per area, crime type, origin and month that was issued: mean and bounds, as in `forecast`.

    What was issued is of all crimes, those without a usable point among them; what is counted in cells is not. So it is
    thinned by the share of the month's crimes that lie in cells.

    Cells' counts around what is expected of them are independent, of mean m and variance m + αm², and α holds what
    their month is missed by on the whole (`forecasts.places.dispersion`). Of many cells of a station together that is
    no chance of each: what the station's own forecast may miss its level by, (σ² − M)/M² of mean M and variance σ², is
    added times the square of the area's mean in it. A cell that an issue does not name was none of its study area, and
    nothing was expected there. Bounds are the normal law's and may lie below 0: `foreseen` takes no more from them than
    the variance where crimes are few.

    Args:
        issued: cell, crime_type, origin_month, month, station, expected, issued, run_id.
        members: area and cell.
        forecast: Table `forecast`; an area of a station without a row, for which the agency has none either, has none.
        in_cells: crime_type, month and share of its crimes that lie in cells; a month without it has no row.
        dispersion: α by crime type.
        root: The agency's code.
    """
    wide = (pl.col("upper_80") - pl.col("lower_80")) / SPREAD_80
    missed = ((wide**2 - pl.col("mean")).clip(lower_bound=0.0) / pl.col("mean") ** 2).alias("missed")
    levels = forecast.filter(pl.col("mean") > 0).select(*KEY, pl.col("district").alias("station"), missed)
    of_root = levels.filter(pl.col("station") == root).select(*KEY, pl.col("missed").alias("of_root"))
    alpha = pl.col("crime_type").replace_strict(dict(dispersion), default=None, return_dtype=pl.Float64)
    by_station = (
        issued.select("cell", *KEY, "station", "expected", "issued", "run_id")
        .join(members, on="cell")
        .join(in_cells, on=["crime_type", "month"])
        .with_columns(expected=pl.col("expected") * pl.col("share"))
        .sort("area", *KEY, "cell")
        .with_columns(own=pl.col("expected") + alpha * pl.col("expected") ** 2)
        .group_by("area", *KEY, "station", "issued", "run_id", maintain_order=True)
        .agg(pl.col("expected", "own").sum(), alike=pl.col("own").null_count() == 0)
        .join(levels, on=[*KEY, "station"], how="left", maintain_order="left")
        .join(of_root, on=list(KEY), how="left", maintain_order="left")
        .with_columns(missed=pl.coalesce("missed", "of_root"))
    )
    made = (
        by_station.with_columns(variance=pl.col("own") + pl.col("missed") * pl.col("expected") ** 2)
        .group_by("area", *KEY, "issued", "run_id", maintain_order=True)
        .agg(
            known=(pl.col("missed").is_not_null() & pl.col("alike")).all(),
            mean=pl.col("expected").sum(),
            error=pl.col("variance").sum().sqrt(),
        )
        .filter(pl.col("known"))
    )
    bounds = {
        f"{side}_{held}": pl.col("mean") + sign * NormalDist().inv_cdf(0.5 + held / 200) * pl.col("error")
        for held in HELD
        for side, sign in (("lower", -1), ("upper", 1))
    }
    return made.select("area", *KEY, "mean", **bounds, issued="issued", run_id="run_id")
