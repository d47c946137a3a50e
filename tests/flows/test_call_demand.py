"""A town whose calls have times: East has six a day, West three, of which the first at 20:00 is urgent."""

from datetime import date, timedelta

import polars as pl
import pytest

from expectations.months import last_of_month
from flows.publishing.issued import issued_calls, issues
from tests.flows import town
from tests.flows.places import Place, months

pytestmark = pytest.mark.slow
FEBRUARY, MARCH, APRIL = (date(2024, month, 1) for month in (2, 3, 4))
AGENCY = """
call_groups = [{ code = "theft", name = "절도", name_en = "Theft" }]
urgencies = [
    { code = "C1", name = "코드1", name_en = "Code 1", dispatched = true },
    { code = "C2", name = "코드2", name_en = "Code 2", dispatched = true },
    { code = "C4", name = "코드4", name_en = "Code 4" },
]
call_classes = [{ code = "urgent", name = "긴급", name_en = "Urgent", urgencies = ["C1"] }]
"""
CALLS = r"""
name = "calls"
kind = "call"
title = "신고"
title_en = "Calls"
files = ["calls_*.csv"]
format = "csv"
encodings = ["utf-8"]
levels = ["station"]
codes = "calls"
cadence = "month"

[columns]
call_id = { names = ["id"] }
station = { names = ["station"] }
received_at = { names = ["at"], formats = ["%Y-%m-%d %H:%M"] }
call_code = { names = ["code"] }
urgency = { names = ["urgency"] }

[period]
covers = "month"
pattern = '_(?P<year>\d{4})-(?P<month>\d{2})_'

[exported]
pattern = '_x(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})'
"""
DAY = (
    ("동부", 20, "C1"), ("동부", 20, "C2"), ("동부", 9, "C2"), ("동부", 9, "C2"), ("동부", 9, "C2"), ("동부", 9, "C4"),
    ("서부", 20, "C1"), ("서부", 9, "C2"), ("서부", 9, "C4"),
)  # fmt: skip


def put_calls(place: Place, month: date) -> None:
    days = [month + timedelta(days=n) for n in range(last_of_month(month).day)]
    rows = [f"{day} {hour:02d}:30,{station},1,{urgency}" for day in days for station, hour, urgency in DAY]
    text = "\n".join(["id,at,station,code,urgency", *(f"{n},{row}" for n, row in enumerate(rows))])
    place.inbox.mkdir(parents=True, exist_ok=True)
    (place.inbox / f"calls_{month:%Y-%m}_x{town.exported(month):%Y%m%d}.csv").write_text(text + "\n", "utf-8")


@pytest.fixture(scope="module")
def met(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The meetings of February and of March."""
    folder = tmp_path_factory.mktemp("calls")
    agency = town.write_agency(folder / "agency")
    told = (agency / "agency.toml").read_text("utf-8")
    told = told.replace('order = { crime = ["incidents"] }', 'order = { crime = ["incidents"], call = ["calls"] }')
    (agency / "agency.toml").write_text(told.replace("[sources]", AGENCY + "[sources]", 1), "utf-8")
    (agency / "sources" / "calls.toml").write_text(CALLS, "utf-8")
    (agency / "codes" / "calls.csv").write_text("code,name,group\n1,Theft,theft\n", "utf-8")
    place = Place(folder / "home", agency, folder / "inbox")
    for month in months(date(2023, 1, 1), 14):
        town.put(place, month)
        put_calls(place, month)
    place.bring("2024-02", "2024-03-08")
    town.put(place, MARCH)
    put_calls(place, MARCH)
    place.bring("2024-03", "2024-04-08")
    return place


@pytest.fixture(scope="module")
def stopped(met: Place) -> Place:
    """The meeting of April, whose calls did not come."""
    town.put(met, APRIL)
    met.bring("2024-04", "2024-05-08")
    return met


def test_forecasts_of_calls_are_issued_once_and_stand(met: Place) -> None:
    rows = met.table("call_forecast")
    assert [issue.origin_month for issue in issues(issued_calls(met.home))] == [FEBRUARY, MARCH]
    said = rows.group_by("origin_month").agg(pl.col("issued").all(), pl.col("run_id").n_unique()).sort("origin_month")
    assert said.rows() == [(date(2024, 1, 1), False, 1), (FEBRUARY, True, 1), (MARCH, True, 1)]
    first = issues(issued_calls(met.home))[0].run_id
    assert set(rows.filter(origin_month=FEBRUARY)["run_id"]) == {first} != {met.run_id()}
    ahead = rows.filter(origin_month=MARCH, horizon=1, urgency="C1", call_group="all")
    assert dict(ahead.select("district", "mean").rows()) == pytest.approx(
        {"town": 60, "east": 30, "west": 30}, rel=0.05
    )
    scores = met.table("call_forecast_score").filter(origin_month=FEBRUARY, urgency="C1", district="east")
    assert scores.select("month", "observed").rows() == [(MARCH, 31.0)]


def test_hours_are_those_of_the_week_and_add_up_to_the_month_of_the_class(met: Place) -> None:
    demand = met.table("call_demand")
    assert set(demand["date"].dt.month_start()) == {APRIL}
    assert set(demand["urgency_class"]) == {"urgent", "dispatched"}
    # Of the classes' calls none is at other hours than nine and twenty; the prior leaves a little there.
    by_block = demand.filter(urgency_class="dispatched", district="east").group_by("block").agg(pl.col("mean").mean())
    assert dict(by_block.filter(pl.col("block").is_in([3, 6])).rows()) == pytest.approx({3: 3, 6: 2}, rel=0.06)
    assert by_block.filter(~pl.col("block").is_in([3, 6]))["mean"].max() < 0.05
    shifts = met.table("call_shift_month").filter(district="east", urgency_class="dispatched")
    told = {row["shift"]: (row["last_month"], row["last_month_days"]) for row in shifts.to_dicts()}
    assert told == {"whole_day": (155, 31), "day": (93, 31), "night": (60, 30)}, "its last night runs into April"
    assert met.table("call_demand_score").height > 0
    assert met.table("unit_need")["offered_load_mean"].null_count() == met.table("unit_need").height, "no service times"


def test_a_month_without_calls_has_no_tables_of_hours_and_is_published(stopped: Place) -> None:
    names = ("call_demand", "call_demand_shift", "call_shift_month", "call_demand_score", "call_box_block", "unit_need")
    assert {name: stopped.table(name).height for name in names} == dict.fromkeys(names, 0)
    assert APRIL in stopped.table("crime_month")["month"]
    assert MARCH in stopped.table("call_month")["month"], "the months before are told"
