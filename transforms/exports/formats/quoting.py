"""Quotation marks of delimited text: whether one closed lines later than it should, and took rows into a value."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

import polars as pl

from expectations.layout import Layout
from transforms.exports.formats.headers import Header
from transforms.exports.refusals import ExportRefused, Note

BLOCK = 6 << 20
LEARNT = 1000
"""Rows looked at to know what a column's cells look like."""


@dataclass(frozen=True)
class Looked:
    """What the quotation marks of a file come to.

    Attributes:
        records: Data rows they divide the text into; None where every line is plainly a row of its own.
        notes: What was noticed.
    """

    records: int | None = None
    notes: tuple[Note, ...] = ()


def ends_inside_quotes(spool: BinaryIO, layout: Layout) -> bool:
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


def header_swallows_rows(names: Sequence[str], layout: Layout) -> bool:
    """Whether a name of the header holds line breaks and more delimiters than a name ever would."""
    needed = sum(source.required and bool(source.names) for source in layout.columns.values())
    most = max((line.count(layout.delimiter) for name in names if "\n" in name for line in name.split("\n")), default=0)
    return most >= max(1, min(2, needed - 1))


def look_at_quotes(spool: BinaryIO, header: Header, layout: Layout, file: str) -> Looked:
    """Look for values over several lines that hold delimiters: a text that was typed so, or rows that were swallowed.

    Leaves the spool where it stands, at the first data row. Lines whose marks all stand in pairs around fields cannot
    be part of a value over several lines; only where there are others is the file gone through record by record.

    Raises:
        ExportRefused: `quote_swallows_rows`, a line within a value is a row of its own.
    """
    start = spool.tell()
    try:
        if _all_well_formed(spool, layout):
            return Looked()
        spool.seek(0)
        before = spool.read(start).count(b"\n")
        cells = _Cells(header)
        cells.learn(record for record, _ in _records(spool, layout))
        spool.seek(start)
        return _gone_through(spool, before, header, cells, layout, file)
    except csv.Error as error:
        raise ExportRefused("unclosed_quote", file=file) from error
    finally:
        spool.seek(start)


def _gone_through(spool: BinaryIO, before: int, header: Header, cells: "_Cells", layout: Layout, file: str) -> Looked:
    line, row, first, found = before, 0, None, 0
    could_be_a_row = re.compile(f"{_well_formed(layout)}|{_left_open(layout)}").fullmatch
    for record, own in _records(spool, layout):
        row += 1
        if len(own) > 1:
            values = {"file": file, "row": row, "first": line + 1, "last": line + len(own)}
            rows = [parts for text in own[1:] if could_be_a_row(text.rstrip("\n")) for parts in _parted(text, layout)]
            if any(cells.are_a_row(parts) for parts in rows) or _swallows(record, cells, layout.delimiter):
                raise ExportRefused("quote_swallows_rows", **values)
            if any("\n" in value and layout.delimiter in value for value in record):
                first = first or values
                found += 1
        line += len(own)
    notes = (Note("note_lines_in_value", {**first, "n": found}),) if first else ()
    return Looked(row, notes)


def _records(spool: BinaryIO, layout: Layout) -> Iterator[tuple[list[str], list[str]]]:
    """Records from where the spool stands, each with the lines it stands on."""
    own: list[str] = []

    def lines() -> Iterator[str]:
        for line in iter(spool.readline, b""):
            own.append(line.decode())
            yield own[-1]

    for record in csv.reader(lines(), delimiter=layout.delimiter, quotechar=layout.quote):
        yield record, list(own)
        own.clear()


def _well_formed(layout: Layout) -> str:
    """Pattern of a line whose quotation marks stand around whole fields, or doubled within those."""
    cell, delimiter = f"(?:{_quoted(layout)}|{_bare(layout)})", _code(layout.delimiter)
    return f"^{cell}(?:{delimiter}{cell})*$"


