"""The warehouse file: opened with bounded memory, its tables made once and brought up to date."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from flows.warehouse.failure import DAMAGED, WarehouseBusy, WarehouseError
from flows.warehouse.schema import prepare

NAME = "warehouse.duckdb"
SCRATCH = "warehouse.tmp"
"""Of a home, where pages are spilled and other processes leave what they have read; emptied with every opening."""
ASIDE = f"{SCRATCH}/tables"
"""Tables that a run keeps in files until they are published."""
READERS_SECONDS = 3
POLL_SECONDS = 0.1


@contextmanager
def connected(home: Path, memory_limit: str, threads: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse's connection, its tables made; what does not fit in memory goes to a folder of the home meanwhile.

    Raises:
        WarehouseBusy: A program that does not ask for the lock has the file open.
        WarehouseError: The file is damaged, or was made by a newer version.
    """
    path, spill = home / NAME, home / SCRATCH
    # A killed run leaves its spilled pages behind, and nobody else may use the folder while the lock is held.
    shutil.rmtree(spill, ignore_errors=True)
    (home / ASIDE).mkdir(parents=True)
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        "threads": threads,
        "temp_directory": str(spill),
        "preserve_insertion_order": False,
    }
    con = _connect(path, config)
    try:
        path.chmod(0o600)
        prepare(con, path)
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
        except duckdb.Error as error:
            if any(sign in str(error) for sign in DAMAGED):
                raise WarehouseError("warehouse_damaged", path=path, why=str(error).splitlines()[0]) from error
            if not isinstance(error, duckdb.IOException) or "lock" not in str(error):
                raise
            if time.monotonic() > deadline:
                why = str(error).splitlines()[0]
                raise WarehouseBusy("warehouse_open_elsewhere", path=path, why=why) from error
        time.sleep(POLL_SECONDS)
