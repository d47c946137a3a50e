"""strategy.duckdb: every published table with its comments and its Korean view, in one file."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import duckdb
import polars as pl

from expectations.contracts import PUBLISHED, Table
from expectations.contracts.ddl import comments, conform, create_table, korean_view, quoted, view_comments
from flows.places.scratch import scratch_folder

# Clients in offices are older than the run: any DuckDB from 1.0 on reads this layout.
_STORAGE = "v1.0.0"
READ_ONLY = 0o444


def build_strategy(
    path: Path, tables: Mapping[str, pl.DataFrame], words: Mapping[str, Mapping[str, str]] | None = None
) -> None:
    """Write a fresh strategy.duckdb: all published tables in contract order, rows in key order, closed and read-only.

    Args:
        path: File to write; one that stands there is replaced.
        tables: Frame by table name, all of `PUBLISHED`.
        words: By column, what the agency calls its codes in the Korean views (`agency_words`).

    Raises:
        ValueError: A table is missing, or is none that is published.
        ContractBroken: A frame does not fit its table.
        duckdb.ConstraintException: A key stands twice, or a cell is empty that must not be.
    """
    frames = list(conformed(tables))
    short_names = dict(tables["district"].select("district", "short_name").iter_rows())
    views = tuple(korean_view(table, words, short_names) for table in PUBLISHED)
    path.unlink(missing_ok=True)
    path.write_bytes(_without_rows(views))
    with duckdb.connect(str(path), config={"storage_compatibility_version": _STORAGE}) as con:
        con.execute("BEGIN")
        for table, frame in frames:
            if frame.is_empty():
                continue  # a statement costs more than what it would not insert
            con.register("arriving", frame)
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


def conformed(tables: Mapping[str, pl.DataFrame]) -> Iterator[tuple[Table, pl.DataFrame]]:
    """Every published table with its frame in the contract's columns, types and order.

    Raises:
        ValueError: A table is missing, or is none that is published.
        ContractBroken: A frame does not fit its table.
    """
    names = [table.name for table in PUBLISHED]
    missing, foreign = [n for n in names if n not in tables], sorted(set(tables) - set(names))
    if missing or foreign:
        raise ValueError(
            f"a publication holds exactly {', '.join(names)}; missing: {', '.join(missing) or 'none'}; "
            f"not published: {', '.join(foreign) or 'none'}"
        )
    return ((table, conform(tables[table.name], table)) for table in PUBLISHED)
