"""How far forecasts of counts were off, and what is left to whoever knows their means."""

import numpy as np

from forecasts.demand.spread import Spread
from forecasts.intervals import LEVELS, PROBABILITIES, QUANTILES, interval_losses


def covered(quantiles: np.ndarray, observed: np.ndarray, level: int) -> np.ndarray:
    """Whether the interval held each count, its ends included."""
    names = list(QUANTILES)
    lower, upper = (quantiles[..., names.index(f"{side}_{level}")] for side in ("lower", "upper"))
    return (lower <= observed) & (observed <= upper)


def losses(spread: Spread, mean: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """Weighted interval score of each forecast that has a count."""
    told = ~np.isnan(mean) & ~np.isnan(observed)
    return interval_losses(spread.quantiles(mean[told]), observed[told])


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

    Of a quantile q at probability p the expected loss is p(μ − q) + E max(q − Y, 0), the latter q F(⌊q⌋) − μ F(⌊q⌋ − 1)
    with F the distribution function; the score is twice the mean over the quantiles.
    """
    from scipy.special import gammaincc

    quantiles = Spread(1.0, 0.0).quantiles(mean)
    expected = np.broadcast_to(mean[:, None], quantiles.shape)
    whole = np.floor(quantiles)
    upto = gammaincc(whole + 1, expected)
    below = np.where(whole > 0, gammaincc(np.maximum(whole, 1.0), expected), 0.0)
    short = quantiles * upto - expected * below
    return 2 * np.mean(PROBABILITIES * (expected - quantiles) + short, axis=1)
