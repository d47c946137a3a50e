"""A register's file → its rows; every row is an entry, or is rejected with a sentence."""

import csv
import io
import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import polars as pl

from expectations.agency import Agency
from expectations.contracts import TABLES
from expectations.contracts.ddl import polars_schema
from expectations.registers import REGISTERS, Register
from expectations.sentences import sentence
from transforms.exports import ExportRefused
from transforms.exports.files.protected import HEAD, protection_of
from transforms.exports.outcome import REJECTED, Outcome
from transforms.exports.personal_data import refuse_personal_data
from transforms.register import cells
from transforms.register.cells import Names, Unreadable, folded

ENCODINGS = ("utf-8-sig", "cp949")
LARGEST = 5_000_000
"""Bytes of a register, which people keep by hand; what is larger is another file."""
Row = dict[str, str]
Fault = tuple[str, Unreadable]
_DAYS = ("started_on", "review_on", "given_on", "entered_on")
_WIDE: Fault = ("", Unreadable("register_wide"))
_NAMED = {folded(name) for register in REGISTERS for one in register.columns for name in (one.name, one.label)}


@dataclass(frozen=True)
class RegisterReading:
    """What a register's file says.

    Attributes:
        rows: Its entries, in the columns of the raw contract without `file_id`.
        outcome: The account of every row; its `extra_columns` are only those whose header is a name of a register's
            column, for a header may be anything where the first row is none.
        unknown_columns: Number of the others that are not read.
    """

    rows: pl.DataFrame
    outcome: Outcome
    unknown_columns: int = 0

    def remarks(self, lang: str) -> list[str]:
        """What was noticed: rows set aside, and columns that were not read."""
        aside = sorted(self.outcome.set_aside.items())
        said = [sentence("rows_set_aside_by", lang, reason=why, rows=n) for why, n in aside]
        if self.outcome.extra_columns or self.unknown_columns:
            named = ", ".join(self.outcome.extra_columns) or "–"
            said.append(sentence("register_extra_columns", lang, columns=named, unknown=self.unknown_columns))
        return said


def read_register(
    register: Register, name: str, content: bytes, agency: Agency, *, entered: bool = False
) -> RegisterReading:
    """Read a register; only the columns it names are looked at.

    Args:
        register: Which one.
        name: File name, for sentences.
        content: Its bytes, UTF-8 or CP949.
        agency: Whose districts and crime types it may name.
        entered: Whether every row must say the day it was entered: what was delivered is known to have been there on
            the day of its delivery, a file of the agency folder on none.

    Raises:
        ExportRefused: The file is empty, too large, no text, lacks a column, or holds a person's number.
    """
    header, lines = _table(register, name, content)
    named = _columns(register, name, header)
    # An empty cell too many tells as well: an unquoted comma has moved what was the last one.
    wide = {number for number, line in enumerate(lines, 1) if len(line) > len(header) and any(map(str.strip, line))}
    rows = [(number, {column: _cell(line, at) for column, at in named.items()}) for number, line in enumerate(lines, 1)]
    shown = {column: header[at] for column, at in named.items()}
    _refuse_people(rows, shown, name)
    entries: list[dict[str, Any]] = []
    rejected: list[tuple[int, str, str, str]] = []
    taken: set[str] = set()
    readers, blank = _readers(register, Names(agency)), 0
    needed = {column.name for column in register.columns if column.required} | ({"entered_on"} if entered else set())
    for number, row in rows:
        if number not in wide and not any(row.values()):
            blank += 1
            continue
        entry, fault = _entry(register, row, readers, needed, taken)
        if number in wide:
            fault = _WIDE
        if fault is None:
            taken.add(str(entry[register.key]))
            entries.append({"row_number": number, **entry})
        else:
            rejected.append(_rejected(number, *fault, _safe(row, readers), shown, name, agency.language))
    schema = {name: kind for name, kind in polars_schema(TABLES[f"raw_{register.kind}"]).items() if name != "file_id"}
    unread, unknown = _told([text for at, text in enumerate(header) if at not in named.values()])
    outcome = Outcome(
        rows_read=len(rows), rows_accepted=len(entries), rows_rejected=len(rejected), rows_superseded=0,
        rows_set_aside=blank, set_aside={"blank_line": blank} if blank else {},
        rejected=pl.DataFrame(rejected, schema=REJECTED, orient="row"), superseded=pl.Series(dtype=pl.Int64),
        unknown_codes={}, unknown_districts={}, notes=(),
        extra_columns=unread,
    )  # fmt: skip
    return RegisterReading(pl.DataFrame(entries, schema=schema), outcome, unknown)


