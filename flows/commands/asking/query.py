"""`chian query`: one question to the published tables, the answer as a table, CSV, JSON, Parquet or a workbook."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from expectations.sentences import reader_language, sentence
from flows.commands.asking.bounded import Limits, bounded, too_large
from flows.commands.asking.private_copy import private_copy
from flows.commands.error import CommandError
from flows.places.home import Home
from flows.places.outside import require_file_outside

if TYPE_CHECKING:
    import duckdb

# Without access to other files a question can neither read the inbox or the warehouse through SQL nor write beside
# them; nor can it open that access again, or lift its limits. The answer is written here.
_CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "lock_configuration": "true",
}
_ASKS = frozenset({
    "SELECT", "EXPLAIN", "MULTI", "CALL", "PRAGMA", "CREATE", "INSERT", "UPDATE", "DELETE", "MERGE_INTO", "DROP",
    "ALTER", "TRANSACTION",
})  # fmt: skip
"""Kinds of statement that ask, or make temporary tables to ask from: all else is for other files or for settings."""
_SHOWN = 200
_LONGEST = 100


def query(
    home: Home,
    sql: str,
    fmt: str | None = None,
    out: Path | None = None,
    limits: Limits | None = None,
    *,
    excel: bool = False,
) -> None:
    """Print the answer to a question, or write it to a file.

    It ends at SIGINT, SIGTERM and SIGHUP, when its time is up and when it needs more memory than it may have.

    Args:
        home: Where the publication lies.
        sql: DuckDB's SQL; of several statements the last one's answer is shown.
        fmt: table (the first rows, for reading), csv, json, parquet or xlsx (all rows); default what the name of the
            file to write ends in, on the terminal a table.
        out: File to write instead of the terminal.
        limits: Of its time and memory; default those of `Limits`.
        excel: Whether CSV begins with the mark by which Excel, opening it by a double click, knows it for UTF-8.

    Raises:
        CommandError: Nothing is published, DuckDB refuses the question, or the file cannot be written.
        EndedEarly: It was ended before its answer was whole.
    """
    shape = fmt or (_format_of(out) if out else "table")
    limits = limits or Limits()
    if out:
        require_file_outside(home, out)
    with ask(home, limits) as con, _names_quoted(sql):
        begun = "\ufeff" if excel and shape == "csv" else ""
        bounded(con, lambda: _answer_in(con, sql, shape, out, begun), limits, _part(out) if out else None)


def _answer_in(con: "duckdb.DuckDBPyConnection", sql: str, fmt: str, out: Path | None, begun: str) -> None:
    """Ask, and write the answer in its form where it belongs; text begins as it is told to."""
    _only_asks(con, sql)
    if fmt == "parquet":
        _parquet(con, sql, out)
    elif fmt == "xlsx":
        _workbook(con, sql, out)
    elif out is None:
        sys.stdout.write(begun)
        _answer(con, sql, fmt, sys.stdout)
    else:
        with _whole(out) as path, path.open("w", encoding="utf-8", newline="") as file:
            file.write(begun)
            rows = _answer(con, sql, fmt, file)
        _said("query_done", rows=rows, file=out)
        if not rows and fmt != "table":
            _say_what_was_meant(con, sql)


def _only_asks(con: "duckdb.DuckDBPyConnection", sql: str) -> None:
    """See that a question is one.

    Raises:
        CommandError: A statement of it would write or read other files, or change how DuckDB works.
    """
    for statement in con.extract_statements(sql):
        kind = statement.type.name
        if kind not in _ASKS:
            raise CommandError("query_failed", why=sentence("query_only_asks", reader_language(os.environ), kind=kind))


def _format_of(out: Path) -> str:
    """What a file's name says it is.

    Raises:
        CommandError: It does not say; a table for reading holds the first rows only, which no file is for.
    """
    ending = out.suffix.lower().removeprefix(".")
    if ending not in ("csv", "json", "parquet", "xlsx"):
        raise CommandError("query_which_format", file=out)
    return ending


@contextmanager
def ask(home: Home, limits: Limits) -> Iterator["duckdb.DuckDBPyConnection"]:
    """A copy of the published database, what DuckDB refuses turned into one sentence with its hint.

    A copy, because DuckDB always may write the log beside the file it has opened, and every reader of that file would
    then read the log, too.

    Raises:
        CommandError: Nothing is published, the file cannot be read or is not alone, or DuckDB refuses.
        EndedEarly: It needs more memory than it may have.
    """
    import duckdb

    if not home.strategy.is_file():
        if any((home.root / "history").glob("[0-9]*")):
            raise CommandError("publication_lost", file=home.strategy)
        raise CommandError("nothing_published", home=home.root)
    try:
        with private_copy(home.strategy) as copy:
            con = duckdb.connect(str(copy), read_only=True, config=_CLOSED | limits.of_duckdb())
    except duckdb.OutOfMemoryException as error:
        raise too_large(limits) from error
    except duckdb.Error as error:
        raise CommandError("publication_unreadable", file=home.strategy, why=_first(error)) from error
    try:
        yield con
    except (duckdb.OutOfMemoryException, MemoryError) as error:
        raise too_large(limits) from error
    except duckdb.ConversionException as error:
        raise CommandError("query_wrong_value", why=_first(error)) from error
    except duckdb.Error as error:
        raise CommandError("query_failed", why=_first(error)) from error
    finally:
        con.close()


@contextmanager
def _names_quoted(sql: str) -> Iterator[None]:
    """Have a question that DuckDB refuses told which names it has to quote, where it names some without.

    Raises:
        CommandError: It does.
    """
    import duckdb

    try:
        yield
    except (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException) as error:
        from expectations.contracts.ddl import quoted
        from flows.commands.asking.meant import names_to_quote

        if not (names := names_to_quote(sql)):
            raise
        listed = ", ".join(quoted(name) for name in names)
        raise CommandError("query_quote_names", why=_first(error), quoted=listed) from error


def _first(error: Exception) -> str:
    """DuckDB's message up to the quoted line of SQL: what is wrong, and what it takes to have been meant."""
    said = str(error).split("\n\nLINE ")[0]
    return " ".join(said.split()).rstrip(".!")


