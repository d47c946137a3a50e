"""What a kind of file makes of its rows: which module types them, and which gives them the form of its raw table."""

from collections.abc import Collection

import polars as pl

from expectations.kinds import KINDS, REGISTERS
from transforms.exports.counts.rows import count_facts, count_rows
from transforms.exports.facts import Facts, Source
from transforms.exports.rows.calls import call_facts, call_rows
from transforms.exports.rows.crimes import crime_facts, crime_rows
from transforms.exports.rows.registers import register_facts, register_rows


def typed_rows(rows: pl.DataFrame, source: Source, broken: Collection[int]) -> Facts:
    """Type the rows of a batch by the kind of their layout.

    Args:
        rows: Canonical columns as text, null where the cell says nothing.
        source: What the file is read by.
        broken: Numbers of rows that are rejected whatever their cells say.
    """
    if source.layout.kind in REGISTERS:
        return register_facts(rows, REGISTERS[source.layout.kind], source, broken)
    if KINDS[source.layout.kind].names_calls:
        return call_facts(rows, source)
    if not KINDS[source.layout.kind].counts:
        return crime_facts(rows, source)
    return count_facts(rows, source)


def raw_table_rows(columns: dict[str, pl.Series], facts: Facts, source: Source, again: pl.Series) -> pl.DataFrame:
    """Accepted rows in the columns and types of the kind's raw contract, without `file_id`.

    Args:
        columns: Typed columns of the accepted rows.
        facts: What they come from.
        source: What the file is read by.
        again: Numbers of rows that stand again elsewhere.
    """
    if source.layout.kind in REGISTERS:
        return register_rows(columns, REGISTERS[source.layout.kind])
    if KINDS[source.layout.kind].names_calls:
        return call_rows(columns)
    if not KINDS[source.layout.kind].counts:
        return crime_rows(columns)
    return count_rows(columns, facts, source, again)
