"""What a contract means to DuckDB and polars: tables, comments, Korean views, and frames of the promised shape."""

from collections.abc import Mapping
from datetime import date, datetime

import polars as pl

from expectations.contracts.columns import DISTRICT, DISTRICT_NAME, SHORT_NAME
from expectations.contracts.table import Column, Table

# The DuckDB types contracts may name; one that is missing here is a mistake in the contract, found on first use.
_POLARS: dict[str, pl.DataType] = {
    "BIGINT": pl.Int64(),
    "BOOLEAN": pl.Boolean(),
    "DATE": pl.Date(),
    "DOUBLE": pl.Float64(),
    "INTEGER": pl.Int32(),
    "TIMESTAMP": pl.Datetime("us"),
    "TINYINT": pl.Int8(),
    "VARCHAR": pl.String(),
}


class ContractBroken(ValueError):
    """A frame that cannot become its table; the message names the table, the column and what was found."""


def create_table(table: Table, name: str | None = None, *, keyed: bool = True) -> str:
    """CREATE TABLE statement of a contract: types, NOT NULL and the primary key.

    Args:
        table: The contract.
        name: Name to create it under, where that is not the contract's own (a staging copy).
        keyed: Whether the primary key is enforced: its index costs more than the rows of a table of millions, whose
            uniqueness is then counted when they are stored.
    """
    lines = [f"{quoted(c.name)} {c.type}{'' if c.nullable else ' NOT NULL'}" for c in table.columns]
    if keyed:
        lines.append(f"PRIMARY KEY ({', '.join(quoted(k) for k in table.key)})")
    return f"CREATE TABLE {quoted(name or table.name)} (\n    " + ",\n    ".join(lines) + "\n)"


def comments(table: Table, kind: str = "TABLE") -> list[str]:
    """COMMENT ON statements of a table, or of a view in its place, and of each column, Korean first, then English."""
    return _comments(table, kind, table.name, {c.name: column_comment(c) for c in table.columns})


def korean_view(
    table: Table,
    words: Mapping[str, Mapping[str, str]] | None = None,
    short_names: Mapping[str, str] | None = None,
) -> str:
    """CREATE VIEW statement of the table under its Korean name: Korean columns with units, and words for codes.

    Args:
        table: The contract; what its own closed sets of values are called stands there.
        words: By column, what an agency calls its codes; a code without a word is shown as it is.
        short_names: By district code, the short name that stands beside the district's.
    """
    named = {column.name: column.in_words("ko") or (words or {}).get(column.name, {}) for column in table.columns}
    shown = [_shown(column.name, named[column.name], column.heading) for column in table.columns]
    if shows_short_names(table):
        short = _case(DISTRICT.name, short_names or {}, quoted(DISTRICT_NAME.name))
        at = table.names.index(DISTRICT_NAME.name) + 1
        shown.insert(at, f"{short} AS {quoted(SHORT_NAME.heading)}")
    columns = ",\n    ".join(shown)
    return f"CREATE VIEW {quoted(table.label)} AS SELECT\n    {columns}\nFROM {quoted(table.name)}"


def shows_short_names(table: Table) -> bool:
    """Whether the table's Korean view has one column more than the table: the districts' short names."""
    return {DISTRICT.name, DISTRICT_NAME.name} <= set(table.names) and SHORT_NAME.name not in table.names


def view_comments(table: Table) -> list[str]:
    """COMMENT ON statements of a table's Korean view; each column also names the column it shows."""
    columns = {c.heading: f"{c.name}: {column_comment(c)}" for c in table.columns}
    if shows_short_names(table):
        columns[SHORT_NAME.heading] = f"district.{SHORT_NAME.name}: {column_comment(SHORT_NAME)}"
    return _comments(table, "VIEW", table.label, columns)


def polars_schema(table: Table) -> dict[str, pl.DataType]:
    """Column names and polars types of a contract, in stored order."""
    return {column.name: _POLARS[column.type] for column in table.columns}


def conform(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """The frame's rows with exactly the contract's columns and types, ordered by its key.

    Columns the contract does not name are left out; what it promises about values is for the gate and for the table's
    own constraints.

    Raises:
        ContractBroken: A column is missing, or holds a value its type cannot hold.
    """
    missing = [name for name in table.names if name not in frame.columns]
    if missing:
        raise ContractBroken(
            f"table {table.name}: columns {', '.join(missing)} are missing; the frame has {', '.join(frame.columns)}"
        )
    columns = [_cast(frame[column.name], table, column) for column in table.columns]
    return pl.DataFrame(columns).sort(table.key, maintain_order=True)


def empty(table: Table) -> pl.DataFrame:
    """A frame of no rows with the contract's columns and types."""
    return pl.DataFrame(schema=polars_schema(table))


def table_comment(table: Table) -> str:
    """What a table's rows are and what a reader must know before using it, in Korean, then in English."""
    grain = ". ".join([table.grain_label, *(caveat.ko for caveat in table.caveats if caveat.ko)])
    return f"{grain} — {' '.join([table.grain, *(caveat.en for caveat in table.caveats)])}"


def column_comment(column: Column) -> str:
    """What a column holds: Korean label with unit, then the description in Korean and in English."""
    return " — ".join(dict.fromkeys((column.heading, column.told("ko"), column.description)))


def quoted(name: str) -> str:
    """A name as an SQL identifier, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str | date | datetime) -> str:
    """A text or a day as an SQL literal, for statements that take no parameters."""
    return "'" + str(value).replace("'", "''") + "'"


def _shown(name: str, words: Mapping[str, str], heading: str) -> str:
    """A column of a view: as it is, or its words in the place of its codes."""
    return f"{_case(name, words, quoted(name)) if words else quoted(name)} AS {quoted(heading)}"


def _case(name: str, words: Mapping[str, str], otherwise: str) -> str:
    if not words:
        return otherwise
    cases = " ".join(f"WHEN {literal(code)} THEN {literal(word)}" for code, word in words.items())
    return f"CASE {quoted(name)} {cases} ELSE {otherwise} END"


def _comments(table: Table, what: str, name: str, columns: dict[str, str]) -> list[str]:
    lines = [f"COMMENT ON {what} {quoted(name)} IS {literal(table_comment(table))}"]
    lines += [f"COMMENT ON COLUMN {quoted(name)}.{quoted(c)} IS {literal(text)}" for c, text in columns.items()]
    return lines


def _cast(series: pl.Series, table: Table, column: Column) -> pl.Series:
    try:
        return series.cast(_POLARS[column.type])
    except pl.exceptions.PolarsError as error:
        raise ContractBroken(
            f"table {table.name}, column {column.name}: {series.dtype} does not fit {column.type} ({error})"
        ) from error
