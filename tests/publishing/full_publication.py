"""A publication with rows in every table: a station with one box, thefts 30, 20 and 10 in each of 27 months."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import polars as pl

from expectations.agency import load_agency, packaged
from expectations.agency.words import agency_words
from expectations.contracts import PUBLISHED, TABLES, Table
from expectations.contracts.ddl import conform
from expectations.contracts.examples import examples
from tests.publishing.demand_rows import demand_rows

MONTH, AS_OF, RUN = date(2024, 3, 1), date(2024, 4, 10), "3297d8834cf3d906"
DISTRICTS = {
    "gj": ("광주경찰청", "agency", None), "gj-east": ("동부경찰서", "station", "gj"),
    "gj-east-1": ("금남지구대", "box", "gj-east"),
}  # fmt: skip
THEFTS = {"gj": 30, "gj-east": 20, "gj-east-1": 10}
MONTHS = [date(2022 + n // 12, n % 12 + 1, 1) for n in range(27)]
NEXT = [date(2024, 4, 1), date(2024, 5, 1), date(2024, 6, 1)]
QUARTERS = (date(2024, 1, 1), date(2024, 4, 1))
_DEFAULTS: dict[str, Any] = {
    "BIGINT": 0, "INTEGER": 1, "TINYINT": 1, "DOUBLE": 0.0, "BOOLEAN": True, "VARCHAR": "x", "DATE": MONTH,
    "TIMESTAMP": datetime.fromisoformat("2024-04-10 09:00"),
}  # fmt: skip


def words() -> Mapping[str, Mapping[str, str]]:
    """What an agency calls the codes of the rows below."""
    return agency_words(load_agency(packaged()), "ko")


def filled(name: str, rows: Iterable[dict[str, Any]]) -> pl.DataFrame:
    """Rows of a table; a column not given is empty, or where it must not be has the first value it may have."""
    table = TABLES[name]
    base = first_values(table)
    made = []
    for row in rows:
        if not row and "district" in table.names:
            row = {"district": next(iter(DISTRICTS))}
        place = (
            dict(zip(("district_name", "level", "parent"), DISTRICTS[row["district"]], strict=True))
            if "district" in row
            else {}
        )
        made.append(base | place | row)
    return conform(pl.DataFrame(made, infer_schema_length=None), table)


def first_values(table: Table) -> dict[str, Any]:
    """A row of nothing but what each column may hold: empty, the first value allowed, or one of its type."""
    return {c.name: None if c.nullable else c.allowed[0] if c.allowed else _DEFAULTS[c.type] for c in table.columns}


def full_tables() -> dict[str, pl.DataFrame]:
    """Every published table, each with at least one row: one of first values where none is written below."""
    rows = {**_crimes(), **_calls(), **demand_rows(), **_forecasts(), **_register(), **_about()}
    rows["vulnerability"] = [{"crime_type": "theft", "observed": 30, "expected": 12.0, "ratio": 2.5, "lower_95": 1.6}]
    rows["example_query"] = [vars(one) for one in examples()]
    return {table.name: filled(table.name, rows.get(table.name, [{}])) for table in PUBLISHED}


def _crimes() -> dict[str, list[dict[str, Any]]]:
    series = [{"district": d, "crime_type": "theft", "incidents": n} for d, n in THEFTS.items()]
    monthly = [
        {
            **s,
            "month": m,
            "expected_final": s["incidents"] + (2.5 if m == MONTH else 0),
            "provisional": m == MONTH,
            "complete": m != MONTHS[0],
            "cleared": 15,
        }
        for s in series
        for m in MONTHS
    ]
    signalled = {"signal": "alert", "direction": "up", "three_year_mean": 10.0, "z": 3.5, "last_month": 20}
    return {
        "crime_month": monthly,
        "crime_year": [{**s, "year": 2023, "difference": 1} for s in series],
        "crime_to_date": [{**s, "month": NEXT[0], "through": AS_OF} for s in series],
        "running_month": [{**s, "month": NEXT[0], "through": AS_OF, "days": 9, "counted": 9} for s in series],
        "crime_hour": [{**s, "month": m, "weekday": 6, "hour": 23} for s in series for m in MONTHS],
        "outlook": [{**s, "month": MONTH, "expected_final": s["incidents"] + 2.5, "probability_above_last_year": 0.9,
                     **(signalled if s["district"] == "gj-east" else {"signal": "none"})} for s in series],
        "crime_quarter": [{**s, "span": span, "period": QUARTERS[0], "months": 3}
                          for s in series for span in ("quarter", "year")],
        "clearance": [{**s, "span": span, "period": QUARTERS[0], "months": 3, "cleared": 15, "clearance_rate": 50.0}
                      for s in series if s["district"] != "gj-east-1" for span in ("month", "quarter", "year")],
        "crime_rate": [{**s, "month": MONTH, "population": 100_000, "per_100_000": 360.0} for s in series],
        "crime_subtype_month": [{**s, "subtype": "burglary", "month": m} for s in series for m in MONTHS],
        "district": [{"district": d, "short_name": DISTRICTS[d][0][:2], "population": 100_000} for d in THEFTS],
        "outlook_quarter": [{**s, "span": "quarter", "period": first, "state": state}
                            for s in series for first, state in zip(QUARTERS, ("over", "ahead"), strict=True)],
        "forecast_model": [{"origin_month": MONTHS[-2], "model": "ets", "district": "gj", "crime_type": "theft",
                            "month": MONTH, "horizon": 1, "wis": 2.0, "covered_80": True}],
        "signal_history": [{**s, "month": m, "expected_final": 1.0, "signal": "watch", "issued": True}
                           for s in series for m in MONTHS[-2:]],
        "patrol_window": [{"district": "gj-east-1", "crime_type": "theft", "month": NEXT[0], "weekday": 6,
                           "from_hour": 21, "expected": 2.5, "agency_rank": 1, "month_expected": 10.0}],
        "signal_budget": [{"level": "station", "test": "surprise", "signal": "watch", "threshold": 2.2}],
        "revision": [{**s, "source": "crimes", "month": MONTHS[5], "exported_on": date(2022, 7 + more, 3),
                      "incidents": s["incidents"] + more} for s in series for more in (0, 1)],
    }  # fmt: skip


def _calls() -> dict[str, list[dict[str, Any]]]:
    calls = [
        {
            "district": d,
            "call_group": group,
            "urgency": urgency,
            "call_type": call_type,
            "month": m,
            "calls": 100 + (m == MONTH),
            "response_n": 50,
            "response_seconds_median": 300.0,
            "response_seconds_p80": 400.0,
            "response_seconds_p90": 500.0,
            "response_definition": "접수~도착",
        }
        for d in DISTRICTS
        for group, urgency, call_type in (
            ("all", "all", "all"),
            ("all", "C0", "all"),
            ("theft", "all", "all"),
            ("theft", "C0", "all"),
            ("theft", "all", "절도"),
        )
        for m in MONTHS
    ]
    hours = [{"district": "gj", "call_group": "all", "month": MONTH, "weekday": 5, "hour": 22, "calls": 9}]
    outlook = [
        {"district": d, "call_group": group, "urgency": urgency, "call_type": call_type, "month": MONTH, "calls": 101,
         "same_month_last_year": 100, "three_year_mean": 100.0, "z": 0.1, "complete": True}
        for d in DISTRICTS
        for group, urgency, call_type in (
            ("all", "all", "all"), ("established", "all", "all"), ("all", "C0", "all"), ("disorder", "all", "all"),
            ("disorder", "all", "주취자"),
        )
    ]  # fmt: skip
    ahead = [
        {"district": d, "origin_month": MONTH, "call_group": group, "urgency": "all", "month": NEXT[0], "mean": 100.0}
        for d in DISTRICTS
        for group in ("all", "established")
    ]
    scores = [{"district": d, "origin_month": MONTHS[-2], "call_group": "all", "urgency": "all", "month": MONTH,
               "observed": 101.0} for d in DISTRICTS]  # fmt: skip
    return {
        "call_month": calls,
        "call_hour": hours,
        "call_outlook": outlook,
        "call_forecast": ahead,
        "call_forecast_score": scores,
        "special_day": [{"district": "gj", "date": NEXT[0], "name": "벚꽃축제"}],
    }


def _forecasts() -> dict[str, list[dict[str, Any]]]:
    forecasts = [
        {
            "origin_month": MONTH,
            "district": d,
            "crime_type": "theft",
            "month": m,
            "horizon": h,
            "mean": float(n),
            "lower_80": n - 5.0,
            "upper_80": n + 5.0,
        }
        for d, n in THEFTS.items()
        for h, m in enumerate(NEXT, 1)
    ]
    scores = [
        {
            "origin_month": MONTHS[-2],
            "district": d,
            "crime_type": "theft",
            "month": MONTH,
            "observed": float(n),
            "error": 2.0,
            "covered_80": False,
            "lost": d == "gj",
            "tracking_signal": 0.8,
        }
        for d, n in THEFTS.items()
    ]
    return {"forecast": forecasts, "forecast_score": scores}


def _register() -> dict[str, list[dict[str, Any]]]:
    judged = {"district": "gj-east", "crime_type": "theft", "observed": 20.0, "forecast_mean": 20.0}
    return {
        "action": [
            {**judged, "list_name": "actions", "action_id": "2024-1", "what": "야간 순찰", "verdict": "inconclusive"}
        ],
        "opinion": [
            {**judged, "list_name": "opinions", "opinion_id": "2024-1", "expected_direction": "up", "came_true": False}
        ],
        "special_day": [
            {"district": "gj-east", "list_name": "events", "event_id": "1", "date": NEXT[0], "name": "축제",
             "from_hour": 18, "until_hour": 24, "years_known": 2, "factor": 1.3, "lower_80": 1.1, "upper_80": 1.5}
        ],
    }  # fmt: skip


def _about() -> dict[str, list[dict[str, Any]]]:
    files = [
        {
            "file_id": f"f{n}",
            "name": f"crimes_{n}.csv",
            "source": "crimes",
            "status": status,
            "exported_on": AS_OF,
            "period_to": MONTHS[-n - 1],
        }
        for n, status in enumerate(("accepted", "accepted", "refused"))
    ]
    return {
        "publication": [{"month": MONTH, "as_of": AS_OF, "run_id": RUN, "agency": "gj", "agency_name": "광주경찰청"}],
        "run": [{"run_id": RUN, "status": "published"}],
        "source_file": files,
        "rejected_row": [{"file_id": "f0", "row_number": n, "reason": "unknown_code"} for n in (1, 2)],
        "validation_result": [{"run_id": RUN, "success": False, "severity": "warning"}],
    }
