"""A file that is to be stored, and its rows: all of them in memory where they are few, else as they are read."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice

import duckdb
import polars as pl

from expectations.agency import Agency
from expectations.contracts.table import Table
from expectations.layout import Layout
from flows.warehouse.read_files import ReadFile, Told, told_by, without
from flows.warehouse.schema import RAW, REGISTERED
from flows.warehouse.statements import registered
from transforms.exports import ExportFile, Reading, read_export

FEW = 100_000
"""Rows of files that are held in memory to be entered together."""


@dataclass(frozen=True)
class Wanted:
    """One file to be stored.

    Attributes:
        file: The export.
        layout: What it is read as.
        agency: Whose it is.
        received_on: Day it was first seen; the export day of a file that says none.
        hashed: Its `reading_hash`.
        read: What another process has read of it; None: it is read here.
    """

    file: ExportFile
    layout: Layout
    agency: Agency
    received_on: date
    hashed: str
    read: ReadFile | None = None

    @property
    def table(self) -> Table:
        """The raw table its rows belong into."""
        return (RAW | REGISTERED)[self.layout.kind]


@dataclass(frozen=True)
class Held:
    """A file that has been read and whose rows are in memory.

    Attributes:
        wanted: The file.
        told: Its account.
        rows: Its rows, in the columns of the raw table; those whose natural key stands again are left out.
    """

    wanted: Wanted
    told: Told
    rows: pl.DataFrame


@dataclass(frozen=True)
class Begun:
    """A file with more rows than are held; of one read here the first batches have been read.

    Attributes:
        wanted: The file.
        reading: What is being read; None where another process has read it.
        batches: Its batches, in the order of the file.
    """

    wanted: Wanted
    reading: Reading | None = None
    batches: Iterable[pl.DataFrame] = ()


@dataclass(frozen=True)
class StoredRows:
    """Files whose rows stand in one raw table.

    Attributes:
        table: The table.
        files: Each with its account.
        rows: SQL that gives their rows, of files held in memory those there, so that what follows need not look for
            them among those of all files.
        facts: How many were stored.
    """

    table: Table
    files: tuple[tuple[Wanted, Told], ...]
    rows: str
    facts: int


def begin(wanted: Wanted) -> Held | Begun:
    """Read a file as far as it is held in memory.

    Raises:
        ExportRefused: It cannot be stored.
        OSError: It cannot be read.
    """
    if wanted.read is not None:
        return _begin_parquet(wanted, wanted.read)
    reading = read_export(wanted.file, wanted.layout, wanted.agency, wanted.received_on)
    batches = reading.batches()
    first = list(islice(batches, 2))
    if len(first) > 1:
        return Begun(wanted, reading, chain(first, batches))
    return _held(wanted, told_by(reading), first)  # by now it is known which rows stand again further down


def _begin_parquet(wanted: Wanted, read: ReadFile) -> Held | Begun:
    if read.rows is not None and read.told.outcome.rows_accepted > FEW:
        return Begun(wanted)
    return _held(wanted, read.told, [] if read.rows is None else [pl.read_parquet(read.rows)])


def _held(wanted: Wanted, told: Told, batches: Sequence[pl.DataFrame]) -> Held:
    if not batches:
        return Held(wanted, told, pl.DataFrame())
    rows = without(batches[0], told.outcome.superseded)
    file_id = pl.lit(wanted.file.file_id).alias("file_id")
    return Held(wanted, told, rows.select(file_id, *(name for name in wanted.table.names if name != "file_id")))


@contextmanager
def append_held(con: duckdb.DuckDBPyConnection, table: Table, batch: Sequence[Held]) -> Iterator[StoredRows]:
    """Store the rows of files of one raw table by one statement; its SQL stands until the block is left."""
    files = tuple((one.wanted, one.told) for one in batch)
    frames = [one.rows for one in batch if one.rows.height]
    if not frames:
        yield StoredRows(table, files, f"(from {table.name} where false)", 0)
        return
    with registered(con, "batch", pl.concat(frames, rechunk=False)):
        yield StoredRows(table, files, "batch", _insert(con, table, "batch"))


@contextmanager
def append_begun(con: duckdb.DuckDBPyConnection, begun: Begun) -> Iterator[StoredRows]:
    """Store rows of one file as they are read; two batches are all that is in memory."""
    wanted, table, file_id = begun.wanted, begun.wanted.table, begun.wanted.file.file_id
    if begun.reading is None:
        with _parquet(con, wanted) as (told, rows):
            yield StoredRows(table, ((wanted, told),), rows, _insert(con, table, rows))
        return
    facts = 0
    for batch in begun.batches:
        with registered(con, "batch", batch):
            facts += _insert(con, table, f"(select '{file_id}' as file_id, * from batch)")
    told = told_by(begun.reading)
    if len(told.outcome.superseded):
        with registered(con, "superseded", told.outcome.superseded.alias("row_number").to_frame()):
            again = f"delete from {table.name} where file_id = ? and row_number in (from superseded)"
            facts -= con.execute(again, [file_id]).fetchall()[0][0]
    yield StoredRows(table, ((wanted, told),), f"(from {table.name} where file_id = '{file_id}')", facts)


@contextmanager
def _parquet(con: duckdb.DuckDBPyConnection, wanted: Wanted) -> Iterator[tuple[Told, str]]:
    """Account and SQL of the rows another process has read; those whose key stands again are left out."""
    if wanted.read is None or wanted.read.rows is None:
        raise ValueError(f"{wanted.file.name}: no other process has read rows of it")
    told, path = wanted.read.told, str(wanted.read.rows).replace("'", "''")
    rows = f"(select '{wanted.file.file_id}' as file_id, * from read_parquet('{path}'))"
    if not len(told.outcome.superseded):
        yield told, rows
        return
    with registered(con, "superseded", told.outcome.superseded.alias("row_number").to_frame()):
        yield told, f"(from {rows} where row_number not in (from superseded))"


def _insert(con: duckdb.DuckDBPyConnection, table: Table, rows: str) -> int:
    columns = ", ".join(f'"{name}"' for name in table.names)
    done = con.execute(f"insert into {table.name} ({columns}) select {columns} from {rows}")
    return int(done.fetchall()[0][0])
