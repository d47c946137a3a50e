"""Delimited text, streamed: memory holds one block of rows, whatever the size of the file."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import polars as pl

from expectations.layout import Layout
from transforms.exports.archives import ExportFile
from transforms.exports.formats.decoding import decoded
from transforms.exports.formats.headers import Header, Misfit, RawBatch, RawRows, cleaned, header_from, known_names
from transforms.exports.refusals import ExportRefused

BLOCK = 6 << 20  # about 70,000 rows of a 112 export


@contextmanager
def csv_rows(file: ExportFile, layout: Layout) -> Iterator[RawRows]:
    """Open a delimited file.

    Raises:
        ExportRefused: It cannot be decoded, a column is missing, a quotation mark is never closed, or a record is
            longer than a block.
    """
    with decoded(file, layout) as text:
        if layout.quote and text.quotes % 2 and _ends_inside_quotes(text.spool, layout):
            raise ExportRefused("unclosed_quote", file=file.name)
        text.spool.seek(0)
        try:
            header = _header(text.spool, file, layout)
        except csv.Error as error:  # a field beyond csv's limit, a hundred pages long
            raise ExportRefused("unreadable_rows", file=file.name, row=1, problem=str(error)) from error
        yield RawRows(header, _batches(text.spool, header, file, layout))


def _records(spool: BinaryIO, layout: Layout) -> Iterator[list[str]]:
    """Records from where the spool stands, reading no further than asked."""
    lines = (line.decode() for line in iter(spool.readline, b""))
    if layout.quote:
        return csv.reader(lines, delimiter=layout.delimiter, quotechar=layout.quote)
    return csv.reader(lines, delimiter=layout.delimiter, quoting=csv.QUOTE_NONE)


def _ends_inside_quotes(spool: BinaryIO, layout: Layout) -> bool:
    """Whether a quotation mark stays open to the end of the file.

    A lone mark inside an unquoted field is harmless, so the number of marks alone does not tell. A record put after the
    last line does: it is read as it stands, or swallowed by the open quotation.
    """
    spool.seek(0)
    sentinel = "end of file"
    lines = (line.decode() for line in iter(spool.readline, b""))
    last: list[str] = []

    def with_sentinel() -> Iterator[str]:
        ended = True
        for line in lines:
            ended = line.endswith("\n")
            yield line
        yield sentinel if ended else f"\n{sentinel}"

    try:
        for record in csv.reader(with_sentinel(), delimiter=layout.delimiter, quotechar=layout.quote):
            last = record
    except csv.Error:  # a field beyond csv's limit: a quotation that swallowed the rest of the file
        return True
    return last != [sentinel]


def _header(spool: BinaryIO, file: ExportFile, layout: Layout) -> Header:
    """Read the header and leave the spool where the data rows begin."""
    if layout.header == "absent":
        return _given_header(spool, file, layout)
    records = _records(spool, layout)
    record: list[str] = []
    for _ in range(layout.header_row):
        record = next(records, [])
    if layout.header == "optional" and not known_names(layout) & {cleaned(name) for name in record}:
        spool.seek(0)
        return _given_header(spool, file, layout)
    return header_from(record, layout, file.name)


def _given_header(spool: BinaryIO, file: ExportFile, layout: Layout) -> Header:
    """The layout's own names, held against the width of the first row."""
    found = len(next(_records(spool, layout), []))
    spool.seek(0)
    if found != len(layout.header_names):
        expected = len(layout.header_names)
        raise ExportRefused("column_count", file=file.name, found=found, expected=expected, source=layout.name)
    return header_from(list(layout.header_names), layout, file.name)


@dataclass
class _RowCounter:
    """Gives rows their number in the file: the parser numbers only those it cannot fit to the header."""

    delimiter: str
    next_number: int = 1
    misfits: list[Misfit] = field(default_factory=list)

    def invalid(self, row: Any) -> str:
        """Take a row the parser could not fit; its text is not kept, any column of it may be personal data."""
        is_blank = not row.text.replace(self.delimiter, "").strip()
        self.misfits.append(Misfit(row.number, 0 if is_blank else row.actual_columns, row.expected_columns))
        return "skip"

    def number(self, rows: int) -> pl.Series:
        """Numbers of the next `rows` rows that fit, passing over those that do not."""
        first = self.next_number
        skipped = {m.row_number for m in self.misfits if m.row_number >= first}
        if not skipped:
            self.next_number = first + rows
            return pl.int_range(first, first + rows, eager=True).alias("row_number")
        numbers = [n for n in range(first, first + rows + len(skipped)) if n not in skipped][:rows]
        self.next_number = numbers[-1] + 1 if numbers else first
        return pl.Series("row_number", numbers, dtype=pl.Int64)

    def taken(self) -> tuple[Misfit, ...]:
        """Misfits among the rows numbered so far; the parser may have met some that stand further on."""
        passed = tuple(m for m in self.misfits if m.row_number < self.next_number)
        self.misfits = [m for m in self.misfits if m.row_number >= self.next_number]
        return passed


def _has_rows(spool: BinaryIO) -> bool:
    start = spool.tell()
    found = bool(spool.read(1))
    spool.seek(start)
    return found


def _batches(spool: BinaryIO, header: Header, file: ExportFile, layout: Layout) -> Iterator[RawBatch]:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    counter = _RowCounter(layout.delimiter)
    places = sorted(set(header.positions.values()))
    names = [str(i) for i in range(header.width)]
    if not _has_rows(spool):
        return
    try:
        reader = arrow_csv.open_csv(
            spool,
            read_options=arrow_csv.ReadOptions(use_threads=False, block_size=BLOCK, column_names=names),
            parse_options=arrow_csv.ParseOptions(
                delimiter=layout.delimiter, quote_char=layout.quote or False, newlines_in_values=bool(layout.quote),
                ignore_empty_lines=False, invalid_row_handler=counter.invalid,
            ),
            convert_options=arrow_csv.ConvertOptions(
                include_columns=[names[i] for i in places], column_types={name: pa.string() for name in names},
                strings_can_be_null=False, check_utf8=False,
            ),
        )  # fmt: skip
        for batch in reader:
            yield _raw_batch(batch, header, counter)
    except pa.ArrowInvalid as error:
        # What follows a second colon may be the row itself.
        problem = ":".join(str(error).split(":")[:2])
        raise ExportRefused("unreadable_rows", file=file.name, row=counter.next_number, problem=problem) from error
    if counter.misfits:
        yield RawBatch(_empty(header), tuple(counter.misfits))


def _raw_batch(batch: Any, header: Header, counter: _RowCounter) -> RawBatch:
    frame = pl.DataFrame(pl.from_arrow(batch))
    columns = [frame.get_column(str(place)).alias(target) for target, place in header.positions.items()]
    numbers = counter.number(frame.height)
    return RawBatch(pl.DataFrame([numbers, *columns]), counter.taken())


def _empty(header: Header) -> pl.DataFrame:
    return pl.DataFrame(schema={"row_number": pl.Int64, **dict.fromkeys(header.positions, pl.String)})
