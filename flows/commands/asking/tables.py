"""`chian tables`: what is published, table by table, and what each column holds."""

import os
import sys
from typing import TYPE_CHECKING

from expectations.contracts import PUBLISHED, Table
from expectations.sentences import headings, reader_language, sentence
from flows.commands.asking.answer import write_table
from flows.commands.asking.bounded import Limits, bounded
from flows.commands.asking.query import ask
from flows.commands.error import CommandError
from flows.places.home import Home

if TYPE_CHECKING:
    import duckdb


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
    from expectations.contracts.dictionary import bounds

    sys.stdout.write(f"{table.name} · {table.label}\n{table.grain_label if lang == 'ko' else table.grain}\n")
    sys.stdout.write("".join(f"- {caveat.told(lang)}\n" for caveat in table.caveats) + "\n")
    names = headings("headings_columns", lang)
    rows = [
        (
            c.name,
            c.heading,
            c.type,
            sentence("headings_yes", lang) if c.nullable else "",
            bounds(c, lang),
            c.told(lang),
        )
        for c in table.columns
    ]
    write_table(sys.stdout, names, ("VARCHAR",) * len(names), rows, fold_last=True)
