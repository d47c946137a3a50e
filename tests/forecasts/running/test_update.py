"""A month's forecast met with its first days: against conjugate answers, simulations, and what cannot be otherwise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom

from forecasts.intervals import PROBABILITIES, count_quantiles, variance_of
from forecasts.running.update import (
    PRIOR_MONTHS,
    Prior,
    dispersion_of_days,
    month_quantiles,
    next_month,
    quantiles_of,
    updated,
)

ONE = 1.0
SIZES = st.floats(0.2, 5000)


def arrays(*values: float) -> list[np.ndarray]:
    return [np.array([value], float) for value in values]


@pytest.mark.parametrize(("mean", "spread", "so_far", "share"), [(100, 0.02, 63, 17 / 31), (7, 0.1, 1, 0.1)])
def test_independent_days_are_gamma_and_poisson(mean: float, spread: float, so_far: float, share: float) -> None:
    """With φ = 1 what is left is negative binomial with the gamma's own shape, as textbooks have it."""
    m, v, a, s = arrays(mean, mean + spread * mean**2, so_far, share)
    rest = updated(Prior(m, v), a, s, ONE)
    shape, rate = 1 / spread + so_far, 1 / (spread * mean) + share
    exact = nbinom(shape, rate / (rate + 1 - share))
    assert rest.rest_mean[0] == pytest.approx(exact.mean())
    assert rest.rest_variance[0] == pytest.approx(exact.var())
    whole = month_quantiles(a, rest)[0] - so_far
    assert np.abs(whole - exact.ppf(PROBABILITIES)).max() <= 0.5


def test_before_its_first_day_a_month_is_what_was_forecast() -> None:
    prior = Prior(*arrays(120, 700))
    rest = updated(prior, *arrays(0, 0), 1.4)
    assert (rest.rest_mean[0], rest.rest_variance[0]) == pytest.approx((120, 700))
    assert quantiles_of(prior) == pytest.approx(month_quantiles(np.zeros(1), rest))
    after = next_month(Prior(*arrays(90, 500)), prior, rest, 1.4)
    assert after.mean[0] == pytest.approx(90)


def test_after_its_last_day_it_is_the_count() -> None:
    rest = updated(Prior(*arrays(120, 700)), *arrays(88, 1), 1.4)
    assert month_quantiles(np.array([88.0]), rest).tolist() == [[88.0] * len(PROBABILITIES)]


def test_a_month_whose_reported_share_nobody_knows_is_its_forecast() -> None:
    rest = updated(Prior(*arrays(120, 700)), *arrays(30, 0.5), 1.4, unsure=1e6)
    assert (30 + rest.rest_mean[0], rest.rest_variance[0]) == pytest.approx((120, 700), rel=1e-6)
    assert rest.rate[0] == pytest.approx(120)


def test_months_of_which_an_unsure_share_is_reported_lie_in_their_intervals_as_often_as_is_said() -> None:
    """Counts drawn as they come to be: a month's rate, the pace of its reports, what is reported, and what is not."""
    rng = np.random.default_rng(5)
    mean, spread, share, pace = 150.0, 0.02, 0.45, 0.2
    rate = rng.gamma(1 / spread, spread * mean, 20_000)
    reported = np.clip(share * rng.gamma(pace**-2, pace**2, len(rate)), 0, 1)
    so_far = rng.poisson(reported * rate).astype(float)
    whole = so_far + rng.poisson((1 - reported) * rate)
    prior = Prior(np.full(len(rate), mean), np.full(len(rate), mean + spread * mean**2))
    held, missed = [], []
    for unsure in (0.0, pace):
        rest = updated(prior, so_far, np.full(len(rate), share), ONE, unsure)
        expected = so_far + rest.rest_mean
        held.append(float((np.abs(whole - expected) < 1.2816 * np.sqrt(rest.rest_variance)).mean()))
        missed.append(float(np.mean((whole - expected) ** 2)))
    assert held[0] < 0.66
    assert held[1] == pytest.approx(0.8, abs=0.02)
    assert missed[1] < 0.8 * missed[0]
    # No straight line of the count comes nearer.
    line = np.polynomial.Polynomial.fit(so_far, whole, 1)
    assert missed[1] < 1.03 * np.mean((whole - line(so_far)) ** 2)


