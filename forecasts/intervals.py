"""Distributions around means: how far counts have strayed from past forecasts, and the quantiles that follow."""

import math
from collections.abc import Callable

import numpy as np

LEVELS = (50, 80, 95)
"""Central intervals every forecast states, in per cent."""
QUANTILES = {"median": 0.5} | {
    f"{side}_{level}": 0.5 + sign * level / 200 for level in LEVELS for side, sign in (("lower", -1), ("upper", 1))
}
"""Quantile columns of a forecast and their probabilities."""
PROBABILITIES = np.array(list(QUANTILES.values()))
WIDER = 1.03
"""Of the 95 % interval: on the bench's panels it held 94.1 to 94.7 % without it, in a city not seen before 93.3 %."""
CAP = 4.0
"""Squared errors beyond so many variances count as so many: one wild month must not widen a year of intervals."""
CAPPED_MEAN = (
    math.erf(math.sqrt(CAP / 2))
    - math.sqrt(2 * CAP / math.pi) * math.exp(-CAP / 2)
    + CAP * math.erfc(math.sqrt(CAP / 2))
)
"""What the cap leaves of a normal error's mean square: E min(Z², CAP)."""
SPARSE, TRIED = 30.0, 60
"""Mean counts below which a variance is sought among so many."""
LEAST_MEAN = 1.0
"""Errors around smaller means tell nothing of the spread: nearly all are 0, and the rest lie beyond the cap."""
FEW = 5.0
"""Mean counts below which a continuous distribution no longer stands in for one of counts."""
POOL_ERRORS = 30.0
"""District months by which a model's own variance is believed beforehand."""
HORIZON_MONTHS = 24.0
SERIES_MONTHS = 72.0
"""Origins at which errors of one horizon, and of one series, count as much as all of the pool's."""


def widened(quantiles: np.ndarray) -> np.ndarray:
    """Quantiles at PROBABILITIES, those of the 95 % interval `WIDER` times as far from the median, as square roots go.

    The spread they rest on is itself estimated, which the middle of a distribution hardly shows and its ends do:
    Student's t against the normal (1908, Biometrika 6:1). Those below 0, which are parts of the count 0, stay.
    """
    made = quantiles.copy()
    names = list(QUANTILES)
    middle = np.sqrt(np.maximum(quantiles[:, names.index("median")], 0.0))
    for place in (names.index("lower_95"), names.index("upper_95")):
        root = np.sqrt(np.maximum(quantiles[:, place], 0.0))
        further = np.maximum(middle + WIDER * (root - middle), 0.0) ** 2
        made[:, place] = np.where(quantiles[:, place] > 0, further, quantiles[:, place])
    return made


