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
        counted = _counted(rows, max(origins, default=date.min))
        for origin in sorted(set(origins)):
            seen = counted.counts[:, : max(0, counted.place(origin) + 1)]
            known = _known(counted, origin, settings)
            learned, any_seen = ((~np.isnan(counts)).any(axis=1) for counts in (known, seen))
            if learned.any():
                told += _at_origin(counted, known, learned, origin, settings)
            left_out = any_seen & ~learned
            if left_out.any():
                told += _by_newest(counted, seen, left_out, origin, settings)
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


@dataclass(frozen=True)
class _Counted:
    """A pool's counts as an array: one row a district, one column a month; NaN where the month is unknown."""

    city: str
    crime_type: str
    districts: tuple[str, ...]
    first: date
    counts: np.ndarray

    def place(self, month: date) -> int:
        """Which column a month is; below 0 before the first."""
        return month_number(month) - month_number(self.first)

    def of(self, rows: np.ndarray) -> tuple[str, ...]:
        """The districts of some rows."""
        return tuple(name for name, among in zip(self.districts, rows, strict=True) if among)


def _counted(rows: pl.DataFrame, last: date) -> _Counted:
    """A pool's rows as an array that ends at its newest month, or at the last origin where that is later."""
    numbers = rows.select(pl.col("month").dt.year() * YEAR + pl.col("month").dt.month() - 1).to_series().to_numpy()
    first = int(numbers.min())
    districts = tuple(rows["district"].unique().sort())
    places = rows["district"].cast(pl.Enum(districts)).to_physical().to_numpy()
    counts = np.full((len(districts), max(int(numbers.max()), month_number(last)) - first + 1), np.nan)
    counts[places, numbers - first] = rows["count"].to_numpy()
    return _Counted(rows["city"][0], rows["crime_type"][0], districts, month_of_number(first), counts)


def _known(counted: _Counted, origin: date, settings: EngineSettings) -> np.ndarray:
    """The counts up to an origin that may be learned from: NaN in breaks that were over by then, and long before it."""
    until = max(0, counted.place(origin) + 1)
    known = counted.counts[:, :until].copy()
    known[:, : max(0, until - MAX_MONTHS)] = np.nan
    for pause in settings.breaks:
        if pause.last is None or pause.last > origin or pause.crime_type not in (None, counted.crime_type):
            continue
        first, last = (max(0, counted.place(month)) for month in (pause.first, add_months(pause.last, 1)))
        concerned = [pause.district in (None, name) for name in counted.districts]
        known[concerned, first:last] = np.nan
    return known


def _at_origin(
    counted: _Counted, known: np.ndarray, learned: np.ndarray, origin: date, settings: EngineSettings
) -> list[_Told]:
    """Of each candidate: the known months of some of a pool's rows carried on."""
    pool = _pool(counted, known, learned, origin, settings)
    unchanged = _unchanged(pool.counts)
    # What never changes needs no model, and would only teach the others that nothing ever happens.
    changing = replace(
        pool,
        districts=tuple(name for name, still in zip(pool.districts, unchanged, strict=True) if not still),
        counts=pool.counts[~unchanged],
    )
    calendar = Calendar(settings.country)
    told = []
    repeated = _repeated(pool, settings.horizon)
    for name in settings.candidates:
        moments = repeated
        if changing.districts:
            moments = _merged(moments, _checked(FORECASTERS[name], changing, settings.horizon, calendar), ~unchanged)
        told.append(_Told(counted.city, counted.crime_type, pool.districts, origin, name, moments))
    return told


def _by_newest(
    counted: _Counted, seen: np.ndarray, left_out: np.ndarray, origin: date, settings: EngineSettings
) -> list[_Told]:
    """Of each candidate: the newest count again of series nothing may be learned from any more."""
    newest = [int(np.flatnonzero(~np.isnan(row))[-1]) for row in seen[left_out]]
    counts = seen[left_out][np.arange(len(newest)), newest][:, None]
    pool = Pool(counted.of(left_out), origin, counts)
    told = [note("in_breaks", f"{add_months(counted.first, place):%Y-%m}") for place in newest]
    moments = replace(_repeated(pool, settings.horizon), notes=tuple(told))
    city, crime_type = counted.city, counted.crime_type
    return [_Told(city, crime_type, pool.districts, origin, name, moments) for name in settings.candidates]


def _pool(counted: _Counted, known: np.ndarray, learned: np.ndarray, origin: date, settings: EngineSettings) -> Pool:
    """The known months from the first one on as an array that ends at the origin, and the changes within them."""
    begun = int(np.argmax((~np.isnan(known)).any(axis=0)))
    first = add_months(counted.first, begun)
    changes = tuple(
        (change.district, change.first)
        for change in settings.breaks
        if change.last is None and first < change.first <= origin and change.crime_type in (None, counted.crime_type)
    )
    return Pool(counted.of(learned), first, np.ascontiguousarray(known[learned, begun:]), changes)


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
