"""Exponential smoothing of every series at once, averaged over its constants instead of choosing them."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from expectations.method import note, notes
from forecasts.calendar import Calendar, standard_months
from forecasts.forecaster import SEASON_FROM, Moments, Pool, square_roots

YEAR = 12
KNOWN_FROM = 12
"""Known months needed: the first year starts level and season off and is not counted among the errors."""
LEVELS = (0.03, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9)
SEASONS = (0.0, 0.05, 0.15)
"""Shares of a surprise that go into the level and into its month of the year."""
START_YEARS = 4
"""Years the starting season is the mean of, at most."""


@dataclass(frozen=True)
class Smoothing:
    """The level follows the newest months, and each month of the year keeps its own distance from it.

    ETS(A,N,A) on square roots of the rates for each pair on a grid of smoothing constants, averaged by Akaike weights:
    short noisy series cannot tell the best pair, and an average is never far from it. No trend: fitted to a district's
    noise it costs more than it finds.
    """

    name: str = "smoothing"
    family: str = "smoothing"
    reference: str = (
        "Hyndman, Koehler, Ord & Snyder (2008), Forecasting with Exponential Smoothing; "
        "Kolassa (2011), International Journal of Forecasting 27, 238-251"
    )

    def forecast(self, pool: Pool, horizon: int, calendar: Calendar) -> Moments:
        """Smoothed level plus season; histories under a year have no answer, under two no season."""
        lengths = standard_months(pool.months(horizon))[-horizon:]
        mean = np.full((len(pool.districts), horizon), np.nan)
        variance = np.full_like(mean, np.nan)
        told: list[str | None] = [None] * len(pool.districts)
        alike: dict[tuple[int, bool, int], list[tuple[int, np.ndarray]]] = {}
        for place in range(len(pool.districts)):
            history = pool.history(place)
            if history.known < KNOWN_FROM:
                told[place] = note("too_short", history.known, KNOWN_FROM)
                continue
            roots, filled = square_roots(history)
            seasonal = history.known >= SEASON_FROM
            told[place] = notes(filled, None if seasonal else note("no_season", history.known))
            unknown = int(np.argmax(~np.isnan(pool.counts[place][::-1])))
            alike.setdefault((len(roots), seasonal, unknown), []).append((place, roots))
        for (_, seasonal, unknown), members in alike.items():
            rows = [place for place, _ in members]
            root, spread = smooth(np.array([roots for _, roots in members]), unknown + horizon, seasonal)
            root, spread = np.maximum(root[:, -horizon:], 0.0), spread[:, -horizon:]
            # For x ~ N(m, v): E[x²] = m² + v and Var[x²] = 4 m² v + 2 v².
            mean[rows] = (root**2 + spread) * lengths
            variance[rows] = (4 * root**2 * spread + 2 * spread**2) * lengths**2
        return Moments(mean, variance, np.zeros(horizon), tuple(told))


def smooth(values: np.ndarray, horizon: int, seasonal: bool) -> tuple[np.ndarray, np.ndarray]:
    """Expected values of the months ahead and their variances, both (S, horizon).

    Args:
        values: one row a series, one column a month, none unknown, a year at least.
        horizon: months ahead.
        seasonal: whether months of the year differ; needs two years.
    """
    months = values.shape[1]
    constants = np.array(list(product(LEVELS, SEASONS if seasonal else (0.0,))))
    alpha, gamma = constants[:, 0], constants[:, 1]
    level = np.repeat(values[:, :YEAR].mean(axis=1)[:, None], len(alpha), axis=1)
    season = np.repeat(_start_season(values, seasonal)[:, :, None], len(alpha), axis=2)
    squares = np.zeros_like(level)
    counted = 0
    for step in range(months):
        surprise = values[:, step, None] - level - season[:, step % YEAR]
        if step >= YEAR or not seasonal:
            squares += surprise**2
            counted += 1
        level += alpha * surprise
        season[:, step % YEAR] += gamma * (1 - alpha) * surprise
    mean_square = np.maximum(squares / counted, 1e-9)
    criterion = counted * np.log(mean_square) + 2.0 * (1 + (gamma > 0))
    weights = np.exp(-0.5 * (criterion - criterion.min(axis=1, keepdims=True)))
    weights /= weights.sum(axis=1, keepdims=True)
    ahead = np.arange(horizon)
    expected = np.einsum("sg,sgh->sh", weights, level[:, :, None] + season[:, (months + ahead) % YEAR].swapaxes(1, 2))
    growth = 1.0 + alpha[:, None] ** 2 * ahead
    return expected, np.einsum("sg,gh->sh", weights * mean_square, growth)


def _start_season(values: np.ndarray, seasonal: bool) -> np.ndarray:
    """Mean distance of each month from its year over the first whole years (S, 12); 0 without a season."""
    if not seasonal:
        return np.zeros((len(values), YEAR))
    years = min(values.shape[1] // YEAR, START_YEARS)
    first = values[:, : years * YEAR].reshape(len(values), years, YEAR)
    return (first - first.mean(axis=2, keepdims=True)).mean(axis=1)
