"""Contracts as promises: counted by Polars over a table, judged by Great Expectations on the counts.

Great Expectations takes some twenty milliseconds for an expectation, whatever it looks at, and knows neither Polars nor
DuckDB 2. So it is handed one row a promise: how many rows break it, all tables of a publication at once. It is imported
inside the functions: the import alone takes seconds, which commands that check nothing should not pay.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import polars as pl

from expectations.agency import Agency
from expectations.contracts import Table
from expectations.contracts.ddl import polars_schema
from expectations.contracts.stored import Stored
from expectations.gate.breaches import breaches
from expectations.gate.finding import WHOLE, Finding, GateError
from expectations.gate.promises import Promise, promises, table_words

EXAMPLES = 3
"""Rows named by their key where a promise is broken."""
WIDEST = 40
"""Characters of a key value shown: codes and dates fit, a sentence of free text does not."""


Rows = pl.DataFrame | Stored
"""A table's rows: in memory, or in a file."""


@dataclass
class _Tally:
    """What was found of one promise over the batches seen so far."""

    rows: int = 0
    unexpected: int = 0
    examples: list[str] = field(default_factory=list)

    def observed(self) -> str | None:
        """Counts and a few keys, or nothing where all rows keep the promise."""
        if not self.unexpected:
            return None
        return "; ".join([f"{self.unexpected:,}/{self.rows:,}", *self.examples[:EXAMPLES]])


@dataclass
class _Looked:
    """What was seen of one table: the promises of its contract, a tally each, and its columns of another type."""

    table: Table
    made: tuple[Promise, ...]
    tallies: list[_Tally]
    mistyped: dict[str, str]

    def findings(self, broken: Sequence[bool]) -> list[Finding]:
        """One finding per promise, and one of the types."""
        findings = [
            promise.finding(self.table, tally.rows, tally.unexpected if breaks else 0, tally.observed())
            for promise, tally, breaks in zip(self.made, self.tallies, broken, strict=True)
        ]
        return [*findings, _types(self.table, sorted(self.mistyped.values()))]


def check_tables(tables: Sequence[tuple[Table, Rows]], agency: Agency | None = None) -> list[list[Finding]]:
    """Hold tables against their contracts: of each, in their order, one finding per promise.

    Args:
        tables: Contracts with whole tables, columns as stored; one in a file is looked at by stretches of months.
        agency: Adds the sets of codes only the agency folder knows (crime types, urgencies, districts, sources).

    Raises:
        GateError: Great Expectations could not evaluate a promise.
    """
    looked = [_look(table, parts(rows), agency) for table, rows in tables]
    broken = iter(_broken(looked))
    return [one.findings([next(broken) for _ in one.made]) for one in looked]


def parts(rows: Rows) -> Iterable[pl.DataFrame]:
    """A table whole, or one in a file by stretches of months."""
    return rows.parts() if isinstance(rows, Stored) else [rows]


def check_table(table: Table, batch: pl.DataFrame, agency: Agency | None = None) -> list[Finding]:
    """`check_tables` of one table."""
    return check_tables([(table, batch)], agency)[0]


def check_batches(table: Table, batches: Iterable[pl.DataFrame], agency: Agency | None = None) -> list[Finding]:
    """Hold a table that comes in parts against its contract: one finding per promise over all parts.

    Memory stays that of one part. A key is unique over the parts only if no key can stand in two of them: cut by file
    or by month, as the key holds them.

    Args:
        table: The contract.
        batches: Parts of the table, columns as stored; a table without rows is one empty frame.
        agency: As in check_table.

    Raises:
        GateError: No part came, or Great Expectations could not evaluate a promise.
    """
    looked = _look(table, batches, agency)
    return looked.findings(_broken([looked]))


def _look(table: Table, batches: Iterable[pl.DataFrame], agency: Agency | None) -> _Looked:
    made = promises(table, agency)
    looked = _Looked(table, made, [_Tally() for _ in made], {})
    seen = 0
    for seen, batch in enumerate(batches, 1):  # noqa: B007  (how many there were)
        wrong = _mistyped(table, batch)
        _tally(table, batch, wrong, made, looked.tallies)
        looked.mistyped |= wrong
    if not seen:
        raise GateError(f"{table.name}: no batch to check; pass an empty frame where a table has no rows")
    return looked


