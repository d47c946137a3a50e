"""How alike children are to their parents: the concentration of a Dirichlet-multinomial, learned from their counts."""

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

LEAST, LARGEST = 1.0, 1e6
"""Bounds of a concentration: children unlike their parents, and such as differ from them by chance alone."""
STEPS = 16
"""Values tried first, evenly spaced in the logarithm: the best one's neighbours hold the maximum."""


def concentration(counts: Vector, means: Vector) -> float:
    """How many crimes a parent's shares are worth: κ, where a child's are drawn from a Dirichlet of κ times those.

    The κ of greatest marginal likelihood, all children together. The law of the counts is the Dirichlet-multinomial of
    Mosimann (1962), Biometrika 49:65; shares of children drawn to those of a parent in this way are the hierarchy of
    MacKay & Peto (1995), Natural Language Engineering 1:289. Minka (2000), "Estimating a Dirichlet distribution", gives
    the fixed point that has the same maximum.

    Args:
        counts: children × parts; what each child had in each part, 0 or more.
        means: The same shape: each one's parent's shares, above 0.

    Returns:
        κ, within `LEAST` and `LARGEST`: the larger, the less the children differ.
    """
    from scipy.optimize import minimize_scalar

    def unlikely(log_kappa: float) -> float:
        return -log_likelihood(float(np.exp(log_kappa)), counts, means)

    tried = np.linspace(np.log(LEAST), np.log(LARGEST), STEPS)
    best = int(np.argmin([unlikely(one) for one in tried]))
    around = (tried[max(best - 1, 0)], tried[min(best + 1, STEPS - 1)])
    found = minimize_scalar(unlikely, bounds=around, method="bounded", options={"xatol": 1e-6})
    return float(np.exp(found.x))


def log_likelihood(kappa: float, counts: Vector, means: Vector) -> float:
    """Log probability of all children's counts given their totals, less what does not depend on κ."""
    from scipy.special import gammaln

    prior, total = kappa * means, counts.sum(axis=1)
    by_part = gammaln(counts + prior) - gammaln(prior)
    return float((gammaln(kappa) - gammaln(total + kappa) + by_part.sum(axis=1)).sum())


def drawn_together(counts: Vector, means: Vector) -> Vector:
    """Children's shares, posterior means: of many crimes a child's own, of none its parent's.

    Args:
        counts: children × parts.
        means: The same shape: each one's parent's shares, above 0, adding up to 1.
    """
    kappa = concentration(counts, means)
    return np.asarray((counts + kappa * means) / (counts.sum(axis=1, keepdims=True) + kappa))
