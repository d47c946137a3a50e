"""One published table as a sheet: headings of two lines, comments from the dictionary, filters, and how it prints."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from expectations.agency.words import allowed_words
from expectations.contracts import Column, Table
from expectations.contracts.dictionary import bounds
from expectations.sentences import sentence
from transforms.briefing.workbook.cells import number, text
from transforms.briefing.workbook.fitting import Fitted
from transforms.briefing.workbook.styles import HEADING, Styles

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_NARROWEST, _WIDEST, _LOOKED_AT = 7, 60, 300
_HEADING_HEIGHT = 46
_COMMENT = {"x_scale": 2.2, "y_scale": 1.4, "font_size": 9, "author": "chian"}
_FROZEN = ("call_group", "crime_type", "district_name")
_UNITS = {"건": "count", "초": "s", "행": "rows", "개월": "months", "년": "years", "%": "%"}
"""Units in English headings; one that is missing here stands as the contract says it."""


@dataclass(frozen=True)
class Written:
    """What the cover tells of a sheet.

    Attributes:
        cut: Cells whose text was longer than Excel holds.
    """

    table: Table
    sheet: str
    fitted: Fitted
    cut: int


def sheet_name(table: Table, lang: str) -> str:
    """The table's Korean name, or its own in English; the contracts' names are short enough for Excel."""
    return table.label if lang == "ko" else table.name


def heading(column: Column, lang: str) -> str:
    """A column's heading: what it is, and its unit on a line of its own."""
    name = column.label if lang == "ko" else column.name
    unit = column.unit if lang == "ko" else _UNITS.get(column.unit, column.unit)
    return f"{name}\n({unit})" if unit else name


def write_sheet(
    styles: Styles,
    sheet: "Worksheet",
    table: Table,
    shown: pl.DataFrame,
    fitted: Fitted,
    columns: Sequence[Column] | None = None,
) -> Written:
    """Fill a sheet with a table's rows.

    Args:
        styles: The workbook's formats.
        sheet: An empty sheet.
        table: Its contract.
        shown: The rows, codes already in words.
        fitted: The rows before, and what was left out of them.
        columns: Columns in order; default the contract's.
    """
    columns = columns or table.columns
    cut = 0
    for at, column in enumerate(columns):
        _write_heading(styles, sheet, table, at, column)
        values = shown[column.name].to_list()
        cut += _write_values(sheet, at, column, values, styles.column(column))
        sheet.set_column(at, at, _width(heading(column, styles.lang), column, values))
    _lay_out(styles, sheet, table, columns, shown.height)
    return Written(table, sheet.get_name(), fitted, cut)


def _write_heading(styles: Styles, sheet: "Worksheet", table: Table, at: int, column: Column) -> None:
    sheet.write_string(0, at, heading(column, styles.lang), styles.format(HEADING))
    lines = [column.name, f"{heading(column, styles.lang)} — {column.told(styles.lang)}"]
    words = allowed_words(table, column.name, styles.lang)
    if values := ", ".join(words.get(value, value) for value in column.allowed) or bounds(column, styles.lang):
        lines.append(sentence("column_values", styles.lang, values=values))
    if column.nullable:
        lines.append(sentence("column_may_be_empty", styles.lang))
    sheet.write_comment(0, at, "\n".join(lines), _COMMENT)


def _write_values(sheet: "Worksheet", at: int, column: Column, values: Iterable[object], style: "Format") -> int:
    """Write a column below its heading, empty cells left empty; returns how many texts were cut."""
    cut = 0
    write: Callable[..., object]
    if column.type == "VARCHAR":
        known: dict[object, tuple[str, bool]] = {}  # names and codes stand in thousands of rows
        for row, value in enumerate(values, 1):
            if value is not None:
                if value not in known:
                    known[value] = text(str(value))
                shown, was_cut = known[value]
                cut += was_cut
                sheet.write_string(row, at, shown, style)
        return cut
    if column.type == "DOUBLE":
        for row, value in enumerate(values, 1):
            if value is not None:
                sheet.write_number(row, at, number(value), style)  # type: ignore[arg-type]  # a DOUBLE by contract
        return cut
    write = {"BOOLEAN": sheet.write_boolean, "DATE": sheet.write_datetime, "TIMESTAMP": sheet.write_datetime}.get(
        column.type, sheet.write_number
    )
    for row, value in enumerate(values, 1):
        if value is not None:
            write(row, at, value, style)
    return cut


def _lay_out(styles: Styles, sheet: "Worksheet", table: Table, columns: Sequence[Column], rows: int) -> None:
    """What stays in sight, the filter, and the paper."""
    names = [column.name for column in columns]
    kept = max((names.index(name) + 1 for name in _FROZEN if name in names), default=1)
    last = len(columns) - 1
    sheet.set_row(0, _HEADING_HEIGHT)
    sheet.freeze_panes(1, kept)
    sheet.autofilter(0, 0, rows, last)
    sheet.repeat_rows(0)
    sheet.print_area(0, 0, rows, last)
    styles.print_setup(sheet, sheet.get_name())


def _width(title: str, column: Column, values: Sequence[object]) -> float:
    """Wide enough for the heading's longest word and for the first rows, Hangul counted twice."""
    if column.type in ("DATE", "TIMESTAMP"):
        longest = 11 if column.type == "DATE" else 19
    elif column.type == "DOUBLE":
        longest = max((len(f"{v:,.2f}") for v in values[:_LOOKED_AT] if v is not None), default=0)
    else:
        # Names and codes stand in most rows again.
        longest = max((width_of(str(v)) for v in set(values[:_LOOKED_AT]) if v is not None), default=0)
    titled = max(width_of(word) for word in title.split()) + 2  # room for the filter's button
    return float(min(max(_NARROWEST, titled, longest + 1), _WIDEST))


def width_of(text: str) -> int:
    """Columns of a fixed-width font that a text takes: Hangul takes two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
