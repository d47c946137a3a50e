"""nation.duckdb: every published table with whose it is, and the nation's own, each with its Korean view."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import polars as pl

from expectations.contracts import PUBLISHED, Table
from expectations.contracts.ddl import (
    comments,
    conform,
    create_table,
    korean_view,
    literal,
    quoted,
    view_comments,
)
from expectations.contracts.nation.added import with_agency
from expectations.contracts.nation.columns import AGENCY, AGENCY_NAME
from expectations.contracts.nation.nation_agency import NATION_AGENCY
from expectations.contracts.nation.tables import NATIONAL
from flows.nation.asked import Asked
from flows.nation.parts import part
from flows.places.scratch import scratch_folder

_STORAGE = "v1.0.0"
_MEGABYTES = 1000
"""Memory that copying may take; what is larger is spilled."""


def build(path: Path, own: Mapping[str, pl.DataFrame], taken: Sequence[Asked], parts: Path, *, copy: bool) -> None:
    """Write a fresh database, closed.

    Args:
        path: File to write.
        own: Frames of `NATIONAL` by name.
        taken: The agencies in it, in the order of their codes.
        parts: Where their files are laid.
        copy: Whether their rows are copied into it; else its views read the files where `parts` will lie for good.

    Raises:
        duckdb.Error: A file cannot be read, or what is written breaks a table's contract.
    """
    with (
        scratch_folder("nation") as spilled,
        duckdb.connect(str(path), config={"storage_compatibility_version": _STORAGE}) as con,
    ):
        con.execute(f"SET memory_limit = '{_MEGABYTES}MB'; SET temp_directory = {literal(str(spilled))}")
        con.execute("BEGIN")
        for table in NATIONAL:
            con.execute(create_table(table))
            con.register("arriving", conform(own[table.name], table))
            con.execute(f"INSERT INTO {quoted(table.name)} SELECT * FROM arriving")
            con.unregister("arriving")
            _describe(con, table, "TABLE")
        for plain in PUBLISHED:
            givers = [one for one in taken if plain.name in one.tables]
            table = with_agency(plain)
            if copy or not givers:
                _copy(con, table, givers, parts)
            else:
                con.execute(f"CREATE VIEW {quoted(table.name)} AS {_over(table, parts)}")
            _describe(con, table, "TABLE" if copy or not givers else "VIEW")
        con.execute("COMMIT")
        con.execute("CHECKPOINT")


def _copy(con: duckdb.DuckDBPyConnection, table: Table, givers: Sequence[Asked], parts: Path) -> None:
    """The rows of each agency, whose own publication has seen to it that no key stands twice."""
    con.execute(create_table(table, keyed=False))
    for one in givers:
        source = literal(str(part(parts, table.name, one.agency)))
        listed = ", ".join(quoted(name) for name in table.names[2:])
        about = f"{literal(one.agency)}, {literal(str((one.about or {})['agency_name']))}"
        con.execute(
            f"INSERT INTO {quoted(table.name)} SELECT {about}, {listed} "
            f"FROM read_parquet({source}, hive_partitioning = false)"
        )


def _over(table: Table, parts: Path) -> str:
    """SELECT over all agencies' files of a table; a filter on `agency` opens the files of no other."""
    files = literal(str(parts / table.name / "agency=*" / f"{table.name}.parquet"))
    listed = ", ".join(f"rows.{quoted(name)}" for name in table.names[2:])
    return (
        f"SELECT rows.{AGENCY.name}, whose.{AGENCY_NAME.name}, {listed} "
        f"FROM read_parquet({files}, hive_partitioning = true, hive_types = {{'{AGENCY.name}': VARCHAR}}) AS rows "
        f"JOIN {NATION_AGENCY.name} AS whose ON whose.{AGENCY.name} = rows.{AGENCY.name}"
    )


def _describe(con: duckdb.DuckDBPyConnection, table: Table, kind: str) -> None:
    for statement in (*comments(table, kind), korean_view(table), *view_comments(table)):
        con.execute(statement)
