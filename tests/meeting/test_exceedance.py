"""The probability of exceeding a count against distributions whose answer is known."""

import pytest
from scipy import stats

from transforms.meeting.signals.exceedance import QUANTILES, probability_above


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
