"""The published formulas, what could be seen with them, and how an estimate stands among placebos."""

import numpy as np
import pytest
from scipy.stats import nbinom

from transforms.meeting.deployment.statistics.formulas import log_rate_ratio, weighted_displacement_difference
from transforms.meeting.deployment.statistics.placebo import NORMAL, placebo
from transforms.meeting.deployment.statistics.power import of_difference, of_forecast, of_ratio, seen


def test_the_weighted_displacement_difference_is_the_published_one() -> None:
    """Wheeler & Ratcliffe 2018: control 20 to 20, treated 20 to 10 is −10 ± 8.3666, z −1.195."""
    ones, signs = np.ones(2), np.array([1.0, -1.0])
    counts = np.array([20.0, 20.0]), np.array([10.0, 20.0])
    estimate, error = weighted_displacement_difference(*counts, ones, ones, signs, 1.0)
    assert (float(estimate), round(float(error), 4), round(float(estimate / error), 3)) == (-10.0, 8.3666, -1.195)
    _, wider = weighted_displacement_difference(*counts, ones, ones, signs, 1.6)
    assert wider == pytest.approx(error * np.sqrt(1.6))


@pytest.mark.filterwarnings("ignore:Perfect separation")
def test_the_rate_ratio_is_the_interaction_of_a_poisson_regression() -> None:
    """Of the four counts, φ/2 added to each."""
    import statsmodels.api as sm

    counts, phi = np.array([120.0, 70.0, 400.0, 380.0]), 1.6
    design = np.array([[1, 0, 0, 0], [1, 0, 1, 0], [1, 1, 0, 0], [1, 1, 1, 0]], float)
    design[:, 3] = (1 - design[:, 1]) * design[:, 2]
    fit = sm.Poisson(counts + phi / 2, design).fit(disp=0)
    estimate, error = log_rate_ratio((counts[:1], counts[1:2]), (counts[2:3], counts[3:]), phi)
    assert (estimate[0], error[0]) == (pytest.approx(fit.params[3]), pytest.approx(fit.bse[3] * np.sqrt(phi)))
    assert np.isnan(log_rate_ratio((np.zeros(1), counts[:1]), (counts[:1], counts[:1]), phi)[0]).all()


@pytest.mark.parametrize(("mean", "phi"), [(20, 1.6), (100, 1.6), (50, 3.0)])
def test_the_rate_ratio_lies_neither_high_nor_low(mean: int, phi: float) -> None:
    """Its mean and variance over all counts the negative binomial law gives; the plain logarithm lies φ/2m low."""
    counts = np.arange(1, 12 * mean)
    chance = nbinom.pmf(counts, mean / (phi - 1), 1 / phi)
    many = np.full(counts.shape, 1e9)
    estimate, error = log_rate_ratio((many * mean, counts), (many, many), phi)
    off = float(chance @ (estimate + np.log(1e9)))
    assert abs(off) < 0.001 < phi / (2 * mean) / 4
    assert float(chance @ error**2) == pytest.approx(float(chance @ (estimate + np.log(1e9) - off) ** 2), rel=0.05)


@pytest.mark.parametrize("estimator", ["difference", "ratio", "forecast"])
def test_power_is_how_often_a_fall_is_told(estimator: str) -> None:
    """Of 40,000 gamma–Poisson counts of mean 200(1 − d) and φ 1.6, against an expectation of standard error 8."""
    rng = np.random.default_rng(5)
    phi, mean, error, draws = 1.6, 200.0, 8.0, 40_000
    for fall, place in ((0.16, "sixteen"), (0.31, "thirty_one")):
        expected = mean + error * rng.standard_normal(draws)
        left = (1 - fall) * (expected if estimator == "forecast" else np.full(draws, mean))
        counts = rng.negative_binomial(left / (phi - 1), 1 / phi)
        if estimator == "difference":
            told = expected - counts > NORMAL * np.sqrt(phi * counts + error**2)
            power = of_difference(mean, error**2, phi, NORMAL)
        elif estimator == "ratio":
            most = counts + phi / 2
            told = np.log(expected / most) > NORMAL * np.sqrt(phi / most + (error / mean) ** 2)
            power = of_ratio(mean, (error / mean) ** 2, phi, NORMAL)
        else:
            whole = np.sqrt(phi * mean + error**2)
            told = counts < mean - NORMAL * whole
            power = of_forecast(mean, mean - NORMAL * whole, whole, phi)
        assert getattr(seen(power), place) == pytest.approx(told.mean(), abs=0.015)
    least = seen(power).least
    assert least is not None
    assert power(np.array([least - 0.001, least]))[0] < 0.8 <= power(np.array([least]))[0]


def test_power_of_a_net_effect_is_how_often_a_fall_of_the_area_alone_is_told() -> None:
    """Of 40,000 areas of 600 crimes with 300 beside them, and as many of 60 with 540, φ 1.6, expected to ± 12."""
    rng = np.random.default_rng(7)
    phi, error, draws = 1.6, 12.0, 40_000
    for own, beside in ((600.0, 300.0), (60.0, 540.0)):
        power = of_difference(own + beside, error**2, phi, NORMAL)
        could = seen(power, own / (own + beside))
        for fall, of in ((0.16, could.sixteen), (0.31, could.thirty_one)):
            means = np.array([[own * (1 - fall)], [beside]])
            counts = rng.negative_binomial(means / (phi - 1), 1 / phi, size=(2, draws)).sum(axis=0)
            expected = own + beside + error * rng.standard_normal(draws)
            told = expected - counts > NORMAL * np.sqrt(phi * counts + error**2)
            assert of == pytest.approx(told.mean(), abs=0.015)
        whole = seen(power).least
        assert whole is not None
        assert could.least == (None if own == 60.0 else pytest.approx(whole * 1.5, abs=0.001))


def test_a_fall_that_is_never_seen_has_no_least() -> None:
    assert seen(of_difference(5.0, 10.0, 1.6, NORMAL)).least is None
    assert seen(of_ratio(5.0, 0.1, 1.6, NORMAL)).least is None


def test_placebos_hold_the_next_of_their_kind_95_times_in_100() -> None:
    """Whatever their distribution: of Student's t with three degrees of freedom the normal limit holds 86 in 100."""
    rng = np.random.default_rng(3)
    draws = rng.standard_t(3, size=(4000, 61))
    found = [placebo(float(row[0]), row[1:]) for row in draws]
    inside = np.mean([abs(row[0]) < of.limit for row, of in zip(draws, found, strict=True)])
    assert inside == pytest.approx(0.951, abs=0.01)
    beyond = [abs(row[0]) >= of.limit for row, of in zip(draws, found, strict=True)]
    assert [of.p <= 0.05 + 1e-12 for of, out in zip(found, beyond, strict=True) if out] == [True] * sum(beyond)


def test_too_few_placebos_widen_nothing() -> None:
    of = placebo(-3.0, np.array([4.0, -5.0, 1.0, np.nan]))
    assert (of.rank, of.n, of.p, of.limit) == (3, 3, 0.75, NORMAL)
