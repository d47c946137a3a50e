"""One month's plan in hindsight, beside what else could have been done with the same teams."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from expectations.months import YEAR, add_months, days_of_month
from transforms.meeting.deployment_plan.assumed import PlanError
from transforms.meeting.deployment_plan.deployment_plan import planned
from transforms.meeting.deployment_plan.hindsight.happened import by_hour, in_shifts
from transforms.meeting.deployment_plan.hindsight.patrols import patrolled
from transforms.meeting.deployment_plan.plan_score import PLAN, plan_score
from transforms.meeting.deployment_plan.slots import AREA, Expected, of_counts
from transforms.meeting.patrol.patrol_stop import Shift

LAST_YEAR, PATROLLED = "last_year_counts", "patrolled"
PATROL = ("date", "shift", "area", "hours")


@dataclass(frozen=True)
class Hindsight:
    """What a month's plan is held against.

    Attributes:
        month: First day.
        origin: First day of the last month the plan's forecasts saw.
        plan: Rows of `deployment_plan`, as issued.
        reported: Crimes that victims reported, in areas (`in_areas`), of the month and of the twelve up to the origin.
        areas: Columns of `AREA`, of all areas that a plan could be made among.
        units: Columns of `duty.UNITS`, as they stood when the plan was made.
        shifts: The agency's.
        patrols: Of the ledger (`patrols`), of the units planned for; None where none is kept.
        root: Code of the agency itself.
    """

    month: date
    origin: date
    plan: pl.DataFrame
    reported: pl.DataFrame
    areas: pl.DataFrame
    units: pl.DataFrame
    shifts: Sequence[Shift]
    patrols: pl.DataFrame | None
    root: str


def scored(told: Hindsight) -> pl.DataFrame:
    """The month's rows of table `plan_score`.

    A year's counts are planned in the same way, for the same teams and limits; where they cannot be, that rival has no
    row. Areas looked at are those that it looked at and those the plan went to.
    """
    days = days_of_month(told.month)
    codes = set(told.plan["shift"])
    plans = {PLAN: told.plan.select(PATROL)}
    looked_at = set(told.plan["area"])
    try:
        counts = _counted(told)
        rival = planned(counts, told.units, {}, None, told.shifts).rows
    except PlanError:
        pass  # Nothing was counted, or the units' list no longer says who they were: without that rival.
    else:
        plans[LAST_YEAR] = rival.select(PATROL)
        looked_at |= set(counts.areas["area"])
        codes |= set(rival["shift"])
    shifts = [shift for shift in told.shifts if shift.code in codes]
    if told.patrols is not None:
        known = _grounds(told).filter(pl.col("area").is_in(sorted(looked_at)))
        plans[PATROLLED] = patrolled(told.patrols, known, shifts, days, told.root)
    own = told.reported.filter(pl.col("month") == told.month)
    happened = in_shifts(by_hour(own), shifts, days).rename({"value": "crimes"})
    return plan_score(told.month, plans, happened, sorted(looked_at), shifts, days)


def _counted(told: Hindsight) -> Expected:
    """What the twelve months up to the origin would have expected."""
    first = add_months(told.origin, 1 - YEAR)
    year = told.reported.filter(pl.col("month").is_between(first, told.origin))
    hourly = by_hour(year).join(told.areas.select(AREA), on="area")
    return of_counts(hourly, told.month, told.origin)


def _grounds(told: Hindsight) -> pl.DataFrame:
    """area, district and station of every area, those the plan went to among them."""
    columns = ("area", "district", "station")
    both = pl.concat([told.areas.select(columns), told.plan.select(columns)])
    return both.unique("area", keep="first", maintain_order=True)
