"""Table `call_forecast_score`: forecasts of calls whose month has come."""

from datetime import date

import polars as pl

from expectations.contracts import TABLES
from expectations.contracts.ddl import conform, empty
from forecasts.tables.calls.call_forecast import forecast_lines, line_key
from forecasts.tables.forecast_score import scored
from forecasts.tables.history import history


def call_forecast_score(
    call_forecast: pl.DataFrame, series: pl.DataFrame, districts: pl.DataFrame, month: date
) -> pl.DataFrame:
    """One row per forecast of calls whose month has come and is whole, against the calls counted.

    `unknown-*` districts are left out: they are forecast only so that sums hold.

    Args:
        call_forecast: The table.
        series: From `transforms.meeting.call_outlook.call_series`.
        districts: `core_district`.
        month: The run's; later ones are not looked at.
    """
    asked = forecast_lines(series, month)
    counts = history(asked, asked["crime_type"].unique().sort().to_list())
    told = TABLES["call_forecast_score"]
    if call_forecast.is_empty() or counts.is_empty():
        return empty(told)
    return conform(scored(call_forecast.with_columns(crime_type=line_key()), counts, districts), told)
