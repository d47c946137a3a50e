"""The SQL files of this room, and changes made whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files

import duckdb
import polars as pl


def text(name: str) -> str:
    """Text of an SQL file of this folder."""
    return files("flows.warehouse.statements").joinpath(f"{name}.sql").read_text("utf-8")


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All of the block's changes, or none."""
    con.begin()
    try:
        yield
    except BaseException:
        # A statement that failed for want of disk may have ended the transaction already; its error is the one to tell.
        with suppress(duckdb.Error):
            con.rollback()
        raise
    con.commit()


@contextmanager
def registered(con: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> Iterator[None]:
    """A frame under a name that SQL finds while the block runs."""
    con.register(name, frame)
    try:
        yield
    finally:
        # In a transaction that a fault has ended nothing is unregistered: that fault is the one to tell.
        with suppress(duckdb.Error):
            con.unregister(name)