def _answer(con: "duckdb.DuckDBPyConnection", sql: str, fmt: str, file: TextIO) -> int:
    """Write the answer as text; returns how many rows were written."""
    from flows.commands.asking import answer

    if not sql.strip():
        raise CommandError("query_failed", why="the statement is empty")
    con.execute(sql)
    described = con.description or []
    names, kinds = _distinct([str(d[0]) for d in described]), [str(d[1]) for d in described]
    try:
        if fmt == "csv":
            return answer.write_csv(file, names, _rows(con))
        if fmt == "json":
            return answer.write_json(file, names, _rows(con))
        rows = con.fetchmany(_SHOWN + 1) if names else []
        cut = answer.write_table(file, names, kinds, rows[:_SHOWN], longest=_LONGEST)
        file.flush()
        if names and not rows:
            _said("query_no_rows")
            _say_what_was_meant(con, sql)
        if len(rows) > _SHOWN:
            _said("query_cut", shown=_SHOWN)
        if cut:
            _said("query_cells_cut", cells=cut)
        return len(rows[:_SHOWN])
    except BrokenPipeError:
        # The reader of a pipe (`| head`) has seen enough; what is still buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parquet(con: "duckdb.DuckDBPyConnection", sql: str, out: Path | None) -> None:
    if out is None and sys.stdout.isatty():
        raise CommandError("query_needs_file", kind="Parquet", ending="parquet")
    relation = con.sql(sql)
    if relation is None:
        raise CommandError("query_failed", why="the statement has no rows to write")
    frame = relation.pl()
    if out is None:
        frame.write_parquet(sys.stdout.buffer)
        return
    with _whole(out) as path:
        frame.write_parquet(path)
    _said("query_done", rows=frame.height, file=out)


def _workbook(con: "duckdb.DuckDBPyConnection", sql: str, out: Path | None) -> None:
    from transforms.briefing.workbook.answer import MOST_ROWS, TooManyRows, write_answer

    if out is None:
        raise CommandError("query_needs_file", kind="xlsx", ending="xlsx")
    if not sql.strip():
        raise CommandError("query_failed", why="the statement is empty")
    con.execute(sql)
    names = _distinct([str(one[0]) for one in con.description or []])
    try:
        with _whole(out) as path:
            rows = write_answer(path, names, _rows(con))
    except TooManyRows as error:
        raise CommandError("query_too_many_rows", file=out, most=MOST_ROWS) from error
    _said("query_done", rows=rows, file=out)


def _say_what_was_meant(con: "duckdb.DuckDBPyConnection", sql: str) -> None:
    """Of a question without an answer, say which of its texts no row holds, and what the rows hold."""
    from expectations.contracts.columns import DISTRICT, DISTRICT_NAME, SHORT_NAME
    from flows.commands.asking.meant import values_meant

    found = list(values_meant(con, sql))
    for meant in found:
        _said(meant.code, **meant.values)
    columns = (DISTRICT.name, DISTRICT.label, DISTRICT_NAME.label, SHORT_NAME.label)
    if not found and any(column in sql for column in columns):
        _said("query_district_codes")


def _rows(con: "duckdb.DuckDBPyConnection") -> Iterator[tuple[object, ...]]:
    """All rows of the answer, a few thousand in memory at a time."""
    while batch := con.fetchmany(10_000) if con.description else []:
        yield from batch


@contextmanager
def _whole(out: Path) -> Iterator[Path]:
    """A name beside `out` to write to, given its own only once everything is written."""
    part = _part(out)
    try:
        try:
            part.unlink(missing_ok=True)  # never write through a link of that name
            yield part
            part.replace(out)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise CommandError("query_unwritable", file=out, why=error.strerror or error) from error


def _part(out: Path) -> Path:
    return out.with_name(f".{out.name}.part")


def _distinct(names: list[str]) -> list[str]:
    """Column names, a second one of a name with a number: JSON objects would lose it."""
    made: list[str] = []
    for name in names:
        again = sum(1 for other in made if other == name or other.startswith(f"{name}_"))
        made.append(f"{name}_{again}" if name in made else name)
    return made


def _said(code: str, **values: object) -> None:
    sys.stderr.write(sentence(code, reader_language(os.environ), **values) + "\n")
