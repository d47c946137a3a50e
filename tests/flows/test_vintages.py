"""The same files give the same tables, in whatever order they came; a corrected delivery changes its month alone.

One town's year is told once (`told`), each test looks at another part of it. All of it is about tables and what lies
on the disk: that equal runs give equal pages and workbooks, too, is shown in test_briefing.py and test_workbooks.py.
"""

import os
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from flows.publishing import tables_equal
from tests.flows import town
from tests.flows.places import Place, Said, accounted, cells, fingerprints, months

pytestmark = pytest.mark.slow
MONTHS = months(date(2022, 7, 1), 21)
MARCH, BEFORE, AFTER = "2024-03", "2024-04-04", "2024-04-10"
CORRECTED, CORRECTED_ON = date(2024, 1, 1), date(2024, 4, 5)
DISTRICT_MONTH = ("district", "crime_type", "month")


@dataclass
class Told:
    """What a town's runs left behind, in the order they were made.

    Attributes:
        first: The first publication's database, kept.
        bytes_first: Fingerprints of what was published first, with the times the files were written.
        bytes_again: The same after a second run of the same.
        out: What the same run wrote to --out.
        corrected: The publication after the corrected delivery, kept.
        bytes_before: Fingerprints of the publication before the runs that must leave it alone.
        bytes_after: The same after them.
    """

    place: Place
    first: Path
    said_first: Said
    bytes_first: dict[str, str]
    said_again: Said
    bytes_again: dict[str, str]
    out: Path
    corrected: Path
    bytes_before: dict[str, str]
    bytes_after: dict[str, str]
    said_earlier_as_of: Said
    said_earlier_month: Said


def published(place: Place) -> dict[str, str]:
    """Fingerprints and times of what readers open: not of what stands beside it."""
    found = fingerprints(place.home.published)
    kept = {name: sha for name, sha in found.items() if "as-of-" not in name}
    return {name: f"{sha} {(place.home.published / name).stat().st_mtime_ns}" for name, sha in kept.items()}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = tmp_path_factory.mktemp("vintages")
    place = Place(folder / "home", town.write_agency(folder / "agency"), folder / "inbox")
    for month in MONTHS:
        town.put(place, month)
    said_first = place.bring(MARCH, BEFORE)
    first, corrected, out = (folder / name for name in ("first.duckdb", "corrected.duckdb", "out"))
    shutil.copy(place.home.strategy, first)
    bytes_first = published(place)
    said_again = place.bring(MARCH, BEFORE)
    bytes_again = published(place)
    assert place.walk(MARCH, BEFORE, out=out).status == 0
    town.put(place, CORRECTED, CORRECTED_ON, east=3)
    place.bring(MARCH, AFTER)
    shutil.copy(place.home.strategy, corrected)
    bytes_before = published(place)
    said_as_of = place.bring(MARCH, BEFORE)
    said_month = place.bring("2024-02", AFTER)
    return Told(
        place,
        first,
        said_first,
        bytes_first,
        said_again,
        bytes_again,
        out,
        corrected,
        bytes_before,
        published(place),
        said_as_of,
        said_month,
    )


def test_counts_are_what_was_laid_in(told: Told) -> None:
    counted = cells(told.place.table("crime_month", told.first), DISTRICT_MONTH, "incidents")
    for month in MONTHS:
        west = 20 if month.month == 12 else 10
        assert counted["east", "theft", month] == 10
        assert counted["west", "theft", month] == west
        assert counted["town", "theft", month] == 10 + west
        assert counted["town", "violence", month] == 10
    assert len(counted) == 3 * 2 * len(MONTHS)
    assert accounted(told.place.table("source_file", told.first))


def test_same_run_twice_changes_no_byte(told: Told) -> None:
    assert "published" in told.said_first.out
    assert "nothing changed" in told.said_again.out
    assert told.bytes_again == told.bytes_first
    assert any(name.endswith("validation.html") for name in told.bytes_first)


def test_same_run_elsewhere_is_equal(told: Told) -> None:
    strategy = told.out / "strategy.duckdb"
    assert tables_equal(told.first, strategy) == []
    assert told.place.run_id(strategy) == told.place.run_id(told.first)