def squared_errors(observed: np.ndarray, mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Squared errors in variances, capped; 1 on average for a normal error of just that variance. NaN where untold.

    Reference: Huber (1964), Robust estimation of a location parameter, Annals of Mathematical Statistics 35, 73-101,
    proposal 2.
    """
    told = (mean >= LEAST_MEAN) & (variance > 0)
    ratio = (observed - mean) ** 2 / np.where(told, variance, 1.0)
    return np.where(told, np.minimum(ratio, CAP) / CAPPED_MEAN, np.nan)


def variance_factors(
    errors: np.ndarray, series: np.ndarray, horizon: np.ndarray, districts: int, horizons: int
) -> np.ndarray:
    """What to multiply a pool's variances by, one row per series, one column per horizon; 1 without known errors.

    The pool's mean squared error, drawn to 1; times how much more or less the series errs, drawn to the pool; times how
    much more the horizon errs, drawn to the pool and never falling, because the further month is no surer.

    Args:
        errors: `squared_errors` of past forecasts, NaN where unknown.
        series: number of each one's series, 0 … districts − 1.
        horizon: each one's months ahead, 1 … horizons.
        districts: how many series.
        horizons: how many months ahead.
    """
    known = ~np.isnan(errors)
    if not known.any() or errors[known].mean() <= 0:
        return np.full((districts, horizons), POOL_ERRORS / (POOL_ERRORS + known.sum() / horizons))
    errors, series, horizon = errors[known], series[known], horizon[known] - 1
    mean = errors.mean()
    independent = len(errors) / horizons
    pooled = (POOL_ERRORS + independent * mean) / (POOL_ERRORS + independent)
    by_series = np.bincount(series, errors / mean, minlength=districts) / horizons
    months = np.bincount(series, minlength=districts) / horizons
    own = (by_series + SERIES_MONTHS) / (months + SERIES_MONTHS)
    by_horizon = np.bincount(horizon, errors / mean, minlength=horizons) / districts
    origins = np.bincount(horizon, minlength=horizons) / districts
    step = (by_horizon + HORIZON_MONTHS) / (origins + HORIZON_MONTHS)
    step = never_falling(step, origins + HORIZON_MONTHS)
    return pooled * own[:, None] * step[None, :]


def never_falling(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The nearest values, by weighted squares, none of which is below the one before it.

    Each is the largest, over where a stretch may begin before it, of the least mean of stretches that hold it.

    Reference: Robertson, Wright & Dykstra (1988), Order Restricted Statistical Inference, 1.4 (the min-max formulas).
    """
    total, weight = (np.append(0.0, np.cumsum(parts)) for parts in (values * weights, weights))
    made = np.empty_like(values)
    for place in range(len(values)):
        until = slice(place + 1, None)
        means = [(total[until] - total[first]) / (weight[until] - weight[first]) for first in range(place + 1)]
        made[place] = max(stretch.min() for stretch in means)
    return made


def quick_quantiles(mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Quantiles at PROBABILITIES to compare candidates by: of a gamma distribution, in closed form and nearly right.

    Counts around small means are too few and too skewed for that: theirs are `count_quantiles`.

    Reference: Wilson & Hilferty (1931), The distribution of chi-square, PNAS 17, 684-688.
    """
    from scipy.special import ndtri

    shape = np.maximum(mean, 1e-9) ** 2 / np.maximum(variance, 1e-12)
    cube_root = 1 - 1 / (9 * shape)[..., None] + ndtri(PROBABILITIES) / (3 * np.sqrt(shape))[..., None]
    quantiles = mean[..., None] * np.maximum(cube_root, 0.0) ** 3
    few = mean < FEW
    phi = variance[few] / np.maximum(mean[few], 1e-12)
    quantiles[few] = np.maximum(count_quantiles(mean[few], phi, PROBABILITIES), 0.0)
    return quantiles


def variance_of(mean: np.ndarray, quantiles: np.ndarray) -> np.ndarray:
    """The variance that quantiles at PROBABILITIES speak of: the squared slope of their line over a normal's.

    Skewness bends both halves alike and leaves the slope alone; below SPARSE, where a part of the counts is 0, the
    variance is the one whose quantiles of a count with that mean come nearest.

    Args:
        mean: of the counts (N).
        quantiles: one row each (N, 7); none below 0.

    Reference: David & Nagaraja (2003), Order Statistics, 3rd ed., 8.6 (linear estimators of scale).
    """
    from scipy.special import ndtri

    normal = ndtri(PROBABILITIES)
    variance = (quantiles @ normal / (normal @ normal)) ** 2
    for place in np.flatnonzero((mean < SPARSE) & (mean > 0)):
        tried = np.geomspace(1.0, 1.0 + 4.0 * mean[place] + 4.0, TRIED)
        told = np.maximum(count_quantiles(np.full(TRIED, mean[place]), tried, PROBABILITIES), 0.0)
        variance[place] = mean[place] * tried[np.argmin(np.sum((told - quantiles[place]) ** 2, axis=1))]
    return variance


def interval_losses(quantiles: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """The weighted interval score of quantiles at PROBABILITIES: twice the mean quantile loss."""
    missed = observed[..., None] - quantiles
    return 2 * np.mean(np.maximum(PROBABILITIES * missed, (PROBABILITIES - 1) * missed), axis=-1)


def count_quantiles(mean: np.ndarray, phi: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Quantiles of a count with this mean and variance φ × mean: one row per mean, one column per probability.

    Negative binomial (Poisson at φ ≤ 1), each count k spread evenly over k ± ½ so that quantiles are continuous. Those
    in the cell of count 0 lie between −½ and ½, so that averages of quantiles are right there as well; what is
    published is 0 in the place of what is below it.

    Reference: Hilbe (2011), Negative Binomial Regression, 2nd ed., 10.3 (the linear form, NB1).
    """
    quantiles = np.repeat(probabilities[None, :] - 0.5, len(mean), axis=0)  # a mean of 0 is count 0
    phi = np.broadcast_to(phi, mean.shape)
    plain, spread = (mean > 0) & (phi <= 1 + 1e-9), (mean > 0) & (phi > 1 + 1e-9)
    for rows, upto in ((plain, _poisson), (spread, _negative_binomial)):
        p = np.tile(probabilities, int(rows.sum()))
        m, f = (np.repeat(values[rows], len(probabilities)) for values in (mean, phi))
        whole, below, reached = _smallest_counts(upto, m, f, p)
        inside = (p - below) / np.maximum(reached - below, 1e-300)
        quantiles[rows] = (whole - 0.5 + np.clip(inside, 0.0, 1.0)).reshape(-1, len(probabilities))
    return quantiles


def _poisson(mean: np.ndarray, _: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Probability of no more than so many."""
    from scipy.special import gammaincc

    return gammaincc(count + 1, mean)


def _negative_binomial(mean: np.ndarray, phi: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Probability of no more than so many."""
    from scipy.special import betainc

    return betainc(mean / (phi - 1), count + 1, 1 / phi)


def _near(mean: np.ndarray, phi: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """A count near the quantile: a gamma's (see `quick_quantiles`), less what a count is less skewed than that.

    Reference of the second term: Cornish & Fisher (1938), Revue de l'Institut International de Statistique 5, 307-320.
    """
    from scipy.special import ndtri

    normal, shape = ndtri(probabilities), mean / phi
    cube_root = 1 - 1 / (9 * shape) + normal / (3 * np.sqrt(shape))
    return np.maximum(np.rint(mean * np.maximum(cube_root, 0.0) ** 3 - (normal**2 - 1) / 6), 0.0)


def _smallest_counts(
    upto: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray],
    mean: np.ndarray,
    phi: np.ndarray,
    probabilities: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The smallest count of each distribution whose cumulative probability reaches the one given.

    Sought from a count near it in steps that double, then by halves; mostly it is there at once.

    Args:
        upto: the probability of no more than a count, of distributions of these means and φ.
        mean: one each, above 0.
        phi: one each.
        probabilities: one each, above 0 and below 1.

    Returns:
        the counts, the probability of less, and of no more.
    """

    def reach(at: np.ndarray, count: np.ndarray) -> np.ndarray:
        return np.where(count < 0, 0.0, upto(mean[at], phi[at], np.maximum(count, 0.0)))

    everywhere = np.arange(len(mean))
    high = _near(mean, phi, probabilities)
    low = high - 1
    below, reached = reach(everywhere, low), reach(everywhere, high)
    step = 1.0
    while True:
        short, beyond = np.flatnonzero(reached < probabilities), np.flatnonzero(below >= probabilities)
        if not len(short) and not len(beyond):
            break
        low[short], below[short] = high[short], reached[short]
        high[short] += step
        reached[short] = reach(short, high[short])
        high[beyond], reached[beyond] = low[beyond], below[beyond]
        low[beyond] = np.maximum(low[beyond] - step, -1.0)
        below[beyond] = reach(beyond, low[beyond])
        step *= 2
    while len(wide := np.flatnonzero(high - low > 1)):
        middle = np.floor((low[wide] + high[wide]) / 2)
        probability = reach(wide, middle)
        enough = probability >= probabilities[wide]
        high[wide[enough]], reached[wide[enough]] = middle[enough], probability[enough]
        low[wide[~enough]], below[wide[~enough]] = middle[~enough], probability[~enough]
    return high, below, reached
