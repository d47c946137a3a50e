"""The probability of exceeding a count against distributions whose answer is known."""

import pytest
from scipy import stats

from transforms.meeting.signals.exceedance import QUANTILES, Scale, SparseScale, probability_above


@pytest.mark.parametrize("rate", [15, 60, 500])
@pytest.mark.parametrize("share", [0.8, 0.97, 1.0, 1.05, 1.3])
def test_it_is_close_to_the_counts_own_probability(rate, share):
    # Continuous quantiles of a Poisson month, as a forecaster would publish them.
    published = {name: float(stats.gamma.ppf(p, rate)) for name, p in QUANTILES.items()}
    count = round(rate * share)
    assert probability_above(count, published) == pytest.approx(stats.poisson.sf(count, rate), abs=0.03)


def test_at_a_quantile_it_is_what_the_quantile_says():
    published = dict(zip(QUANTILES, (4.5, 7.5, 9.5, 12.5, 15.5, 18.5, 22.5), strict=True))
    for (name, p), value in zip(QUANTILES.items(), published.values(), strict=True):
        assert probability_above(value - 0.5, published) == pytest.approx(1 - p), name


def test_it_falls_with_the_count_and_stays_a_probability():
    published = dict(zip(QUANTILES, (0.0, 0.0, 1.0, 2.5, 4.0, 6.0, 9.0), strict=True))
    found = [probability_above(count, published) for count in range(60)]
    assert found == sorted(found, reverse=True)
    assert 0 <= found[-1] < 0.001
    assert found[0] < 0.9


def test_a_forecast_of_one_value_lies_above_or_not():
    certain = dict.fromkeys(QUANTILES, 3.0)
    assert probability_above(2, certain) == 1.0
    assert probability_above(3, certain) == 0.0


def test_scores_and_counts_are_each_others_inverse():
    published = dict(zip(QUANTILES, (4.5, 7.5, 9.5, 12.5, 15.5, 18.5, 22.5), strict=True))
    scale = Scale.of(published)
    for name, p in QUANTILES.items():
        assert scale.score(published[name]) == pytest.approx(stats.norm.ppf(p))
        assert scale.count(stats.norm.ppf(p)) == pytest.approx(published[name])
    for count in (0.5, 3.0, 13.7, 40.0):
        assert scale.count(scale.score(count)) == pytest.approx(count)
        step = 1e-6
        slope = (scale.score((count**0.5 + step) ** 2) - scale.score(count)) / step
        assert scale.slope(count) == pytest.approx(slope, rel=1e-4)
    assert scale.count(-50.0) == 0.0


def test_a_forecast_of_one_value_is_as_sure_as_a_poisson_count():
    scale = Scale.of(dict.fromkeys(QUANTILES, 100.0))
    assert scale.score(121.0) == pytest.approx(2.0)
    assert scale.count(-2.0) == pytest.approx(81.0)


@pytest.mark.parametrize(("mean", "variance"), [(0.01, 0.01), (0.4, 0.5), (4.5, 7.2), (15.0, 15.0)])
def test_few_crimes_are_scored_by_their_own_distribution(mean, variance):
    """Mid-p against scipy's distributions, whole counts and both far ends."""
    phi = variance / mean
    law = stats.poisson(mean) if phi == 1 else stats.nbinom(mean / (phi - 1), 1 / phi)
    scale = SparseScale(mean, variance)
    for count in range(40):
        middle = law.cdf(count - 1) + law.pmf(count) / 2
        if 1e-12 < middle < 1 - 1e-9:
            assert scale.score(count) == pytest.approx(stats.norm.ppf(middle), abs=1e-5)
    assert scale.score(3.5) == pytest.approx((scale.score(3) + scale.score(4)) / 2)
    for count in (2.0, 5.5, 11.0):
        if abs(scale.score(count)) < 6:
            assert scale.count(scale.score(count)) == pytest.approx(count)
    assert scale.score(-2.0) == scale.score(0.0)
    assert scale.slope(4) == pytest.approx((scale.score(5) - scale.score(4)) / (5**0.5 - 2))


def test_one_crime_where_hardly_any_is_expected_is_as_rare_as_it_is():
    """A first crime at 0.02 a month comes in one month of fifty: no alert."""
    assert 2.2 < SparseScale(0.02, 0.02).score(1) < 2.6
    assert SparseScale.of({"foreseen": 0.0, "upper_80": 0.0}).score(0) == pytest.approx(0.0, abs=1e-5)
