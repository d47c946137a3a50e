"""Every candidate's means and variances for every pool and origin: the costly step, one pool at a time."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

import numpy as np
import polars as pl

from expectations.method import note, notes
from expectations.months import add_months, month_number
from forecasts.calendar import Calendar
from forecasts.forecaster import Forecaster, Moments, Pool
from forecasts.models import FORECASTERS
from forecasts.panel import SERIES
from forecasts.settings import EngineSettings

POOL = ["city", "crime_type"]
"""Series learn together within these."""
SCHEMA = {
    "city": pl.String,
    "district": pl.String,
    "crime_type": pl.String,
    "origin": pl.Date,
    "month": pl.Date,
    "horizon": pl.Int64,
    "model": pl.String,
    "mean": pl.Float64,
    "variance": pl.Float64,
    "shared": pl.Float64,
    "note": pl.String,
}
KEYS = [*SERIES, "origin", "month", "model"]
MAX_MONTHS = 180
"""Months of history a model sees at most: older ones say little about next month and cost time."""
UNCHANGED_FROM = 12
"""Known months after which a count that never changed is simply repeated."""
PLAUSIBLE_FACTOR = 3.0
"""A mean beyond this many times the highest known count (plus ten) is a model running away, not a forecast."""

Mapper = Callable[[Callable[[pl.DataFrame], pl.DataFrame], Iterable[pl.DataFrame]], Iterable[pl.DataFrame]]
"""Anything that maps a function over frames in order: `map`, or a pool's."""


def candidate_means(panel: pl.DataFrame, origins: Sequence[date], settings: EngineSettings) -> pl.DataFrame:
    """One row per series, origin, month and candidate, sorted so; a failed candidate has a null mean and its reason.

    A series appears at an origin once it has a known month up to it. Nothing after an origin is looked at. Each pool
    (city and crime type) is worked on by itself: the rows of a panel are, bit for bit, those of its pools one by one.

    Args:
        panel: a tidy panel.
        origins: last months of training, in any order.
        settings: horizon, candidates, country and breaks are used.

    Returns:
        city, district, crime_type, origin, month, horizon, model, mean (expected count, ≥ 0), variance (of the count,
        before any calibration), shared (covariance of two districts' log rates, as far as the candidate knows it),
        note (null where the candidate did as usual).
    """
    parts = [pl.DataFrame(schema=SCHEMA)]
    for _, rows in sorted(panel.partition_by(POOL, as_dict=True).items()):
        for origin in sorted(set(origins)):
            seen = rows.filter(pl.col("month") <= origin)
            known = outside_breaks(seen, origin, settings).filter(pl.col("month") > add_months(origin, -MAX_MONTHS))
            if not known.is_empty():
                parts += _at_origin(known, origin, settings)
            left_out = seen.join(known.select(SERIES).unique(), on=SERIES, how="anti")
            if not left_out.is_empty():
                parts += _by_newest(left_out, origin, settings)
    return pl.concat(parts).sort(KEYS)


def mapped_means(
    panel: pl.DataFrame, origins: Sequence[date], settings: EngineSettings, mapper: Mapper
) -> pl.DataFrame:
    """`candidate_means` of the whole panel, computed pool by pool by any map; the rows do not depend on the map."""
    work, pools = means_work(panel, origins, settings)
    return pl.concat([pl.DataFrame(schema=SCHEMA), *mapper(work, pools)]).sort(KEYS)


def means_work(
    panel: pl.DataFrame, origins: Sequence[date], settings: EngineSettings
) -> tuple["partial[pl.DataFrame]", list[pl.DataFrame]]:
    """What `mapped_means` has mapped: `candidate_means` at the origins, and the pools it is to be done for."""
    pools = [rows for _, rows in sorted(panel.partition_by(POOL, as_dict=True).items())]
    # The largest first, so that no worker is left with it at the end.
    pools.sort(key=lambda rows: -rows.height)
    return partial(candidate_means, origins=tuple(origins), settings=settings), pools


def outside_breaks(panel: pl.DataFrame, origin: date, settings: EngineSettings) -> pl.DataFrame:
    """The rows that were no part of a break that was over at the origin."""
    for pause in settings.breaks:
        if pause.last is None or pause.last > origin:
            continue
        within = pl.col("month").is_between(pause.first, pause.last)
        for column in ("district", "crime_type"):
            value = getattr(pause, column)
            if value is not None:
                within = within & (pl.col(column) == value)
        panel = panel.filter(~within)
    return panel


def _at_origin(known: pl.DataFrame, origin: date, settings: EngineSettings) -> list[pl.DataFrame]:
    """One frame per candidate: the rows of a pool's known months carried on."""
    pool = _pool(known, origin, settings)
    unchanged = np.array([_is_unchanged(row) for row in pool.counts])
    # What never changes needs no model, and would only teach the others that nothing ever happens.
    changing = replace(
        pool,
        districts=tuple(name for name, still in zip(pool.districts, unchanged, strict=True) if not still),
        counts=pool.counts[~unchanged],
    )
    calendar = Calendar(settings.country)
    parts = []
    for name in settings.candidates:
        moments = _repeated(pool, settings.horizon)
        if changing.districts:
            moments = _merged(moments, _checked(FORECASTERS[name], changing, settings.horizon, calendar), ~unchanged)
        parts.append(_rows(known, pool, origin, name, moments))
    return parts


