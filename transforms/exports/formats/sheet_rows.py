"""Workbooks, xlsx and the old xls alike, through calamine."""

import hashlib
import io
import json
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

import polars as pl

from expectations.kinds import REGISTERS
from expectations.layout import Layout
from expectations.limits import MEGABYTE
from transforms.exports.files.archives import UNREADABLE, ExportFile
from transforms.exports.formats import workbook
from transforms.exports.formats.headers import (
    WIDE,
    Header,
    RawBatch,
    RawRows,
    asks_for_lines,
    asks_for_rest,
    compared,
    first_cells,
    header_from,
    knows_any,
    listed,
    rest_of,
)
from transforms.exports.formats.locks import is_locked
from transforms.exports.refusals import ExportRefused, Note

ROWS = 50_000
LISTED = 10
LARGEST = 2 << 30
DAMAGED = (workbook.NO_WORKBOOK, -signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS)
"""How the program that reads workbooks ends over one that is damaged: it says so, or the library brings it to an end,
as where it asks for more memory than it is given. Every other signal comes from outside and tells nothing of the file.
"""


NO_MEMORY = b"memory allocation of"
"""What the library says last where it is not given the memory it asks for."""


@contextmanager
def sheet_rows(file: ExportFile, layout: Layout) -> Iterator[RawRows]:
    """Open a sheet of a workbook, every cell as the text it shows.

    A cell with an error comes as its name, a formula that nobody worked out as `workbook.NO_VALUE`.
    A time of day comes as `HH:MM:SS`, a date as `YYYY-MM-DD HH:MM:SS`, a whole number without a decimal point.

    Raises:
        ExportRefused: `empty_file`, `not_a_workbook`, `locked_workbook`, `archive_too_large`, `archive_too_dense`,
            `workbook_too_dense`, `workbook_memory`, `file_too_slow`, `missing_sheet`, or a column is missing.
        OSError: The program that reads workbooks was ended from outside: the file may be a good one.
    """
    data = _bytes(file)
    frame = _cells(data, file, layout)
    header, first = _header(frame, file, layout)
    yield RawRows(header, _batches(frame.slice(first), header, layout), _beside(data, header, file, layout))


def _bytes(file: ExportFile) -> bytes:
    with file.open() as handle:
        data = handle.read()
    if not data:
        raise ExportRefused("empty_file", file=file.name)
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise ExportRefused("changed_while_reading", file=file.name)
    if zipfile.is_zipfile(io.BytesIO(data)):  # an xlsx is an archive, and may expand like one
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                expanded = sum(member.file_size for member in archive.infolist())
        except UNREADABLE as error:
            raise ExportRefused("not_a_workbook", file=file.name) from error
        if expanded > LARGEST:
            raise ExportRefused("archive_too_large", file=file.name, limit=LARGEST)
        if file.limits.too_dense(len(data), expanded):
            raise ExportRefused("archive_too_dense", file=file.name, ratio=file.limits.ratio)
    return data


