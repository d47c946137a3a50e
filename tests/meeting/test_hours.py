"""Weekday and hour: 5 January 2024 was a Friday."""

from datetime import date

import polars as pl

from tests.meeting.conftest import made_for

JAN, FEB = date(2024, 1, 1), date(2024, 2, 1)
HOURS = made_for("crime_hour", "crime_month", "call_hour", "call_month")


def test_hours_add_up_to_the_month_where_all_rows_have_a_time(core):
    core.cover(JAN)
    for n in range(60):
        core.crime(
            ("a1", "a2", "b1", "hq", "unknown-a")[n % 5],
            date(2024, 1, 1 + n % 31),
            hour=n % 24,
            crime_type=("theft", "violence")[n % 2],
        )
    core.crime("a1", date(2024, 1, 9), -1, hour=3)
    made = core.make(JAN, names=HOURS)
    key = ["district", "crime_type", "month"]
    hours = made["crime_hour"].group_by(key).agg(pl.col("incidents").sum()).sort(key)
    months = made["crime_month"].filter(pl.col("incidents") != 0).select(*key, "incidents").sort(key)
    assert hours.equals(months)
    assert made["crime_hour"]["weekday"].is_between(1, 7).all()


def test_weekday_one_is_monday_and_the_month_is_the_one_counted(core):
    core.cover(JAN)
    core.crime("a1", date(2023, 12, 31), month=JAN, unit=JAN, hour=23)
    core.crime("b1", date(2024, 1, 1), hour=0)
    made = core.table("crime_hour", JAN).filter(level="box").select("district", "month", "weekday", "hour", "incidents")
    assert made.rows() == [("a1", JAN, 7, 23, 1), ("b1", JAN, 1, 0, 1)]


def test_an_hour_of_reversals_is_negative_and_one_that_nets_to_nothing_is_zero(core):
    core.cover(JAN)
    core.crime("a1", date(2024, 1, 5), 2, hour=8)
    core.crime("a1", date(2024, 1, 5), -1, hour=9)
    core.crime("b1", date(2024, 1, 5), 1, hour=9)
    made = core.table("crime_hour", JAN).filter(district="city").select("weekday", "hour", "incidents")
    assert made.rows() == [(5, 8, 2), (5, 9, 0)]


def test_a_source_without_times_has_no_hours(core):
    core.cover(JAN, has_time=False)
    core.crime("a1", date(2024, 1, 5), occurred_at=None)
    core.crime("b1", date(2024, 1, 5), occurred_at=None)
    made = core.make(JAN, names=HOURS)
    assert made["crime_hour"].is_empty()
    assert made["crime_month"].height > 0


def test_calls_by_hour_sum_over_groups_and_to_the_month(core):
    core.cover(JAN, "call", "calls")
    for n in range(40):
        core.call(("a1", "b2")[n % 2], date(2024, 1, 1 + n % 31), ("theft", "traffic", "unknown")[n % 3], hour=n % 24)
    made = core.make(JAN, names=HOURS)
    key = ["district", "call_group", "month"]
    hours = made["call_hour"].group_by(key).agg(pl.col("calls").sum()).sort(key)
    months = made["call_month"].filter(pl.col("urgency") == "all", pl.col("calls") > 0).select(*key, "calls").sort(key)
    assert hours.equals(months)


def test_boxes_tell_their_newest_24_months_and_the_others_all(core):
    old, kept, newest = date(2022, 1, 1), date(2022, 2, 1), JAN
    for month in (old, kept, newest):
        core.cover(month, "call", "calls")
        core.call("a1", month, "theft", hour=8)
    told = core.table("call_hour", JAN).filter(call_group="all").select("level", "month").sort("level", "month").rows()
    above = [(level, month) for level in ("agency", "station") for month in (old, kept, newest)]
    assert told == sorted([*above, ("box", kept), ("box", newest)])


def test_hours_of_months_after_the_runs_are_left_out(core):
    for month in (JAN, FEB):
        core.cover(month)
        core.crime("a1", date(2024, month.month, 5), hour=8)
        core.crime("b1", date(2024, month.month, 5), hour=8)
    assert core.table("crime_hour", JAN)["month"].unique().to_list() == [JAN]


def test_crimes_without_an_hour_are_in_no_row_and_can_be_counted(core):
    core.cover(JAN)
    core.crime("a1", date(2024, 1, 5), 8, hour=8)
    core.crime("b1", date(2024, 1, 5), 2, occurred_at=None)
    made = core.make(JAN, names=HOURS)
    own = pl.col("district") == "city"
    assert made["crime_hour"].filter(own)["incidents"].sum() == 8
    assert made["crime_month"].filter(own)["incidents"].sum() == 10
    assert made["crime_hour"].null_count().sum_horizontal().item() == made["crime_hour"].filter(own).height
