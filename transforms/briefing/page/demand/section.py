"""Next month's 112 calls: by shift against earlier months, the heaviest shifts, the calendar, and units."""

from typing import TYPE_CHECKING, Any

import polars as pl

from expectations.agency.fields.calls import DISPATCHED
from expectations.agency.fields.duty import WHOLE_DAY
from expectations.contracts.ddl import literal
from expectations.months import add_months
from transforms.briefing.page.demand.ahead import EVENT, NEED, SHIFT, Demand
from transforms.briefing.page.demand.calendar import calendar
from transforms.briefing.page.demand.week import week
from transforms.briefing.page.material import Material
from transforms.briefing.page.numbers import Form, answer, cell, said, when

if TYPE_CHECKING:
    from markupsafe import Markup

MONTH, SCORE = "call_shift_month", "call_demand_score"
TOLD = 10


def demand(made_of: Material) -> dict[str, Any]:
    """The audience's next month of dispatched calls; `empty` where no calls with their time are forecast.

    Then `nobody_sent` where calls have their time, but no urgency of the agency is one that officers are sent to.
    """
    ahead = Demand(made_of)
    if not ahead.shifts:
        has_time = not made_of.tables["call_hour"].is_empty()
        return {"empty": True, "nobody_sent": has_time and not made_of.agency.sends_officers}
    return {
        "empty": False,
        "month": when(add_months(made_of.month, 1), made_of.lang),
        "classes": _classes(ahead),
        "without_last_year": any(row["same_month_last_year"] is None for row in _sums(ahead)),
        "heaviest": _heaviest(ahead),
        "has_units": any(row["offered_load_mean"] is not None for row in ahead.needs.values()),
        "has_needed": any(row["units_needed"] is not None for row in ahead.needs.values()),
        "has_roster": ahead.roster,
        "has_waiting": any(row["share_waiting"] is not None for row in ahead.needs.values()),
        "weekdays": [made_of.say(f"demand_weekday_{n}") for n in range(1, 8)],
        "calendar": calendar(ahead),
        "target": _target(ahead),
        "events": [_event(ahead, row) for row in ahead.events],
        "week": week(ahead),
        "scores": [line for span in ("block", *ahead.codes) if (line := _score(ahead, span)) is not None],
    }


def _classes(ahead: Demand) -> list[dict[str, Any]]:
    """The month's sums by class and shift, all dispatched calls first."""
    made_of, rows = ahead.made_of, _sums(ahead)
    order = {code: place for place, code in enumerate((WHOLE_DAY, *ahead.codes[:-1]))}
    classes = [DISPATCHED, *(one.code for one in made_of.agency.call_classes)]
    found = []
    for code in classes:
        own = [row for row in rows if row["urgency_class"] == code]
        if own:
            own.sort(key=lambda row: (order.get(row["shift"], len(order)), row["shift"]))
            found.append({"name": ahead.urgency_class(code), "rows": [_line(ahead, row) for row in own]})
    return found


def _sums(ahead: Demand) -> list[dict[str, Any]]:
    made_of = ahead.made_of
    return made_of.rows(MONTH, district=made_of.audience.code, month=add_months(made_of.month, 1))


def _line(ahead: Demand, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "shift": ahead.shift(row["shift"]),
        "whole": row["shift"] == WHOLE_DAY,
        "mean": cell(row, MONTH, "mean"),
        "range": ahead.made_of.range(row, MONTH, "lower_80", "upper_80"),
        "last_month": cell(row, MONTH, "last_month"),
        "change_last_month": _change(row, "per_day_change_last_month"),
        "last_year": cell(row, MONTH, "same_month_last_year"),
        "change_last_year": _change(row, "per_day_change_last_year"),
    }


def _change(row: dict[str, Any], column: str) -> "Markup":
    """A change per day in per cent, with its sign."""
    key = " and ".join(
        f"{name} = {literal(str(row[name]))}" for name in ("district", "urgency_class", "shift", "month")
    )
    value = None if row[column] is None else 100 * row[column]
    return answer(value, f"select 100 * {column} from {MONTH} where {key}", "percent")


def _heaviest(ahead: Demand) -> list[dict[str, Any]]:
    """The shifts with most calls expected, most first."""
    shifts = [row for row in ahead.shifts if row["shift"] != WHOLE_DAY]
    return [_heavy(ahead, row) for row in sorted(shifts, key=lambda row: -row["mean"])[:TOLD]]


