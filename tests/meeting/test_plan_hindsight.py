"""What came of a plan: crimes by shift, a year's counts as a month's, and where the ledger says units were."""

from datetime import date, datetime

import polars as pl
import pytest

from transforms.meeting.deployment_plan.hindsight.happened import by_hour, in_areas, in_shifts, of_kind
from transforms.meeting.deployment_plan.hindsight.patrols import followed, patrolled, patrols, station_hours
from transforms.meeting.deployment_plan.slots import of_counts
from transforms.meeting.patrol.patrol_stop import Shift

MAY = date(2024, 5, 1)
DAY, NIGHT, LATE = Shift("day", 7, 19), Shift("night", 19, 7), Shift("late", 18, 24)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2024, 5, day, hour, minute)  # noqa: DTZ001  (wall clock time, as exports have it)


def entries(*rows: tuple[object, ...]) -> pl.DataFrame:
    return pl.DataFrame(
        rows,
        schema={"unit": pl.String, "area": pl.String, "first_day": pl.Date, "last_day": pl.Date, "weekdays": pl.String,
                "from_hour": pl.Int8, "to_hour": pl.Int8},
        orient="row",
    )  # fmt: skip


AREAS = pl.DataFrame({"area": ["c1", "c2", "c3"], "district": ["b1", "b1", "b2"], "station": ["s", "s", "t"]})
NAMED = pl.DataFrame({"name": ["park", "park"], "cell": ["c1", "c9"]})


def test_a_crime_is_of_the_finest_area_there_is_and_of_the_shift_that_holds_its_hours() -> None:
    reported = pl.DataFrame(
        [
            ("s", "b1", "c1", at(1, 20, 30), None, 1),
            ("s", "b1", "c1", at(2, 6, 15), at(2, 8), 1),  # half of it in the night that began on the day before
            ("s", None, "c2", at(3, 12), at(5, 12), 5),  # of no shift
            ("t", "b2", None, at(3, 18), None, 2),
            ("t", "b2", "c3", None, None, 1),
        ],
        schema=["station", "box", "cell", "occurred_at", "occurred_until", "incidents"],
        orient="row",
    )
    assert in_areas(reported, ["c1", "c2", "c3"], cells=True)["area"].to_list() == ["c1", "c1", "c2", "c3"]
    told = in_areas(reported, ["b1", "s", "t"], cells=False)
    assert told["area"].to_list() == ["b1", "b1", "s", "t", "t"]
    made = in_shifts(by_hour(told), [DAY, NIGHT], [date(2024, 5, n) for n in (1, 2, 3)])
    assert made.rows() == [
        (MAY, "night", "b1", pytest.approx(1.5)),
        (date(2024, 5, 2), "day", "b1", pytest.approx(0.5)),
        (date(2024, 5, 3), "day", "t", pytest.approx(2.0)),
    ]
    # The hour at 18 is held by two shifts, so that half of it counts to each.
    shared = in_shifts(by_hour(told), [DAY, LATE], [date(2024, 5, 3)])
    assert shared.rows() == [(date(2024, 5, 3), "day", "t", 1.0), (date(2024, 5, 3), "late", "t", 1.0)]


def test_a_month_planned_by_districts_is_not_held_against_crimes_told_by_cell() -> None:
    plans = pl.DataFrame({"area": ["b1", "c1"], "area_kind": ["district", "cell"]})
    reported = pl.DataFrame({"station": ["s"], "box": ["b1"], "cell": ["c1"]})
    for cells, area in ((True, "c1"), (False, "b1")):
        kept = of_kind(plans, cells=cells)
        assert kept["area"].to_list() == in_areas(reported, plans["area"], cells=cells)["area"].to_list() == [area]


def test_a_year_of_counts_expects_of_a_month_what_its_weekdays_and_hours_had() -> None:
    told = pl.DataFrame(
        {
            "area": ["c1", "c1", "c2"], "area_kind": ["cell"] * 3, "district": ["b"] * 3, "station": ["s"] * 3,
            "station_name": ["S"] * 3, "x": [0.0] * 3, "y": [0.0] * 3,
            "day": [date(2023, 6, 7), date(2024, 2, 28), date(2023, 6, 9)],  # two Wednesdays and a Friday
            "hour": [20, 20, 3], "value": [1.0, 2.0, 1.0],
        }
    )  # fmt: skip
    expected = of_counts(told, MAY, date(2024, 3, 1))
    assert expected.areas["area"].to_list() == ["c1", "c2"]
    # From April 2023 to March 2024 there are 52 Wednesdays, and 52 Fridays.
    assert expected.crimes[0, 2, 20] == pytest.approx(3 / 52)
    assert expected.crimes[1, 4, 3] == pytest.approx(1 / 52)
    assert expected.crimes.sum() == pytest.approx(4 / 52)


def test_the_ledger_follows_a_plan_where_its_unit_is_on_the_ground_during_the_shift() -> None:
    ledger = entries(
        ("mobile", "park", MAY, date(2024, 5, 2), None, 22, 2),  # cells c1 and c9
        ("mobile", "b2", MAY, date(2024, 5, 31), "3", None, None),  # Wednesdays, hours not told
        ("other", "c2", MAY, date(2024, 5, 31), None, 0, 24),
        ("mobile", "nowhere", MAY, date(2024, 5, 31), None, 8, 8),
    )
    told = patrols(ledger, NAMED, MAY, date(2024, 5, 31))
    rows = pl.DataFrame(
        [
            ("mobile", MAY, "night", "c1", "b1", "s"),
            ("mobile", MAY, "day", "c1", "b1", "s"),
            ("mobile", date(2024, 5, 3), "night", "c1", "b1", "s"),
            ("mobile", MAY, "day", "c3", "b2", "t"),
            ("mobile", date(2024, 5, 2), "day", "c3", "b2", "t"),
            ("mobile", MAY, "day", "c2", "b1", "s"),
            ("mobile", MAY, "dawn", "c3", "b2", "t"),
        ],
        schema=["unit", "date", "shift", "area", "district", "station"],
        orient="row",
    )
    assert followed(rows, told, [DAY, NIGHT], "root").to_list() == [True, False, False, True, False, False, False]
    root = patrols(entries(("mobile", "root", MAY, MAY, None, 6, 8)), NAMED, MAY, MAY)
    assert followed(rows, root, [DAY, NIGHT], "root").to_list()[:3] == [False, True, False]


def test_hours_of_the_ledger_are_spread_over_the_areas_of_a_district_and_those_of_a_named_area_over_its_cells() -> None:
    ledger = entries(
        ("mobile", "s", MAY, MAY, None, 18, 20),
        ("mobile", "park", MAY, MAY, None, 23, 1),
        ("mobile", "c3", date(2024, 4, 30), MAY, None, 6, 8),
        ("mobile", "b2", MAY, MAY, None, None, None),
    )
    told = patrols(ledger, NAMED, MAY, date(2024, 5, 31))
    hours = patrolled(told, AREAS, [DAY, NIGHT], [MAY], "root")
    assert dict(hours.group_by("shift", "area").agg(pl.col("hours").sum()).sort("shift", "area").select(
        pl.format("{} {}", "shift", "area"), "hours").iter_rows()) == {
        "day c1": 0.5, "day c2": 0.5, "day c3": 1.0, "night c1": 0.5 + 1.0, "night c2": 0.5,
    }  # fmt: skip
    stations = pl.DataFrame({"place": ["s", "b1", "c1", "c9", "c3"], "station": ["s", "s", "s", "s", "t"]})
    assert station_hours(told, stations, MAY, date(2024, 5, 31)).rows() == [("s", 4.0), ("t", 2.0)]
