"""How far forecasts of counts were off, and what is left to whoever knows their means."""

import numpy as np

from forecasts.demand.spread import Spread
from forecasts.intervals import LEVELS, QUANTILES, interval_losses

GRID = 0.01
"""Step of ln(mean) between means whose floor is computed; between them it is interpolated."""
SMALLEST = 1e-3
"""Mean below which the floor is that of this mean: nearly none."""


def covered(quantiles: np.ndarray, observed: np.ndarray, level: int) -> np.ndarray:
    """Whether the interval held each count, its ends included."""
    names = list(QUANTILES)
    lower, upper = (quantiles[..., names.index(f"{side}_{level}")] for side in ("lower", "upper"))
    return (lower <= observed) & (observed <= upper)


def scored(spread: Spread, mean: np.ndarray, observed: np.ndarray) -> dict[str, np.ndarray]:
    """By name, of each forecast that has a count: wis, its Poisson floor, and whether each interval held.

    Reference: Bracher, Ray, Gneiting & Reich (2021), Evaluating epidemic forecasts in an interval format, PLOS
    Computational Biology 17, e1008618.
    """
    told = ~np.isnan(mean) & ~np.isnan(observed)
    quantiles = spread.quantiles(mean[told])
    found = {"wis": interval_losses(quantiles, observed[told]), "poisson_floor": poisson_floor(mean[told])}
    return found | {f"covered_{level}": covered(quantiles, observed[told], level) for level in LEVELS}


def poisson_floor(mean: np.ndarray) -> np.ndarray:
    """E wis(Y) for Y ~ Poisson(mean), forecast as just that: what is left where only chance is.

    Summed over counts at means a hundredth apart, in between interpolated.
    """
    if not len(mean):
        return np.zeros(0)
    at = np.log(np.maximum(mean, SMALLEST)) / GRID
    knots, place = np.unique(np.floor(at).astype(int), return_inverse=True)
    low, high = (_floors(np.exp((knots + step) * GRID)) for step in (0, 1))
    share = at - np.floor(at)
    return (1 - share) * low[place] + share * high[place]


def _floors(means: np.ndarray) -> np.ndarray:
    """The floor of each mean, exactly but for counts beyond ten standard deviations."""
    from scipy.stats import poisson

    quantiles = Spread(1.0, 0.0).quantiles(means)
    made = np.empty(len(means))
    for place, mean in enumerate(means):
        reach = 10 * np.sqrt(mean) + 10
        counts = np.arange(max(int(mean - reach), 0), int(mean + reach) + 1)
        losses = interval_losses(np.broadcast_to(quantiles[place], (len(counts), quantiles.shape[1])), counts)
        made[place] = poisson.pmf(counts, mean) @ losses
    return made
