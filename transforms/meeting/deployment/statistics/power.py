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
    """What could have been told, falls as shares of the treated area's own expected crimes.

    Attributes:
        least: Smallest fall that is told with 80 % power; None where none is.
        sixteen: Chance that one by 16 % is.
        thirty_one: Chance that one by 31 % is.
    """

    least: float | None
    sixteen: float
    thirty_one: float


def seen(power: Power, share: float = 1.0) -> Seen:
    """What an estimator with this power could have told of the treated area.

    Args:
        power: Of falls of all crimes the estimator looks at.
        share: The treated area's own expected crimes over these: a fall of the area by d moves them by d times it,
            and no more than all of them can go. So a net effect of a small area among large ones is never told.
    """
    chances = power(_of_all(FALLS, share))
    enough = np.flatnonzero(chances >= POWER)
    sixteen, thirty_one = power(_of_all(np.array([SIXTEEN, THIRTY_ONE]), share))
    return Seen(float(FALLS[enough[0]]) if enough.size else None, float(sixteen), float(thirty_one))


def _of_all(falls: Vector, share: float) -> Vector:
    return np.minimum(falls * share, FALLS[-1])


def of_difference(expected: float, others: float, dispersion: float, limit: float) -> Power:
    """Power of a difference: the chance of a count T so low that m − T is more than its limit times √(φT + v).

    The error is that of the count itself, so that a low count is told sooner than by the error of its mean: told
    is a count up to the root of that equation. Its own variance is φ m(1 − d); what the others' move the root adds.

    Args:
        expected: m, crimes without the deployment.
        others: v, variance of what they are expected from.
        dispersion: φ.
        limit: Standard errors from which on an estimate is told.
    """
    # (m − T)² = l²(φT + v), the lower root.
    half = expected + limit**2 * dispersion / 2
    root = half - np.sqrt(half**2 - expected**2 + limit**2 * others)
    if root < 0:
        return _never
    moved = 1 / (1 + limit * dispersion / (2 * np.sqrt(dispersion * root + others))) if root + others > 0 else 1.0
    return _up_to(root, expected, dispersion, others * moved**2)


def of_ratio(expected: float, others: float, dispersion: float, limit: float) -> Power:
    """Power of a ratio: the chance of a count T so low that ln(m/(T + φ/2)) is more than its limit times its error.

    That is √(φ/(T + φ/2) + v), as `log_rate_ratio` has it.

    Args:
        expected: m, crimes without the deployment.
        others: v, variance of the logarithm of what they are expected from.
        dispersion: φ.
        limit: Standard errors from which on an estimate is told.
    """
    from scipy.optimize import brentq

    def over(count: float) -> float:
        return float(np.log(expected / count) - limit * np.sqrt(dispersion / count + others))

    # Errors of logarithms grow without end where counts fall to none: what is told may end before.
    tried = expected * np.arange(1, 1000) / 1000
    told = [count for count in tried if over(float(count)) > 0]
    if not told:
        return _never
    root = float(brentq(over, told[-1], expected))
    moved = root / (1 - limit * dispersion / (2 * root * np.sqrt(dispersion / root + others)))
    return _up_to(root - dispersion / 2, expected, dispersion, others * moved**2)


def _up_to(root: float, expected: float, dispersion: float, others: float) -> Power:
    """The chance of a count up to a root that moves with what is expected."""

    def power(falls: Vector) -> Vector:
        left = expected * (1 - falls)
        return _reached((root - left) / np.sqrt(dispersion * left + others))

    return power


def _never(falls: Vector) -> Vector:
    return np.zeros(np.shape(falls))


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
