"""Other bytes under one name are a delivery of the day they were seen: whatever their hashes, the last seen counts."""

import shutil
import tempfile
import unicodedata
import warnings
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.warehouse import Warehouse
from tests.warehouse.conftest import Town, write_agency

MARCH = "incidents_2024-03_x20240405.csv"
NAMED = date(2024, 4, 5)
FIRST = date(2024, 4, 8)
ORDERS = 12


@pytest.fixture(scope="module")
def agency_folder(tmp_path_factory):
    return write_agency(tmp_path_factory.mktemp("agency"))


def lay(town: Town, thefts: int, name: str = MARCH) -> None:
    town.put(name, *[("2024-03-01", "East", "1")] * thefts)


def count(town: Town, warehouse: Warehouse, as_of: date) -> int:
    return town.seen(warehouse, as_of).get("2024-03-01", 0)


def check_every_day(town: Town, warehouse: Warehouse, told: list[tuple[date, int]]) -> None:
    """Each as-of day sees what was seen last by then; days before the first sighting see the first."""
    for day in sorted({day + timedelta(days=n) for day, _ in told for n in (-1, 0, 1)} | {NAMED}):
        by_then = [thefts for seen_on, thefts in told if seen_on <= day] or [told[0][1]]
        assert count(town, warehouse, day) == by_then[-1], day


@pytest.mark.slow
@settings(max_examples=4, deadline=None)
@given(
    contents=st.permutations(range(1, ORDERS + 1)),
    gaps=st.lists(st.integers(0, 3), min_size=ORDERS, max_size=ORDERS),
)
def test_twelve_deliveries_of_one_name_in_any_order_of_hashes(agency_folder, contents, gaps):
    with tempfile.TemporaryDirectory() as folder:
        town = Town(Path(folder, "home"), Path(folder, "inbox"), agency_folder)
        town.inbox.mkdir()
        day, told = FIRST, []
        with town.open() as warehouse:
            for thefts, gap in zip(contents, gaps, strict=True):
                day += timedelta(days=gap)
                lay(town, thefts)
                town.received_on = day
                town.read(warehouse)
                told.append((day, thefts))
            check_every_day(town, warehouse, told)
        (town.home / "received.jsonl").replace(Path(folder, "kept.jsonl"))
        again = Town(Path(folder, "again"), town.inbox, agency_folder, date(2025, 1, 1))
        again.home.mkdir()
        shutil.copy(Path(folder, "kept.jsonl"), again.home / "received.jsonl")
        with again.open() as warehouse:
            again.read(warehouse)
            assert count(again, warehouse, day) == contents[-1], "a rebuild sees what lies there, from its day on"
            if gaps[-1]:
                assert count(again, warehouse, day - timedelta(days=1)) == 0


@pytest.mark.parametrize("days", [(0, 1, 2), (0, 0, 0), (0, 1, 1)])
def test_bytes_that_come_back_count_again(town, days):
    told = []
    with town.open() as warehouse:
        for gap, thefts in zip(days, (2, 5, 2), strict=True):
            lay(town, thefts)
            town.received_on = FIRST + timedelta(days=gap)
            town.read(warehouse)
            town.read(warehouse)  # what lies there still is no new delivery
            told.append((town.received_on, thefts))
        check_every_day(town, warehouse, told)


@pytest.mark.parametrize(("first", "second"), [(2, 7), (7, 2)])
def test_a_copy_of_the_same_day_ties_by_first_sighting(town, first, second):
    lay(town, first)
    with town.open() as warehouse:
        town.received_on = NAMED
        town.read(warehouse)
        lay(town, second, MARCH.replace(".csv", " (1).csv"))
        town.read(warehouse)
        assert count(town, warehouse, NAMED) == second


@pytest.mark.parametrize("copy", [" (1)", " (10)", " - 복사본", " - Copy (2)", "_again"])
@pytest.mark.parametrize(("first", "second"), [(2, 7), (7, 2)])
def test_copies_first_seen_together_count_in_the_order_they_were_saved(make_town, copy, first, second):
    town = make_town()
    lay(town, first)
    lay(town, second, MARCH.replace(".csv", f"{copy}.csv"))
    with town.open() as warehouse:
        town.read(warehouse)
        assert count(town, warehouse, NAMED) == second


@pytest.mark.parametrize(("first", "second"), [(2, 7), (7, 2)])
def test_an_undated_export_written_over_on_one_day(town, first, second):
    for n in (first, second):
        town.put_text("counts_2024-03.csv", f"station,month,type,n\nEast,2024-03,theft,{n}\n")
        with town.open() as warehouse:
            town.read(warehouse)
    with town.open() as warehouse:
        warehouse.resolve(town.agency, town.received_on)
        assert warehouse.con.execute("select incidents from core_crime_count").fetchall() == [(second,)]


def test_a_member_of_an_archive_written_over(town):
    with town.open() as warehouse:
        for n, day in ((7, FIRST), (2, FIRST + timedelta(days=3))):
            lay(town, n)
            with zipfile.ZipFile(town.inbox / "march.zip", "w") as archive:
                archive.write(town.inbox / MARCH, MARCH)
            (town.inbox / MARCH).unlink()
            town.received_on = day
            town.read(warehouse)
        assert (count(town, warehouse, FIRST), count(town, warehouse, day)) == (7, 2)


