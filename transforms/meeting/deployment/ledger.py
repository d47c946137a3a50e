"""Tables `deployment` and `patrol_hours`: the ledger as it was understood."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl

from expectations.contracts.ddl import conform, empty
from expectations.contracts.deployment.deployment import DEPLOYMENT
from expectations.contracts.deployment.patrol_hours import PATROL_HOURS
from expectations.months import first_of_month
from transforms.meeting.deployment.ground import Ground
from transforms.meeting.deployment.statistics.weekly import WEEK

DAY_HOURS = 24
UNKNOWN = "unknown"
"""Kind of an area that nobody can find."""
Entry = Mapping[str, Any]


def deployment(entries: pl.DataFrame, ground: Ground, as_of: date, covered: tuple[date, date] | None) -> pl.DataFrame:
    """One row per entry entered by the as-of day, by the contract of `deployment`.

    One whose area the ground does not know is shown, of unknown kind; it has no whole week, as one has none whose area
    is not counted.

    Args:
        entries: list_name and the columns of a row of the ledger, `entered_on` filled.
        ground: Areas by their units.
        as_of: Day of the run: what was entered later is not shown.
        covered: First and last day counted; None where no days are.
    """
    known = entries.filter(pl.col("entered_on") <= as_of).sort("list_name", "deployment_id")
    if known.is_empty():
        return empty(DEPLOYMENT)
    rows = list(known.iter_rows(named=True))
    made = [
        {
            **row,
            "area_kind": ground.kinds.get(row["area"], UNKNOWN),
            "district": ground.districts.get(row["area"]),
            "whole_weeks": whole_weeks(row, covered) if covered and ground.is_counted(row["area"]) else 0,
            "overlapping": ", ".join(overlapping(row, rows, ground)) or None,
        }
        for row in rows
    ]
    return conform(pl.DataFrame(made, infer_schema_length=None), DEPLOYMENT)


def whole_weeks(entry: Entry, covered: tuple[date, date]) -> int:
    """Whole weeks from an entry's first day that are over and counted; none where it began before counts do."""
    if entry["first_day"] < covered[0]:
        return 0
    return max((min(entry["last_day"], covered[1]) - entry["first_day"]).days + 1, 0) // WEEK


def overlapping(entry: Entry, entries: Sequence[Entry], ground: Ground) -> list[str]:
    """Other entries on the same ground, days and crime type, as list/number.

    Days of the week and hours are not looked at: what a patrol changes lasts longer than its shift.
    """
    own = ground.touched(ground.of(entry["area"]))
    return [
        f"{other['list_name']}/{other['deployment_id']}"
        for other in entries
        if other is not entry
        and other["first_day"] <= entry["last_day"]
        and entry["first_day"] <= other["last_day"]
        and (entry["crime_type"] or other["crime_type"]) == (other["crime_type"] or entry["crime_type"])
        and not own.isdisjoint(ground.of(other["area"]))
    ]


def patrol_hours(entries: pl.DataFrame, crime_types: Sequence[str], through: date) -> pl.DataFrame:
    """One row per area, crime type and month with hours of a deployment, by the contract of `patrol_hours`.

    An entry that begins at 22 and ends at 2 has two hours on its own day and two on the next, of the next day's month.
    One that ends at the hour it begins at lasts a day. Entries without hours tell none. Where entries overlap both
    units were there, and their hours are added.

    Args:
        entries: Table `deployment`.
        crime_types: All there are: hours against all stand in a row of each.
        through: Last day to be counted.
    """
    rows = [
        (entry["area"], entry["area_kind"], entry["district"], crime_type, first_of_month(day), hours)
        for entry in entries.iter_rows(named=True)
        for day, hours in _hours(entry)
        if day <= through
        for crime_type in ([entry["crime_type"]] if entry["crime_type"] else crime_types)
    ]
    if not rows:
        return empty(PATROL_HOURS)
    keys = ("area", "area_kind", "district", "crime_type", "month")
    told = pl.DataFrame(rows, schema=[*keys, "hours"], orient="row")
    return conform(told.group_by(keys, maintain_order=True).agg(pl.col("hours").sum()), PATROL_HOURS)


def _hours(entry: Entry) -> Iterator[tuple[date, float]]:
    """Hours of each day an entry reaches into."""
    begins, ends = entry["from_hour"], entry["to_hour"]
    if begins is None or ends is None:
        return
    length = (ends - begins) % DAY_HOURS or DAY_HOURS
    day = entry["first_day"]
    while day <= entry["last_day"]:
        if not entry["weekdays"] or str(day.isoweekday()) in entry["weekdays"]:
            own = min(length, DAY_HOURS - begins)
            yield day, float(own)
            if length > own:
                yield day + timedelta(days=1), float(length - own)
        day += timedelta(days=1)
