"""Hours of the week of every crime type whose places are told, by station."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from expectations.months import add_months
from forecasts.places.hours import BLOCK_HOURS, MONTHS, week_profiles

LEAST_TIMED = 0.5
"""Share of a crime type's crimes whose hour must be known for its hours to be told: of fewer, the others say more."""
SCHEMA = {"crime_type": pl.String, "station": pl.String, "weekday": pl.Int64, "from_hour": pl.Int64,
          "share": pl.Float64}  # fmt: skip


def hours_of_types(events: pl.DataFrame, cells: pl.DataFrame, crime_types: Sequence[str], origin: date) -> pl.DataFrame:
    """One row per crime type, station, weekday and two hours: its share of an average week of the station.

    No row is of a crime type whose hours are mostly unknown in the months they are learned from.

    Args:
        events: Place events before the origin: cell, crime_type, day, incidents, occurred_at, occurred_until.
        cells: The study area: cell, station.
        crime_types: Their codes.
        origin: The first day that is not known, a month's first.
    """
    recent = events.filter(pl.col("day") >= add_months(origin, -MONTHS))
    told = recent.group_by("crime_type").agg(timed=pl.col("occurred_at").is_not_null().mean())
    timed = set(told.filter(pl.col("timed") >= LEAST_TIMED)["crime_type"])
    made = [pl.DataFrame(schema=SCHEMA)]
    for crime_type in crime_types:
        if crime_type in timed:
            hour = pl.col("block").cast(pl.Int64) * BLOCK_HOURS
            week = week_profiles(recent, cells, crime_type, origin)
            named = week.with_columns(crime_type=pl.lit(crime_type), from_hour=hour)
            made.append(named.select(pl.col(name).cast(of) for name, of in SCHEMA.items()))
    return pl.concat(made)
