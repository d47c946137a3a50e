"""The signals of every month a forecast was made of beforehand, as its outlook would have them today."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from expectations.agency import Break
from expectations.contracts import TABLES
from expectations.contracts.ddl import conform, empty
from transforms.meeting.outlook import outlook

KEY = ("district", "crime_type", "month")


def signal_history(
    crime_month: pl.DataFrame,
    forecast: pl.DataFrame,
    month: date,
    forecast_types: Sequence[str],
    districts: pl.DataFrame,
    breaks: Sequence[Break] = (),
) -> pl.DataFrame:
    """One row per district, crime type and month up to the run's of which a forecast of the month before knows.

    Args:
        crime_month: The table.
        forecast: The table: the origins of its rows one month ahead say which months these are.
        month: First day of the run's month.
        forecast_types: Crime types the meeting allocates patrols by.
        districts: `core_district`.
        breaks: The agency's; those of crimes count.
    """
    before = forecast.filter(pl.col("horizon") == 1, pl.col("month") <= month)
    issued = before.select(*KEY, "issued")
    sheets = [
        outlook(crime_month, forecast, one, forecast_types, districts, breaks)
        for one in before["month"].unique().sort().to_list()
    ]
    if not sheets:
        return empty(TABLES["signal_history"])
    rows = pl.concat(sheets).join(issued, on=KEY, how="left", validate="1:1")
    return conform(rows, TABLES["signal_history"])
