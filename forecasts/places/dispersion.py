"""How far a cell's count may lie from what is expected: one dispersion per crime type."""

import numpy as np

from forecasts.places.area import Vector

LEAST, LARGEST = 1e-6, 1e2
"""Bounds of a dispersion: counts that are Poisson, and such as no expectation tells anything of."""


def dispersion(observed: Vector, expected: Vector) -> float:
    """α of negative binomial counts with variance m + αm² around what was expected, m: the likeliest one.

    What was expected should be as it was issued before each month, so that α holds what a month's total is missed by,
    too. A variance of φm, with one φ, misses: cells where much is expected stray further than in proportion.

    Reference: Cameron & Trivedi (2013), Regression Analysis of Count Data, 2nd ed., 3.3 (NB2, by maximum likelihood).

    Args:
        observed: crimes of cells in months, at least 0.
        expected: what was expected of each, at least 0; cells where nothing was are left out, for a count of mean 0 is
            0 whatever its α.

    Returns:
        α within `LEAST` and `LARGEST`; the least where there is no crime to learn from.
    """
    from scipy.optimize import minimize_scalar

    some = expected > 0
    observed, expected = observed[some], expected[some]
    if not observed.sum() > 0:
        return LEAST
    found = minimize_scalar(
        lambda log_alpha: -log_likelihood(float(np.exp(log_alpha)), observed, expected),
        bounds=(np.log(LEAST), np.log(LARGEST)),
        method="bounded",
        options={"xatol": 1e-6},
    )
    return float(np.exp(found.x))


def log_likelihood(alpha: float, observed: Vector, expected: Vector) -> float:
    """Log probability of counts with means m and variances m + αm², independent of each other.

    Only cells with a crime need the gamma function: a count of 0 has probability (1 + αm)^(−1/α).
    """
    from scipy.special import gammaln

    some = observed > 0
    counts, mean, shape = observed[some], expected[some], 1 / alpha
    choices = gammaln(counts + shape) - gammaln(shape) - gammaln(counts + 1)
    each = counts * np.log(alpha * mean / (1 + alpha * mean))
    return float(choices.sum() + each.sum() - shape * np.log1p(alpha * expected).sum())
