"""Distributions of few crimes: negative binomial, Poisson where nothing varies more than that."""

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

NEARLY = 1e-6
"""φ − 1 below which counts are Poisson counts."""
FAR = 9.0
"""Standard errors above its mean beyond which no count is looked for."""


def tails(counts: Vector, mean: float, variance: float) -> tuple[Vector, Vector]:
    """P(X ≤ x) and P(X > x) of whole counts, each exact at its own end.

    Hilbe (2011), Negative Binomial Regression, 2nd ed., 10.3: the linear form, variance φ times the mean.

    Args:
        counts: x, at least −1.
        mean: Above 0.
        variance: At least the mean.
    """
    from scipy.special import betainc, betaincc, gammainc, gammaincc

    phi, x = variance / mean, np.maximum(counts, 0.0) + 1
    if phi <= 1 + NEARLY:
        to, beyond = gammaincc(x, mean), gammainc(x, mean)
    else:
        size = mean / (phi - 1)
        to, beyond = betainc(size, x, 1 / phi), betaincc(size, x, 1 / phi)
    none = counts < 0
    return np.where(none, 0.0, to), np.where(none, 1.0, beyond)


def counts_to(mean: float, variance: float) -> Vector:
    """The whole counts from 0 on that are not all but impossible."""
    return np.arange(np.ceil(mean + FAR * np.sqrt(variance) + FAR) + 1)


def quantile(p: float, mean: float, variance: float) -> float:
    """The count below which lies a share p, each count k spread over k ± ½ so that quantiles are continuous.

    As the forecasts' own quantiles are made; what is below 0 is 0, so is all of a mean of 0.
    """
    if mean <= 0:
        return 0.0
    counts = counts_to(mean, max(variance, mean))
    to, _ = tails(counts, mean, max(variance, mean))
    edges = np.concatenate([[-0.5], counts + 0.5])
    return float(max(np.interp(p, np.concatenate([[0.0], to]), edges), 0.0))
