"""One file of a register into the warehouse: read, counted row by row, kept whole or not at all."""

from collections.abc import Callable
from datetime import date
from typing import Any, Literal

import duckdb

from expectations.agency import Agency
from expectations.registers import Register
from expectations.sentences import sentence
from flows.warehouse.register import forget_rows, reading_hash, record
from flows.warehouse.registers.delivered import enter_days
from flows.warehouse.schema import REGISTERED
from flows.warehouse.statements import transaction
from transforms.exports import ExportFile, ExportRefused
from transforms.register import RegisterReading, read_register
from transforms.register.reading import LARGEST

Status = Literal["accepted", "refused", "left"]


def store_register(
    con: duckdb.DuckDBPyConnection,
    file: ExportFile,
    register: Register,
    agency: Agency,
    received_on: date,
    stands: Callable[[], bool],
) -> tuple[Status, RegisterReading | None, str | None]:
    """Read a register and store its entries in the place of what was stored of the file before, in one transaction.

    Returns:
        accepted, refused or left; what was read; the sentence of a refusal.

    Raises:
        OSError: The share it lies on has failed, or the program's own disk is full.
    """
    with file.open() as source:
        content = source.read(LARGEST + 1)
    if not stands():
        return "left", None, sentence("file_changed", agency.language)
    row: dict[str, Any] = {
        "file_id": file.file_id, "name": file.name, "sha256": file.sha256, "source": register.name,
        "kind": register.kind, "period_from": received_on, "period_to": received_on, "exported_on": received_on,
        "received_on": received_on, "reading_hash": reading_hash(register, agency),
    }  # fmt: skip
    try:
        reading: RegisterReading | None = read_register(register, file.name, content, agency)
        refusal = None
    except ExportRefused as refused:
        reading, refusal = None, refused.sentence(agency.language)
    with transaction(con):
        forget_rows(con, file.file_id)
        if reading is None:
            record(con, row | {"status": "refused", "note": refusal})
        else:
            _keep(con, register, file.file_id, reading)
            record(con, row | {"status": "accepted", **_account(reading, agency.language)})
        enter_days(con, file.file_id)
    return ("refused" if reading is None else "accepted"), reading, refusal


def _keep(con: duckdb.DuckDBPyConnection, register: Register, file_id: str, reading: RegisterReading) -> None:
    columns = ", ".join(f'"{name}"' for name in reading.rows.columns)
    for table, frame, named in (
        (REGISTERED[register.kind].name, reading.rows, columns),
        ("rejected_row", reading.outcome.rejected, 'row_number, reason, sentence, "values"'),
    ):
        if frame.height:
            con.register("entries", frame)
            con.execute(f"insert into {table} (file_id, {named}) select ?, {named} from entries", [file_id])
            con.unregister("entries")


def _account(reading: RegisterReading, lang: str) -> dict[str, Any]:
    outcome = reading.outcome
    counts = {f"rows_{fate}": getattr(outcome, f"rows_{fate}")
              for fate in ("read", "accepted", "rejected", "superseded", "set_aside")}  # fmt: skip
    return counts | {"note": " ".join(reading.remarks(lang)) or None}
