"""The units' teams as their list has them, and what a month is expected to bring where they could go."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from expectations.agency import Agency
from expectations.kinds import REGISTERS
from expectations.months import last_of_month
from flows.computing.following import register_entries
from flows.warehouse import Warehouse
from transforms.meeting.deployment_plan.assumed import PlanError
from transforms.meeting.deployment_plan.duty import UNITS
from transforms.meeting.deployment_plan.slots import Expected, of_places, of_windows
from transforms.meeting.patrol.patrol_stop import Shift

HOURS_A_WEEK, DAYS_A_WEEK = 40, 7
"""What a team works where nothing else is said: in a month of 31 days 177 hours."""


def listed_units(warehouse: Warehouse, agency: Agency, as_of: date) -> pl.DataFrame:
    """Rows of the list of units that were entered by a day; none where the agency keeps no such list."""
    entries = register_entries(warehouse, REGISTERS["unit"], agency, as_of)
    return entries.filter(pl.col("entered_on") <= as_of)


def of_month(listed: pl.DataFrame, month: date) -> pl.DataFrame:
    """Columns of `duty.UNITS`, teams for which no most hours are told working forty a week.

    Args:
        listed: Of `listed_units`.
        month: First day of the month that is planned.
    """
    usual = usual_hours(month)
    told = listed.select(*UNITS).with_columns(pl.col("most_hours").fill_null(usual))
    return told.cast(pl.Schema(UNITS)).sort("unit", "shift")


def usual_hours(month: date) -> float:
    """Most hours of a team in a month: forty a week."""
    return HOURS_A_WEEK * last_of_month(month).day / DAYS_A_WEEK


def shifts_of(agency: Agency) -> tuple[Shift, ...]:
    """The agency's shifts as plans take them."""
    return tuple(Shift(one.code, one.from_hour, one.until_hour) for one in agency.shifts)


def expected_of(tables: Mapping[str, pl.DataFrame], agency: Agency, crime_types: tuple[str, ...] = ()) -> Expected:
    """What the month ahead is expected to bring: in places where their hours are known, else in windows of districts.

    Every crime type alike; where some are named, those alone.

    Args:
        tables: `place_hour`, `patrol_window` and, for names, `district`, those there are.
        agency: Its grid.
        crime_types: Codes of those that are planned for; none: all that are forecast.

    Raises:
        PlanError: Nothing is expected, or none of such a crime type.
    """
    for name in ("place_hour", "patrol_window"):
        found = tables.get(name)
        if found is None or found.is_empty():
            continue
        weights = _weights(found, crime_types)
        if name == "place_hour":
            return of_places(found, agency.places.cell_metres, weights)
        return of_windows(found, {d.code: d.name for d in agency.districts}, weights)
    raise PlanError("plan_nothing_expected")


def _weights(found: pl.DataFrame, crime_types: tuple[str, ...]) -> dict[str, float]:
    known = found["crime_type"].unique().sort().to_list()
    if unknown := sorted(set(crime_types) - set(known)):
        raise PlanError("plan_no_type", found=unknown[0], known=", ".join(known))
    return {one: 1.0 if not crime_types or one in crime_types else 0.0 for one in known}
