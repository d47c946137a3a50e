"""Cells that many files together show to be a default of the system that gave the points."""

import polars as pl

from expectations.agency import UNKNOWN
from expectations.agency.ground.placed import PILE_DISTRICTS, PILE_ROWS


def default_piles(events: pl.DataFrame) -> pl.DataFrame:
    """One row per cell that is a default: 50 crimes or more, of five districts or more; column `cell`, sorted.

    A default that is rare in each month's file shows in none of them alone. Of the districts the coarser ones are asked
    for, stations where there are five: where stations meet there are two or three, hardly ever five; else boxes.

    Args:
        events: Crimes with a cell as known at the as-of: `cell`, `district` (code of one and the same level; those
            that are not known say nothing), `incidents` (signed).
    """
    known = events.filter(pl.col("district") != UNKNOWN, ~pl.col("district").str.starts_with(f"{UNKNOWN}-"))
    told = known.group_by("cell").agg(
        pl.col("incidents").sum().alias("rows"), pl.col("district").n_unique().alias("districts")
    )
    return told.filter(pl.col("rows") >= PILE_ROWS, pl.col("districts") >= PILE_DISTRICTS).select("cell").sort("cell")
