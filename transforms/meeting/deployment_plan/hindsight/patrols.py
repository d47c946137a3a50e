"""What the ledger says of where units were: by day and hour, beside a plan's rows, in areas and shifts, by station."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import polars as pl

from transforms.meeting.deployment_plan.hindsight.happened import HOURLY, in_shifts
from transforms.meeting.deployment_plan.slots import DAY
from transforms.meeting.patrol.patrol_stop import Shift

MOMENT = pl.Datetime("us")
PATROL: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "unit": pl.String,
    "place": pl.String,
    "parts": pl.Int64,
    "begin": MOMENT,
    "end": MOMENT,
    "timed": pl.Boolean,
}


def patrols(entries: pl.DataFrame, named: pl.DataFrame, first: date, last: date) -> pl.DataFrame:
    """One row per entry of the ledger, day from the one before `first` on and place: the columns of `PATROL`.

    A place is a district or a cell; a named area has one row for each of its cells, and how many these are as `parts`.
    An entry without hours is of the whole day, and not `timed`.

    Args:
        entries: unit, area, first_day, last_day, weekdays, from_hour, to_hour.
        named: name and cell of areas.
        first: First day that is looked at.
        last: Last day.
    """
    cells = named.select("name", "cell").unique().sort("name", "cell").with_columns(parts=pl.len().over("name"))
    begins = pl.max_horizontal("first_day", pl.lit(first - timedelta(days=1)))
    ends = pl.min_horizontal("last_day", pl.lit(last))
    days = (
        entries.select("unit", "area", "weekdays", "from_hour", "to_hour", begins=begins, ends=ends)
        .filter(pl.col("begins") <= pl.col("ends"))
        .with_columns(day=pl.date_ranges("begins", "ends"))
        .explode("day")
    )
    own = pl.col("weekdays").is_null() | pl.col("weekdays").str.contains(pl.col("day").dt.weekday().cast(pl.String))
    timed = pl.col("from_hour").is_not_null() & pl.col("to_hour").is_not_null()
    from_hour, to_hour = (
        pl.when(timed).then(pl.col(name)).otherwise(0).cast(pl.Int64) for name in ("from_hour", "to_hour")
    )
    length = (to_hour - from_hour - 1) % DAY + 1
    begin = pl.col("day").cast(MOMENT) + pl.duration(hours=from_hour)
    told = days.filter(own).join(cells, left_on="area", right_on="name", how="left", maintain_order="left")
    return (
        told.select(
            "unit",
            place=pl.coalesce("cell", "area"),
            parts=pl.col("parts").fill_null(1),
            begin=begin,
            end=begin + pl.duration(hours=length),
            timed=timed,
        )
        .cast(pl.Schema(PATROL))
        .sort(list(PATROL))
    )


def followed(rows: pl.DataFrame, told: pl.DataFrame, shifts: Sequence[Shift], root: str) -> pl.Series:
    """By row of a plan, whether its unit was in its area, or in a district that holds it, during its shift.

    Args:
        rows: unit, date, shift, area, district, station.
        told: Of `patrols`.
        shifts: The agency's; a row of another one was not followed.
        root: Code of the agency itself.
    """
    hours = {shift.code: (shift.from_hour, len(shift.hours)) for shift in shifts}
    begins, lasts = ({code: one[at] for code, one in hours.items()} for at in (0, 1))
    begin = pl.col("date").cast(MOMENT) + pl.duration(hours=pl.col("shift").replace_strict(begins, default=None))
    asked = rows.select(
        "unit",
        place=pl.concat_list("area", "district", "station", pl.lit(root)).list.unique(),
        on=begin,
        off=begin + pl.duration(hours=pl.col("shift").replace_strict(lasts, default=None)),
        row=pl.int_range(pl.len()),
    ).explode("place")
    met = asked.join(told, on=["unit", "place"]).filter(pl.col("begin") < pl.col("off"), pl.col("on") < pl.col("end"))
    return pl.int_range(rows.height, eager=True).is_in(met["row"].unique().implode()).alias("followed")


def hours_by_hour(told: pl.DataFrame) -> pl.DataFrame:
    """One row per place, day and hour with patrols whose hours are told: area, day, hour, value."""
    hours = (pl.col("end") - pl.col("begin")).dt.total_hours()
    each = told.filter("timed").with_columns(after=pl.int_ranges(0, hours)).explode("after")
    moment = pl.col("begin") + pl.duration(hours=pl.col("after"))
    told_of = each.select(area="place", day=moment.dt.date(), hour=moment.dt.hour(), value=1 / pl.col("parts"))
    return told_of.sort(*HOURLY, "value").group_by(HOURLY, maintain_order=True).agg(pl.col("value").sum())


def patrolled(
    told: pl.DataFrame, areas: pl.DataFrame, shifts: Sequence[Shift], days: Sequence[date], root: str
) -> pl.DataFrame:
    """Hours of the ledger in areas and shifts: date, shift, area, hours.

    What was in a district is spread evenly over the areas that lie in it, for where in it nobody knows.

    Args:
        told: Of `patrols`.
        areas: area, district, station of those that could be patrolled.
        shifts: That could.
        days: On which they begin.
        root: Code of the agency itself.
    """
    by_shift = in_shifts(hours_by_hour(told), shifts, days)
    places = (
        areas.select("area", place=pl.concat_list("area", "district", "station", pl.lit(root)).list.unique())
        .explode("place")
        .with_columns(over=pl.when(pl.col("area") == pl.col("place")).then(1).otherwise(pl.len().over("place")))
    )
    met = by_shift.join(places, left_on="area", right_on="place", suffix="_in").sort("date", "shift", "area_in", "area")
    return met.select("date", "shift", area="area_in", hours=pl.col("value") / pl.col("over"))


def station_hours(told: pl.DataFrame, stations: pl.DataFrame, first: date, last: date) -> pl.DataFrame:
    """Hours of the ledger by station: station, hours; those of places in no station are left out.

    Args:
        told: Of `patrols`.
        stations: place and its station.
        first: First day that is counted.
        last: Last day.
    """
    within = hours_by_hour(told).filter(pl.col("day").is_between(first, last))
    met = within.join(stations, left_on="area", right_on="place").sort("station", *HOURLY)
    return met.group_by("station", maintain_order=True).agg(hours=pl.col("value").sum())
