"""Parquet copies of the published tables, for engines that do not read DuckDB."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from flows.publishing.strategy import READ_ONLY, conformed

# Fixed, because the default follows the number of threads and the bytes would follow with it.
_ROW_GROUP = 250_000


def write_parquet(folder: Path, tables: Mapping[str, pl.DataFrame]) -> None:
    """Write `<table>.parquet` for every published table: the contract's types, rows in key order.

    Equal rows give equal bytes.

    Raises:
        ValueError: A table is missing, or is none that is published.
        ContractBroken: A frame does not fit its table.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for table, frame in conformed(tables):
        path = folder / f"{table.name}.parquet"
        frame.rechunk().write_parquet(path, compression="zstd", statistics=True, row_group_size=_ROW_GROUP)
        path.chmod(READ_ONLY)
