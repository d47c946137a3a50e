"""Great Expectations suites generated from contracts, run over pandas batches.

Great Expectations knows neither polars nor DuckDB 2, so a batch is handed over as pandas. It is imported inside the
functions: the import alone takes seconds, which commands that check nothing should not pay.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from expectations.agency import Agency
from expectations.contracts import Table
from expectations.contracts.ddl import polars_schema
from expectations.gate.finding import WHOLE, Finding, GateError
from expectations.gate.promises import Promise, promises, table_words

EXAMPLES = 3
"""Rows named by their key where a promise is broken."""
LARGE = 1_000_000
"""Rows above which a table is handed over in parts: as pandas, a million rows of text take about a quarter of a GiB."""
WIDEST = 40
"""Characters of a key value shown: codes and dates fit, a sentence of free text does not."""


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


def check_table(table: Table, batch: pl.DataFrame, agency: Agency | None = None) -> list[Finding]:
    """Hold one table against its contract: one finding per promise.

    Args:
        table: The contract.
        batch: The whole table, columns as stored.
        agency: Adds the sets of codes only the agency folder knows (crime types, urgencies, districts, sources).

    Raises:
        GateError: Great Expectations could not evaluate a promise.
    """
    return check_batches(table, _parts(table, batch), agency)


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
    made = promises(table, agency)
    tallies = [_Tally() for _ in made]
    mistyped: dict[str, str] = {}
    batch_definition = None
    for batch in batches:
        batch_definition = batch_definition or _batch_definition(table.name)
        wrong = _mistyped(table, batch)
        _tally(batch_definition, table, batch, wrong, made, tallies)
        mistyped |= wrong
    if batch_definition is None:
        raise GateError(f"{table.name}: no batch to check; pass an empty frame where a table has no rows")
    findings = [p.finding(table, t.rows, t.unexpected, t.observed()) for p, t in zip(made, tallies, strict=True)]
    return [*findings, _types(table, sorted(mistyped.values()))]


def all_kept(table: Table, rows: int, agency: Agency | None = None) -> list[Finding]:
    """What `check_table` says of a table of so many rows that keeps every promise.

    For a table known to be, row for row, one that was found so before: nothing is looked at, and nothing imported.
    """
    return [*(promise.finding(table, rows, 0, None) for promise in promises(table, agency)), _types(table, [])]


def _parts(table: Table, batch: pl.DataFrame) -> list[pl.DataFrame]:
    """The table in runs of whole months of about `LARGE` rows each: no key can stand in two of them."""
    if batch.height <= LARGE or "month" not in table.key or "month" not in batch:
        return [batch]
    rows = batch.group_by("month").len().sort("month")
    part = rows.select("month", (pl.col("len").cum_sum() // LARGE).alias("part"))
    return batch.join(part, on="month", how="left", nulls_equal=True).partition_by("part", include_key=False)


def _batch_definition(name: str) -> Any:
    """A place for pandas batches in a context of its own: 5 ms, and no two tables share state.

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
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset(name)
    return asset.add_batch_definition_whole_dataframe("whole")


def _tally(
    batch_definition: Any,
    table: Table,
    batch: pl.DataFrame,
    mistyped: Mapping[str, str],
    made: Sequence[Promise],
    tallies: Sequence[_Tally],
) -> None:
    """Add one batch to the tallies; a promise about a column that is missing or mistyped is broken by every row."""
    import great_expectations as gx
    import great_expectations.expectations as gxe

    asked = []
    for number, promise in enumerate(made):
        unusable = [mistyped.get(name, f"{name} ∄") for name in promise.needs if name in mistyped or name not in batch]
        if unusable:
            _add(tallies[number], batch.height, max(batch.height, 1), unusable)
            continue
        about = promise.finding(table, batch.height, 0, None).sentence("en")
        expectation = getattr(gxe, promise.check)
        asked.append(
            expectation(**promise.arguments, severity=promise.severity, description=about, meta={"promise": number})
        )
    suite = gx.ExpectationSuite(name=table.name, expectations=asked)
    # SUMMARY names the first rows at fault by position; COMPLETE, which lists them all, costs twice as much.
    form = {"result_format": "SUMMARY", "partial_unexpected_count": EXAMPLES}
    as_text = [name for name, kind in batch.schema.items() if kind == pl.Date or name in mistyped]
    frame = batch.with_columns(pl.col(as_text).cast(pl.String)).to_pandas()
    for result in batch_definition.get_batch({"dataframe": frame}).validate(suite, result_format=form).results:
        promise = made[result.expectation_config.meta["promise"]]
        if result.exception_info.get("raised_exception") is not False:
            about = f"{table.name}, {promise.expectation}({promise.column})"
            raise GateError(f"{about} could not be evaluated: {result.exception_info}")
        found = result.result
        unexpected = found.get("unexpected_count", 0 if result.success else 1)
        positions = found.get("partial_unexpected_index_list") or []
        examples = [_key(table, promise, batch, position) for position in positions]
        if "observed_value" in found and not result.success:
            examples = [", ".join(found["observed_value"])]
        _add(tallies[made.index(promise)], batch.height, unexpected, examples)


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
    return Finding(table.name, "expect_column_types_to_match_contract", WHOLE, "critical", not mistyped, code, values,
                   "; ".join(mistyped) or None)  # fmt: skip