def test_corrected_delivery_changes_exactly_its_month(told: Told) -> None:
    before, after = (
        cells(told.place.table("crime_month", strategy), DISTRICT_MONTH, "incidents")
        for strategy in (told.first, told.corrected)
    )
    changed = {key: (before[key], after[key]) for key in before if before[key] != after[key]}
    assert before.keys() == after.keys()
    assert changed == {("east", "theft", CORRECTED): (10, 13), ("town", "theft", CORRECTED): (20, 23)}
    assert told.place.run_id(told.first) != told.place.run_id(told.corrected)


def test_corrected_delivery_is_a_revision(told: Told) -> None:
    seen = told.place.table("revision", told.corrected)
    east = seen.filter((pl.col("district") == "east") & (pl.col("crime_type") == "theft"))
    january = east.filter(pl.col("month") == CORRECTED).select("exported_on", "incidents").rows()
    assert january == [(date(2024, 2, 3), 10), (CORRECTED_ON, 13)]


def test_as_of_before_the_correction_gives_the_first_tables_again(told: Told) -> None:
    beside = told.place.home.published / MARCH / f"as-of-{BEFORE}" / "strategy.duckdb"
    assert tables_equal(told.first, beside) == []
    assert told.place.run_id(beside) == told.place.run_id(told.first)


def test_earlier_as_of_and_earlier_month_leave_the_publication_alone(told: Told) -> None:
    assert told.bytes_after == {**told.bytes_before, **told.bytes_after}
    assert told.bytes_before == {name: said for name, said in told.bytes_after.items() if name in told.bytes_before}
    beside = told.place.home.published / "2024-02" / f"as-of-{AFTER}"
    assert "beside the current publication" in told.said_earlier_as_of.out
    assert f"{beside}/strategy.duckdb" in told.said_earlier_month.out
    assert told.place.table("publication", beside / "strategy.duckdb")["month"].item() == date(2024, 2, 1)
    assert {"parquet", "validation.html"} <= {path.name for path in beside.iterdir()}


def test_out_leaves_the_home_alone_and_refuses_a_folder_in_use(told: Told, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("keep")
    refused = told.place.walk(MARCH, AFTER, out=tmp_path)
    assert refused.status == 1
    assert f"--out {tmp_path} holds other files" in refused.err
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    assert tables_equal(told.corrected, told.place.home.strategy) == []


def test_reverse_order_gives_the_same_tables(told: Told, tmp_path: Path) -> None:
    """Newest files first, in three portions with runs in between, each file younger on disk than the one before it."""
    deliveries = [path for path in sorted(told.place.inbox.iterdir()) if not path.name.startswith("again_")]
    place = Place(tmp_path / "home", told.place.agency, tmp_path / "inbox")
    place.inbox.mkdir()
    clock = 1_700_000_000
    portions = deliveries[14:], deliveries[7:14], deliveries[:7]
    for n, portion in enumerate(portions):
        for path in reversed(portion):
            copy = Path(shutil.copy(path, place.inbox))
            os.utime(copy, (clock := clock + 60, clock))
        if n < len(portions) - 1:
            said = place.walk(MARCH, AFTER, out=tmp_path / f"part-{n}")
            assert said.status == 0, said.err
    place.bring(MARCH, AFTER)
    assert tables_equal(told.corrected, place.home.strategy) == []
    assert place.run_id() == told.place.run_id(told.corrected)


def test_same_bytes_under_another_name_change_no_count(told: Told, tmp_path: Path) -> None:
    name = "incidents_2023-05_x20230603.csv"
    (told.place.inbox / "copies").mkdir()
    shutil.copy(told.place.inbox / name, told.place.inbox / "copies" / name.replace("x20230603", "x20230604"))
    said = told.place.walk(MARCH, AFTER, out=tmp_path / "doubled")
    assert said.status == 0, said.err
    strategy = tmp_path / "doubled" / "strategy.duckdb"
    # Delivered again a day later and unchanged, the month tells something of late reports, but nothing of counts.
    learned = ["expected_final", "expected_final_lower_80", "expected_final_upper_80"]
    for table in ("crime_month", "crime_hour", "crime_year"):
        now, before = (told.place.table(table, one).drop(learned, strict=False) for one in (strategy, told.corrected))
        assert now.equals(before)
    files = told.place.table("source_file", strategy)
    assert files.height == len(MONTHS) + 1
    [note] = files.filter(pl.col("period_from") == date(2023, 5, 1))["note"]
    assert note.startswith("The same bytes came under several names: copies/")
    assert name in note
