"""Table unit_need: two classes of steady calls keep four units busy at every minute of April 2024."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import numpy as np
import polars as pl
import pytest

from expectations.agency import Agency, load_agency, packaged
from expectations.agency.fields.duty import Service
from expectations.contracts.ddl import empty
from expectations.contracts.demand.call_demand import CALL_DEMAND
from expectations.contracts.demand.call_demand_shift import CALL_DEMAND_SHIFT
from expectations.contracts.demand.service_time import SERVICE_TIME
from forecasts.intervals import PROBABILITIES, QUANTILES, count_quantiles
from forecasts.staffing.erlang import share_waiting, units_needed
from forecasts.tables.calls.unit_need import RATE, unit_need

MARCH, APRIL = date(2024, 3, 1), date(2024, 4, 1)
DAYS = [APRIL + timedelta(days=n) for n in range(30)]
PLACES = {"gwangju": ("광주경찰청", "agency", None), "dongbu": ("동부경찰서", "station", "gwangju")}
RATES = {"urgent": 2.0, "routine": 4.0, "dispatched": 6.0}
"""Calls an hour, in either district."""
TARGET = Service(wait_seconds=60, share=0.9)
NO_ROSTER = pl.DataFrame(schema={"district": pl.String, "date": pl.Date, "shift": pl.String, "units": pl.Int64})
NO_DUPLICATES = pl.DataFrame(schema={"district": pl.String, "urgency_class": pl.String, "share": pl.Float64})
SPREAD = 0.02
"""Relative variance of the forecast's rate."""


@pytest.fixture(scope="module")
def agency() -> Agency:
    return replace(load_agency(packaged()), service=TARGET)


@cache
def forecast(hours: int) -> dict[str, float]:
    mean = hours * RATES["dispatched"]
    told = count_quantiles(np.array([mean]), np.array([1 + SPREAD * mean]), PROBABILITIES)[0]
    return {"mean": mean, **dict(zip(QUANTILES, told.tolist(), strict=True))}


def held(table, rows: list[dict]) -> pl.DataFrame:
    places = [dict(zip(("district_name", "level", "parent"), PLACES[row["district"]], strict=True)) for row in rows]
    made = [{"origin_month": MARCH, "holiday": None, **place, **row} for place, row in zip(places, rows, strict=True)]
    return pl.DataFrame(made, schema_overrides=empty(table).schema, infer_schema_length=None).select(table.names)


def rated(table, rows: list[dict]) -> pl.DataFrame:
    return held(table, rows).with_columns(pl.lit(SPREAD).alias(RATE))


def service(*rows: tuple[str, str, float, float, int]) -> pl.DataFrame:
    about = {name: 1.0 for name in SERVICE_TIME.names if name.startswith("service_minutes")}
    return held(SERVICE_TIME, [
        {**about, "district": district, "urgency_class": of, "period": "all", "from_month": MARCH, "service_n": n,
         "service_excluded": 0, "service_minutes_mean": mean, "service_cv": cv, "service_definition": "x"}
        for district, of, mean, cv, n in rows
    ]) if rows else empty(SERVICE_TIME)  # fmt: skip


RECORDED = service(
    ("gwangju", "urgent", 60.0, 1.5, 900), ("gwangju", "routine", 30.0, 1.0, 400),
    ("gwangju", "dispatched", 41.0, 1.2, 1300),
)  # fmt: skip


def made(
    agency: Agency,
    times: pl.DataFrame = RECORDED,
    roster: pl.DataFrame = NO_ROSTER,
    reports: pl.DataFrame = NO_DUPLICATES,
    **rates: float,
) -> pl.DataFrame:
    slot = pl.DataFrame([
        {"district": district, "urgency_class": of, "date": day, "hour": hour, "mean": rate}
        for district in PLACES for of, rate in (RATES | rates).items()
        for day in [*DAYS, date(2024, 5, 1)] for hour in range(24)
    ])  # fmt: skip
    keys = [{"district": district, "urgency_class": "dispatched", "date": day} for district in PLACES for day in DAYS]
    blocks = [key | {"block": n} | forecast(3) for key in keys for n in range(8)]
    shifts = [key | {"shift": shift.code, "from_hour": shift.from_hour, "until_hour": shift.until_hour} | forecast(12)
              for key in keys for shift in agency.shifts]  # fmt: skip
    days, by_shift = rated(CALL_DEMAND, blocks), rated(CALL_DEMAND_SHIFT, shifts)
    return unit_need(slot, days, by_shift, times, reports, roster, agency, MARCH)


