"""`chian tables`: what is published, table by table, and what each column holds."""

import os
import sys
from typing import TYPE_CHECKING

from expectations.contracts import PUBLISHED, Table
from expectations.sentences import headings, reader_language, sentence
from flows.commands.asking.answer import write_prose, write_table
from flows.commands.asking.bounded import Limits, bounded
from flows.commands.asking.query import ask
from flows.commands.error import CommandError
from flows.places.home import Home

if TYPE_CHECKING:
    import duckdb

_IN = "    "


def tables(home: Home, table: str | None = None, limits: Limits | None = None) -> None:
    """Print the published tables with their Korean names, rows and grain, or one table's columns.

    Args:
        home: Where the publication lies.
        table: Table (or its Korean name) whose columns to print.
        limits: Of its time and memory; default those of `Limits`.

    Raises:
        CommandError: Nothing is published, or it holds no such table.
        EndedEarly: It was ended before everything was printed.
    """
    limits = limits or Limits()
    with ask(home, limits) as con:
        bounded(con, lambda: _print(con, table), limits)


def _print(con: "duckdb.DuckDBPyConnection", table: str | None) -> None:
    lang = reader_language(os.environ)
    held = [name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
    listed = [contract for contract in PUBLISHED if contract.name in held]
    if table is not None:
        _columns(_named(table, listed), lang)
        return
    counts = [con.execute(f'SELECT count(*) FROM "{t.name}"').fetchall()[0][0] for t in listed]
    month, as_of, agency, run_id, generated = con.execute(
        "SELECT month, as_of, agency_name, run_id, generated FROM publication"
    ).fetchall()[0]
    sys.stdout.write(
        sentence("tables_title", lang, month=f"{month:%Y-%m}", agency=agency, as_of=as_of, run_id=run_id) + "\n\n"
    )
    grain = [t.grain_label if lang == "ko" else t.grain for t in listed]
    rows = [(t.name, t.label, n, g) for t, n, g in zip(listed, counts, grain, strict=True)]
    write_table(
        sys.stdout, headings("headings_tables", lang), ("VARCHAR", "VARCHAR", "BIGINT", "VARCHAR"), rows, fold_last=True
    )
    if generated:
        sys.stdout.write("\n" + sentence("generated_data", lang) + "\n")
    sys.stdout.write("\n" + sentence("tables_hint", lang) + "\n")


def _named(name: str, listed: list[Table]) -> Table:
    for table in listed:
        if name in (table.name, table.label):
            return table
    raise CommandError("unknown_table", name=name, known=", ".join(t.name for t in listed))


def _columns(table: Table, lang: str) -> None:
    """A table's columns below each other, so that they are read whole where the terminal has 80 columns."""
    from expectations.contracts.dictionary import bounds

    out = sys.stdout
    out.write(f"{table.name} · {table.label}\n")
    write_prose(out, table.grain_label if lang == "ko" else table.grain)
    for caveat in table.caveats:
        write_prose(out, caveat.told(lang), first="- ", then="  ")
    for column in table.columns:
        empty = [sentence("column_may_be_empty", lang)] if column.nullable else []
        out.write("\n" + " · ".join((column.name, column.heading, column.type, *empty)) + "\n")
        write_prose(out, column.told(lang), first=_IN, then=_IN)
        if values := bounds(column, lang):
            write_prose(out, sentence("column_values", lang, values=values), first=_IN, then=_IN)
