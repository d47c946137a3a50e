"""Decayed counts: every crime of the past counts exp(−age/τ), so that places fade and do not drop out."""

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np

from expectations.months import add_months, first_of_month
from forecasts.places.area import Vector
from forecasts.places.counted import Counted, day_number, first_day

MIDDAY = 0.5
"""A crime known by its day is as old as that day's middle."""


def decayed(crimes: Counted, squares: int, tau: float, origins: Sequence[date]) -> Iterator[Vector]:
    """For each origin, in order, every square's Σ incidents × exp(−age/τ) over the crimes before it; ages in days.

    One sum is carried from month to month, from that of the first crime on. Whatever other origins are asked for on
    the way, the same numbers are added in the same order: an origin alone gives the same bits.

    Args:
        crimes: of the area.
        squares: how many there are.
        tau: days after which a crime counts 1/e.
        origins: days, none before the one before it.
    """
    start = first_day(crimes)
    total = np.zeros(squares)
    at = None if start is None else first_of_month(start)
    for origin in origins:
        if at is None or origin <= at:
            yield np.zeros(squares)
            continue
        while add_months(at, 1) <= origin:
            total = _carried(total, crimes, tau, at, add_months(at, 1))
            at = add_months(at, 1)
        yield total if at == origin else _carried(total, crimes, tau, at, origin)


def _carried(total: Vector, crimes: Counted, tau: float, first: date, last: date) -> Vector:
    """The sum as it stands on one day, taken on to another with the crimes between."""
    own = crimes.between(first, last)
    age = day_number(last) - own.day - MIDDAY
    fresh = np.bincount(own.square, own.incidents * np.exp(-age / tau), minlength=len(total))
    return np.asarray(total * np.exp(-(last - first).days / tau) + fresh)


def exposure(span: float, tau: float) -> float:
    """Days of the past, decayed as its crimes are: ∫ exp(−t/τ) dt from 0 to `span`, τ(1 − exp(−span/τ))."""
    return float(-tau * np.expm1(-span / tau))