def test_it_is_told_and_what_an_earlier_day_does_not_see_too(town):
    with town.open() as warehouse:
        for n, day in ((7, FIRST), (2, FIRST + timedelta(days=3))):
            lay(town, n)
            town.received_on = day
            town.read(warehouse)
        told = [(one.name, one.last, one.times, one.unseen) for one in warehouse.written_over(day, FIRST)]
        assert told == [(MARCH, day, 1, False)]
        assert [one.unseen for one in warehouse.written_over(FIRST, FIRST)] == [True]
        assert warehouse.written_over(day, day + timedelta(days=1)) == []
        assert [row[3] for row in warehouse.con.execute("from sighting order by number").fetchall()] == [FIRST, day]
        assert count(town, warehouse, day) == 2
        revised = warehouse.revisions(town.agency, day).filter(level="agency")
        assert list(zip(revised["exported_on"], revised["incidents"], strict=True)) == [(NAMED, 7), (day, 2)]


def test_a_file_renamed_after_it_was_written_over_counts_from_no_earlier_day(town):
    with town.open() as warehouse:
        for n, day in ((7, FIRST), (2, FIRST + timedelta(days=3))):
            lay(town, n)
            town.received_on = day
            town.read(warehouse)
        (town.inbox / MARCH).rename(town.inbox / MARCH.replace(".csv", "_final.csv"))
        town.received_on = FIRST + timedelta(days=9)
        town.read(warehouse)
        check_every_day(town, warehouse, [(FIRST, 7), (day, 2)])


def test_a_refused_file_written_over_is_the_newest_delivery(town):
    lay(town, 7)
    with town.open() as warehouse:
        town.received_on = FIRST
        town.read(warehouse)
        town.put_text(MARCH, "")
        town.received_on = FIRST + timedelta(days=3)
        town.read(warehouse)
        gaps = warehouse.missing(town.agency, date(2024, 3, 1), town.received_on)
        assert [gap.code for gap in gaps] == ["newest_refused"]
        assert warehouse.missing(town.agency, date(2024, 3, 1), FIRST) == ()


def test_a_refused_copy_of_the_same_day_is_the_newest_where_it_was_seen_last(town):
    lay(town, 7)
    town.received_on = NAMED
    with town.open() as warehouse:
        town.read(warehouse)
        town.put_text(MARCH.replace(".csv", " (1).csv"), "")
        town.read(warehouse)
        gaps = warehouse.missing(town.agency, date(2024, 3, 1), NAMED)
        assert [gap.code for gap in gaps] == ["newest_refused"]
        lay(town, 8, MARCH.replace(".csv", " (2).csv"))
        town.read(warehouse)
        assert warehouse.missing(town.agency, date(2024, 3, 1), NAMED) == ()


def test_bytes_withdrawn_give_the_name_back_to_those_before(town):
    with town.open() as warehouse:
        for n, day in ((7, FIRST), (2, FIRST + timedelta(days=3))):
            lay(town, n)
            town.received_on = day
            town.read(warehouse)
        with pytest.raises(Exception, match="2"):
            warehouse.withdraw(MARCH, day + timedelta(days=1), "")
        wrong = warehouse.con.execute("select sha256 from received_file where rows_read = 2").fetchall()[0][0]
        warehouse.withdraw(wrong, day + timedelta(days=1), "")
        check_every_day(town, warehouse, [(FIRST, 7), (day, 2), (day + timedelta(days=1), 7)])


KOREAN = "incidents_2024-03_x20240405_{}강남.csv"


@pytest.mark.parametrize("nested", [False, True])
def test_names_that_differ_in_unicode_form_alone_are_two_files(town, nested):
    """macOS writes Hangul decomposed, Windows composed; on a share both names stand side by side."""
    folder = "서울/" if nested else ""
    names = [unicodedata.normalize(form, folder + KOREAN.format("")) for form in ("NFC", "NFD")]
    for n, name in enumerate(names, 1):
        lay(town, n, name)
    with town.open() as warehouse:
        stored = town.read(warehouse)
        assert [one.name for one in stored] == [names[0]] * 2
        assert sorted(warehouse.source_files(town.agency, FIRST)["rows_read"]) == [1, 2]
        assert set(warehouse.source_files(town.agency, FIRST)["name"]) == {names[0]}
        town.read(warehouse)
        before = (town.home / "received.jsonl").read_bytes()
        seen = count(town, warehouse, FIRST)
        for _ in range(2):
            assert town.read(warehouse) == []
        assert (count(town, warehouse, FIRST), (town.home / "received.jsonl").read_bytes()) == (seen, before)
        assert warehouse.written_over(FIRST, FIRST) == [], "they are not written over each other"
        lay(town, 5, names[1])
        town.received_on = date(2024, 6, 9)
        town.read(warehouse)
        assert count(town, warehouse, date(2024, 6, 9)) == 5
        assert count(town, warehouse, date(2024, 6, 8)) == seen


def test_members_whose_names_differ_in_unicode_form_alone_or_not_at_all(town):
    names = [unicodedata.normalize(form, KOREAN.format("")) for form in ("NFC", "NFD", "NFC")]
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(town.inbox / "a.zip", "w") as archive:
        for n, name in enumerate(names, 1):
            archive.writestr(name, "id,day,station,code\n" + "".join(f"{i},2024-03-01,East,1\n" for i in range(n)))
    with town.open() as warehouse:
        assert [one.name for one in town.read(warehouse)] == [f"a.zip/{names[0]}"] * 3
        town.read(warehouse)
        before = (town.home / "received.jsonl").read_bytes()
        assert town.read(warehouse) == []
        assert (town.home / "received.jsonl").read_bytes() == before
