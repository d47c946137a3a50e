"""Deployments of the sample month, one of each that may be said, and a plan of two teams with last month's."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

UNIT = "기동순찰대"
LIST = "deployments"
FIRST, LAST = date(2024, 1, 8), date(2024, 3, 3)
ESTIMATORS = ("forecast", "wdd", "rate_ratio", "ring", "net", "before_after")
Row = dict[str, Any]


@dataclass(frozen=True)
class Planted:
    """An entry of the ledger and what was found of it.

    Attributes:
        number: Its number in the list.
        area: As entered.
        district: The area is or lies in; None where it is not known.
        found: By estimator, per cent and verdict; None for a reason why there is no estimate.
        crime_types: Those judged; none: the entry is not.
        kind: Of the area.
    """

    number: str
    area: str
    district: str | None
    found: Mapping[str, tuple[float, str] | str] = field(default_factory=dict)
    crime_types: tuple[str, ...] = ("theft",)
    kind: str = "district"
    first_day: date = FIRST
    last_day: date = LAST
    whole_weeks: int = 8
    overlapping: str | None = None


def _all(forecast: Any, wdd: Any, ring: Any, net: Any, before: float) -> dict[str, tuple[float, str] | str]:
    found = dict(zip(ESTIMATORS, (forecast, wdd, wdd, ring, net, (before, "inconclusive")), strict=True))
    return {name: value for name, value in found.items() if value is not None}


LESS, MORE, UNSURE, TWO, SMALLER = "fell", "rose", "inconclusive", "overlapping", "too_small"
FELL = Planted("2024-01", "seobu-sangmu", "seobu-sangmu",
               _all((-18.0, LESS), (-24.0, LESS), (-4.0, UNSURE), (-21.0, LESS), -38.0),
               ("theft", "violence"))  # fmt: skip
PEAK = Planted("2024-02", "bukbu", "bukbu", _all((2.0, UNSURE), (-5.0, UNSURE), (3.0, UNSURE), (-2.0, UNSURE), -35.0))
SMALL = Planted("2024-03", "다사1234", "seobu-geumho",
                _all((-40.0, SMALLER), (-50.0, SMALLER), (0.0, SMALLER), (-45.0, SMALLER), -60.0),
                kind="cell")  # fmt: skip
MOVED = Planted("2024-04", "대인시장 <b>일대</b>", "dongbu",
                _all((-22.0, LESS), (-26.0, LESS), (13.0, MORE), (-9.0, UNSURE), -30.0), kind="named")  # fmt: skip
AGAINST = Planted("2024-05", "nambu", "nambu", _all((6.0, UNSURE), (-20.0, LESS), (-3.0, UNSURE), (-19.0, LESS), -33.0))
OVERLAP = Planted("2024-06", "gwangsan", "gwangsan",
                  _all((-20.0, TWO), (-20.0, TWO), (1.0, TWO), (-19.0, TWO), -20.0),
                  overlapping="deployments/2024-07")  # fmt: skip
FEW = "too few controls"
UNCONTROLLED = Planted("2024-08", "seobu", "seobu", _all((-17.0, LESS), FEW, FEW, FEW, -20.0))
ALONE = Planted("2024-09", "seobu", "seobu", _all("no forecast", (25.0, MORE), "no neighbours", "no neighbours", 30.0))
BOX = Planted("2024-13", "bukbu", "bukbu", _all((-16.0, LESS), (-27.0, LESS), (3.0, SMALLER), (-2.0, SMALLER), -30.0))
NEXT_DOOR = Planted("2024-14", "bukbu", "bukbu",
                    _all((-16.0, LESS), (-27.0, LESS), (14.0, SMALLER), (-2.0, SMALLER), -30.0))  # fmt: skip
JUDGED = (FELL, PEAK, SMALL, MOVED, AGAINST, OVERLAP, UNCONTROLLED, ALONE, BOX, NEXT_DOOR)
LOST = Planted("2024-10", "충장로 어디쯤", None, kind="unknown")
RECENT = Planted("2024-11", "seobu", "seobu", first_day=date(2024, 3, 25), last_day=date(2024, 5, 1), whole_weeks=1)
SHORT = Planted("2024-12", "bukbu", "bukbu", first_day=date(2024, 2, 1), last_day=date(2024, 2, 9), whole_weeks=1)
EARLY = Planted("2023-01", "bukbu", "bukbu", first_day=date(2018, 12, 1), last_day=date(2019, 2, 1), whole_weeks=0)
WAITING = (LOST, RECENT, SHORT, EARLY)


def ledger() -> list[Row]:
    """Rows of `deployment`."""
    return [
        {
            "list_name": LIST, "deployment_id": one.number, "unit": UNIT, "kind": "mobile_patrol", "area": one.area,
            "area_kind": one.kind, "district": one.district,
            "crime_type": one.crime_types[0] if len(one.crime_types) == 1 else None,
            "first_day": one.first_day, "last_day": one.last_day, "weekdays": "56", "from_hour": 22, "to_hour": 2,
            "officers": 8, "purpose": "<b>야간</b> 절도 예방", "entered_on": one.first_day,
            "whole_weeks": one.whole_weeks, "overlapping": one.overlapping,
        }
        for one in (*JUDGED, *WAITING)
    ]  # fmt: skip


def effects() -> list[Row]:
    """Rows of `deployment_effect`, with two of all entries."""
    found = [row for one in JUDGED for crime in one.crime_types for row in _effects(one, crime)]
    every = {"list_name": "all", "deployment_id": "all", "estimator": "dose_response", "day_from": date(2019, 1, 1),
             "day_to": date(2024, 3, 31), "misleading": False}  # fmt: skip
    ratio = {"estimate": 0.96, "lower_95": 0.93, "upper_95": 0.99, "per_cent": -4.0, "standard_error": 0.016}
    told = every | ratio | {"crime_type": "theft", "verdict": LESS, "why": "beyond the interval"}
    return [*found, told, every | {"crime_type": "violence", "verdict": UNSURE, "why": "too few months"}]


def _effects(one: Planted, crime: str) -> Iterator[Row]:
    for estimator, found in one.found.items():
        row = {
            "list_name": LIST, "deployment_id": one.number, "unit": UNIT, "area": one.area, "area_kind": one.kind,
            "district": one.district, "crime_type": crime, "estimator": estimator, "day_from": one.first_day,
            "day_to": one.first_day + timedelta(days=7 * one.whole_weeks - 1),
            "misleading": estimator == "before_after",
        }  # fmt: skip
        if isinstance(found, str):
            yield row | {"verdict": UNSURE, "why": found}
        else:
            yield row | _estimated(estimator, *found)


def _estimated(estimator: str, per_cent: float, verdict: str) -> Row:
    expected, half = 160.0, 11.5
    estimate = expected * per_cent / 100
    bounds = (estimate - half * 1.6, estimate + half * 1.6)
    if estimator == "rate_ratio":
        estimate, bounds = 1 + per_cent / 100, (0.99 + per_cent / 100 - 0.1, 1.01 + per_cent / 100 + 0.1)
    why = {"fell": "beyond the interval", "rose": "beyond the interval", "too_small": "could not be seen",
           "overlapping": "another entry"}.get(verdict, "inside the interval")  # fmt: skip
    told = {
        "observed": expected * (1 + per_cent / 100), "expected": expected, "estimate": estimate,
        "lower_95": bounds[0], "upper_95": bounds[1], "standard_error": 9.4, "per_cent": per_cent,
        "dispersion": 1.2, "verdict": verdict, "why": why,
    }  # fmt: skip
    if estimator == "before_after":
        return told | {"why": "no control"}
    least = None if verdict == "too_small" and estimator == "net" else 29.4 if verdict == "too_small" else 15.3
    return told | {
        "least_detectable_80": least, "power_16": 0.82, "power_31": 0.99, "placebo_rank": 3, "placebo_n": 210,
        "placebo_p": 3 / 211, "controls": None if estimator == "forecast" else 12,
    }  # fmt: skip


STOPS = {"seobu": ("seobu-sangmu", "seobu-geumho"), "bukbu": ("bukbu", "bukbu")}


def plan(month: date, ahead: date) -> list[Row]:
    """Rows of `deployment_plan`: two teams, four shifts of each month, the earlier one followed every second stop."""
    rows = []
    for planned in (month, ahead):
        for n in range(4):
            for team, (station, areas) in enumerate(STOPS.items(), 1):
                for stop, area in enumerate(areas, 1):
                    rows.append(
                        {
                            "month": planned, "unit": UNIT, "team": team, "date": planned + timedelta(days=n // 2),
                            "shift": ("day", "night")[n % 2], "stop": stop, "area": area, "area_kind": "district",
                            "district": area, "station": station, "station_name": station, "hours": 1.25 + 0.5 * team,
                            "expected_crimes": 0.8, "share_covered": 0.17, "metres": 900.0,
                            "why": "least_share" if n == 3 else "most_saved",
                            "followed": stop == 1 if planned == month else None,
                        }
                    )  # fmt: skip
    return rows


def shares(ahead: date) -> list[Row]:
    """Rows of `plan_share`: the west has less than its least."""
    return [
        {"month": ahead, "station": station, "station_name": station, "hours": hours, "share": hours / 32.0,
         "expected_share": expected, "least_share": expected / 2, "kept": hours / 32.0 >= expected / 2}
        for station, hours, expected in (("bukbu", 18.0, 0.1), ("seobu", 14.0, 0.9))
    ]  # fmt: skip


def scores(month: date) -> list[Row]:
    """Rows of `plan_score`: ahead of a year's counts, behind what was patrolled, like equal shares."""
    led = {"plan": None, "last_year_counts": (0.0029, 0.0021, 0.0036), "equal_shares": (0.001, -0.0004, 0.0023),
           "patrolled": (-0.0031, -0.0052, -0.0011)}  # fmt: skip
    rows = []
    for rival, of in led.items():
        lead = dict(zip(("difference", "lower_95", "upper_95"), of, strict=True)) if of else {}
        rows.append(
            {"month": month, "rival": rival, "crimes": 950, "crimes_covered": 154.2, "patrol_hours": 1010.0,
             "share_per_hour": 0.0161} | lead
        )  # fmt: skip
    return rows
