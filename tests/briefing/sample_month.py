"""A month of Gwangju small enough to see through and with something in every section of the briefing.

Theft in the west is an alert upwards (100 → 180), violence in the north a watch downwards, all else as always; the
newest month still grows by 5 %. Months are 2019-01 to 2024-03, the as-of day is 2024-04-10.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl

from expectations.agency import Agency, District
from expectations.contracts import PUBLISHED, TABLES, Table
from expectations.contracts.ddl import conform, empty
from tests.briefing.sample_demand import demand
from tests.briefing.sample_deployments import effects, ledger, plan, scores, shares
from tests.briefing.sample_factors import factors
from tests.briefing.sample_places import places
from tests.briefing.sample_record import files, rejected, results
from tests.briefing.sample_register import actions, opinions
from tests.publishing.full_publication import first_values
from transforms.meeting.patrol.patrol_window import patrol_window
from transforms.meeting.rates.clearance import clearance
from transforms.meeting.rates.crime_rate import crime_rate
from transforms.meeting.spans.crime_quarter import crime_quarter
from transforms.meeting.spans.outlook_quarter import outlook_quarter
from transforms.meeting.spans.total import Ahead

MONTH, AS_OF, RUN = date(2024, 3, 1), date(2024, 4, 10), "0123456789abcdef"
MONTHS = [date(2019 + n // 12, n % 12 + 1, 1) for n in range(63)]
AHEAD = [date(2024, 4, 1), date(2024, 5, 1), date(2024, 6, 1)]
STATIONS = {"dongbu": 50, "seobu": 100, "nambu": 70, "bukbu": 140, "gwangsan": 130}
BOXES = {"seobu-sangmu": 24, "seobu-geumho": 9}
CRIMES = ("theft", "violence")
EMPTY = ("crime_year", "crime_to_date", "run", "revision", "example_query")
"""Tables this month has no row of. Any other that has no rows below has one of first values, of the agency's thefts."""
ALL_REPORTED = pl.DataFrame(schema={"area": pl.String, "crime_type": pl.String, "reported": pl.Float64})
DEFINITION = "112 접수부터 현장 도착까지"
AHEAD_BY = {"mean": 1.0, "median": 0.99, "lower_50": 0.96, "upper_50": 1.04, "lower_80": 0.91, "upper_80": 1.09,
            "lower_95": 0.86, "upper_95": 1.14}  # fmt: skip


def tables(agency: Agency) -> dict[str, pl.DataFrame]:
    """Every published table; of equal agencies the same frames: they take seconds, and nobody changes them."""
    made = next((frames for known, frames in _MADE if known == agency), None)
    if made is None:
        _MADE.append((agency, made := _tables(agency)))
    return dict(made)


_MADE: list[tuple[Agency, dict[str, pl.DataFrame]]] = []


def _tables(agency: Agency) -> dict[str, pl.DataFrame]:
    of = {district.code: _of(district) for district in agency.districts}
    made = {
        "crime_month": list(_crime_month(agency)), "outlook": list(_outlook(agency)),
        "forecast": list(_forecast(agency)), "forecast_score": list(_scores(agency)),
        "call_month": list(_call_month(agency)), "call_outlook": list(_call_outlook(agency)),
        "call_hour": list(_hours(agency, "call_hour", "calls", 3)),
        "crime_subtype_month": list(_subtypes(agency)),
        "crime_hour": list(_hours(agency, "crime_hour", "incidents", 1)), "signal_budget": list(_budget()),
        "action": list(actions(of["seobu"], MONTH)), "opinion": list(opinions(of["dongbu"], MONTH)),
        "source_file": list(files(MONTHS, AS_OF)), "rejected_row": list(rejected()),
        "validation_result": list(results(RUN)),
        "deployment": ledger(), "deployment_effect": effects(), "deployment_plan": plan(MONTH, AHEAD[0]),
        "plan_share": shares(AHEAD[0]), "plan_score": scores(MONTH),
        "publication": [{"month": MONTH, "as_of": AS_OF, "run_id": RUN, "complete": True, "generated": True,
                         "version": "0.5.0", "agency": agency.code, "agency_name": agency.name}],
    }  # fmt: skip
    made |= {t.name: [_first(agency, t)] for t in PUBLISHED if t.name not in {*made, *EMPTY}}
    frames = {table.name: frame(table.name, made.get(table.name, [])) for table in PUBLISHED}
    return frames | _made(frames, agency)


