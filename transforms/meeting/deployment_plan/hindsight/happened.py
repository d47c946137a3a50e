"""Crimes that victims reported, by the hour, by shift, and as a year of them would foresee a month."""

from collections.abc import Collection, Sequence
from datetime import date
from importlib.resources import files

import polars as pl

from transforms.meeting.deployment_plan.slots import DAY
from transforms.meeting.patrol.patrol_stop import Shift

LONGEST_HOURS = 24
"""Hours of the longest span in which a crime may lie to be told by shift: one of a weekend away is of no shift."""
HOURLY = ("area", "day", "hour")


def reported_sql() -> str:
    """The SELECT of the crimes reported in some months; parameters `first`, `last` and `crime_types`."""
    return files("transforms.meeting.deployment_plan.hindsight").joinpath("reported.sql").read_text("utf-8")


def of_kind(plans: pl.DataFrame, *, cells: bool) -> pl.DataFrame:
    """Of plans those whose areas crimes are held against: no crime lies in the district of one that is told by cell.

    An agency that begins to tell points, or no longer does, has months planned by the other kind.

    Args:
        plans: Rows of `deployment_plan`.
        cells: Whether areas are cells.
    """
    return plans.filter((pl.col("area_kind") == "cell") == cells)


def in_areas(reported: pl.DataFrame, areas: Collection[str], *, cells: bool) -> pl.DataFrame:
    """Of crimes those in areas, with their `area`: the cell, or the finest of box and station that is one.

    Args:
        reported: Rows of `reported_sql`.
        areas: Codes.
        cells: Whether areas are cells.
    """
    names = ("cell",) if cells else ("box", "station")
    known = pl.Series(sorted(areas), dtype=pl.String).implode()
    found = pl.coalesce(pl.when(pl.col(name).is_in(known)).then(pl.col(name)) for name in names)
    return reported.with_columns(area=found).filter(pl.col("area").is_not_null())


def by_hour(events: pl.DataFrame) -> pl.DataFrame:
    """One row per area, day and hour with crimes: area, day, hour, value; spans of hours spread evenly over them.

    Aoristic: Ratcliffe (2002), Journal of Quantitative Criminology 18:23. Crimes without an hour, and those of a span
    longer than a day, are left out.

    Args:
        events: area, occurred_at, occurred_until (both local; may be empty), incidents.
    """
    begin = pl.col("occurred_at").dt.truncate("1h")
    until = pl.max_horizontal("occurred_at", pl.coalesce("occurred_until", "occurred_at"))
    # A span that ends on the hour has nothing of that hour.
    ends = pl.when(until > pl.col("occurred_at")).then(until - pl.duration(microseconds=1)).otherwise(until)
    spans = (
        events.filter(pl.col("occurred_at").is_not_null())
        .sort("area", "occurred_at", "occurred_until", "incidents")
        .select("area", "incidents", begin=begin, hours=(ends.dt.truncate("1h") - begin).dt.total_hours() + 1)
        .filter(pl.col("hours") <= LONGEST_HOURS)
    )
    each = spans.with_columns(after=pl.int_ranges(0, pl.col("hours"))).explode("after")
    moment = pl.col("begin") + pl.duration(hours=pl.col("after"))
    told = each.select("area", day=moment.dt.date(), hour=moment.dt.hour(), value=pl.col("incidents") / pl.col("hours"))
    return told.group_by(HOURLY, maintain_order=True).agg(pl.col("value").sum()).sort(HOURLY)


def in_shifts(hourly: pl.DataFrame, shifts: Sequence[Shift], days: Sequence[date]) -> pl.DataFrame:
    """One row per area and shift that begins on one of the days: date, shift, area, value.

    An hour that several shifts hold counts to each in equal parts, so that nothing counts twice.

    Args:
        hourly: area, day, hour, value.
        shifts: That are looked at.
        days: On which they begin.
    """
    held = [
        (shift.code, *reversed(divmod(shift.from_hour + n, DAY))) for shift in shifts for n in range(len(shift.hours))
    ]
    hours = pl.DataFrame(held, schema={"shift": pl.String, "hour": pl.Int8, "later": pl.Int64}, orient="row")
    parts = hours.with_columns(part=1 / pl.len().over("hour"))
    told = (
        hourly.with_columns(pl.col("hour").cast(pl.Int8))
        .join(parts, on="hour")
        .with_columns(
            date=pl.col("day") - pl.duration(days=pl.col("later")),
            value=pl.col("value") * pl.col("part"),
        )
        .filter(pl.col("date").is_in(pl.Series(sorted(days), dtype=pl.Date).implode()))
        .sort("date", "shift", "area", "day", "hour")
    )
    return told.group_by("date", "shift", "area", maintain_order=True).agg(pl.col("value").sum())
