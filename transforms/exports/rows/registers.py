"""Rows of a register that units keep by hand → its raw table."""

from collections.abc import Collection, Iterator
from typing import Any

import polars as pl

from expectations.contracts import TABLES
from expectations.contracts.ddl import polars_schema
from expectations.kinds import TELLABLE, RegisterKind
from transforms.exports.facts import Facts, Fault, Source, nothing, stored
from transforms.exports.refusals import ExportRefused
from transforms.register.rows import Entry, Wrong, entries

MEGABYTE = 1_000_000


def refuse_large(size: int, register: RegisterKind, file: str) -> None:
    """Hold that a file is no larger than what people keep by hand.

    Args:
        size: Bytes of it, or of its text: a small workbook may hold much.
        register: What it is read as.
        file: Its name.

    Raises:
        ExportRefused: `register_large`.
    """
    if size > register.largest:
        raise ExportRefused("register_large", file=file, megabytes=register.largest // MEGABYTE)


def register_facts(rows: pl.DataFrame, register: RegisterKind, source: Source, broken: Collection[int]) -> Facts:
    """Read the rows of a file, all of them at once: a key stands once in it.

    Nothing that was written may be quoted, so what is told of a rejected row is what was read, not what stood there.

    Args:
        rows: Canonical columns as text, null where the cell says nothing.
        register: What a row is.
        source: What the file is read by.
        broken: Numbers of rows that are rejected for another reason.

    Raises:
        ExportRefused: `register_large`, its text is.
    """
    rows = rows.select("row_number", *(column.name for column in register.columns if column.name in rows.columns))
    texts = rows.drop("row_number")
    refuse_large(sum(int(texts[name].str.len_bytes().sum()) for name in texts.columns), register, source.file)
    read = list(
        entries(
            _texts(rows),
            register,
            source.agency,
            needed=source.needed,
            broken=broken,
            in_workbook=source.layout.format == "excel",
        )
    )
    schema = polars_schema(TABLES[register.raw_table])
    columns = {
        column.name: pl.Series(column.name, [one.values.get(column.name) for one in read], schema[column.name])
        for column in register.columns
    }
    number = rows.get_column("row_number")
    safe = {
        name: pl.Series(name, [one.safe.get(name) for one in read], pl.String) for name in register.read_as(*TELLABLE)
    }
    empty = nothing(rows.height, pl.String)
    return Facts(
        {"row_number": number, **columns}, _faults(read), empty, empty, told=pl.DataFrame([number, *safe.values()])
    )


def register_rows(columns: dict[str, pl.Series], register: RegisterKind) -> pl.DataFrame:
    """One row per accepted row, in the order and types of the register's raw table."""
    return stored(register.raw_table, columns)


def _texts(rows: pl.DataFrame) -> Iterator[tuple[int, dict[str, Any]]]:
    for row in rows.iter_rows(named=True):
        yield row["row_number"], {name: text for name, text in row.items() if name != "row_number" and text}


def _faults(read: list[Entry]) -> list[Fault]:
    """One fault per reason, column and expectation, with the rows it applies to."""
    reasons: dict[Wrong, list[bool]] = {}
    for at, one in enumerate(read):
        if one.wrong is not None:
            reasons.setdefault(one.wrong, [False] * len(read))[at] = True
    return [
        Fault(wrong.code, wrong.column, pl.Series(rows, dtype=pl.Boolean), wrong.expected, wrong.beside)
        for wrong, rows in reasons.items()
    ]