def all_kept(table: Table, rows: int, agency: Agency | None = None) -> list[Finding]:
    """What `check_table` says of a table of so many rows that keeps every promise.

    For a table known to be, row for row, one that was found so before: nothing is looked at, and nothing imported.
    """
    return [*(promise.finding(table, rows, 0, None) for promise in promises(table, agency)), _types(table, [])]


def _tally(
    table: Table, batch: pl.DataFrame, mistyped: Mapping[str, str], made: Sequence[Promise], tallies: Sequence[_Tally]
) -> None:
    """Add one batch to the tallies; a promise about a column that is missing or mistyped is broken by every row."""
    asked = []
    for number, promise in enumerate(made):
        unusable = [mistyped.get(name, f"{name} ∄") for name in promise.needs if name in mistyped or name not in batch]
        if unusable:
            _add(tallies[number], batch.height, max(batch.height, 1), unusable)
        else:
            asked.append(number)
    found = breaches(batch, [made[number] for number in asked], EXAMPLES)
    for number, breach in zip(asked, found, strict=True):
        examples = [*breach.told, *(_key(table, made[number], batch, position) for position in breach.first)]
        _add(tallies[number], batch.height, breach.rows, examples)


def _broken(looked: Sequence[_Looked]) -> list[bool]:
    """Of every promise, table by table, whether Great Expectations finds it broken: whether a row breaks it.

    Raises:
        GateError: It could not look, or did not look at every promise.
    """
    made = [f"{one.table.name}: {promise.expectation}({promise.column})" for one in looked for promise in one.made]
    if not made:
        return []
    import great_expectations as gx
    from great_expectations.expectations.core.expect_column_values_to_be_between import ExpectColumnValuesToBeBetween
    from great_expectations.expectations.metadata_types import FailureSeverity

    unexpected = [tally.unexpected for one in looked for tally in one.tallies]
    counts = pl.DataFrame({"promise": made, "unexpected": unexpected})
    none = ExpectColumnValuesToBeBetween(
        column="unexpected", min_value=0, max_value=0, severity=FailureSeverity.CRITICAL
    )
    suite = gx.ExpectationSuite(name="contracts", expectations=[none])
    batch = _batch_definition().get_batch({"dataframe": counts.to_pandas()})
    [result] = batch.validate(suite, result_format="COMPLETE").results
    if result.exception_info.get("raised_exception") is not False or result.result["element_count"] != len(made):
        names = ", ".join(one.table.name for one in looked)
        raise GateError(f"{names} could not be evaluated: {result.exception_info}")
    broken = set(result.result["unexpected_index_list"])
    return [place in broken for place in range(len(made))]


@cache
def _batch_definition() -> Any:
    """A place for pandas batches in a context of this process's own, which holds nothing between two of them.

    Analytics and progress bars are off: police networks are closed, and a run has its own progress.
    """
    import great_expectations as gx
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False),
    )
    context = gx.get_context(mode="ephemeral", project_config=config)
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset("counts")
    return asset.add_batch_definition_whole_dataframe("whole")


def _add(tally: _Tally, rows: int, unexpected: int, examples: list[str]) -> None:
    tally.rows += rows
    tally.unexpected += unexpected
    tally.examples += examples[: EXAMPLES - len(tally.examples)]


def _key(table: Table, promise: Promise, batch: pl.DataFrame, position: int) -> str:
    """A row by its key, with the value at fault where that is no part of the key."""
    row = batch.row(position, named=True)
    shown = [str(row[name]) for name in table.key if name in row]
    if promise.column != WHOLE and promise.column not in table.key and row[promise.column] is not None:
        shown.append(f"→ {row[promise.column]}")
    return " ".join(text[:WIDEST] for text in shown)


def _mistyped(table: Table, batch: pl.DataFrame) -> dict[str, str]:
    """Columns whose type is not the contract's, e.g. a sum that DuckDB widened to 128 bits, with both types."""
    promised = polars_schema(table)
    found = {name: kind for name, kind in batch.schema.items() if name in promised and kind != promised[name]}
    return {name: f"{name} {kind} ≠ {promised[name]}" for name, kind in found.items()}


def _types(table: Table, mistyped: list[str]) -> Finding:
    values = {"table": table_words(table), "observed": "; ".join(mistyped)}
    code = "contract_types_broken" if mistyped else "contract_types"
    return Finding(
        table.name,
        "expect_column_types_to_match_contract",
        WHOLE,
        "critical",
        not mistyped,
        code,
        values,
        "; ".join(mistyped) or None,
    )