def _cells(data: bytes, file: ExportFile, layout: Layout) -> pl.DataFrame:
    done = _read(data, file, layout.sheet)
    if done.returncode in (workbook.NO_SHEET, *DAMAGED) and is_locked(data):
        raise ExportRefused("locked_workbook", file=file.name)
    if done.returncode == workbook.NO_SHEET:
        found = "–" if layout.kind in REGISTERS else listed(json.loads(done.stdout))
        raise ExportRefused("missing_sheet", file=file.name, expected=layout.sheet or "", found=found)
    if done.returncode == workbook.TOO_DENSE:
        raise ExportRefused("workbook_too_dense", file=file.name, **json.loads(done.stdout))
    if done.returncode == workbook.NO_ROOM or NO_MEMORY in done.stderr:
        raise ExportRefused("workbook_memory", file=file.name, limit=file.limits.memory // MEGABYTE)
    if done.returncode in DAMAGED:
        raise ExportRefused("not_a_workbook", file=file.name)
    if done.returncode < 0:
        raise OSError(f"the program that reads workbooks was ended by a signal ({signal.strsignal(-done.returncode)})")
    if done.returncode:  # it did not even begin to read: no fault of the file, which must not be refused for it
        raise RuntimeError(f"the program that reads workbooks did not start: {done.stderr.decode(errors='replace')}")
    cells = pl.read_ipc_stream(io.BytesIO(done.stdout))
    # Excel keeps a time of day as a fraction of its first day.
    times = pl.all().cast(pl.String).fill_null("").str.replace(r"^1899-12-3[01] (\d\d:\d\d)", "$1")
    return cells.select(times)


def _may_have_several_sheets(data: bytes) -> bool:
    """Whether it is worth another reading; only of an xlsx or xlsb it is seen at once that there is one sheet alone."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return True
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/") and "/_rels/" not in name]
    return len(sheets) != 1


def _beside(data: bytes, header: Header, file: ExportFile, layout: Layout) -> list[Note]:
    """Say which other sheets have the same columns: what stands on them is not read.

    A workbook with a damaged sheet beside the one that was read has been read all the same.
    """
    done = _read(data, file, layout.sheet, "others") if _may_have_several_sheets(data) else None
    if done is None or done.returncode:
        return []
    needed = _needed(header, layout)
    alike = []
    for sheet in json.loads(done.stdout):
        for place, row in enumerate(sheet["top"]):
            cells = {compared(cell, layout) for cell in row}
            if all(names & cells for names in needed):
                if sheet["rows"] > place + 1:
                    # A sheet of a list that people keep may bear the name of one of them.
                    name = "–" if layout.kind in REGISTERS else sheet["name"][:40]
                    alike.append(f"{name} ({sheet['rows'] - place - 1:,})")
                break
    if not alike:
        return []
    return [Note("note_sheets_unread", {"file": file.name, "n": len(alike), "sheets": ", ".join(alike[:LISTED])})]


def _needed(header: Header, layout: Layout) -> list[set[str]]:
    """Of each column that makes another sheet one of the same kind, every name it may have."""
    needs = REGISTERS[layout.kind].needs if layout.kind in REGISTERS else set(layout.columns)
    named = {target: {name} for target, name in header.names.items() if target in needs or target.startswith(WIDE)}
    for target in needs & set(named):
        named[target] |= set(layout.columns[target].names)
    return [{compared(name, layout) for name in names} for names in named.values()]


def _read(data: bytes, file: ExportFile, sheet: str, *what: str) -> subprocess.CompletedProcess[bytes]:
    """Read a sheet in a process of its own: see workbook.py."""
    limits = file.limits
    program = [sys.executable, "-I", workbook.__file__, sheet, str(limits.memory), *what]
    try:
        return subprocess.run(program, input=data, capture_output=True, timeout=limits.seconds, check=False)
    except subprocess.TimeoutExpired as error:
        raise ExportRefused("file_too_slow", file=file.name, seconds=f"{limits.seconds:g}") from error


def _header(cells: pl.DataFrame, file: ExportFile, layout: Layout) -> tuple[Header, int]:
    """Where the columns stand, and the first row of data."""
    if cells.height < (1 if layout.header == "absent" else layout.header_row):
        raise ExportRefused("empty_file", file=file.name)
    names = list(cells.row(layout.header_row - 1))
    given = layout.header == "absent" or (layout.header == "optional" and not knows_any(names, layout))
    if not given:
        return header_from(names, layout, file.name), layout.header_row
    if cells.width != len(layout.header_names):
        expected = len(layout.header_names)
        raise ExportRefused("column_count", file=file.name, found=cells.width, expected=expected, source=layout.name)
    return header_from(list(layout.header_names), layout, file.name), 0


def _batches(rows: pl.DataFrame, header: Header, layout: Layout) -> Iterator[RawBatch]:
    names = rows.columns
    for start in range(0, rows.height, ROWS):
        part = rows.slice(start, ROWS)
        numbers = pl.int_range(start + 1, start + 1 + part.height, eager=True).alias("row_number")
        columns = [part.get_column(names[place]).alias(target) for target, place in header.positions.items()]
        lines = first_cells(part) if asks_for_lines(layout) else None
        mapped = {names[place] for place in header.positions.values()}
        rest = rest_of(part, mapped) if asks_for_rest(layout) else None
        yield RawBatch(pl.DataFrame([numbers, *columns]), lines=lines, rest=rest)
