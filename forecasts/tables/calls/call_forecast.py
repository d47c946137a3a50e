"""Table `call_forecast`: 112 calls of the months to come by the engine that forecasts crimes, unchanged."""

from dataclasses import replace
from datetime import date

import polars as pl

from expectations.agency import Agency
from expectations.call_series import ALL, CallSeries
from expectations.contracts.ddl import conform
from expectations.contracts.demand.call_forecast import CALL_FORECAST
from forecasts.candidates import Mapper
from forecasts.engine import SCHEMA
from forecasts.hierarchy import OUTPUT, coherent_forecasts
from forecasts.settings import SeriesBreak
from forecasts.tables.engine import engine, series_break
from forecasts.tables.forecast import merge_forecasts
from forecasts.tables.history import history, scored_origins

NAMES = ("call_group", "urgency", "call_type")
LEARNING_ORIGINS = 6
"""Earlier forecasts of a line from which weights and spread are learned. With twelve, as for crimes, calls are forecast
no better (benchmarks/forecasting/calls.py), and there are twenty lines of them: it would cost twice as much."""
SCORED_ORIGINS = 6
"""Earlier origins whose forecasts of calls are scored, fewer where the agency scores fewer of crimes: twice as many
would cost a first month half as much again, and each later one nothing."""


def foreseen_calls(
    series: pl.DataFrame, districts: pl.DataFrame, agency: Agency, month: date, mapper: Mapper
) -> pl.DataFrame:
    """One row per origin, district, series of calls that has come to the month, and target month.

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
        district, crime_type, origin, month, horizon, method, mean, median, lower_/upper_50/80/95, from the month and
        the origins before it that are scored; no row where the month has no calls.
    """
    asked = forecast_lines(series, month)
    now = asked.filter(pl.col("month") == month).select(*NAMES, "crime_type").unique().sort("crime_type")
    lines = {key: CallSeries(*names) for *names, key in now.iter_rows()}
    back = min(SCORED_ORIGINS, agency.meeting.score_origins)
    horizon = agency.meeting.horizon
    return foreseen_lines(asked, lines, districts, agency, month, mapper=mapper, horizon=horizon, back=back)


def forecast_lines(series: pl.DataFrame, month: date) -> pl.DataFrame:
    """The series that are forecast, up to the month: all but those of types."""
    return series.filter(pl.col("call_type") == ALL, pl.col("month") <= month)


def foreseen_lines(
    asked: pl.DataFrame,
    lines: dict[str, CallSeries],
    districts: pl.DataFrame,
    agency: Agency,
    month: date,
    *,
    mapper: Mapper,
    horizon: int,
    back: int,
) -> pl.DataFrame:
    """The engine's rows of lines of calls, each told the breaks that concern it.

    Args:
        asked: district, crime_type (the line), level, parent, month, expected_final, complete.
        lines: What each line is, which says the breaks that concern it.
        districts: `core_district`.
        agency: Settings of the engine, breaks and groups.
        month: The newest origin.
        mapper: What maps the work over series.
        horizon: Months ahead.
        back: Origins before the month's that are wanted, too.
    """
    shown = districts.filter(pl.col("level").is_in(asked["level"].unique().to_list()))
    made = [pl.DataFrame(schema={name: SCHEMA[name] for name in OUTPUT})]
    for breaks, keys in _alike(lines, agency).items():
        known = history(asked, keys)
        if origins := scored_origins(known, month, back):
            settings = replace(engine(agency), horizon=horizon, learning_origins=LEARNING_ORIGINS, breaks=breaks)
            made.append(coherent_forecasts(known, shown, origins, settings, mapper=mapper))
    return pl.concat(made, how="vertical_relaxed").sort("crime_type", "district", "origin", "month")


def _alike(lines: dict[str, CallSeries], agency: Agency) -> dict[tuple[SeriesBreak, ...], list[str]]:
    """Lines by the breaks that concern them: so told, the engine looks at few breaks and not at every one of each."""
    found: dict[tuple[SeriesBreak, ...], list[str]] = {}
    for key, line in lines.items():
        breaks = tuple(series_break(one) for one in line.breaks(agency.breaks, agency.not_established))
        found.setdefault(breaks, []).append(key)
    return found


def next_month(foreseen: pl.DataFrame, month: date) -> pl.DataFrame:
    """The engine's rows that `call_outlook` ends in: of the month's own origin, one month ahead."""
    return foreseen.filter(pl.col("origin") == month, pl.col("horizon") == 1)


def call_forecast(
    foreseen: pl.DataFrame, districts: pl.DataFrame, issued: pl.DataFrame, month: date, as_of: date, run_id: str
) -> pl.DataFrame:
    """One row per origin, district, line of calls and month: as issued where that was before the month came.

    Args:
        foreseen: From `foreseen_calls`.
        districts: `core_district`; what collects calls of no known station is forecast only so that sums hold.
        issued: What was issued of earlier origins, with its issue's `as_of`.
        month: The run's.
        as_of: Day whose knowledge counts.
        run_id: Named in the rows computed today.
    """
    labels = districts.select("district", "district_name", "level", "parent")
    names = pl.col("crime_type").str.split("/").list
    rows = foreseen.rename({"origin": "origin_month"}).join(labels, on="district", how="left").with_columns(
        call_group=names.get(0), urgency=names.get(1), issued=pl.lit(value=False), run_id=pl.lit(run_id)
    )  # fmt: skip
    labelled = conform(rows, CALL_FORECAST)
    own = pl.col("origin_month") == month
    return merge_forecasts(labelled.filter(own), labelled.filter(~own), issued, as_of, CALL_FORECAST)


def line_key() -> pl.Expr:
    """`CallSeries.key` of rows of `call_forecast`, by which the engine knows the line."""
    return pl.concat_str("call_group", "urgency", pl.lit(ALL), separator="/")
