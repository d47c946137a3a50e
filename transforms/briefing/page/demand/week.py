"""Calls by weekday and hour beside the units on duty, where a roster says how many there are."""

from collections import Counter
from datetime import date
from typing import Any

import polars as pl

from expectations.contracts.ddl import literal
from expectations.months import add_months, days_of_month
from transforms.briefing.page.demand.ahead import NEED, Demand
from transforms.briefing.page.material import ALL
from transforms.briefing.page.numbers import answer, when

WEEKDAYS, HOURS, BLOCK = range(1, 8), range(24), 3
MONTHS = 12
SHADES = 5


def week(demand: Demand) -> dict[str, Any] | None:
    """Mean calls of each weekday and hour over the newest covered months, and mean units on duty next month.

    None without a roster, or without a whole month of calls that have an hour.
    """
    made_of = demand.made_of
    code = made_of.audience.code
    units = made_of.tables[NEED].filter(
        pl.col("district") == code, pl.col("span_kind") == "block", pl.col("units_on_roster").is_not_null()
    )
    months = _months(demand)
    if units.is_empty() or not months:
        return None
    listed = ", ".join(f"'{month}'" for month in months)
    source = f"from call_hour where district = {literal(code)} and call_group = '{ALL}' and month in ({listed})"
    counted = made_of.tables["call_hour"].filter(
        pl.col("district") == code, pl.col("call_group") == ALL, pl.col("month").is_in(months)
    )
    summed = counted.group_by("weekday", "hour").agg(pl.col("calls").sum())
    calls = {(weekday, hour): count for weekday, hour, count in summed.iter_rows()}
    days = Counter(day.isoweekday() for month in months for day in days_of_month(month))
    largest = max((count / days[weekday] for (weekday, _), count in calls.items()), default=0.0)
    on_duty = _on_duty(units)
    return {
        "first": when(months[0], made_of.lang),
        "last": when(months[-1], made_of.lang),
        "days": [
            {
                "name": made_of.say(f"demand_weekday_{weekday}"),
                "hours": [
                    _hour(calls.get((weekday, hour), 0), days[weekday], largest, source, weekday, hour)
                    for hour in HOURS
                ],
                "units": [answer(on_duty.get((weekday, hour)), _query(code, weekday, hour)) for hour in HOURS[::BLOCK]],
            }
            for weekday in WEEKDAYS
        ],
    }


def _months(demand: Demand) -> list[date]:
    """The newest whole months of the audience's calls by hour, a year at most."""
    made_of = demand.made_of
    own = pl.col("district") == made_of.audience.code
    of_all = made_of.tables["call_month"].filter(
        own, "complete", *(pl.col(name) == ALL for name in ("call_group", "urgency", "call_type"))
    )
    hours = made_of.tables["call_hour"].filter(own, pl.col("call_group") == ALL)
    both = of_all.join(hours.select("month").unique(), on="month", how="semi")
    newest = both.filter(pl.col("month") > add_months(made_of.month, -MONTHS), pl.col("month") <= made_of.month)
    return sorted(newest["month"].unique())


def _hour(count: int, days: int, largest: float, source: str, weekday: int, hour: int) -> dict[str, Any]:
    mean = count / days
    query = f"select coalesce(sum(calls), 0)::double / {days} {source} and weekday = {weekday} and hour = {hour}"
    shade = 0 if largest <= 0 else min(SHADES - 1, int(SHADES * mean / largest))
    return {"mean": answer(mean, query, "ratio"), "shade": shade}


def _on_duty(units: pl.DataFrame) -> dict[tuple[int, int], float]:
    mean = units.group_by(pl.col("date").dt.weekday().alias("weekday"), "from_hour").agg(
        pl.col("units_on_roster").cast(pl.Float64).mean()
    )
    return {(weekday, hour): value for weekday, hour, value in mean.iter_rows()}


def _query(code: str, weekday: int, hour: int) -> str:
    return (
        f"select avg(units_on_roster) from {NEED} where district = {literal(code)} and span_kind = 'block' "
        f"and isodow(date) = {weekday} and from_hour = {hour}"
    )
