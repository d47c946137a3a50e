"""Days, months and years of a file: what each holds, and which of them an older file already stored."""

from collections.abc import Sequence

import duckdb

from expectations.contracts.table import Table
from flows.warehouse.statements import text

ROW_KEY = ("file_id", "row_number")
"""Key of a raw table whose rows are rows of the file."""
LATER = ("occurred_until", "cell", "service_seconds")
"""Columns that raw tables got after they had been released, and that most rows leave empty."""


def count_units(
    con: duckdb.DuckDBPyConnection, file_ids: Sequence[str], table: Table, rows: str, *, is_new: bool
) -> None:
    """Enter the units of files whose rows have just been stored in one raw table, each with its content.

    The hash only finds candidates for `share_units`, which compares the rows themselves.

    Args:
        con: The warehouse, the files entered.
        file_ids: The files.
        table: Their raw table.
        rows: SQL that gives their rows, in the columns of that table.
        is_new: Whether nothing had been known of any of them.
    """
    month = month_of(table)
    # A row of a wide table is several facts, of several months even: it is told with the first of them.
    first = (
        "true"
        if table.key == ROW_KEY
        else f"row_number() over (partition by file_id, row_number order by unit, {month}) = 1"
    )
    con.execute(
        "insert into file_unit select file_id, any_value(source), unit, month, count(*), "
        "count(*) filter (is_first), sum(content)::varchar, file_id from ("
        f"select file_id, unit, {month} as month, {_content(table)} as content, {first} as is_first from {rows}) "
        "join received_file using (file_id) group by file_id, unit, month"
    )
    if is_new:
        return
    # Files that share units of an earlier reading of one of these follow it: their bytes said the same there.
    con.execute(
        "update file_unit set n_rows = fresh.n_rows, content = fresh.content "
        "from (select file_id, unit, month, n_rows, content from file_unit where file_id = stored_in "
        "and file_id in (select unnest($1))) as fresh "
        "where file_unit.stored_in = fresh.file_id and file_unit.file_id <> fresh.file_id "
        "and file_unit.unit = fresh.unit and file_unit.month = fresh.month",
        [list(file_ids)],
    )


def share_units(con: duckdb.DuckDBPyConnection, file_ids: Sequence[str], table: Table) -> None:
    """Store units once that these files and others of their source tell alike: under the oldest of them.

    Oldest by export day, then sha256, so that where rows stand does not depend on the order of reading.
    """
    # Few files share any: one look tells, before a table is made of those that do.
    alike = con.execute(
        "select distinct fresh.file_id from file_unit as fresh join file_unit as other on other.source = fresh.source "
        "and other.unit = fresh.unit and other.month = fresh.month and other.n_rows = fresh.n_rows "
        "and other.content = fresh.content and other.file_id <> fresh.file_id "
        "where fresh.file_id in (select unnest($1))",
        [list(file_ids)],
    ).fetchall()
    share = {file_id for (file_id,) in alike}
    for n, file_id in enumerate(file_ids):
        if file_id in share:
            _share_units(con, file_id, file_ids[n + 1 :], table)


def _share_units(con: duckdb.DuckDBPyConnection, file_id: str, later: Sequence[str], table: Table) -> None:
    """Store one file's units once; the files after it are not looked at: their own turn comes."""
    con.execute(text("shared_unit"), {"file_id": file_id, "later": list(later)})
    if con.execute("select count(*) from shared_unit").fetchall()[0][0] == 0:
        return
    month = month_of(table)
    con.execute(
        "delete from shared_unit where (unit, month, other) in (select pair.unit, pair.month, pair.other "
        f"from (select *, unnest([$file_id, other]) as file_id from shared_unit) as pair join {table.name} as told "
        f"on told.file_id = pair.file_id and told.unit = pair.unit and told.{month} = pair.month "
        f"group by pair.unit, pair.month, pair.other, {_facts(table, 'told.')} "
        "having sum(case told.file_id when $file_id then 1 else -1 end) <> 0)",
        {"file_id": file_id},
    )
    con.execute(
        f"delete from {table.name} where (file_id, unit, {month}) in (select dropped, unit, month from shared_unit)"
    )
    con.execute(
        "update file_unit set stored_in = shared.kept from shared_unit as shared "
        "where file_unit.stored_in = shared.dropped and file_unit.unit = shared.unit and file_unit.month = shared.month"
    )


def mark_orphans(con: duckdb.DuckDBPyConnection, file_id: str) -> None:
    """Have files read again whose rows were stored under this one, which no longer has them."""
    con.execute(
        "update received_file set reading_hash = '' where file_id in ("
        "select lost.file_id from file_unit as lost anti join file_unit as kept on kept.file_id = lost.stored_in "
        "and kept.stored_in = lost.stored_in and kept.unit = lost.unit and kept.month = lost.month "
        "where lost.stored_in = $file_id)",
        {"file_id": file_id},
    )


def month_of(table: Table) -> str:
    """Column that says which month a raw row counts in; annual tables count in their unit, the year's first day."""
    return "month" if "month" in table.names else "unit"


def _content(table: Table) -> str:
    """SQL: hash of a row's facts; a later column counts only where it says something, so that a month without stays."""
    later = [name for name in LATER if name in table.names]
    if not later:
        return f"hash({_facts(table)})"
    earlier = ", ".join(f'"{name}"' for name in _told(table) if name not in later)
    said = ", ".join(f'"{name}"::varchar' for name in later)
    return f"case when coalesce({said}) is null then hash({earlier}) else hash({_facts(table)}) end"


def _told(table: Table) -> list[str]:
    return [name for name in table.names if name not in ("file_id", "row_number")]


def _facts(table: Table, prefix: str = "") -> str:
    """A raw table's columns that say something of the world, not of the file."""
    return ", ".join(f'{prefix}"{name}"' for name in _told(table))
