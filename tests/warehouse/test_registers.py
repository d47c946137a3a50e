"""Lists that units keep by hand: which delivery of which one a day sees, whatever was delivered, undone or renamed."""

import shutil
from datetime import date
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expectations.kinds import REGISTERS
from flows.warehouse.registers.names import stem

ACTIONS, OPINIONS = REGISTERS["action"], REGISTERS["opinion"]
HEADER = "action_id,owner,district,crime_type,what,started_on,review_on,entered_on"
APRIL = [date(2024, 4, day) for day in range(31)[1:]]
LATE = date(2024, 4, 30)


def on(day: int) -> date:
    return APRIL[day - 1]


def lay(town, name, *ids, **more):
    rows = [
        f"{one},Crime unit,{more.get('district', 'A')},theft,{more.get('what', 'patrol')},2024-02-01,2024-06-01,"
        f"{more.get('entered', '')}"
        for one in ids
    ]
    return town.put_text(name, "\n".join([HEADER, *rows]) + "\n")


def deliver(town, day, name, *ids, **more):
    """Lay a file and let a run of that day read it."""
    lay(town, name, *ids, **more)
    town.received_on = on(day)
    with town.open() as warehouse:
        town.read(warehouse)


def standing(town, as_of, register=ACTIONS):
    with town.open() as warehouse:
        return warehouse.standing_register(register, town.agency, as_of)


def ids(town, as_of):
    entries = standing(town, as_of).entries
    return set() if entries is None else set(entries["action_id"])


def rebuilt(town, make_town):
    """An empty warehouse beside the same inbox and received.jsonl."""
    new = make_town(name="rebuilt")
    shutil.copytree(town.inbox, new.inbox, dirs_exist_ok=True)
    new.home.mkdir(exist_ok=True)
    shutil.copy(town.home / "received.jsonl", new.home)
    new.received_on = town.received_on
    with new.open() as warehouse:
        new.read(warehouse)
    return new


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("actions.csv", "actions"), ("2024/actions_20240403.csv", "actions"), ("actions_2024-04.csv", "actions"),
        ("04월 추진사항.csv", "추진사항"), ("2024-04/북부/추진사항_2024년 4월 3일.csv", "북부/추진사항"),
        ("추진사항(북부)_20240403.csv", "추진사항_북부"), ("Actions_2024.csv", "actions_2024"),
    ],
)  # fmt: skip
def test_a_list_is_known_by_its_name_without_the_day(name, told):
    assert stem(name) == told


def test_two_stations_lists_stand_side_by_side(town):
    deliver(town, 1, "추진사항_북부_20240401.csv", "N-1")
    deliver(town, 2, "추진사항_동부_20240402.csv", "E-1")
    deliver(town, 3, "서부/추진사항.csv", "W-1")
    deliver(town, 4, "남부/추진사항.csv", "S-1")
    assert ids(town, on(2)) == {"N-1", "E-1"}
    assert ids(town, on(4)) == {"N-1", "E-1", "W-1", "S-1"}


def test_what_was_struck_out_of_a_list_is_gone(town):
    deliver(town, 1, "actions_20240401.csv", "1", "2")
    deliver(town, 5, "actions_20240405.csv", "1")
    assert (ids(town, on(4)), ids(town, on(5))) == ({"1", "2"}, {"1"})


def test_two_units_that_count_from_one_keep_all_their_entries(town):
    deliver(town, 1, "추진사항_북부_20240401.csv", "1", "2", what="north")
    deliver(town, 2, "추진사항_동부_20240402.csv", "2", "3", what="east")
    found = standing(town, on(2))
    assert found.entries.select("list_name", "action_id", "what").rows() == [
        ("추진사항_동부", "2", "east"),
        ("추진사항_동부", "3", "east"),
        ("추진사항_북부", "1", "north"),
        ("추진사항_북부", "2", "north"),
    ]
    assert found.remarks.twice == []
    deliver(town, 3, "추진사항_북부_20240403.csv", "2", what="north again")
    assert standing(town, on(3)).entries.select("action_id", "what").rows() == [
        ("2", "east"),
        ("3", "east"),
        ("2", "north again"),
    ]


