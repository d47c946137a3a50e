"""One export into the warehouse: read, counted row by row, kept whole or not at all."""

import errno
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Literal

import duckdb

from expectations.agency import Agency
from expectations.contracts.table import Table
from expectations.kinds import REGISTERS
from expectations.layout import Layout
from expectations.sentences import sentence
from flows.faults import reported
from flows.warehouse.deliveries import enter_deliveries
from flows.warehouse.failure import AccountingError
from flows.warehouse.inbox import LOST, unreadable_inbox
from flows.warehouse.read_files import ReadFile, Told, told_by, without
from flows.warehouse.received_files import forget_rows, reading_hash, record
from flows.warehouse.registers import enter_days
from flows.warehouse.schema import RAW, RECEIVED_FILE, REGISTERED
from flows.warehouse.statements import transaction
from flows.warehouse.units import ROW_KEY, count_units, mark_orphans, share_units
from transforms.exports import ExportFile, ExportRefused, Outcome, Reading, Refusal, read_export
from transforms.exports.dates import unit_grain
from transforms.exports.files.names import named_export_day, named_period

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})


@dataclass(frozen=True)
class StoredFile:
    """What became of one file.

    Attributes:
        status: accepted; refused; or left: it changed or vanished while it was read, the next look will tell.
        outcome: Its rows by fate; None where it is not accepted.
        sentence: Why it was refused or left, in the agency's language; None where it is accepted.
    """

    file_id: str
    name: str
    source: str | None
    status: Literal["accepted", "refused", "left"]
    outcome: Outcome | None = None
    sentence: str | None = None


TRY_AGAIN = frozenset({"file_too_slow", "workbook_memory"})
"""Refusals that depend on the machine and its settings: nothing is entered, so that the next run tries again."""


class _Changed(Exception):
    """The file is not what it was when it was looked at."""


@dataclass(frozen=True)
class Wanted:
    """One file to be stored.

    Attributes:
        file: The export.
        layout: What it is read as.
        agency: Whose it is.
        received_on: Day it was first seen; the export day of a file that says none.
        hashed: Its `reading_hash`.
        read: What another process has read of it; None: it is read here.
    """

    file: ExportFile
    layout: Layout
    agency: Agency
    received_on: date
    hashed: str
    read: ReadFile | None = None


def store(
    con: duckdb.DuckDBPyConnection, wanted: Wanted, stands: Callable[[], bool], reports: Path | None = None
) -> StoredFile:
    """Read a file and store its rows in the place of what was stored of it before, in one transaction.

    Args:
        con: The warehouse.
        wanted: The file.
        stands: Asked before anything is kept: whether the file is still the one whose sha256 was taken.
        reports: Folder for the report of what the program did not foresee; None: none is written.

    Raises:
        AccountingError: Its rows do not add up; nothing of it is stored.
        WarehouseError: The share it lies on has failed; nothing of it is stored.
        OSError: The program's own disk is full.
    """
    file, layout, agency = wanted.file, wanted.layout, wanted.agency
    try:
        return _stored_or_refused(con, wanted, stands, reports)
    except OSError as error:
        # One file that cannot be read is left for the next run; a share that fails takes all that is on it along.
        if error.errno in LOST:
            raise unreadable_inbox(Path(file.name), error) from error
        if error.errno in NO_ROOM:
            raise
        return _left(file, layout, agency, error.strerror or str(error))
    finally:
        for name in ("batch", "superseded"):
            con.unregister(name)


def _stored_or_refused(
    con: duckdb.DuckDBPyConnection, wanted: Wanted, stands: Callable[[], bool], reports: Path | None
) -> StoredFile:
    file, layout, agency = wanted.file, wanted.layout, wanted.agency
    try:
        with transaction(con):
            outcome = _read_and_store(con, wanted)
            if not stands():
                raise _Changed
    except ExportRefused as refused:
        if refused.code in TRY_AGAIN:
            return StoredFile(file.file_id, file.name, layout.name, "left", None, refused.sentence(agency.language))
        if stands() and refused.code != "changed_while_reading":
            told = reported(refused, reports) if reports else refused
            return refuse(con, file.name, file.sha256, [told], layout, agency, wanted.received_on)
        return _left(file, layout, agency, sentence("file_changed", agency.language))
    except _Changed:
        return _left(file, layout, agency, sentence("file_changed", agency.language))
    return StoredFile(file.file_id, file.name, layout.name, "accepted", outcome)