def test_loads_needs_and_what_stands_where(agency: Agency) -> None:
    table = made(agency)
    assert table.height == 2 * 30 * (8 + 2)
    assert table.select("district", "date", "span").is_duplicated().sum() == 0
    assert set(table["method"]) == {"recorded"}
    assert table["offered_load_mean"].to_numpy() == pytest.approx(2 * 1.0 + 4 * 0.5, abs=1e-9)
    assert table["busiest_load"].to_numpy() == pytest.approx(4.0, abs=1e-9)
    of_mean = (0.5 * 1.5) ** 2 / 900 + (0.5 * 1.0) ** 2 / 400
    (needed,) = units_needed(np.array([4.0]), np.array([SPREAD + of_mean]), 60 / 2400, 0.9)
    assert set(table["units_needed"]) == {needed}
    block = table.filter(span="03-06", district="dongbu", date=DAYS[4]).row(0, named=True)
    assert (block["from_hour"], block["until_hour"], block["span_kind"], block["level"]) == (3, 6, "block", "station")
    below = 1 - forecast(3)["lower_80"] / 18
    assert block["offered_load_lower_80"] == pytest.approx(4 * (1 - np.hypot(below, 1.2816 * of_mean**0.5)), abs=1e-4)
    night = table.filter(span="night").row(0, named=True)
    assert (night["from_hour"], night["until_hour"], night["wait_seconds"], night["share_target"]) == (19, 7, 60, 0.9)
    assert table["units_on_roster"].null_count() == table["share_waiting"].null_count() == table.height
    assert table.select("origin_month", "share_waiting").row(0) == (MARCH, None)


def test_a_roster_says_who_waits_in_the_hours_it_covers(agency: Agency) -> None:
    days = [APRIL - timedelta(days=1), *DAYS[:2]]
    roster = pl.DataFrame([
        {"district": "dongbu", "date": day, "shift": shift, "units": units}
        for day in days for shift, units in (("day", 7), ("night", 5)) if (day, shift) != (DAYS[1], "night")
    ])  # fmt: skip
    table = made(agency, roster=roster).filter(district="dongbu")
    told = table.filter(pl.col("share_waiting").is_not_null()).select("date", "span", "units_on_roster").rows()
    first = [(DAYS[0], f"{h:02}-{h + 3:02}", 5 if h < 9 or h in {18, 21} else 7) for h in range(0, 24, 3)]
    second = [(DAYS[1], span, units) for _, span, units in first[:6]]
    shifts = [(DAYS[0], "day", 7), (DAYS[0], "night", 5), (DAYS[1], "day", 7)]
    assert set(told) == {*first, *second, *shifts}
    steady = table.filter(span="day", date=DAYS[0]).row(0, named=True)
    assert steady["share_waiting_lower_80"] < float(share_waiting(7, 4.0, 60 / 2400)) < steady["share_waiting_upper_80"]
    assert steady["share_waiting"] > float(share_waiting(7, 4.0, 60 / 2400)), "uncertainty costs"
    mixed = table.filter(span="06-09", date=DAYS[0]).row(0, named=True)
    night = table.filter(span="00-03", date=DAYS[0]).row(0, named=True)
    day = table.filter(span="09-12", date=DAYS[0]).row(0, named=True)
    assert mixed["share_waiting"] == pytest.approx((night["share_waiting"] + 2 * day["share_waiting"]) / 3)


