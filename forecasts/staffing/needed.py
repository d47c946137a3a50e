"""Units hour by hour: the work that calls of several classes bring, the units it takes, and who waits for them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecasts.staffing.erlang import rate_nodes, rate_quantile, share_waiting, units_needed
from forecasts.staffing.offered_load import LAG_HOURS, ServiceTime, offered_load

LOWER, UPPER = 0.1, 0.9
"""Quantiles that bound 80 %."""
NORMAL = 1.2815515655446004
"""Standard deviations of a normal distribution from its middle to either."""


@dataclass(frozen=True)
class Work:
    """What the calls of one district bring, hour by hour (H).

    Attributes:
        calls: expected calls.
        load: busy units at the end of each minute (H × 60), the classes' loads added.
        minutes: mean service time of the hour's calls.
        mean_variance: relative variance of the mean service time, as it was measured on so many calls.
    """

    calls: np.ndarray
    load: np.ndarray
    minutes: np.ndarray
    mean_variance: float


def work_of(classes: Sequence[tuple[np.ndarray, ServiceTime]]) -> Work:
    """The work of classes of calls, each with its calls by the hour from LAG_HOURS before the first hour on.

    Loads add up because the calls of one class do not depend on those of another: each is a Poisson process.
    """
    told = [(calls, calls[LAG_HOURS:], service) for calls, service in classes]
    calls = sum((own for _, own, _ in told), np.zeros(1))
    minutes = sum((own * service.mean for _, own, service in told), np.zeros(1))
    load = sum((offered_load(whole, service) for whole, _, service in told), np.zeros((1, 1)))
    whole = float(minutes.sum())
    shares = [own.sum() * service.mean / whole if whole > 0 else 0.0 for _, own, service in told]
    variance = sum(share**2 * service.mean_variance for share, (_, _, service) in zip(shares, told, strict=True))
    overall = whole / calls.sum() if whole > 0 else told[0][2].mean
    with np.errstate(divide="ignore", invalid="ignore"):
        minutes = np.where(calls > 0, minutes / calls, overall)
    return Work(calls, load, minutes, float(variance))


def needed_by_hour(work: Work, spread: np.ndarray, wait_seconds: float, share: float) -> np.ndarray:
    """Fewest units of each hour for its highest load (H).

    Args:
        work: of the district.
        spread: relative variance of the rate of calls, one each hour; that of the mean service time is added to it.
        wait_seconds: how long a call may wait.
        share: of the calls that must not wait longer.
    """
    wait = wait_seconds / 60 / work.minutes
    return units_needed(work.load.max(axis=1), spread + work.mean_variance, wait, share)


def load_bounds(
    mean: np.ndarray, lower: np.ndarray, upper: np.ndarray, variance: float
) -> tuple[np.ndarray, np.ndarray]:
    """80 % bounds of a load over its mean, from those of the calls (mean, lower, upper) and of the mean service time.

    Half-widths on either side are added as the square root of their squares: the delta method for a product of two
    numbers that do not depend on one another.

    Reference: Casella & Berger (2002), Statistical Inference, 2nd ed., 5.5.4.
    """
    told = np.where(mean > 0, mean, 1.0)
    below = np.hypot(np.where(mean > 0, 1 - lower / told, 0.0), NORMAL * np.sqrt(variance))
    above = np.hypot(np.where(mean > 0, upper / told - 1, 0.0), NORMAL * np.sqrt(variance))
    return np.maximum(1 - below, 0.0), 1 + above


def waiting(
    work: Work, hours: np.ndarray, units: np.ndarray, spread: np.ndarray, wait_seconds: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Share of the calls of spans that wait longer, mean and 80 % bounds over the rate (one each span).

    Args:
        work: of the district.
        hours: which hours each span has (S × n).
        units: on duty in each of them.
        spread: relative variance of the rate of each span's calls (S).
        wait_seconds: longer than what.
    """
    variance = spread + work.mean_variance
    load, weight = work.load.mean(axis=1)[hours], work.calls[hours]
    weight = np.where(weight.sum(axis=1, keepdims=True) > 0, weight, 1.0)
    weight = weight / weight.sum(axis=1, keepdims=True)
    wait = wait_seconds / 60 / work.minutes[hours]
    rates, weights = rate_nodes(variance)
    by_rate = share_waiting(units[..., None], load[..., None] * rates[:, None, :], wait[..., None])
    mean = (weight * (by_rate * rates[:, None, :] * weights).sum(axis=2)).sum(axis=1)
    lower, upper = (
        (weight * share_waiting(units, load * rate_quantile(variance, p)[:, None], wait)).sum(axis=1)
        for p in (LOWER, UPPER)
    )
    return np.minimum(mean, 1.0), np.minimum(lower, 1.0), np.minimum(upper, 1.0)