def _table(register: Register, name: str, content: bytes) -> tuple[list[str], list[list[str]]]:
    if len(content) > LARGEST:
        raise ExportRefused("register_large", file=name, megabytes=LARGEST // 1_000_000)
    whose = protection_of(content[:HEAD])
    if whose is not None:
        raise ExportRefused("protected_file", file=name, program=whose)
    text = _text(name, content)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise ExportRefused("register_no_table", file=name, why=str(error)) from error
    if not any(any(cell.strip() for cell in line) for line in lines):
        raise ExportRefused("empty_file", file=name)
    header = [cell.strip() for cell in lines[0]]
    return header, lines[1:]


def _text(name: str, content: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and "\ufffd" not in text:
            return unicodedata.normalize("NFC", text)
    raise ExportRefused("register_no_text", file=name)


def _columns(register: Register, name: str, header: list[str]) -> dict[str, int]:
    """Where each column of the register stands."""
    found: dict[str, int] = {}
    for column in register.columns:
        places = [at for at, text in enumerate(header) if folded(text) in (folded(column.name), folded(column.label))]
        if len(places) > 1:
            raise ExportRefused("register_column_twice", file=name, column=header[places[0]])
        if places:
            found[column.name] = places[0]
        elif column.required:
            known, unknown = _told(header)
            raise ExportRefused(
                "register_column_missing", file=name, column=f"{column.label}({column.name})",
                found=", ".join(known) or "–", unknown=unknown,
            )  # fmt: skip
    return found


def _told(headers: Iterable[str]) -> tuple[tuple[str, ...], int]:
    """Headers that are names of a register's columns, and how many others there are.

    A file without a header has an entry in its place, with whatever it says of people: it must not be told.
    """
    texts = [text for text in headers if text]
    known = tuple(text for text in texts if folded(text) in _NAMED)
    return known, len(texts) - len(known)


def _cell(line: list[str], at: int) -> str:
    return line[at].strip() if at < len(line) else ""


def _refuse_people(rows: list[tuple[int, Row]], shown: Mapping[str, str], name: str) -> None:
    """Refuse the file where any cell that would be kept holds a resident-registration or telephone number."""
    texts = {column: pl.Series(column, [row[column] or None for _, row in rows], dtype=pl.String) for column in shown}
    numbers = pl.Series("row_number", [number for number, _ in rows], dtype=pl.Int64)
    refuse_personal_data(pl.DataFrame([numbers, *texts.values()]), dict(shown), name)


def _readers(register: Register, known: Names) -> dict[str, Callable[[str], Any]]:
    """How each column is read; what is not named here is a title in one line."""
    read = {column.name: cells.short for column in register.columns}
    special: dict[str, Callable[[str], Any]] = {
        "district": known.district, "crime_type": known.crime_type, "expected_effect": cells.per_cent,
        "expected_direction": cells.direction, **dict.fromkeys(_DAYS, cells.day),
        register.unit: known.unit, register.key: cells.number,
    }  # fmt: skip
    return read | {name: reader for name, reader in special.items() if name in read}


def _entry(
    register: Register, row: Row, readers: Mapping[str, Callable[[str], Any]], needed: set[str], taken: set[str]
) -> tuple[dict[str, Any], Fault | None]:
    """The row's entry, or the column at fault and why."""
    entry: dict[str, Any] = {}
    for column in register.columns:
        text = row.get(column.name, "")
        try:
            if not text and column.name in needed:
                raise Unreadable("register_not_entered" if column.name == "entered_on" else "register_empty")
            entry[column.name] = readers[column.name](text) if text else None
            if column.name == register.key and entry[column.name] in taken:
                raise Unreadable("register_twice")
            if column.name == "review_on" and entry["review_on"] < entry["started_on"]:
                raise Unreadable("register_review_first", f"{entry['started_on']}")
        except Unreadable as fault:
            return {}, (column.name, fault)
    return entry, None


def _safe(row: Row, readers: Mapping[str, Callable[[str], Any]]) -> dict[str, str]:
    """What of a rejected row may be kept: days, districts and crime types, as they were read.

    Where cells have slipped, a name stands in any column; what reads as one of these is none.
    """
    kept = {}
    for column in (*_DAYS, "district", "crime_type"):
        if row.get(column):
            with suppress(Unreadable):
                kept[column] = f"{readers[column](row[column])}"
    return kept


def _rejected(
    number: int, column: str, fault: Unreadable, safe: dict[str, str], shown: Mapping[str, str], name: str, lang: str
) -> tuple[int, str, str, str]:
    """A row of table `rejected_row`: which column, and what was expected of it; never what a person wrote there."""
    text = sentence(fault.code, lang, file=name, row=number, column=shown.get(column, column),
                    found=safe.get(column, ""), expected=fault.expected)  # fmt: skip
    return number, fault.code, text, json.dumps(safe, ensure_ascii=False)
