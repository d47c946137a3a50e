"""Intervals of rates: those that were printed, those of statsmodels, and how often they hold what they should."""

import numpy as np
import polars as pl
import pytest
from scipy import stats

from transforms.meeting.rates.score_interval import Rate, difference_of, rate_of

PAIRS = [(0, 20), (1, 29), (15, 148), (81, 263), (17, 17), (18, 17), (700, 41)]


def rates(pairs: list[tuple[int, int]], *, is_share: bool, name: str = "") -> tuple[pl.DataFrame, Rate]:
    frame = pl.DataFrame(pairs, schema=[f"x{name}", f"n{name}"], orient="row")
    return frame, rate_of(pl.col(f"x{name}"), pl.col(f"n{name}"), is_share=pl.lit(is_share))


def bounds(pairs: list[tuple[int, int]], *, is_share: bool) -> list[tuple[float, float]]:
    frame, rate = rates(pairs, is_share=is_share)
    return frame.select(lower=rate.lower, upper=rate.upper).rows()


def test_shares_have_the_intervals_newcombe_printed() -> None:
    """Newcombe 1998, Statistics in Medicine 17:857, table I, method 3."""
    printed = [(0.2553, 0.3662), (0.0624, 0.1605), (0.0, 0.1611), (0.0061, 0.1718)]
    found = bounds([(81, 263), (15, 148), (0, 20), (1, 29)], is_share=True)
    assert np.array(found).round(4).tolist() == [list(pair) for pair in printed]


def test_intervals_are_those_of_statsmodels() -> None:
    from statsmodels.stats.proportion import proportion_confint
    from statsmodels.stats.rates import confint_poisson

    shares = [pair for pair in PAIRS if pair[0] <= pair[1]]
    wilson = [proportion_confint(x, n, method="wilson") for x, n in shares]
    assert bounds(shares, is_share=True) == [pytest.approx(pair, abs=1e-12) for pair in wilson]
    score = [confint_poisson(x, n, method="score") for x, n in PAIRS]
    assert bounds(PAIRS, is_share=False) == [pytest.approx(pair, abs=1e-12) for pair in score]
    beyond = [pair for pair in PAIRS if pair[0] > pair[1]]
    assert bounds(beyond, is_share=True) == bounds(beyond, is_share=False), "more than all of them is no share"


def test_differences_have_the_intervals_newcombe_printed_and_those_of_statsmodels() -> None:
    """Newcombe 1998, Statistics in Medicine 17:873, table II, method 10: 56/70 less 48/80."""
    from statsmodels.stats.proportion import confint_proportions_2indep
    from statsmodels.stats.rates import confint_poisson_2indep

    pairs = [(56, 70), (9, 10), (10, 10)], [(48, 80), (3, 10), (0, 20)]
    for is_share, theirs in (
        (True, lambda one, other: confint_proportions_2indep(*one, *other, method="newcomb", compare="diff")),
        (False, lambda one, other: confint_poisson_2indep(*one, *other, method="mover", compare="diff")),
    ):
        (first, now), (second, then) = (rates(two, is_share=is_share, name=f"{i}") for i, two in enumerate(pairs))
        apart = difference_of(now, then)
        found = pl.concat([first, second], how="horizontal").select(apart.lower, upper=apart.upper).rows()
        assert found == [pytest.approx(theirs(*two), abs=1e-12) for two in zip(*pairs, strict=True)]
        if is_share:
            assert np.round(found[0], 4).tolist() == [0.0524, 0.3339]


def test_nothing_to_divide_by_is_no_rate() -> None:
    assert bounds([(0, 0), (3, 0), (3, -2)], is_share=False) == [(None, None)] * 3


def coverage(n: int, own: float, earlier: float, *, is_share: bool) -> float:
    """How often the interval of a month's clearances holds their rate, reckoned from the chances of every count.

    Args:
        n: Crimes of the month.
        own: Share of them cleared in it.
        earlier: Clearances of earlier crimes a crime of the month, a Poisson count.
        is_share: How the interval takes them.
    """
    most = int(earlier * n + 10 * np.sqrt(earlier * n) + 20) if earlier else 0
    chances = np.convolve(
        stats.binom.pmf(np.arange(n + 1), n, own), stats.poisson.pmf(np.arange(most + 1), earlier * n)
    )
    inside = [
        low <= own + earlier <= high for low, high in bounds([(x, n) for x in range(len(chances))], is_share=is_share)
    ]
    return float(chances[inside].sum())


@pytest.mark.parametrize("n", [20, 60, 500])
def test_a_share_of_the_crimes_themselves_is_held_as_often_as_promised(n: int) -> None:
    held = [coverage(n, own, 0.0, is_share=True) for own in (0.3, 0.66, 0.9)]
    assert 0.93 < min(held) <= max(held) < 0.98


@pytest.mark.parametrize("n", [20, 60, 500])
def test_clearances_of_earlier_crimes_too_are_held_at_least_as_often_and_would_not_be_as_a_share(n: int) -> None:
    mixed = ((0.66, 0.0), (0.55, 0.11), (0.33, 0.33), (0.0, 0.66), (0.9, 0.15))
    assert min(coverage(n, *two, is_share=False) for two in mixed) > 0.94
    assert coverage(n, 0.33, 0.33, is_share=True) < 0.8


def test_where_nothing_changed_one_difference_in_twenty_is_told() -> None:
    """Of 60 crimes this year and 70 last year, each cleared with a chance of 0.66; over all pairs of counts."""
    now, then = 60, 70
    frame = pl.DataFrame({"x0": range(now + 1)}).join(pl.DataFrame({"x1": range(then + 1)}), how="cross")
    sides = (rate_of(pl.col(f"x{i}"), pl.lit(n), is_share=pl.lit(value=True)) for i, n in enumerate((now, then)))
    apart = difference_of(*sides)
    told = frame.select((apart.lower > 0) | (apart.upper < 0)).to_series().to_numpy()
    chance = np.outer(stats.binom.pmf(np.arange(now + 1), now, 0.66), stats.binom.pmf(np.arange(then + 1), then, 0.66))
    assert 0.04 < float(chance.ravel()[told].sum()) < 0.06
