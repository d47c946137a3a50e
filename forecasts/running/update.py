"""A month's forecast and what is counted of the month so far, made into one distribution of the whole month."""

from dataclasses import dataclass

import numpy as np

from forecasts.intervals import PROBABILITIES, count_quantiles

LEAST_SPREAD = 0.003
"""Squared coefficient of variation below which no month's rate is known beforehand, whatever its forecast claims."""
PRIOR_MONTHS = 10.0
"""District months of Poisson days by which the days' dispersion is believed beforehand."""
LEAST_COUNT = 5.0
"""Months of fewer incidents tell next to nothing of how days cluster."""
CARRIED = 0.7
"""Share of a month's surprise, in logarithms, that the next month keeps."""
KEPT_SPREAD = 0.3
"""Share of the next month's own uncertainty that no knowledge of this one takes away."""


@dataclass(frozen=True)
class Prior:
    """A whole month's count before its first day, element by element of any shape.

    Attributes:
        mean: Expected count.
        variance: Of the count.
    """

    mean: np.ndarray
    variance: np.ndarray

    def rate_spread(self, dispersion: float) -> np.ndarray:
        """Squared coefficient of variation of the month's rate: the variance less the noise of days."""
        mean = np.maximum(self.mean, 1e-9)
        return np.maximum((self.variance - dispersion * mean) / mean**2, LEAST_SPREAD)


@dataclass(frozen=True)
class Updated:
    """The month once some of its days are counted.

    Attributes:
        rate: Expected count of a month of that rate (L).
        shape: Of the rate's gamma distribution (a); its squared coefficient of variation is 1 / a.
        rest_mean: Expected count of what is not counted yet.
        rest_variance: Its variance.
    """

    rate: np.ndarray
    shape: np.ndarray
    rest_mean: np.ndarray
    rest_variance: np.ndarray


def dispersion_of_days(so_far: np.ndarray, whole: np.ndarray, share: np.ndarray) -> float:
    """φ: variance over mean of what a month's first days count, given its whole count; 1 where days are independent.

    The mean of (A − sY)² / (Y s (1 − s)) over months that are over, PRIOR_MONTHS of value 1 added, and never below 1:
    given Y independent incidents, A is binomial with share s.

    Args:
        so_far: A, counts of the first days.
        whole: Y, counts of the whole months; months below LEAST_COUNT are left out.
        share: s, the share of the month those days were.
    """
    told = (whole >= LEAST_COUNT) & (share > 0) & (share < 1) & ~np.isnan(so_far)
    a, y, s = so_far[told], whole[told], share[told]
    errors = (a - s * y) ** 2 / (y * s * (1 - s))
    return max(1.0, float((errors.sum() + PRIOR_MONTHS) / (len(errors) + PRIOR_MONTHS)))


def updated(
    prior: Prior, so_far: np.ndarray, share: np.ndarray, dispersion: float, unsure: float | np.ndarray = 0.0
) -> Updated:
    """A gamma prior of the month's rate met with an overdispersed Poisson count of its days.

    The rate has mean m and squared coefficient of variation τ² beforehand; the days so far are a share s of the month
    and count A with variance φ times mean. So the rate is gamma with shape a = 1/τ² + A/φ and rate b = 1/(τ²m) + s/φ,
    and what is left has mean (1 − s) a/b and variance φ (1 − s) a/b + (1 − s)² a/b².

    Where the share itself is unsure by u, A varies by φ s m + (u s m)²: φ is then φ / (1 − ρ) in a and b, ρ the second
    part's share of the two. As much of what A has more than s a/b as ρ was only reported early and will not come again:
    the rest has mean (1 − s) a/b − ρ (A − s a/b) and variance φ (1 − s + ρ s) a/b + (1 − s + ρ s)² a/b². With a share
    that nobody knows the month is its forecast again.

    Args:
        prior: of the month.
        so_far: A.
        share: s, from 0 to 1 and beyond where more is reported than will stand.
        dispersion: φ.
        unsure: u, relative standard error of s.

    Reference: Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., 2.6 (gamma and Poisson); McCullagh & Nelder
    (1989), Generalized Linear Models, 2nd ed., 6.2.3 (φ).
    """
    spread = prior.rate_spread(dispersion)
    mean = np.maximum(prior.mean, 1e-9)
    early = unsure**2 * share * mean / (dispersion + unsure**2 * share * mean)
    scatter = dispersion / (1 - early)
    shape = 1 / spread + so_far / scatter
    inverse_scale = 1 / (spread * mean) + share / scatter
    rate = shape / inverse_scale
    left = np.maximum(1 - share, 0.0) + early * share  # more may be reported than will stand
    rest = np.maximum(left * rate - early * so_far, 0.0)
    return Updated(rate, shape, rest, dispersion * left * rate + left**2 * shape / inverse_scale**2)


def month_quantiles(so_far: np.ndarray, rest: Updated) -> np.ndarray:
    """Quantiles of the whole month at PROBABILITIES: what is counted and the rest; never below what is counted."""
    return so_far[:, None] + quantiles_of(Prior(rest.rest_mean, rest.rest_variance))


def quantiles_of(counts: Prior) -> np.ndarray:
    """Quantiles at PROBABILITIES of counts of these moments (N), one row each; none below 0."""
    quantiles = np.zeros((len(counts.mean), len(PROBABILITIES)))
    some = counts.mean > 0
    quantiles[some] = count_quantiles(counts.mean[some], counts.variance[some] / counts.mean[some], PROBABILITIES)
    return np.maximum(quantiles, 0.0)


def next_month(prior: Prior, this_prior: Prior, this: Updated, dispersion: float) -> Prior:
    """The month after the running one, moved by how much more or less that one has turned out to be.

    m₂′ = m₂ (L/m)^ρ and τ₂² less ρ² of what is now known of the running month's rate, of which KEPT_SPREAD stays.
    """
    mean = prior.mean * (this.rate / np.maximum(this_prior.mean, 1e-9)) ** CARRIED
    before, own = this_prior.rate_spread(dispersion), prior.rate_spread(dispersion)
    spread = np.maximum(own - CARRIED**2 * (before - 1 / this.shape), KEPT_SPREAD * own)
    return Prior(mean, dispersion * mean + mean**2 * spread)
