"""The register: what units resolved, what the field expected, and what then happened beside the forecast before it."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from expectations.contracts import TABLES
from expectations.sentences import sentence
from transforms.briefing.page.material import Material, where
from transforms.briefing.page.numbers import answer, cell, interval, when

if TYPE_CHECKING:
    from markupsafe import Markup

TOLD = 30
"""Newest first; a register of years stands whole in the tables."""
MONTH_DAYS = 31
DECIDES = 95
"""The interval the verdict rests on, which is therefore the one shown."""


def register(made_of: Material) -> dict[str, Any]:
    """Measures and opinions of the audience's districts, newest first."""
    actions, opinions = _own(made_of, "action", "started_on"), _own(made_of, "opinion", "given_on")
    return {
        "actions": [_action(made_of, row) for row in actions[:TOLD]],
        "opinions": [_opinion(made_of, row) for row in opinions[:TOLD]],
        "cut": max(len(actions), len(opinions)) > TOLD,
    }


def _own(made_of: Material, table: str, day: str) -> list[dict[str, Any]]:
    """Rows of the audience: all for the agency; a station's own and its boxes', and those of the whole agency."""
    own = {made_of.audience.code, made_of.agency.root.code, *(d.code for d in made_of.boxes)}
    rows = [r for r in made_of.tables[table].to_dicts() if made_of.is_agency or r["district"] in own]
    # Two stable sorts: newest first, those of one day by their list and number.
    key = TABLES[table].key
    return sorted(sorted(rows, key=lambda r: [str(r[name]) for name in key]), key=lambda r: r[day], reverse=True)


def _happened(made_of: Material, row: dict[str, Any], table: str) -> dict[str, Any]:
    """What both have: the months judged, the forecast before, the count, the verdict and why."""
    return {
        "district": made_of.name(row["district"]),
        "crime": None if row["crime_type"] is None else made_of.crime(row["crime_type"]),
        "judged": _judged(made_of, row),
        "forecast": _interval(made_of, row, table, "forecast_mean", "forecast", DECIDES),
        "issued": row["issued"],
        "observed": _interval(made_of, row, table, "observed", "observed", 80),
        "verdict": made_of.say("judged_" + row["verdict"].replace(" ", "_")),
        "kind_of_verdict": row["verdict"].split(" ")[0],
        "why": sentence("verdict_why_" + row["why"].replace(" ", "_"), made_of.lang),
    }  # fmt: skip


def _judged(made_of: Material, row: dict[str, Any]) -> "Markup | None":
    if row["month_from"] is None or row["month_to"] is None:
        return None
    first, last = when(row["month_from"], made_of.lang), when(row["month_to"], made_of.lang)
    if row["month_from"] == row["month_to"]:
        return first
    return made_of.say("from_to", first=first, last=last)


def _interval(
    made_of: Material, row: dict[str, Any], table: str, middle: str, name: str, level: int
) -> dict[str, Any] | None:
    """A number with its interval, which a final count has not."""
    if row[middle] is None:
        return None
    bounds = made_of.range(row, table, f"{name}_lower_{level}", f"{name}_upper_{level}")
    return {"middle": cell(row, table, middle), "range": bounds}


def _action(made_of: Material, row: dict[str, Any]) -> dict[str, Any]:
    return _happened(made_of, row, "action") | {
        "owner": row["owner"], "what": row["what"], "kind": row["kind"], "started_on": row["started_on"],
        "review_on": row["review_on"], "due": _due(made_of, row["review_on"]),
        "expected": cell(row, "action", "expected_effect", "percent") if row["expected_effect"] is not None else None,
        "effect": cell(row, "action", "effect", "percent") if row["effect"] is not None else None,
        "effect_range": _effect_range(made_of, row),
    }  # fmt: skip


def _due(made_of: Material, review: date) -> bool:
    """Whether a review has come up since the month before was looked at."""
    as_of: date = made_of.publication["as_of"]
    return as_of - timedelta(days=MONTH_DAYS) < review <= as_of


def _effect_range(made_of: Material, row: dict[str, Any]) -> "Markup | None":
    """The count against the ends of the interval that decides: beside it one of another level would contradict it."""
    if row["effect"] is None or not row[f"forecast_lower_{DECIDES}"]:
        return None
    condition = where(list_name=row["list_name"], action_id=row["action_id"])
    ends = [
        answer(
            100 * (row["observed"] / row[end] - 1),
            f"select 100 * (observed / {end} - 1) from action where {condition}",
            "percent",
        )
        for end in (f"forecast_upper_{DECIDES}", f"forecast_lower_{DECIDES}")
    ]
    return interval(ends[0], ends[1], made_of.lang)


def _opinion(made_of: Material, row: dict[str, Any]) -> dict[str, Any]:
    direction, came = row["expected_direction"], row["came_true"]
    return _happened(made_of, row, "opinion") | {
        "unit": row["unit"], "what": row["what"], "category": row["category"], "given_on": row["given_on"],
        "direction": None if direction is None else made_of.say(f"direction_{direction}"),
        "came_true": None if came is None else made_of.say("came_true" if came else "came_false"),
    }  # fmt: skip
