"""Ten calls, six and four by station: every promise of the tables of calls is broken once, and found."""

from datetime import date, timedelta

import polars as pl

from expectations.gate.calls import check_calls, spread_of_month
from tests.gate.frames import MONTH, table

NEXT = date(2024, 3, 1)
PLACES = (("toy", "agency", None, 10), ("1", "station", "toy", 6), ("2", "station", "toy", 4))
BOUNDS = {
    "lower_95": 1.0,
    "lower_80": 2.0,
    "lower_50": 3.0,
    "median": 5.0,
    "upper_50": 7.0,
    "upper_80": 8.0,
    "upper_95": 9.0,
}
DAYS = [NEXT + timedelta(days=n) for n in range(31)]


def coherent() -> dict[str, pl.DataFrame]:
    made: dict[str, list[dict]] = {name: [] for name in (
        "call_month", "call_outlook", "call_forecast", "call_forecast_score", "call_demand", "call_demand_shift",
        "call_shift_month",
    )}  # fmt: skip
    for district, level, parent, calls in PLACES:
        place = {"district": district, "district_name": district, "level": level, "parent": parent}
        line = {**place, "call_group": "all", "urgency": "all"}
        said = {"method": "ets", "issued": True, "run_id": "r", "origin_month": MONTH, "month": NEXT, "horizon": 1}
        seen = {**line, "call_type": "all", "month": MONTH, "calls": calls, "complete": True}
        made["call_month"].append({**seen, "duplicates": 0, "response_n": 0, "response_excluded": 0})
        ahead = {f"forecast_{name}": value for name, value in {**BOUNDS, "mean": float(calls)}.items()}
        made["call_outlook"].append({**seen, **ahead, "years_compared": 0})
        made["call_forecast"].append({**line, **said, **BOUNDS, "mean": float(calls)})
        scored = {"origin_month": date(2024, 1, 1), "month": MONTH, "observed": float(calls), "wis": 1.0,
                  "poisson_floor": 1.0, **{f"covered_{level}": True for level in (50, 80, 95)}}  # fmt: skip
        made["call_forecast_score"].append({**line, **said, **scored})
        of_class = {**place, "urgency_class": "dispatched", "origin_month": MONTH}
        for day in DAYS:
            hours = [{**of_class, **BOUNDS, "date": day, "block": n, "mean": calls / 248} for n in range(8)]
            made["call_demand"] += hours
            whole = {**of_class, **BOUNDS, "date": day, "shift": "whole_day", "from_hour": 0, "until_hour": 24}
            made["call_demand_shift"].append({**whole, "mean": calls / 31})
        month = {**of_class, **BOUNDS, "shift": "whole_day", "from_hour": 0, "until_hour": 24, "month": NEXT}
        made["call_shift_month"].append({**month, "mean": float(calls)})
    return {name: table(name, rows) for name, rows in made.items()}


def broken(**changes: pl.DataFrame) -> set[tuple[str, str]]:
    found = check_calls(coherent() | changes, MONTH)
    return {(one.table_name, one.expectation) for one in found if not one.success}


