"""An export read before it is stored: its account, and its rows where SQL finds them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from expectations.agency import Agency
from expectations.layout import Layout
from transforms.exports import ExportFile, ExportRefused, Outcome, Reading, read_export


@dataclass(frozen=True)
class Told:
    """What reading a file told beside its rows.

    Attributes:
        outcome: The account of every row.
        period_from: First day it covers.
        period_to: Last day it covers.
        exported_on: The day its name says it was made; None where it says none.
        part: Part of its period it is.
    """

    outcome: Outcome
    period_from: date | None
    period_to: date | None
    exported_on: date | None
    part: str | None


def told_by(reading: Reading) -> Told:
    """What is known of a file whose batches have been read to their end."""
    return Told(reading.outcome, reading.period_from, reading.period_to, reading.exported_on, reading.part)


@dataclass(frozen=True)
class ReadFile:
    """A file read by another process.

    Attributes:
        told: Its account.
        rows: Parquet with the rows handed out, in the columns of the raw table without `file_id`; None of none.
    """

    told: Told
    rows: Path | None


def read_apart(file: ExportFile, layout: Layout, agency: Agency, received_on: date, target: Path) -> ReadFile | None:
    """Read one file into Parquet: typed columns of the raw table alone, nothing else of the file.

    Args:
        file: The export.
        layout: What it is read as.
        agency: Whose it is.
        received_on: Day it was first seen.
        target: Where its rows are to be written, in a folder nobody else may look into.

    Returns:
        None where it cannot be read, for whatever reason: who stores it then reads it itself and says why, as of any
        file that is read there.
    """
    try:
        reading = read_export(file, layout, agency, received_on)
        rows = _written(reading.batches(), target)
    except (ExportRefused, OSError, MemoryError):
        target.unlink(missing_ok=True)
        return None
    return ReadFile(told_by(reading), rows)


def _written(batches: Iterator[pl.DataFrame], target: Path) -> Path | None:
    """Rows in the order of the file; a batch is all that is in memory."""
    writer: Any = None
    try:
        for batch in batches:
            table = batch.to_arrow(compat_level=pl.CompatLevel.oldest())
            if writer is None:
                from pyarrow import parquet

                writer = parquet.ParquetWriter(target, table.schema, compression="zstd")
            writer.write_table(table)
    finally:
        if writer is not None:
            writer.close()
    return target if writer is not None else None


def without(frame: pl.DataFrame, superseded: pl.Series) -> pl.DataFrame:
    """The rows of a batch that stand: those whose natural key stands again further down are left out."""
    return frame.filter(~pl.col("row_number").is_in(superseded.implode())) if len(superseded) else frame
