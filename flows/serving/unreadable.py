"""Runs that an earlier version let into Prefect's database and that its server cannot read out again."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from flows.ending.refusal import CommandError
from flows.serving.door import Refusal, checked

_WAIT_SECONDS = 30


def remove_unreadable(database: Path) -> list[str]:
    """Remove the runs whose parameters cannot be read out; their names.

    One of them is enough for the worker's every question for due runs to fail, and all later runs to stay late. Nothing
    happens where the database is not a file, or not made yet.

    Raises:
        CommandError: It is damaged.
    """
    if not database.is_file():
        return []
    try:
        with closing(sqlite3.connect(database, timeout=_WAIT_SECONDS)) as opened, opened:
            opened.execute("pragma foreign_keys = on")
            found = list(_unreadable(opened))
            for number, _ in found:
                opened.execute("delete from flow_run where id = ?", (number,))
    except sqlite3.Error as error:
        raise CommandError("serve_bad_records", file=database, why=error) from error
    return [name for _, name in found]


def _unreadable(opened: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Ids and names of such runs; the table is asked for those alone that could be."""
    if not opened.execute("select 1 from sqlite_master where name = 'flow_run'").fetchone():
        return
    suspects = (
        "select id, name, parameters from flow_run where parameters like '%\\ud%' or parameters like '%NaN%' "
        "or parameters like '%Infinity%' or length(parameters) > 200"
    )
    for number, name, parameters in opened.execute(suspects):
        try:
            checked(parameters.encode("utf-8") if isinstance(parameters, str) else bytes(parameters))
        except (Refusal, ValueError):
            yield number, str(name)
