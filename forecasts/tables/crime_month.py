"""Table crime_month with the final counts its newest months are heading for."""

from datetime import date

import polars as pl

from expectations.contracts import TABLES
from expectations.contracts.ddl import conform
from forecasts.reporting.late_reporting import expected_finals, odd_vintages

KEYS = ["district", "crime_type", "month"]
BOUNDS = ["expected_final_lower_80", "expected_final_upper_80"]


def expect_finals(
    crime_month: pl.DataFrame, triangle: pl.DataFrame, sources: dict[date, str], as_of: date, final_days: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The table with expected_final and its interval where a count is not final, and what was estimated.

    Each month is judged by the exports of the source it is counted from; all other rows stay as they are.

    Args:
        crime_month: as counted, expected_final equal to incidents.
        triangle: one row per source, district without children, crime type, month and export day that covered it whole.
        sources: the source each month is counted from.
        as_of: day whose knowledge counts.
        final_days: days after a month's end from which on its counts are final.

    Returns:
        crime_month; rows of `forecasts.reporting.late_reporting.expected_finals`.
    """
    counted = pl.DataFrame(sorted(sources.items()), schema={"month": pl.Date, "source": pl.String}, orient="row")
    current = crime_month.select("parent", *KEYS, "incidents").join(counted, on="month", how="inner")
    made = expected_finals(triangle, current, as_of, final_days)
    beside = crime_month.drop(BOUNDS).join(
        made.select(*KEYS, *BOUNDS, estimate="expected_final"), on=KEYS, how="left", validate="1:1"
    )
    filled = beside.with_columns(expected_final=pl.coalesce("estimate", "expected_final"))
    return conform(filled, TABLES["crime_month"]), made


def odd_values(triangle: pl.DataFrame, as_of: date, final_days: int) -> list[dict[str, object]]:
    """Values of sentence `late_reports_odd`, one set a month whose exports nothing is learned from, newest first."""
    found = odd_vintages(triangle, as_of, final_days)
    return [
        {
            "source": source,
            "month": f"{odd.month:%Y-%m}",
            "crime_type": crime_type or "*",
            "gained": f"{odd.gained:.0%}",
            "lost": f"{odd.lost:.0%}",
        }
        for source, crime_type, odd in sorted(found, key=lambda one: (one[2].month, one[:2]), reverse=True)
    ]


def share_values(estimates: pl.DataFrame) -> list[dict[str, object]]:
    """Values of sentence `late_reports_share`, one set a month and crime type: how it was estimated, newest first."""
    once = estimates.unique(["month", "crime_type"], keep="first", maintain_order=True)
    once = once.sort("month", "crime_type", descending=[True, False])
    return [
        {
            "month": f"{row['month']:%Y-%m}",
            "crime_type": row["crime_type"],
            "age": row["age"],
            "share": f"{row['share']:.0%}",
            "learned": f"{row['months']:.0f}",
            "weight": f"{row['weight']:.0%}",
        }
        for row in once.iter_rows(named=True)
    ]
