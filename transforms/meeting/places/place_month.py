"""Table `place_month`: the crimes of each cell of the study area by month."""

from datetime import date

import polars as pl

from expectations.contracts.ddl import conform
from expectations.contracts.places.place_month import PLACE_MONTH
from expectations.months import add_months

MONTHS = 36
"""Months told, the run's the last: as far back as the counts reach that forecasts are held against."""


def place_month(events: pl.DataFrame, cells: pl.DataFrame, month: date) -> pl.DataFrame:
    """One row per cell, crime type and month with a count other than 0, of the newest 36 months.

    Args:
        events: Place events: cell, crime_type, month, incidents.
        cells: The study area, named (`named`).
        month: First day of the run's month.
    """
    newest = events.filter(pl.col("month").is_between(add_months(month, 1 - MONTHS), month))
    summed = newest.group_by("cell", "crime_type", "month").agg(pl.col("incidents").sum())
    return conform(summed.filter(pl.col("incidents") != 0).join(cells, on="cell"), PLACE_MONTH)
