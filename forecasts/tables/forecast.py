"""Table `forecast`: the month's own forecasts, and those of earlier origins as issued, else in retrospect."""

from dataclasses import dataclass
from datetime import date
from functools import partial

import polars as pl

from expectations.agency import Agency
from expectations.contracts import Table
from expectations.contracts.ddl import conform, empty
from expectations.contracts.meeting.forecast import FORECAST
from forecasts.candidates import Mapper
from forecasts.hierarchy import coherent_forecasts, coherent_work
from forecasts.tables.engine import engine
from forecasts.tables.history import history, scored_origins


@dataclass(frozen=True)
class Foresight:
    """The engine's rows before those already issued are put in their place.

    Attributes:
        own: Of the month's own origin.
        retrospective: Of the origins before it.
    """

    own: pl.DataFrame
    retrospective: pl.DataFrame


def foresee(
    crime_month: pl.DataFrame, districts: pl.DataFrame, agency: Agency, month: date, mapper: Mapper
) -> Foresight:
    """Forecasts from the month and, in retrospect, from the origins before it."""
    settings = engine(agency)
    known, origins = _asked(crime_month, agency, month)
    if not origins:  # no source of crimes, or none of its months is complete yet
        return Foresight(_no_forecast(), _no_forecast())
    made = coherent_forecasts(known, districts, origins, settings, mapper=mapper)
    own = _with_start_named(made.filter(pl.col("origin") == month), crime_month)
    return Foresight(own, made.filter(pl.col("origin") < month))


def foresight_work(
    crime_month: pl.DataFrame, districts: pl.DataFrame, agency: Agency, month: date
) -> tuple["partial[pl.DataFrame]", list[pl.DataFrame]] | None:
    """The costly part of `foresee`, not done: what its mapper is asked to map; None where there is nothing to ask."""
    known, origins = _asked(crime_month, agency, month)
    return coherent_work(known, districts, origins, engine(agency)) if origins else None


def _asked(crime_month: pl.DataFrame, agency: Agency, month: date) -> tuple[pl.DataFrame, list[date]]:
    """What the engine is asked: histories, and the origins to forecast from."""
    known = history(crime_month, agency.forecast_types)
    return known, scored_origins(known, month, agency.meeting.score_origins)


def _no_forecast() -> pl.DataFrame:
    """The engine's columns without a row."""
    added = ("district_name", "level", "parent", "issued", "run_id")
    return empty(FORECAST).rename({"origin_month": "origin"}).drop(added)


def _with_start_named(own: pl.DataFrame, crime_month: pl.DataFrame) -> pl.DataFrame:
    """The rows, their method also naming the expected count they start from where the origin's month is not final."""
    open_months = crime_month.filter(pl.col("expected_final_lower_80").is_not_null() & pl.col("complete"))
    start = open_months.select(
        "district",
        "crime_type",
        pl.col("month").alias("origin"),
        start=pl.format(
            "|starts_from({},{},{},{})",
            pl.col("expected_final").round(1),
            pl.col("expected_final_lower_80").round(0).cast(pl.Int64),
            pl.col("expected_final_upper_80").round(0).cast(pl.Int64),
            "incidents",
        ),
    )
    named = own.join(start, on=["district", "crime_type", "origin"], how="left", maintain_order="left")
    return named.with_columns(method=pl.concat_str("method", pl.col("start").fill_null(""))).drop("start")


def forecast(
    foreseen: Foresight, districts: pl.DataFrame, issued: pl.DataFrame, as_of: date, run_id: str
) -> pl.DataFrame:
    """One row per origin, district, crime type and month.

    Args:
        foreseen: What the engine says today.
        districts: `core_district`.
        issued: What was issued of earlier origins, with its issue's `as_of`.
        as_of: Day whose knowledge counts.
        run_id: Named in the rows computed today.
    """
    own, retrospective = (_labelled(rows, districts, run_id) for rows in (foreseen.own, foreseen.retrospective))
    return merge_forecasts(own, retrospective, issued, as_of)


def _labelled(computed: pl.DataFrame, districts: pl.DataFrame, run_id: str) -> pl.DataFrame:
    """The engine's rows in the columns of table `forecast`; which of them are issued is said when they are merged."""
    labels = districts.select("district", "district_name", "level", "parent")
    rows = computed.rename({"origin": "origin_month"}).join(labels, on="district", how="left")
    return conform(rows.with_columns(issued=pl.lit(False), run_id=pl.lit(run_id)), FORECAST)


def merge_forecasts(
    own: pl.DataFrame, retrospective: pl.DataFrame, issued: pl.DataFrame, as_of: date, table: Table = FORECAST
) -> pl.DataFrame:
    """Table `forecast` of a run: its own origin as computed, earlier origins as first issued, else in retrospect.

    Args:
        own: The run's forecasts of its own origin; `issued` in it is set here: true up to the end of the target month.
        retrospective: What the run computes today for earlier origins; marked `issued = false`.
        issued: Forecasts as they were issued, with their issue's `as_of`; later ones than the run's are not used.
        as_of: The run's as-of.
        table: `forecast`, or a table of forecasts of something else.

    Raises:
        ValueError: `own` holds more than one origin, or `retrospective` one that is not earlier.
    """
    origins: list[date] = sorted(own["origin_month"].unique())
    if len(origins) > 1:
        raise ValueError(f"own forecasts are of origins {origins[0]} to {origins[-1]}, expected one")
    if origins and not retrospective.filter(pl.col("origin_month") >= origins[0]).is_empty():
        raise ValueError(
            f"forecasts in retrospect reach {retrospective['origin_month'].max()!s}, expected < {origins[0]}"
        )
    earlier = issued.filter((pl.col("as_of") <= as_of) & (pl.col("origin_month") < origins[0] if origins else True))
    # Drawn from one origin's forecasts at a time, so that children still add up to their parent.
    at_once = [name for name in table.key if name != "district"]
    first = earlier.filter(pl.col("as_of") == pl.col("as_of").min().over("origin_month"))
    parts = (
        own.with_columns(issued=pl.col("month").dt.month_end() >= as_of),
        retrospective.join(first, on=at_once, how="anti").with_columns(issued=pl.lit(False)),
        first.with_columns(issued=pl.lit(True)),
    )
    return conform(pl.concat([conform(part, table) for part in parts]), table)
