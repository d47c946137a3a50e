"""The answer to a question as a workbook of one sheet: what is a number or a day there is one in Excel, too."""

import json
import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import Any

from transforms.briefing.workbook.cells import number, text

MOST_ROWS = 1_048_575
"""Rows a sheet holds below its header."""
_WIDEST = 40
_LOOKED_AT = 200
_EXACT = 2**53
"""Whole numbers from here on are not all numbers of Excel's."""


class TooManyRows(ValueError):
    """More rows than a sheet holds."""


def write_answer(path: Path, names: Sequence[str], rows: Iterable[tuple[object, ...]]) -> int:
    """Write rows below their header, which stays in sight and filters them; returns how many.

    Text is text, whatever it looks like: no formula and no link is made of it.

    Raises:
        TooManyRows: There are more than `MOST_ROWS`.
    """
    from xlsxwriter import Workbook

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
               "constant_memory": True}  # fmt: skip
    with Workbook(str(path), options) as book:
        sheet = book.add_worksheet()
        head = book.add_format({"bold": True, "bottom": 1})
        styles: dict[type, Any] = {date: book.add_format({"num_format": "yyyy-mm-dd"}),
                  datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})}  # fmt: skip
        sheet.freeze_panes(1, 0)
        count, ahead = 0, iter(rows)
        first = list(islice(ahead, _LOOKED_AT))
        for column, name in enumerate(names):
            shown = [name, *(str(row[column]) for row in first)]
            sheet.set_column(column, column, min(_WIDEST, 2 + max(map(_width, shown))))
            sheet.write_string(0, column, text(name)[0], head)
        for count, row in enumerate(chain(first, ahead), 1):
            if count > MOST_ROWS:
                raise TooManyRows
            for column, value in enumerate(row):
                _write(sheet, count, column, value, styles)
        if names:
            sheet.autofilter(0, 0, count, len(names) - 1)
    return count


def _width(shown: str) -> int:
    """Columns a text takes; Hangul takes two."""
    return sum(2 if sign > "\u10ff" else 1 for sign in shown)


def _write(sheet: Any, row: int, column: int, value: object, styles: dict[type, Any]) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float | Decimal) and _is_number(value):
        sheet.write_number(row, column, number(float(value)))
    elif isinstance(value, date):  # a moment is one, too
        plain = value.replace(tzinfo=None) if isinstance(value, datetime) else value
        sheet.write_datetime(row, column, plain, styles[type(value)])
    else:
        shown = value if isinstance(value, str | time) else json.dumps(value, ensure_ascii=False, default=str)
        sheet.write_string(row, column, text(str(shown))[0])


def _is_number(value: float | Decimal) -> bool:
    """Whether Excel has this number: it knows no infinity, and whole ones to sixteen digits."""
    return abs(value) <= _EXACT if isinstance(value, int) else math.isfinite(value)
