"""Files read in other processes are stored as those read in this one; what goes wrong there is made good here."""

import pickle
from collections.abc import Callable, Iterable
from concurrent.futures import BrokenExecutor
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows.computing.processes import process_pool
from flows.warehouse import AccountingError, ReadFile, Warehouse
from flows.warehouse.storing import files
from tests.warehouse.conftest import Town

JUNE = date(2024, 6, 1)
TABLES = ("raw_crime", "raw_crime_count", "received_file", "file_unit", "delivery", "rejected_row")


def sent(function: Callable[[Any], Any], chunks: Iterable[Any]) -> list[Any]:
    """A map whose every chunk and answer goes through pickle, as between processes."""
    return [pickle.loads(pickle.dumps(function(pickle.loads(pickle.dumps(chunk))))) for chunk in chunks]


def killed(_function: Callable[[Any], Any], _chunks: Iterable[Any]) -> list[Any]:
    """A map whose worker is killed."""
    raise BrokenExecutor


def fill(town: Town) -> None:
    """Files with rows of every fate, one refused, two alike, one that lays itself over another."""
    town.put_text(
        "incidents_2024-01_x20240205.csv",
        "id,day,station,code\n1,2024-01-01,East,1\n2,2024-01-40,East,1\n\n1,2024-01-02,East,1\n3,2024-01-03,?,9\n",
    )
    town.put("incidents_2024-02_x20240305.csv", ("2024-02-01", "East", "1"), ("2024-02-02", "West", "2"))
    town.put("incidents_2024-02_x20240405.csv", ("2024-02-01", "East", "1"), ("2024-02-02", "West", "1"))
    town.put_text("incidents_2024-03_x20240405.csv", "id,day\n1,2024-03-01\n")
    town.put_text("counts_2024-04.csv", "station,month,type,n\nEast,2024-04,theft,7\nWest,2024-04,theft,5\n")


def stored(warehouse: Warehouse, town: Town, mapper: Callable[..., list[Any]] | None) -> tuple[Any, ...]:
    """Every table after all files were stored, what became of them, and how many were read apart."""
    collected, agency = town.collect(warehouse), town.agency
    read: dict[str, ReadFile] = {}
    with warehouse.reading(collected, agency, nullcontext(mapper)) if mapper else nullcontext(read) as read:
        scratch = town.home / "warehouse.tmp" / "reading"
        assert scratch.exists() == (mapper is not None)
        assert mapper is None or scratch.stat().st_mode & 0o077 == 0
        fates = [
            warehouse.store(new.file, new.layout, agency, new.received_on, read.get(new.file.file_id)).sentence
            for new in collected.files
        ]
    assert not scratch.exists()
    tables = [warehouse.con.execute(f"from {name} order by all").fetchall() for name in TABLES]
    return tables, fates, len(read)


@pytest.fixture
def here(make_town: Callable[..., Town]) -> tuple[Any, ...]:
    """What reading in this process stores."""
    town = make_town(name="here")
    fill(town)
    with town.open() as warehouse:
        return stored(warehouse, town, None)


@pytest.mark.parametrize(("mapper", "apart"), [(sent, 4), (killed, 0)])
def test_tables_are_equal_wherever_files_are_read(
    make_town: Callable[..., Town], here: tuple[Any, ...], mapper: Callable[..., list[Any]], apart: int
) -> None:
    town = make_town(name="there")
    fill(town)
    with town.open() as warehouse:
        tables, fates, read = stored(warehouse, town, mapper)
    assert (tables, fates) == here[:2]
    assert read == apart
    assert sum(why is not None for why in fates) == 1


@pytest.mark.parametrize("mapper", [None, sent])
@pytest.mark.parametrize(("many", "backwards"), [(100, False), (100, True), (2, False)])
def test_tables_are_equal_however_many_files_are_entered_together(
    make_town: Callable[..., Town],
    monkeypatch: pytest.MonkeyPatch,
    mapper: Callable[..., list[Any]] | None,
    many: int,
    backwards: bool,
) -> None:
    monkeypatch.setattr(files, "MANY", many)
    towns = [make_town(name=name) for name in ("one-by-one", "together")]
    told = []
    for town in towns:
        fill(town)
        for day in ("0805", "0605", "0705"):  # three alike, of which the oldest keeps the rows
            town.put(f"incidents_2024-05_x2024{day}.csv", ("2024-05-01", "East", "1"), ("2024-05-02", "West", day[1]))
        with town.open() as warehouse:
            found, agency = town.collect(warehouse), town.agency
            with warehouse.reading(found, agency, nullcontext(mapper)) if mapper else nullcontext({}) as read:
                if town is towns[0]:
                    fates = [warehouse.store(one.file, one.layout, agency, one.received_on) for one in found.files]
                else:
                    in_order = list(reversed(found.files)) if backwards else found.files
                    fates = warehouse.store_all(in_order, agency, read)
            tables = [warehouse.con.execute(f"from {name} order by all").fetchall() for name in TABLES]
            told.append((tables, sorted((one.name, one.status, one.sentence or "") for one in fates)))
    assert told[0] == told[1]


@pytest.mark.slow
def test_real_processes_store_the_same(make_town: Callable[..., Town], here: tuple[Any, ...]) -> None:
    town = make_town(name="there")
    fill(town)
    with process_pool(2) as pool, town.open() as warehouse:
        tables, fates, read = stored(warehouse, town, lambda function, chunks: list(pool.map(function, chunks)))
    assert (tables, fates, read) == (*here[:2], 4)


def test_a_file_that_changes_after_it_was_read_apart_is_left(town: Town) -> None:
    path = town.put("incidents_2024-01_x20240205.csv", ("2024-01-01", "East", "1"))
    with town.open() as warehouse:
        collected, agency = town.collect(warehouse), town.agency
        with warehouse.reading(collected, agency, nullcontext(sent)) as read:
            path.write_text(path.read_text("utf-8") + "9,2024-01-02,East,1\n", "utf-8")
            (new,) = collected.files
            left = warehouse.store(new.file, new.layout, agency, new.received_on, read[new.file.file_id])
        assert left.status == "left"
        assert warehouse.con.execute("select count(*) from raw_crime").fetchall() == [(0,)]


def test_rows_that_are_not_those_of_the_account_stop_the_run(town: Town) -> None:
    town.put("incidents_2024-01_x20240205.csv", ("2024-01-01", "East", "1"), ("2024-01-02", "East", "1"))
    town.put("incidents_2024-02_x20240305.csv", ("2024-02-01", "East", "1"))
    with town.open() as warehouse:
        collected, agency = town.collect(warehouse), town.agency
        with warehouse.reading(collected, agency, nullcontext(sent)) as read:
            january, february = collected.files
            rows: Path | None = read[february.file.file_id].rows
            lost = ReadFile(read[january.file.file_id].told, rows)
            with pytest.raises(AccountingError):
                warehouse.store(january.file, january.layout, agency, january.received_on, lost)
        assert warehouse.con.execute("select count(*) from raw_crime").fetchall() == [(0,)]


def test_what_a_killed_reading_left_is_gone_at_the_next_start(town: Town) -> None:
    left = town.home / "warehouse.tmp" / "reading" / "0123.parquet"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"PAR1")
    with town.open():
        assert not left.exists()
