"""How many fields the rows of a delimited file have, where its header has another number."""

import csv
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from expectations.layout import Layout
from transforms.exports.formats.headers import Header

PEEKED = 50


def records(spool: BinaryIO, layout: Layout) -> Iterator[list[str]]:
    """Records from where the spool stands, reading no further than asked."""
    lines = (line.decode() for line in iter(spool.readline, b""))
    if layout.quote:
        return csv.reader(lines, delimiter=layout.delimiter, quotechar=layout.quote)
    return csv.reader(lines, delimiter=layout.delimiter, quoting=csv.QUOTE_NONE)


def width_of(spool: BinaryIO, header: Header, layout: Layout) -> int:
    """Fields of most rows; leaves the spool where it stands, at the first data row.

    A delimiter at the end of every row, or of the header alone, is a habit of many programs: rows may have blank fields
    more than the header has names, or lack those whose names are blank. Rows of any other width are no evidence, and
    where as many have the header's width, that stands: a row that is one too long may have a delimiter in a value.
    """
    if layout.row_width == "header":
        return header.width
    start = spool.tell()
    try:
        widths = {len(record) for record in islice(records(spool, layout), PEEKED)}
        if widths <= {0, header.width}:
            return header.width
        spool.seek(start)
        rows = Counter(width for record in records(spool, layout) if (width := _width(record, header)))
    except csv.Error:  # a cell beyond csv's limit; the parser that reads the rows has none
        return header.width
    finally:
        spool.seek(start)
    return max(rows, key=lambda width: (rows[width], width == header.width), default=header.width)


def _width(record: list[str], header: Header) -> int:
    """The width a row speaks for; 0 where none."""
    found = len(record)
    if found == header.width or header.named <= found < header.width:
        return found
    if found > header.width and any(cell.strip() for cell in record):
        return 0 if any(cell.strip() for cell in record[header.width :]) else found
    return 0
