"""What a contract means to DuckDB and polars: tables, comments, Korean views, and frames of the promised shape."""

from datetime import date, datetime

import polars as pl

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


def comments(table: Table) -> list[str]:
    """COMMENT ON statements of a table and of each of its columns, Korean first, then English."""
    return _comments(table, "TABLE", table.name, {c.name: column_comment(c) for c in table.columns})


def korean_view(table: Table) -> str:
    """CREATE VIEW statement of the table under its Korean name, with Korean column labels and units."""
    columns = ",\n    ".join(f"{quoted(c.name)} AS {quoted(c.heading)}" for c in table.columns)
    return f"CREATE VIEW {quoted(table.label)} AS SELECT\n    {columns}\nFROM {quoted(table.name)}"


def view_comments(table: Table) -> list[str]:
    """COMMENT ON statements of a table's Korean view; each column also names the column it shows."""
    columns = {c.heading: f"{c.name}: {column_comment(c)}" for c in table.columns}
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