def _left(file: ExportFile, layout: Layout, agency: Agency, why: str) -> StoredFile:
    told = sentence("file_left", agency.language, file=file.name, why=why)
    return StoredFile(file.file_id, file.name, layout.name, "left", None, told)


def refuse(
    con: duckdb.DuckDBPyConnection,
    name: str,
    sha256: str,
    reasons: list[ExportRefused | Refusal],
    layout: Layout | None,
    agency: Agency,
    received_on: date,
) -> StoredFile:
    """Enter a refused file with its sentence; whatever was stored of it before is removed.

    Its period and export day are entered as far as its name tells them.
    """
    file_id = sha256[:16]
    why = " ".join(reason.sentence(agency.language) for reason in reasons)
    exported_on, period = received_on, None
    if layout is not None:
        with suppress(ExportRefused):
            exported_on = named_export_day(name, layout) or received_on
        with suppress(ExportRefused):
            period = (received_on, received_on) if layout.kind in REGISTERS else named_period(name, layout)
    row = {
        "file_id": file_id, "name": name, "sha256": sha256, "status": "refused", "note": why,
        "source": layout.name if layout else None, "kind": layout.kind if layout else None,
        "period_from": period[0] if period else None, "period_to": min(period[1], exported_on) if period else None,
        "exported_on": exported_on, "received_on": received_on, "reading_hash": reading_hash(layout, agency),
    }  # fmt: skip
    with transaction(con):
        forget_rows(con, file_id)
        record(con, row)
        if layout is not None and layout.kind in REGISTERS:
            enter_days(con, agency, file_id)
        else:
            enter_deliveries(con, file_id, layout)
        mark_orphans(con, file_id)
    return StoredFile(file_id, name, layout.name if layout else None, "refused", None, why)


def _read_and_store(con: duckdb.DuckDBPyConnection, wanted: Wanted) -> Outcome:
    file, layout, agency, received_on = wanted.file, wanted.layout, wanted.agency, wanted.received_on
    table = (RAW | REGISTERED)[layout.kind]
    is_new = not forget_rows(con, file.file_id)
    if wanted.read is None:
        told, rows, stored = _append(con, read_export(file, layout, agency, received_on), table, file.file_id)
    else:
        told, rows, stored = _append_parquet(con, wanted.read, table, file.file_id)
    outcome = told.outcome
    _keep_rejected(con, outcome, file.file_id)
    _require_accounted(con, file, outcome, table, (rows, stored))
    exported_on = told.exported_on or received_on
    counts = {name: getattr(outcome, name) for name in RECEIVED_FILE.names if name.startswith("rows_")}
    row = {
        "file_id": file.file_id, "name": file.name, "sha256": file.sha256, "status": "accepted",
        "source": layout.name, "kind": layout.kind, "part": told.part or None,
        "period_from": told.period_from, "period_to": told.period_to, **counts,
        "note": _note(outcome, agency.language), "grid": agency.places.grid.name if layout.points else None,
        "exported_on": exported_on, "received_on": received_on,
        "reading_hash": wanted.hashed,
    }  # fmt: skip
    record(con, row, is_new=is_new)
    if layout.kind in REGISTERS:  # a list stands whole: no unit of it gives way to another file's
        enter_days(con, agency, file.file_id)
    else:
        count_units(con, file.file_id, layout.name, table, rows, is_new=is_new)
        _check_units(con, file, told, layout)
        enter_deliveries(con, file.file_id, layout)
        share_units(con, file.file_id, table)
    if not is_new:  # on a file never seen before no other can count
        mark_orphans(con, file.file_id)
    return outcome


def _append(con: duckdb.DuckDBPyConnection, reading: Reading, table: Table, file_id: str) -> tuple[Told, str, int]:
    """Store rows as they are read; two batches are all that is in memory.

    Returns:
        What the file told; SQL that gives the rows stored, of a file of one batch that batch, so that what follows need
        not look for them among those of all files; and how many were stored.
    """
    batches = reading.batches()
    first, second = next(batches, None), next(batches, None)
    if second is None:  # by now it is known which rows stand again further down
        told = told_by(reading)
        if first is None:
            return told, _stored_of(table, file_id), 0
        con.register("batch", without(first, told.outcome.superseded))
        return told, "batch", _insert(con, table, file_id, "batch")
    stored = 0
    for batch in chain([first, second], batches):
        con.register("batch", batch)
        stored += _insert(con, table, file_id, "batch")
        con.unregister("batch")
    told = told_by(reading)
    if len(told.outcome.superseded):
        con.register("superseded", told.outcome.superseded.alias("row_number").to_frame())
        again = f"delete from {table.name} where file_id = ? and row_number in (from superseded)"
        stored -= con.execute(again, [file_id]).fetchall()[0][0]
    return told, _stored_of(table, file_id), stored


