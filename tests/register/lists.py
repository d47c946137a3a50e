"""A file of a register read to its end, as a run reads it."""

import hashlib
import io
from dataclasses import dataclass
from datetime import date

import polars as pl

from expectations.agency import Agency
from expectations.contracts import TABLES
from expectations.contracts.ddl import polars_schema
from expectations.kinds import REGISTERS
from transforms.exports import ExportFile, Outcome, match, read_export

SEEN = date(2024, 4, 3)


@dataclass(frozen=True)
class List:
    """Its entries, and the account of its rows."""

    rows: pl.DataFrame
    outcome: Outcome


def file_of(name: str, content: bytes) -> ExportFile:
    return ExportFile(name, hashlib.sha256(content).hexdigest(), len(content), lambda: io.BytesIO(content))


def read_file(file: ExportFile, agency: Agency, needed: tuple[str, ...] = ()) -> List:
    layout = match(file.name, agency)
    assert layout is not None
    reading = read_export(file, layout, agency, SEEN, needed=needed)
    schema = polars_schema(TABLES[REGISTERS[layout.kind].raw_table])
    del schema["file_id"]
    rows = pl.concat([pl.DataFrame(schema=schema), *reading.batches()])
    out = reading.outcome
    fates = out.rows_accepted + out.rows_rejected + out.rows_superseded + out.rows_set_aside
    assert (out.rows_read, out.rows_accepted) == (fates, rows.height)
    return List(rows, out)


def read_list(name: str, content: bytes, agency: Agency, needed: tuple[str, ...] = ()) -> List:
    """Read bytes under a name."""
    return read_file(file_of(name, content), agency, needed)
