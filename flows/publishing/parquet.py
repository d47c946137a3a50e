"""Parquet copies of the published tables, for engines that do not read DuckDB."""

import io
import shutil
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from expectations.contracts.stored import Stored
from flows.publishing.strategy import READ_ONLY, conformed

# Fixed, because the default follows the number of threads and the bytes would follow with it.
_ROW_GROUP = 250_000


def write_parquet(
    folder: Path, tables: Mapping[str, pl.DataFrame], aside: Mapping[str, Stored] | None = None
) -> dict[str, Stored]:
    """Write `<table>.parquet` for every published table: the contract's types, rows in key order; the tables written.

    Equal rows give equal bytes. A table that is in a file already is not written again: the file gets a second name,
    or is copied where that is on another file system.

    Raises:
        ValueError: A table is missing, or is none that is published.
        ContractBroken: A frame does not fit its table.
        OSError: There is no room, or no right to write.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written: dict[str, Stored] = {}
    for table, rows in conformed(tables, aside):
        path = folder / f"{table.name}.parquet"
        written[table.name] = Stored(table, path)
        if isinstance(rows, Stored):
            _same(rows.path, path)
            continue
        # By way of memory: on a full disk polars would tell of a file out of specification.
        made = io.BytesIO()
        rows.rechunk().write_parquet(made, compression="zstd", statistics=True, row_group_size=_ROW_GROUP)
        path.write_bytes(made.getbuffer())
        path.chmod(READ_ONLY)
    return written


def _same(file: Path, path: Path) -> None:
    """The file under a second name, read-only under both."""
    file.chmod(READ_ONLY)
    try:
        path.hardlink_to(file)
    except OSError:
        shutil.copy(file, path)
