"""The signals of every month a forecast was made of beforehand, as its outlook would have them today."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial
from typing import Any

import polars as pl

from expectations.agency import Break
from expectations.contracts import TABLES
from expectations.contracts.ddl import conform, empty
from transforms.meeting.outlook import outlook

KEY = ("district", "crime_type", "month")
AT_ONCE = 6
"""Months looked at in one piece of work: with each piece all counts travel to a process."""


def signal_history(
    crime_month: pl.DataFrame,
    forecast: pl.DataFrame,
    month: date,
    forecast_types: Sequence[str],
    districts: pl.DataFrame,
    breaks: Sequence[Break] = (),
    mapper: Callable[..., Iterable[Any]] = map,
) -> pl.DataFrame:
    """One row per district, crime type and month up to the run's of which a forecast of the month before knows.

    Args:
        crime_month: The table.
        forecast: The table: the origins of its rows one month ahead say which months these are.
        month: First day of the run's month.
        forecast_types: Crime types the meeting allocates patrols by.
        districts: `core_district`.
        breaks: The agency's; those of crimes count.
        mapper: What maps the looks at months over stretches of them.
    """
    before = forecast.filter(pl.col("horizon") == 1, pl.col("month") <= month)
    issued = before.select(*KEY, "issued")
    months = before["month"].unique().sort().to_list()
    if not months:
        return empty(TABLES["signal_history"])
    stretches = [months[first : first + AT_ONCE] for first in range(0, len(months), AT_ONCE)]
    sheets = mapper(partial(_sheets, crime_month, forecast, tuple(forecast_types), districts, tuple(breaks)), stretches)
    rows = pl.concat(sheets).join(issued, on=KEY, how="left", validate="1:1")
    return conform(rows, TABLES["signal_history"])


def _sheets(
    crime_month: pl.DataFrame,
    forecast: pl.DataFrame,
    forecast_types: Sequence[str],
    districts: pl.DataFrame,
    breaks: Sequence[Break],
    months: Sequence[date],
) -> pl.DataFrame:
    """Outlooks one below the other; a function of the module, so that a process can be handed it."""
    return pl.concat(outlook(crime_month, forecast, one, forecast_types, districts, breaks) for one in months)