def test_busier_hours_decide_a_shift_and_calls_of_the_evening_before_are_still_open(agency: Agency) -> None:
    one = {"district": "dongbu", "urgency_class": "dispatched"}
    busy = {DAYS[1]: 20.0}
    slot = pl.DataFrame([
        one | {"date": day, "hour": hour, "mean": busy.get(day, 6.0) if 17 <= hour < 19 else 6.0}
        for day in [*DAYS, date(2024, 5, 1)] for hour in range(24)
    ])  # fmt: skip
    blocks = [one | {"date": day, "block": n} | forecast(3) for day in DAYS for n in range(8)]
    shifts = [one | {"date": day, "shift": s.code, "from_hour": s.from_hour, "until_hour": s.until_hour} | forecast(12)
              for day in DAYS for s in agency.shifts]  # fmt: skip
    times = service(("gwangju", "dispatched", 40.0, 1.2, 1300), ("dongbu", "dispatched", 20.0, 1.2, 300))
    days, by_shift = rated(CALL_DEMAND, blocks), rated(CALL_DEMAND_SHIFT, shifts)
    table = unit_need(slot, days, by_shift, times, NO_DUPLICATES, NO_ROSTER, agency, MARCH)
    assert table.filter(date=DAYS[5])["offered_load_mean"].to_numpy() == pytest.approx(2.0, abs=0.01), "its own times"
    second = {row["span"]: row for row in table.filter(date=DAYS[1]).iter_rows(named=True)}
    assert second["day"]["units_needed"] == max(second[block]["units_needed"] for block in ("15-18", "18-21"))
    assert second["night"]["units_needed"] > second["00-03"]["units_needed"], "its first hours work off the evening"
    assert second["18-21"]["busiest_load"] == second["day"]["busiest_load"] > second["night"]["busiest_load"] > 3
    assert table.filter(date=DAYS[0], span="00-03")["offered_load_mean"].item() == pytest.approx(2.0, abs=0.01)


def test_no_service_time_is_assumed_but_one_may_be_stated(agency: Agency) -> None:
    table = made(agency, service())
    empty_ones = ("offered_load_mean", "busiest_load", "units_needed", "share_waiting")
    assert set(table["method"]) == {"unknown"}
    assert all(table[name].null_count() == table.height for name in empty_ones)
    stated = made(replace(agency, service=Service(wait_seconds=60, share=0.9, minutes=20)), service())
    assert set(stated["method"]) == {"stated"}
    assert stated["offered_load_mean"].to_numpy() == pytest.approx(2.0, abs=1e-9)
    whole = made(replace(agency, call_classes=agency.call_classes[:1]))
    assert whole["offered_load_mean"].to_numpy() == pytest.approx(6 * 41 / 60, abs=1e-9), "one class is not all of them"
    without = made(replace(agency, service=None))
    assert without["offered_load_mean"].null_count() == 0
    assert without["units_needed"].null_count() == without["wait_seconds"].null_count() == without.height


def test_a_duplicate_keeps_no_unit(agency: Agency) -> None:
    shares = {"urgent": 0.5, "routine": 0.75, "dispatched": 2 / 3}
    reports = pl.DataFrame({"district": "dongbu", "urgency_class": one, "share": told} for one, told in shares.items())
    table = made(agency, reports=reports)
    east, whole = (table.filter(district=code)["offered_load_mean"].to_numpy() for code in PLACES)
    assert whole == pytest.approx(0.5 * 2 * 1.0 + 0.75 * 4 * 0.5, abs=1e-9)
    assert east == pytest.approx(4.0, abs=1e-9), "of a class without a row every call is the first"
    stated = made(replace(agency, service=Service(wait_seconds=60, share=0.9, minutes=20)), service(), reports=reports)
    assert stated.filter(district="dongbu")["offered_load_mean"].to_numpy() == pytest.approx(2 / 3 * 2, abs=1e-9)


def test_without_forecast_calls_the_table_is_empty_and_a_missing_day_is_refused(agency: Agency) -> None:
    nothing = [empty(table) for table in (CALL_DEMAND, CALL_DEMAND_SHIFT)]
    of_slots = {"district": pl.String, "urgency_class": pl.String, "date": pl.Date, "hour": pl.Int8, "mean": pl.Float64}
    slot = pl.DataFrame(schema=of_slots)
    assert unit_need(slot, *nothing, RECORDED, NO_DUPLICATES, NO_ROSTER, agency, MARCH).is_empty()
    short = rated(
        CALL_DEMAND, [{"district": "dongbu", "urgency_class": "dispatched", "date": DAYS[0], "block": 0} | forecast(3)]
    )
    with pytest.raises(ValueError, match="dongbu: span 00-03 is not forecast for each of the 30 days of 2024-04"):
        unit_need(slot, short, nothing[1], RECORDED, NO_DUPLICATES, NO_ROSTER, agency, MARCH)
