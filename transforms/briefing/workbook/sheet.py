"""One published table as a sheet: headings of two lines, comments from the dictionary, filters, and how it prints."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import polars as pl

from expectations.agency.words import allowed_words
from expectations.contracts import Column, Table
from expectations.contracts.dictionary import bounds
from expectations.sentences import sentence
from transforms.briefing.workbook.cells import text
from transforms.briefing.workbook.fitting import Fitted
from transforms.briefing.workbook.styles import HEADING, Styles

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from transforms.briefing.workbook.column_sheet import ColumnSheet

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
    sheet: "ColumnSheet",
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
    comments = _comments(table, tuple(columns), styles.lang)
    cut = 0
    for at, column in enumerate(columns):
        _write_heading(styles, sheet, at, column, comments[at])
        values = shown[column.name].to_list()
        cut += _write_values(sheet, at, column, values, styles.column(column))
        sheet.set_column(at, at, _width(heading(column, styles.lang), column, values[:_LOOKED_AT]))
    _lay_out(styles, sheet, table, columns, shown.height)
    return Written(table, sheet.get_name(), fitted, cut)


def _write_heading(styles: Styles, sheet: "Worksheet", at: int, column: Column, comment: str) -> None:
    sheet.write_string(0, at, heading(column, styles.lang), styles.format(HEADING))
    sheet.write_comment(0, at, comment, _COMMENT)


@cache
def _comments(table: Table, columns: tuple[Column, ...], lang: str) -> tuple[str, ...]:
    """What the dictionary says of each column: the same in every audience's workbook."""
    return tuple(_comment(table, column, lang) for column in columns)


def _comment(table: Table, column: Column, lang: str) -> str:
    lines = [column.name, f"{heading(column, lang)} — {column.told(lang)}"]
    words = allowed_words(table, column.name, lang)
    if values := ", ".join(words.get(value, value) for value in column.allowed) or bounds(column, lang):
        lines.append(sentence("column_values", lang, values=values))
    if column.nullable:
        lines.append(sentence("column_may_be_empty", lang))
    return "\n".join(lines)


def _write_values(sheet: "ColumnSheet", at: int, column: Column, values: list[Any], style: "Format") -> int:
    """Write a column below its heading, empty cells left empty; returns how many texts were cut."""
    if column.type == "VARCHAR":
        # Names and codes stand in thousands of rows.
        known = {value: (None, False) if value is None else text(str(value)) for value in dict.fromkeys(values)}
        sheet.write_texts(at, [known[value][0] for value in values], style)
        cut = {value for value, (_, was_cut) in known.items() if was_cut}
        return sum(value in cut for value in values) if cut else 0
    write: dict[str, Callable[..., None]] = {
        "DOUBLE": sheet.write_numbers,
        "BOOLEAN": sheet.write_truths,
        "DATE": sheet.write_days,
        "TIMESTAMP": sheet.write_days,
    }
    write.get(column.type, sheet.write_whole)(at, values, style)
    return 0


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


def _width(title: str, column: Column, first: Sequence[Any]) -> float:
    """Wide enough for the heading's longest word and for the first rows, Hangul counted twice."""
    if column.type in ("DATE", "TIMESTAMP"):
        longest = 11 if column.type == "DATE" else 19
    else:
        # Names and codes stand in most rows again; of numbers the largest or the smallest is the longest.
        once = {value for value in first if value is not None}
        shown = once if column.type == "VARCHAR" or not once else {max(once), min(once)}
        told = (f"{value:,.2f}" if column.type == "DOUBLE" else str(value) for value in shown)
        longest = max(map(width_of, told), default=0)
    titled = max(width_of(word) for word in title.split()) + 2  # room for the filter's button
    return float(min(max(_NARROWEST, titled, longest + 1), _WIDEST))


@lru_cache(maxsize=1 << 14)  # names, headings and words of the catalogue stand in many sheets
def width_of(text: str) -> int:
    """Columns of a fixed-width font that a text takes: Hangul takes two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
