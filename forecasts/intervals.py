"""Distributions around means: how far counts have strayed from past forecasts, and the quantiles that follow."""

import numpy as np
import polars as pl

LEVELS = (50, 80, 95)
"""Central intervals every forecast states, in per cent."""
QUANTILES = {"median": 0.5} | {
    f"{side}_{level}": 0.5 + sign * level / 200 for level in LEVELS for side, sign in (("lower", -1), ("upper", 1))
}
"""Quantile columns of a forecast and their probabilities."""
ASSUMED_DISPERSION = 2.0
"""Variance over mean before any error is known; districts at Gwangju's counts showed 1.6, whole boroughs 3.4."""
PRIOR_ERRORS = 12.0
"""Errors the assumption is worth, and the pull of each horizon towards all horizons together."""
LEAST_MEAN = 0.5
"""Squared errors are divided by no less: one count where 0.01 was expected must not read as a dispersion of 100."""
SERIES_ERRORS = 36.0
"""Errors at which a series' own dispersion counts as much as its crime type's: a year of origins three months ahead."""


def with_quantiles(future: pl.DataFrame, past: pl.DataFrame, group: list[str], series: list[str]) -> pl.DataFrame:
    """The future rows with a median and central intervals, from the errors of the past rows.

    Variance = φ × mean. φ of a series is its mean squared past error over the mean, drawn to that of its group,
    multiplied by how much errors grow with the horizon in the group, and never below 1 (Poisson).

    Args:
        future: the keys, horizon and mean.
        past: the keys, horizon, mean and observed: forecasts made before the origin for months known at it, in a
            fixed order; empty where there are none.
        group: key columns within which errors are pooled.
        series: key columns of one series, the group's among them.

    Returns:
        future with median, lower_50, upper_50, …, never negative, never crossing.
    """
    phi = dispersions(future, past, group, series)
    values = count_quantiles(future["mean"].to_numpy(), phi, np.array(list(QUANTILES.values())))
    return future.with_columns(pl.Series(name, values[:, place]) for place, name in enumerate(QUANTILES))


def dispersions(future: pl.DataFrame, past: pl.DataFrame, group: list[str], series: list[str]) -> np.ndarray:
    """Variance over mean for each future row; see `with_quantiles`.

    Reference: the quasi-Poisson moment estimator, McCullagh & Nelder (1989), Generalized Linear Models, 6.2.
    """
    past = past.filter(pl.col("observed").is_not_null()).with_columns(
        error=(pl.col("observed") - pl.col("mean")) ** 2 / pl.max_horizontal("mean", pl.lit(LEAST_MEAN))
    )
    of_group = past.partition_by(group, as_dict=True)
    of_series = {key: rows["error"].to_numpy() for key, rows in past.partition_by(series, as_dict=True).items()}
    pooled = {key: _pooled(rows["error"].to_numpy()) for key, rows in of_group.items()}
    horizons = max(future["horizon"].to_list(), default=0)
    growth = {key: _growth(rows, horizons) for key, rows in of_group.items()}
    phi = np.empty(future.height)
    for row, key, group_key, horizon in zip(
        range(future.height),
        future.select(series).rows(),
        future.select(group).rows(),
        future["horizon"],
        strict=True,
    ):
        common = pooled.get(group_key, ASSUMED_DISPERSION)
        own = of_series.get(key, np.empty(0))
        share = len(own) / (len(own) + SERIES_ERRORS)
        blend = share * (own.mean() if len(own) else 0.0) + (1 - share) * common
        grown = growth[group_key][horizon - 1] if group_key in growth else 1.0
        phi[row] = max(1.0, blend * grown)
    return phi


def _pooled(errors: np.ndarray) -> float:
    """The group's dispersion, the assumed one counting as a few errors more."""
    return float((errors.sum() + PRIOR_ERRORS * ASSUMED_DISPERSION) / (len(errors) + PRIOR_ERRORS))


def _growth(rows: pl.DataFrame, horizons: int) -> np.ndarray:
    """Factor of each horizon on the group's dispersion: never falling, because the further month is no surer."""
    from scipy.optimize import isotonic_regression

    errors, steps = rows["error"].to_numpy(), rows["horizon"].to_numpy()
    factor, known = np.ones(horizons), np.full(horizons, PRIOR_ERRORS)
    if not errors.any():
        return factor
    for step in range(1, horizons + 1):
        own = errors[steps == step]
        factor[step - 1] = (own.sum() / errors.mean() + PRIOR_ERRORS) / (len(own) + PRIOR_ERRORS)
        known[step - 1] += len(own)
    return np.asarray(isotonic_regression(factor, weights=known).x)


def count_quantiles(mean: np.ndarray, phi: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Quantiles of a count with this mean and variance φ × mean: one row per mean, one column per probability.

    Negative binomial (Poisson at φ = 1), each count k spread evenly over k ± ½ so that quantiles are continuous, and
    what falls below zero put at zero. A mean of zero has all quantiles at zero.

    Reference: Hilbe (2011), Negative Binomial Regression, 2nd ed., 10.3 (the linear form, NB1).
    """
    from scipy.stats import nbinom, poisson

    quantiles = np.zeros((len(mean), len(probabilities)))
    plain, spread = (mean > 0) & (phi <= 1 + 1e-9), (mean > 0) & (phi > 1 + 1e-9)
    for rows in (plain, spread):
        if not rows.any():
            continue
        m, f = mean[rows, None], phi[rows, None]
        counts = poisson(m) if rows is plain else nbinom(m / (f - 1), 1 / f)
        whole = counts.ppf(probabilities[None, :])
        below = np.where(whole > 0, counts.cdf(whole - 1), 0.0)
        inside = (probabilities[None, :] - below) / np.maximum(counts.pmf(whole), 1e-300)
        quantiles[rows] = whole - 0.5 + np.clip(inside, 0.0, 1.0)
    return np.maximum(quantiles, 0.0)
