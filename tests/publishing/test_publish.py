"""A publication changes hands at once: readers keep what they opened, and newer ones are never overwritten."""

import subprocess
import sys
from datetime import date

import duckdb
import polars as pl
import pytest

from flows.publishing import PublishingError, place, published, recover, staging, tables_equal
from flows.publishing.issued import issued_folder, issues
from tests.publishing.small_publication import put_few as put

MARCH, APRIL = date(2024, 3, 1), date(2024, 4, 1)
EARLY, SEEN, LATER = date(2024, 4, 5), date(2024, 4, 10), date(2024, 5, 10)


def thefts(path):
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{path}' AS seen (READ_ONLY)")
        return con.sql("SELECT incidents FROM seen.crime_month WHERE district = 'gj'").fetchall()[0][0]


def snapshot(folder):
    """Every file with its bytes and the inode it lies in."""
    return {p.relative_to(folder): (p.stat().st_ino, p.read_bytes()) for p in folder.rglob("*") if p.is_file()}


def names(folder):
    return sorted(p.name for p in folder.iterdir())


def test_a_home_with_nothing_published_takes_any_month(home):
    assert published(home) is None
    outcome = put(home, MARCH, LATER, "aa")
    assert (outcome.kind, outcome.changed) == ("publication", True)
    assert outcome.folder == home.published / "2024-03"
    info = published(home)
    assert (info.month, info.as_of, info.run_id, info.agency_name) == (MARCH, LATER, "aa", "광주경찰청")
    assert names(home.published) == ["2024-03", "strategy.duckdb"]
    assert names(outcome.folder) == ["parquet", "validation.html"]
    assert pl.read_parquet(outcome.folder / "parquet" / "publication.parquet")["run_id"].to_list() == ["aa"]


def test_published_files_can_be_read_and_not_written_whatever_the_umask(home):
    put(home, MARCH, SEEN, "aa")
    for path in home.published.rglob("*"):
        assert path.stat().st_mode & 0o777 == (0o755 if path.is_dir() else 0o444), path


def test_a_later_run_replaces_the_month_and_a_later_month_leaves_the_month_before(home):
    put(home, MARCH, EARLY, "aa", thefts=10)
    put(home, MARCH, SEEN, "bb", thefts=11)
    assert published(home).run_id == "bb"
    assert thefts(home.strategy) == 11
    put(home, APRIL, LATER, "cc", thefts=12)
    assert thefts(home.strategy) == 12
    assert names(home.published) == ["2024-03", "2024-04", "strategy.duckdb"]
    assert pl.read_parquet(home.published / "2024-03/parquet/crime_month.parquet")["incidents"].to_list() == [11, 11]


def test_an_earlier_month_or_as_of_is_written_beside_and_disturbs_nothing(home):
    put(home, APRIL, LATER, "cc")
    before = snapshot(home.published)
    march = put(home, MARCH, SEEN, "aa", thefts=9)
    assert march.kind == "beside"
    assert march.strategy == home.published / "2024-03" / "as-of-2024-04-10" / "strategy.duckdb"
    assert thefts(march.strategy) == 9
    assert names(march.folder) == ["parquet", "strategy.duckdb", "validation.html"]
    same_month = put(home, APRIL, date(2024, 5, 3), "dd", thefts=8)
    assert same_month.folder == home.published / "2024-04" / "as-of-2024-05-03"
    assert before.items() <= snapshot(home.published).items()
    assert published(home).run_id == "cc"


def test_a_month_replaced_keeps_its_earlier_as_ofs(home):
    put(home, APRIL, LATER, "cc")
    put(home, APRIL, date(2024, 5, 3), "dd", thefts=8)
    kept = snapshot(home.published / "2024-04" / "as-of-2024-05-03")
    put(home, APRIL, date(2024, 5, 20), "ee", thefts=11)
    assert published(home).run_id == "ee"
    assert snapshot(home.published / "2024-04" / "as-of-2024-05-03") == kept
    assert names(home.published / "2024-04") == ["as-of-2024-05-03", "parquet", "validation.html"]


@pytest.mark.parametrize("as_of", [SEEN, EARLY], ids=["publication", "beside"])
def test_an_equal_run_leaves_every_byte_and_file_as_it_is(home, as_of):
    put(home, MARCH, SEEN, "aa")
    put(home, MARCH, as_of, "aa" if as_of == SEEN else "bb")
    before = snapshot(home.root)
    outcome = put(home, MARCH, as_of, "aa" if as_of == SEEN else "bb")
    assert not outcome.changed
    assert snapshot(home.root) == before


def test_an_equal_run_id_whose_page_or_table_differs_is_put_in_place(home):
    put(home, MARCH, SEEN, "aa")
    assert put(home, MARCH, SEEN, "aa", page="better worded").changed
    assert (home.published / "2024-03" / "validation.html").read_text("utf-8") == "better worded"
    assert put(home, MARCH, SEEN, "aa", page="better worded", thefts=12).changed
    assert thefts(home.strategy) == 12


def test_a_month_folder_that_was_damaged_is_put_right_by_an_equal_run(home):
    put(home, MARCH, SEEN, "aa")
    (home.published / "2024-03" / "validation.html").unlink()
    assert put(home, MARCH, SEEN, "aa").changed
    assert names(home.published / "2024-03") == ["parquet", "validation.html"]


