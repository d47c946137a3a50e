"""JSON records, as one array, within an object, or one record a line."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import polars as pl

from expectations.layout import Layout
from transforms.exports.files.archives import ExportFile
from transforms.exports.formats.decoding import decoded
from transforms.exports.formats.headers import (
    WIDE,
    Header,
    RawBatch,
    RawRows,
    RowFault,
    asks_for_rest,
    cleaned,
    fitting_headers,
    listed,
    needed_counts,
    refuse_missing,
)
from transforms.exports.formats.json_records import JsonRecords, elsewhere, hides_records
from transforms.exports.formats.json_values import MISSING, TWICE, Doubled, lists_of_records, paths_within, value_at
from transforms.exports.refusals import ExportRefused

ROWS = 50_000
NO_NUMBER = "{ }"
"""What stands for an object where a number of a point should be."""


@dataclass(frozen=True)
class _Key:
    """Where a column's value lies in a record.

    Attributes:
        target: Canonical column, or `wide:<name>`.
        names: Keys or paths, any of which it may be.
        required: Whether a record without it cannot be a fact. A cell of a wide row is empty where its key is missing,
            as it would be in a table.
    """

    target: str
    names: tuple[str, ...]
    required: bool


@contextmanager
def json_rows(file: ExportFile, layout: Layout) -> Iterator[RawRows]:
    """Open a file of JSON records; its columns are the keys of all records together.

    Where a record lacks a key that others have, an optional column is empty and a needed one rejects the record.

    Raises:
        ExportRefused: It cannot be decoded, is no JSON of records, is one page of several, or lacks a column.
    """
    with decoded(file, layout) as text:
        records = JsonRecords(text.spool, layout, file.name)
        survey = _Survey(_keys(layout))
        for record in records:
            survey.look(record)
        if survey.first is None:
            raise ExportRefused("no_rows", file=file.name)
        header = _header(survey, layout, file.name)
        found = [key for key in survey.keys if key.target in header.positions]
        yield RawRows(header, _batches(iter(records), found, layout, file.name), records.notes)


def _keys(layout: Layout) -> list[_Key]:
    keys = [
        _Key(target, tuple(dict.fromkeys(map(cleaned, source.names))), source.required)
        for target, source in layout.columns.items()
        if source.names
    ]
    if layout.wide is not None:
        keys += [_Key(f"{WIDE}{name}", (cleaned(name),), False) for name in layout.wide.columns]
    return keys


class _Survey:
    """What all records together have.

    Attributes:
        keys: What is looked for.
        first: The first record; None before there was one.
        number: Records looked at.
        names: The name by which each column was first found.
        top: Keys of the records, in the order in which they turn up.
    """

    def __init__(self, keys: list[_Key]) -> None:
        self.keys = keys
        self.first: dict[str, Any] | None = None
        self.number = 0
        self.names: dict[str, str] = {}
        self.top: dict[str, None] = {}
        self.inner: dict[str, None] = {}
        self._shapes: set[tuple[str, ...]] = set()
        self._deep = any("." in name for key in keys for name in key.names)

    def look(self, record: dict[str, Any]) -> None:
        """Take one record; those of a shape seen before tell nothing new, unless paths lead into them."""
        self.number += 1
        if self.first is None:
            self.first = record
        shape = tuple(record)
        new = shape not in self._shapes
        if new:
            self._shapes.add(shape)
            self.top.update(dict.fromkeys(shape))
            self.inner.update(dict.fromkeys(paths_within(record)))
        if new or (self._deep and len(self.names) < len(self.keys)):
            for key in self.keys:
                if key.target not in self.names:
                    name = next((name for name in key.names if value_at(record, name) is not MISSING), None)
                    if name is not None:
                        self.names[key.target] = name

    def extra(self, ignored: tuple[str, ...]) -> tuple[str, ...]:
        """Keys not read on purpose or by name; of an object of which something is read, what else lies in it."""
        used = {name for key in self.keys for name in key.names}
        within = {name[:at] for name in used for at in range(len(name)) if name[at] == "."}
        passed = {cleaned(name) for name in ignored}
        known = used | passed
        names = [name for name in self.top if name not in within or name in used]
        names += [name for name in self.inner if any(name.startswith(f"{outer}.") for outer in within)]
        return tuple(n for n in dict.fromkeys(names) if n not in known and not n.startswith(_below(known)))


def _below(names: set[str]) -> tuple[str, ...]:
    return tuple(f"{name}." for name in names)


def _header(survey: _Survey, layout: Layout, file: str) -> Header:
    """Where the columns lie; a file none of whose records has a needed one is refused."""
    if survey.number == 1 and not layout.records and hides_records(survey.first, layout):
        raise elsewhere(survey.first, layout, file)
    spelled = list(survey.inner)
    if not survey.names:
        if not layout.records and any(lists_of_records(survey.first)):
            raise elsewhere(survey.first, layout, file)
        expected = listed([key.names[0] for key in survey.keys])
        raise ExportRefused("no_known_key", file=file, found=listed(spelled), expected=expected, source=layout.name)
    for key in survey.keys:
        if (key.required or key.target in needed_counts(layout)) and key.target not in survey.names:
            refuse_missing(key.target, key.names, spelled, layout, file)
    if layout.wide is not None:
        for said in dict.fromkeys(layout.wide.columns.values()):
            names = tuple(name for name, its in layout.wide.columns.items() if its == said)
            if not any(f"{WIDE}{name}" in survey.names for name in names):
                refuse_missing(said.crime_type or names[0], names, spelled, layout, file)
        if layout.wide.pattern:
            _take_fitting(survey, layout, file)
    positions = {target: n for n, target in enumerate(key.target for key in survey.keys if key.target in survey.names)}
    return Header(len(survey.top), positions, survey.names, survey.extra(layout.ignored))


def _take_fitting(survey: _Survey, layout: Layout, file: str) -> None:
    """Take every other key of the records that fits the pattern of `[wide]`, as a column that some lack."""
    spelled = list(survey.inner)
    used = {place for place, name in enumerate(spelled) if name in survey.names.values()}
    for target, place in fitting_headers(spelled, used, layout, file).items():
        survey.keys.append(_Key(target, (spelled[place],), required=False))
        survey.names[target] = spelled[place]


def _batches(records: Iterator[dict[str, Any]], keys: list[_Key], layout: Layout, file: str) -> Iterator[RawBatch]:
    schema = {"row_number": pl.Int64, **{key.target: pl.String for key in keys}}
    numbered = enumerate(records, 1)
    mapped = {name for key in keys for name in key.names} if asks_for_rest(layout) else None
    while part := list(islice(numbered, ROWS)):
        rows: list[tuple[int, list[str]]] = []
        rest: list[str] = []
        faults: list[RowFault] = []
        for number, record in part:
            cells, fault = _cells(record, number, keys, layout, file)
            if fault is None:
                rows.append((number, cells))
                if mapped is not None:
                    rest.append(_unread(record, mapped))
            else:
                faults.append(replace(fault, cells=_texts(record, keys)))
        columns = {key.target: [cells[n] for _, cells in rows] for n, key in enumerate(keys)}
        frame = pl.DataFrame({"row_number": [number for number, _ in rows], **columns}, schema=schema)
        told = None if mapped is None else pl.Series("rest", rest, dtype=pl.String).hash()
        yield RawBatch(frame, faults=tuple(faults), rest=told)


def _unread(record: dict[str, Any], mapped: set[str]) -> str:
    """What stands in a record outside the keys that are read, in any order."""
    return repr(sorted((name, repr(value)) for name, value in record.items() if name not in mapped))


def _cells(
    record: dict[str, Any], number: int, keys: list[_Key], layout: Layout, file: str
) -> tuple[list[str], RowFault | None]:
    """The text of each column, or the first reason why there is none."""
    cells = []
    plain, axes = not isinstance(record, Doubled), layout.axes or ()
    for key in keys:
        names = key.names
        value = record.get(names[0]) if plain and len(names) == 1 else None
        if type(value) is not str:
            value = _value(record, key, layout, file)
        if key.target in axes and not isinstance(value, str):
            value = _axis(value)
        if value is MISSING:
            if key.required:
                return [], RowFault(number, "missing_key", key.target, "", listed(list(names)))
            value = None
        elif value is TWICE:
            return [], RowFault(number, "double_key", key.target, "", "")
        elif isinstance(value, (dict, list)):
            name = next(name for name in names if value_at(record, name) is value)
            paths = listed([f'"{path}"' for path in paths_within(value, f"{name}.")][:4])
            kind = "{ }" if isinstance(value, dict) else "[ ]"
            return [], RowFault(number, "nested_value", key.target, kind, paths or f'"{name}.…"')
        cells.append("" if value is None else value if isinstance(value, str) else str(value).lower())
    return cells, None


def _axis(value: Any) -> str:
    """What stands for a point that is no text: a crime counts whatever is said of its place."""
    return NO_NUMBER if value is TWICE or isinstance(value, (dict, list)) else ""


def _texts(record: dict[str, Any], keys: list[_Key]) -> tuple[str, ...]:
    """Every text the columns of a record may be read from, whatever is wrong with the record."""
    values = (value_at(record, name) for key in keys for name in key.names)
    return tuple(value for value in values if isinstance(value, str))


def _value(record: dict[str, Any], key: _Key, layout: Layout, file: str) -> Any:
    """What a record holds for a column; a text goes before an object one of whose names is meant."""
    found = [(name, value) for name in key.names if (value := value_at(record, name)) is not MISSING]
    plain = [(name, value) for name, value in found if not isinstance(value, (dict, list))]
    if len(plain) > 1:
        names = listed([name for name, _ in plain])
        raise ExportRefused("ambiguous_column", file=file, column=key.target, found=names, source=layout.name)
    return (plain or found or [("", MISSING)])[0][1]