@given(
    mean=SIZES,
    over=st.floats(0, 0.5),
    so_far=st.integers(0, 6000),
    share=st.floats(0, 1.4),
    phi=st.floats(1, 4),
    unsure=st.floats(0, 3),
)
def test_no_bound_is_below_what_is_counted_and_none_crosses(
    mean: float, over: float, so_far: int, share: float, phi: float, unsure: float
) -> None:
    prior = Prior(*arrays(mean, mean + over * mean**2))
    rest = updated(prior, *arrays(so_far, share), phi, unsure)
    quantiles = month_quantiles(np.array([float(so_far)]), rest)[0][np.argsort(PROBABILITIES)]
    assert quantiles[0] >= so_far
    assert (np.diff(quantiles) >= -1e-9).all()
    assert np.isfinite(quantiles).all()


def test_dispersion_is_one_where_days_are_independent_and_theirs_where_they_cluster() -> None:
    rng = np.random.default_rng(5)
    whole = rng.poisson(80, 20_000).astype(float)
    share = np.full(len(whole), 10 / 31)
    binomial = rng.binomial(whole.astype(int), share).astype(float)
    assert dispersion_of_days(binomial, whole, share) == pytest.approx(1.0, abs=0.04)
    # Incidents come in threes: every count is three times a binomial's, its variance three times as large.
    threes = 3.0 * rng.binomial(whole.astype(int), share)
    assert dispersion_of_days(threes, 3 * whole, share) == pytest.approx(3.0, rel=0.05)


def test_few_months_are_believed_little_and_a_dispersion_is_never_below_one() -> None:
    far = dispersion_of_days(*(np.array([value]) for value in (60.0, 80.0, 0.25)))
    assert far == pytest.approx((40**2 / (80 * 0.25 * 0.75) + PRIOR_MONTHS) / (1 + PRIOR_MONTHS))
    assert dispersion_of_days(np.full(500, 20.0), np.full(500, 80.0), np.full(500, 0.25)) == 1.0
    nothing = np.array([])
    assert dispersion_of_days(nothing, nothing, nothing) == 1.0


@pytest.mark.parametrize("day", [3, 17])
@pytest.mark.parametrize("mean", [6.0, 97.0])
def test_intervals_hold_what_they_say(mean: float, day: int) -> None:
    """Rates drawn around the forecast, days drawn around the rates: 4,000 months."""
    rng = np.random.default_rng(7)
    spread, share, size = 0.03, day / 30, 4_000
    rate = rng.gamma(1 / spread, spread * mean, size)
    counted, left = rng.poisson(rate * share), rng.poisson(rate * (1 - share))
    prior = Prior(np.full(size, mean), np.full(size, mean + spread * mean**2))
    rest = updated(prior, counted.astype(float), np.full(size, share), ONE)
    quantiles = month_quantiles(counted.astype(float), rest)
    # A count k is spread over k ± ½, so a jittered one is held as often as said.
    whole = counted + left + rng.uniform(-0.5, 0.5, size)
    for place, probability in enumerate(PROBABILITIES):
        floor = counted + 1e-9  # bounds end at what is counted, below which no jitter has a meaning
        below = np.maximum(whole, floor) <= np.maximum(quantiles[:, place], floor)
        assert below.mean() == pytest.approx(probability, abs=0.025), probability


def test_a_surprising_month_moves_the_next_one_by_less() -> None:
    this = Prior(*arrays(100, 100 + 0.02 * 100**2))
    high = updated(this, *arrays(90, 17 / 31), ONE)
    later = Prior(*arrays(110, 110 + 0.03 * 110**2))
    moved = next_month(later, this, high, ONE)
    assert 1 < moved.mean[0] / later.mean[0] < high.rate[0] / this.mean[0]
    assert moved.variance[0] / moved.mean[0] ** 2 < later.variance[0] / later.mean[0] ** 2


@given(mean=st.floats(30, 5000), phi=st.floats(1, 6))
def test_quantiles_tell_the_variance_they_were_made_of(mean: float, phi: float) -> None:
    quantiles = count_quantiles(np.array([mean]), np.array([phi]), PROBABILITIES)
    assert variance_of(np.array([mean]), quantiles)[0] == pytest.approx(phi * mean, rel=0.06)


@pytest.mark.parametrize("mean", [0.3, 1.0, 2.0, 5.0, 12.0])
@pytest.mark.parametrize("spread", [0.05, 0.3])
def test_of_small_counts_too(mean: float, spread: float) -> None:
    """Though what lies below 0 is published as 0."""
    quantiles = np.maximum(count_quantiles(np.array([mean]), np.array([1 + spread * mean]), PROBABILITIES), 0.0)
    assert variance_of(np.array([mean]), quantiles)[0] == pytest.approx(mean + spread * mean**2, rel=0.05)
