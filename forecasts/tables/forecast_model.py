"""Table `forecast_model`: what reference models say by themselves, and how good that was."""

from dataclasses import replace
from datetime import date

import polars as pl

from expectations.agency import Agency
from expectations.contracts import TABLES
from expectations.contracts.ddl import conform, empty
from expectations.method import BAR, of_model, weighed
from expectations.months import add_months
from forecasts.candidates import Mapper, mapped_means
from forecasts.engine import forecast_rows, quantiles_of
from forecasts.models import BASELINE
from forecasts.panel import tidy_panel
from forecasts.scores import score_forecasts
from forecasts.tables.engine import engine
from forecasts.tables.history import history

EVERY = 2
"""Months from one origin to the next: forecasts of three months ahead then still reach every month of the year."""
LEVELS = ("agency", "station")
"""Those whose forecasts have a reference: of boxes' small counts such models say little, and there are many."""
_SCORES = ("observed", "error", "wis", "covered_50", "covered_80", "covered_95")
_KEY = ("origin", "district", "crime_type", "month")


def forecast_model(
    crime_month: pl.DataFrame, districts: pl.DataFrame, agency: Agency, month: date, mapper: Mapper
) -> pl.DataFrame:
    """One row per origin, model, district, crime type and month, by the contract of `forecast_model`.

    Each series is fitted by itself, with the interval the model itself has; what is known of its month scores it.

    Args:
        crime_month: The table, final counts expected.
        districts: `core_district`.
        agency: Names the models and how many origins before the month's.
        month: The run's.
        mapper: What maps the fits over series; what it keeps costs nothing again.
    """
    models = agency.meeting.references
    counts = history(crime_month, agency.forecast_types)
    shown = districts.filter(pl.col("level").is_in(LEVELS), ~pl.col("is_unknown"))
    panel = counts.join(shown.select("district"), on="district", how="semi")
    origins = fitted_origins(panel, month, agency.meeting.reference_origins)
    if not models or not origins:
        return empty(TABLES["forecast_model"])
    settings = replace(engine(agency), candidates=(BASELINE, *(name for name in models if name != BASELINE)))
    means = mapped_means(tidy_panel(panel), origins, settings, mapper)
    scored = pl.concat([_scored(_of_model(means, name), counts) for name in models])
    labels = shown.select("district", "district_name", "level", "parent")
    named = scored.rename({"origin": "origin_month"}).join(labels, on="district", how="inner")
    return conform(named, TABLES["forecast_model"])


def fitted_origins(known: pl.DataFrame, month: date, back: int) -> list[date]:
    """The month and, of so many even months before it, those that have any history; oldest first.

    Even months of the calendar, whatever month is run: all but the newest have then been fitted by an earlier run.
    """
    if known.is_empty():
        return []
    newest = add_months(month, -1)
    newest = add_months(newest, -(newest.month % EVERY))
    origins = [*(add_months(newest, -EVERY * k) for k in range(back - 1, -1, -1)), month]
    first = known["month"].min()
    return [origin for origin in origins if isinstance(first, date) and origin >= first]


def _of_model(means: pl.DataFrame, name: str) -> pl.DataFrame:
    """A model's own forecasts, of the series it could be fitted to."""
    own = means.filter(pl.col("model") == name, pl.col("mean").is_not_null())
    mean, variance = (own[field].to_numpy() for field in ("mean", "variance"))
    notes = own["note"].to_list()
    told = [BAR.join([weighed({name: 1.0}), *(of_model(name, note) if note else ())]) for note in notes]
    return forecast_rows(own, name, pl.Series(told, dtype=pl.String), mean, quantiles_of(mean, variance))


def _scored(own: pl.DataFrame, counts: pl.DataFrame) -> pl.DataFrame:
    """A model's forecasts with the scores of those whose month has come."""
    scores = score_forecasts(own, counts).select(*_KEY, *_SCORES)
    return own.join(scores, on=_KEY, how="left", validate="1:1")
