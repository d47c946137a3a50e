"""Table `place_risk`: each station's forecast of the first month that has not begun, spread over its cells."""

from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from expectations.contracts.ddl import conform, empty
from expectations.contracts.places.place_risk import PLACE_RISK
from transforms.meeting.patrol.foreseen import foreseen

GRADES = 10
LOWER, UPPER = 0.1, 0.9
POISSON = 1e-5
"""α up to which a count is as good as Poisson, and a negative binomial one is no longer computed well."""
Vector = NDArray[np.float64]


def place_risk(
    shares: pl.DataFrame,
    cells: pl.DataFrame,
    forecast: pl.DataFrame,
    running: pl.DataFrame,
    month: date,
    as_of: date,
    *,
    grid: str,
) -> pl.DataFrame:
    """One row per cell and crime type that is forecast, for the first month that has not begun.

    A cell is expected to have its share among the cells of its station, times the mean of the station's forecast; where
    a station has none, its share among all cells times the mean of the agency's. Crimes without a usable point are so
    taken to lie as the others do. A grade is a tenth of what is expected: cells in order of it, the most expected
    first, are of grade 10 until a tenth is reached, and a cell on a border is of the higher grade.

    Bounds are quantiles of a negative binomial count of that mean m and variance m + αm² (the NB2 of Cameron & Trivedi
    2013, Regression Analysis of Count Data, 2nd ed., 3.3), of a Poisson count where α is next to nothing: the least
    count that at least 10, and 90, of 100 such months do not exceed.

    Args:
        shares: crime_type, cell, share (above 0), dispersion (α > 0, the same for a crime type), method.
        cells: The study area, named (`named`).
        forecast: The table; rows of this origin are looked at.
        running: Table `running_month`.
        month: First day of the run's month.
        as_of: Day of the run.
        grid: Name of the agency's grid, for whoever reads the rows when it is another.
    """
    ahead = foreseen(forecast, running, month, as_of)
    placed = shares.join(cells, on="cell").sort("crime_type", "cell")
    stations = ahead.select("crime_type", pl.col("district").alias("station"), pl.col("mean").alias("of_station"))
    agency = ahead.filter(pl.col("level") == "agency").select("crime_type", "month", pl.col("mean").alias("of_agency"))
    beside = placed.join(agency, on="crime_type").join(stations, on=["crime_type", "station"], how="left")
    if beside.is_empty():
        return empty(PLACE_RISK)
    in_station = pl.col("share") / pl.col("share").sum().over("crime_type", "station")
    in_agency = pl.col("share") / pl.col("share").sum().over("crime_type")
    expected = pl.coalesce(pl.col("of_station") * in_station, pl.col("of_agency") * in_agency)
    ranked = _ranked(beside.with_columns(expected=expected))
    lower, upper = _bounds(ranked["expected"].to_numpy(), ranked["dispersion"].to_numpy())
    made = ranked.with_columns(
        lower_80=pl.Series(lower),
        upper_80=pl.Series(upper),
        origin_month=pl.lit(month),
        grid=pl.lit(grid),
        issued=pl.col("month") > as_of,
    )
    return conform(made, PLACE_RISK)


def _ranked(rows: pl.DataFrame) -> pl.DataFrame:
    """With share, rank and grade among the cells of a crime type; where nothing is expected all shares are equal."""
    order = rows.sort("crime_type", "expected", "cell", descending=[False, True, False])
    total = pl.col("expected").sum().over("crime_type")
    share = pl.when(total > 0).then(pl.col("expected") / total).otherwise(1 / pl.len().over("crime_type"))
    before = (pl.col("share").cum_sum() - pl.col("share")).over("crime_type")
    # Sums of equal shares reach a border but for their last digits.
    grade = (GRADES - (before * GRADES + 1e-9).floor()).clip(1, GRADES)
    return order.with_columns(share=share, rank=pl.int_range(1, pl.len() + 1).over("crime_type")).with_columns(
        grade=grade.cast(pl.Int8)
    )


def _bounds(mean: Vector, dispersion: Vector) -> tuple[Vector, Vector]:
    """Lower and upper bound of each count's 80 % interval."""
    from scipy.stats import nbinom, poisson

    lower, upper = (poisson.ppf(level, mean) for level in (LOWER, UPPER))
    wide = (dispersion > POISSON) & (mean > 0)
    size, chance = 1 / dispersion[wide], 1 / (1 + dispersion[wide] * mean[wide])
    lower[wide], upper[wide] = (nbinom.ppf(level, size, chance) for level in (LOWER, UPPER))
    return np.maximum(lower, 0.0), np.maximum(upper, 0.0)  # of a mean of 0 scipy gives −1