def test_entries_that_stand_word_for_word_in_two_lists_are_told(town):
    deliver(town, 1, "추진사항_북부_20240401.csv", "1", "2")
    deliver(town, 2, "북부_추진사항_20240402.csv", "1", "2", "3")
    found = standing(town, on(2))
    assert found.entries["action_id"].to_list() == ["1", "2", "3", "1", "2"]
    assert found.remarks.twice == [("북부_추진사항_20240402.csv", "추진사항_북부_20240401.csv", 2)]


def test_the_same_bytes_in_two_lists_are_one_file_of_the_list_that_had_them_first(town, make_town):
    deliver(town, 1, "추진사항_북부_20240401.csv", "1")
    deliver(town, 2, "추진사항 (1)_20240402.csv", "1")
    deliver(town, 5, "추진사항_북부_20240405.csv", "1")
    for place in (town, rebuilt(town, make_town)):
        found = standing(place, on(5))
        assert found.entries.select("list_name", "action_id").rows() == [("추진사항_북부", "1")]
        assert found.remarks.twice == []


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 4)), min_size=1, max_size=6))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_of_whatever_lists_with_whatever_numbers_every_entry_stands(make_town, told):
    """Lists 0 to 2, each delivered whole again and again with numbers from one on."""
    place = make_town(name=f"town-{uuid4().hex}")
    last = {}
    for day, (own, numbers) in enumerate(told, 1):
        last[own] = [str(number) for number in range(1, numbers + 1)]
        deliver(place, day, f"actions_unit{own}_202404{day:02}.csv", *last[own], what=f"of unit {own}")
    found = standing(place, LATE).entries.select("list_name", "action_id").rows()
    assert found == [(f"actions_unit{own}", number) for own in sorted(last) for number in last[own]]


def test_a_delivery_without_an_entry_replaces_none_and_is_told(town):
    deliver(town, 1, "actions_20240401.csv", "1")
    deliver(town, 5, "actions_20240405.csv", "1", district="nowhere")
    found = standing(town, on(5))
    assert found.entries["action_id"].to_list() == ["1"]
    assert found.remarks.bare == [("actions_20240405.csv", "actions_20240401.csv")]


def test_only_bare_deliveries_are_no_register(town):
    deliver(town, 1, "actions_20240401.csv")
    assert standing(town, on(5)).entries is None
    assert standing(town, on(5), OPINIONS).entries is None


@pytest.mark.parametrize("order", [("a", "b", "c"), ("c", "b", "a"), ("b", "a", "c")])
def test_of_one_days_bytes_those_lying_there_stand(town, make_town, order):
    """Whatever their sha256 is, by name with a day or without."""
    for name in ("actions.csv", "추진사항_20240401.csv"):
        for one in order:
            deliver(town, 1, name, f"{name}-{one}".replace("추진사항", "x"))
    last = {f"actions.csv-{order[-1]}", f"x_20240401.csv-{order[-1]}"}
    assert ids(town, LATE) == last
    assert ids(rebuilt(town, make_town), LATE) == last


def test_what_was_undone_is_undone(town, make_town):
    """The same bytes as before, under the same name: each day sees what lay there."""
    deliver(town, 1, "actions.csv", "1")
    deliver(town, 5, "actions.csv", "1", "2")
    deliver(town, 8, "actions.csv", "1")
    assert [ids(town, on(day)) for day in (1, 4, 5, 7, 8)] == [{"1"}, {"1"}, {"1", "2"}, {"1", "2"}, {"1"}]
    before = (town.home / "received.jsonl").read_bytes()
    with town.open() as warehouse:
        town.received_on = on(9)
        assert town.read(warehouse) == []
    assert (town.home / "received.jsonl").read_bytes() == before, "what lies there still is no new delivery"
    # The bytes of the fifth are nowhere any more; every other day is as it was.
    again = rebuilt(town, make_town)
    assert [ids(again, on(day)) for day in (1, 4, 8)] == [{"1"}, {"1"}, {"1"}]


