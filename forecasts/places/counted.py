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
    rows = events.select(
        pl.col("crime_type").cast(pl.String),
        pl.col("day").cast(pl.Date).to_physical().cast(pl.Int64),
        pl.col("incidents").cast(pl.Int64),
        pl.Series("square", area.squares_of(x, y)),
    ).filter(pl.col("square") >= 0, pl.col("day").is_not_null(), pl.col("crime_type").is_not_null())
    types = rows["crime_type"].unique().sort()
    number = rows["crime_type"].cast(pl.Enum(types)).to_physical().cast(pl.Int64).to_numpy()
    keys, incidents = _summed((number, rows["day"].to_numpy(), rows["square"].to_numpy()), rows["incidents"].to_numpy())
    return pl.DataFrame(
        {"crime_type": types.gather(keys[0]), "day": keys[1], "square": keys[2], "incidents": incidents}
    )


def counted(rows: pl.DataFrame) -> Counted:
    """Rows of `located`, of whatever crime types, as one count."""
    day, square, incidents = (rows[name].to_numpy() for name in ("day", "square", "incidents"))
    if rows["crime_type"].n_unique() > 1:  # those of one type are in order, one a day and square
        (day, square), incidents = _summed((day, square), incidents)
    return Counted(day, square, incidents)


def _summed(keys: tuple[Places, ...], incidents: Places) -> tuple[tuple[Places, ...], Places]:
    """Incidents added up by keys, whole numbers; in order of the first, then the second, and so on."""
    if not len(incidents):
        return keys, incidents
    # One number for all keys: sorting by it takes a fraction of what grouping by several columns does.
    whole = np.zeros(len(incidents), dtype=np.int64)
    for key in keys:
        whole = whole * (int(key.max()) - int(key.min()) + 1) + key - key.min()
    order = np.argsort(whole, kind="stable")
    first = np.flatnonzero(np.diff(whole[order], prepend=-1))
    return tuple(key[order[first]] for key in keys), np.add.reduceat(incidents[order], first)


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
