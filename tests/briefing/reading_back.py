"""A workbook read back by a library that did not write it, held against the tables it was made from."""

import io
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import openpyxl
import polars as pl
from openpyxl.workbook import Workbook

from expectations.agency import Agency, load_agency
from expectations.contracts import PUBLISHED, Table
from tests.flows.places import Place
from transforms.briefing.audience import Audience, audiences, read_by
from transforms.briefing.workbook.sheet import heading, sheet_name
from transforms.briefing.workbook.words import in_words

SHEETS = tuple(table for table in PUBLISHED if table.name != "run")
"""Tables that have a sheet; the record of runs differs between equal publications."""
KINDS: dict[str, type | tuple[type, ...]] = {
    "BIGINT": int, "INTEGER": int, "TINYINT": int, "DOUBLE": (int, float), "BOOLEAN": bool, "VARCHAR": str,
    "DATE": datetime, "TIMESTAMP": datetime,
}  # fmt: skip


def opened(content: bytes) -> Workbook:
    """The workbook as openpyxl reads it."""
    return openpyxl.load_workbook(io.BytesIO(content))


def rows(book: Workbook, table: Table, lang: str) -> list[dict[str, Any]]:
    """The rows of a table's sheet by column name; every heading must be one of the contract's."""
    sheet = book[sheet_name(table, lang)]
    names = {heading(column, lang): column.name for column in table.columns}
    headings = [names.get(cell.value) for cell in sheet[1]]
    assert [name for name in headings if name] == list(table.names)
    found = sheet.iter_rows(min_row=2, values_only=True)
    return [{name: value for name, value in zip(headings, row, strict=True) if name} for row in found]


def compare(
    content: bytes, tables: Mapping[str, pl.DataFrame], audience: Audience, agency: Agency, lang: str
) -> dict[str, int]:
    """Hold every cell of every sheet against its table's cell, looked up by the table's key.

    Returns:
        How many cells were compared, by table; a sheet holds as many rows as its cover says.
    """
    book, compared = opened(content), {}
    told = index(book, lang)
    assert set(told) == {table.name for table in SHEETS}
    for table in SHEETS:
        theirs = read_by(table.name, tables[table.name], audience, agency)
        expected = {
            tuple(row[name] for name in table.key): row
            for row in in_words(theirs, table, agency, lang).iter_rows(named=True)
        }
        found = rows(book, table, lang)
        assert told[table.name] == (len(found), theirs.height), table.name
        keys = [tuple(_value(row[name], table, name) for name in table.key) for row in found]
        assert len(set(keys)) == len(keys), table.name
        for key, row in zip(keys, found, strict=True):
            for name, value in row.items():
                assert _value(value, table, name) == expected[key][name], (table.name, key, name)
        compared[table.name] = len(found) * len(table.columns)
    return compared


def index(book: Workbook, lang: str) -> dict[str, tuple[int, int]]:
    """Rows in the sheet and rows in all by table, as the cover tells."""
    cover = book.worksheets[0]
    tables = {table.name for table in SHEETS}
    rows = cover.iter_rows(min_col=2, max_col=4, values_only=True)
    return {name: (here, total) for name, here, total in rows if name in tables and isinstance(total, int)}


def _value(value: Any, table: Table, name: str) -> Any:
    """A cell's value of the type its contract promises; another type is an error."""
    column = table.column(name)
    if value is None:
        return None
    assert isinstance(value, KINDS[column.type]), (table.name, name, value)
    if column.type == "DATE":
        assert value.time().isoformat() == "00:00:00"
        return date(value.year, value.month, value.day)
    return value


def compare_published(place: Place, month: date, lang: str, *codes: str) -> dict[str, dict[str, int]]:
    """Hold published workbooks against the database; cells compared, by audience and table.

    Args:
        place: Whose they are.
        month: The meeting's.
        lang: Language they are in.
        codes: The audiences whose workbooks are read back, which takes seconds of a large one; none given: every.
    """
    agency = load_agency(place.agency)
    tables = {table.name: place.table(table.name) for table in PUBLISHED}
    folder = place.home.published / f"{month:%Y-%m}"
    readers = audiences(agency, month)
    assert sorted(path.parent.name for path in folder.glob("*/meeting.xlsx")) == sorted(one.code for one in readers)
    return {
        one.code: compare((folder / one.code / "meeting.xlsx").read_bytes(), tables, one, agency, lang)
        for one in readers
        if one.code in (codes or {one.code})
    }
