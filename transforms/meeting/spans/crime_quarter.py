"""Crimes by quarter, half-year and year: sums of table `crime_month`, so that a sum has one source."""

import polars as pl

from expectations.contracts import TABLES
from expectations.contracts.ddl import conform
from expectations.months import SPANS

DISTRICT = ("district", "district_name", "level", "parent")


def crime_quarter(crime_month: pl.DataFrame) -> pl.DataFrame:
    """One row per district, crime type, span and period with a month covered, by the contract of `crime_quarter`.

    Args:
        crime_month: The table, final counts expected.
    """
    parts = [_summed(crime_month, span, months) for span, months in SPANS.items()]
    return conform(pl.concat(parts), TABLES["crime_quarter"])


def _summed(crime_month: pl.DataFrame, span: str, months: int) -> pl.DataFrame:
    period = pl.col("month").dt.truncate(f"{months}mo")
    every_cleared = pl.col("cleared").is_not_null().all()
    return (
        crime_month.sort("district", "crime_type", "month")
        .group_by(*DISTRICT, "crime_type", period=period, maintain_order=True)
        .agg(
            months=pl.len().cast(pl.Int64),
            incidents=pl.col("incidents").sum(),
            expected_final=pl.col("expected_final").sum(),
            cleared=pl.when(every_cleared).then(pl.col("cleared").sum()),
            provisional=pl.col("provisional").any(),
            complete=pl.col("complete").all() & (pl.len() == months),
        )
        .with_columns(span=pl.lit(span))
    )
