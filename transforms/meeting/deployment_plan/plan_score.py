"""Table `plan_score`: crimes that happened while a team was there, beside plans anybody could have made."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import polars as pl

from expectations.contracts.ddl import conform
from expectations.contracts.deployment.plan_score import PLAN_SCORE
from transforms.meeting.deployment_plan.gains import Vector
from transforms.meeting.patrol.patrol_stop import Shift

PLAN, EQUAL = "plan", "equal_shares"
DRAWS, SEED = 2_000, 18
"""Months of days drawn again, from a seed: equal months have equal intervals."""
KEY = ("date", "shift", "area")


def plan_score(
    month: date,
    plans: Mapping[str, pl.DataFrame],
    happened: pl.DataFrame,
    areas: Sequence[str],
    shifts: Sequence[Shift],
    days: Sequence[date],
) -> pl.DataFrame:
    """One row per rival: what of the month's crimes an hour of patrol covered, and the plan's lead with its interval.

    A crime is covered by the part of its shift that its area was patrolled, all teams together, at most the whole.
    Equal shares patrol every area and shift for the same part of it, with as many hours as the plan.

    Args:
        month: First day.
        plans: By rival, its hours: date, shift, area, hours (rows of one key add up). `plan` is one of them.
        happened: The month's crimes: date (on which their shift began), shift, area, crimes.
        areas: Those that could be patrolled; crimes and hours elsewhere are not looked at.
        shifts: Those that could.
        days: Days of the month that could.
    """
    lengths = {shift.code: float(len(shift.hours)) for shift in shifts}
    within = happened.filter(pl.col("area").is_in(list(areas)), pl.col("shift").is_in(list(lengths)))
    crimes = _by_day(within, pl.col("crimes"), days)
    room = sum(lengths.values()) * len(areas) * len(days)
    covered, hours = {}, {}
    for rival, rows in plans.items():
        own = rows.filter(pl.col("area").is_in(list(areas)), pl.col("shift").is_in(list(lengths)))
        summed = own.sort(*KEY).group_by(*KEY, maintain_order=True).agg(pl.col("hours").sum())
        part = (pl.col("hours") / pl.col("shift").replace_strict(lengths, return_dtype=pl.Float64)).clip(0, 1)
        met = within.join(summed, on=KEY, how="inner").sort(*KEY)
        covered[rival] = _by_day(met, pl.col("crimes") * part, days)
        hours[rival] = float(summed["hours"].sum())
    covered[EQUAL], hours[EQUAL] = crimes * min(1.0, hours[PLAN] / room), hours[PLAN]
    made = [
        {
            "month": month,
            "rival": rival,
            "crimes": round(float(crimes.sum())),
            "crimes_covered": float(covered[rival].sum()),
            "patrol_hours": hours[rival],
            **lead(crimes, (covered[PLAN], hours[PLAN]), (covered[rival], hours[rival]), itself=rival == PLAN),
        }
        for rival in sorted(covered)
    ]
    return conform(pl.DataFrame(made, infer_schema_length=None), PLAN_SCORE)


def _by_day(rows: pl.DataFrame, value: pl.Expr, days: Sequence[date]) -> Vector:
    summed = rows.sort(*KEY).group_by("date", maintain_order=True).agg(value.sum().alias("value"))
    at = dict(summed.iter_rows())
    return np.array([float(at.get(day, 0.0)) for day in days])


def lead(
    crimes: Vector, plan: tuple[Vector, float], rival: tuple[Vector, float], *, itself: bool = False
) -> dict[str, float | None]:
    """share_per_hour of a rival, and the plan's less it: difference, lower_95, upper_95, in per cent an hour.

    Days are drawn again with all that happened on them, the same days for both (paired bootstrap, Efron & Tibshirani
    1993, An Introduction to the Bootstrap, chapter 8): crimes of a day are not independent of each other, days nearly.

    Args:
        crimes: By day.
        plan: Crimes the plan covered by day, and its hours in all.
        rival: The same of the rival.
        itself: Whether the rival is the plan, which leads itself by nothing.
    """
    total = crimes.sum()
    (met, hours), (met_by, hours_by) = plan, rival
    if total <= 0 or hours <= 0 or hours_by <= 0:
        return dict.fromkeys(("share_per_hour", "difference", "lower_95", "upper_95"))
    share = 100 * met_by.sum() / total / hours_by
    if itself:
        return {"share_per_hour": share, "difference": None, "lower_95": None, "upper_95": None}
    drawn = np.random.default_rng(SEED).multinomial(len(crimes), np.full(len(crimes), 1 / len(crimes)), size=DRAWS)
    of = drawn @ crimes
    happened = of > 0
    led = 100 * ((drawn @ met) / hours - (drawn @ met_by) / hours_by)[happened] / of[happened]
    lower, upper = (float(bound) for bound in np.quantile(led, [0.025, 0.975]))
    difference = 100 * met.sum() / total / hours - share
    return {"share_per_hour": share, "difference": difference, "lower_95": lower, "upper_95": upper}
