"""Delimited text, streamed: memory holds one block of rows, whatever the size of the file."""

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO

import polars as pl

from expectations.layout import Layout
from transforms.exports.files.archives import ExportFile
from transforms.exports.formats.decoding import decoded
from transforms.exports.formats.headers import (
    Header,
    Misfit,
    RawBatch,
    RawRows,
    asks_for_lines,
    asks_for_rest,
    compared,
    first_cells,
    header_from,
    known_names,
    knows_any,
    rest_of,
)
from transforms.exports.formats.quoting import Looked, ends_inside_quotes, header_swallows_rows, look_at_quotes
from transforms.exports.formats.widths import records, width_of
from transforms.exports.refusals import ExportRefused

BLOCK = 6 << 20  # about 70,000 rows of a 112 export


@contextmanager
def csv_rows(file: ExportFile, layout: Layout) -> Iterator[RawRows]:
    """Open a delimited file.

    Raises:
        ExportRefused: It cannot be decoded, a column is missing, a quotation mark is never closed or only lines later,
            or a record is longer than a block.
    """
    with decoded(file, layout) as text:
        layout = _parted(text.spool, layout)
        if layout.quote and (text.quotes % 2 or layout.quote != '"') and ends_inside_quotes(text.spool, layout):
            raise ExportRefused("unclosed_quote", file=file.name)
        text.spool.seek(0)
        try:
            header = _header(text.spool, file, layout)
        except csv.Error as error:  # a field beyond csv's limit, a hundred pages long
            raise ExportRefused("unreadable_rows", file=file.name, row=1, problem=str(error)) from error
        has_quotes = bool(layout.quote) and (text.quotes > 0 or layout.quote != '"')
        looked = look_at_quotes(text.spool, header, layout, file.name) if has_quotes else Looked()
        rows = _Rows(header, width_of(text.spool, header, layout), looked.records, file, layout)
        yield RawRows(header, rows.batches(text.spool), list(looked.notes))


def _parted(spool: BinaryIO, layout: Layout) -> Layout:
    """The layout with the one of its delimiters that parts the header into the most names it knows."""
    if not layout.delimiters:
        return layout
    known, found = known_names(layout), []
    for delimiter in layout.delimiters:
        tried = layout.model_copy(update={"delimiter": delimiter})
        spool.seek(0)
        try:
            header = next(islice(records(spool, tried), layout.header_row - 1, None), [])
        except csv.Error:
            header = []
        found.append((len({compared(name, layout) for name in header} & known), tried))
    return max(found, key=lambda one: one[0])[1]


def _header(spool: BinaryIO, file: ExportFile, layout: Layout) -> Header:
    """Read the header and leave the spool where the data rows begin."""
    if layout.header == "absent":
        return _given_header(spool, file, layout)
    rows = records(spool, layout)
    record: list[str] = []
    for _ in range(layout.header_row):
        record = next(rows, [])
    if header_swallows_rows(record, layout):
        last = layout.header_row + sum(name.count("\n") for name in record)
        raise ExportRefused("quote_swallows_rows", file=file.name, row=0, first=layout.header_row, last=last)
    if layout.header == "optional" and not knows_any(record, layout):
        spool.seek(0)
        return _given_header(spool, file, layout)
    return header_from(record, layout, file.name)


def _given_header(spool: BinaryIO, file: ExportFile, layout: Layout) -> Header:
    """The layout's own names, held against the width of the first row."""
    first = next(records(spool, layout), [])
    spool.seek(0)
    found, expected = len(first), len(layout.header_names)
    if found < expected or any(cell.strip() for cell in first[expected:]):
        raise ExportRefused("column_count", file=file.name, found=found, expected=expected, source=layout.name)
    return header_from(list(layout.header_names), layout, file.name)


@dataclass
class _RowCounter:
    """Gives rows their number in the file: the parser numbers only those it cannot fit to the header."""

    layout: Layout
    next_number: int = 1
    misfits: list[Misfit] = field(default_factory=list)

    def invalid(self, row: Any) -> str:
        """Take a row the parser could not fit."""
        is_blank = not row.text.replace(self.layout.delimiter, "").strip()
        found = 0 if is_blank else row.actual_columns
        self.misfits.append(Misfit(row.number, found, row.expected_columns, () if is_blank else self._cells(row.text)))
        return "skip"

    def _cells(self, text: str) -> tuple[str, ...]:
        try:
            return tuple(cell for record in records(io.BytesIO(text.encode()), self.layout) for cell in record)
        except csv.Error:  # a cell beyond csv's limit is none that a rule names
            return ()

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


