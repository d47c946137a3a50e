"""From the months counted to forecasts, their scores and the outlook."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from expectations.agency import Agency, AgencyError
from expectations.contracts import TABLES
from expectations.contracts.ddl import conform, empty
from expectations.field_faults import FieldFault
from expectations.months import add_months, first_of_month
from flows.computing.kept import Kept, to_compute

if TYPE_CHECKING:
    from forecasts.settings import EngineSettings

Mapper = Callable[..., Any]
SERIES = ("district", "crime_type", "month")


@dataclass(frozen=True)
class Foresight:
    """Forecasts of a run before those already issued are put in their place."""

    own: pl.DataFrame
    retrospective: pl.DataFrame


def engine_settings(agency: Agency) -> dict[str, object]:
    """Settings of the engine that change results, for the run's identity."""
    return asdict(engine(agency)) | {"score_origins": agency.meeting.score_origins}


def history(crime_month: pl.DataFrame, types: Sequence[str]) -> pl.DataFrame:
    """One row per district, forecast crime type and complete month: what a forecaster may learn from.

    An incomplete month is unknown, not small, so it has no row. Where reversals of earlier crimes exceed a month's own,
    the count is taken as 0: a rate cannot be negative. (The published count stays what it is.)

    A parent without one complete month, as where a station has never reported, is given the sum of the children that
    do: its forecast is theirs added up, and has to learn from something.
    """
    count = pl.col("expected_final").clip(lower_bound=0).alias("count")
    known = crime_month.filter(pl.col("complete") & pl.col("crime_type").is_in(list(types)))
    summed = (
        known.drop_nulls("parent").group_by(pl.col("parent").alias("district"), "crime_type", "month").agg(count.sum())
    )
    known = known.select(*SERIES, count)
    return pl.concat(
        [known, summed.join(known, on=["district", "crime_type"], how="anti").select(*SERIES, "count")]
    ).sort(SERIES)


def foresee(
    crime_month: pl.DataFrame, districts: pl.DataFrame, agency: Agency, month: date, mapper: Mapper
) -> Foresight:
    """Forecasts from the month and, in retrospect, from the origins before it."""
    from forecasts.hierarchy import coherent_forecasts

    settings = engine(agency)
    known, origins = _asked(crime_month, agency, month)
    if not origins:  # no source of crimes, or none of its months is complete yet
        return Foresight(_no_forecast(), _no_forecast())
    made = coherent_forecasts(known, districts, origins, settings, mapper=mapper)
    own = _with_start_named(made.filter(pl.col("origin") == month), crime_month)
    return Foresight(own, made.filter(pl.col("origin") < month))


def origins_to_compute(
    crime_month: pl.DataFrame, districts: pl.DataFrame, agency: Agency, month: date, kept: Kept
) -> tuple[date, ...]:
    """The origins whose forecasts `foresee` would have computed because they are not kept, oldest first."""
    from forecasts.hierarchy import coherent_work

    known, origins = _asked(crime_month, agency, month)
    return to_compute(kept, *coherent_work(known, districts, origins, engine(agency))) if origins else ()


def _asked(crime_month: pl.DataFrame, agency: Agency, month: date) -> tuple[pl.DataFrame, list[date]]:
    """What the engine is asked: histories, and the origins to forecast from."""
    known = history(crime_month, agency.forecast_types)
    return known, scored_origins(known, month, agency.meeting.score_origins)


def engine(agency: Agency) -> "EngineSettings":
    """The engine's settings as the agency folder gives them.

    Raises:
        AgencyError: The folder names a model there is not.
    """
    from forecasts.calendar import check_country
    from forecasts.settings import EngineSettings

    meeting = agency.meeting
    try:
        check_country(agency.country)
        return EngineSettings(
            horizon=meeting.horizon, candidates=meeting.candidates, country=agency.country, breaks=crime_breaks(agency)
        )
    except FieldFault as error:
        raise AgencyError("agency_meeting", agency=agency.code, why=error) from error


def _no_forecast() -> pl.DataFrame:
    """The engine's columns without a row."""
    added = ("district_name", "level", "parent", "issued", "run_id")
    return empty(TABLES["forecast"]).rename({"origin_month": "origin"}).drop(added)


