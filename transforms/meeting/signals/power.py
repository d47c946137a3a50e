"""How likely a rise that stays is to be flagged: what a sheet without signals is worth."""

import numpy as np

from expectations.signals import RISE, WITHIN_MONTHS
from transforms.meeting.signals.change import change_z
from transforms.meeting.signals.dispersion import Vector

MOST = 240
"""Values of a count looked at one by one; of larger counts as many quantiles."""
BEYOND = 1e-6
"""Probability left out at either end of a count's distribution."""
NEARLY_POISSON = 1e-6
"""φ − 1 below which counts are taken for Poisson counts, whose negative binomial has no end to its shape."""
ESTIMATES = 9
"""Quantiles of the estimated φ that are averaged over."""


def power(rate: Vector, years: Vector, dispersion: Vector, freedom: Vector, threshold: Vector) -> Vector:
    """Chance of each series that a lasting rise by 30 % is flagged in one of its first three months.

    The month's count is a negative binomial with mean 1.3 times the rate, the sum of the same month in k earlier years
    one with mean k times the rate, both with φ times the variance of a Poisson count (Hilbe 2011, Negative Binomial
    Regression, 10.3); z is computed for every pair of them, exact test included, and the probabilities of pairs beyond
    the threshold are added up. The three months' counts share nothing but the estimate of φ, which spreads as φχ²/ν
    with its ν degrees of freedom: the chance of a miss is cubed for each of its quantiles, then averaged.

    Args:
        rate: Crimes a month before the rise.
        years: Earlier years k that a month is compared with.
        dispersion: φ, at least 1.
        freedom: Degrees of freedom ν of φ.
        threshold: |z| from which on the series is flagged.

    Returns:
        Probabilities; NaN where an argument is NaN or there is no earlier year.
    """
    known = np.isfinite(rate + years + dispersion + freedom + threshold) & (years > 0) & (rate >= 0)
    found = np.full(len(rate), np.nan)
    for at in np.flatnonzero(known):
        found[at] = _power(*(float(values[at]) for values in (rate, years, dispersion, freedom, threshold)))
    return found


def _power(rate: float, years: float, dispersion: float, freedom: float, threshold: float) -> float:
    from scipy.stats import chi2

    if rate == 0:
        return 0.0
    count, weight = _counts((1 + RISE) * rate, dispersion)
    before, likelihood = _counts(years * rate, dispersion)
    x, m = (grid.ravel() for grid in np.meshgrid(count, before / years, indexing="ij"))
    size = np.abs(change_z(x, m, np.full(len(x), years), np.ones(len(x))))
    pairs = np.outer(weight, likelihood).ravel()
    estimates = dispersion * chi2.ppf((np.arange(ESTIMATES) + 0.5) / ESTIMATES, freedom) / freedom
    order = np.argsort(size, kind="stable")
    beyond = np.append(np.cumsum(pairs[order][::-1])[::-1], 0.0)
    flagged = beyond[np.searchsorted(size[order], threshold * np.sqrt(np.maximum(1.0, estimates)))]
    return float(np.mean(1 - (1 - np.minimum(flagged, 1.0)) ** WITHIN_MONTHS))


def _counts(mean: float, dispersion: float) -> tuple[Vector, Vector]:
    """Values a count may take and the probability of each, which add up to 1."""
    from scipy.stats import nbinom, poisson

    spread = dispersion - 1
    made, shape = (nbinom, (mean / spread, 1 / dispersion)) if spread > NEARLY_POISSON else (poisson, (mean,))
    low, high = made.ppf([BEYOND, 1 - BEYOND], *shape)
    if high - low < MOST:
        values = np.arange(low, high + 1)
        weights = made.pmf(values, *shape)
    else:
        values = made.ppf((np.arange(MOST) + 0.5) / MOST, *shape)
        weights = np.ones(MOST)
    return values, weights / weights.sum()
