"""Table `place_coverage`: how many of a month's crimes have a usable point."""

from collections.abc import Collection

import polars as pl

from expectations.contracts.ddl import conform, empty
from expectations.contracts.places.place_coverage import PLACE_COVERAGE

KEY = ("month", "crime_type")


def place_coverage(
    events: pl.DataFrame,
    cells: pl.DataFrame,
    crime_month: pl.DataFrame,
    police_found: pl.DataFrame,
    crime_types: Collection[str],
    agency: str,
) -> pl.DataFrame:
    """One row per month and crime type of the agency's places, from the first month that has a usable point.

    Args:
        events: Place events, those in cells that may not be told among them: cell, crime_type, month, incidents.
        cells: The study area, without cells that may not be told: cell.
        crime_month: The table.
        police_found: month, crime_type, incidents: what the police found themselves, whose place is never told.
        crime_types: Those of the agency folder's places.
        agency: Its district code.
    """
    first = events["month"].min()
    if first is None:
        return empty(PLACE_COVERAGE)
    counted = crime_month.filter(
        pl.col("district") == agency,
        pl.col("crime_type").is_in(sorted(crime_types)),
        pl.col("month") >= first,
    ).select(*KEY, "incidents")
    found = counted.select(KEY).join(police_found, on=KEY, how="left", maintain_order="left")["incidents"]
    counted = counted.with_columns(pl.col("incidents") - found.fill_null(0))
    inside = pl.col("cell").is_in(cells["cell"].implode())
    of_cells = events.group_by(KEY).agg(
        with_cell=pl.col("incidents").sum(), in_area=pl.col("incidents").filter(inside).sum()
    )
    beside = counted.join(of_cells, on=KEY, how="left").with_columns(pl.col("with_cell", "in_area").fill_null(0))
    share = pl.when(pl.col("incidents") > 0).then(pl.col("with_cell") / pl.col("incidents"))
    return conform(beside.with_columns(share=share), PLACE_COVERAGE)
