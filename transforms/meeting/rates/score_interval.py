"""The 95 % interval of a rate of two counts, and of the difference of two rates."""

from statistics import NormalDist
from typing import NamedTuple

import polars as pl

Z = NormalDist().inv_cdf(0.975)


class Rate(NamedTuple):
    """A rate with its bounds, as expressions; null where a count is, or where there is nothing to divide by."""

    rate: pl.Expr
    lower: pl.Expr
    upper: pl.Expr


def rate_of(count: pl.Expr, of: pl.Expr, *, is_share: pl.Expr) -> Rate:
    """A count over what it is held against, with its score interval: the rates ρ within z standard errors of it.

    The interval solves (x − ρn)² = z² n ρ (1 − vρ).

    - v = 1, a share: x of the n themselves, each with the same chance (Wilson 1927, Journal of the American Statistical
      Association 22:209).
    - v = 0, otherwise: x is a Poisson count whose mean is ρn (the score interval of Barker 2002, The American
      Statistician 56:85). It may exceed 1. Where part of x are of the n and the rest are not, x varies less than a
      Poisson count, by n p² for their share p, so the interval holds at least what it says.

    Both take crimes to be cleared one by one: where one arrest clears a series, x varies more than this.

    Args:
        count: x, 0 or more.
        of: n; a count or an amount such as residents, 0 or less gives null.
        is_share: Whether x are of the n themselves; where x exceeds n they cannot be.
    """
    x, n = count.cast(pl.Float64), pl.when(of > 0).then(of.cast(pl.Float64))
    v = (is_share & (count <= of)).cast(pl.Float64)
    middle, reach = 2 * x + Z**2, Z * (Z**2 + 4 * x * (1 - v * x / n)).sqrt()
    scale = 2 * (n + v * Z**2)
    # At 0 the two terms cancel but for their last digit.
    return Rate(x / n, ((middle - reach) / scale).clip(lower_bound=0.0), (middle + reach) / scale)


def difference_of(now: Rate, then: Rate) -> Rate:
    """The difference of two independent rates; its bounds are recovered from those of the rates.

    Down it reaches √((r₁ − l₁)² + (u₂ − r₂)²), up √((u₁ − r₁)² + (r₂ − l₂)²) (Newcombe 1998, Statistics in Medicine
    17:873, method 10; of rates of any kind Zou & Donner 2008, Statistics in Medicine 27:1693).
    """
    apart = now.rate - then.rate
    down = ((now.rate - now.lower) ** 2 + (then.upper - then.rate) ** 2).sqrt()
    up = ((now.upper - now.rate) ** 2 + (then.rate - then.lower) ** 2).sqrt()
    return Rate(apart, apart - down, apart + up)