def _with_start_named(own: pl.DataFrame, crime_month: pl.DataFrame) -> pl.DataFrame:
    """The rows, their method also naming the expected count they start from where the origin's month is not final."""
    open_months = crime_month.filter(pl.col("expected_final_lower_80").is_not_null() & pl.col("complete"))
    start = open_months.select(
        "district", "crime_type", pl.col("month").alias("origin"),
        start=pl.format(
            "|starts_from({},{},{},{})",
            pl.col("expected_final").round(1), pl.col("expected_final_lower_80").round(0).cast(pl.Int64),
            pl.col("expected_final_upper_80").round(0).cast(pl.Int64), "incidents",
        ),
    )  # fmt: skip
    named = own.join(start, on=["district", "crime_type", "origin"], how="left", maintain_order="left")
    return named.with_columns(method=pl.concat_str("method", pl.col("start").fill_null(""))).drop("start")


def crime_breaks(agency: Agency) -> tuple[Any, ...]:
    """Breaks of crime series as the engine takes them: months not to learn from once over, and changes that stay.

    The latter are those without an end.
    """
    from forecasts.settings import Break

    types = {t.code for t in agency.crime_types}
    found = []
    for pause in agency.breaks:
        group, _, crime_type = pause.series.partition(".")
        if group == "crime" and (not crime_type or crime_type in types):
            first = first_of_month(pause.start)
            last = first_of_month(pause.end) if pause.end else None
            if last is None and pause.start != first:  # a month of both ways of counting tells nothing of the new one
                first = add_months(first, 1)
            found.append(Break(first, last, pause.reason, crime_type=crime_type or None))
    return tuple(found)


def scored_origins(known: pl.DataFrame, month: date, back: int) -> list[date]:
    """The month and, of so many before it, those that have any history; oldest first."""
    if known.is_empty():
        return []
    first = known["month"].sort()[0]
    origins = [add_months(month, -k) for k in range(back, -1, -1)]
    return [origin for origin in origins if origin >= first]


def forecast_table(made: pl.DataFrame, districts: pl.DataFrame, run_id: str) -> pl.DataFrame:
    """The engine's rows in the columns of table `forecast`; which of them are issued is said when they are merged."""
    labels = districts.select("district", "district_name", "level", "parent")
    rows = made.rename({"origin": "origin_month"}).join(labels, on="district", how="left")
    return conform(rows.with_columns(issued=pl.lit(False), run_id=pl.lit(run_id)), TABLES["forecast"])


def score_table(
    forecast: pl.DataFrame, crime_month: pl.DataFrame, districts: pl.DataFrame, types: Sequence[str]
) -> pl.DataFrame:
    """The published table `forecast_score`: forecasts whose month has come, against what the run expects it to be.

    `unknown-*` districts are left out: they are forecast only so that sums hold.
    """
    from forecasts.scores import score_forecasts
    from forecasts.tracking import tracking_signals

    counts = history(crime_month, types)
    if forecast.is_empty() or counts.is_empty():
        return empty(TABLES["forecast_score"])
    key = ("origin_month", "district", "crime_type", "month")
    known = forecast.join(districts.filter(~pl.col("is_unknown")).select("district"), on="district", how="semi")
    scores = score_forecasts(known.rename({"origin_month": "origin"}), counts)
    scores = scores.rename({"origin": "origin_month"}).drop("horizon")
    scored = known.join(scores, on=key, how="inner", validate="1:1").rename({"origin_month": "origin"})
    return conform(tracking_signals(scored).rename({"origin": "origin_month"}), TABLES["forecast_score"])


def meeting_tables(
    crime_month: pl.DataFrame, forecast: pl.DataFrame, districts: pl.DataFrame, agency: Agency, month: date
) -> dict[str, pl.DataFrame]:
    """The published tables `outlook` and `signal_budget` of the month."""
    from transforms.meeting.outlook import meeting_sheet

    sheet, budget = meeting_sheet(crime_month, forecast, month, agency.forecast_types, districts, agency.breaks)
    return {"outlook": sheet, "signal_budget": budget}
