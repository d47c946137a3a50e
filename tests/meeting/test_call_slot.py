"""Calls by class, day and hour: C0 is urgent, C0 and C3 are dispatched, C4 is neither."""

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import polars as pl
import pytest

from expectations.agency import load_agency, packaged
from expectations.agency.parts import Break
from tests.meeting.conftest import made_for
from transforms.meeting.call_classes import class_months, first_reports, outside_breaks

JAN, FEB = date(2024, 1, 1), date(2024, 2, 1)
SLOTS = made_for("call_slot", "call_month", "service_time")


# Of an agency, what is read here: the classes of the conftest.
TOY = SimpleNamespace(
    urgency_classes=[
        SimpleNamespace(code="urgent", urgencies=["C0"]), SimpleNamespace(code="dispatched", urgencies=["C0", "C3"])
    ]
)  # fmt: skip


def test_slots_are_the_calls_of_a_class_and_add_up_to_its_months(core):
    core.cover(JAN, "call", "calls")
    for n in range(60):
        core.call(("a1", "b2", "unknown-city")[n % 3], JAN + timedelta(n % 31), urgency=("C0", "C3", "C4")[n % 4 % 3],
                  hour=n % 24, is_duplicate=n % 5 == 0)  # fmt: skip
    made = core.make(JAN, names=SLOTS)
    slots = made["call_slot"]
    # Call 25 is the one call of C3 at b2 on 26 January at one; the report of call 35 repeats another, and is a call.
    assert slots.filter(district="b2", date=date(2024, 1, 26)).rows() == [("b2", "dispatched", date(2024, 1, 26), 1, 1)]
    summed = slots.group_by("district", "urgency_class").agg(pl.col("calls").sum())
    assert set(summed.filter(district="city").rows()) == {("city", "urgent", 30), ("city", "dispatched", 45)}
    months = class_months(made["call_month"], TOY, JAN)
    beside = months.join(summed, left_on=["district", "crime_type"], right_on=["district", "urgency_class"], how="left")
    assert beside.filter(pl.col("expected_final") != pl.col("calls").fill_null(0)).is_empty()
    assert set(months["district"]) == {"city", "a", "b", "unknown-city"}
    assert made["call_day"].group_by("district").len().filter(pl.col("len") != 31).is_empty()


def test_what_a_source_does_not_tell_is_not_made_up(core):
    core.cover(JAN, "call", "calls", has_time=False)
    core.cover(FEB, "call", "calls", days=20)
    core.call("a1", JAN)
    core.call("a1", FEB)
    core.call("b1", FEB)
    made = core.make(FEB, names=SLOTS)
    assert made["call_slot"].is_empty()
    assert made["call_day"].is_empty(), "one month has no times, the other is not whole"


def test_calls_without_an_urgency_are_all_dispatched(core):
    core.cover(JAN, "call", "calls")
    core.call("a1", JAN, urgency="unknown", hour=3)
    core.call("b1", JAN, urgency="unknown", hour=4)
    made = core.make(JAN, names=SLOTS)
    assert made["call_slot"].filter(district="city").rows() == [
        ("city", "dispatched", JAN, 3, 1), ("city", "dispatched", JAN, 4, 1)
    ]  # fmt: skip
    months = class_months(made["call_month"], TOY, JAN)
    assert months.filter(district="city").select("crime_type", "expected_final").rows() == [("dispatched", 2.0)]


def test_first_reports_are_counted_where_the_source_flags_duplicates(core):
    core.cover(JAN, "call", "calls")
    core.cover(FEB, "call", "calls")
    told = [("a1", "C0", 120, 30), ("a1", "C3", 80, 0), ("b1", "C0", 10, 10)]
    for district, urgency, calls, duplicates in told:
        for n in range(calls):
            core.call(district, FEB, urgency=urgency, is_duplicate=n < duplicates)
            core.call(district, JAN, urgency=urgency)  # by a source without flags
    call_month = core.table("call_month", FEB)
    shares = {(row[0], row[1]): row[2] for row in first_reports(call_month, TOY, FEB).rows()}
    assert [shares[code, "urgent"] for code in ("city", "a", "b")] == pytest.approx([90 / 130, 90 / 120, 90 / 130])
    assert [shares[code, "dispatched"] for code in ("city", "a")] == pytest.approx([170 / 210, 170 / 200])
    assert set(first_reports(call_month, TOY, JAN)["share"]) == {1.0}


