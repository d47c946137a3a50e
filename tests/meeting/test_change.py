"""z against the formula by hand, its size by simulation, and the tests it rests on against scipy and statsmodels."""

import numpy as np
import pytest
from scipy import stats

from transforms.meeting.signals.change import change_z, exact_z, false_discovery, two_sided_p
from transforms.meeting.signals.dispersion import shrunk_dispersion

KNOWN = np.array([np.inf])
"""Degrees of freedom of a φ that is known: z is normal."""


def z_of(count: float, mean: float, years: int, dispersion: float = 1.0) -> float:
    return float(change_z(*(np.array([float(value)]) for value in (count, mean, years, dispersion)))[0])


def test_z_is_the_formula():
    # 2(√144 − √100) / √(1 + 1/3) = 4 / 1.1547; with φ = 4 half of it.
    assert z_of(144, 100, 3) == pytest.approx(3.4641016)
    assert z_of(144, 100, 3, 4.0) == pytest.approx(1.7320508)
    # Incheon's "−9.7 %", 124 → 112: chance (z = −0.78 between two counts).
    assert z_of(112, 124, 1) == pytest.approx(-0.78, abs=0.005)
    assert z_of(100, 100, 3) == 0.0


def test_nothing_to_compare_gives_no_z():
    assert np.isnan(z_of(10, np.nan, 0))
    assert np.isnan(z_of(100, 100, 0))
    assert np.isnan(z_of(100, 100, 3, np.nan))
    assert np.isnan(z_of(-1, 100, 3))


@pytest.mark.parametrize(
    ("count", "before", "years"), [(6, 2, 1), (0, 9, 3), (9, 0, 3), (14, 30, 3), (3, 5, 2), (1, 3, 3)]
)
def test_small_counts_take_the_exact_conditional_test(count, before, years):
    share = 1 / (1 + years)
    tails = {
        side: stats.binomtest(count, count + before, share, alternative=side).pvalue for side in ("less", "greater")
    }
    expected = min(1.0, 2 * min(tails.values()))
    z = z_of(count, before / years, years)
    assert two_sided_p(np.array([z]), KNOWN)[0] == pytest.approx(expected, rel=1e-9)
    assert z == 0.0 or (z > 0) == (tails["greater"] < tails["less"])


@pytest.mark.slow
def test_small_counts_are_no_less_cautious_than_the_e_test():
    from statsmodels.stats.rates import test_poisson_2indep as poisson_2indep

    assert poisson_2indep(6, 1, 2, 1, method="etest").pvalue == pytest.approx(0.17487, abs=1e-5)
    for count in (0, 3, 9, 14):
        e_test = poisson_2indep(count, 1, 12, 3, method="etest").pvalue
        assert two_sided_p(np.array([z_of(count, 4, 3)]), KNOWN)[0] >= e_test - 1e-9


def test_p_is_that_of_students_t():
    """By published tables: 5 % two-sided at 2.042 with 30 degrees of freedom, 1 % at 3.169 with 10."""
    found = two_sided_p(np.array([2.042, -3.169, np.nan]), np.array([30.0, 10.0, 30.0]))
    assert found[:2] == pytest.approx([0.05, 0.01], rel=2e-3)
    assert np.isnan(found[2])


def test_nothing_before_and_nothing_now_is_no_change():
    assert z_of(0, 0, 3) == 0.0
    assert z_of(5, 0, 3) == pytest.approx(stats.norm.isf(0.25**5))


def test_the_exact_test_goes_on_between_whole_numbers():
    between = exact_z(np.array([11.0, 11.4, 12.0]), np.full(3, 5.0), np.full(3, 3.0))
    assert between[0] < between[1] < between[2]


def test_dispersion_widens_the_exact_test_too():
    assert z_of(12, 5, 3, 2.25) == pytest.approx(z_of(12, 5, 3) / 1.5)


@pytest.mark.parametrize("rate", [20, 57, 145])
def test_an_alert_fires_as_often_as_promised_when_nothing_changed(rate):
    draws = 400_000
    counts = np.random.default_rng(20240301).poisson(rate, (4, draws)).astype(float)
    z = change_z(counts[0], counts[1:].mean(axis=0), np.full(draws, 3.0), np.ones(draws))
    # Two-sided normal: 0.27 % and 4.55 %; the standard error of the first is 0.008 points here. At 20 half of the draws
    # fall under the exact test, which is cautious.
    assert (0.0015 if rate == 20 else 0.0025) < (np.abs(z) >= 3).mean() < 0.0036
    assert (0.030 if rate == 20 else 0.043) < (np.abs(z) >= 2).mean() < 0.048


def test_an_alert_fires_as_often_as_promised_under_overdispersion():
    rate, phi, draws = 97.0, 1.6, 400_000
    shape = rate / (phi - 1)
    generator = np.random.default_rng(20240302)
    counts = generator.poisson(generator.gamma(shape, phi - 1, (4, draws))).astype(float)
    years = np.full(draws, 3.0)
    corrected = change_z(counts[0], counts[1:].mean(axis=0), years, np.full(draws, phi))
    naive = change_z(counts[0], counts[1:].mean(axis=0), years, np.ones(draws))
    assert 0.0025 < (np.abs(corrected) >= 3).mean() < 0.0036
    assert (np.abs(naive) >= 3).mean() == pytest.approx(0.018, abs=0.002)


@pytest.mark.parametrize("rate", [2, 5, 10])
def test_small_counts_never_alert_more_often_than_promised(rate):
    draws = 200_000
    counts = np.random.default_rng(5).poisson(rate, (4, draws)).astype(float)
    z = change_z(counts[0], counts[1:].mean(axis=0), np.full(draws, 3.0), np.ones(draws))
    assert (np.abs(z) >= 3).mean() <= 0.0027


def test_false_discovery_is_benjamini_hochbergs():
    p = np.random.default_rng(3).uniform(size=50) ** 3
    np.testing.assert_allclose(false_discovery(p), stats.false_discovery_control(p), rtol=1e-12)
    # By hand: 0.01·3/1, 0.02·3/2, 0.9·3/3.
    np.testing.assert_allclose(false_discovery(np.array([0.9, 0.01, 0.02])), [0.9, 0.03, 0.03])


def test_rows_without_p_do_not_count_as_tests():
    p = np.array([0.02, np.nan, 0.01])
    np.testing.assert_allclose(false_discovery(p), [0.02, np.nan, 0.02])
    assert len(false_discovery(np.array([]))) == 0


def test_dispersion_is_drawn_towards_the_crime_types():
    # 24 comparisons: half its own, half the mean of 1 and 3.
    np.testing.assert_allclose(shrunk_dispersion(np.array([1.0, 3.0]), np.array([24.0, 24.0])), [1.5, 2.5])
    # A series of its own weighs n/(n + 24) = 3/5 at 36; one without takes the mean; none falls below 1.
    np.testing.assert_allclose(shrunk_dispersion(np.array([3.0, np.nan]), np.array([36.0, 0.0])), [3.0, 3.0])
    np.testing.assert_allclose(shrunk_dispersion(np.array([0.2, 0.4]), np.array([36.0, 36.0])), [1.0, 1.0])
    assert np.isnan(shrunk_dispersion(np.array([np.nan]), np.array([0.0]))).all()
