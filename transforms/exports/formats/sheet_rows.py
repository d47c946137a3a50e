"""Workbooks, xlsx and the old xls alike, through calamine."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

import polars as pl

from expectations.layout import Layout
from transforms.exports.archives import ExportFile
from transforms.exports.formats.headers import Header, RawBatch, RawRows, cleaned, header_from, known_names
from transforms.exports.refusals import ExportRefused

ROWS = 50_000
LARGEST = 2 << 30


@contextmanager
def sheet_rows(file: ExportFile, layout: Layout) -> Iterator[RawRows]:
    """Open a sheet of a workbook, every cell as the text it shows.

    A time of day comes as `HH:MM:SS`, a date as `YYYY-MM-DD HH:MM:SS`, a whole number without a decimal point.

    Raises:
        ExportRefused: `empty_file`, `not_a_workbook`, `archive_too_large`, `missing_sheet`, or a column is missing.
    """
    frame = _cells(file, layout)
    header, first = _header(frame, file, layout)
    yield RawRows(header, _batches(frame.slice(first), header))


def _bytes(file: ExportFile) -> bytes:
    with file.open() as handle:
        data = handle.read()
    if not data:
        raise ExportRefused("empty_file", file=file.name)
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise ExportRefused("changed_while_reading", file=file.name)
    if zipfile.is_zipfile(io.BytesIO(data)):  # an xlsx is an archive, and may expand like one
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > LARGEST:
                raise ExportRefused("archive_too_large", file=file.name, limit=LARGEST)
    return data


def _cells(file: ExportFile, layout: Layout) -> pl.DataFrame:
    import fastexcel

    try:
        workbook = fastexcel.read_excel(_bytes(file))
        sheets = workbook.sheet_names
        sheet = layout.sheet or sheets[0]
        if sheet not in sheets:
            raise ExportRefused("missing_sheet", file=file.name, expected=sheet, found=", ".join(sheets))
        cells = workbook.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string").to_polars()
    except (fastexcel.FastExcelError, zipfile.BadZipFile) as error:
        raise ExportRefused("not_a_workbook", file=file.name) from error
    # Excel keeps a time of day as a fraction of its first day.
    times = pl.all().cast(pl.String).fill_null("").str.replace(r"^1899-12-3[01] (\d\d:\d\d)", "$1")
    return cells.select(times)


def _header(cells: pl.DataFrame, file: ExportFile, layout: Layout) -> tuple[Header, int]:
    """Where the columns stand, and the first row of data."""
    if cells.height < (1 if layout.header == "absent" else layout.header_row):
        raise ExportRefused("empty_file", file=file.name)
    names = list(cells.row(layout.header_row - 1))
    given = layout.header == "absent" or (
        layout.header == "optional" and not known_names(layout) & {cleaned(name) for name in names}
    )
    if not given:
        return header_from(names, layout, file.name), layout.header_row
    if cells.width != len(layout.header_names):
        expected = len(layout.header_names)
        raise ExportRefused("column_count", file=file.name, found=cells.width, expected=expected, source=layout.name)
    return header_from(list(layout.header_names), layout, file.name), 0


def _batches(rows: pl.DataFrame, header: Header) -> Iterator[RawBatch]:
    names = rows.columns
    for start in range(0, rows.height, ROWS):
        part = rows.slice(start, ROWS)
        numbers = pl.int_range(start + 1, start + 1 + part.height, eager=True).alias("row_number")
        columns = [part.get_column(names[place]).alias(target) for target, place in header.positions.items()]
        yield RawBatch(pl.DataFrame([numbers, *columns]))
