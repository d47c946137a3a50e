"""Rows as a person or a program reads them: an aligned table, CSV or JSON."""

import csv
import json
import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, TextIO

from expectations.formulas import inert
from expectations.visible import visible, visible_json
from flows.commands.printed import EMPTY, one_line, printed, shortened

_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL", "UBIGINT", "NUMBER")


def write_table(
    file: TextIO,
    names: Sequence[str],
    kinds: Sequence[str],
    rows: Sequence[tuple[object, ...]],
    *,
    fold_last: bool = False,
    longest: int | None = None,
) -> int:
    """Write rows aligned, Hangul counted as two columns wide; returns how many cells were cut.

    Every column is shown; in a pipe or file the table is as wide as it must be.

    Args:
        file: Where to write.
        names: Headings.
        kinds: DuckDB types; numbers stand to the right.
        rows: What to show.
        fold_last: Whether the last column is prose that may be folded. Where a terminal is too narrow and there is
            none, each row becomes a block of `name value` lines.
        longest: Columns of the terminal a cell may take; a longer one is cut.
    """
    from rich.cells import cell_len
    from rich.console import Console

    names = [one_line(name) for name in names]
    columns = [printed(name, column) for name, column in zip(names, _columns(names, rows), strict=True)]
    kept = columns if longest is None else [[shortened(cell, longest) for cell in column] for column in columns]
    cut = sum(a != b for whole, short in zip(columns, kept, strict=True) for a, b in zip(whole, short, strict=True))
    cells = list(zip(*kept, strict=True))
    widths = [max(map(cell_len, column)) for column in zip(names, *cells, strict=True)]
    needed = sum(widths) + 3 * len(widths) + 1
    console = Console(file=file, highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, needed)
    if fold_last or needed <= console.width:
        console.print(_table(names, kinds, cells, fold_last), crop=False)
    else:
        _blocks(console, names, cells)
    return cut


def _columns(names: Sequence[str], rows: Sequence[tuple[object, ...]]) -> Sequence[Sequence[object]]:
    return list(zip(*rows, strict=True)) if rows else [()] * len(names)


def write_csv(file: TextIO, names: Sequence[str], rows: Iterable[tuple[object, ...]]) -> int:
    """Write rows as CSV with a header, empty cells for NULL; returns how many.

    Text that a spreadsheet would take for a formula gets an apostrophe in front; numbers stay numbers, negative ones
    too.
    """
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([_csv(name) for name in names])
    count = 0
    for row in rows:
        writer.writerow([_csv(value) for value in row])
        count += 1
    return count


def write_json(file: TextIO, names: Sequence[str], rows: Iterable[tuple[object, ...]]) -> int:
    """Write rows as one JSON array of objects, a row a line; days and moments in ISO 8601; returns how many."""
    count = 0
    file.write("[")
    for row in rows:
        file.write(",\n" if count else "\n")
        line = json.dumps(dict(zip(names, map(_json, row), strict=True)), ensure_ascii=False, default=str)
        file.write(visible_json(line))
        count += 1
    file.write("\n]\n")
    return count


def write_prose(file: TextIO, text: str, *, first: str = "", then: str = "") -> None:
    """Write a text folded at the width of the terminal, in a pipe or file at 80 columns, Hangul counted as two wide.

    Args:
        file: Where to write.
        text: One paragraph.
        first: What its first line begins with.
        then: What the lines below it begin with.
    """
    from rich.cells import cell_len
    from rich.console import Console
    from rich.text import Text

    console = Console(file=file, highlight=False)
    width = console.width - max(cell_len(first), cell_len(then))
    for number, line in enumerate(Text(one_line(text), overflow="fold").wrap(console, width)):
        file.write(((then if number else first) + line.plain).rstrip() + "\n")


def _table(names: Sequence[str], kinds: Sequence[str], cells: Sequence[Sequence[str]], fold_last: bool) -> Any:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for number, (name, kind) in enumerate(zip(names, kinds, strict=True), 1):
        folded = fold_last and number == len(names)
        # What is not to be folded is cut where there is no room; of what is, rich may cut a wide letter before a blank.
        table.add_column(
            Text(name),
            justify="right" if kind.startswith(_NUMBERS) else "left",
            no_wrap=not folded,
            overflow="fold" if folded else "ellipsis",
        )
    for row in cells:
        table.add_row(*(Text(cell, style="dim" if cell == EMPTY else "") for cell in row))
    return table


def _blocks(console: Any, names: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    from rich.cells import cell_len
    from rich.text import Text

    width = max(map(cell_len, names))
    for number, row in enumerate(cells, 1):
        console.print(Text(f"── {number} ──", style="dim"))
        for name, cell in zip(names, row, strict=True):
            console.print(Text(name + " " * (width - cell_len(name) + 2) + cell), soft_wrap=True)


def _csv(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, str):
        # A bare carriage return would not be quoted and would begin a row of its own.
        return inert(visible(value.replace("\r\n", "\n").replace("\r", "\n")))
    if isinstance(value, list | dict):
        return inert(visible_json(json.dumps(value, ensure_ascii=False, default=str)))
    return value


def _json(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.isoformat() if isinstance(value, date) else value
