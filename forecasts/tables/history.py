"""What the engine learns from: the complete months of table `crime_month`, and the origins it is asked at."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from expectations.months import add_months

SERIES = ("district", "crime_type", "month")


def history(crime_month: pl.DataFrame, types: Sequence[str]) -> pl.DataFrame:
    """One row per district, forecast crime type and complete month: what a forecaster may learn from.

    An incomplete month is unknown, not small, so it has no row. Where reversals of earlier crimes exceed a month's own,
    the count is taken as 0: a rate cannot be negative. (The published count stays what it is.)

    A parent without one complete month, as where a station has never reported, is given the sum of the children that
    do: its forecast is theirs added up, and has to learn from something.
    """
    count = pl.col("expected_final").clip(lower_bound=0).alias("count")
    known = crime_month.filter(pl.col("complete") & pl.col("crime_type").is_in(list(types)))
    summed = (
        known.drop_nulls("parent").group_by(pl.col("parent").alias("district"), "crime_type", "month").agg(count.sum())
    )
    known = known.select(*SERIES, count)
    return pl.concat(
        [known, summed.join(known, on=["district", "crime_type"], how="anti").select(*SERIES, "count")]
    ).sort(SERIES)


def scored_origins(known: pl.DataFrame, month: date, back: int) -> list[date]:
    """The month and, of so many before it, those that have any history; oldest first."""
    if known.is_empty():
        return []
    first = known["month"].sort()[0]
    origins = [add_months(month, -k) for k in range(back, -1, -1)]
    return [origin for origin in origins if origin >= first]
