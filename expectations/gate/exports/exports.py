"""What only an analyst would know of a month's exports: what is late, truncated, doubled or contradicts itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from typing import Literal

import polars as pl

from expectations.agency import Agency
from expectations.contracts import TABLES
from expectations.contracts.ddl import polars_schema
from expectations.gate.exports import compared, content, coverage, deliveries, entries, received_files
from expectations.gate.exports.deliveries import HIDDEN
from expectations.gate.exports.entries import Remarks
from expectations.gate.exports.received import Received, check_received
from expectations.gate.exports.something import check_something
from expectations.gate.finding import Finding


@dataclass(frozen=True)
class Exports:
    """Everything that has come, as the run's as-of date sees it.

    Attributes:
        files: Contract `source_file`: every file the run may see, refused ones included.
        coverage: Contract `core_coverage`.
        cells: Result of `sql("source_cells")`: kind, source, month, district, category, rows, amount.
        units: Result of `sql("source_units")`: kind, source, file_id, unit, rows.
        unknown_codes: Result of `sql("unknown_codes")`: source, code, rows, last_month.
        doubled: Name of a file that holds the same bytes as another → name of that other.
        stale: Names of files read by an older layout or agency folder that are no longer there to be read again.
        registers: How the registers that units keep came together.
        hidden: Result of the statement `hidden_rows`: what newer deliveries hide of older ones.
        revisions: Contract `revision`.
        accepted: As-of day from which the loss of a month is confirmed, by month.
        undated: Names of files that count from the day they were first seen, which is later than the as-of day.
        received: What received.jsonl tells of files written over and lost.
    """

    files: pl.DataFrame
    coverage: pl.DataFrame
    cells: pl.DataFrame
    units: pl.DataFrame
    unknown_codes: pl.DataFrame
    doubled: Mapping[str, str] = field(default_factory=dict)
    stale: Sequence[str] = ()
    registers: Sequence[Remarks] = ()
    hidden: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=HIDDEN))
    revisions: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=polars_schema(TABLES["revision"])))
    accepted: Mapping[date, date] = field(default_factory=dict)
    undated: Sequence[str] = ()
    received: Received = field(default_factory=Received)


def sql(name: Literal["source_cells", "source_units", "unknown_codes"]) -> str:
    """Text of one of the queries over core tables that `Exports` is made from.

    Raises:
        FileNotFoundError: There is no such query.
    """
    return (files("expectations.gate.exports") / f"{name}.sql").read_text("utf-8")


def check_exports(exports: Exports, agency: Agency, month: date, *, past_deadline: bool) -> list[Finding]:
    """Judge what has come for a month before anything is made from it.

    Args:
        exports: What has come.
        agency: Says which sources are required, which stand in for each other, and how far they may differ.
        month: First day of the month the meeting looks at.
        past_deadline: Whether the agency's deadline is over: what is still missing is then a warning, and the month
            is published with `complete = false`.

    Returns:
        One finding per promise and thing it applies to, kept ones included.
    """
    late = past_deadline
    return [
        *received_files.check_received(exports.files, month, exports.doubled, exports.stale),
        *check_received(exports.received),
        *received_files.check_refused(exports.files, agency, month, past_deadline=late, seen=exports.received.seen),
        *entries.check_entries(exports.registers),
        *check_something(exports.files, exports.cells, exports.undated, agency, month),
        *coverage.check_required(exports.coverage, agency, month, past_deadline=late),
        *coverage.check_history(exports.coverage, agency, month),
        *coverage.check_stations(exports.coverage, exports.cells, exports.files, agency, month),
        *content.check_codes(exports.unknown_codes, agency, month),
        *content.check_districts(exports.coverage, exports.cells, agency, month),
        *content.check_future(exports.units, exports.files, month),
        *content.check_repeats(exports.cells, agency, month),
        *deliveries.check_hidden(exports.hidden, agency, month),
        *deliveries.check_falls(exports.revisions, exports.accepted, agency, month),
        *deliveries.confirmed(exports.accepted, month),
        *compared.check_compared(exports.coverage, exports.cells, agency),
    ]