def _heavy(ahead: Demand, row: dict[str, Any]) -> dict[str, Any]:
    need = ahead.needs.get((row["date"], row["shift"]))
    made_of = ahead.made_of
    told: dict[str, Any] = {
        "day": ahead.day(row["date"]),
        "shift": ahead.shift(row["shift"]),
        "hours": made_of.say("demand_hours", start=f"{row['from_hour']:02}", end=f"{row['until_hour']:02}"),
        "mean": cell(row, SHIFT, "mean"),
        "range": made_of.range(row, SHIFT, "lower_80", "upper_80"),
        "marks": [
            *([said(ahead.holiday(row["holiday"]))] if row["holiday"] else []),
            *(said(event["name"]) for event in ahead.events if event["date"] == row["date"]),
        ],
    }
    if need is None:
        return told | dict.fromkeys(("load", "load_range", "needed", "roster", "waiting", "waiting_range"))
    return told | {
        "load": cell(need, NEED, "offered_load_mean", "ratio"),
        "load_range": made_of.range(need, NEED, "offered_load_lower_80", "offered_load_upper_80", "ratio"),
        "needed": cell(need, NEED, "units_needed"),
        "roster": cell(need, NEED, "units_on_roster"),
        "waiting": cell(need, NEED, "share_waiting", "fine_share"),
        "waiting_range": made_of.range(
            need, NEED, "share_waiting_lower_80", "share_waiting_upper_80", "fine_share"
        ),
    }  # fmt: skip


def _target(ahead: Demand) -> "Markup | None":
    """The target that the units needed keep to."""
    row = next((row for row in ahead.needs.values() if row["units_needed"] is not None), None)
    if row is None:
        return None
    form: Form = "share" if (100 * row["share_target"]).is_integer() else "fine_share"
    share, seconds = cell(row, NEED, "share_target", form), cell(row, NEED, "wait_seconds")
    return ahead.made_of.say("demand_target", share=share, seconds=seconds)


def _event(ahead: Demand, row: dict[str, Any]) -> dict[str, Any]:
    made_of = ahead.made_of
    whole = (row["from_hour"], row["until_hour"]) == (0, 24)
    start, end = f"{row['from_hour']:02}", f"{row['until_hour']:02}"
    return {
        "day": ahead.day(row["date"]),
        "hours": made_of.say("demand_all_day") if whole else made_of.say("demand_hours", start=start, end=end),
        "name": said(row["name"]),
        "district": made_of.name(row["district"]),
        "attendance": cell(row, EVENT, "attendance"),
        "years": cell(row, EVENT, "years_known"),
        "factor": cell(row, EVENT, "factor", "decimal") if row["factor"] is not None else None,
        "range": made_of.range(row, EVENT, "lower_80", "upper_80", "decimal"),
    }


def _score(ahead: Demand, span: str) -> "Markup | None":
    """How forecasts of a span did over the months scored, against the mean of the last four like weekdays."""
    made_of = ahead.made_of
    level = made_of.audience.level
    condition = f"level = {literal(level)} and urgency_class = '{DISPATCHED}' and span = {literal(span)}"
    condition += " and four_week_wis is not null"
    own = made_of.tables[SCORE].filter(
        pl.col("level") == level,
        pl.col("urgency_class") == DISPATCHED,
        pl.col("span") == span,
        pl.col("four_week_wis").is_not_null(),
    )
    weighed = own.select(
        wis=(pl.col("n") * pl.col("wis")).sum(),
        four=(pl.col("n") * pl.col("four_week_wis")).sum(),
        held=(pl.col("n") * pl.col("covered_80")).sum(),
        n=pl.col("n").sum(),
    ).row(0, named=True)
    if not weighed["four"]:
        return None
    name = made_of.say("demand_block") if span == "block" else ahead.shift(span)
    source = f"from {SCORE} where {condition}"
    return made_of.say(
        "demand_score" if made_of.is_agency else "demand_score_stations",
        span=name,
        months=answer(own["month"].n_unique(), f"select count(distinct month) {source}"),
        ratio=answer(
            weighed["wis"] / weighed["four"], f"select sum(n * wis) / sum(n * four_week_wis) {source}", "share"
        ),
        held=answer(weighed["held"] / weighed["n"], f"select sum(n * covered_80) / sum(n) {source}", "share"),
    )
