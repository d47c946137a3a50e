"""Rows of a register as text → entries; of a row that is none, which cell is wrong and what of it may be told."""

import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from expectations.agency import Agency
from expectations.kinds import TELLABLE, CellMeaning, RegisterColumn, RegisterKind
from transforms.register import cells, deployed
from transforms.register.cells import Names, Unreadable

Row = Mapping[str, str]
Key = tuple[Any, ...]
Readers = Mapping[str, Callable[[str], Any]]


@dataclass(frozen=True)
class Wrong:
    """Why a row is no entry.

    Attributes:
        code: Reason in the catalogue of sentences.
        column: The column at fault.
        expected: What it should hold, as the sentence says it; empty where another column of the row says it.
        beside: That column.
    """

    code: str
    column: str
    expected: str = ""
    beside: str = ""


@dataclass(frozen=True)
class Entry:
    """One row.

    Attributes:
        values: By column, as its raw table holds them; empty where the row is none.
        safe: What may be told of it where it is rejected: days, districts, areas, crime types and the like as they were
            read. Where cells have slipped, a name stands in any column; what reads as one of these is none.
        wrong: Why it is no entry; None where it is one.
    """

    values: Mapping[str, Any]
    safe: Mapping[str, str]
    wrong: Wrong | None


def entries(
    rows: Iterator[tuple[int, Row]],
    register: RegisterKind,
    agency: Agency,
    *,
    needed: Collection[str] = (),
    broken: Collection[int] = (),
    in_workbook: bool = False,
) -> Iterator[Entry]:
    """Read every row, in file order.

    Args:
        rows: Numbers and texts by column; a column the file lacks, or an empty cell, is none.
        register: What a row is.
        agency: Whose districts and crime types it may name.
        needed: Columns no row may leave empty, beside those the register needs.
        broken: Numbers of rows already known to be wrong, which take no key from those below.
        in_workbook: Whether the texts are cells of a workbook, where a per cent may stand as a share.
    """
    readers = _readers(register, Names(agency), in_workbook)
    needs = {*register.needs, *needed}
    taken: set[Key] = set()
    for number, row in rows:
        row = {name: unicodedata.normalize("NFC", text) for name, text in row.items()}
        values, wrong = _read(row, register, readers, needs, taken)
        if wrong is None and number not in broken:
            taken.add(_key(register, values))
        yield Entry(values, _safe(row, register, readers), wrong)


def _readers(register: RegisterKind, known: Names, in_workbook: bool) -> Readers:
    """How the cells of each column are read."""
    read: Mapping[CellMeaning, Callable[[str], Any]] = {
        "number": cells.number, "unit": known.unit, "district": known.district, "crime_type": known.crime_type,
        "title": cells.short, "day": cells.day, "direction": cells.direction,
        "shift": known.shift, "weekday": cells.weekday, "hours": cells.hours, "count": cells.count,
        "event": cells.event,
        "area": known.area, "year": cells.year, "factor": cells.factor, "amount": cells.amount,
        "unit_kind": deployed.unit_kind, "ground": known.ground, "ground_name": known.ground_name, "cell": known.cell,
        "weekdays": deployed.weekdays, "from_hour": deployed.from_hour, "to_hour": deployed.to_hour,
        "crime_type_or_all": known.crime_type_or_all, "purpose": cells.ground, "hours_a_month": deployed.hours_a_month,
        "per_cent": cells.per_cent_of_workbook if in_workbook else cells.per_cent,
    }  # fmt: skip
    return {column.name: read[column.read] for column in register.columns}


def _read(
    row: Row, register: RegisterKind, readers: Readers, needed: Collection[str], taken: Collection[Key]
) -> tuple[dict[str, Any], Wrong | None]:
    """The row's values, or the first column at fault and why."""
    values: dict[str, Any] = {}
    for column in register.columns:
        text = row.get(column.name, "")
        if not text and column.name in needed:
            return {}, Wrong(
                "register_not_entered" if column.name == register.entered else "register_empty", column.name
            )
        try:
            values[column.name] = readers[column.name](text) if text else None
        except Unreadable as fault:
            return {}, Wrong(fault.code, column.name, fault.expected)
        if column.name == register.key[-1] and _key(register, values) in taken:
            return {}, _twice(register)
        if (wrong := _wrong(column, values, register)) is not None:
            return {}, wrong
    return values, None


def _wrong(column: RegisterColumn, values: Mapping[str, Any], register: RegisterKind) -> Wrong | None:
    """What is wrong with what a cell says, beside the cells before it."""
    if _too_early(column, values):
        return Wrong("register_review_first", column.name, beside=column.not_before)
    if _too_long(column, values):
        return Wrong("register_too_long", column.name, f"{column.most_days}")
    if values[column.name] is not None and column.least and values[column.name] < column.least:
        return Wrong("register_least", column.name, f"{column.least}")
    if column.together and (values[column.name] is None) != (values[column.together] is None):
        return _alone(column, values, register)
    return None


def _alone(column: RegisterColumn, values: Mapping[str, Any], register: RegisterKind) -> Wrong:
    """Which of two columns that say something together is empty, beside the other."""
    both = [one for one in register.columns if one.name in (column.name, column.together)]
    empty, told = sorted(both, key=lambda one: values[one.name] is not None)
    return Wrong("register_alone", empty.name, f"{told.label} ({told.name})")


def _key(register: RegisterKind, values: Mapping[str, Any]) -> Key:
    """What tells the row from the others; the key's columns come before all that is not."""
    return tuple(values[name] for name in register.key)


def _twice(register: RegisterKind) -> Wrong:
    if len(register.key) == 1:
        return Wrong("register_twice", register.key[0])
    named = [f"{column.name} ({column.label})" for column in register.columns if column.name in register.key]
    return Wrong("register_twice_together", register.key[-1], ", ".join(named))


def _too_early(column: RegisterColumn, values: Mapping[str, Any]) -> bool:
    day, first = values[column.name], values.get(column.not_before)
    return day is not None and first is not None and day < first


def _too_long(column: RegisterColumn, values: Mapping[str, Any]) -> bool:
    day, first = values[column.name], values.get(column.not_before)
    return bool(column.most_days) and day is not None and first is not None and (day - first).days >= column.most_days


def _safe(row: Row, register: RegisterKind, readers: Readers) -> dict[str, str]:
    kept = {}
    for name in register.read_as(*TELLABLE):
        if row.get(name):
            with suppress(Unreadable):
                if (told := readers[name](row[name])) is not None:
                    kept[name] = f"{told}"
    return kept
