"""Next month's plan by station with what it assumes, its first rounds, and what earlier plans came to."""

from collections.abc import Mapping
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

import polars as pl

from expectations.months import add_months
from transforms.briefing.page.deployment.ours import PLAN, area
from transforms.briefing.page.material import Material, where
from transforms.briefing.page.numbers import answer, cell, day, interval, said, when
from transforms.briefing.page.places.ours import Ours

if TYPE_CHECKING:
    from markupsafe import Markup

SCORE, SHARE = "plan_score", "plan_share"
LEAST = "least_share"
"""Why an area is planned that its station's least share asks for."""
ROUNDS = 6
"""First rounds told; the sheet has all."""
PER_HOURS = 1000
"""Hours of patrol a score is told for: about a month of twelve teams."""
TURN = ("date", "shift", "unit", "team")
RIVALS = ("last_year_counts", "equal_shares", "patrolled")


def plan(made_of: Material) -> dict[str, Any] | None:
    """The audience's part of the plan ahead, of the month after next where that runs already; nothing without one."""
    ahead = max(made_of.tables[PLAN]["month"].to_list(), default=made_of.month)
    ahead = ahead if ahead > made_of.month else add_months(made_of.month, 1)
    ours = Ours.of(made_of)
    own = ours.rows(made_of.tables[PLAN]).filter(pl.col("month") == ahead)
    scores = _scores(made_of) if made_of.is_agency else None
    followed = _followed(made_of, ours)
    if own.is_empty() and scores is None and followed is None:
        return None
    return {
        "month": when(ahead, made_of.lang),
        "stations": _stations(made_of, ours, ahead),
        "rounds": _rounds(made_of, own),
        "followed": followed,
        "scores": scores,
    }


def _stations(made_of: Material, ours: Ours, month: date) -> list[dict[str, Any]]:
    """A line a station, in the order of the agency folder: its share, what is expected there, and the least of it."""
    order = {one.code: place for place, one in enumerate(made_of.agency.districts)}
    rows = ours.rows(made_of.tables[SHARE]).filter(pl.col("month") == month).to_dicts()
    rows.sort(key=lambda row: (order.get(row["station"], len(order)), row["station"]))
    return [_station(made_of, row) for row in rows]


def _station(made_of: Material, row: dict[str, Any]) -> dict[str, Any]:
    shares = {name: cell(row, SHARE, name, "fine_share") for name in ("share", "expected_share", "least_share")}
    own = made_of.tables[PLAN].filter(
        pl.col("month") == row["month"], pl.col("station") == row["station"], pl.col("why") == LEAST
    )
    source = f"from {PLAN} where month = '{row['month']}' and {where(station=row['station'], why=LEAST)}"
    hours = float(own.sort("unit", "team", "date", "shift", "stop")["hours"].sum())
    return {
        "name": made_of.name(row["station"]),
        "hours": cell(row, SHARE, "hours"),
        **shares,
        "for_least": answer(hours, f"select coalesce(sum(hours), 0) {source}"),
        "kept": row["kept"],
    }


def _rounds(made_of: Material, own: pl.DataFrame) -> list["Markup"]:
    """The first rounds of the month, a sentence each: team, shift, and areas in their order."""
    order = {one.code: place for place, one in enumerate(made_of.agency.shifts)}
    rows = own.sort("date", "shift", "unit", "team", "stop").to_dicts()
    rows.sort(
        key=lambda row: (row["date"], order.get(row["shift"], len(order)), row["shift"], row["unit"], row["team"])
    )
    turns = [list(stops) for _, stops in groupby(rows, key=lambda row: tuple(row[name] for name in TURN))]
    return [_round(made_of, stops) for stops in turns[:ROUNDS]]


def _round(made_of: Material, stops: list[dict[str, Any]]) -> "Markup":
    from markupsafe import Markup

    first = stops[0]
    areas = Markup(" → ").join(area(made_of, row["area"], row["area_kind"], row["district"]) for row in stops)
    return made_of.say(
        "plan_round", unit=said(first["unit"]), team=cell(first, PLAN, "team"), day=day(first["date"]),
        shift=_shift(made_of, first["shift"]), areas=areas,
    )  # fmt: skip


def _shift(made_of: Material, code: str) -> str:
    found = next((one for one in made_of.agency.shifts if one.code == code), None)
    return code if found is None else found.name if made_of.lang == "ko" else found.name_en or found.name


def _followed(made_of: Material, ours: Ours) -> "Markup | None":
    """How much of the newest month's plan that has come the ledger has, in hours; nothing where neither is known."""
    own = ours.rows(made_of.tables[PLAN]).filter(pl.col("followed").is_not_null(), pl.col("month") <= made_of.month)
    if own.is_empty():
        return None
    month: date = own["month"].to_list()[own["month"].arg_max() or 0]
    of_month = own.filter(pl.col("month") == month).sort("unit", "team", "date", "shift", "stop")
    hours, kept = (float(rows["hours"].sum()) for rows in (of_month, of_month.filter(pl.col("followed"))))
    begun = ours.source(PLAN)
    source = f"{begun} {'and' if ' where ' in begun else 'where'} month = '{month}' and followed is not null"
    every, part = f"select sum(hours) {source}", "coalesce(sum(hours) filter (where followed), 0)"
    return made_of.say(
        "plan_followed",
        month=when(month, made_of.lang),
        hours=answer(hours, every),
        kept=answer(kept, f"select {part} {source}"),
        share=answer(kept / hours if hours else None, f"select {part} / sum(hours) {source}", "share"),
    )


def _scores(made_of: Material) -> list["Markup"] | None:
    """What the newest plan that has come was worth beside plans anybody could have made, a sentence each."""
    table = made_of.tables[SCORE]
    if table.is_empty():
        return None
    newest = table.filter(pl.col("month") == pl.col("month").max()).to_dicts()
    rows = {row["rival"]: row for row in newest}
    told = [_worth(made_of, rows["plan"])] if "plan" in rows else []
    return told + [_lead(made_of, rows[name]) for name in RIVALS if name in rows and rows[name]["lower_95"] is not None]


def _worth(made_of: Material, row: Mapping[str, Any]) -> "Markup":
    share = row["crimes_covered"] / row["crimes"] if row["crimes"] else None
    source = f"from {SCORE} where {_of(row)}"
    return made_of.say(
        "plan_worth",
        month=when(row["month"], made_of.lang),
        hours=cell(row, SCORE, "patrol_hours"),
        crimes=cell(row, SCORE, "crimes"),
        covered=cell(row, SCORE, "crimes_covered"),
        share=answer(share, f"select crimes_covered / crimes {source}", "fine_share"),
    )


def _lead(made_of: Material, row: Mapping[str, Any]) -> "Markup":
    """The plan's lead over a rival, and whether chance explains it."""
    source = f"from {SCORE} where {_of(row)}"
    lead, lower, upper = (
        answer(PER_HOURS * row[name], f"select {PER_HOURS} * {name} {source}", "points")
        for name in ("difference", "lower_95", "upper_95")
    )
    way = "more" if row["lower_95"] > 0 else "less" if row["upper_95"] < 0 else "alike"
    return made_of.say(
        "plan_lead",
        rival=made_of.say(f"plan_rival_{row['rival']}"),
        lead=lead,
        range=interval(lower, upper, made_of.lang),
        told=made_of.say(f"plan_lead_{way}"),
    )


def _of(row: Mapping[str, Any]) -> str:
    return f"month = '{row['month']}' and {where(rival=row['rival'])}"