def test_tables_that_hold_together_are_let_through_and_each_fault_is_found() -> None:
    tables = coherent()
    assert not broken()
    forecast, demand, shifts = tables["call_forecast"], tables["call_demand"], tables["call_demand_shift"]
    more = (pl.when(pl.col("district") == "1").then(pl.col("mean") * (1 + 1e-6)).otherwise("mean")).alias("mean")
    assert broken(call_forecast=forecast.with_columns(more)) == {
        ("call_forecast", "means_add_up"), ("call_outlook", "forecasts_are_those_told"),
    }  # fmt: skip
    crossed, nothing = forecast.with_columns(median=pl.lit(2.5)), tables["call_outlook"].clear()
    assert broken(call_forecast=crossed, call_outlook=nothing) == {("call_forecast", "bounds_are_ordered")}
    far = forecast.with_columns(horizon=pl.lit(2, pl.Int32))
    assert ("call_forecast", "months_follow_origin") in broken(call_forecast=far)
    seen = tables["call_forecast_score"].with_columns(pl.col("observed") + 1)
    assert broken(call_forecast_score=seen) == {("call_forecast_score", "observed_is_counted")}
    early = tables["call_forecast_score"].with_columns(month=pl.lit(NEXT), call_group=pl.lit("established"))
    assert broken(call_forecast_score=early) == {("call_forecast_score", "observed_is_counted")}
    assert broken(call_demand=demand.with_columns(more)) == {
        ("call_demand", "blocks_add_up"), ("call_demand", "stations_are_within_agency"),
    }  # fmt: skip
    assert broken(call_demand=demand.filter(pl.col("date") != DAYS[3])) == {("call_demand", "blocks_add_up")}
    assert broken(call_demand_shift=shifts.with_columns(more)) == {
        ("call_demand", "blocks_add_up"), ("call_shift_month", "days_add_up"),
    }  # fmt: skip
    later = [frame.with_columns(pl.col("date") + timedelta(days=1)) for frame in (demand, shifts)]
    assert broken(call_demand=later[0], call_demand_shift=later[1]) == {("call_demand", "days_are_next_months")}


def test_blocks_are_the_month_of_the_class() -> None:
    demand = coherent()["call_demand"]
    month = pl.DataFrame([{"district": d, "urgency_class": "dispatched", "mean": float(n)} for d, _, _, n in PLACES])
    slot = demand.select("district", "urgency_class", "date", "mean", usual_mean="mean")
    later = slot.with_columns(date=pl.lit(date(2024, 4, 1)))  # the day after the month, which counts for its last night
    slot = pl.concat([slot, later])
    assert spread_of_month(demand, slot, month).success
    assert not spread_of_month(demand, slot, month.with_columns(pl.col("mean") * (1 + 1e-6))).success
    assert not spread_of_month(demand, slot, month.filter(pl.col("district") != "2")).success
    double = pl.when(pl.col("district") == "1").then(2 * pl.col("mean")).otherwise("mean").alias("mean")
    special = [frame.with_columns(double) for frame in (demand, slot)]
    assert spread_of_month(*special, month).success, "special days add to a month"
    assert not spread_of_month(*special, month.with_columns(double)).success, "and are no part of its forecast"
    assert not spread_of_month(demand, special[1], month).success


def test_stations_do_not_exceed_the_agency_and_calls_of_unknown_ones_are_its_own() -> None:
    tables = coherent()
    more = pl.when(pl.col("level") == "agency").then(pl.col("mean") * 1.1).otherwise("mean").alias("mean")
    changed = {
        name: tables[name].with_columns(more) for name in ("call_demand", "call_demand_shift", "call_shift_month")
    }
    assert not broken(**changed)
    less = pl.when(pl.col("level") == "agency").then(pl.col("mean") * (1 - 1e-8)).otherwise("mean").alias("mean")
    changed = {name: tables[name].with_columns(less) for name in changed}
    assert broken(**changed) == {("call_demand", "stations_are_within_agency")}


def test_months_that_differ_in_telling_urgencies_are_named() -> None:
    seen = coherent()["call_month"].filter(level="agency")
    told = pl.concat([seen, seen.with_columns(urgency=pl.lit("C1"))])
    silent = pl.concat([seen, seen.with_columns(urgency=pl.lit("unknown"))])
    january = pl.lit(date(2024, 1, 1))

    def found(then: pl.DataFrame, now: pl.DataFrame) -> tuple[bool, str, str | None]:
        made = check_calls(coherent() | {"call_month": pl.concat([then.with_columns(month=january), now])}, MONTH)
        one = next(one for one in made if one.expectation == "urgencies_are_told_alike")
        assert one.severity == "warning"
        return one.success, one.code, one.observed

    assert found(told, told)[0]
    assert found(silent, silent)[0]
    assert found(told, silent) == (False, "gate_urgency_silent", "2024-01")
    assert found(silent, told) == (False, "gate_urgency_once_silent", "2024-01")
