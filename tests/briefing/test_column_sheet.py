"""Columns written whole make the file that xlsxwriter makes of their cells one by one, byte for byte."""

import math
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from transforms.briefing.workbook.cells import number
from transforms.briefing.workbook.column_sheet import ColumnSheet

ROWS = 50
COLUMNS: dict[int, tuple[str, list[Any]]] = {
    # By place: which way it is written, and its cells. Every fourth row has none at all, nor have some blocks of 16.
    1: ("write_texts", [f"{n % 5} & <b>" if 20 < n < 30 else None for n in range(ROWS)]),
    2: ("write_numbers", [0.1 + 0.2, 1 / 3, -0.0, 1e-7, 1e300, math.nan, math.inf, -math.inf] * 6 + [None, 2.5]),
    4: ("write_whole", [n * 1_000_003 for n in range(ROWS)]),
    5: ("write_days", [date(2024, 2, 29), date(1900, 1, 1), datetime.fromisoformat("2024-04-10 09:30:15"), None] * 12),
    7: ("write_truths", [True, False, None, True]),
    30: ("write_texts", ["once", None]),
    31: ("write_whole", []),
}


def test_the_file_is_that_of_cells_written_one_by_one() -> None:
    columns = {
        at: (how, [None if n % 4 == 3 else one for n, one in enumerate(cells)] + [None] * (ROWS - len(cells)))
        for at, (how, cells) in COLUMNS.items()
    }

    def by_columns(sheet: ColumnSheet, styles: list[Any]) -> None:
        for style, (at, (how, cells)) in zip(styles, columns.items(), strict=True):
            getattr(sheet, how)(at, cells, style)

    def one_by_one(sheet: Worksheet, styles: list[Any]) -> None:
        kinds: dict[str, Callable[..., Any]] = {
            "write_texts": sheet.write_string, "write_days": sheet.write_datetime, "write_truths": sheet.write_boolean,
        }  # fmt: skip
        for style, (at, (how, cells)) in zip(styles, columns.items(), strict=True):
            for row, value in enumerate(cells, 1):
                if value is not None:
                    kinds.get(how, sheet.write_number)(
                        row, at, number(value) if how == "write_numbers" and math.isfinite(value) else value, style
                    )

    assert _file(ColumnSheet, by_columns) == _file(Worksheet, one_by_one)


def _file(kind: type[Worksheet], fill: Callable[[Any, list[Any]], None]) -> bytes:
    target = BytesIO()
    book = Workbook(target, {"in_memory": True, "nan_inf_to_errors": True})
    book.set_properties({"created": datetime.fromisoformat("2024-04-10")})
    # Made in the order of the columns, so that a number given to them in another shows.
    styles = [book.add_format({"num_format": f"0.{'0' * n}"}) for n in range(len(COLUMNS))]
    for _ in range(2):
        sheet = book.add_worksheet(None, kind)
        sheet.write_string(0, 3, "heading")
        sheet.write_comment(0, 3, "what it holds")
        fill(sheet, styles)
        sheet.set_row(7, 30)  # a row without cells
        sheet.set_row(8, 30)
    book.close()
    return target.getvalue()