def test_the_same_bytes_on_a_later_named_day_stand_from_then_on(town, make_town):
    deliver(town, 1, "actions_20240401.csv", "1")
    deliver(town, 5, "actions_20240405.csv", "1", "2")
    deliver(town, 8, "actions_20240408.csv", "1")
    for place in (town, rebuilt(town, make_town)):
        assert [ids(place, on(day)) for day in (1, 4, 5, 7, 8)] == [{"1"}, {"1"}, {"1", "2"}, {"1", "2"}, {"1"}]
        with place.open() as warehouse:
            assert {row["exported_on"] for row in warehouse.source_files(town.agency, on(6)).to_dicts()} == {
                on(1),
                on(5),
            }
            assert warehouse.source_files(town.agency, on(8))["exported_on"].max() == on(8)


def test_a_day_that_has_not_come_counts_as_the_day_it_came_and_is_told(town):
    deliver(town, 3, "추진사항_2024-12-31.csv", "1")
    found = standing(town, on(3))
    assert found.entries["action_id"].to_list() == ["1"]
    assert found.remarks.ahead == [("추진사항_2024-12-31.csv", date(2024, 12, 31), on(3))]
    with town.open() as warehouse:
        assert warehouse.source_files(town.agency, on(3))["name"].to_list() == ["추진사항_2024-12-31.csv"]
        assert warehouse.source_files(town.agency, on(2)).is_empty()
    deliver(town, 9, "추진사항_2024-04-09.csv", "2")
    assert ids(town, on(9)) == {"2"}


def test_the_run_is_another_where_only_the_order_of_a_day_changed(town):
    def seen():
        with town.open() as warehouse:
            return warehouse.register_deliveries(town.agency, LATE)

    deliver(town, 1, "actions.csv", "1")
    deliver(town, 1, "actions.csv", "2")
    before = seen()
    deliver(town, 1, "actions.csv", "1")
    assert seen() != before


def test_a_list_put_right_under_another_name_leaves_the_first(town):
    deliver(town, 1, "추진사항_동부.csv", "1", "2")
    (town.inbox / "추진사항_동부.csv").rename(town.inbox / "추진사항_북부.csv")
    deliver(town, 2, "추진사항_북부_20240402.csv", "1")
    assert ids(town, LATE) == {"1"}


def test_an_archive_of_old_deliveries_is_no_second_list(town, make_town):
    deliver(town, 1, "actions_20240401.csv", "1", "2")
    deliver(town, 5, "actions_20240405.csv", "1")
    (town.inbox / "done").mkdir()
    (town.inbox / "actions_20240401.csv").rename(town.inbox / "done" / "actions_20240401.csv")
    deliver(town, 6, "done/none.txt")
    for place in (town, rebuilt(town, make_town)):
        assert (ids(place, on(1)), ids(place, LATE)) == ({"1", "2"}, {"1"})


def test_an_entry_was_entered_when_it_says_or_when_it_first_came(town):
    deliver(town, 1, "actions_20240401.csv", "1")
    deliver(town, 5, "actions_20240405.csv", "1", "2")
    deliver(town, 8, "actions_20240408.csv", "1", "2", "3", entered="2024-04-07")
    assert dict(standing(town, on(5)).entries.select("action_id", "entered_on").rows()) == {"1": on(1), "2": on(5)}
    assert set(standing(town, on(8)).entries["entered_on"]) == {on(7)}


