"""Rows of the tables of calls by the hour: a station of 2 calls in three hours, 8 a shift, a box of a half."""

from datetime import date
from typing import Any

DISPATCHED = {"urgency_class": "dispatched"}


def demand_rows() -> dict[str, list[dict[str, Any]]]:
    """Rows of each table, the columns of its day or place apart."""
    station = {"district": "gj-east", **DISPATCHED}
    months = [{"month": date(2024, n, 1), "level": "station", **DISPATCHED, "span": "block"} for n in (2, 3)]
    scores = {"n": 248, "wis": 0.9, "four_week_wis": 1.0, "eight_week_wis": 0.95, "poisson_floor": 0.85}
    return {
        "call_demand": [{**station, "date": date(2024, 4, 1), "block": n, "mean": 2.0} for n in range(8)],
        "call_demand_shift": [
            {**station, "date": date(2024, 4, 1), "shift": "night", "from_hour": 19, "until_hour": 7, "mean": 8.0}
        ],
        "call_shift_month": [{**station, "shift": "night", "month": date(2024, 4, 1), "mean": 240.0}],
        "call_demand_score": [{**row, **scores, "covered_80": 0.8} for row in months],
        "call_box_block": [{"district": "gj-east-1", **DISPATCHED, "weekday": 1, "block": 0, "mean": 0.5, "days": 52}],
        "service_time": [{**station, "period": "all", "service_n": 400, "service_minutes_mean": 40.0}],
        "unit_need": [
            {"district": "gj-east", "date": date(2024, 4, day), "span": "night", "span_kind": "shift", "from_hour": 19,
             "until_hour": 7, "method": "recorded", "offered_load_mean": 1.5, "units_needed": need,
             "units_on_roster": 4}
            for day, need in ((1, 4), (2, 5))
        ],
    }  # fmt: skip