def test_out_takes_a_fresh_folder_or_its_own_earlier_one_and_leaves_the_publication_alone(home, tmp_path):
    put(home, MARCH, SEEN, "aa")
    before = snapshot(home.root)
    out = tmp_path / "elsewhere" / "march"
    assert put(home, APRIL, LATER, "cc", thefts=12, out=out).strategy == out / "strategy.duckdb"
    assert thefts(out / "strategy.duckdb") == 12
    assert not put(home, APRIL, LATER, "cc", thefts=12, out=out).changed
    assert put(home, APRIL, LATER, "dd", thefts=13, out=out).changed
    assert thefts(out / "strategy.duckdb") == 13
    assert names(out.parent) == ["march"]
    assert snapshot(home.root) == before


def test_out_never_takes_the_place_of_other_files(home, tmp_path):
    put(home, MARCH, SEEN, "aa")
    occupied = tmp_path / "letters"
    occupied.mkdir()
    (occupied / "letter.txt").write_text("dear all")
    for out in (occupied, home.published, home.published / "mine", home.root, occupied / "letter.txt"):
        with pytest.raises(PublishingError) as refused, staging(home, "bb", out):
            pytest.fail("staged in place of other files")
        assert refused.value.code == "out_occupied"
    assert names(occupied) == ["letter.txt"]
    assert published(home).run_id == "aa"


def test_a_run_that_fails_while_building_leaves_no_trace(home):
    put(home, MARCH, SEEN, "aa")
    before = snapshot(home.root)

    def build_half():
        with staging(home, "bb") as staged:
            (staged.folder / "half.html").write_text("half")
            raise OSError(28, "No space left on device")

    with pytest.raises(PublishingError) as full:
        build_half()
    assert full.value.code == "publishing_failed"
    assert snapshot(home.root) == before


def test_a_damaged_publication_is_named_not_overwritten(home):
    home.published.mkdir(parents=True)
    home.strategy.write_bytes(b"no database at all")
    with pytest.raises(PublishingError) as found:
        put(home, MARCH, SEEN, "aa")
    assert found.value.code == "publication_unreadable"
    assert home.strategy.read_bytes() == b"no database at all"


def test_without_an_exchange_of_names_the_swap_goes_by_way_of_a_name_aside(home, monkeypatch):
    monkeypatch.setattr(place, "_exchange", lambda one, other: False)
    put(home, MARCH, EARLY, "aa")
    put(home, MARCH, SEEN, "bb", thefts=11)
    assert (published(home).run_id, thefts(home.strategy)) == ("bb", 11)
    assert names(home.published) == ["2024-03", "strategy.duckdb"]
    aside = home.published / ".chian-old-2024-03"
    (home.published / "2024-03").rename(aside)
    recover(home)
    assert names(home.published) == ["2024-03", "strategy.duckdb"]
    aside.mkdir()
    recover(home)
    assert names(home.published) == ["2024-03", "strategy.duckdb"]


def test_the_issue_of_a_publication_is_appended_once_and_private(home):
    put(home, MARCH, LATER, "aa")
    assert issues(issued_folder(home)) == [], "April was over when it was forecast: nobody was told ahead"
    put(home, APRIL, date(2024, 5, 8), "bb")
    put(home, APRIL, date(2024, 5, 8), "bb", page="better worded")
    put(home, APRIL, LATER, "cc")
    put(home, APRIL, date(2024, 5, 3), "dd")
    assert [(i.origin_month, i.as_of.day, i.number, i.run_id) for i in issues(issued_folder(home))] == [
        (APRIL, 8, 1, "bb"),
        (APRIL, 10, 2, "cc"),
    ], "dd was written beside, so nobody was told"
    modes = {p.stat().st_mode & 0o777 for p in (issued_folder(home), *issued_folder(home).rglob("*"))}
    assert modes == {0o700, 0o400}


READER = """
import sys, duckdb
con = duckdb.connect(sys.argv[1], read_only=True)
for _ in sys.stdin:
    seen = con.sql("SELECT p.run_id, c.incidents FROM publication p, crime_month c WHERE district = 'gj'")
    print(seen.fetchall()[0], flush=True)
"""


def test_an_open_reader_keeps_its_publication_and_a_new_one_sees_the_next(home):
    def reader():
        return subprocess.Popen(
            [sys.executable, "-c", READER, str(home.strategy)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def answer(process):
        process.stdin.write("again\n")
        process.stdin.flush()
        return process.stdout.readline().strip()

    put(home, MARCH, EARLY, "aa", thefts=10)
    with reader() as first:
        assert answer(first) == "('aa', 10)"
        put(home, MARCH, SEEN, "bb", thefts=11)
        with reader() as second:
            assert answer(second) == "('bb', 11)"
            assert answer(first) == "('aa', 10)"
            put(home, APRIL, LATER, "cc", thefts=12)
            assert [answer(first), answer(second)] == ["('aa', 10)", "('bb', 11)"]
            first.stdin.close()
            second.stdin.close()
    assert tables_equal(home.strategy, home.strategy) == []
