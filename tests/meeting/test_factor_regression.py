"""The regression against statsmodels, what leaving out comes to against leaving out, and how often intervals hold."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import nbinom

from benchmarks.deployment.rate_ratios import RATIOS, simulated
from transforms.meeting.vulnerability.regression import (
    Data,
    bounds,
    chosen,
    fitted,
    left_out,
    log_probability,
    share_shrunk,
    standardised,
)
from transforms.meeting.vulnerability.tables import observed_over_expected


@pytest.fixture(scope="module")
def data() -> Data:
    return simulated(np.random.default_rng(3), 40, 0.2, 30.0).data


def test_without_a_ridge_it_is_that_of_statsmodels(data: Data) -> None:
    import statsmodels.api as sm

    fit = fitted(data)
    family = sm.families.NegativeBinomial(alpha=fit.alpha)
    theirs = sm.GLM(data.counts, data.design, family=family, offset=data.offset).fit(tol=1e-12, use_t=True)
    assert fit.coefficients == pytest.approx(theirs.params, rel=1e-6)
    assert np.sqrt(np.diag(fit.inverse)) == pytest.approx(theirs.bse, rel=1e-6)
    assert theirs.pearson_chi2 == pytest.approx(theirs.df_resid, rel=1e-6)  # what α solves
    lower, upper = bounds(fit)
    assert np.column_stack([lower, upper]) == pytest.approx(theirs.conf_int(), rel=1e-5)


def test_with_a_ridge_it_is_the_maximum_of_what_is_penalised(data: Data) -> None:
    fit = fitted(data, 16.0)
    size = 1 / fit.alpha

    def lost(beta: np.ndarray) -> float:
        means = np.exp(data.offset + data.design @ beta)
        return -nbinom.logpmf(data.counts, size, size / (size + means)).sum() + 8 * float((beta[1:] ** 2).sum())

    assert fit.coefficients == pytest.approx(minimize(lost, fit.coefficients * 0, tol=1e-10).x, abs=2e-5)
    bare = fitted(data, np.inf)
    assert not bare.coefficients[1:].any()
    assert fitted(data, 1e9).coefficients[1:] == pytest.approx(0, abs=1e-6)


def test_an_area_left_out_by_one_step_is_told_as_by_leaving_it_out(data: Data) -> None:
    import statsmodels.api as sm

    fit = fitted(data)
    family = sm.families.NegativeBinomial(alpha=fit.alpha)
    exact = []
    for area in range(len(data.counts)):
        rest = np.arange(len(data.counts)) != area
        found = sm.GLM(data.counts[rest], data.design[rest], family=family, offset=data.offset[rest]).fit()
        exact.append(np.exp(data.offset[area] + data.design[area] @ found.params))
    told = left_out(data, fit)
    assert np.abs(np.log(told.means / exact)).max() < 0.06
    assert told.likelihood.sum() == pytest.approx(
        log_probability(data.counts, np.array(exact), fit.alpha).sum(), rel=5e-3
    )


@pytest.mark.slow
def test_intervals_hold_planted_ratios_as_often_as_they_say_and_a_ridge_spares_error() -> None:
    """As benchmarks.deployment.rate_ratios prints of 200: here 40, of which 19 in 20 within three standard errors."""
    random, truth = np.random.default_rng(7), np.log(RATIOS)
    held, plain_error, shrunk_error, inside = [], [], [], []
    for _ in range(40):
        one = simulated(random, 40, 0.2, 100.0)
        plain, shrunk = chosen(one.data)
        lower, upper = bounds(plain)
        held.append((lower[1:] <= truth) & (truth <= upper[1:]))
        plain_error.append(plain.coefficients[1:] - truth)
        shrunk_error.append(shrunk.coefficients[1:] - truth)
        told = left_out(one.data, shrunk, plain)
        rows = zip(one.data.counts, told.means, told.errors, strict=True)
        ends = np.array([observed_over_expected(*row, 33) for row in rows])
        inside.append((ends[:, 0] <= one.surplus) & (one.surplus <= ends[:, 1]))
    assert 0.91 <= np.mean(held) <= 0.985
    assert 0.93 <= np.mean(inside) <= 0.995
    assert np.abs(np.mean(plain_error, axis=0)).max() < 3 * 0.2 / np.sqrt(40)
    assert np.square(shrunk_error).mean() < 0.8 * np.square(plain_error).mean()


def test_factors_that_say_nothing_are_drawn_to_nothing_and_strong_ones_hardly() -> None:
    random = np.random.default_rng(5)
    design = standardised(random.normal(size=(60, 5)))
    people = np.full(60, 1e4)

    def shrinkage(log_ratio: float) -> float:
        means = 200 * np.exp(design[:, 1:] @ np.full(5, log_ratio)) * random.gamma(50, 1 / 50, 60)
        return share_shrunk(*chosen(Data(random.poisson(means).astype(float), np.log(people), design)))

    assert shrinkage(0.0) > 0.6
    assert shrinkage(0.4) < 0.05


def test_a_count_over_what_was_expected_has_the_bounds_of_garwood() -> None:
    """Of ten: 4.795 and 18.390, of none 0 and 3.689 (Garwood 1936); an error of what is expected widens both."""
    assert observed_over_expected(10, 10.0, 0.0, 30) == pytest.approx((0.4795, 1.8390), abs=1e-4)
    assert observed_over_expected(0, 1.0, 0.0, 30) == pytest.approx((0, 3.6889), abs=1e-4)
    low, high = observed_over_expected(10, 10.0, 0.3, 30)
    assert low < 0.4795
    assert high > 1.8390
