"""Shares of a month's crimes by cell, of crime types whose places are told, and how they were made."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from expectations.months import add_months, first_of_month
from forecasts.places.area import study_area
from forecasts.places.counted import located
from forecasts.places.shares import LEAST_MONTHS, rolling_shares

SCHEMA = {"crime_type": pl.String, "cell": pl.String, "share": pl.Float64, "method": pl.String}


def shares_of_types(
    events: pl.DataFrame, cells: pl.DataFrame, crime_types: Sequence[str], origin: date, cell_metres: int
) -> pl.DataFrame:
    """One row per crime type and cell: crime_type, cell, share and method; none where there is no cell.

    As `place_shares` has them, bit for bit; crimes are counted by cell once for all types. Points are not kept, so
    densities are smoothed on the cells themselves. With fewer than `LEAST_MONTHS` months that have a crime of the type
    before them there is nothing to learn the mixture from: empirical Bayes stands alone.

    Args:
        events: Place events: cell, x, y, crime_type, day, incidents. Those of the origin and later are not read.
        cells: The study area: cell, x, y.
        crime_types: Their codes.
        origin: The first day that is not known.
        cell_metres: Side of a cell.
    """
    made = [pl.DataFrame(schema=SCHEMA)]
    if cells.is_empty():
        return made[0]
    area = study_area(cells, cell_metres, cell_metres)
    before = events.filter(pl.col("day") < origin)
    crimes = located(before, area)
    firsts = dict(before.group_by("crime_type").agg(pl.col("day").min()).iter_rows())
    learned_from = add_months(first_of_month(origin), -LEAST_MONTHS)
    for crime_type in crime_types:
        (share,) = rolling_shares(crimes, area, crime_type, [origin])
        first = firsts.get(crime_type)
        method = "mixture" if first is not None and first < learned_from else "empirical_bayes"
        told = {"crime_type": pl.lit(crime_type), "method": pl.lit(method)}
        made.append(pl.DataFrame({"cell": area.names, "share": share}).with_columns(**told).select(list(SCHEMA)))
    return pl.concat(made)
