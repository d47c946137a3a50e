"""How a series' calls lie in the week: its own weekdays and slots, drawn to those of its class."""

import numpy as np

from forecasts.demand.days import Days, weekdays

HALF_LIFE = 364.0
"""Days after which a day tells half as much: habits of a week last for years, and a year evens the seasons out."""
PRIOR_CALLS = 2000.0
"""Calls by which the week of the class is believed beforehand: gains 3 % with 91 days of history, next to nothing with
a year (demand.md of the bench)."""


def week_shares(days: Days, ordinary: np.ndarray) -> np.ndarray:
    """w: share of a week's calls by weekday and slot, series × 7 × slots, each series adding up to one.

    w = (A + κC)/(ΣA + κ): A the series' counts, forgotten by half in HALF_LIFE, each weekday divided by its weighted
    number of known days, scaled to the weighted number of calls; C the class' shares, the weeks of all its series
    together; κ = PRIOR_CALLS. A weekday a series knows no day of has the class' share, one that nobody knows the mean
    of those known.

    Args:
        days: what is known.
        ordinary: whether a day is like others of its weekday, by day: only such are learned from.

    Reference: empirical Bayes with a Dirichlet prior: Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., 3.4; the
    weights: Brown (1963), Smoothing, Forecasting and Prediction of Discrete Time Series, ch. 7.
    """
    rates, calls = _weighted(days, ordinary)
    made = np.empty_like(rates)
    for number in range(len(days.classes)):
        own = days.class_of == number
        common = _class_week(rates[own])
        for series in np.flatnonzero(own):
            week = np.where(np.isnan(rates[series]), common * _level(rates[series], common), rates[series])
            total = week.sum()
            alone = week / total if total > 0 else common
            belief = calls[series] / (calls[series] + PRIOR_CALLS)
            made[series] = belief * alone + (1 - belief) * common
    return made


def _weighted(days: Days, ordinary: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Calls a day by weekday and slot, NaN where no such day is known; and the weighted number of calls."""
    counts = np.nan_to_num(days.counts)
    age = days.length - np.arange(days.length)
    learned = (days.known & ordinary[None, :]) * 0.5 ** (age / HALF_LIFE)[None, :]
    on = weekdays(days.first, days.length)
    rates = np.empty((len(days.keys), 7, days.slots))
    calls = np.zeros(len(days.keys))
    for weekday in range(7):
        such = on == weekday
        weight = learned[:, such]
        total = weight.sum(axis=1)
        summed = np.einsum("sd,sdk->sk", weight, counts[:, such])
        with np.errstate(invalid="ignore", divide="ignore"):
            rates[:, weekday] = np.where(total[:, None] > 0, summed / total[:, None], np.nan)
        calls += summed.sum(axis=1)
    return rates, calls


def _class_week(rates: np.ndarray) -> np.ndarray:
    """C: the week of series together, adding up to one."""
    whole = ~np.isnan(rates).any(axis=(1, 2))
    week = rates[whole].sum(axis=0) if whole.any() else np.nansum(rates, axis=0)
    if not whole.any():  # less than a week is known: weekdays without a day are like the mean of the others
        told = (~np.isnan(rates[:, :, 0])).any(axis=0)
        week[~told] = week[told].mean(axis=0) if told.any() else 1.0
    total = week.sum()
    return week / total if total > 0 else np.full(week.shape, 1 / week.size)


def _level(rates: np.ndarray, common: np.ndarray) -> float:
    """What a week of the class is to be multiplied by, to stand for weekdays the series does not know."""
    told = ~np.isnan(rates)
    expected = common[told].sum()
    return float(rates[told].sum() / expected) if expected > 0 else 0.0
