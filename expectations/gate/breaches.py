"""Rows of a batch that break a promise, counted by Polars, all promises of a table in one pass.

What counts as a breach is what Great Expectations' expectation of that name counts: an empty value breaks no promise
but that of a value, a number that is none (NaN) is an empty one, and each of the rows that share a key is one too many.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from expectations.gate.promises import Promise

COLUMNS = "ExpectTableColumnsToMatchOrderedList"


@dataclass(frozen=True)
class Breach:
    """Rows of a batch that break a promise.

    Attributes:
        rows: How many.
        first: Positions of the first of them.
        told: What was found where the promise is about no rows.
    """

    rows: int
    first: Sequence[int] = ()
    told: Sequence[str] = field(default=())


def breaches(batch: pl.DataFrame, made: Sequence[Promise], examples: int) -> list[Breach]:
    """Of each promise the rows that break it.

    Args:
        batch: Has every column that the promises need, in the contract's types.
        made: The promises.
        examples: At most so many positions of each.

    Raises:
        KeyError: A promise names an expectation that is not known here.
    """
    masks = {
        str(n): _BREACHED[promise.check](promise.arguments, batch)
        for n, promise in enumerate(made)
        if promise.check != COLUMNS
    }
    counted = batch.lazy().select(mask.sum().alias(name) for name, mask in masks.items()).collect()
    broken = [name for name in masks if batch.height and counted.get_column(name)[0]]
    places = {name: batch.select(masks[name].arg_true().head(examples)).to_series().to_list() for name in broken}
    found = []
    for n, promise in enumerate(made):
        if promise.check != COLUMNS:
            found.append(Breach(counted.get_column(str(n))[0] or 0, places.get(str(n), ())))
        elif batch.columns != promise.arguments["column_list"]:
            found.append(Breach(1, told=[", ".join(batch.columns)]))
        else:
            found.append(Breach(0))
    return found


def _value(arguments: Mapping[str, Any], batch: pl.DataFrame) -> pl.Expr:
    column = pl.col(arguments["column"])
    return column.fill_nan(None) if batch.schema[arguments["column"]].is_float() else column


def _null(arguments: Mapping[str, Any], batch: pl.DataFrame) -> pl.Expr:
    return _value(arguments, batch).is_null()


def _outside_set(arguments: Mapping[str, Any], batch: pl.DataFrame) -> pl.Expr:
    return (~_value(arguments, batch).is_in(arguments["value_set"])).fill_null(value=False)


def _out_of_bounds(arguments: Mapping[str, Any], batch: pl.DataFrame) -> pl.Expr:
    value, least, most = _value(arguments, batch), arguments["min_value"], arguments["max_value"]
    below = value < least if least is not None else pl.lit(value=False)
    above = value > most if most is not None else pl.lit(value=False)
    return (below | above).fill_null(value=False)


def _unlike(arguments: Mapping[str, Any], batch: pl.DataFrame) -> pl.Expr:
    text = _value(arguments, batch).cast(pl.String)
    return (~text.str.contains(arguments["regex"])).fill_null(value=False)


def _repeated(arguments: Mapping[str, Any], batch: pl.DataFrame) -> pl.Expr:
    value = _value(arguments, batch)
    return value.is_duplicated() & value.is_not_null()


def _repeated_together(arguments: Mapping[str, Any], batch: pl.DataFrame) -> pl.Expr:
    key = [_value({"column": name}, batch) for name in arguments["column_list"]]
    return pl.struct(key).is_duplicated() & ~pl.all_horizontal(part.is_null() for part in key)


_BREACHED: Mapping[str, Callable[[Mapping[str, Any], pl.DataFrame], pl.Expr]] = {
    "ExpectColumnValuesToNotBeNull": _null,
    "ExpectColumnValuesToBeInSet": _outside_set,
    "ExpectColumnValuesToBeBetween": _out_of_bounds,
    "ExpectColumnValuesToMatchRegex": _unlike,
    "ExpectColumnValuesToBeUnique": _repeated,
    "ExpectCompoundColumnsToBeUnique": _repeated_together,
}
