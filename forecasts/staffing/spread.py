"""How uncertain the rate of calls is, read back from the bounds of their forecast count."""

import numpy as np

from forecasts.intervals import QUANTILES, count_quantiles

BOUNDS = ("lower_50", "upper_50", "lower_80", "upper_80")
"""Bounds read: those of 95 % are drawn apart for another reason."""
MOST = 4.0
"""Relative variance beyond which no rate is taken to vary."""
HALVINGS = 16


def rate_spread(mean: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """Relative variance of the gamma rate whose Poisson counts have these bounds; 0 where a Poisson's are as wide.

    Counts with a rate of mean μ and relative variance r are negative binomial with variance μ + rμ². The r is sought,
    by halves, whose bounds are together as wide as the forecast's.

    Args:
        mean: of the counts (N).
        bounds: at BOUNDS, none below 0 (N, 4).

    Reference: Greenwood & Yule (1920), Journal of the Royal Statistical Society 83:255 (the gamma mixture of Poissons).
    """
    probabilities = np.array([QUANTILES[name] for name in BOUNDS])
    sides = np.array([-1.0, 1.0, -1.0, 1.0])
    wanted = (bounds * sides).sum(axis=1)
    low, high = np.zeros(len(mean)), np.full(len(mean), MOST)

    def wide_enough(spread: np.ndarray) -> np.ndarray:
        told = np.maximum(count_quantiles(mean, 1 + spread * mean, probabilities), 0.0)
        return (told * sides).sum(axis=1) >= wanted - 1e-9

    poisson = wide_enough(low)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        enough = wide_enough(middle)
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return np.where(poisson | (mean <= 0), 0.0, high)
