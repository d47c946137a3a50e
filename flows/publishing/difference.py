"""What changed from one publication to another, and which files came or went in between."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from expectations.contracts import PUBLISHED, Table
from expectations.contracts.ddl import literal, quoted
from expectations.months import first_of_month

LEFT_OUT = ("run", "publication")
"""Tables that tell the runs themselves: what differs there is said in `terms`."""
WATCHED = (
    ("crime_month", "incidents"), ("crime_month", "expected_final"), ("call_month", "calls"), ("forecast", "mean"),
    ("outlook", "signal"),
)  # fmt: skip
"""Table and column of which the largest changes are shown."""
TERMS = ("month", "as_of", "version", "git_commit", "lock_hash", "code_hash", "agency_hash", "settings", "seeds")
_OF_A_RUN = "run_id"
_MOMENT = "_at"
_SQL_FILES = """
SELECT coalesce(a.name, b.name), coalesce(a.source, b.source), coalesce(b.period_from, a.period_from),
       coalesce(b.period_to, a.period_to), a.status, b.status, a.rows_accepted, b.rows_accepted
FROM a.source_file AS a FULL JOIN b.source_file AS b ON a.file_id = b.file_id
WHERE (a.status, a.rows_accepted, a.period_from, a.period_to, a.exported_on)
      IS DISTINCT FROM (b.status, b.rows_accepted, b.period_from, b.period_to, b.exported_on)
ORDER BY 3, 1
"""


@dataclass(frozen=True)
class FileChange:
    """A file that the two publications see differently.

    Attributes:
        what: came, went, withdrawn, reinstated, or read otherwise (by another layout, or delivered again).
        cells: Counts of crime_month, and of call_month over all calls, that differ in the months it covers.
    """

    name: str
    source: str | None
    period_from: date | None
    period_to: date | None
    what: str
    cells: int


@dataclass(frozen=True)
class TableChange:
    """How many rows of a table are in both publications, in the second alone, in the first alone, or have changed."""

    table: str
    same: int
    added: int
    removed: int
    changed: int


@dataclass(frozen=True)
class CellChange:
    """One cell that differs, and the files that changed for its month."""

    table: str
    column: str
    key: tuple[object, ...]
    before: object
    after: object
    files: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """What changed from the first publication to the second.

    Attributes:
        terms: What of the runs' terms differs: name, before, after.
        files: What they were made from.
        tables: Every table with its counts of rows.
        cells: The largest changes of the watched columns, largest first within each.
    """

    terms: tuple[tuple[str, object, object], ...]
    files: tuple[FileChange, ...]
    tables: tuple[TableChange, ...]
    cells: tuple[CellChange, ...]


def difference(first: Path, second: Path, shown: int = 5) -> Difference:
    """Compare two strategy.duckdb files, of whatever version; columns that only one of them has are left out.

    Args:
        first: The earlier.
        second: The later.
        shown: Largest changes of each watched column.

    Raises:
        duckdb.Error: One of them cannot be read.
    """
    with _both(first, second) as con:
        shared = _shared_columns(con)
        tables = [t for t in PUBLISHED if t.name in shared and t.name not in LEFT_OUT]
        files = _files(con, shared)
        return Difference(
            tuple(_terms(con)),
            files,
            tuple(_rows(con, table, shared[table.name]) for table in tables),
            tuple(cell for name, column in WATCHED for cell in _cells(con, name, column, shared, files, shown)),
        )


@contextmanager
def _both(first: Path, second: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute(f"ATTACH {literal(str(first))} AS a (READ_ONLY)")
        con.execute(f"ATTACH {literal(str(second))} AS b (READ_ONLY)")
        yield con


def _shared_columns(con: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Columns both publications have, by table, without what tells runs apart that are equal otherwise."""
    rows = con.execute(
        "SELECT table_name, column_name FROM duckdb_columns() JOIN duckdb_tables() USING (database_name, table_name) "
        "WHERE database_name IN ('a', 'b') AND column_name <> ? AND NOT ends_with(column_name, ?) "
        "GROUP BY ALL HAVING count(*) = 2 ORDER BY table_name, min(column_index)",
        [_OF_A_RUN, _MOMENT],
    ).fetchall()
    shared: dict[str, list[str]] = {}
    for table, column in rows:
        shared.setdefault(table, []).append(column)
    return shared


def _terms(con: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, object, object]]:
    said = []
    for database in ("a", "b"):
        answer = con.execute(
            f"SELECT run.* FROM {database}.run SEMI JOIN {database}.publication USING (run_id) "
            "ORDER BY started_at DESC LIMIT 1"
        )
        names = [column[0] for column in answer.description or ()]
        said.append(dict(zip(names, answer.fetchone() or (), strict=False)))
    for name in TERMS:
        before, after = (run.get(name) for run in said)
        if before != after:
            yield name, before, after


