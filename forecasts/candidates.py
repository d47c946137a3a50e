"""Every candidate's means for every series and origin: the costly step, one series at a time."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial

import numpy as np
import polars as pl

from forecasts.calendar import Calendar, add_months, month_number, standard_months
from forecasts.forecaster import CannotForecast, Forecaster, History
from forecasts.models import FORECASTERS
from forecasts.panel import SERIES
from forecasts.settings import EngineSettings

SCHEMA = {
    "city": pl.String,
    "district": pl.String,
    "crime_type": pl.String,
    "origin": pl.Date,
    "month": pl.Date,
    "horizon": pl.Int64,
    "model": pl.String,
    "mean": pl.Float64,
    "note": pl.String,
}
KEYS = [*SERIES, "origin", "month", "model"]
MAX_MONTHS = 180
"""Months of history a model sees at most: older ones say little about next month and cost time."""
UNCHANGED_FROM = 12
"""Known months after which a count that never changed is simply repeated."""
PLAUSIBLE_FACTOR = 3.0
"""A mean beyond this many times the highest known rate (plus ten) is a model running away, not a forecast."""
CHUNKS = 16
"""Pieces a panel is cut into: enough to keep a pool even, few enough that starting a task costs nothing beside it."""

Mapper = Callable[[Callable[[pl.DataFrame], pl.DataFrame], Iterable[pl.DataFrame]], Iterable[pl.DataFrame]]
"""Anything that maps a function over frames in order: `map`, or a pool's."""


def candidate_means(panel: pl.DataFrame, origins: Sequence[date], settings: EngineSettings) -> pl.DataFrame:
    """One row per series, origin, month and candidate, sorted so; a failed candidate has a null mean and its reason.

    A series appears at an origin once it has a known month up to it. Nothing after an origin is looked at. Each series
    is worked on by itself, so the rows of a panel are, bit for bit, those of its series one by one.

    Args:
        panel: a tidy panel.
        origins: last months of training, in any order.
        settings: horizon, candidates, country and breaks are used.

    Returns:
        city, district, crime_type, origin, month, horizon, model, mean (expected count, ≥ 0), note (null where the
        candidate did as usual).
    """
    rows: list[tuple[object, ...]] = []
    for key, series in sorted(panel.partition_by(SERIES, as_dict=True).items()):
        for origin in sorted(set(origins)):
            history = _history(key, series, origin, settings)
            if history is not None:
                rows += [(*key, *row) for row in _at_origin(history, origin, settings)]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").sort(KEYS)


def mapped_means(
    panel: pl.DataFrame, origins: Sequence[date], settings: EngineSettings, mapper: Mapper
) -> pl.DataFrame:
    """`candidate_means` of the whole panel, computed in chunks by any map; the rows do not depend on the map."""
    work = partial(candidate_means, origins=tuple(origins), settings=settings)
    parts = list(mapper(work, chunks(panel, CHUNKS)))
    return pl.concat([pl.DataFrame(schema=SCHEMA), *parts]).sort(KEYS)


def chunks(panel: pl.DataFrame, n: int) -> list[pl.DataFrame]:
    """The panel in at most n pieces, each series whole, dealt out in turn so that large and small ones mix."""
    series = [part for _, part in sorted(panel.partition_by(SERIES, as_dict=True).items())]
    return [pl.concat(series[start::n]) for start in range(min(n, len(series)))]


def outside_breaks(panel: pl.DataFrame, origin: date, settings: EngineSettings) -> pl.DataFrame:
    """The rows that were no part of a break that was over at the origin."""
    for pause in settings.breaks:
        if pause.last > origin:
            continue
        within = pl.col("month").is_between(pause.first, pause.last)
        for column in ("district", "crime_type"):
            value = getattr(pause, column)
            if value is not None:
                within = within & (pl.col(column) == value)
        panel = panel.filter(~within)
    return panel


def _history(key: object, series: pl.DataFrame, origin: date, settings: EngineSettings) -> History | None:
    """The series up to its origin as rates of standard months; None where nothing is known up to there."""
    known = outside_breaks(series.filter(pl.col("month") <= origin), origin, settings).sort("month")
    known = known.filter(pl.col("month") > add_months(origin, -MAX_MONTHS))
    if known.is_empty():
        return None
    months = known["month"].to_list()
    steps = [month_number(month) - month_number(months[0]) for month in months]
    rates = np.full(steps[-1] + 1, np.nan)
    rates[steps] = known["count"].to_numpy() / standard_months(months)
    return History(months[0], rates)


def _at_origin(history: History, origin: date, settings: EngineSettings) -> list[tuple[object, ...]]:
    """(origin, month, horizon, model, mean, note) for every candidate and step."""
    # The newest months may be unknown: then the models look further ahead, and only the asked months are kept.
    behind = month_number(origin) - month_number(history.first) - len(history.rates) + 1
    ahead = behind + settings.horizon
    lengths = standard_months(history.months(ahead))[-settings.horizon :]
    calendar = Calendar(settings.country)
    rows: list[tuple[object, ...]] = []
    for name in settings.candidates:
        means, note = _counts(FORECASTERS[name], history, ahead, lengths, calendar)
        if behind and note is None:
            note = f"last known month {history.months()[-1]:%Y-%m}"
        for step, mean in enumerate(means, start=1):
            rows.append((origin, add_months(origin, step), step, name, mean, note))
    return rows


def _counts(
    forecaster: Forecaster, history: History, ahead: int, lengths: np.ndarray, calendar: Calendar
) -> tuple[list[float | None], str | None]:
    """The candidate's expected counts for the last months ahead, or nulls with the reason there are none."""
    unchanged = _unchanged(history)
    if unchanged is not None:
        return [unchanged] * len(lengths), f"every known month is {unchanged:g}"
    try:
        answer = forecaster.forecast(history, ahead, calendar)
        _check(answer.rates, history)
    except CannotForecast as reason:
        return [None] * len(lengths), str(reason)
    means = answer.rates[-len(lengths) :] * lengths
    return [float(mean) for mean in means], answer.note


def _unchanged(history: History) -> float | None:
    """The count of every known month where it is always the same over a year or more: nothing to fit there."""
    known = np.flatnonzero(~np.isnan(history.rates))
    if len(known) < UNCHANGED_FROM:
        return None
    counts = np.round(history.rates[known] * standard_months(history.months())[known], 9)
    return float(counts[0]) if np.all(counts == counts[0]) else None


def _check(rates: np.ndarray, history: History) -> None:
    """Refuse means that are no numbers, or far beyond anything the series has shown."""
    if not np.all(np.isfinite(rates)) or np.any(rates < 0):
        raise CannotForecast("gave something else than numbers of 0 or more")
    limit = PLAUSIBLE_FACTOR * float(np.nanmax(history.rates)) + 10.0
    if float(rates.max()) > limit:
        raise CannotForecast(
            f"ran away to {rates.max():.0f} a month; the most ever known is {np.nanmax(history.rates):.0f}"
        )
