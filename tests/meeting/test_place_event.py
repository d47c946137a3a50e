"""Place events are the crimes with a cell that count, of the types of the agency's places, on the day they count on."""

from datetime import date, datetime

import pytest

from tests.meeting.conftest import made_for

MARCH, APRIL = date(2024, 3, 1), date(2024, 4, 1)


@pytest.fixture
def placed(core):
    core.execute("insert into agency_place_type values ('theft')")
    core.cover(MARCH)
    return core


def events(core, month=MARCH):
    core.make(month, names=made_for("place_event"))
    return core.con.sql("select cell, day, incidents, station, box from place_event").fetchall()


def test_only_types_of_places_with_a_cell_of_the_counted_source_enter(placed):
    placed.crime("a1", date(2024, 3, 5), cell="다라403846")
    placed.crime("a1", date(2024, 3, 5))
    placed.crime("a1", date(2024, 3, 5), crime_type="violence", cell="다라403846")
    placed.crime("a1", date(2024, 3, 5), cell="다라403846", source="other")
    placed.crime("a1", date(2024, 4, 5), cell="다라403846")
    placed.cover(APRIL)
    assert events(placed) == [("다라403846", date(2024, 3, 5), 1, "a", "a1")]


def test_cells_of_a_file_that_was_read_for_another_grid_are_no_places(placed):
    placed.execute("insert into other_grid values ('older')")
    for file_id in ("older", "f"):
        placed.crime("a1", date(2024, 3, 5), cell="x1000y500", file_id=file_id)
    assert events(placed) == [("x1000y500", date(2024, 3, 5), 1, "a", "a1")]


def test_the_day_is_the_one_counted_on_and_a_reversal_keeps_its_sign(placed):
    placed.crime("b", date(2024, 3, 9), cell="다라403846", occurred_at=datetime.fromisoformat("2023-12-24 03:00"))
    placed.crime("b", date(2024, 3, 9), -1, cell="다라403846")
    assert events(placed) == [
        ("다라403846", date(2024, 3, 9), -1, "b", None),
        ("다라403846", date(2024, 3, 9), 1, "b", None),
    ]


def test_without_days_it_is_the_day_of_the_crime_in_its_month_else_the_middle(core):
    core.execute("insert into agency_place_type values ('theft')")
    core.cover(MARCH, has_day=False)
    for occurred in ("2024-03-07 03:00", "2024-02-28 03:00"):
        core.crime("a1", MARCH, cell="다라403846", occurred_at=datetime.fromisoformat(occurred))
    assert [row[1] for row in events(core)] == [date(2024, 3, 7), date(2024, 3, 15)]


def test_it_happened_on_the_day_it_occurred_else_on_the_one_it_is_counted_on_else_on_none(core):
    core.execute("insert into agency_place_type values ('theft')")
    core.cover(MARCH)
    core.cover(APRIL, has_day=False)
    occurred = datetime.fromisoformat("2024-02-28 23:50")
    for month, day in ((MARCH, date(2024, 3, 9)), (APRIL, APRIL)):
        for at in (occurred, None):
            core.crime("a1", day, cell="다라403846", occurred_at=at, month=month)
    core.make(APRIL, as_of=date(2024, 5, 3), names=made_for("place_event"))
    told = core.con.sql("select month, occurred_at is null, happened from place_event order by all").fetchall()
    assert told == [
        (MARCH, False, date(2024, 2, 28)), (MARCH, True, date(2024, 3, 9)),
        (APRIL, False, date(2024, 2, 28)), (APRIL, True, None),
    ]  # fmt: skip


def test_a_station_that_only_collects_what_nobody_named_is_none(placed):
    placed.crime("unknown-city", date(2024, 3, 5), cell="다라403846")
    placed.crime("unknown-a", date(2024, 3, 6), cell="다라403846")
    assert [row[3:] for row in events(placed)] == [(None, None), ("a", None)]


def test_what_police_find_themselves_is_left_out_whatever_its_type(placed):
    placed.execute("insert into found_by_police values ('incidents', 'drugs'), ('other', 'shop')")
    for code in ("drugs", "shop", None):
        placed.crime("a1", date(2024, 3, 5), cell="다라403846", offence_code=code)
    assert len(events(placed)) == 2


def test_what_police_find_is_told_of_the_counted_source_alone(placed):
    placed.execute("insert into found_by_police values ('incidents', 'drugs'), ('other', 'drugs')")
    for source, code, n in (
        ("incidents", "drugs", 3),
        ("incidents", "drugs", -1),
        ("incidents", None, 4),
        ("other", "drugs", 5),
    ):
        placed.crime("a1", date(2024, 3, 5), n, source=source, offence_code=code)
    placed.make(MARCH, names=made_for("police_found"))
    assert placed.con.sql("from police_found").fetchall() == [(MARCH, "theft", 2)]


def test_the_month_still_running_is_known_as_far_as_its_days_have_come(placed):
    placed.crime("a1", date(2024, 4, 5), cell="다라403846")
    placed.cover(APRIL, days=7)
    placed.make(MARCH, as_of=date(2024, 4, 8), names=made_for("place_event"))
    assert placed.con.sql("select cell, day from place_event").fetchall() == [("다라403846", date(2024, 4, 5))]
