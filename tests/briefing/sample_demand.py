"""Next month's calls of the sample month: the night of Saturday the 13th is the heaviest, and a festival is on it.

A shift has a hundred calls at the agency, an hour's eighth of a unit; nights of Friday and Saturday half as many again.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl

from expectations.agency import Agency, District
from expectations.contracts import TABLES
from expectations.contracts.ddl import conform

MONTH, NEXT = date(2024, 3, 1), date(2024, 4, 1)
DAYS = [date(2024, 4, day) for day in range(1, 31)]
ELECTION = {date(2024, 4, 10): "National Assembly Election Day"}
SHIFTS = {"day": (7, 19), "night": (19, 7), "whole_day": (0, 24)}
CLASSES = {"urgent": 0.4, "routine": 0.6, "dispatched": 1.0}
CALLS = {"gwangju": 400, "dongbu": 40, "seobu": 80, "nambu": 60, "bukbu": 110, "gwangsan": 110}
FESTIVAL = date(2024, 4, 13)
OF_MONTH = {"last_month": 11904, "last_month_days": 31, "same_month_last_year": 11400, "same_month_last_year_days": 30,
            "per_day_change_last_month": 0.0416, "per_day_change_last_year": -0.0789}  # fmt: skip


def demand(agency: Agency) -> dict[str, pl.DataFrame]:
    """The tables of calls to come and of units, by their contracts."""
    districts = [d for d in agency.districts if d.code in CALLS]
    made = {
        "call_demand_shift": [row for d in districts for row in _shifts(d)],
        "call_shift_month": [row for d in districts for row in _months(d)],
        "unit_need": [row for d in districts for row in _needs(d)],
        "call_demand_score": list(_scores()),
        "special_day": list(_events(agency)),
    }
    return {name: _frame(name, rows) for name, rows in made.items()}


def mean(code: str, day: date, shift: str) -> float:
    """Dispatched calls expected in a shift."""
    if shift == "whole_day":
        return mean(code, day, "day") + mean(code, day, "night")
    busy = 0.65 if day == FESTIVAL else 0.5 if day.isoweekday() in (5, 6) else 0.0
    return CALLS[code] / 2 * (1 + busy * (shift == "night")) + day.day / 100


def _frame(table: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    every = dict.fromkeys(TABLES[table].names)
    return conform(pl.DataFrame([every | row for row in rows], infer_schema_length=None), TABLES[table])


def _of(district: District) -> dict[str, Any]:
    return {"district": district.code, "district_name": district.name, "level": district.level,
            "parent": district.parent}  # fmt: skip


def _bounds(expected: float) -> dict[str, float]:
    return {"mean": expected, "median": expected - 0.25} | {
        f"{side}_{level}": expected * (1 + sign * level / 400)
        for level in (50, 80, 95)
        for side, sign in (("lower", -1), ("upper", 1))
    }


def _shifts(district: District) -> Iterator[dict[str, Any]]:
    for name, share in CLASSES.items():
        for day in DAYS:
            for shift, (first, until) in SHIFTS.items():
                yield _of(district) | _bounds(share * mean(district.code, day, shift)) | {
                    "origin_month": MONTH, "urgency_class": name, "date": day, "shift": shift, "from_hour": first,
                    "until_hour": until, "holiday": ELECTION.get(day),
                }  # fmt: skip


def _months(district: District) -> Iterator[dict[str, Any]]:
    for name, share in CLASSES.items():
        for shift in SHIFTS:
            whole = share * sum(mean(district.code, day, shift) for day in DAYS)
            few = district.code == "dongbu" and name == "urgent"
            compared = OF_MONTH | dict.fromkeys([*OF_MONTH][4:]) | {"last_month": 17} if few else OF_MONTH
            yield _of(district) | _bounds(whole) | compared | {
                "urgency_class": name, "shift": shift, "month": NEXT,
            }  # fmt: skip


def _needs(district: District) -> Iterator[dict[str, Any]]:
    roster = {"day": 12, "night": 14} if district.code in ("gwangju", "seobu") else {}
    for day in DAYS:
        spans = [(shift, "shift", *SHIFTS[shift]) for shift in ("day", "night")]
        spans += [(f"{h:02}-{h + 3:02}", "block", h, h + 3) for h in range(0, 24, 3)]
        for span, kind, first, until in spans:
            shift = span if kind == "shift" else "day" if 7 <= first < 19 else "night"
            load = mean(district.code, day, shift) / 16
            on_duty = roster.get(shift)
            waiting = (None, None, None) if on_duty is None else (0.123, 0.041, 0.262)
            yield _of(district) | {
                "origin_month": MONTH, "date": day, "span": span, "span_kind": kind, "from_hour": first,
                "until_hour": until, "offered_load_mean": load, "offered_load_lower_80": 0.8 * load,
                "offered_load_upper_80": 1.25 * load, "busiest_load": 1.3 * load, "units_needed": round(1.5 * load) + 2,
                "wait_seconds": 60.0, "share_target": 0.9, "units_on_roster": on_duty, "share_waiting": waiting[0],
                "share_waiting_lower_80": waiting[1], "share_waiting_upper_80": waiting[2], "method": "recorded",
            }  # fmt: skip


def _scores() -> Iterator[dict[str, Any]]:
    for month in (date(2024, 2, 1), MONTH):
        for level, n in (("agency", 29), ("station", 145)):
            for name in CLASSES:
                for span in ("block", *SHIFTS):
                    yield {"month": month, "level": level, "urgency_class": name, "span": span, "n": n, "wis": 4.4,
                           "four_week_wis": 5.0, "eight_week_wis": 4.8, "poisson_floor": 4.0, "covered_50": 0.52,
                           "covered_80": 0.81, "covered_95": 0.96}  # fmt: skip


def _events(agency: Agency) -> Iterator[dict[str, Any]]:
    west = next(d for d in agency.districts if d.code == "seobu")
    named = {"list_name": "events", "file_id": "0123456789abcdef"}
    yield _of(west) | named | {
        "event_id": "1", "date": FESTIVAL, "name": "벚꽃 <b>축제</b>", "from_hour": 18, "until_hour": 24,
        "attendance": 50000, "years_known": 2, "factor": 1.42, "lower_80": 1.2, "upper_80": 1.66,
    }  # fmt: skip
    yield _of(agency.root) | named | {
        "event_id": "2", "date": date(2024, 4, 20), "name": "프로야구 개막전", "from_hour": 0, "until_hour": 24,
        "years_known": 0,
    }  # fmt: skip
