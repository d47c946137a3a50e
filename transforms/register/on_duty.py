"""Rosters → the units on duty in each shift of the days asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from expectations.contracts.demand.entries import WEEKDAYS

DUTY = pl.Schema({"district": pl.String, "date": pl.Date, "shift": pl.String, "units": pl.Int64})
CLASHES = pl.Schema([
    ("district", pl.String()), ("shift", pl.String()), ("rows", pl.List(pl.String)), ("first", pl.Date()),
    ("days", pl.Int64()),
])  # fmt: skip
_DAYS = {
    **{day: (number,) for number, day in enumerate(WEEKDAYS, 1)},
    "weekdays": (1, 2, 3, 4, 5),
    "weekend": (6, 7),
}
"""ISO numbers of the days a roster names, 1 = Monday; holidays are the days of the week they fall on."""
_RANK = {"weekdays": 1, "weekend": 1} | dict.fromkeys(WEEKDAYS, 2)
_RANKS = 3
EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Duty:
    """What rosters say.

    Attributes:
        units: One row per district, date and shift that a row speaks of: district, date, shift, units.
        clashes: One row per district, shift and set of rows none of which is more specific: their days are not told.
    """

    units: pl.DataFrame
    clashes: pl.DataFrame


def on_duty(roster: pl.DataFrame, dates: Sequence[date], districts: pl.DataFrame) -> Duty:
    """The units on duty by district, date and shift; a date no row speaks of has no row.

    Of the rows that speak of a shift on a day the most specific stands alone: one that ends (`valid_until`) before one
    that does not, then a day of the week before 평일 and 주말, these before every day, then the row that begins later.
    Where none is more specific and they say different units, nothing is told of that day, for adding rows up or
    choosing one would be a guess.

    A district without a row of its own has the sum of those below it, where each of them is told: units of boxes are
    the station's, and those of the stations the agency's.

    Args:
        roster: `list_name` and the columns of `raw_roster`.
        dates: Days asked for.
        districts: district, parent, level, `expected`: whether a month has to name it, and `valid_from` and `valid_to`,
            its first and last day, empty where it has none: a station that is closed is not asked.
    """
    spoken = _spoken(roster, dates)
    best = spoken.filter(pl.col("order") == pl.col("order").max().over("district", "date", "shift"))
    several = pl.col("units").n_unique().over("district", "date", "shift") > 1
    own = best.filter(~several).select(DUTY.names()).unique(maintain_order=True)
    clashing = best.filter(several)
    units = _with_sums(own, clashing, districts)
    return Duty(units.sort("district", "date", "shift"), _clashes(clashing))


def _spoken(roster: pl.DataFrame, dates: Sequence[date]) -> pl.DataFrame:
    """Each row of the roster with each day it speaks of, and how specific it is."""
    days = pl.DataFrame({"date": sorted(set(dates))}, schema={"date": pl.Date})
    rank = pl.col("weekday").replace_strict(_RANK, default=0, return_dtype=pl.Int64)
    ranked = roster.select(
        "district",
        "shift",
        pl.col("units").cast(pl.Int64),
        "weekday",
        "valid_from",
        "valid_until",
        row=pl.format("{} {}", "list_name", "roster_id"),
        order=(pl.col("valid_until").is_not_null().cast(pl.Int64) * _RANKS + rank) * date.max.toordinal()
        + (pl.col("valid_from").fill_null(date.min).dt.epoch("d").cast(pl.Int64) + EPOCH),
    )
    on = pl.col("weekday").replace_strict(_DAYS, default=list(range(1, 8)), return_dtype=pl.List(pl.Int64))
    return ranked.join(days, how="cross").filter(
        pl.col("valid_from").is_null() | (pl.col("valid_from") <= pl.col("date")),
        pl.col("valid_until").is_null() | (pl.col("date") <= pl.col("valid_until")),
        on.list.contains(pl.col("date").dt.weekday().cast(pl.Int64)),
    )


def _clashes(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows that contradict each other, once with the days on which they do."""
    by_day = rows.group_by("district", "shift", "date").agg(pl.col("row").sort().alias("rows"))
    return (
        by_day.group_by("district", "shift", "rows")
        .agg(pl.col("date").min().alias("first"), pl.len().cast(pl.Int64).alias("days"))
        .sort("district", "shift", "first", pl.col("rows").list.join(","))
        .match_to_schema(CLASHES)
    )


def _with_sums(own: pl.DataFrame, clashing: pl.DataFrame, districts: pl.DataFrame) -> pl.DataFrame:
    """The districts' own rows, and the sums of those below a district that has none."""
    units = own
    said = pl.concat([own, clashing.select(DUTY.names())]).select("district", "date", "shift")
    for level in ("box", "station"):
        below = (
            districts.filter(pl.col("level") == level, pl.col("expected"))
            .join(units.select("date").unique(), how="cross")
            .filter(
                pl.col("valid_from").is_null() | (pl.col("valid_from") <= pl.col("date")),
                pl.col("valid_to").is_null() | (pl.col("date") <= pl.col("valid_to")),
            )
            .select("district", "parent", "date")
        )
        wanted = below.group_by("parent", "date").len("wanted")
        sums = (
            units.join(below, on=["district", "date"])
            .group_by("parent", "date", "shift")
            .agg(pl.col("units").sum(), pl.len().alias("told"))
            .join(wanted, on=["parent", "date"])
            .filter(pl.col("told") == pl.col("wanted"))
            .select(pl.col("parent").alias("district"), "date", "shift", "units")
        )
        units = pl.concat([units, sums.join(said, on=["district", "date", "shift"], how="anti").select(DUTY.names())])
    return units
