"""The warehouse file: opened with bounded memory, its tables made once and brought up to date."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path

import duckdb

from expectations.contracts import columns as c
from expectations.contracts.core import CORE
from expectations.contracts.ddl import create_table
from expectations.contracts.published import RUN
from expectations.contracts.raw import (
    RAW_CALL,
    RAW_CRIME,
    RAW_CRIME_COUNT,
    RAW_CRIME_YEAR,
    REJECTED_ROW,
    SOURCE_FILE,
    UNIT,
)
from expectations.contracts.table import Column, Table
from flows.warehouse.failure import WarehouseBusy, WarehouseError

NAME = "warehouse.duckdb"
SCHEMA_VERSION = 1
READERS_SECONDS = 3
POLL_SECONDS = 0.1

RAW: dict[str, Table] = {
    "crime": RAW_CRIME,
    "crime_count": RAW_CRIME_COUNT,
    "crime_year": RAW_CRIME_YEAR,
    "call": RAW_CALL,
}
"""The raw table of each kind of source; its core table has the same name with `core` for `raw`."""

RECEIVED_FILE = Table(
    name="received_file",
    label="받은파일",
    grain="One row per export file ever read or refused, told apart by its bytes.",
    grain_label="읽거나 거부한 추출 파일 하나(내용 기준)",
    columns=(
        *(c.EXPORTED_ON.but(description="Day the export was made, else the day it was first seen.")
          if column.name == "exported_on" else column for column in SOURCE_FILE.columns),
        Column("received_on", "DATE", "수신일", "Day its bytes were first seen, agency timezone."),
        Column("reading_hash", "VARCHAR", "판독해시", "Hash of everything but the file that its reading depends on."),
    ),
    key=("file_id",),
    layer="raw",
)  # fmt: skip
FILE_NAME = Table(
    name="file_name",
    label="파일이름",
    grain="One row per file and name it bore when it was last in the inbox.",
    grain_label="파일·이름",
    columns=(
        c.FILE_ID,
        Column("name", "VARCHAR", "파일명", "Name within the inbox."),
        Column("received_on", "DATE", "수신일", "Day the bytes were first seen under it."),
    ),
    key=("file_id", "name"),
    layer="raw",
)
DELIVERY = Table(
    name="delivery",
    label="제출",
    grain="One row per file and day it was exported: equal bytes may come again as a later export.",
    grain_label="파일·추출일",
    columns=(
        c.FILE_ID,
        c.EXPORTED_ON.but(description="Day the export was made, else the day it was first seen."),
        SOURCE_FILE.column("period_from"),
        SOURCE_FILE.column("period_to"),
    ),
    key=("file_id", "exported_on"),
    layer="raw",
)
FILE_UNIT = Table(
    name="file_unit",
    label="파일기준일",
    grain="One row per file, unit (day, month or year) and month that it has rows for.",
    grain_label="파일·기준일·월",
    columns=(
        c.FILE_ID, c.SOURCE,
        UNIT,
        c.MONTH.but(description="First day of the month its rows count in; of the year, for an annual table."),
        Column("n_rows", "BIGINT", "행수", "Rows of the unit.", unit="행", minimum=1),
        Column("content", "VARCHAR", "내용해시", "Hash of the rows whatever their order."),
        Column("stored_in", "VARCHAR", "저장파일", "Oldest file with the same rows: they are stored once, under it."),
    ),
    key=("file_id", "unit", "month"),
    layer="raw",
)  # fmt: skip
CORE_CONTENT = Table(
    name="core_content",
    label="집계내용",
    grain="One row per core table and month built: what it was built from.",
    grain_label="표·월",
    columns=(
        Column("table_name", "VARCHAR", "표", "Core table."),
        c.MONTH,
        Column("content", "VARCHAR", "내용해시", "Hash of the units that own the month's rows and of their content."),
    ),
    key=("table_name", "month"),
    layer="core",
)

# Millions of rows: their uniqueness is counted when they are stored, an index over them would cost more than they do.
UNKEYED = (*RAW.values(), *(table for table in CORE if table.name not in ("core_district", "core_coverage")))
KEYED = (RECEIVED_FILE, FILE_NAME, DELIVERY, FILE_UNIT, CORE_CONTENT, REJECTED_ROW, RUN,
         *(table for table in CORE if table not in UNKEYED))  # fmt: skip


@contextmanager
def connected(home: Path, memory_limit: str, threads: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse's connection, its tables made; what does not fit in memory goes to a folder of the home meanwhile.

    Raises:
        WarehouseBusy: A program that does not ask for the lock has the file open.
        WarehouseError: The file was made by a newer version.
    """
    path, spill = home / NAME, home / "warehouse.tmp"
    # A killed run leaves its spilled pages behind, and nobody else may use the folder while the lock is held.
    shutil.rmtree(spill, ignore_errors=True)
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        "threads": threads,
        "temp_directory": str(spill),
        "preserve_insertion_order": False,
    }
    con = _connect(path, config)
    try:
        path.chmod(0o600)
        _prepare(con, path)
        yield con
    finally:
        con.close()
        shutil.rmtree(spill, ignore_errors=True)


def _connect(path: Path, config: dict[str, str | bool | int | float | list[str]]) -> duckdb.DuckDBPyConnection:
    """Open the file, giving `chian status` and its like the moment they need to look into it."""
    deadline = time.monotonic() + READERS_SECONDS
    while True:
        try:
            return duckdb.connect(path, config=config)
        except duckdb.IOException as error:
            if "lock" not in str(error):
                raise
            if time.monotonic() > deadline:
                why = str(error).splitlines()[0]
                raise WarehouseBusy("warehouse_open_elsewhere", path=path, why=why) from error
        time.sleep(POLL_SECONDS)


def text(name: str) -> str:
    """Text of an SQL file of this folder."""
    return files("flows.warehouse").joinpath(f"{name}.sql").read_text("utf-8")


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All of the block's changes, or none."""
    con.begin()
    try:
        yield
    except BaseException:
        # A statement that failed for want of disk may have ended the transaction already; its error is the one to tell.
        with suppress(duckdb.Error):
            con.rollback()
        raise
    con.commit()


def _prepare(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    con.execute("create table if not exists warehouse_version (version integer not null)")
    found = con.execute("select max(version) from warehouse_version").fetchall()[0][0]
    if found is None:
        with transaction(con):
            for table in UNKEYED:
                con.execute(create_table(table, keyed=False))
            for table in KEYED:
                con.execute(create_table(table))
            con.execute("insert into warehouse_version values (?)", [SCHEMA_VERSION])
    elif found > SCHEMA_VERSION:
        raise WarehouseError("warehouse_newer", path=path, found=found, known=SCHEMA_VERSION)
