"""Every candidate's means and variances for every pool and origin: the costly step, one pool at a time."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import numpy as np
import polars as pl

from expectations.method import note, notes
from expectations.months import YEAR, add_months, month_number, month_of_number
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
    told: list[_Told] = []
    for _, rows in sorted(panel.partition_by(POOL, as_dict=True).items()):
        for origin in sorted(set(origins)):
            seen = rows.filter(pl.col("month") <= origin)
            known = outside_breaks(seen, origin, settings).filter(pl.col("month") > add_months(origin, -MAX_MONTHS))
            if not known.is_empty():
                told += _at_origin(known, origin, settings)
            if known.height < seen.height:
                left_out = seen.join(known.select(SERIES).unique(), on=SERIES, how="anti")
                if not left_out.is_empty():
                    told += _by_newest(left_out, origin, settings)
    return _frame(told).sort(KEYS)


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


@dataclass(frozen=True)
class _Told:
    """What one candidate says of a pool's districts from one origin on."""

    city: str
    crime_type: str
    districts: tuple[str, ...]
    origin: date
    name: str
    moments: Moments


def _at_origin(known: pl.DataFrame, origin: date, settings: EngineSettings) -> list[_Told]:
    """Of each candidate: a pool's known months carried on."""
    pool = _pool(known, origin, settings)
    unchanged = _unchanged(pool.counts)
    # What never changes needs no model, and would only teach the others that nothing ever happens.
    changing = replace(
        pool,
        districts=tuple(name for name, still in zip(pool.districts, unchanged, strict=True) if not still),
        counts=pool.counts[~unchanged],
    )
    calendar = Calendar(settings.country)
    told = []
    for name in settings.candidates:
        moments = _repeated(pool, settings.horizon)
        if changing.districts:
            moments = _merged(moments, _checked(FORECASTERS[name], changing, settings.horizon, calendar), ~unchanged)
        told.append(_Told(known["city"][0], known["crime_type"][0], pool.districts, origin, name, moments))
    return told


def _by_newest(left_out: pl.DataFrame, origin: date, settings: EngineSettings) -> list[_Told]:
    """Of each candidate: the newest count again of series nothing may be learned from any more."""
    newest = left_out.sort(*SERIES, "month").group_by(SERIES, maintain_order=True).last()
    counts = newest["count"].to_numpy()[:, None]
    pool = Pool(tuple(newest["district"]), origin, counts)
    told = [note("in_breaks", f"{month:%Y-%m}") for month in newest["month"]]
    moments = replace(_repeated(pool, settings.horizon), notes=tuple(told))
    city, crime_type = newest["city"][0], newest["crime_type"][0]
    return [_Told(city, crime_type, pool.districts, origin, name, moments) for name in settings.candidates]


def _pool(known: pl.DataFrame, origin: date, settings: EngineSettings) -> Pool:
    """The known months as an array that ends at the origin, and the changes that came within them."""
    numbers = known.select(pl.col("month").dt.year() * YEAR + pl.col("month").dt.month() - 1).to_series().to_numpy()
    first = month_of_number(int(numbers.min()))
    districts = tuple(known["district"].unique().sort())
    places = known["district"].cast(pl.Enum(districts)).to_physical().to_numpy()
    counts = np.full((len(districts), month_number(origin) - month_number(first) + 1), np.nan)
    counts[places, numbers - month_number(first)] = known["count"].to_numpy()
    changes = tuple(
        (change.district, change.first)
        for change in settings.breaks
        if change.last is None
        and first < change.first <= origin
        and change.crime_type in (None, known["crime_type"][0])
    )
    return Pool(districts, first, counts, changes)


def _unchanged(counts: np.ndarray) -> np.ndarray:
    """Of which rows a year or more is known and every known month has the same count: nothing to fit there."""
    long = np.count_nonzero(~np.isnan(counts), axis=1) >= UNCHANGED_FROM
    return long & (np.nanmin(counts, axis=1) == np.nanmax(counts, axis=1))


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
    silent = np.isnan(mean).all(axis=1)
    usable = np.all(np.isfinite(mean) & np.isfinite(variance) & (mean >= 0), axis=1)
    most, furthest = np.nanmax(pool.counts, axis=1), np.where(usable, mean.max(axis=1), np.nan)
    away = furthest > PLAUSIBLE_FACTOR * most + 10.0
    for place in np.flatnonzero(~silent & ~usable):
        told[place] = note("no_number")
    for place in np.flatnonzero(away):
        told[place] = note("ran_away", f"{furthest[place]:.0f}", f"{most[place]:.0f}")
    behind = np.argmax(~np.isnan(pool.counts[:, ::-1]), axis=1)
    for place in np.flatnonzero(usable & ~away & (behind > 0)):
        late = note("late", f"{add_months(pool.months()[-1], -int(behind[place])):%Y-%m}")
        told[place] = notes(told[place], late)
    mean[~usable | away] = variance[~usable | away] = np.nan
    return replace(moments, mean=mean, variance=variance, notes=tuple(told))


def _frame(told: Sequence[_Told]) -> pl.DataFrame:
    """One row a district and month of all that was told; a mean of NaN becomes null."""
    if not told:
        return pl.DataFrame(schema=SCHEMA)
    horizon = told[0].moments.mean.shape[1]
    steps = range(1, horizon + 1)
    each = [len(one.districts) * horizon for one in told]
    values: dict[str, object] = {
        "city": [one.city for one, rows in zip(told, each, strict=True) for _ in range(rows)],
        "district": [name for one in told for name in one.districts for _ in steps],
        "crime_type": [one.crime_type for one, rows in zip(told, each, strict=True) for _ in range(rows)],
        "origin": [one.origin for one, rows in zip(told, each, strict=True) for _ in range(rows)],
        "month": [
            month for one in told for month in [add_months(one.origin, step) for step in steps] * len(one.districts)
        ],
        "horizon": np.tile(np.arange(1, horizon + 1), sum(each) // horizon),
        "model": [one.name for one, rows in zip(told, each, strict=True) for _ in range(rows)],
        "mean": np.concatenate([one.moments.mean.ravel() for one in told]),
        "variance": np.concatenate([one.moments.variance.ravel() for one in told]),
        "shared": np.concatenate([np.tile(one.moments.shared, len(one.districts)) for one in told]),
        "note": [said for one in told for said in one.moments.notes for _ in steps],
    }
    return pl.DataFrame(values, schema=SCHEMA).with_columns(pl.col("mean", "variance").fill_nan(None))
