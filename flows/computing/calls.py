"""Table `call_outlook`: the month's calls beside earlier years, and what the engine expects of the next month."""

from datetime import date
from functools import partial

import polars as pl

from expectations.agency import Agency
from expectations.contracts import TABLES
from expectations.contracts.ddl import empty
from flows.computing.kept import Kept, Mapper, keeping, remembered
from forecasts.tables.call_forecast import call_forecast
from transforms.meeting.call_outlook import call_outlook, call_series


def expected_calls(
    call_month: pl.DataFrame, districts: pl.DataFrame, agency: Agency, month: date, mapper: Mapper, kept: Kept
) -> pl.DataFrame:
    """Table `call_outlook`; empty where the month has no calls.

    The forecast is kept whole as well as origin by origin: a run to which no call is new looks up one file, not
    hundreds.

    Args:
        call_month: The table.
        districts: `core_district`.
        agency: Whose calls they are.
        month: The run's.
        mapper: What maps forecasts over series.
        kept: What earlier runs computed.
    """
    series = call_series(call_month, agency, month)
    if series.filter(pl.col("month") == month).is_empty():
        return empty(TABLES["call_outlook"])
    work = partial(call_forecast, agency=agency, month=month, mapper=keeping(mapper, kept))
    told = (agency.hash, month)
    return call_outlook(series, remembered(kept, work, (series, districts), told), agency, month, districts)
