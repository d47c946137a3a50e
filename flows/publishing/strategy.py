"""strategy.duckdb: every published table with its comments and its Korean view, in one file."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import duckdb
import polars as pl

from expectations.contracts import PUBLISHED, Table
from expectations.contracts.ddl import comments, conform, create_table, korean_view, literal, quoted, view_comments
from expectations.contracts.stored import Stored
from flows.places.scratch import scratch_folder

# Clients in offices are older than the run: any DuckDB from 1.0 on reads this layout.
_STORAGE = "v1.0.0"
READ_ONLY = 0o444


def build_strategy(
    path: Path,
    tables: Mapping[str, pl.DataFrame],
    words: Mapping[str, Mapping[str, str]] | None = None,
    aside: Mapping[str, Stored] | None = None,
    megabytes: int = 768,
) -> None:
    """Write a fresh strategy.duckdb: all published tables in contract order, rows in key order, closed and read-only.

    Args:
        path: File to write; one that stands there is replaced.
        tables: Frame by table name, all of `PUBLISHED`.
        words: By column, what the agency calls its codes in the Korean views (`agency_words`).
        aside: Those of the tables that are in files.
        megabytes: What DuckDB may hold: a key's index over millions of rows takes gigabytes where it may.

    Raises:
        ValueError: A table is missing, or is none that is published.
        ContractBroken: A frame does not fit its table.
        duckdb.ConstraintException: A key stands twice, or a cell is empty that must not be.
    """
    rows = list(conformed(tables, aside))
    short_names = dict(tables["district"].select("district", "short_name").iter_rows())
    views = tuple(korean_view(table, words, short_names) for table in PUBLISHED)
    path.unlink(missing_ok=True)
    path.write_bytes(_without_rows(views))
    with (
        scratch_folder("publish") as spilled,
        duckdb.connect(str(path), config={"storage_compatibility_version": _STORAGE}) as con,
    ):
        con.execute(f"SET memory_limit = '{megabytes}MB'; SET temp_directory = {literal(str(spilled))}")
        for table, arriving in rows:
            # By itself and written out at once: the keys of two large tables do not fit in memory together.
            if isinstance(arriving, Stored):
                file = literal(str(arriving.path))
                con.execute(f"INSERT INTO {quoted(table.name)} SELECT * FROM read_parquet({file})")
                con.execute("CHECKPOINT")
        con.execute("BEGIN")
        for table, arriving in rows:
            if isinstance(arriving, Stored) or arriving.is_empty():
                continue  # a statement costs more than what it would not insert
            con.register("arriving", arriving)
            con.execute(f"INSERT INTO {quoted(table.name)} SELECT * FROM arriving")
            con.unregister("arriving")
        con.execute("COMMIT")
        con.execute("CHECKPOINT")
    path.chmod(READ_ONLY)


@lru_cache(maxsize=8)
def _without_rows(views: tuple[str, ...]) -> bytes:
    """The file with its tables, views and comments but no rows: some thousand statements, once for a process."""
    with scratch_folder("strategy") as folder:
        path = folder / "strategy.duckdb"
        with duckdb.connect(str(path), config={"storage_compatibility_version": _STORAGE}) as con:
            con.execute("BEGIN")
            for table, view in zip(PUBLISHED, views, strict=True):
                for statement in (create_table(table), *comments(table), view, *view_comments(table)):
                    con.execute(statement)
            con.execute("COMMIT")
            con.execute("CHECKPOINT")
        return path.read_bytes()


def conformed(
    tables: Mapping[str, pl.DataFrame], aside: Mapping[str, Stored] | None = None
) -> Iterator[tuple[Table, pl.DataFrame | Stored]]:
    """Every published table with its rows in the contract's columns, types and order: a frame, or the file it is in.

    Raises:
        ValueError: A table is missing, or is none that is published.
        ContractBroken: A frame does not fit its table.
    """
    names = [table.name for table in PUBLISHED]
    given: dict[str, pl.DataFrame | Stored] = {**tables, **(aside or {})}
    missing, foreign = [n for n in names if n not in given], sorted(set(given) - set(names))
    if missing or foreign:
        raise ValueError(
            f"a publication holds exactly {', '.join(names)}; missing: {', '.join(missing) or 'none'}; "
            f"not published: {', '.join(foreign) or 'none'}"
        )
    return ((table, _shaped(given[table.name], table)) for table in PUBLISHED)


def _shaped(rows: pl.DataFrame | Stored, table: Table) -> pl.DataFrame | Stored:
    return rows if isinstance(rows, Stored) else conform(rows, table)
