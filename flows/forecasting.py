"""From the months counted to forecasts, their scores and the outlook."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from expectations.agency import Agency, AgencyError
from expectations.contracts import TABLES
from expectations.contracts.ddl import conform
from flows.run import Run, next_month

if TYPE_CHECKING:
    from forecasts.settings import EngineSettings

Mapper = Callable[..., Any]
SERIES = ("district", "crime_type", "month")


@dataclass(frozen=True)
class Foresight:
    """Forecasts of a run before those already issued are put in their place."""

    own: pl.DataFrame
    retrospective: pl.DataFrame


def engine_settings(run: Run) -> dict[str, object]:
    """Settings of the engine that change results, for the run's identity."""
    meeting = run.agency.meeting
    return {
        "horizon": meeting.horizon,
        "candidates": list(meeting.candidates),
        "country": run.agency.country,
        "score_origins": meeting.score_origins,
    }


def history(crime_month: pl.DataFrame, types: Sequence[str]) -> pl.DataFrame:
    """One row per district, forecast crime type and complete month: what a forecaster may learn from.

    An incomplete month is unknown, not small, so it has no row. Where reversals of earlier crimes exceed a month's own,
    the count is taken as 0: a rate cannot be negative. (The published count stays what it is.)
    """
    return (
        crime_month.filter(pl.col("complete") & pl.col("crime_type").is_in(list(types)))
        .select("district", "crime_type", "month", count=pl.col("expected_final").clip(lower_bound=0))
        .sort(SERIES)
    )


def foresee(crime_month: pl.DataFrame, districts: pl.DataFrame, run: Run, mapper: Mapper) -> Foresight:
    """Forecasts from the run's month and, in retrospect, from the origins before it."""
    from forecasts.hierarchy import coherent_forecasts

    settings = engine(run.agency)
    known = history(crime_month, run.agency.forecast_types)
    origins = scored_origins(known, run)
    made = coherent_forecasts(known, districts, origins, settings, mapper=mapper)
    own = made.filter(pl.col("origin") == run.month)
    return Foresight(own, made.filter(pl.col("origin") < run.month))


def engine(agency: Agency) -> "EngineSettings":
    """The engine's settings as the agency folder gives them.

    Raises:
        AgencyError: The folder names a model there is not.
    """
    from forecasts.settings import EngineSettings

    meeting = agency.meeting
    try:
        return EngineSettings(
            horizon=meeting.horizon, candidates=meeting.candidates, country=agency.country, breaks=crime_breaks(agency)
        )
    except ValueError as error:
        raise AgencyError(f"agency {agency.code}, agency.toml, [meeting]: {error}") from error


def crime_breaks(agency: Agency) -> tuple[Any, ...]:
    """Breaks of crime series as the engine takes them: months not to learn from once they are over.

    A break without an end is a change that stays; it is shown, but there is no stretch to leave out.
    """
    from forecasts.settings import Break

    types = {t.code for t in agency.crime_types}
    found = []
    for pause in agency.breaks:
        group, _, crime_type = pause.series.partition(".")
        if group == "crime" and pause.end and (not crime_type or crime_type in types):
            first, last = pause.start.replace(day=1), pause.end.replace(day=1)
            found.append(Break(first, last, pause.reason, crime_type=crime_type or None))
    return tuple(found)


def scored_origins(known: pl.DataFrame, run: Run) -> list[date]:
    """The run's month and the origins before it that have any history, oldest first."""
    if known.is_empty():
        return []
    first = known["month"].sort()[0]
    origins = [next_month(run.month, -k) for k in range(run.agency.meeting.score_origins, -1, -1)]
    return [origin for origin in origins if origin >= first]


def forecast_table(made: pl.DataFrame, districts: pl.DataFrame, run_id: str) -> pl.DataFrame:
    """The engine's rows in the columns of table `forecast`; which of them are issued is said when they are merged."""
    labels = districts.select("district", "district_name", "level", "parent")
    rows = made.rename({"origin": "origin_month"}).join(labels, on="district", how="left")
    return conform(rows.with_columns(issued=pl.lit(False), run_id=pl.lit(run_id)), TABLES["forecast"])


def score_table(forecast: pl.DataFrame, crime_month: pl.DataFrame, districts: pl.DataFrame, run: Run) -> pl.DataFrame:
    """The published table `forecast_score`: forecasts whose month has come, against what the run sees of it.

    `unknown-*` districts are left out: they are forecast only so that sums hold.
    """
    from forecasts.scores import score_forecasts

    key = ("origin_month", "district", "crime_type", "month")
    known = forecast.join(districts.filter(~pl.col("is_unknown")).select("district"), on="district", how="semi")
    scores = score_forecasts(known.rename({"origin_month": "origin"}), history(crime_month, run.agency.forecast_types))
    scores = scores.rename({"origin": "origin_month"}).drop("horizon")
    return conform(known.join(scores, on=key, how="inner", validate="1:1"), TABLES["forecast_score"])


def outlook_table(crime_month: pl.DataFrame, forecast: pl.DataFrame, districts: pl.DataFrame, run: Run) -> pl.DataFrame:
    """The published table `outlook` of the run's month."""
    from transforms.meeting.outlook import outlook

    return conform(outlook(crime_month, forecast, run.month, run.agency.forecast_types, districts), TABLES["outlook"])
