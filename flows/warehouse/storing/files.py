"""Exports into the warehouse: read one after another, each kept whole or not at all."""

import errno
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import duckdb

from expectations.agency import Agency
from expectations.kinds import REGISTERS
from expectations.layout import Layout
from expectations.sentences import sentence
from flows.faults import reported
from flows.warehouse.deliveries import enter_deliveries
from flows.warehouse.failure import AccountingError
from flows.warehouse.inbox import LOST, unreadable_inbox
from flows.warehouse.received_files import forget_rows, known_of, reading_hash, record
from flows.warehouse.registers import enter_days
from flows.warehouse.statements import transaction
from flows.warehouse.storing.entering import enter
from flows.warehouse.storing.rows import FEW, Begun, Held, Wanted, append_begun, append_held, begin
from flows.warehouse.units import mark_orphans
from transforms.exports import ExportFile, ExportRefused, Outcome, Refusal
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


MANY = 100
"""Files held in memory to be entered together."""
TRY_AGAIN = frozenset({"file_too_slow", "workbook_memory"})
"""Refusals that depend on the machine and its settings: nothing is entered, so that the next run tries again."""


class _Changed(Exception):
    """The file is not what it was when it was looked at."""


def store_files(
    con: duckdb.DuckDBPyConnection,
    wanted: Iterable[Wanted],
    stands: Callable[[Wanted], bool],
    reports: Path | None = None,
) -> list[StoredFile]:
    """Read files in their order and store the rows of each in the place of what was stored of it before.

    Each is stored whole or not at all: small files of which nothing was known by one transaction for many of them, any
    other by its own.

    Args:
        con: The warehouse.
        wanted: The files.
        stands: Asked before anything of a file is kept: whether it is still the one whose sha256 was taken.
        reports: Folder for the report of what the program did not foresee; None: none is written.

    Returns:
        What became of each, in their order.

    Raises:
        AccountingError: Rows of one do not add up; nothing of it is stored, those before it are.
        WarehouseError: The share one lies on has failed; nothing of it is stored, those before it are.
        OSError: The program's own disk is full.
    """
    every = list(wanted)
    storing = _Storing(con, stands, reports, known_of(con, [one.file.file_id for one in every]))
    try:
        for one in every:
            storing.take(one)
    except Exception:
        storing.flush()
        raise
    storing.flush()
    return storing.stored


class _Storing:
    """Files on their way into the warehouse: what has been read of small ones is held until it is worth a transaction.

    Attributes:
        stored: What became of the files taken, in their order.
    """

    def __init__(
        self, con: duckdb.DuckDBPyConnection, stands: Callable[[Wanted], bool], reports: Path | None, known: set[str]
    ) -> None:
        self.stored: list[StoredFile] = []
        self._con = con
        self._stands = stands
        self._reports = reports
        self._known = known
        self._held: list[Held] = []

    def take(self, wanted: Wanted) -> None:
        """Read a file; store it, or hold it."""
        file, layout, agency = wanted.file, wanted.layout, wanted.agency
        try:
            self.stored.append(self._stored_or_refused(wanted))
        except OSError as error:
            # One file that cannot be read is left for the next run; a share that fails takes all that is on it along.
            if error.errno in LOST:
                raise unreadable_inbox(Path(file.name), error) from error
            if error.errno in NO_ROOM:
                raise
            self.stored.append(_left(file, layout, agency, error.strerror or str(error)))

    def _stored_or_refused(self, wanted: Wanted) -> StoredFile:
        file, layout, agency = wanted.file, wanted.layout, wanted.agency
        try:
            outcome = self._read(wanted)
        except ExportRefused as refused:
            if refused.code in TRY_AGAIN:
                return StoredFile(file.file_id, file.name, layout.name, "left", None, refused.sentence(agency.language))
            if self._stands(wanted) and refused.code != "changed_while_reading":
                self.flush()
                told = reported(refused, self._reports) if self._reports else refused
                return refuse(self._con, file.name, file.sha256, [told], layout, agency, wanted.received_on)
            return _left(file, layout, agency, sentence("file_changed", agency.language))
        except _Changed:
            return _left(file, layout, agency, sentence("file_changed", agency.language))
        return StoredFile(file.file_id, file.name, layout.name, "accepted", outcome)

    def _read(self, wanted: Wanted) -> Outcome:
        begun = begin(wanted)
        if isinstance(begun, Held) and wanted.file.file_id not in self._known and wanted.layout.kind not in REGISTERS:
            self._require_unchanged(wanted)
            self._known.add(wanted.file.file_id)
            self._held.append(begun)
            if len(self._held) == MANY or sum(one.rows.height for one in self._held) > FEW:
                self.flush()
            return begun.told.outcome
        self.flush()
        with transaction(self._con):
            return self._store_alone(begun)

    def _store_alone(self, begun: Held | Begun) -> Outcome:
        con, wanted = self._con, begun.wanted
        is_new = wanted.file.file_id not in self._known
        if not is_new:
            forget_rows(con, wanted.file.file_id)
        storing = append_begun(con, begun) if isinstance(begun, Begun) else append_held(con, wanted.table, [begun])
        with storing as stored:
            enter(con, stored, is_new=is_new)
        self._require_unchanged(wanted)
        self._known.add(wanted.file.file_id)
        ((_, told),) = stored.files
        return told.outcome

    def _require_unchanged(self, wanted: Wanted) -> None:
        if not self._stands(wanted):
            raise _Changed

    def flush(self) -> None:
        """Store the files held, all of them or, where that fails, one after another up to the one that makes it."""
        held, self._held = self._held, []
        try:
            self._store_held(held)
        except (AccountingError, duckdb.Error) as error:
            if len(held) == 1 or isinstance(error, duckdb.InterruptException):
                raise
            for one in held:
                self._store_held([one])

    def _store_held(self, held: Sequence[Held]) -> None:
        tables = {one.wanted.table.name: one.wanted.table for one in held}
        if not tables:
            return
        with transaction(self._con):
            for table in tables.values():
                own = [one for one in held if one.wanted.table is table]
                with append_held(self._con, table, own) as stored:
                    enter(self._con, stored, is_new=True)


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
        record(con, [row])
        if layout is not None and layout.kind in REGISTERS:
            enter_days(con, agency, file_id)
        else:
            enter_deliveries(con, {file_id: layout})
        mark_orphans(con, file_id)
    return StoredFile(file_id, name, layout.name if layout else None, "refused", None, why)
