"""Crimes of a study area, counted by day and square, as every density of places reads them."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from expectations.months import add_months, first_of_month
from forecasts.places.area import Places, StudyArea, Vector

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Counted:
    """One entry per day and square with a crime, in that order, whatever order the rows came in.

    Attributes:
        day: days since 1970-01-01, never falling.
        square: number of the square.
        incidents: crimes less reversals; may be below 0.
    """

    day: Places
    square: Places
    incidents: Places

    def between(self, first: date, last: date) -> "Counted":
        """What lies from one day to before another."""
        ends = np.searchsorted(self.day, [day_number(first), day_number(last)])
        within = slice(int(ends[0]), int(ends[1]))
        return Counted(self.day[within], self.square[within], self.incidents[within])


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def located(events: pl.DataFrame, area: StudyArea) -> pl.DataFrame:
    """One row per crime type, day and square: crime_type, day (Int64, since 1970-01-01), square, incidents; sorted.

    Crimes outside every cell of the area are left off.

    Args:
        events: crime_type, day (Date), incidents (signed), x, y (metres): the point, or where only the cell is known
            its lower left corner.
        area: of the agency.
    """
    x, y = (events[name].cast(pl.Float64).fill_null(float("nan")).to_numpy() for name in ("x", "y"))
    return (
        events.select(
            pl.col("crime_type").cast(pl.String),
            pl.col("day").cast(pl.Date).to_physical().cast(pl.Int64),
            pl.col("incidents").cast(pl.Int64),
            pl.Series("square", area.squares_of(x, y)),
        )
        .filter(pl.col("square") >= 0, pl.col("day").is_not_null(), pl.col("crime_type").is_not_null())
        .group_by("crime_type", "day", "square")
        .agg(pl.col("incidents").sum())
        .sort("crime_type", "day", "square")
    )


def counted(rows: pl.DataFrame) -> Counted:
    """Rows of `located`, of whatever crime types, as one count."""
    sums = rows.group_by("day", "square").agg(pl.col("incidents").sum()).sort("day", "square")
    day, square, incidents = (sums[name].to_numpy() for name in ("day", "square", "incidents"))
    return Counted(day, square, incidents)


def cell_counts(crimes: Counted, area: StudyArea, first: date, last: date) -> Vector:
    """Crimes of each cell from one day to before another; a cell whose reversals exceed its crimes has none."""
    own = crimes.between(first, last)
    cell = own.square // area.across**2
    return np.maximum(np.bincount(cell, own.incidents, minlength=area.cells), 0.0)


def months_before(origin: date, number: int) -> list[tuple[date, date]]:
    """The last whole months before a day, the oldest first: each one's first day and the day after its last."""
    last = first_of_month(origin)
    return [(add_months(last, -back), add_months(last, 1 - back)) for back in range(number, 0, -1)]


def first_day(crimes: Counted) -> date | None:
    """Day of the earliest crime; None where there is none."""
    return EPOCH + timedelta(days=int(crimes.day[0])) if len(crimes.day) else None
