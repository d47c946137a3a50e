"""JSON records, as one array or one record a line."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, BinaryIO

import polars as pl

from expectations.layout import Layout
from transforms.exports.archives import ExportFile
from transforms.exports.formats.decoding import decoded
from transforms.exports.formats.headers import Misfit, RawBatch, RawRows, header_from
from transforms.exports.refusals import ExportRefused

ROWS = 50_000
HALF = b"\\ud"
"""How half a character begins, spelled as an escape; without its other half it is no text."""


@contextmanager
def json_rows(file: ExportFile, layout: Layout) -> Iterator[RawRows]:
    """Open a file of JSON records; the first record's keys are the header.

    A record that lacks one of the header's mapped keys is a misfit: a key left out is not an empty value.

    Raises:
        ExportRefused: It cannot be decoded, is no JSON of records, or lacks a column.
    """
    with decoded(file, layout) as text:
        records = _records(text.spool, file)
        first = next(records, None)
        if first is None:
            raise ExportRefused("no_rows", file=file.name)
        header = header_from(list(first), layout, file.name)
        keys = {target: list(first)[place] for target, place in header.positions.items()}
        yield RawRows(header, _batches(_chain(first, records), keys))


def _chain(first: dict[str, Any], rest: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    yield first
    yield from rest


def _records(spool: BinaryIO, file: ExportFile) -> Iterator[dict[str, Any]]:
    """Records in file order; an array is read whole, lines one at a time. Numbers keep the spelling of the file."""
    start = spool.read(1)
    while start.isspace():
        start = spool.read(1)
    is_array = start == b"["
    spool.seek(0)
    texts = iter([spool.read()]) if is_array else (line for line in iter(spool.readline, b"") if line.strip())
    number = 0
    for text in texts:
        try:
            value = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
            if HALF in text.lower():
                json.dumps(value, ensure_ascii=False).encode()
        except json.JSONDecodeError as error:
            line = error.lineno if is_array else number + 1
            raise ExportRefused("not_json", file=file.name, line=line, problem=error.msg) from error
        except (RecursionError, UnicodeEncodeError) as error:
            problem = "half a character" if isinstance(error, UnicodeEncodeError) else "nested too deeply"
            raise ExportRefused("not_json", file=file.name, line=number + 1, problem=problem) from error
        for record in value if is_array else [value]:
            number += 1
            if not isinstance(record, dict):
                raise ExportRefused("not_records", file=file.name, row=number)
            yield record


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _batches(records: Iterator[dict[str, Any]], keys: dict[str, str]) -> Iterator[RawBatch]:
    numbered = enumerate(records, 1)
    while part := list(islice(numbered, ROWS)):
        rows: list[tuple[int, dict[str, Any]]] = []
        misfits: list[Misfit] = []
        for number, record in part:
            missing = sum(key not in record for key in keys.values())
            if missing:
                misfits.append(Misfit(number, len(keys) - missing, len(keys)))
            else:
                rows.append((number, record))
        columns = {target: [_text(record[key]) for _, record in rows] for target, key in keys.items()}
        schema = {"row_number": pl.Int64, **dict.fromkeys(keys, pl.String)}
        yield RawBatch(pl.DataFrame({"row_number": [n for n, _ in rows], **columns}, schema=schema), tuple(misfits))
