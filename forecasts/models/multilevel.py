"""A multilevel Gaussian process: every district smoothed around the curve of its city, all at once."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from expectations.method import note
from expectations.months import month_number
from forecasts.calendar import Calendar, days_in
from forecasts.forecaster import Moments, Pool
from forecasts.models.posterior import Posterior, posterior
from forecasts.models.shifts import PASSES, STEP, newest_shifts

FREEDOM = 5.0
"""Degrees of freedom of the Student t errors: months far from everything else pull little (2020 among them)."""
DISPERSION = 1.2
"""Variance over mean of a month's count around its district's curve."""
CITY_NOISE = 0.02
"""Standard deviation of what a month does to the whole city and to no other month."""
DISTRICT_LEVEL = 2.0
"""Prior standard deviation of a district's distance from the city's mean, in log counts."""
SMALL = 30.0
"""Mean count a month below which logarithms of counts are biased and a count likelihood is used instead."""
REWEIGHTINGS = 2
RELINEARISATIONS = 4
SIZES = 64
"""Covariances are made for so many months or a multiple, once for all pools and origins."""


@dataclass(frozen=True)
class Curve:
    """How a log rate may move, as standard deviations: what one level of the process may do.

    Attributes:
        walk: of a random walk's monthly step.
        memory: of a deviation that decays.
        decay: months in which that deviation falls to 1/e.
        season: of the yearly pattern.
        trend: of a smooth deviation (Matérn 3/2).
        length: months over which that one bends.
    """

    walk: float
    memory: float
    decay: float
    season: float
    trend: float = 0.0
    length: float = 24.0

    def covariance(self, months: np.ndarray, smoothness: float) -> np.ndarray:
        """Of the curve with itself at months counted from the first one: 1, 2, …."""
        apart = np.abs(months[:, None] - months[None, :]).astype(float)
        stretched = np.sqrt(3.0) * apart / self.length
        return (
            self.walk**2 * np.minimum(months[:, None], months[None, :])
            + self.memory**2 * np.exp(-apart / self.decay)
            + self.season**2 * season_kernel(smoothness)[(months[:, None] - months[None, :]) % 12]
            + self.trend**2 * (1 + stretched) * np.exp(-stretched)
        )


def season_kernel(smoothness: float) -> np.ndarray:
    """Covariance of two months of the year by their distance 0 … 11: smooth, of mean zero over a year, 1 at 0.

    Reference: MacKay (1998), Introduction to Gaussian processes, the periodic kernel.
    """
    raw = np.exp(-2.0 * np.sin(np.pi * np.arange(12) / 12) ** 2 / smoothness**2)
    return (raw - raw.mean()) / (1.0 - raw.mean())


@lru_cache(maxsize=64)
def _covariance(curve: Curve, smoothness: float, size: int) -> np.ndarray:
    made = curve.covariance(np.arange(1, size + 1), smoothness)
    made.flags.writeable = False
    return made


def covariance_of(curve: Curve, smoothness: float, months: int) -> np.ndarray:
    """Of a curve with itself over so many months from the first, not to be written to: a corner of a larger one."""
    return _covariance(curve, smoothness, -(-months // SIZES) * SIZES)[:months, :months]


@dataclass(frozen=True)
class Multilevel:
    """Districts share their city's curve and keep their own around it; what a few months say is half believed.

    Log counts a day are a city's curve plus a district's plus noise. Each curve is a slow walk, a deviation that
    decays, and a smooth year; the city's also bends with the calendar. Solved exactly, twice
    reweighted for Student t errors. Districts of small counts enter with the likelihood of counts, not logarithms.

    References: Rasmussen & Williams (2006), Gaussian Processes for Machine Learning, 2.2, 3.4 and 5.4.3; Jylänki,
    Vanhatalo & Vehtari (2011), JMLR 12, 3227-3257 (Student t).
    """

    name: str = "multilevel"
    family: str = "multilevel"
    reference: str = (
        "Rasmussen & Williams (2006), Gaussian Processes for Machine Learning, 2.2, 3.4 and 5.4.3; "
        "Jylänki, Vanhatalo & Vehtari (2011), Journal of Machine Learning Research 12, 3227-3257"
    )
    city: Curve = Curve(walk=0.012, memory=0.03, decay=6.0, season=0.08)
    district: Curve = Curve(walk=0.015, memory=0.06, decay=6.0, season=0.025)
    smoothness: float = 1.0

    def forecast(self, pool: Pool, horizon: int, calendar: Calendar) -> Moments:
        """Means, variances and shared covariance of the districts' counts; never without an answer."""
        believed = _believed(pool, calendar)
        now = pool.counts.shape[1]
        city, own = stepped(*self.covariances(pool, calendar, horizon), believed.steps, len(pool.counts))
        shocked = city[:now, :now] + np.diag(believed.shock - CITY_NOISE**2)
        fit = posterior(believed.data, believed.noise, shocked, own[..., :now, :now])
        mean, variance, shared = fit.predict(
            city[now:, :now],
            own[..., now:, :now],
            np.diagonal(city)[now:],
            np.diagonal(own, axis1=-2, axis2=-1)[..., now:],
        )
        expected = days_in(pool.months(horizon))[now:] * np.exp(believed.level + mean + variance / 2)
        return Moments(expected, DISPERSION * expected + expected**2 * np.expm1(variance), shared, believed.notes)

    def covariances(self, pool: Pool, calendar: Calendar, horizon: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """Of the city's curve and of a district's (T, T), over the pool's months and so many after."""
        months = pool.months(horizon)
        effects = calendar.effects(months)
        city = covariance_of(self.city, self.smoothness, len(months)) + effects @ effects.T
        own = covariance_of(self.district, self.smoothness, len(months)) + DISTRICT_LEVEL**2
        return city + CITY_NOISE**2 * np.eye(len(months)), own


Steps = dict[int | None, set[int]]
"""Months from which on the level is another one, by district; None for all of them."""


@dataclass(frozen=True)
class Believed:
    """What of a pool's months is believed, whatever the settings of the process that carries them on.

    Attributes:
        level: mean of the log counts a day.
        data: log counts less that (S, T); of districts of small counts, what stands in their place.
        noise: variances of the data (S, T), larger where a month is far from everything else.
        shock: variances of what a month does to the whole city (T).
        steps: changes of level.
        notes: one a district: the changes allowed for.
    """

    level: float
    data: np.ndarray
    noise: np.ndarray
    shock: np.ndarray
    steps: Steps
    notes: tuple[str | None, ...]


def _believed(pool: Pool, calendar: Calendar) -> Believed:
    """What the process finds with the settings it has unless told otherwise: once a pool, for all settings."""
    key = (Multilevel, calendar.country)
    if key not in pool.found:
        city, own = Multilevel().covariances(pool, calendar)
        days = days_in(pool.months())
        data = np.log((pool.counts + 0.5) / days)
        level = float(np.nanmean(data))
        steps, notes, fit = _allow_for_changes(city, own, data - level, pool)
        told = _reweighted(data - level, pool.counts, np.log(days) + level, *stepped(city, own, steps, len(data)), fit)
        pool.found[key] = Believed(level, *told, steps, notes)
    found = pool.found[key]
    assert isinstance(found, Believed)
    return found


def _registered(pool: Pool) -> Steps:
    """The changes of level that are known."""
    steps: Steps = {}
    for district, since in pool.changes:
        place = None if district is None else pool.districts.index(district) if district in pool.districts else -1
        if place != -1:
            steps.setdefault(place, set()).add(month_number(since) - month_number(pool.first))
    return steps


def _allow_for_changes(
    city: np.ndarray, own: np.ndarray, data: np.ndarray, pool: Pool
) -> tuple[Steps, tuple[str | None, ...], Posterior | None]:
    """The changes of level that have come for good, what is told of each, and the fit that allows for all of them.

    The changes that are known, then those the data show. No fit where another change might be found in it.
    """
    steps = _registered(pool)
    noise = DISPERSION / (smoothed(pool.counts) + 0.5)
    eligible = ~_small(pool.counts)
    fit = None
    for _ in range(PASSES):
        if not eligible.any():
            break
        fit = posterior(data, noise, *stepped(city, own, steps, len(data)))
        # A step that was allowed for and still stands out is no step.
        new = [(curve, month) for curve, month in newest_shifts(fit, eligible) if month not in steps.get(curve, ())]
        if not new:
            break
        for curve, month in new:
            steps.setdefault(curve, set()).add(month)
        fit = None
        changed = [curve for curve, _ in new if curve is not None]
        if changed:
            eligible = eligible & np.isin(np.arange(len(data)), changed)
    months = pool.months()
    told = [sorted(steps.get(None, set()) | steps.get(place, set())) for place in range(len(data))]
    notes = (note("level_changed", *(f"{months[at]:%Y-%m}" for at in one)) if one else None for one in told)
    return steps, tuple(notes), fit


def stepped(city: np.ndarray, own: np.ndarray, steps: Steps, districts: int) -> tuple[np.ndarray, np.ndarray]:
    """The covariances where the level of each curve may change at its months, whichever way.

    That of the districts is one for all (T, T) as long as none changes by itself, else one each (S, T, T).
    """
    if not steps:
        return city, own
    city = city.copy()
    if any(district is not None for district in steps):
        own = np.broadcast_to(own, (districts, *own.shape)).copy()
    for district, months in steps.items():
        curve = city if district is None else own[district]
        for month in sorted(months):
            curve[month:, month:] += STEP**2
    return city, own


def _small(counts: np.ndarray) -> np.ndarray:
    """Districts whose logarithms are biased."""
    return np.nanmean(counts, axis=1) < SMALL


def _reweighted(
    data: np.ndarray,
    counts: np.ndarray,
    offset: np.ndarray,
    city: np.ndarray,
    own: np.ndarray,
    fit: Posterior | None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Data, noise and shock after reweighting, the series of small counts relinearised around their own curve.

    `fit` is the first one, before any reweighting, where it is known already.
    """
    small = _small(counts)[:, None]
    large = np.flatnonzero(~small)
    base = DISPERSION / (smoothed(counts) + 0.5)
    noise, shock = base, np.full(len(city), CITY_NOISE**2)
    fit = fit or posterior(data, noise, city, own)
    weights = np.ones_like(base)
    rounds = RELINEARISATIONS if small.any() else REWEIGHTINGS
    for step in range(rounds):
        curve = np.nan_to_num(data) - noise * fit.own
        # As often with small districts beside them as without: the others' weights are not theirs to sharpen.
        if step < REWEIGHTINGS:
            own_noise = noise[large]
            squares = (own_noise * fit.own[large]) ** 2 + own_noise - own_noise**2 * fit.leverages(large)
            shocks = (shock * fit.city) ** 2 + shock - shock**2 * fit.city_leverages()
            weights[large] = student_weights(squares / base[large])
            shock = CITY_NOISE**2 / student_weights(shocks / CITY_NOISE**2)
        if small.any():
            rate = np.exp(offset + curve)
            data = np.where(small, curve + (counts - rate) / rate, data)
            base = np.where(small, DISPERSION / rate, base)
        noise = base / weights
        if step + 1 < rounds:
            fit = posterior(data, noise, city + np.diag(shock - CITY_NOISE**2), own)
    return data, noise, shock


def student_weights(squares: np.ndarray) -> np.ndarray:
    """Weight of a month whose squared error is so many times its variance."""
    return (FREEDOM + 1.0) / (FREEDOM + squares)


def smoothed(counts: np.ndarray) -> np.ndarray:
    """Mean count of the seven months around each; unknown months lie between their neighbours."""
    steps = np.arange(counts.shape[1])
    filled = np.array([np.interp(steps, steps[~np.isnan(row)], row[~np.isnan(row)]) for row in counts])
    padded = np.pad(filled, ((0, 0), (3, 3)), mode="edge")
    return np.lib.stride_tricks.sliding_window_view(padded, 7, axis=1).mean(axis=2)
