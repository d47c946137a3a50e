"""A home's first server begins with the environment's empty database; no other database is touched."""

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from flows.serving.records import EMPTY, lay_records


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """One with an empty database."""
    empty = tmp_path / "environment" / EMPTY
    empty.parent.mkdir(parents=True)
    empty.write_bytes(b"empty")
    (tmp_path / "prefect").mkdir()
    return tmp_path / "environment"


def test_a_home_without_records_is_given_empty_ones(environment: Path) -> None:
    target = environment.parent / "prefect" / "prefect.db"
    lay_records(f"sqlite+aiosqlite:///{target}", environment)
    assert target.read_bytes() == b"empty"
    assert [path.name for path in target.parent.iterdir()] == ["prefect.db"]
    target.write_bytes(b"a year of runs")
    lay_records(f"sqlite+aiosqlite:///{target}", environment)
    assert target.read_bytes() == b"a year of runs"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+asyncpg://machine/prefect",
        "sqlite+aiosqlite:///nowhere/prefect.db",
        "sqlite+aiosqlite:///:memory:",
        "sqlite+aiosqlite:///file::memory:?cache=shared",
    ],
)
def test_where_nothing_can_be_laid_the_server_is_left_to_say_so(
    environment: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(environment.parent / "prefect")
    lay_records(url, environment)
    lay_records(f"sqlite+aiosqlite:///{Path.cwd()}/prefect.db", Path("/nowhere"))
    assert not list(Path.cwd().iterdir())


def test_a_log_without_its_database_is_not_played_back(environment: Path) -> None:
    target = environment.parent / "prefect" / "prefect.db"
    target.with_name("prefect.db-wal").write_bytes(b"of a database that is gone")
    lay_records(f"sqlite+aiosqlite:///{target}", environment)
    assert not target.exists()


def test_those_of_this_environment_hold_no_record() -> None:
    empty = Path(sys.prefix) / EMPTY
    if not empty.is_file():
        pytest.skip("this environment has none: `make setup` makes them")
    with closing(sqlite3.connect(f"file:{empty}?mode=ro&immutable=1", uri=True)) as opened:
        tables = [name for (name,) in opened.execute("select name from sqlite_master where type = 'table'")]
        filled = [name for name in tables if opened.execute(f"select 1 from [{name}] limit 1").fetchone()]
    assert "flow_run" in tables
    assert filled == ["alembic_version"]
