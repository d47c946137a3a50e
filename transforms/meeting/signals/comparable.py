"""Which months may be held against each other: breaks of a series divide its history into eras."""

from collections.abc import Sequence

import polars as pl

from expectations.agency import Break
from expectations.months import first_of_month

CRIME = "crime"


def with_eras(crime_month: pl.DataFrame, breaks: Sequence[Break]) -> pl.DataFrame:
    """The rows with `era`: a number that months counted alike share, empty in a month that is like no other.

    A break with an end spoils the months it touches. One without an end is a change that stays: a new era begins with
    its first day, or after the month in which both ways of counting were used.

    Args:
        crime_month: crime_type and month.
        breaks: The agency's; those of other facts than crimes are passed over.
    """
    return crime_month.with_columns(era=era(breaks))


def era(breaks: Sequence[Break]) -> pl.Expr:
    """The number by the columns crime_type and month."""
    number, spoiled = pl.lit(0, pl.Int64), pl.lit(value=False)
    for one in breaks:
        fact, _, crime_type = one.series.partition(".")
        if fact != CRIME:
            continue
        own = pl.col("crime_type") == crime_type if crime_type else pl.lit(value=True)
        first, month = first_of_month(one.start), pl.col("month")
        if one.end is not None:
            spoiled = spoiled | (own & month.is_between(first, one.end))
            continue
        mixed = first if one.start != first else None
        if mixed is not None:
            spoiled = spoiled | (own & (month == mixed))
        number = number + (own & (month >= first)).cast(pl.Int64)
    return pl.when(~spoiled).then(number)
