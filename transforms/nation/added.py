"""Counts added up over agencies, and whether a level's counts are the sums of those below it."""

from collections.abc import Sequence

import polars as pl

from expectations.contracts.ddl import conform, empty
from expectations.contracts.nation.added import Added

COHERENT = 1e-9
"""Relative difference beyond which two sums of the same counts are not the same."""


def added(tables: Sequence[pl.DataFrame], of: Added, asked: int) -> pl.DataFrame:
    """One row per key that an agency has: contract `of.nation`.

    A count that one of the agencies leaves empty is empty. Sums of fractions are made in the order of the frames.

    Args:
        tables: Each agency's rows of its own level, in the order of the agencies.
        of: What adds up.
        asked: How many agencies there are to be; fewer in a row, and it is not complete.
    """
    key = list(of.key)
    if not tables:
        return empty(of.nation)
    kept = [*key, *of.measures, *of.any_of, *of.all_of]
    rows = pl.concat([one.select(kept) for one in tables])
    summed = rows.group_by(key, maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("agencies"),
        *(_whole_sum(name) for name in of.measures),
        *(pl.col(name).any() for name in of.any_of),
        *(pl.col(name).all() & (pl.len() == asked) for name in of.all_of),
    )
    return conform(summed, of.nation)


def apart(above: pl.DataFrame, below: pl.DataFrame, of: Added) -> list[str]:
    """Measures of which a count is not the sum of those below it, by more than `COHERENT` of it; sorted.

    Looked at where both levels have the key, and no count of it is empty: a source that does not name the lower level,
    or a measure that it does not give, contradicts nothing.

    Args:
        above: Rows of one district or the nation, by key.
        below: Rows of all its districts of the level below, any number a key.
        of: Key and measures.
    """
    key = list(of.key)
    sums = below.group_by(key).agg(_whole_sum(name) for name in of.measures)
    both = above.select(*key, *of.measures).join(sums, on=key, how="inner", suffix="_below")
    differs = [
        ((pl.col(name) - pl.col(f"{name}_below")).abs() > COHERENT * pl.max_horizontal(pl.col(name).abs(), 1.0))
        .any()
        .alias(name)
        for name in of.measures
    ]
    found = both.select(differs)
    return sorted(name for name in of.measures if found[name][0])


def _whole_sum(name: str) -> pl.Expr:
    """The sum, empty where a part of it is."""
    column = pl.col(name)
    return pl.when(column.null_count() == 0).then(column.sum()).otherwise(None).alias(name)
