"""Breaches counted by Polars are those that Great Expectations' own expectations find."""

import math
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.contracts import TABLES
from expectations.gate.breaches import COLUMNS, breaches
from expectations.gate.promises import FIRST_OF_MONTH, Promise, promises
from expectations.gate.suite import EXAMPLES, _batch_definition

SCHEMA = {"text": pl.String, "number": pl.Int64, "share": pl.Float64, "month": pl.Date}
ROWS = st.lists(
    st.tuples(
        st.sampled_from([None, "", "a", "b", "c"]),
        st.sampled_from([None, -1, 0, 1, 100, 101]),
        st.sampled_from([None, math.nan, math.inf, -0.5, 0.0, 1.0, 1.5]),
        st.sampled_from([None, date(2024, 2, 1), date(2024, 2, 29), date(1024, 12, 1)]),
    ),
    min_size=1,
    max_size=12,
)


def promise(check: str, **arguments: Any) -> Promise:
    return Promise(check, "*", check, arguments, "critical", "contract_columns")


MADE = [
    *(promise("ExpectColumnValuesToNotBeNull", column=name) for name in SCHEMA),
    *(promise("ExpectColumnValuesToBeUnique", column=name) for name in SCHEMA),
    promise("ExpectColumnValuesToBeInSet", column="text", value_set=["a", ""]),
    promise("ExpectColumnValuesToBeBetween", column="number", min_value=0, max_value=100),
    promise("ExpectColumnValuesToBeBetween", column="share", min_value=0.0, max_value=None),
    promise("ExpectColumnValuesToBeBetween", column="share", min_value=None, max_value=1.0),
    promise("ExpectColumnValuesToMatchRegex", column="month", regex=FIRST_OF_MONTH),
    promise("ExpectCompoundColumnsToBeUnique", column_list=["text", "number"]),
    promise("ExpectCompoundColumnsToBeUnique", column_list=["text", "share", "month"]),
    promise(COLUMNS, column_list=list(SCHEMA)),
    promise(COLUMNS, column_list=[*reversed(SCHEMA)]),
]


def judged_by_expectations(batch: pl.DataFrame) -> list[tuple[int, list[int]]]:
    import great_expectations as gx
    import great_expectations.expectations as gxe

    asked = [getattr(gxe, one.check)(**one.arguments, meta={"n": n}) for n, one in enumerate(MADE)]
    frame = batch.with_columns(pl.col("month").cast(pl.String)).to_pandas()
    form = {"result_format": "SUMMARY", "partial_unexpected_count": EXAMPLES}
    whole = _batch_definition().get_batch({"dataframe": frame})
    found: dict[int, tuple[int, list[int]]] = {}
    for result in whole.validate(gx.ExpectationSuite("all", expectations=asked), result_format=form).results:
        assert result.exception_info.get("raised_exception") is False, result
        told = result.result
        count = told.get("unexpected_count", 0 if result.success else 1)
        places = told.get("partial_unexpected_index_list") or []
        found[result.expectation_config.meta["n"]] = (count, places)
    return [found[n] for n in range(len(MADE))]


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(rows=ROWS)
def test_what_is_counted_is_what_the_expectations_find(rows: list[tuple[Any, ...]]) -> None:
    batch = pl.DataFrame(rows, SCHEMA, orient="row")
    counted = [(found.rows, list(found.first)) for found in breaches(batch, MADE, EXAMPLES)]
    for one, ours, theirs in zip(MADE, counted, judged_by_expectations(batch), strict=True):
        assert ours == theirs, (one.check, one.arguments)


def test_every_promise_of_every_contract_can_be_counted() -> None:
    known = {one.check for one in MADE}
    assert {one.check for contract in TABLES.values() for one in promises(contract)} == known


def test_an_empty_table_breaks_nothing() -> None:
    assert [found.rows for found in breaches(pl.DataFrame(schema=SCHEMA), MADE[:-1], EXAMPLES)] == [0] * (len(MADE) - 1)
