"""Shares of a month's crimes by cell, of every crime type whose places are told, and how they were made."""

from datetime import date

import polars as pl

from expectations.months import add_months, first_of_month
from forecasts.places.shares import LEAST_MONTHS, place_shares


def shares_of_type(
    events: pl.DataFrame, cells: pl.DataFrame, crime_type: str, origin: date, cell_metres: int
) -> pl.DataFrame:
    """One row per cell: crime_type, cell, share and method, of one crime type; no row where there is no cell.

    Points are not kept, so densities are smoothed on the cells themselves. With fewer than `LEAST_MONTHS` months that
    have a crime of the type before them there is nothing to learn the mixture from: empirical Bayes stands alone.

    Args:
        events: Place events before the origin: cell, x, y, crime_type, day, incidents.
        cells: The study area: cell, x, y.
        crime_type: Its code.
        origin: The first day that is not known.
        cell_metres: Side of a cell.
    """
    schema = {"crime_type": pl.String, "cell": pl.String, "share": pl.Float64, "method": pl.String}
    if cells.is_empty():
        return pl.DataFrame(schema=schema)
    made = place_shares(events, cells, crime_type, origin, cell_metres=cell_metres, fine_metres=cell_metres)
    first = events.filter(pl.col("crime_type") == crime_type)["day"].min()
    learned = first is not None and first < add_months(first_of_month(origin), -LEAST_MONTHS)  # type: ignore[operator]
    method = "mixture" if learned else "empirical_bayes"
    return made.with_columns(crime_type=pl.lit(crime_type), method=pl.lit(method)).select(list(schema))