def _made(frames: dict[str, pl.DataFrame], agency: Agency) -> dict[str, pl.DataFrame]:
    """Tables of sums, rates and windows, made from the month's as a run makes them."""
    districts = frames["crime_month"].select("district", "parent", is_unknown=pl.lit(value=False)).unique()
    crime_month, forecast, running = frames["crime_month"], frames["forecast"], empty(TABLES["running_month"])
    ahead = Ahead(forecast, frames["forecast_score"], running)
    return (
        {
            "crime_quarter": crime_quarter(crime_month),
            "clearance": clearance(crime_month, (), agency),
            "crime_rate": crime_rate(crime_month, agency),
            "outlook_quarter": outlook_quarter(crime_month, ahead, MONTH, agency.forecast_types, districts),
            "patrol_window": patrol_window(
                frames["crime_hour"], crime_month, forecast, running, MONTH, MONTH, districts, ALL_REPORTED
            ),
        }
        | places(agency, MONTH, AHEAD[0])
        | demand(agency)
        | factors(agency, MONTH)
    )


def frame(table: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Rows of a table by its contract; columns not given are empty."""
    if not rows:
        return empty(TABLES[table])
    schema = dict.fromkeys(column.name for column in TABLES[table].columns)
    return conform(pl.DataFrame([schema | row for row in rows], infer_schema_length=None), TABLES[table])


def _first(agency: Agency, table: Table) -> dict[str, Any]:
    known = _of(agency.root) | {"crime_type": CRIMES[0], "month": MONTH}
    return first_values(table) | {name: value for name, value in known.items() if name in table.names}


def usual(code: str) -> int:
    """What a district has every month."""
    return sum(STATIONS.values()) if code == "gwangju" else (STATIONS | BOXES)[code]


def counted(code: str, crime: str, month: date) -> int:
    """What it had in a month."""
    if month == MONTH and (code, crime) == ("seobu", "theft"):
        return 180
    if month == MONTH and (code, crime) == ("gwangju", "theft"):
        return usual(code) + 80
    return usual(code)


def districts(agency: Agency) -> list[District]:
    """The agency, its stations and two boxes."""
    wanted = {"gwangju", *STATIONS, *BOXES}
    return [d for d in agency.districts if d.code in wanted]


def _of(district: District) -> dict[str, Any]:
    return {"district": district.code, "district_name": district.name, "level": district.level,
            "parent": district.parent}  # fmt: skip


def _series(agency: Agency) -> Iterator[tuple[District, str]]:
    yield from ((district, crime) for district in districts(agency) for crime in CRIMES)


def _crime_month(agency: Agency) -> Iterator[dict[str, Any]]:
    for district, crime in _series(agency):
        for month in MONTHS:
            n, is_open = counted(district.code, crime, month), month == MONTH
            yield _of(district) | {
                "crime_type": crime,
                "month": month,
                "incidents": n,
                "cleared": n // 2,
                "complete": True,
                "expected_final": n * 1.05 if is_open else float(n),
                "provisional": is_open,
                "expected_final_lower_80": n * 1.02 if is_open else None,
                "expected_final_upper_80": n * 1.08 if is_open else None,
            }


def _subtypes(agency: Agency) -> Iterator[dict[str, Any]]:
    """A tenth of the thefts are burglaries, a fifth of them since a year ago."""
    for district in districts(agency):
        for month in MONTHS[-24:]:
            n = counted(district.code, "theft", month)
            burglaries = n // (5 if month > MONTHS[-13] else 10)
            for subtype, incidents in (("burglary", burglaries), ("other", n - burglaries)):
                yield _of(district) | {
                    "crime_type": "theft",
                    "subtype": subtype,
                    "month": month,
                    "incidents": incidents,
                    "complete": True,
                }


def _outlook(agency: Agency) -> Iterator[dict[str, Any]]:
    for district, crime in _series(agency):
        n, mean = counted(district.code, crime, MONTH), usual(district.code)
        signal, way = {("seobu", "theft"): ("alert", "up"), ("bukbu", "violence"): ("watch", "down")}.get(
            (district.code, crime), ("none", "up")
        )
        yield _of(district) | {
            "crime_type": crime,
            "month": MONTH,
            "incidents": n,
            "expected_final": n * 1.05,
            "last_month": mean,
            "same_month_last_year": mean,
            "three_year_mean": float(mean),
            "years_compared": 3,
            "foreseen": mean * 1.02,
            "usual_lower": mean * 0.75,
            "usual_upper": mean * 1.3,
            "surprise": 3.456 if signal == "alert" else -1.5 if signal == "watch" else 0.4,
            "drift": -3.21 if signal == "watch" else 0.3,
            "signal_test": {"alert": "surprise", "watch": "drift"}.get(signal),
            "year_to_date": n + 2 * mean,
            "last_year_to_date": 3 * mean,
            "per_cent_change": 100 * (n * 1.05 / mean - 1) if mean >= 30 else None,
            "z": 3.456 if signal == "alert" else -2.5 if signal == "watch" else 0.4,
            "test": "z" if mean >= 20 else "exact",
            "dispersion": 1.6,
            "signal": signal,
            "direction": way,
            "q_value": 0.0123,
            "power_30": 0.85 if mean > 90 else 0.4,
            "forecast_mean": mean * 1.1,
            "forecast_lower_80": mean * 0.9,
            "forecast_upper_80": mean * 1.3,
            "probability_above_last_year": 0.91 if district.code == "nambu" else 0.5,
        }


def _bounds(mean: float) -> dict[str, float]:
    return {"mean": mean, "median": mean - 0.5} | {
        f"{side}_{level}": mean * (1 + sign * level / 400)
        for level in (50, 80, 95)
        for side, sign in (("lower", -1), ("upper", 1))
    }


def _forecast(agency: Agency) -> Iterator[dict[str, Any]]:
    for district, crime in _series(agency):
        common = _of(district) | {"crime_type": crime, "method": "smoothing=1.00", "run_id": RUN}
        for horizon, month in enumerate(AHEAD, 1):
            yield (
                common
                | {"origin_month": MONTH, "month": month, "horizon": horizon, "issued": True}
                | _bounds(usual(district.code) * (1.1 + horizon / 100))
            )
        yield (
            common
            | {"origin_month": date(2024, 2, 1), "month": MONTH, "horizon": 1, "issued": False}
            | _bounds(usual(district.code) * 1.05)
        )


def _scores(agency: Agency) -> Iterator[dict[str, Any]]:
    for district, crime in _series(agency):
        mean, observed = usual(district.code) * 1.05, counted(district.code, crime, MONTH) * 1.05
        yield _of(district) | {
            "origin_month": date(2024, 2, 1),
            "crime_type": crime,
            "month": MONTH,
            "horizon": 1,
            "method": "smoothing=1.00",
            "issued": False,
            "observed": observed,
            "error": observed - mean + 0.5,
            "wis": 4.2,
            "covered_50": True,
            "covered_80": (district.code, crime) != ("seobu", "theft"),
            "covered_95": True,
            "same_month_last_year_error": 12.5,
            "three_year_mean_error": -9.25,
            "last_month_error": 15.0,
            "poisson_floor": 5.5,
            "tracking_signal": 0.91 if district.code == "dongbu" else 0.2,
            "lost": district.code == "dongbu" and crime == "theft",
        }


def _call_month(agency: Agency) -> Iterator[dict[str, Any]]:
    groups, urgencies = [g.code for g in agency.call_groups], [u.code for u in agency.urgencies]
    for district in districts(agency):
        for month in (date(2023, 3, 1), date(2024, 2, 1), MONTH):
            lines = [*((g, "all", "all") for g in [*groups, "all"]), *(("all", u, "all") for u in urgencies)]
            for group, urgency, call_type in [*lines, ("disorder", "all", "주취자"), ("disorder", "all", "시비")]:
                calls = 100 * (len(groups) if group == urgency == "all" else 2 if call_type == "all" else 1)
                few = group == "grave"
                yield _of(district) | {
                    "call_group": group,
                    "urgency": urgency,
                    "call_type": call_type,
                    "month": month,
                    "calls": 7 if few else calls,
                    "dispatched": 7 if few else calls // 2,
                    "duplicates": 3,
                    "response_n": 6 if few else calls // 2,
                    "response_excluded": 1,
                    "response_seconds_median": 301.5,
                    "response_seconds_p80": 480.0,
                    "response_seconds_p90": 3725.0,
                    "response_definition": DEFINITION,
                    "complete": True,
                }


def _call_outlook(agency: Agency) -> Iterator[dict[str, Any]]:
    """Of all but boxes: a twentieth above earlier years, as much expected; the grave were never counted before."""
    groups, urgencies = [g.code for g in agency.call_groups], [u.code for u in agency.urgencies]
    lines = [*((g, "all", "all") for g in [*groups, "all", "established"]), *(("all", u, "all") for u in urgencies)]
    for district in districts(agency):
        if district.level == "box":
            continue
        for group, urgency, call_type in [*lines, ("disorder", "all", "주취자")]:
            parts = {"all": len(groups) if urgency == "all" else 2, "established": len(groups) - 1}
            calls = 100 * parts.get(group, 2 if call_type == "all" else 1)
            row = _of(district) | {
                "call_group": group,
                "urgency": urgency,
                "call_type": call_type,
                "month": MONTH,
                "calls": 7 if group == "grave" else calls,
                "years_compared": 0 if group == "grave" else 2 if group == "unclear" else 3,
                "complete": True,
            }
            compared = {"last_month": calls, "same_month_last_year": calls, "three_year_mean": calls / 1.05,
                        "per_cent_change": 5.0, "z": 1.234, "test": "z", "dispersion": 1.5}  # fmt: skip
            ahead = {f"forecast_{name}": calls * by for name, by in AHEAD_BY.items()} | {"method": "multilevel=1.00"}
            yield row | (compared if group != "grave" else {}) | (ahead if call_type == "all" else {})


def _hours(agency: Agency, table: str, column: str, base: int) -> Iterator[dict[str, Any]]:
    series = {"call_group": ["all"]} if table == "call_hour" else {"crime_type": list(CRIMES)}
    [(name, codes)] = series.items()
    for district in districts(agency):
        for code in codes:
            for weekday, hour in ((w, h) for w in range(1, 8) for h in range(24)):
                more = 4 * base if weekday == 5 and hour in (21, 22, 23) else 0
                yield _of(district) | {
                    name: code,
                    "month": MONTH,
                    "weekday": weekday,
                    "hour": hour,
                    column: base + more,
                }


def _budget() -> Iterator[dict[str, Any]]:
    for level, series in (("agency", 2), ("station", 10), ("box", 4)):
        for test, signal, threshold, budget in (
            ("surprise", "watch", 2.31, 0.375), ("surprise", "alert", 3.42, 0.0312),
            ("drift", "watch", 2.81, 0.125), ("drift", "alert", 3.92, 0.0104),
        ):  # fmt: skip
            yield {
                "level": level,
                "test": test,
                "signal": signal,
                "threshold": threshold,
                "series": series,
                "degrees_of_freedom": 40.0,
                "budget_per_month": budget,
                "expected_per_month": budget * 0.8,
                "method": "budget",
            }
