"""Next month's 112 calls by the engine that forecasts crimes, unchanged."""

from dataclasses import replace
from datetime import date

import polars as pl

from expectations.agency import Agency
from expectations.call_series import ALL, CallSeries
from forecasts.candidates import Mapper
from forecasts.hierarchy import OUTPUT, coherent_forecasts
from forecasts.settings import SeriesBreak
from forecasts.tables.engine import engine, series_break
from forecasts.tables.history import history, scored_origins

NAMES = ("call_group", "urgency", "call_type")
LEARNING_ORIGINS = 6
"""Earlier forecasts of a line from which weights and spread are learned. With twelve, as for crimes, calls are forecast
no better (benchmarks/forecasting/calls.py), and there are twenty lines of them: it would cost twice as much."""


def call_forecast(
    series: pl.DataFrame, districts: pl.DataFrame, agency: Agency, month: date, mapper: Mapper
) -> pl.DataFrame:
    """One row per district and series of calls that has come to the month, for the month after it.

    Each series is a crime type to the engine: stations learn from stations, their means add up to the agency's. Groups
    and urgencies are forecast each for itself, so theirs need not add up. Types are not forecast: there are fifty, of
    few calls.

    Args:
        series: From `transforms.meeting.call_outlook.call_series`: its column crime_type names the series.
        districts: `core_district`.
        agency: Settings of the engine, breaks and groups.
        month: The run's, after which nothing is seen.
        mapper: What maps the work over series; what it keeps costs nothing again.

    Returns:
        district, crime_type, origin, month, horizon, method, mean, median, lower_/upper_50/80/95; no row where the
        month has no calls.
    """
    asked = series.filter(pl.col("call_type") == ALL, pl.col("month") <= month)
    now = asked.filter(pl.col("month") == month).select(*NAMES, "crime_type").unique().sort("crime_type")
    shown = districts.filter(pl.col("level").is_in(series["level"].unique().to_list()))
    made = [pl.DataFrame(schema=dict.fromkeys(OUTPUT, pl.Null))]
    for breaks, keys in _alike(now, agency).items():
        known = history(asked, keys)
        if origins := scored_origins(known, month, 0):
            settings = replace(engine(agency), horizon=1, learning_origins=LEARNING_ORIGINS, breaks=breaks)
            made.append(coherent_forecasts(known, shown, origins, settings, mapper=mapper))
    return pl.concat(made, how="vertical_relaxed")


def _alike(now: pl.DataFrame, agency: Agency) -> dict[tuple[SeriesBreak, ...], list[str]]:
    """Series by the breaks that concern them: so told, the engine looks at few breaks and not at every one of each."""
    found: dict[tuple[SeriesBreak, ...], list[str]] = {}
    for *names, key in now.select(*NAMES, "crime_type").iter_rows():
        breaks = tuple(series_break(one) for one in CallSeries(*names).breaks(agency.breaks, agency.not_established))
        found.setdefault(breaks, []).append(key)
    return found
