"""How far counts stray from what is expected: Var = φμ + τμ² a kind of sum, and the quantiles that follow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from forecasts.intervals import LEVELS, PROBABILITIES, QUANTILES, count_quantiles

LEARNED_MONTHS = 6
"""Months before a month whose errors it is learned from."""
LEAST_MEAN = 0.1
"""Means below it weigh no more: their squared errors tell of chance alone."""
ASSUMED = (1.1, 0.03)
"""φ and τ where nothing is known: what blocks and days of the bench's panels have, rounded up."""
PRIOR_DAYS = 14.0
"""Days by which that is believed beforehand."""
WILD = 25.0
"""Squared errors beyond so many variances count as so many: a wild day must not widen half a year."""
WITHOUT_LOWER_END = (80, 95)
"""Intervals whose upper end takes what the lower cannot: the 50 % one would be left with 0 alone where half are 0."""


@dataclass(frozen=True)
class Spread:
    """Var = φμ + τμ².

    Attributes:
        phi: Variance over mean of small counts, 1 or more.
        tau: Squared coefficient of variation of large ones.
    """

    phi: float
    tau: float

    def variance(self, mean: np.ndarray) -> np.ndarray:
        """Variance of counts of these means."""
        return self.phi * mean + self.tau * mean**2

    def of_rate(self, mean: np.ndarray) -> np.ndarray:
        """Relative variance r of the rate whose Poisson counts stray so: μ + rμ²; 0 where the mean is 0.

        Reference: Greenwood & Yule (1920), Journal of the Royal Statistical Society 83:255 (the gamma mixture).
        """
        beyond = np.maximum(self.variance(mean) - mean, 0.0)
        return np.divide(beyond, mean**2, out=np.zeros_like(beyond), where=mean > 0)

    def quantiles(self, mean: np.ndarray) -> np.ndarray:
        """Medians and intervals, as `interval_ends` makes them, in a last axis; NaN where the mean is, none below 0."""
        flat = mean.ravel()
        made = np.full((len(flat), len(PROBABILITIES)), np.nan)
        told = ~np.isnan(flat)
        made[told] = interval_ends(flat[told], self.phi + self.tau * flat[told])
        return made.reshape(*mean.shape, len(PROBABILITIES))


def interval_ends(mean: np.ndarray, phi: np.ndarray) -> np.ndarray:
    """The median and the ends of intervals of counts with variance φ × mean, in the order of `intervals.QUANTILES`.

    The median is a whole number, as a count's is. Ends are quantiles, `count_quantiles`, but where the lower one is 0:
    there no count lies below the interval, and one that ended at its upper quantile would hold 90 instead of 80 %. The
    upper end is then the quantile of the level itself (`WITHOUT_LOWER_END`): the shortest interval that holds it.

    Reference: Hyndman (1996), Computing and graphing highest density regions, The American Statistician 50, 120-126.
    """
    ends = count_quantiles(mean, phi, PROBABILITIES)
    one_sided = count_quantiles(mean, phi, np.array(WITHOUT_LOWER_END) / 100)
    place = {name: number for number, name in enumerate(QUANTILES)}
    for column, level in enumerate(WITHOUT_LOWER_END):
        cut = ends[:, place[f"lower_{level}"]] <= 0
        ends[cut, place[f"upper_{level}"]] = one_sided[cut, column]
    ends[:, place["median"]] = np.rint(ends[:, place["median"]])
    return np.maximum(_nested(ends, place), 0.0)


def _nested(ends: np.ndarray, place: Mapping[str, int]) -> np.ndarray:
    """The same with no interval beyond the next wider one, and the median in all."""
    inner = (place["median"], place["median"])
    for level in LEVELS:
        lower, upper = place[f"lower_{level}"], place[f"upper_{level}"]
        ends[:, lower] = np.minimum(ends[:, lower], ends[:, inner[0]])
        ends[:, upper] = np.maximum(ends[:, upper], ends[:, inner[1]])
        inner = (lower, upper)
    return ends


def fitted(past: Sequence[tuple[np.ndarray, np.ndarray]]) -> Spread:
    """The spread of one class and kind of sum, from its past means and counts (series × days × parts of a day each).

    Least squares of squared errors on μ and μ² with weights 1/μ², errors beyond WILD variances drawn in; φ never below
    1, τ never below 0. Drawn to ASSUMED by PRIOR_DAYS. Where the mean or the count is NaN nothing is learned.

    Reference: Davidian & Carroll (1987), Variance function estimation, JASA 82, 1079-1091 (regression on squared
    residuals); McCullagh & Nelder (1989), Generalized Linear Models, 2nd ed., 9.2 (quasi-likelihood).
    """
    assumed = Spread(*ASSUMED)
    days = float(sum(_days_told(mean, count) for mean, count in past))
    if not days:
        return assumed
    mean = np.concatenate([part.ravel() for part, _ in past])
    count = np.concatenate([part.ravel() for _, part in past])
    told = ~np.isnan(mean) & ~np.isnan(count) & (mean > 0)
    mean, squares = mean[told], (count[told] - mean[told]) ** 2
    found = _least_squares(mean, squares)
    for _ in range(2):
        found = _least_squares(mean, np.minimum(squares, WILD * found.variance(mean)))
    belief = days / (days + PRIOR_DAYS)
    phi, tau = (belief * own + (1 - belief) * common for own, common in zip(_pair(found), ASSUMED, strict=True))
    return Spread(phi, tau)


def _pair(spread: Spread) -> tuple[float, float]:
    return spread.phi, spread.tau


def _days_told(mean: np.ndarray, count: np.ndarray) -> int:
    """Days of which some series has both a mean above 0 and a count."""
    told = ~np.isnan(mean) & ~np.isnan(count) & (mean > 0)
    return int(told.any(axis=(0, 2)).sum())


def _least_squares(mean: np.ndarray, squares: np.ndarray) -> Spread:
    """φ ≥ 1 and τ ≥ 0 that come nearest to squared errors, weighted by 1/μ²."""
    weight = 1 / np.maximum(mean, LEAST_MEAN) ** 2
    a, b, d = (float((weight * mean**power).sum()) for power in (2, 3, 4))
    e, f = float((weight * squares * mean).sum()), float((weight * squares * mean**2).sum())
    determinant = a * d - b * b
    phi = tau = -1.0
    if determinant > 1e-9 * a * d:
        phi, tau = (d * e - b * f) / determinant, (a * f - b * e) / determinant
    if tau < 0:
        phi, tau = e / a, 0.0
    if phi < 1:
        phi, tau = 1.0, max(0.0, (f - b) / d)
    return Spread(phi, tau)
