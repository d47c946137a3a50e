"""A question can do nothing but ask: no other file, no setting, nothing beside the publication; nor does its answer."""

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest

from expectations.sentences import LANGUAGES, Failure, sentence
from flows.commands.asking.query import query
from flows.commands.error import CommandError
from flows.places.home import OWN, Home
from flows.places.outside import OutError, require_folder_outside
from flows.publishing import PublishingError, published
from flows.publishing.publication import opened
from tests.publishing.small_publication import put

# What a DuckDB of its own leaves that is ended in the middle of a change: its log, which any reader would replay.
FORGE = """
import os, sys, duckdb
con = duckdb.connect(sys.argv[1])
con.execute("pragma disable_checkpoint_on_shutdown; set wal_autocheckpoint = '1GB'")
con.execute("update crime_month set incidents = 999")
os._exit(0)
"""


@pytest.fixture
def own(home: Home, tmp_path: Path) -> Home:
    """The small publication, to do harm to."""
    root = shutil.copytree(home.root, tmp_path / "own")
    (root / "inbox").mkdir()
    return Home(root, root / "inbox")


def forge(home: Home, folder: Path) -> Path:
    """A log that makes every count 999, laid beside the publication."""
    copy = folder / "forged.duckdb"
    shutil.copyfile(home.strategy, copy)
    subprocess.run([sys.executable, "-c", FORGE, str(copy)], check=True)
    log = home.strategy.with_name("strategy.duckdb.wal")
    shutil.copyfile(copy.with_name("forged.duckdb.wal"), log)
    return log


def thefts(home: Home) -> set[int]:
    with opened(home.strategy) as con:
        return {n for (n,) in con.execute("select distinct incidents from crime_month").fetchall()}


def listing(folder: Path) -> dict[str, bytes | None]:
    return {str(p.relative_to(folder)): p.read_bytes() if p.is_file() else None for p in sorted(folder.rglob("*"))}


def harmful(home: Home, folder: Path) -> list[str]:
    """Everything DuckDB has to write, read elsewhere or be told otherwise with."""
    beside = home.strategy.parent
    files = [
        beside / "strategy.duckdb", beside / "strategy.duckdb.wal", beside / "strategy.duckdb.wal.checkpoint",
        beside / "strategy.duckdb.wal.recovery", beside / "x.csv", home.received, folder / "x.csv", Path("x.csv"),
    ]  # fmt: skip
    return [
        *(f"COPY (SELECT 1) TO '{file}'" for file in files),
        *(f"SELECT 1; COPY (SELECT 1) TO '{file}' (FORMAT parquet)" for file in files[:2]),
        f"EXPLAIN ANALYZE COPY (SELECT 1) TO '{files[1]}'",
        f"PREPARE p AS COPY (SELECT 1) TO '{files[1]}'; EXECUTE p",
        f"EXPORT DATABASE '{folder / 'all'}'", f"IMPORT DATABASE '{folder}'",
        f"ATTACH '{folder / 'new.duckdb'}'", f"ATTACH '{home.strategy}' AS again", "ATTACH ':memory:' AS m",
        "DETACH strategy", "INSTALL httpfs", "LOAD httpfs", f"LOAD '{folder / 'x.duckdb_extension'}'",
        "SET enable_external_access = true", "SET memory_limit = '100GB'", "SET threads = 64", "RESET threads",
        "SET lock_configuration = false", f"SET temp_directory = '{folder}'", f"PRAGMA temp_directory = '{folder}'",
        f"PRAGMA profiling_output = '{folder / 'p'}'", "PRAGMA enable_profiling", "PRAGMA threads = 64",
        f"SET log_query_path = '{folder / 'log'}'", f"CALL enable_logging(storage = 'file', storage_path = '{folder}')",
        "CREATE SECRET s (TYPE s3)", f"CREATE TABLE t AS FROM read_blob('{files[5]}')",
        "CREATE TABLE t AS SELECT 1", "DELETE FROM crime_month", "DROP TABLE crime_month", "VACUUM", "USE memory",
        f"FROM read_text('{home.root / 'home.json'}')", f"FROM read_blob('{home.strategy}')",
        f"FROM glob('{beside}/*')",
        f"FROM sniff_csv('{home.received}')", f"FROM '{home.received}'", "FROM read_csv('/etc/passwd')",
        "FROM read_parquet('http://127.0.0.1:9/x.parquet')",
    ]  # fmt: skip


@pytest.mark.slow
def test_no_statement_writes_reads_elsewhere_or_lifts_a_limit(own, tmp_path, monkeypatch, capsys):
    working = tmp_path / "working"
    working.mkdir()
    monkeypatch.chdir(working)
    own.received.write_text("{}\n")
    (own.root / "home.json").write_text("{}\n")
    before = listing(tmp_path)
    for sql in harmful(own, tmp_path):
        with pytest.raises(CommandError) as refused:
            query(own, sql)
        assert refused.value.code == "query_failed", sql
        assert listing(tmp_path) == before, sql
    query(own, "select distinct incidents as n from crime_month", "csv")
    assert capsys.readouterr().out == "n\n10\n"