def _rows(con: duckdb.DuckDBPyConnection, table: Table, columns: list[str]) -> TableChange:
    key = [name for name in table.key if name in columns]
    told = [name for name in columns if name not in key]
    differs = " OR ".join(f"a.{quoted(c)} IS DISTINCT FROM b.{quoted(c)}" for c in told) or "false"
    both = "a.here AND b.here"
    same, added, removed, changed = con.execute(
        f"SELECT count(*) FILTER ({both} AND NOT ({differs})), count(*) FILTER (a.here IS NULL), "
        f"count(*) FILTER (b.here IS NULL), count(*) FILTER ({both} AND ({differs})) "
        f"FROM {_joined(con, table.name, key)}"
    ).fetchall()[0]
    return TableChange(table.name, same, added, removed, changed)


def _joined(con: duckdb.DuckDBPyConnection, table: str, key: list[str]) -> str:
    sides = {side: f"({_side(con, side, table, key)}) AS {side}" for side in ("a", "b")}
    on = " AND ".join(f"a.{quoted(k)} = b.{quoted(k)}" for k in key)
    return f"{sides['a']} FULL JOIN {sides['b']} ON {on}"


def _side(con: duckdb.DuckDBPyConnection, side: str, table: str, key: list[str]) -> str:
    """One publication's rows; of a key that is not compared, as an older version may lack it, those of `all` alone."""
    contract = next(t for t in PUBLISHED if t.name == table)
    rows = con.execute(
        "SELECT column_name FROM duckdb_columns() WHERE database_name = ? AND table_name = ? ORDER BY column_index",
        [side, table],
    ).fetchall()
    apart = [name for (name,) in rows if name in contract.key and name not in key]
    told = " AND ".join(f"{quoted(name)} = 'all'" for name in apart) or "true"
    return f"SELECT *, true AS here FROM {side}.{quoted(table)} WHERE {told}"


def _cells(
    con: duckdb.DuckDBPyConnection,
    name: str,
    column: str,
    shared: dict[str, list[str]],
    files: tuple[FileChange, ...],
    shown: int,
) -> Iterator[CellChange]:
    """The largest changes of one column; the agency's own rows before those of its districts."""
    if column not in shared.get(name, ()):
        return
    table = next(t for t in PUBLISHED if t.name == name)
    key = [k for k in table.key if k in shared[name]]
    by_size = f"abs(b.{column} - a.{column}) DESC NULLS FIRST, " if table.column(column).type != "VARCHAR" else ""
    listed = ", ".join(f"a.{quoted(k)}" for k in key)
    month = "month" if "month" in shared[name] else "NULL"
    rows = con.execute(
        f"SELECT b.{month}, a.{column}, b.{column}, {listed} FROM {_joined(con, name, key)} "
        f"WHERE a.here AND b.here AND a.{column} IS DISTINCT FROM b.{column} "
        f"ORDER BY {by_size}a.level, {listed} LIMIT {shown}"
    )
    for month_of, before, after, *keys in rows.fetchall():
        named = tuple(f.name for f in files if _covers(f, month_of))
        yield CellChange(name, column, tuple(keys), before, after, named)


def _covers(file: FileChange, month: date | None) -> bool:
    if month is None or file.period_from is None or file.period_to is None:
        return False
    return first_of_month(file.period_from) <= month <= file.period_to


def _files(con: duckdb.DuckDBPyConnection, shared: dict[str, list[str]]) -> tuple[FileChange, ...]:
    """Files seen otherwise, those of refused or withdrawn files included; each with the counts that it may explain."""
    if "source_file" not in shared:
        return ()
    changed = con.execute(
        f"SELECT b.month, count(*) FROM {_joined(con, 'crime_month', ['district', 'crime_type', 'month'])} "
        "WHERE a.incidents IS DISTINCT FROM b.incidents GROUP BY ALL UNION ALL "
        f"SELECT b.month, count(*) FROM {_joined(con, 'call_month', ['district', 'call_group', 'urgency', 'month'])} "
        "WHERE a.calls IS DISTINCT FROM b.calls AND 'all' IN (b.call_group) AND 'all' IN (b.urgency) GROUP BY ALL"
    ).fetchall()
    found = []
    for name, source, first, last, was, is_now, rows_before, rows_after in con.execute(_SQL_FILES).fetchall():
        file = FileChange(name, source, first, last, _what(was, is_now, rows_before, rows_after), 0)
        cells = sum(n for month, n in changed if _covers(file, month))
        found.append(FileChange(name, source, first, last, file.what, cells))
    return tuple(found)


def _what(was: str | None, is_now: str | None, rows_before: int | None, rows_after: int | None) -> str:
    if was is None:
        return "came"
    if is_now is None:
        return "went"
    if is_now == "withdrawn" != was:
        return "withdrawn"
    if was == "withdrawn" != is_now:
        return "reinstated"
    return "reread" if was != is_now or rows_before != rows_after else "redelivered"
