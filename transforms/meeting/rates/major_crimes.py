"""The line of several crime types together (5대범죄), beside those of each."""

import polars as pl

from expectations.agency.file import MajorCrimes
from expectations.contracts.columns import DISTRICT_COLUMNS

PLACE = tuple(column.name for column in DISTRICT_COLUMNS)


def with_major_crimes(crime_month: pl.DataFrame, major: MajorCrimes | None) -> pl.DataFrame:
    """The rows and, for every district and month that tells all crime types of the agency's major crimes, their sum.

    Where one of them is not told there is no sum; where one's clearances are not told, the sum's are not.

    Args:
        crime_month: The columns of table `crime_month` that are summed here, and `era`; other columns are left out.
        major: What the agency tells together; None where nothing.
    """
    columns = (*PLACE, "crime_type", "month", "incidents", "cleared", "provisional", "complete", "era")
    rows = crime_month.select(columns)
    if major is None:
        return rows
    held = rows.filter(pl.col("crime_type").is_in(list(major.crime_types)))
    era = pl.col("era")
    summed = (
        held.sort("district", "month", "crime_type")
        .group_by(*PLACE, "month", maintain_order=True)
        .agg(
            pl.len().alias("types"),
            pl.col("incidents").sum(),
            pl.when(pl.col("cleared").is_not_null().all()).then(pl.col("cleared").sum()).alias("cleared"),
            pl.col("provisional").any(),
            pl.col("complete").all(),
            # Eras of a type only go up, so equal sums are equal eras of each.
            pl.when(era.is_not_null().all()).then(era.sum()).alias("era"),
        )
        .filter(pl.col("types") == len(major.crime_types))
        .with_columns(crime_type=pl.lit(major.code))
    )
    return pl.concat([rows, summed.select(columns)])
