"""What could have been told: the chance that a fall is seen, and the smallest that is seen four times in five."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from transforms.meeting.signals.dispersion import Vector

POWER = 0.8
SIXTEEN, THIRTY_ONE = 0.16, 0.31
"""Falls that policing of places has had: at hot spots (Braga & Weisburd 2020), by Philadelphia's marked cars (Ratcliffe
2021)."""
FALLS = np.arange(1, 1000) / 1000

Power = Callable[[Vector], Vector]


@dataclass(frozen=True)
class Seen:
    """What could have been told, falls as shares.

    Attributes:
        least: Smallest fall that is told with 80 % power; None where none is.
        sixteen: Chance that one by 16 % is.
        thirty_one: Chance that one by 31 % is.
    """

    least: float | None
    sixteen: float
    thirty_one: float


def seen(power: Power) -> Seen:
    """What an estimator with this power could have told."""
    chances = power(FALLS)
    enough = np.flatnonzero(chances >= POWER)
    sixteen, thirty_one = power(np.array([SIXTEEN, THIRTY_ONE]))
    return Seen(float(FALLS[enough[0]]) if enough.size else None, float(sixteen), float(thirty_one))


def of_difference(expected: float, others: float, dispersion: float, limit: float) -> Power:
    """Power of a difference d·m: its variance is φ m(1 − d), of what is left, and that of the other counts.

    Args:
        expected: m, crimes without the deployment.
        others: Variance of what they are expected from.
        dispersion: φ.
        limit: Standard errors from which on an estimate is told.
    """

    def power(falls: Vector) -> Vector:
        error = np.sqrt(dispersion * expected * (1 - falls) + others)
        return _reached(falls * expected / error - limit)

    return power


def of_ratio(expected: float, others: float, dispersion: float, limit: float) -> Power:
    """Power of a ratio 1 − d: the variance of its logarithm is φ/(m(1 − d)) and that of the other counts.

    Args:
        expected: m, crimes without the deployment.
        others: Variance of the logarithm of what they are expected from.
        dispersion: φ.
        limit: Standard errors from which on an estimate is told.
    """

    def power(falls: Vector) -> Vector:
        error = np.sqrt(dispersion / (expected * (1 - falls)) + others)
        return _reached(-np.log1p(-falls) / error - limit)

    return power


def of_forecast(expected: float, lower: float, error: float, dispersion: float) -> Power:
    """Power of a count against a forecast's interval: the chance that it lies below its lower bound.

    Of the forecast's variance φ m is the count's own, which falls with it; the rest is of the level.

    Args:
        expected: m, mean of the forecast.
        lower: Bound below which a fall is told.
        error: Standard error of the forecast.
        dispersion: φ.
    """
    level = max(error**2 - dispersion * expected, 0.0)
    counts = min(dispersion * expected, error**2)

    def power(falls: Vector) -> Vector:
        left = 1 - falls
        return _reached((lower - left * expected) / np.sqrt(left**2 * level + left * counts))

    return power


def _reached(z: Vector) -> Vector:
    from scipy.special import ndtr

    return np.asarray(ndtr(z), dtype=np.float64)
