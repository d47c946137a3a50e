"""Expected counts by cell, rolling from month to month, of crimes that are known by their points alone."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl

from expectations.months import add_months, month_range
from forecasts.forecast import forecast
from forecasts.panel import PanelError
from forecasts.places.area import StudyArea
from forecasts.places.shares import rolling_shares
from forecasts.settings import EngineSettings

CANDIDATES = ("seasonal_naive", "smoothing")
"""Models of the month's total: what takes no time, for it moves all cells alike and no ranking."""
LEAST_TOTAL = 0.01
"""Crimes expected of a whole month at least: what has not happened yet may."""
FINEST, COARSEST = 25, 50
"""Metres of the squares on which densities are smoothed."""


def squares_for(cell_metres: int) -> int:
    """Side of the squares for cells of a side: the largest whole part of it up to 50 m, or the cell itself."""
    fitting = [side for side in range(FINEST, COARSEST + 1) if cell_metres % side == 0]
    return max(fitting, default=cell_metres)


def place_forecasts(crimes: pl.DataFrame, area: StudyArea, months: Sequence[date], known_from: date) -> pl.DataFrame:
    """One row per month, crime type and cell: month, crime_type, cell, expected (above 0); sorted by these.

    Each month is forecast from the day before its first: a cell's share of it times what is expected of all of them.

    Args:
        crimes: rows of `located`, of all crime types.
        area: that they were located in.
        months: first days, each after the one before it.
        known_from: first month of the crimes; from it on a month without one had none.
    """
    made = []
    for crime_type in crimes["crime_type"].unique().sort():
        for month, share in zip(months, rolling_shares(crimes, area, crime_type, months), strict=True):
            total = month_total(crimes, crime_type, month, known_from)
            rows = pl.DataFrame({"cell": area.names, "expected": share * total})
            made.append(rows.select(pl.lit(month).alias("month"), pl.lit(crime_type).alias("crime_type"), pl.all()))
    return pl.concat(made).sort("month", "crime_type", "cell")


def month_total(crimes: pl.DataFrame, crime_type: str, month: date, known_from: date) -> float:
    """What is expected of a month in the whole area: the mean of the engine's forecast from the month before.

    Of two models (`CANDIDATES`); where the history is too short for them, the mean of the months there are.

    Args:
        crimes: rows of `located`; those of the month and after it are not used.
        crime_type: of the total.
        month: first day of the one that is forecast.
        known_from: first month of the crimes, before it.
    """
    months = pl.DataFrame({"month": month_range(known_from, add_months(month, -1))})
    own = crimes.filter(pl.col("crime_type") == crime_type).select(
        month=pl.col("day").cast(pl.Int32).cast(pl.Date).dt.truncate("1mo"), incidents="incidents"
    )
    counts = own.group_by("month").agg(count=pl.col("incidents").sum())
    panel = months.join(counts, on="month", how="left", maintain_order="left").select(
        pl.lit("area").alias("district"),
        pl.lit(crime_type).alias("crime_type"),
        "month",
        pl.col("count").fill_null(0).clip(lower_bound=0).cast(pl.Float64),
    )
    try:
        mean = forecast(panel, 1, EngineSettings(horizon=1, candidates=CANDIDATES))["mean"][0]
    except PanelError:
        mean = None
    expected = float(panel["count"].to_numpy().mean()) if mean is None else float(mean)
    return max(expected, LEAST_TOTAL) if np.isfinite(expected) else LEAST_TOTAL
