"""A table too large to be held in memory: a Parquet file in the order of its key, looked at a stretch of months at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from expectations.contracts.ddl import empty
from expectations.contracts.table import Table

PART = 1_000_000
"""Rows looked at together: some hundred megabytes where half of the columns are texts."""


@dataclass(frozen=True)
class Stored:
    """Rows of a published table in a file: the contract's columns and types, in the order of its key.

    Attributes:
        table: The contract; its key holds `month`.
        path: The Parquet file. It is never changed once it is whole.
    """

    table: Table
    path: Path

    @property
    def height(self) -> int:
        """How many rows there are."""
        return int(self.scan().select(pl.len()).collect().item())

    def scan(self) -> pl.LazyFrame:
        """The rows, none of them read yet."""
        return pl.scan_parquet(self.path)

    def above_boxes(self) -> pl.DataFrame:
        """The rows of agency and stations, in the key's order: some hundredths of a table that has boxes."""
        return self.scan().filter(pl.col("level") != "box").collect()

    def parts(self, rows: int = PART) -> Iterator[pl.DataFrame]:
        """The rows by stretches of whole months, earliest first, each in the key's order; an empty frame where none are.

        Args:
            rows: How many a stretch holds at the most, unless a single month has more.
        """
        stretches: list[tuple[date, date]] = []
        held = 0
        for month, count in self.scan().group_by("month").len().sort("month").collect().iter_rows():
            if stretches and held + count <= rows:
                stretches[-1] = (stretches[-1][0], month)
                held += count
            else:
                stretches.append((month, month))
                held = count
        if not stretches:
            yield empty(self.table)
        for first, last in stretches:
            yield self.scan().filter(pl.col("month").is_between(first, last)).collect()