def test_what_the_agency_no_longer_has_is_left_out_and_counted(town):
    """The file is gone from the inbox, so that it cannot be read again by the new folder."""
    deliver(town, 1, "actions_20240401.csv", "1", "2", district="B")
    deliver(town, 2, "extra/actions_20240402.csv", "3")
    (town.inbox / "actions_20240401.csv").unlink()
    districts = town.folder / "districts.csv"
    districts.write_text(districts.read_text("utf-8").replace("B,서부,West,West,station,town,,\n", ""), "utf-8")
    with town.open() as warehouse:
        town.read(warehouse)
    found = standing(town, LATE)
    assert found.entries["action_id"].to_list() == ["3"]
    assert found.remarks.left_out == [("actions_20240401.csv", 2)]


def test_a_withdrawn_delivery_gives_way_to_the_one_before_of_its_list(town):
    deliver(town, 1, "actions_20240401.csv", "1")
    deliver(town, 5, "actions_20240405.csv", "2")
    with town.open() as warehouse:
        warehouse.withdraw("actions_20240405.csv", on(6), "wrong file")
    assert (ids(town, on(5)), ids(town, on(6))) == ({"2"}, {"1"})


def test_a_warehouse_is_given_the_table_of_a_register_it_has_not_heard_of(town):
    deliver(town, 1, "actions_20240401.csv", "1")
    with town.open() as warehouse:
        warehouse.con.execute("drop table raw_opinion")
    assert standing(town, on(1), OPINIONS).entries is None
    assert ids(town, on(1)) == {"1"}


def test_the_same_list_in_another_form_is_the_next_delivery_of_it(town):
    """Whatever it is saved as, a list is its name without day and ending."""
    deliver(town, 1, "actions_20240401.csv", "1", "2")
    text = (
        "\t".join(HEADER.split(","))
        + "\n"
        + "\t".join(["2", "Crime unit", "A", "theft", "patrol", *["2024-02-01"] * 2])
    )
    (town.inbox / "actions_20240405.txt").write_bytes(text.encode("utf-16"))
    town.received_on = on(5)
    with town.open() as warehouse:
        (stored,) = town.read(warehouse)
    assert (stored.status, stored.source, stored.outcome.rows_accepted) == ("accepted", "actions", 1)
    assert (ids(town, on(4)), ids(town, on(5))) == ({"1", "2"}, {"2"})


def test_a_ledger_and_its_areas_stand_as_their_newest_delivery_says(town):
    """Rows that cannot be are kept apart; an area nobody knows yet stays, for a list of areas may still come."""
    header = "배치번호,부대,부대종류,배치구역,시작일,종료일,시작시,종료시,죄종\n"
    row = "{},기동순찰대,기동순찰대,{},2024-03-01,2024-03-31,{},{},절도\n".format
    town.put_text("배치대장_20240402.csv", header + row(1, "A", "22시", "2") + row(2, "Old town", "", ""))
    town.put_text("배치대장_20240405.csv", header + row(2, "Old town", "20", "24") + row(3, "A", "22", ""))
    town.put_text("구역목록_20240405.csv", "구역명,격자\nOld town,다라403846\nOld town,북부\n")
    town.received_on = on(5)
    with town.open() as warehouse:
        town.read(warehouse)
        told = warehouse.con.sql("select rows_read, rows_accepted, rows_rejected from received_file").fetchall()
    assert sorted(told) == [(2, 1, 1), (2, 1, 1), (2, 2, 0)]
    ledger = REGISTERS["deployment"]
    columns = ["deployment_id", "area", "from_hour", "to_hour", "entered_on"]
    assert standing(town, on(4), ledger).entries.select(columns).rows() == [
        ("1", "A", 22, 2, on(2)), ("2", "Old town", None, None, on(2)),
    ]  # fmt: skip
    assert standing(town, on(5), ledger).entries.select(columns).rows() == [("2", "Old town", 20, 24, on(2))]
    areas = standing(town, on(5), REGISTERS["area"]).entries
    assert areas.select("name", "cell", "entered_on").rows() == [("Old town", "다라403846", on(5))]
