"""A list of crimes as an officer hands it over → case numbers, cells, spans of time and codes; points end here.

Of a place nothing but the cell is kept: x and y become its corner before anything else is done with them.
"""

import re
from datetime import datetime, time, timedelta
from typing import Any

import numpy as np
import polars as pl

from expectations.geography.grid import Grid
from expectations.sentences import Failure

COLUMNS = {
    "case_id": ("case_id", "사건번호"),
    "cell": ("cell", "칸"),
    "x": ("x", "x좌표"),
    "y": ("y", "y좌표"),
    "day": ("day", "발생일"),
    "from": ("from", "발생시작"),
    "to": ("to", "발생끝"),
    "modus": ("modus", "수법"),
    "series": ("series", "연쇄번호"),
}
"""What a column may be called, by what it holds."""
SCHEMA = {
    "case_id": pl.String(),
    "cell": pl.String(),
    "x": pl.Float64(),
    "y": pl.Float64(),
    "since": pl.Datetime("us"),
    "until": pl.Datetime("us"),
    "modus": pl.List(pl.String()),
    "series": pl.String(),
}
_MOMENT = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d*)?)?)?")
_SEPARATORS = re.compile(r"[;,|\s]+")
_DAY = timedelta(days=1)


class ListError(Failure):
    """A list that cannot be used; its sentence names the row and the column, and never what stands there."""


def incidents(listed: pl.DataFrame, grid: Grid) -> pl.DataFrame:
    """One row per case, in the order of case numbers, with the columns of `SCHEMA`.

    Columns are known by the names of `COLUMNS`, whatever their case: case_id; cell, or x and y in metres of the grid's
    system; day, or from and to (a span of which only one end is given is that moment); modus, codes with blanks, commas
    or semicolons between them; series, where it is known which crimes belong together. Others are not read.

    Args:
        listed: Cells as text.
        grid: The agency's.

    Raises:
        ListError: A column is missing, a cell cannot be read, or a case number stands twice.
    """
    by_name = {name.strip().lower(): name for name in listed.columns}
    found = {what: by_name[name] for what, names in COLUMNS.items() for name in names if name in by_name}
    texts = listed.select(pl.col(name).cast(pl.String).str.strip_chars().alias(what) for what, name in found.items())
    # Of a list without a header the first case stands where the names should: others than those known are not told.
    told = {"columns": ", ".join(found.values()) or "–", "others": len(listed.columns) - len(found)}
    if "case_id" not in found:
        raise ListError("series_no_column", column="case_id", **told)
    if "cell" not in found and not {"x", "y"} <= set(found):
        raise ListError("series_no_column", column="cell (x, y)", **told)
    rows = [_case(row, number, grid) for number, row in enumerate(texts.iter_rows(named=True), 1)]
    made = pl.DataFrame(rows, SCHEMA, orient="row").sort("case_id")
    twice = made.filter(pl.col("case_id").is_duplicated())
    if not twice.is_empty():
        first = [row["case_id"] for row in rows].index(twice["case_id"][0])
        again = [row["case_id"] for row in rows].index(twice["case_id"][0], first + 1)
        raise ListError("series_case_twice", row=again + 1, first=first + 1)
    return made


def _case(row: dict[str, Any], number: int, grid: Grid) -> dict[str, Any]:
    if not row["case_id"]:
        raise ListError("series_cell_unread", row=number, column="case_id", wanted="12-345")
    x, y = _corner(row, number, grid)
    since, until = _span(row, number)
    return {
        "case_id": row["case_id"],
        "cell": str(grid.codes(np.array([x]), np.array([y]))[0]),
        "x": x,
        "y": y,
        "since": since,
        "until": until,
        "modus": sorted({code for code in _SEPARATORS.split(row.get("modus") or "") if code}),
        "series": row.get("series") or None,
    }


def _corner(row: dict[str, Any], number: int, grid: Grid) -> tuple[float, float]:
    """Lower-left corner of the cell a row names, or in which its point lies."""
    if row.get("cell"):
        try:
            return grid.corner(row["cell"])
        except ValueError:
            raise ListError("series_cell_unread", row=number, column="cell", wanted=_example(grid)) from None
    metres = []
    for column in ("x", "y"):
        try:
            metres.append(float((row.get(column) or "").replace(",", "")))
        except ValueError:
            raise ListError("series_cell_unread", row=number, column=column, wanted="957300") from None
    try:
        east, north = grid.corners(np.array(metres[:1]), np.array(metres[1:]))
    except ValueError:
        raise ListError("series_cell_unread", row=number, column="x, y", wanted="957300, 1687400") from None
    return float(east[0]), float(north[0])


def _example(grid: Grid) -> str:
    return "다라403846" if grid.is_national else f"x{40 * grid.cell_metres}y{90 * grid.cell_metres}"


def _span(row: dict[str, Any], number: int) -> tuple[datetime | None, datetime | None]:
    """First and last moment at which it may have happened: a day's two ends, or those given."""
    since, until = (_moment(row.get(column), number, column) for column in ("from", "to"))
    if since is None and until is None:
        day = _moment(row.get("day"), number, "day")
        if day is None:
            return None, None
        return (day, day + _DAY) if day.time() == time() else (day, day)
    first, last = since or until, until or since
    if first is not None and last is not None and last < first:
        raise ListError("series_ends_before", row=number)
    return first, last


def _moment(text: str | None, number: int, column: str) -> datetime | None:
    if not text:
        return None
    found = _MOMENT.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  (local, as the list has it)
    except ValueError:
        raise ListError("series_cell_unread", row=number, column=column, wanted="2024-03-05 21:30") from None
