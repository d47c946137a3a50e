"""Whether two publications say the same, table by table."""

from pathlib import Path

import duckdb

from expectations.contracts.ddl import literal, quoted

# What tells runs apart that are equal otherwise: table `run`, and the moments in columns named `*_at`.
_LEFT_OUT = "run"
_MOMENT = "_at"


def tables_equal(a: Path, b: Path) -> list[str]:
    """What differs between two strategy.duckdb files, one English sentence a table; empty where they are equal.

    Table `run` and columns named `*_at` are left out; the order of rows counts for nothing.

    Raises:
        duckdb.Error: A file cannot be read.
    """
    with duckdb.connect() as con:
        con.execute(f"ATTACH {literal(str(a))} AS a (READ_ONLY)")
        con.execute(f"ATTACH {literal(str(b))} AS b (READ_ONLY)")
        columns = {name: _columns(con, name) for name in ("a", "b")}
        found = []
        for table in sorted({*columns["a"], *columns["b"]}):
            difference = _difference(con, table, columns["a"].get(table), columns["b"].get(table))
            if difference:
                found.append(f"{table}: {difference}")
    return found


def _columns(con: duckdb.DuckDBPyConnection, database: str) -> dict[str, dict[str, str]]:
    rows = con.execute(
        """SELECT table_name, column_name, data_type
           FROM duckdb_columns() JOIN duckdb_tables() USING (database_name, table_name)
           WHERE database_name = ? AND table_name <> ? AND NOT ends_with(column_name, ?)
           ORDER BY table_name, column_index""",
        [database, _LEFT_OUT, _MOMENT],
    ).fetchall()
    tables: dict[str, dict[str, str]] = {}
    for table, column, kind in rows:
        tables.setdefault(table, {})[column] = kind
    return tables


def _difference(
    con: duckdb.DuckDBPyConnection, table: str, a: dict[str, str] | None, b: dict[str, str] | None
) -> str | None:
    if a is None or b is None:
        return f"stands only in the {'second' if a is None else 'first'} file"
    if a != b:
        return (
            f"columns differ: {', '.join(f'{n} {k}' for n, k in sorted({*a.items()} ^ {*b.items()})) or 'their order'}"
        )
    listed = ", ".join(quoted(name) for name in a)
    rows = {name: f"SELECT {listed} FROM {name}.{quoted(table)}" for name in ("a", "b")}
    if not any(con.sql(f"SELECT 1 FROM {name}.{quoted(table)} LIMIT 1").fetchall() for name in rows):
        return None
    only_a, only_b = (
        con.sql(f"SELECT count(*) FROM ({rows[x]} EXCEPT ALL {rows[y]})").fetchall()[0][0] for x, y in ("ab", "ba")
    )
    return f"{only_a} rows only in the first file, {only_b} only in the second" if only_a or only_b else None
