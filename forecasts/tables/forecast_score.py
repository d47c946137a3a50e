"""Table `forecast_score`: forecasts whose month has come."""

from collections.abc import Sequence

import polars as pl

from expectations.contracts import TABLES
from expectations.contracts.ddl import conform, empty
from forecasts.scores import score_forecasts
from forecasts.tables.history import history
from forecasts.tracking import tracking_signals


def forecast_score(
    forecast: pl.DataFrame, crime_month: pl.DataFrame, districts: pl.DataFrame, types: Sequence[str]
) -> pl.DataFrame:
    """One row per forecast whose month has come, against what the month is expected to be.

    `unknown-*` districts are left out: they are forecast only so that sums hold.
    """
    counts = history(crime_month, types)
    if forecast.is_empty() or counts.is_empty():
        return empty(TABLES["forecast_score"])
    return conform(scored(forecast, counts, districts), TABLES["forecast_score"])


def scored(forecast: pl.DataFrame, counts: pl.DataFrame, districts: pl.DataFrame) -> pl.DataFrame:
    """The rows of a table of forecasts whose month is counted, with the columns of scores beside their own.

    Args:
        forecast: origin_month, district, crime_type, month, horizon, mean, median, bounds, and what else it has.
        counts: district, crime_type, month, count.
        districts: `core_district`; what collects unknown districts is left out.
    """
    key = ("origin_month", "district", "crime_type", "month")
    known = forecast.join(districts.filter(~pl.col("is_unknown")).select("district"), on="district", how="semi")
    scores = score_forecasts(known.rename({"origin_month": "origin"}), counts)
    scores = scores.rename({"origin": "origin_month"}).drop("horizon")
    beside = known.join(scores, on=key, how="inner", validate="1:1").rename({"origin_month": "origin"})
    return tracking_signals(beside).rename({"origin": "origin_month"})
