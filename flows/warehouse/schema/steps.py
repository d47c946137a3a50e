"""A warehouse of any version brought to this one's tables: numbered steps, all of them or none."""

from importlib.resources import files
from pathlib import Path

import duckdb

from expectations.contracts.ddl import create_table
from flows.warehouse.failure import WarehouseError
from flows.warehouse.schema.tables import KEYED, REGISTERED, UNKEYED
from flows.warehouse.statements import transaction

STEPS = {
    2: "withdrawals_and_run_terms",
    3: "registers",
    4: "parts_and_stretches",
    5: "received_lines",
    6: "places",
    7: "service",
}
"""By version: the file `<name>.sql` of this folder that makes that version's tables of those of the version before.

A step is never edited once it has been released. What it cannot compute from the tables it leaves empty: the files are
read again where their reading changed (`READER_VERSION`), so a step never has to read an export.
"""
SCHEMA_VERSION = max(STEPS)


def prepare(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Make the tables of a new warehouse, or take an older one through the steps it lacks, in one transaction.

    Raises:
        WarehouseError: The file was made by a newer version.
    """
    con.execute("create table if not exists warehouse_version (version integer not null)")
    found = con.execute("select max(version) from warehouse_version").fetchall()[0][0]
    if found is None:
        with transaction(con):
            for table in UNKEYED:
                con.execute(create_table(table, keyed=False))
            for table in KEYED:
                con.execute(create_table(table))
            con.execute("insert into warehouse_version values (?)", [SCHEMA_VERSION])
    elif found > SCHEMA_VERSION:
        raise WarehouseError("warehouse_newer", path=path, found=found, known=SCHEMA_VERSION)
    elif found < SCHEMA_VERSION:
        with transaction(con):
            for version in range(found + 1, SCHEMA_VERSION + 1):
                con.execute(_step(STEPS[version]))
                con.execute("insert into warehouse_version values (?)", [version])
    _add_registers(con)


def _add_registers(con: duckdb.DuckDBPyConnection) -> None:
    """Tables of registers an older warehouse has not heard of: a further kind of them changes none that is there."""
    known = {name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()}
    for table in REGISTERED.values():
        if table.name not in known:
            con.execute(create_table(table))


def _step(name: str) -> str:
    return files("flows.warehouse.schema").joinpath(f"{name}.sql").read_text("utf-8")