def test_an_agency_that_is_never_whole_has_the_days_of_its_stations(core):
    core.cover(JAN, "call", "calls")
    core.call("a1", JAN, hour=3)  # station b has never reported
    made = core.make(JAN, names=SLOTS)
    assert set(made["call_day"]["district"]) >= {"city", "a", "a1"}
    assert "b" not in set(made["call_day"]["district"])
    assert made["call_slot"].filter(district="city").select("urgency_class", "hour", "calls").rows() == [
        ("dispatched", 3, 1), ("urgent", 3, 1)
    ]  # fmt: skip


@pytest.mark.parametrize("tells_now", [True, False])
def test_months_that_tell_urgencies_and_those_that_do_not_are_never_mixed(core, tells_now):
    core.execute("insert into service_definition values ('calls', 'sent to cleared')")
    for month, tells in ((JAN, not tells_now), (FEB, tells_now)):
        core.cover(month, "call", "calls")
        for district in ("a1", "b1"):
            for urgency in 50 * ("C0", "C4"):  # a hundred calls and more have a service time
                core.call(district, month, urgency=urgency if tells else "unknown", hour=3, service_seconds=600.0)
    made = core.make(FEB, names=SLOTS)
    days = made["call_day"].filter(district="city").group_by(pl.col("date").dt.month_start()).len().sort("date").rows()
    city = made["call_slot"].filter(district="city").select("urgency_class", "date", "calls").rows()
    panel = class_months(made["call_month"], TOY, FEB).filter(district="city")
    months = panel.select("crime_type", "month", "calls").sort(pl.all()).rows()
    service = made["service_time"].filter(district="city", period="all").select("urgency_class", "service_n").rows()
    if tells_now:  # what was dispatched in January nobody knows
        assert (days, city) == ([(FEB, 29)], [("dispatched", FEB, 100), ("urgent", FEB, 100)])
        assert months == [("dispatched", FEB, 100), ("urgent", FEB, 100)]
        assert service == [("dispatched", 100), ("urgent", 100)]
    else:  # all calls of January stand beside all calls of February
        assert (days, city) == ([(JAN, 31), (FEB, 29)], [("dispatched", JAN, 200), ("dispatched", FEB, 200)])
        assert months == [("dispatched", JAN, 200), ("dispatched", FEB, 200)]
        assert service == [("dispatched", 400)]


def test_a_district_never_whole_has_only_days_of_the_same_stations(core):
    """Station c has never reported; b is missing in March, d (closed since) reported in January."""
    march = date(2024, 3, 1)
    for code, valid_to in (("c", None), ("d", date(2024, 1, 31))):
        core.insert("core_district", district=code, district_name=code, level="station", parent="city", name_en=code,
                    is_unknown=False, is_expected=True, valid_from=None, valid_to=valid_to, sort_order=99)  # fmt: skip
    for month, stations in ((JAN, "abd"), (FEB, "ab"), (march, "a")):
        core.cover(month, "call", "calls")
        for station in stations:
            for _ in range(40):
                core.call(station, month, hour=3)
    made = core.make(march, names=SLOTS)
    months = made["call_day"].group_by("district", pl.col("date").dt.month_start()).len().select("district", "date")
    assert months.filter(district="city").rows() == [("city", FEB)]
    assert set(months.filter(district="a")["date"]) == {JAN, FEB, march}
    assert made["call_slot"].filter(district="city").select("urgency_class", "date", "calls").rows() == [
        ("dispatched", FEB, 80), ("urgent", FEB, 80)
    ]  # fmt: skip


def test_days_of_a_break_that_is_over_are_left_out():
    agency = load_agency(packaged())
    days = pl.DataFrame({"date": [date(2023, month, 15) for month in range(1, 13)]})
    names = {"all": "call", "group": "call.unclear", "groups": "call.groups", "crime": "crime"}
    told = {name: Break(date(2023, 2, 20), date(2023, 3, 2), series, "x") for name, series in names.items()}

    def left(name, month):
        kept = outside_breaks(days, replace(agency, breaks=(told[name],)), month)
        return sorted(set(range(1, 13)) - set(kept["date"].dt.month().to_list()))

    assert [left(name, date(2023, 12, 1)) for name in told] == [[2, 3], [2, 3], [], []]
    assert left("all", date(2023, 2, 1)) == [], "nobody could know yet how long it would last"
