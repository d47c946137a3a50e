"""A warehouse made by the first release opens, keeps what it holds, and says what a fresh reading of the files says."""

from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from expectations.contracts.core import CORE_DISTRICT
from flows.warehouse import Warehouse, WarehouseError
from flows.warehouse.connection import NAME
from flows.warehouse.schema import SCHEMA_VERSION, steps

FIRST_RELEASE = Path(__file__).with_name("first_release.sql")
AS_OF = date(2024, 4, 10)
STARTED = datetime.fromisoformat("2024-04-10 09:00")
RUN = {
    "run_id": "0123456789abcdef", "started_at": STARTED, "month": date(2024, 3, 1), "as_of": AS_OF,
    "reason": "scheduled", "version": "0.1.0", "settings": "{}", "agency_hash": "a", "inputs_hash": "b",
}  # fmt: skip


def first_release(town):
    """The inbox that the first release read; its reading of it stands in first_release.sql."""
    january = [("2024-01-05", "East", "1"), ("2024-01-05", "West", "2")]
    town.put("incidents_2024-01_x20240203.csv", *january, ("2024-01-09", "East", "1"))
    town.put("incidents_2024-01_x20240310.csv", *january, ("2024-01-09", "West", "1"))
    town.put("incidents_2024-02_x20240303.csv", ("2024-02-01", "East", "2"), ("2024-02-30", "East", "1"))
    town.put_text("counts_2023-12.csv", "station,month,type,n\nEast,2023-12,theft,4\nWest,2023-12,theft,5\n")
    town.put_text("calls_2024w10.csv", "id,at\n1,2024-03-04 01:02:03\n2,2024-03-05 23:00:00\n")
    town.put_text("incidents_2024-03_x20240403.csv", "")
    town.received_on = date(2024, 4, 4)


def write_first_release(home: Path) -> None:
    home.mkdir()
    with duckdb.connect(str(home / NAME)) as con:
        con.execute(FIRST_RELEASE.read_text("utf-8"))


def contents(warehouse: Warehouse) -> dict[str, list[tuple]]:
    """Every table of the warehouse, with its columns and their types before its rows."""
    tables = warehouse.con.execute(
        "select table_name from duckdb_tables() where not temporary order by table_name"
    ).fetchall()
    return {
        name: [
            *warehouse.con.execute(f'describe "{name}"').fetchall(),
            *warehouse.con.execute(f'from "{name}" order by all').fetchall(),
        ]
        for (name,) in tables
    }


def test_migrated_tables_are_those_of_a_fresh_reading(make_town):
    old, new = make_town(name="old"), make_town(name="new")
    first_release(old)
    first_release(new)
    write_first_release(old.home)
    with old.open() as warehouse:
        migrated = contents(warehouse)
        old.read(warehouse)
        assert warehouse.resolve(old.agency, AS_OF) == (), "its core tables need not be made again"
        old.collect(warehouse)
        gone_on = contents(warehouse)
    with new.open() as warehouse:
        new.read(warehouse)
        new.collect(warehouse)
        warehouse.resolve(new.agency, AS_OF)
        warehouse.start_run(RUN)
        warehouse.finish_run(RUN["run_id"], RUN["started_at"], "published", STARTED + timedelta(minutes=5))
        fresh = contents(warehouse)
    steps_taken = [(version,) for version in range(1, SCHEMA_VERSION + 1)]
    assert [found.pop("warehouse_version")[1:] for found in (migrated, gone_on)] == [steps_taken, steps_taken]
    assert fresh.pop("warehouse_version")[1:] == [(SCHEMA_VERSION,)]
    assert migrated.keys() == gone_on.keys() == fresh.keys()
    for name, rows in fresh.items():
        assert gone_on[name] == rows, name
        if name == "rejected_row":  # its sentences are those of the reader, and this one's may be worded anew
            assert [(*row[:3], *row[4:]) for row in migrated[name]] == [(*row[:3], *row[4:]) for row in rows]
        elif name == "core_district":  # unknown children bear names of the agency's language, which they did not then
            head = len(CORE_DISTRICT.columns)
            assert migrated[name][:head] == rows[:head]
            assert [(row[0], *row[2:]) for row in migrated[name][head:]] == [(row[0], *row[2:]) for row in rows[head:]]
        elif name == "delivery":  # in which place a file was seen the next look tells
            assert [row[:5] for row in migrated[name]] == [row[:5] for row in rows]
        elif name not in ("received_line", "sighting", "received_file"):  # it says by which reader a file was read
            assert migrated[name] == rows, name


def test_a_migrated_warehouse_goes_on(town):
    first_release(town)
    write_first_release(town.home)
    with town.open() as warehouse:
        town.read(warehouse)
        assert town.seen(warehouse, AS_OF) == {"2024-01-05": 2, "2024-01-09": 1, "2024-02-01": 1}
        warehouse.withdraw("incidents_2024-01_x20240310.csv", date(2024, 4, 8), "a test system's")
        town.put("incidents_2024-02_x20240405.csv", ("2024-02-01", "East", "2"), ("2024-02-20", "East", "1"))
        town.read(warehouse)
        assert town.seen(warehouse, AS_OF) == {"2024-01-05": 2, "2024-01-09": 1, "2024-02-01": 1, "2024-02-20": 1}
        warehouse.start_run(RUN | {"started_at": STARTED + timedelta(days=1), "code_hash": "c"})
        assert warehouse.runs()["code_hash"].to_list() == [None, "c"]


def test_a_step_that_fails_leaves_the_warehouse_as_it_was(town, monkeypatch):
    write_first_release(town.home)
    before = (town.home / NAME).read_bytes()
    monkeypatch.setattr(steps, "_step", lambda name: "create table withdrawal (n integer); select 1 / 'x'")
    with pytest.raises(duckdb.Error), town.open():
        pytest.fail("opened half migrated")
    with duckdb.connect(str(town.home / NAME), read_only=True) as con:
        names = [name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()]
        assert "withdrawal" not in names
        assert con.execute("from warehouse_version").fetchall() == [(1,)]
    assert len((town.home / NAME).read_bytes()) == len(before)
    monkeypatch.undo()
    with town.open() as warehouse:
        assert warehouse.con.execute("select max(version) from warehouse_version").fetchall() == [(SCHEMA_VERSION,)]


def test_a_newer_warehouse_is_refused_with_both_versions(town):
    with town.open() as warehouse:
        warehouse.con.execute("insert into warehouse_version values (99)")
    with pytest.raises(WarehouseError) as refused, town.open():
        pytest.fail("opened")
    assert (refused.value.code, refused.value.values["found"]) == ("warehouse_newer", 99)


def test_every_step_leads_to_the_next_and_has_its_file():
    assert sorted(steps.STEPS) == list(range(2, SCHEMA_VERSION + 1))
    for name in steps.STEPS.values():
        assert "CREATE" in steps._step(name) or "ALTER" in steps._step(name)
