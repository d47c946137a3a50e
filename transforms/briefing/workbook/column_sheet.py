"""A sheet that is given whole columns and writes them at once, which takes a tenth of what cell by cell does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from transforms.briefing.workbook.cells import digits

_BLOCK = 16
"""Rows that say together which columns they take, counted from the sheet's first."""
_NO_NUMBER = {
    "nan": ' t="e"><f>#NUM!</f><v>#NUM!</v></c>',
    "inf": ' t="e"><f>1/0</f><v>#DIV/0!</v></c>',
    "-inf": ' t="e"><f>-1/0</f><v>#DIV/0!</v></c>',
}
"""What is no number, as errors of Excel's."""
_Said = int | str | None
"""What a cell says, as it stands in the file; None: there is no cell."""


@dataclass
class _Column:
    """A column's cells.

    Attributes:
        at: Its place, counted from 0.
        style: The format of all its cells.
        kind: The attribute that tells what they are; numbers have none.
        said: What each says.
        odd: By place what a cell says that is none of that kind, with its own attribute.
    """

    at: int
    style: Format
    kind: str
    said: Sequence[_Said]
    odd: dict[int, str]

    @property
    def begins(self) -> int | None:
        """Place of its first cell; None where it has none."""
        return next((place for place, one in enumerate(self.said) if one is not None), None)

    def cells(self) -> list[str]:
        """The text of each cell, empty where there is none."""
        name, style = xl_col_to_name(self.at), self.style._get_xf_index()
        made = [
            "" if one is None else f'<c r="{name}{row}" s="{style}"{self.kind}><v>{one}</v></c>'
            for row, one in enumerate(self.said, 2)
        ]
        for place, one in self.odd.items():
            made[place] = f'<c r="{name}{place + 2}" s="{style}"{one}'
        return made


class ColumnSheet(Worksheet):
    """A sheet whose first row is written cell by cell, and what is below it column by column.

    The file is what xlsxwriter makes of the same cells written one by one, byte for byte. It takes the place of one
    step inside of it: tests/briefing/test_column_sheet.py holds the one against the other, whatever its version.
    """

    def __init__(self) -> None:
        """An empty sheet, which a workbook makes."""
        super().__init__()
        self._below: list[_Column] = []

    def write_texts(self, at: int, texts: Sequence[str | None], style: Format) -> None:
        """A column of texts, no longer than a cell holds; None leaves one empty."""
        once = dict.fromkeys(texts)
        places = {one: None if one is None else self.str_table._get_shared_string_index(one) for one in once}
        said = [places[one] for one in texts]
        # How often texts stand in cells is counted, too.
        self.str_table.count += len(said) - said.count(None) - sum(place is not None for place in places.values())
        self._add(_Column(at, style, ' t="s"', said, {}))

    def write_numbers(self, at: int, numbers: Sequence[float | None], style: Format) -> None:
        """A column of numbers, each with all its digits."""
        said = [None if one is None else digits(one) for one in numbers]
        odd = {
            place: _NO_NUMBER[repr(one)] for place, one in enumerate(numbers) if one is not None and not isfinite(one)
        }
        self._add(_Column(at, style, "", said, odd))

    def write_whole(self, at: int, numbers: Sequence[int | None], style: Format) -> None:
        """A column of whole numbers."""
        self._add(_Column(at, style, "", numbers, {}))

    def write_days(self, at: int, days: Sequence[date | None], style: Format) -> None:
        """A column of days or of moments."""
        once = {one: None if one is None else f"{self._convert_date_time(one):.16G}" for one in dict.fromkeys(days)}
        self._add(_Column(at, style, "", [once[one] for one in days], {}))

    def write_truths(self, at: int, truths: Sequence[bool | None], style: Format) -> None:
        """A column of what holds or not."""
        self._add(_Column(at, style, ' t="b"', [None if one is None else int(one) for one in truths], {}))

    def _add(self, column: _Column) -> None:
        self._below.append(column)
        first = column.begins
        if first is not None:
            last = len(column.said) - next(n for n, one in enumerate(reversed(column.said), 1) if one is not None)
            for place in (first, last):
                self._check_dimensions(place + 1, column.at)

    def _calculate_spans(self) -> None:
        """The first and the last column that a block of rows has a cell in, told by each of its rows."""
        height = max((len(column.said) for column in self._below), default=0)
        self.row_spans = {}
        for block in range(height // _BLOCK + 1):
            inside = slice(max(0, block * _BLOCK - 1), (block + 1) * _BLOCK - 1)
            taken = [column.at for column in self._below if _has_any(column.said[inside])]
            if block == 0:
                taken += [*self.table[0], *self.comments.get(0, ())]
            if taken:
                self.row_spans[block] = f"{min(taken) + 1}:{max(taken) + 1}"

    def _write_rows(self) -> None:
        """The rows of the sheet, in the place of xlsxwriter's own step, which asks each cell what it is."""
        last, self.dim_rowmax = self.dim_rowmax, 0  # type: ignore[has-type]  # xlsxwriter's own
        super()._write_rows()
        self.dim_rowmax = last
        # Formats are numbered as rows and the cells in them first use them.
        in_use = sorted((c for c in self._below if c.begins is not None), key=lambda c: (c.begins, c.at))
        made = {column.at: column.cells() for column in in_use}
        for row, cells in enumerate(zip(*(made[at] for at in sorted(made)), strict=True), 1):
            whole, info, taken = "".join(cells), self.row_info.get(row), self.row_spans.get(row // _BLOCK)
            if whole:
                self._write_row(row, taken, info)
                self.fh.write(whole)
                self._xml_end_tag("row")
            elif info is not None:
                self._write_empty_row(row, taken, info)


def _has_any(said: Sequence[_Said]) -> bool:
    return said.count(None) < len(said)