def _left_open(layout: Layout) -> str:
    """Pattern of such a line whose last field goes on in the next one."""
    cell = f"(?:{_quoted(layout)}|{_bare(layout)})"
    return f"^(?:{cell}{_code(layout.delimiter)})*{_quoted(layout, closed=False)}$"


def _quoted(layout: Layout, closed: bool = True) -> str:
    quote = _code(layout.quote)
    return f"{quote}[^{quote}]*(?:{quote}{quote}[^{quote}]*)*{quote if closed else ''}"


def _bare(layout: Layout) -> str:
    return f"[^{_code(layout.quote)}{_code(layout.delimiter)}]*"


def _parted(line: str, layout: Layout) -> Iterator[list[str]]:
    return csv.reader([line], delimiter=layout.delimiter, quotechar=layout.quote)


def _code(character: str) -> str:
    """A character as Python's and polars' patterns both spell it."""
    return f"\\U{ord(character):08X}"


def _all_well_formed(spool: BinaryIO, layout: Layout) -> bool:
    pattern = _well_formed(layout)
    rest = b""
    while block := spool.read(BLOCK):
        lines = (rest + block).split(b"\n")
        rest = lines.pop()
        if not _fit(lines, pattern):
            return False
    return _fit([rest], pattern)


def _fit(lines: Sequence[bytes], pattern: str) -> bool:
    return bool(pl.Series([line.decode() for line in lines], dtype=pl.String).str.contains(pattern).all())


def _swallows(record: Sequence[str], cells: "_Cells", delimiter: str) -> bool:
    """Whether a line that a value of a record lies on would be a row of its own.

    Lines wholly within the value are. Of the first and the last line the value has a part only; they would be where
    that part holds delimiters, and what stands in it looks like the cells of its columns.
    """
    broken = [at for at, value in enumerate(record) if "\n" in value]
    for at in broken:
        if any(cells.are_a_row(line.split(delimiter)) for line in record[at].split("\n")[1:-1]):
            return True
    first, last = record[broken[0]].split("\n")[0], record[broken[-1]].split("\n")[-1]
    if delimiter in first:
        begun = [*record[: broken[0]], *first.split(delimiter)]
        if cells.are_a_row(begun, range(broken[0], len(begun))):
            return True
    ended = [*last.split(delimiter), *record[broken[-1] + 1 :]]
    return delimiter in last and cells.are_a_row(ended, range(last.count(delimiter) + 1))


@dataclass
class _Cells:
    """What the cells of each mapped column look like: digits and letters of a text, as "9" and "a"."""

    header: Header
    shapes: dict[int, set[str]] = field(default_factory=dict)
    texts: dict[int, set[str]] = field(default_factory=dict)

    def learn(self, records: Iterable[Sequence[str]]) -> None:
        """Look at the first rows of the header's width."""
        left = LEARNT
        for record in records:
            if len(record) < self.header.named:
                continue
            for place in set(self.header.positions.values()):
                text = record[place].strip()
                if text and "\n" not in text:
                    self.texts.setdefault(place, set()).add(text)
                    if "9" in (shape := _shape(text)):
                        self.shapes.setdefault(place, set()).add(shape)
            left -= 1
            if not left:
                return

    def are_a_row(self, row: Sequence[str], places: Iterable[int] | None = None) -> bool:
        """Whether cells are as many as a row has, and one of those looked at looks like the others of its column."""
        width = self.header.width
        while len(row) > width and not row[-1].strip():
            row = row[:-1]
        if not self.header.named <= len(row) <= width:
            return False
        looked_at = set(self.header.positions.values()) & set(range(len(row)) if places is None else places)
        if not self.texts:
            return True
        for place in looked_at:
            text = row[place].strip().strip('"').strip()
            if self.shapes and _shape(text) in self.shapes.get(place, ()):
                return True
            if not self.shapes and text in self.texts.get(place, ()):
                return True
        return False


def _shape(text: str) -> str:
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", text))