def _by_newest(left_out: pl.DataFrame, origin: date, settings: EngineSettings) -> list[pl.DataFrame]:
    """One frame per candidate: the newest count again of series nothing may be learned from any more."""
    newest = left_out.sort(*SERIES, "month").group_by(SERIES, maintain_order=True).last()
    counts = newest["count"].to_numpy()[:, None]
    pool = Pool(tuple(newest["district"]), origin, counts)
    told = [note("in_breaks", f"{month:%Y-%m}") for month in newest["month"]]
    moments = replace(_repeated(pool, settings.horizon), notes=tuple(told))
    return [_rows(newest, pool, origin, name, moments) for name in settings.candidates]


def _pool(known: pl.DataFrame, origin: date, settings: EngineSettings) -> Pool:
    """The known months as an array that ends at the origin, and the changes that came within them."""
    first = min(known["month"].to_list())
    districts = tuple(known["district"].unique().sort())
    places = {name: place for place, name in enumerate(districts)}
    counts = np.full((len(districts), month_number(origin) - month_number(first) + 1), np.nan)
    rows = [places[name] for name in known["district"]]
    columns = [month_number(month) - month_number(first) for month in known["month"]]
    counts[rows, columns] = known["count"].to_numpy()
    changes = tuple(
        (change.district, change.first)
        for change in settings.breaks
        if change.last is None
        and first < change.first <= origin
        and change.crime_type in (None, known["crime_type"][0])
    )
    return Pool(districts, first, counts, changes)


def _is_unchanged(counts: np.ndarray) -> bool:
    """Whether a year or more is known and every known month has the same count: nothing to fit there."""
    known = counts[~np.isnan(counts)]
    return len(known) >= UNCHANGED_FROM and bool(np.all(known == known[0]))


def _repeated(pool: Pool, horizon: int) -> Moments:
    """Every series' newest count again, as noisy as a Poisson count."""
    newest = np.array([row[~np.isnan(row)][-1] for row in pool.counts])
    mean = np.repeat(newest[:, None], horizon, axis=1)
    return Moments(mean, mean, np.zeros(horizon), tuple(note("always", f"{count:g}") for count in newest))


def _merged(whole: Moments, part: Moments, places: np.ndarray) -> Moments:
    """The moments with those of some districts put in their places."""
    mean, variance = whole.mean.copy(), whole.variance.copy()
    mean[places], variance[places] = part.mean, part.variance
    told = iter(part.notes)
    return Moments(
        mean,
        variance,
        part.shared,
        tuple(next(told) if here else note for here, note in zip(places, whole.notes, strict=True)),
    )


def _checked(forecaster: Forecaster, pool: Pool, horizon: int, calendar: Calendar) -> Moments:
    """The forecaster's moments, without answers that are no numbers or far beyond anything a series has shown."""
    moments = forecaster.forecast(pool, horizon, calendar)
    mean, variance, told = moments.mean.copy(), moments.variance.copy(), list(moments.notes)
    for place, counts in enumerate(pool.counts):
        own, most = mean[place], float(np.nanmax(counts))
        if np.isnan(own).all():
            variance[place] = np.nan
            continue
        if not np.all(np.isfinite(own) & np.isfinite(moments.variance[place])) or np.any(own < 0):
            told[place] = note("no_number")
        elif own.max() > PLAUSIBLE_FACTOR * most + 10.0:
            told[place] = note("ran_away", f"{own.max():.0f}", f"{most:.0f}")
        else:
            behind = int(np.argmax(~np.isnan(counts[::-1])))
            late = note("late", f"{add_months(pool.months()[-1], -behind):%Y-%m}") if behind else None
            told[place] = notes(told[place], late)
            continue
        mean[place] = variance[place] = np.nan
    return replace(moments, mean=mean, variance=variance, notes=tuple(told))


def _rows(known: pl.DataFrame, pool: Pool, origin: date, name: str, moments: Moments) -> pl.DataFrame:
    """The moments as rows; a mean of NaN becomes null."""
    districts, horizon = moments.mean.shape
    steps = np.arange(1, horizon + 1)
    return pl.DataFrame(
        {
            "city": [known["city"][0]] * (districts * horizon),
            "district": np.repeat(np.array(pool.districts, dtype=object), horizon).tolist(),
            "crime_type": [known["crime_type"][0]] * (districts * horizon),
            "origin": [origin] * (districts * horizon),
            "month": [add_months(origin, int(step)) for step in steps] * districts,
            "horizon": np.tile(steps, districts),
            "model": [name] * (districts * horizon),
            "mean": moments.mean.ravel(),
            "variance": moments.variance.ravel(),
            "shared": np.tile(moments.shared, districts),
            "note": [note for note in moments.notes for _ in steps],
        },
        schema=SCHEMA,
    ).with_columns(pl.col("mean", "variance").fill_nan(None))
