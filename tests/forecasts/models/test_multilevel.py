"""The multilevel process against a dense solution, planted answers and simulated counts."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from expectations.months import add_months
from forecasts.calendar import Calendar, standard_months
from forecasts.forecaster import Moments, Pool
from forecasts.models import FORECASTERS
from forecasts.models.multilevel import Curve, Multilevel, covariance_of, season_kernel, stepped
from forecasts.models.posterior import posterior
from forecasts.models.shifts import STEP, city_shift_scores, district_shift_scores, newest_shifts

FIRST = date(2016, 1, 1)
MONTHS = np.arange(1, 34)
CITY = Curve(0.012, 0.03, 6.0, 0.08).covariance(MONTHS, 1.0) + 0.02**2 * np.eye(33)
OWN = Curve(0.015, 0.06, 6.0, 0.025, trend=0.1).covariance(MONTHS, 1.0) + 1.0


def simulated(seed: int, levels: np.ndarray, months: int, dispersion: float = 1.3) -> tuple[np.ndarray, np.ndarray]:
    """Negative binomial counts around districts that walk about a common season, and their true means."""
    rng = np.random.default_rng(seed)
    city = np.cumsum(rng.normal(0, 0.012, months)) + 0.15 * np.sin(2 * np.pi * np.arange(months) / 12)
    own = np.cumsum(rng.normal(0, 0.015, (len(levels), months)), axis=1)
    lengths = standard_months([add_months(FIRST, step) for step in range(months)])
    mean = levels[:, None] * np.exp(city - city.mean() + own - own.mean(axis=1, keepdims=True)) * lengths
    return rng.negative_binomial(mean / (dispersion - 1), 1 / dispersion).astype(float), mean


def carried_on(counts: np.ndarray, horizon: int = 1, name: str = "multilevel") -> Moments:
    """Moments of the months after these counts."""
    names = tuple(f"{place:03}" for place in range(len(counts)))
    return FORECASTERS[name].forecast(Pool(names, FIRST, counts), horizon, Calendar())


def test_the_exact_solution_is_the_dense_one() -> None:
    rng = np.random.default_rng(1)
    districts, known = 4, 30
    data = rng.normal(0, 0.3, (districts, known))
    data[1, :7] = data[2, 20:22] = np.nan
    noise = rng.uniform(0.01, 0.05, (districts, known))
    fit = posterior(data, noise, CITY[:known, :known], OWN[:known, :known])
    mean, variance, shared = fit.predict(
        CITY[known:, :known], OWN[known:, :known], np.diag(CITY)[known:], np.diag(OWN)[known:]
    )
    here = ~np.isnan(data.ravel())
    every = np.kron(np.ones((districts, districts)), CITY) + np.kron(np.eye(districts), OWN)
    place = np.arange(districts * 33).reshape(districts, 33)
    seen, ahead = place[:, :known].ravel()[here], place[:, known:].ravel()
    inverse = np.linalg.inv(every[np.ix_(seen, seen)] + np.diag(noise.ravel()[here]))
    cross = every[np.ix_(ahead, seen)]
    whole = every[np.ix_(ahead, ahead)] - cross @ inverse @ cross.T
    assert np.allclose(mean.ravel(), cross @ inverse @ data.ravel()[here], rtol=0, atol=1e-12)
    assert np.allclose(variance.ravel(), np.diag(whole), rtol=0, atol=1e-12)
    for step in range(3):
        own = whole[step::3, step::3]
        assert shared[step] == pytest.approx((own.sum() - np.trace(own)) / 12, abs=1e-12)
    leverages = fit.leverages(np.arange(districts))
    assert np.allclose(leverages.ravel()[here], np.diag(inverse), rtol=0, atol=1e-10)
    np.testing.assert_allclose(fit.leverages(np.array([1, 3])), leverages[[1, 3]], rtol=1e-12)


def test_scores_of_a_step_are_those_of_the_dense_model() -> None:
    rng = np.random.default_rng(2)
    districts, months = 3, 33
    data = rng.normal(0, 0.1, (districts, months))
    data[1, :4] = np.nan
    noise = rng.uniform(0.02, 0.05, (districts, months))
    fit = posterior(data, noise, CITY, OWN)
    here = ~np.isnan(data)
    every = np.kron(np.ones((districts, districts)), CITY) + np.kron(np.eye(districts), OWN)
    inverse = np.linalg.inv(every[np.ix_(here.ravel(), here.ravel())] + np.diag(noise[here]))

    def score(step: np.ndarray) -> float:
        e = step[here]
        return float(e @ inverse @ data[here] / np.sqrt(e @ inverse @ e))

    since = np.arange(months) >= 20
    shared = score(np.broadcast_to(since, data.shape).astype(float))
    assert city_shift_scores(fit)[20] == pytest.approx(shared, rel=1e-9)
    for place in range(districts):
        step = np.zeros_like(data)
        step[place, since] = 1
        assert district_shift_scores(fit)[place, 20] == pytest.approx(score(step), rel=1e-9)


def test_one_covariance_for_all_districts_is_one_each_and_a_step_is_that_of_its_own_curve() -> None:
    rng = np.random.default_rng(3)
    data, noise = rng.normal(0, 0.2, (3, 33)), rng.uniform(0.01, 0.05, (3, 33))
    each = np.broadcast_to(OWN, (3, 33, 33))
    for name in ("inverse", "total", "root", "city", "own"):
        alike, apart = (getattr(posterior(data, noise, CITY, own), name) for own in (OWN, each))
        np.testing.assert_array_equal(alike, apart)
    assert stepped(CITY, OWN, {}, 3) == (CITY, OWN)
    city, own = stepped(CITY, OWN, {None: {30}, 1: {20, 25}}, 3)
    since = np.minimum(*np.indices((33, 33)))
    np.testing.assert_allclose(city - CITY, STEP**2 * (since >= 30), atol=1e-12)
    np.testing.assert_array_equal(own[[0, 2]], each[[0, 2]])
    np.testing.assert_allclose(own[1] - OWN, STEP**2 * ((since >= 20) + 1.0 * (since >= 25)), atol=1e-12)


def test_a_covariance_kept_for_many_months_is_that_of_fewer() -> None:
    curve = Curve(0.012, 0.03, 6.0, 0.08, trend=0.1)
    for months in (1, 33, 64, 65):
        made = curve.covariance(np.arange(1, months + 1), 0.6)
        np.testing.assert_allclose(covariance_of(curve, 0.6, months), made, rtol=1e-14)


def test_the_season_has_mean_zero_and_is_whole_at_no_distance() -> None:
    for smoothness in (0.6, 1.0):
        kernel = season_kernel(smoothness)
        assert kernel[0] == 1
        assert kernel.mean() == pytest.approx(0, abs=1e-15)


def test_planted_monthly_indices_are_recovered_within_two_per_cent() -> None:
    index = np.exp(0.15 * np.sin(2 * np.pi * np.arange(12) / 12))
    index /= index.mean()
    lengths = standard_months([add_months(FIRST, step) for step in range(132)])
    mean = np.linspace(80, 150, 12)[:, None] * np.tile(index, 11)[None, :] * lengths
    counts = np.random.default_rng(2).poisson(mean[:, :120]).astype(float)
    expected = carried_on(counts, 12).mean / lengths[120:]
    found = expected.sum(axis=0) / expected.sum(axis=0).mean()
    assert np.abs(found / index - 1).max() < 0.02


@pytest.mark.slow
def test_small_counts_are_neither_over_nor_underestimated() -> None:
    levels = np.repeat([0.5, 1.0, 2.0, 5.0, 12.0, 25.0], 6)
    forecast, truth = [], []
    for seed in range(100, 130):
        counts, mean = simulated(seed, levels, 75)
        forecast.append(carried_on(counts[:, :72], 3).mean)
        truth.append(mean[:, 72:])
    made, true = np.sum(forecast, axis=(0, 2)), np.sum(truth, axis=(0, 2))
    for level in np.unique(levels):
        of_level = levels == level
        assert made[of_level].sum() / true[of_level].sum() == pytest.approx(1.0, abs=0.05), level


def test_districts_err_together_by_what_the_city_may_still_do() -> None:
    counts, _ = simulated(3, np.full(5, 100.0), 72)
    moments = carried_on(counts, 3)
    assert np.all(np.diff(moments.shared) > 0)
    alone = np.log1p((moments.variance - 1.2 * moments.mean) / moments.mean**2)
    assert np.all((moments.shared > 0) & (moments.shared < alone.min(axis=0)))
    assert carried_on(counts[:1], 3).shared.tolist() == [0, 0, 0]


def test_a_level_that_changes_for_good_is_met_within_two_months_and_named() -> None:
    counts, mean = simulated(4, np.array([60.0, 90.0, 100.0, 140.0, 145.0]), 74, 1.2)
    counts[2, 70:] = np.round(counts[2, 70:] * 0.5)
    before, two = carried_on(counts[:, :70]), carried_on(counts[:, :72])
    assert before.notes == (None,) * 5
    assert two.notes[2] == f"level_changed({add_months(FIRST, 70):%Y-%m})"
    assert two.mean[2, 0] < 0.65 * mean[2, 72]


def test_a_change_that_is_registered_is_met_at_once() -> None:
    # From May 2021 on a new counting rule leaves half of every district; the register says so, not what it does.
    counts, mean = simulated(4, np.array([60.0, 90.0, 100.0, 140.0, 145.0]), 66, 1.2)
    since = add_months(FIRST, 64)
    counts[:, 64:] = np.round(counts[:, 64:] * 0.5)
    names = tuple("abcde")
    for district, places in ((None, [0, 1, 2, 3, 4]), ("c", [2])):
        told = Pool(names, FIRST, counts[:, :65], ((district, since),))
        known = FORECASTERS["multilevel"].forecast(told, 1, Calendar()).mean[places, 0]
        unknown = FORECASTERS["multilevel"].forecast(replace(told, changes=()), 1, Calendar()).mean[places, 0]
        truth = 0.5 * mean[places, 65]
        named = FORECASTERS["multilevel"].forecast(told, 1, Calendar()).notes[2]
        assert named is not None
        assert named.endswith(f"{since:%Y-%m})")
        assert np.abs(known / truth - 1).mean() < 0.3
        assert np.abs(known / truth - 1).mean() < np.abs(unknown / truth - 1).mean()


def test_a_level_that_changes_in_all_districts_is_met_within_two_months_in_whatever_order_they_stand() -> None:
    counts, mean = simulated(4, np.array([60.0, 90.0, 100.0, 140.0, 145.0]), 73, 1.2)
    counts[:, 70:] = np.round(counts[:, 70:] * 0.6)
    moments = carried_on(counts[:, :72])
    assert moments.notes == (f"level_changed({add_months(FIRST, 70):%Y-%m})",) * 5
    assert moments.mean[:, 0].sum() == pytest.approx(0.6 * mean[:, 72].sum(), rel=0.1)
    turned = carried_on(counts[::-1, :72])
    assert turned.notes == moments.notes
    assert turned.mean[::-1] == pytest.approx(moments.mean, rel=1e-9)


def test_one_wild_month_is_no_change_of_level() -> None:
    counts, mean = simulated(4, np.array([60.0, 90.0, 100.0, 140.0, 145.0]), 73, 1.2)
    counts[2, 71] *= 0.3
    moments = carried_on(counts[:, :72])
    assert moments.notes == (None,) * 5
    assert moments.mean[2, 0] == pytest.approx(mean[2, 72], rel=0.15)


@pytest.mark.slow
def test_levels_that_only_drift_are_rarely_said_to_have_changed() -> None:
    named = [note for seed in range(30) for note in carried_on(simulated(seed, np.full(10, 80.0), 72)[0]).notes if note]
    assert len(named) <= 6


def test_a_year_in_lockdown_leaves_the_season_standing() -> None:
    # Half the crimes are missing from March to May of the last year but one; the coming March must not miss them.
    lengths = standard_months([add_months(FIRST, step) for step in range(75)])
    truth = np.array([60.0, 90.0, 120.0, 140.0])[:, None] * lengths
    counts = np.random.default_rng(5).poisson(truth).astype(float)
    counts[:, 50:53] *= 0.5
    assert carried_on(counts[:, :74]).mean[:, 0] == pytest.approx(truth[:, 74], rel=0.1)


def test_a_calm_process_shows_no_shift_scores() -> None:
    data = np.zeros((3, 33))
    assert newest_shifts(posterior(data, np.full((3, 33), 0.02), CITY, OWN), np.ones(3, dtype=bool)) == []


def test_every_setting_is_a_setting_of_one_method() -> None:
    settings = [one for one in FORECASTERS.values() if isinstance(one, Multilevel)]
    assert len(settings) == 6
    assert {one.family for one in settings} == {"multilevel"}
    assert len({(one.city, one.district, one.smoothness) for one in settings}) == 6
