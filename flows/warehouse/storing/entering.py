"""What the warehouse enters of files beside their rows: who they are, what each unit holds, and that all adds up."""

from typing import Any

import duckdb
import polars as pl

from expectations.kinds import REGISTERS
from expectations.sentences import sentence
from flows.warehouse.deliveries import enter_deliveries
from flows.warehouse.failure import AccountingError
from flows.warehouse.read_files import Told
from flows.warehouse.received_files import record
from flows.warehouse.registers import enter_days
from flows.warehouse.schema import RECEIVED_FILE
from flows.warehouse.statements import registered
from flows.warehouse.storing.rows import StoredRows, Wanted
from flows.warehouse.units import ROW_KEY, count_units, mark_orphans, share_units
from transforms.exports import Outcome
from transforms.exports.dates import unit_grain


def enter(con: duckdb.DuckDBPyConnection, stored: StoredRows, *, is_new: bool) -> None:
    """Enter files whose rows have just been stored, within the transaction that stored them.

    Args:
        con: The warehouse.
        stored: The files and their rows.
        is_new: Whether nothing had been known of any of them; else there is one.

    Raises:
        AccountingError: The rows of one do not add up.
    """
    _require_accounted(con, stored)
    _keep_rejected(con, stored)
    record(con, [_entry(wanted, told) for wanted, told in stored.files], is_new=is_new)
    file_ids = [wanted.file.file_id for wanted, _ in stored.files]
    if stored.table.name in _OF_LISTS:  # a list stands whole: no unit of it gives way to another file's
        for wanted, _ in stored.files:
            enter_days(con, wanted.agency, wanted.file.file_id)
    else:
        count_units(con, file_ids, stored.table, stored.rows, is_new=is_new)
        _check_units(con, stored)
        enter_deliveries(con, {wanted.file.file_id: wanted.layout for wanted, _ in stored.files})
        share_units(con, file_ids, stored.table)
    if not is_new:  # on a file never seen before no other can count
        for file_id in file_ids:
            mark_orphans(con, file_id)


_OF_LISTS = frozenset(kind.raw_table for kind in REGISTERS.values())


def _entry(wanted: Wanted, told: Told) -> dict[str, Any]:
    """A file's row of `received_file`."""
    file, layout, outcome = wanted.file, wanted.layout, told.outcome
    grid = wanted.agency.places.grid.name if layout.points else None
    counts = {name: getattr(outcome, name) for name in RECEIVED_FILE.names if name.startswith("rows_")}
    return {
        "file_id": file.file_id, "name": file.name, "sha256": file.sha256, "status": "accepted",
        "source": layout.name, "kind": layout.kind, "part": told.part or None,
        "period_from": told.period_from, "period_to": told.period_to, **counts,
        "note": _note(outcome, wanted.agency.language), "grid": grid,
        "exported_on": told.exported_on or wanted.received_on, "received_on": wanted.received_on,
        "reading_hash": wanted.hashed,
    }  # fmt: skip


def _keep_rejected(con: duckdb.DuckDBPyConnection, stored: StoredRows) -> None:
    frames = [
        told.outcome.rejected.with_columns(pl.lit(wanted.file.file_id).alias("file_id"))
        for wanted, told in stored.files
        if told.outcome.rejected.height
    ]
    if frames:
        with registered(con, "rejected", pl.concat(frames)):
            con.execute(
                'insert into rejected_row (file_id, row_number, reason, sentence, "values") '
                'select file_id, row_number, reason, sentence, "values" from rejected'
            )


def _require_accounted(con: duckdb.DuckDBPyConnection, stored: StoredRows) -> None:
    """Every data row of each file has exactly one fate, and the facts stored are those of the accepted rows.

    Raises:
        AccountingError: They are not.
    """
    counted = f"select file_id, count(distinct row_number), count(*) from {stored.rows} group by file_id"
    found = {file_id: (rows, facts) for file_id, rows, facts in con.execute(counted).fetchall()}
    # How many facts were stored is known of all the files together; of which one they are not, each alone tells.
    every = ("facts", stored.facts, sum(facts for _, facts in found.values()))
    for wanted, told in stored.files:
        rows, facts = found.get(wanted.file.file_id, (0, 0))
        checks = [*_fates(told.outcome, rows), every]
        # A row of a wide table is several facts; a row of incidents or calls is one.
        if stored.table.key == ROW_KEY:
            checks.append(("facts", facts, rows))
        for what, one, expected in checks:
            if one != expected:
                values = {"what": what, "found": one, "expected": expected}
                raise AccountingError("rows_do_not_add_up", file=wanted.file.name, **values)


def _fates(outcome: Outcome, rows: int) -> list[tuple[str, int, int]]:
    """What of a file is to be equal, by the sum that is checked.

    Args:
        outcome: Its account.
        rows: How many of its rows were stored.
    """
    fates = outcome.rows_accepted + outcome.rows_rejected + outcome.rows_superseded + outcome.rows_set_aside
    return [
        ("rows_read", outcome.rows_read, fates),
        ("rows_accepted", rows, outcome.rows_accepted),
        ("rows_rejected", outcome.rejected.height, outcome.rows_rejected),
        ("rows_superseded", len(outcome.superseded), outcome.rows_superseded),
        ("rows_set_aside", sum(outcome.set_aside.values()), outcome.rows_set_aside),
    ]


def _check_units(con: duckdb.DuckDBPyConnection, stored: StoredRows) -> None:
    """Every unit lies in its file's period: outside it, no rule could ever count it.

    Where the rows say the period, some may stray outside it, and are told.

    Raises:
        AccountingError: One does not.
    """
    checked = [
        (wanted.file.file_id, unit_grain(wanted.layout), told.period_from, told.period_to, _strays(wanted))
        for wanted, told in stored.files
    ]
    outside = con.execute(
        "with checked as (select unnest($1::varchar[]) as file_id, unnest($2::varchar[]) as grain, "
        "unnest($3::date[]) as first, unnest($4::date[]) as last, unnest($5::boolean[]) as strays) "
        "select file_id, min(unit) from file_unit join checked using (file_id) "
        "where not strays and (unit < date_trunc(grain, first) or unit > last) or unit <> date_trunc(grain, unit) "
        "group by file_id order by file_id limit 1",
        [list(column) for column in zip(*checked, strict=True)],
    ).fetchall()
    for file_id, unit in outside:
        name, told = next((one.file.name, told) for one, told in stored.files if one.file.file_id == file_id)
        raise AccountingError(
            "unit_outside_period", file=name, found=unit, expected=f"{told.period_from} – {told.period_to}"
        )


def _strays(wanted: Wanted) -> bool:
    return wanted.layout.period.source == "content"


def _note(outcome: Outcome, lang: str) -> str | None:
    """What was noticed while reading, as one text; the reasons of rows set aside first."""
    reasons = sorted((reason, rows) for reason, rows in outcome.set_aside.items() if rows)
    aside = [sentence("rows_set_aside_by", lang, reason=reason, rows=rows) for reason, rows in reasons]
    said = [note.sentence(lang) for note in outcome.notes]
    return " ".join(aside + said) or None
