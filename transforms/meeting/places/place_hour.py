"""Table `place_hour`: what is expected in the cells of the two highest grades, spread over the blocks of the week."""

import polars as pl

from expectations.contracts.ddl import conform, empty
from expectations.contracts.places.place_hour import PLACE_HOUR
from transforms.meeting.patrol.profiles import days_by_weekday

LEAST_GRADE = 9
"""Grades told by hour: a fifth of what is expected. Of the others, blocks of a cell would be a crime in years."""


def place_hour(risk: pl.DataFrame, hours: pl.DataFrame) -> pl.DataFrame:
    """One row per cell of grades 9 and 10, crime type, weekday and two hours; a cell's blocks add up to its expected.

    A weekday that the month has five times weighs a quarter more than one it has four times. Crime types without hours
    have no row.

    Args:
        risk: Table `place_risk`.
        hours: Of an average week: crime_type, station, weekday (1 = Monday), from_hour, share; those of a crime type
            and station add up to 1.
    """
    highest = risk.filter(pl.col("grade") >= LEAST_GRADE)
    if highest.is_empty():
        return empty(PLACE_HOUR)
    of_month = days_by_weekday(highest["month"][0])
    days = pl.DataFrame({"weekday": range(1, len(of_month) + 1), "days": of_month})
    weighed = (
        hours.with_columns(pl.col("weekday").cast(pl.Int64))
        .join(days, on="weekday")
        .sort("crime_type", "station", "weekday", "from_hour")
        .with_columns(weight=pl.col("share") * pl.col("days"))
        .with_columns(part=pl.col("weight") / pl.col("weight").sum().over("crime_type", "station"))
    )
    of_blocks = weighed.select("crime_type", "station", "weekday", "from_hour", "part")
    spread = highest.join(of_blocks, on=["crime_type", "station"])
    return conform(spread.with_columns(expected=pl.col("expected") * pl.col("part")), PLACE_HOUR)