@dataclass(frozen=True)
class _Rows:
    """The data rows of one file.

    Attributes:
        header: Where its columns stand.
        width: Fields its rows have; beyond the header's they are blank.
        expected: How many rows there are, where that is known.
        file: The file.
        layout: How it looks.
    """

    header: Header
    width: int
    expected: int | None
    file: ExportFile
    layout: Layout

    def batches(self, spool: BinaryIO) -> Iterator[RawBatch]:
        """Read from where the spool stands.

        Raises:
            ExportRefused: `unreadable_rows`.
        """
        import pyarrow as pa

        counter = _RowCounter(self.layout)
        if not _has_rows(spool):
            return
        try:
            for batch in self._opened(spool, counter):
                yield self._raw_batch(batch, counter)
        except pa.ArrowInvalid as error:
            # What follows a second colon may be the row itself.
            problem = ":".join(str(error).split(":")[:2])
            raise self._unreadable(counter, problem) from error
        if self.expected not in (None, counter.next_number - 1 + len(counter.misfits)):
            raise self._unreadable(counter, f"{self.layout.quote} … {self.layout.quote}")
        if counter.misfits:
            whole = self._given([], [str(place) for place in range(self.width)])
            yield self._fitted(whole.drop("row_number"), whole.get_column("row_number"), tuple(counter.misfits))

    def _unreadable(self, counter: _RowCounter, problem: str) -> ExportRefused:
        return ExportRefused("unreadable_rows", file=self.file.name, row=counter.next_number, problem=problem)

    def _opened(self, spool: BinaryIO, counter: _RowCounter) -> Any:
        import pyarrow as pa
        from pyarrow import csv as arrow_csv

        layout, names = self.layout, [str(place) for place in range(self.width)]
        wanted = {*self.header.positions.values(), *range(self.header.width, self.width)}
        read = names if asks_for_lines(layout) or asks_for_rest(layout) else [names[place] for place in sorted(wanted)]
        return arrow_csv.open_csv(
            spool,
            read_options=arrow_csv.ReadOptions(use_threads=False, block_size=BLOCK, column_names=names),
            parse_options=arrow_csv.ParseOptions(
                delimiter=layout.delimiter,
                quote_char=layout.quote or False,
                newlines_in_values=bool(layout.quote),
                ignore_empty_lines=False,
                invalid_row_handler=counter.invalid,
            ),
            convert_options=arrow_csv.ConvertOptions(
                include_columns=read,
                column_types={name: pa.string() for name in names},
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )

    def _raw_batch(self, batch: Any, counter: _RowCounter) -> RawBatch:
        whole = pl.DataFrame(pl.from_arrow(batch))
        numbers = counter.number(whole.height)
        return self._fitted(whole, numbers, counter.taken())

    def _fitted(self, whole: pl.DataFrame, numbers: pl.Series, misfits: tuple[Misfit, ...]) -> RawBatch:
        """Columns by their targets; rows that are too wide leave the batch, or stay in it as the layout has it."""
        wide: tuple[int, ...] = ()
        if self.layout.row_width == "header":
            whole, numbers, wide = self._with_misfits(whole, numbers, misfits)
            misfits = tuple(m for m in misfits if not m.cells)
        columns = [whole.get_column(str(place)).alias(target) for target, place in self.header.positions.items()]
        frame = pl.DataFrame([numbers, *columns])
        lines = first_cells(whole) if asks_for_lines(self.layout) else None
        mapped = {str(place) for place in self.header.positions.values()}
        rest = rest_of(whole, mapped) if asks_for_rest(self.layout) else None
        surplus = [str(place) for place in range(self.header.width, self.width)]
        if surplus:
            fits = whole.select(pl.all_horizontal(pl.col(surplus).str.strip_chars() == "")).to_series()
            numbers = frame.get_column("row_number").filter(~fits)
            misfits += tuple(Misfit(number, self.width, self.header.width) for number in numbers)
            frame, lines = frame.filter(fits), None if lines is None else lines.filter(fits)
            rest = None if rest is None else rest.filter(fits)
        return RawBatch(frame, misfits, lines=lines, rest=rest, wide=wide)

    def _with_misfits(
        self, whole: pl.DataFrame, numbers: pl.Series, misfits: tuple[Misfit, ...]
    ) -> tuple[pl.DataFrame, pl.Series, tuple[int, ...]]:
        """The rows with those of another width among them, cut or filled up to the header's; numbers of those cut."""
        odd = [m for m in misfits if m.cells]
        if not odd:
            return whole, numbers, ()
        placed = pl.concat([whole.with_columns(numbers), self._given(odd, whole.columns)]).sort("row_number")
        cut = tuple(m.row_number for m in odd if m.found > self.header.width and any(map(str.strip, m.cells)))
        return placed.drop("row_number"), placed.get_column("row_number"), cut

    def _given(self, misfits: Sequence[Misfit], names: Sequence[str]) -> pl.DataFrame:
        """Some of the columns of rows of another width, and their numbers."""
        cells = {name: ["".join(m.cells[int(name) : int(name) + 1]) for m in misfits] for name in names}
        numbers = [m.row_number for m in misfits]
        schema = {**dict.fromkeys(names, pl.String), "row_number": pl.Int64}
        return pl.DataFrame({**cells, "row_number": numbers}, schema=schema)
