"""Which forecast had been made before a day: what anything that began on it is held against."""

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from expectations.months import first_of_month


def made_before(
    rows: pl.DataFrame, begins: date, wanted: Sequence[date], issued_on: Mapping[str, date]
) -> tuple[pl.DataFrame, bool]:
    """The forecast of wanted months made before a day, and whether it was published by then.

    One published before the day, unless it is more than a month older than it could be: where meetings were skipped,
    one computed since from the months before that day says more. It counts where its origin lies before the month of
    that day, for it saw nothing of what it is held against. Of several that which holds the most of the months; then
    one that was published; then the newest.

    Args:
        rows: Table `forecast`, of one series.
        begins: The day.
        wanted: First days of the months to be forecast.
        issued_on: As-of day of every run whose forecasts were published, by run_id.
    """
    published = pl.col("run_id").replace_strict(dict(issued_on), default=None, return_dtype=pl.Date) < begins
    ahead = rows.filter(pl.col("month").is_in(list(wanted))).with_columns(
        told=(pl.col("issued") & published).fill_null(value=False)
    )
    fit = ahead.filter(pl.col("told") | (pl.col("origin_month") < first_of_month(begins)))
    if fit.is_empty():
        return rows.clear(), False
    fresh = pl.col("origin_month") >= pl.col("origin_month").max().dt.offset_by("-1mo")
    held = fit.with_columns(fresh=fresh & pl.col("told")).group_by("origin_month", "told", "fresh").len()
    origin, told = held.sort("fresh", "len", "told", "origin_month").row(-1)[:2]
    chosen = fit.filter(pl.col("origin_month") == origin, pl.col("told") == told).sort("month")
    return chosen.drop("told"), told