def _append_parquet(
    con: duckdb.DuckDBPyConnection, read: ReadFile, table: Table, file_id: str
) -> tuple[Told, str, int]:
    """Store the rows another process has read; returns what `_append` does."""
    if read.rows is None:
        return read.told, _stored_of(table, file_id), 0
    path = str(read.rows).replace("'", "''")
    rows = f"read_parquet('{path}')"
    if len(read.told.outcome.superseded):
        con.register("superseded", read.told.outcome.superseded.alias("row_number").to_frame())
        rows = f"(from {rows} where row_number not in (from superseded))"
    return read.told, rows, _insert(con, table, file_id, rows)


def _insert(con: duckdb.DuckDBPyConnection, table: Table, file_id: str, rows: str) -> int:
    columns = ", ".join(f'"{name}"' for name in table.names if name != "file_id")
    done = con.execute(f"insert into {table.name} (file_id, {columns}) select ?, {columns} from {rows}", [file_id])
    return int(done.fetchall()[0][0])


def _stored_of(table: Table, file_id: str) -> str:
    return f"(from {table.name} where file_id = '{file_id}')"


def _keep_rejected(con: duckdb.DuckDBPyConnection, outcome: Outcome, file_id: str) -> None:
    if outcome.rejected.height:
        con.register("rejected", outcome.rejected)
        con.execute(
            'insert into rejected_row (file_id, row_number, reason, sentence, "values") '
            'select ?, row_number, reason, sentence, "values" from rejected',
            [file_id],
        )
        con.unregister("rejected")


def _require_accounted(
    con: duckdb.DuckDBPyConnection, file: ExportFile, outcome: Outcome, table: Table, told: tuple[str, int]
) -> None:
    """Every data row of the file has exactly one fate, and the facts stored are those of the accepted rows.

    Args:
        con: The warehouse, the file's rows stored.
        file: The export.
        outcome: Its account.
        table: Where its rows were stored.
        told: SQL that gives them, and how many were stored.

    Raises:
        AccountingError: They are not.
    """
    rows, facts = con.execute(f"select count(distinct row_number), count(*) from {told[0]}").fetchall()[0]
    fates = outcome.rows_accepted + outcome.rows_rejected + outcome.rows_superseded + outcome.rows_set_aside
    checks = [
        ("rows_read", outcome.rows_read, fates),
        ("rows_accepted", rows, outcome.rows_accepted),
        ("rows_rejected", outcome.rejected.height, outcome.rows_rejected),
        ("rows_superseded", len(outcome.superseded), outcome.rows_superseded),
        ("rows_set_aside", sum(outcome.set_aside.values()), outcome.rows_set_aside),
        ("facts", told[1], facts),
    ]
    # A row of a wide table is several facts; a row of incidents or calls is one.
    if table.key == ROW_KEY:
        checks.append(("facts", facts, rows))
    for what, found, expected in checks:
        if found != expected:
            raise AccountingError("rows_do_not_add_up", file=file.name, what=what, found=found, expected=expected)


def _check_units(con: duckdb.DuckDBPyConnection, file: ExportFile, told: Told, layout: Layout) -> None:
    """Every unit lies in the file's period: outside it, no rule could ever count it.

    Where the rows say the period, some may stray outside it, and are told.

    Raises:
        AccountingError: One does not.
    """
    outside = con.execute(
        "select min(unit) from file_unit where file_id = $file_id "
        "and (not $strays and (unit < date_trunc($grain, $first::date) or unit > $last::date) "
        "or unit <> date_trunc($grain, unit))",
        {
            "file_id": file.file_id,
            "grain": unit_grain(layout),
            "first": told.period_from,
            "last": told.period_to,
            "strays": layout.period.source == "content",
        },
    ).fetchall()[0][0]
    if outside is not None:
        period = f"{told.period_from} – {told.period_to}"
        raise AccountingError("unit_outside_period", file=file.name, found=outside, expected=period)


def _note(outcome: Outcome, lang: str) -> str | None:
    """What was noticed while reading, as one text; the reasons of rows set aside first."""
    reasons = sorted((reason, rows) for reason, rows in outcome.set_aside.items() if rows)
    aside = [sentence("rows_set_aside_by", lang, reason=reason, rows=rows) for reason, rows in reasons]
    said = [note.sentence(lang) for note in outcome.notes]
    return " ".join(aside + said) or None