@pytest.mark.slow
def test_a_statement_that_is_no_question_says_what_a_question_may(own, capsys):
    with pytest.raises(CommandError, match="COPY: a question only asks the published tables") as refused:
        query(own, "COPY crime_month TO 'x.csv'")
    for lang in LANGUAGES:
        assert sentence("query_only_asks", lang, kind="COPY") != refused.value.values["why"] or lang == "en"
    query(own, "create temp table t as select 1 as n; from t", "csv")
    query(own, "summarize crime_month; describe crime_month; pragma database_size; explain from crime_month", "json")
    query(own, "pivot crime_month on district using sum(incidents)", "csv")
    assert "10" in capsys.readouterr().out


@pytest.mark.slow
def test_a_question_leaves_nothing_in_the_temporary_folder(own, tmp_path, monkeypatch, capsys):
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    (temporary / "chian-scratch-question-left").mkdir(mode=0o700)  # as a killed question leaves it
    query(own, "from crime_month", "csv")
    with pytest.raises(CommandError):
        query(own, "from nowhere")
    assert list(temporary.iterdir()) == []


def test_a_temporary_folder_without_room_is_told(own, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    with pytest.raises(CommandError) as refused:
        query(own, "from crime_month")
    assert refused.value.code == "query_not_copied"


def test_a_log_beside_the_publication_is_never_read(own, tmp_path, capsys):
    log = forge(own, tmp_path)
    with duckdb.connect(str(own.strategy), read_only=True) as con:  # what any other program would be told
        assert con.execute("select distinct incidents from crime_month").fetchall() == [(999,)]
    with pytest.raises(CommandError, match=r"strategy\.duckdb\.wal") as refused:
        query(own, "from crime_month")
    assert refused.value.code == "publication_beside"
    with pytest.raises(PublishingError, match=r"strategy\.duckdb\.wal"):
        published(own)
    log.unlink()
    assert thefts(own) == {10}


@pytest.mark.slow
def test_the_next_publication_removes_what_lies_beside(own, tmp_path):
    log = forge(own, tmp_path)
    others = ("strategy.duckdb.wal.recovery", "strategy.duckdb.tmp", "tmp_strategy.duckdb", "tmp_strategy.duckdb.wal")
    beside = [log, *(Path(shutil.copy(log, log.with_name(name))) for name in others)]
    put(own, date(2024, 4, 1), date(2024, 5, 10), "bb", thefts=12)
    assert not [path.name for path in beside if path.exists()]
    assert thefts(own) == {12}


PLACES = ("inbox", "inbox/x.csv", "agency", *OWN, "published/2024-03", "issued/2024-03/x.parquet", "history/x.csv")


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_no_answer_lands_in_what_is_chians_the_agencys_or_the_inboxes(own, tmp_path, place):
    agency = tmp_path / "own" / "agency"
    agency.mkdir()
    target = own.root / place
    with pytest.raises(OutError) as refused:
        require_folder_outside(own, target, agency)
    assert refused.value.code in ("out_within", "out_no_folder")
    if place.startswith("agency"):
        return
    before = listing(own.root)
    with pytest.raises(Failure):
        query(own, "from crime_month", "csv", target)
    assert listing(own.root) == before


def test_no_answer_takes_the_place_of_a_device_a_link_a_pipe_or_a_folder(own, tmp_path):
    (tmp_path / "kept.csv").write_text("kept")
    (tmp_path / "link.csv").symlink_to(tmp_path / "kept.csv")
    (tmp_path / "lost.csv").symlink_to(tmp_path / "nowhere.csv")
    (tmp_path / "way").symlink_to(own.root)
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    before = sorted(tmp_path.iterdir())
    for name in (
        "link.csv",
        "lost.csv",
        "folder.csv",
        "pipe.csv",
        "way/received.jsonl",
        "way/x.csv",
        "way/issued/x.csv",
    ):
        with pytest.raises(OutError):
            query(own, "from crime_month", "csv", tmp_path / name)
    for device in ("/dev/null", "/dev/stdout", "/dev/x.csv", "/proc/self/fd/1"):
        with pytest.raises(OutError):
            query(own, "from crime_month", "csv", Path(device))
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / "kept.csv").read_text() == "kept"
    for folder in (tmp_path, own.root, own.root.parent, tmp_path / "kept.csv", tmp_path / "way"):
        with pytest.raises(OutError):
            require_folder_outside(own, folder)


def test_an_answer_takes_the_place_of_an_earlier_one_and_no_link_is_written_through(own, tmp_path, capsys):
    (tmp_path / "kept.csv").write_text("kept")
    (tmp_path / ".n.csv.part").symlink_to(tmp_path / "kept.csv")
    for n in (1, 2):
        query(own, f"select {n} as n", out=tmp_path / "n.csv")
    assert (tmp_path / "n.csv").read_text() == "n\n2\n"
    assert (tmp_path / "kept.csv").read_text() == "kept"
    assert require_folder_outside(own, own.root / "handed-out") == (own.root / "handed-out").resolve()
