"""What an audience is given of tables that are in files: all of its rows, or the newest where they are too many."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from expectations.contracts.stored import Stored
from expectations.months import add_months
from transforms.briefing.audience import Audience

WHOLE = 1_000_000
"""Rows that are given whole."""
MONTHS = 12
"""Months of a larger table: as many as the page sums, and more than a sheet holds of such a table."""
COMPARED = ("call_month",)
"""Tables whose months are compared with any before and whose stations with each other: all of them are given to all."""


def read_aside(
    tables: Mapping[str, pl.DataFrame | Stored], audience: Audience, month: date
) -> tuple[dict[str, pl.DataFrame], dict[str, int]]:
    """The tables as an audience's page and workbook are made of them, and its rows in those not given whole.

    Of a table beyond `WHOLE` rows the agency is given a year, of boxes the newest month; a station its own rows. Of
    those of `COMPARED` everybody is given the agency and all stations.

    Args:
        tables: Every published table, in memory or in a file.
        audience: Whose.
        month: First day of the month the meeting looks at.
    """
    given: dict[str, pl.DataFrame] = {}
    totals: dict[str, int] = {}
    for name, rows in tables.items():
        if isinstance(rows, pl.DataFrame):
            given[name] = rows
            continue
        is_box = pl.col("level") == "box"
        compared = ~is_box & (name in COMPARED)
        if audience.districts is not None:
            own = pl.col("district").is_in(sorted(audience.districts))
            given[name] = rows.scan().filter(own | compared).collect()
        elif (height := rows.height) <= WHOLE:
            given[name] = rows.scan().collect()
        else:
            newest = rows.scan().filter(is_box).select(pl.col("month").max()).collect().item()
            of_year = pl.col("month") > add_months(month, -MONTHS)
            shown = pl.when(is_box).then(pl.col("month") == newest).otherwise(of_year)
            given[name], totals[name] = rows.scan().filter(shown | compared).collect(), height
    return given, totals
