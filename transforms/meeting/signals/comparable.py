"""Which months may be held against each other: breaks of a series divide its history into eras."""

from collections.abc import Iterable, Sequence

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
    told = [(*one.series.partition("."), one) for one in breaks]
    return era_of([(_is(crime_type), one) for fact, _, crime_type, one in told if fact == CRIME])


def _is(crime_type: str) -> pl.Expr:
    return pl.col("crime_type") == crime_type if crime_type else pl.lit(value=True)


def era_of(breaks: Iterable[tuple[pl.Expr, Break]]) -> pl.Expr:
    """The number by column month, each break given with the rows it concerns."""
    number, spoiled = pl.lit(0, pl.Int64), pl.lit(value=False)
    for own, one in breaks:
        first, month = first_of_month(one.start), pl.col("month")
        if one.end is not None:
            spoiled = spoiled | (own & month.is_between(first, one.end))
            continue
        mixed = first if one.start != first else None
        if mixed is not None:
            spoiled = spoiled | (own & (month == mixed))
        number = number + (own & (month >= first)).cast(pl.Int64)
    return pl.when(~spoiled).then(number)
