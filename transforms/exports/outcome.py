"""What became of every row of a file."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from expectations.people.shown import beginning, without_people, without_whole_metres
from expectations.sentences import printable, sentence
from transforms.exports.facts import Fault
from transforms.exports.formats import Misfit, RowFault
from transforms.exports.refusals import Note

IDENTIFIERS = ("incident_id", "call_id")
TYPED = ("_at", "_date", "_time", "_from", "_to", "_year", "_month", "_day", "_hour")
"""How columns end that hold days and times."""
COUNTED = re.compile(r"[0-9]{13}")
"""Milliseconds since 1970 look like it, and so does a resident number written in one piece."""
SHOWN = 80
KINDS = 50
LISTED = 10
QUOTING = ("column", "columns", "found")
"""Values of sentences in which texts of the file may stand: cells, or headers, which its first row may have been."""
MERGED = 4
"""Blanks look like merged cells where at least one row in so many is blank and the first is not."""
REJECTED = {"row_number": pl.Int64, "reason": pl.String, "sentence": pl.String, "values": pl.String}


@dataclass(frozen=True)
class Outcome:
    """The account of one file: rows_read = rows_accepted + rows_rejected + rows_superseded + rows_set_aside.

    Attributes:
        rows_read: Data rows of the file, blank lines included, before a wide row becomes several facts.
        rows_accepted: Rows that are facts, superseded ones left out.
        rows_rejected: Rows in `rejected`.
        rows_superseded: Rows in `superseded`.
        rows_set_aside: Rows the layout says are no fact.
        set_aside: Their number by reason.
        rejected: One row per rejected row: row_number, reason, sentence in the agency's language, values (JSON).
        superseded: Numbers of rows that were handed out and whose natural key stood again further down.
        unknown_codes: Rows by code that no code list holds ("" where blank); at most 50 kinds, the commonest.
        unknown_districts: Rows by text that names no district; at most 50 kinds, the commonest. A blank is no text, and
            a total is no district: neither is here.
        extra_columns: Columns the layout neither maps nor ignores.
        notes: What was noticed.
        blank_districts: Rows whose district is left blank.
        unknown_columns: Of a register: number of further such columns, whose headers may be anything and are not told.
    """

    rows_read: int
    rows_accepted: int
    rows_rejected: int
    rows_superseded: int
    rows_set_aside: int
    set_aside: dict[str, int]
    rejected: pl.DataFrame
    superseded: pl.Series
    unknown_codes: dict[str, int]
    unknown_districts: dict[str, int]
    extra_columns: tuple[str, ...]
    notes: tuple[Note, ...]
    blank_districts: int = 0
    unknown_columns: int = 0


@dataclass
class Tally:
    """Counts rows while a file is being read.

    Attributes:
        file: Name of the file, for sentences.
        lang: Language of the sentences kept with rejected rows.
        names: The file's own spelling of each column.
        positions: Where each column stands in a row.
        noticed: What the file's format noticed.
        blank_is_nothing: Whether the layout says that a blank district is not known, so that none looks merged.
        headers: Numbers of the rows that hold the header again: a new block begins below each.
        unknown_columns: Of a register: columns that nothing reads and whose headers must not be told.
        placeable: Of a file with points: rows of crimes whose place may be told.
        unplaced: Of those, rows without a usable point, by the code of the note that says why.
        has_points: Whether the layout names points, one of which may stand in any other column by mistake.
    """

    file: str
    lang: str
    names: dict[str, str] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)
    noticed: list[Note] = field(default_factory=list)
    rows_read: int = 0
    accepted: int = 0
    set_aside: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    unknown_codes: Counter[str] = field(default_factory=Counter)
    unknown_districts: Counter[str] = field(default_factory=Counter)
    unknown_urgencies: Counter[str] = field(default_factory=Counter)
    other_codes: Counter[str] = field(default_factory=Counter)
    beside: dict[str, Counter[str]] = field(default_factory=lambda: {"outside": Counter(), "totals": Counter()})
    empty_counts: int = 0
    blank_districts: int = 0
    district_rows: int = 0
    district_column: str = ""
    begins_blank: bool = False
    blank_is_nothing: bool = False
    emptied: Counter[str] = field(default_factory=Counter)
    rejected: list[pl.DataFrame] = field(default_factory=list)
    headers: list[int] = field(default_factory=list)
    units: Counter[date] = field(default_factory=Counter)
    parts: dict[str, None] = field(default_factory=dict)
    first_outside: date | None = None
    last_outside: date | None = None
    unknown_columns: int | None = None
    placeable: int = 0
    unplaced: Counter[str] = field(default_factory=Counter)
    has_points: bool = False

    def misfits(self, misfits: Sequence[Misfit]) -> None:
        """Take rows with the wrong number of fields; a blank line is no row that went wrong."""
        self.rows_read += len(misfits)
        broken = [m for m in misfits if m.found]
        blank = len(misfits) - len(broken)
        if blank:
            self.set_aside["blank_line"] += blank
        rows = []
        for m in broken:
            values = {"row": m.row_number, "found": m.found, "expected": m.expected}
            text = sentence("field_count", self.lang, file=self.file, **values)
            rows.append((m.row_number, "field_count", text, json.dumps({"fields": m.found})))
        self._keep(rows)

    def unread(self, faults: Sequence[RowFault]) -> None:
        """Take rows their format could not give as text; nothing of them is kept."""
        self.rows_read += len(faults)
        rows = []
        for f in faults:
            column = self.names.get(f.column, f.column)
            text = sentence(
                f.reason, self.lang, file=self.file, row=f.row_number, column=column, found=f.found, expected=f.expected
            )
            rows.append((f.row_number, f.reason, text, json.dumps({"column": column}, ensure_ascii=False)))
        self._keep(rows)

    def reject(self, fault: Fault, raw: pl.DataFrame) -> None:
        """Take rows rejected for one reason, with what may be told of their columns; identifiers are not kept."""
        column = self.names.get(fault.column, fault.column)
        shown = [name for name in raw.columns if name not in ("row_number", *IDENTIFIERS)]
        rows = []
        for row in raw.iter_rows(named=True):
            row |= {name: COUNTED.sub(_masked, row[name]) for name in row if name.endswith(TYPED) and row[name]}
            row |= {name: self.shown(row[name]) for name in row if isinstance(row[name], str)}
            found = (row.get(fault.column) or "")[:SHOWN]
            expected = row.get(fault.beside) or "" if fault.beside else fault.expected
            text = sentence(
                fault.reason,
                self.lang,
                file=self.file,
                row=row["row_number"],
                column=column,
                found=found,
                expected=expected,
            )
            values = {name: _told(name, row[name]) for name in shown if row[name]}
            rows.append((row["row_number"], fault.reason, text, json.dumps(values, ensure_ascii=False)))
        self._keep(rows)

    def shown(self, text: str) -> str:
        """What may be told of a text that stands somewhere in the file."""
        return without_whole_metres(text) if self.has_points else text

    def quoted(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Values of a sentence with what may be told of those that quote the file."""
        return {name: self.shown(of) if name in QUOTING and isinstance(of, str) else of for name, of in values.items()}

    def _keep(self, rows: list[tuple[int, str, str, str]]) -> None:
        if rows:
            self.reasons.update(reason for _, reason, _, _ in rows)
            self.rejected.append(pl.DataFrame(rows, schema=REJECTED, orient="row"))

    def example(self, reason: str) -> str:
        """Sentence of the first row rejected for a reason."""
        first = next(part for part in self.rejected if part.get_column("reason")[0] == reason)
        return str(first.get_column("sentence")[0])

    def outside(self, units: pl.Series) -> None:
        """Remember the days of rows that lie outside the file's period."""
        self.first_outside, self.last_outside = _spanned(self.first_outside, self.last_outside, units)

    def inside(self, rows: int, units: pl.Series) -> None:
        """Count accepted rows, and remember the days (months, years) of their facts."""
        self.accepted += rows
        for unit, facts in units.value_counts().iter_rows():
            self.units[unit] += facts

    def outcome(
        self, superseded: pl.Series, extra: tuple[str, ...], strays: Mapping[date, int], unread: tuple[str, ...] = ()
    ) -> Outcome:
        """Close the account.

        Args:
            superseded: Numbers of rows whose natural key stands again further down.
            extra: Columns the layout neither maps nor ignores.
            strays: Accepted rows outside the stretches the file fills, by the day, week, month or year they lie in.
            unread: Those of the extra columns without which the counts may be of something else than it seems.
        """
        self.unknown_districts.pop("", None)
        rejected = pl.concat(self.rejected) if self.rejected else pl.DataFrame(schema=REJECTED)
        return Outcome(
            rows_read=self.rows_read,
            rows_accepted=self.accepted - superseded.len(),
            rows_rejected=rejected.height,
            rows_superseded=superseded.len(),
            rows_set_aside=self.set_aside.total(),
            set_aside=_sorted(self.set_aside),
            rejected=rejected.sort("row_number"),
            superseded=superseded,
            unknown_codes=_kinds(self._told_apart(self.unknown_codes)),
            unknown_districts=_kinds(self._told_apart(self.unknown_districts)),
            extra_columns=tuple(map(self.shown, extra)),
            notes=tuple(
                Note(note.code, self.quoted(note.values))
                for note in (*self._columns(unread), *self._notes(extra, strays))
            ),
            blank_districts=self.blank_districts,
            unknown_columns=self.unknown_columns or 0,
        )

    def _told_apart(self, found: Counter[str]) -> Counter[str]:
        """Rows by what may be told of a text; several that look alike then are one."""
        made: Counter[str] = Counter()
        for text, rows in found.items():
            made[self.shown(text)] += rows
        return made

    @property
    def looks_merged(self) -> bool:
        """Whether districts are blank as they are below merged cells."""
        enough = 0 < self.district_rows <= self.blank_districts * MERGED
        return enough and not self.begins_blank and not self.blank_is_nothing

    def _columns(self, unread: tuple[str, ...]) -> list[Note]:
        """What was noticed of the columns and cells of a table of counts, and of merged cells in any."""
        notes = []
        if unread:
            notes.append(Note("note_unread_axes", {"file": self.file, "columns": ", ".join(unread[:LISTED])}))
        for name, code in (("outside", "note_columns_outside"), ("totals", "note_columns_totals")):
            counts = self.beside[name]
            if counts:
                values = {"columns": ", ".join(list(counts)[:LISTED]), "n": counts.total(), "kinds": len(counts)}
                notes.append(Note(code, {"file": self.file, **values}))
        if self.empty_counts:
            notes.append(Note("note_empty_counts", {"file": self.file, "n": self.empty_counts}))
        if self.blank_districts:
            code = "note_merged_districts" if self.looks_merged else "note_blank_districts"
            column = self.names.get(self.district_column, self.district_column)
            values = {"n": self.blank_districts, "column": column, "canonical": self.district_column}
            notes.append(Note(code, {"file": self.file, **values}))
        return notes

    def _notes(self, extra: tuple[str, ...], strays: Mapping[date, int]) -> list[Note]:
        notes = list(self.noticed)
        repeated = self.set_aside["repeated_header"]
        if repeated:
            notes.append(Note("note_repeated_header", {"file": self.file, "n": repeated}))
        if strays:
            listed = ", ".join(f"{first} ({rows})" for first, rows in sorted(strays.items())[:LISTED])
            notes.append(Note("note_strays", {"file": self.file, "n": sum(strays.values()), "listed": listed}))
        if self.emptied:
            listed = ", ".join(f"{self.names.get(name, name)} ({n})" for name, n in _sorted(self.emptied).items())
            notes.append(Note("note_emptied_dates", {"file": self.file, "n": self.emptied.total(), "listed": listed}))
        notes += self._unread(extra)
        for code, rows in self.unplaced.items():
            notes.append(Note(code, {"file": self.file, "n": rows, "of": self.placeable}))
        for code, found in (
            ("note_unknown_codes", self.unknown_codes),
            ("note_unknown_districts", self.unknown_districts),
            ("note_unknown_urgencies", self.unknown_urgencies),
            ("note_other_codes", self.other_codes),
        ):
            if found:
                listed = ", ".join(f"{text or '—'} ({n})" for text, n in _kinds(self._told_apart(found)).items())
                notes.append(Note(code, {"file": self.file, "n": found.total(), "kinds": len(found), "listed": listed}))
        return notes

    def _unread(self, extra: tuple[str, ...]) -> list[Note]:
        """Columns that nothing reads; of a register their number, but for those whose header cannot be a person's."""
        if self.unknown_columns is not None:
            values = {"columns": ", ".join(extra) or "–", "unknown": self.unknown_columns}
            return [Note("register_extra_columns", values)] if extra or self.unknown_columns else []
        columns = ", ".join(extra[:LISTED])
        return [Note("note_extra_columns", {"file": self.file, "columns": columns, "n": len(extra)})] if extra else []


def _told(column: str, text: str) -> str:
    """What is kept of a rejected row's cell: of what looks like a person's name the first syllable."""
    return printable(text[:SHOWN] if column.endswith(TYPED) else beginning(text, without_people, SHOWN))


def _kinds(counts: Counter[str]) -> dict[str, int]:
    """The commonest, as many as somebody may be expected to read."""
    return dict(list(_sorted(counts).items())[:KINDS])


def _masked(digits: re.Match[str]) -> str:
    """The first digits of thirteen: which of the two it is cannot be told for certain, so it is not kept."""
    return f"{digits[0][:4]}…(13)"


def _spanned(first: date | None, last: date | None, units: pl.Series) -> tuple[date | None, date | None]:
    days = [day for day in (first, last, units.min(), units.max()) if isinstance(day, date)]
    return (min(days), max(days)) if days else (None, None)


def _sorted(counts: Counter[str]) -> dict[str, int]:
    """Commonest first, then by name, so that equal files give equal accounts."""
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
