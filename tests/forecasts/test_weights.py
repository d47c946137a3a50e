"""Weights whose order can be seen."""

import numpy as np
import pytest

from forecasts.weights import available_weights, learn_weights, weighted

NAN = float("nan")


def losses(*values: float, rows: int = 12) -> np.ndarray:
    return np.tile(np.array(values), (rows, 1))


def one_horizon(rows: int) -> np.ndarray:
    return np.ones(rows, dtype=int)


def test_without_errors_all_are_listened_to_alike() -> None:
    weights = learn_weights(np.empty((0, 4)), np.empty(0, dtype=int), 2, 1)
    assert np.array_equal(weights, np.full((2, 4), 0.25))


def test_who_was_right_is_listened_to_more_and_more_the_longer_the_record() -> None:
    short = learn_weights(losses(10, 9, 8, rows=2), one_horizon(2), 1, 1)[0]
    long = learn_weights(losses(10, 9, 8, rows=200), one_horizon(200), 1, 1)[0]
    assert long[2] > long[1] > long[0]
    assert 1 / 3 < short[2] < long[2]
    assert long.sum() == pytest.approx(1)
    # With a long record the weights are the tenth powers of the skills.
    assert long[2] / long[0] == pytest.approx((10 / 8) ** 10, rel=0.1)


def test_a_month_of_many_series_is_one_piece_of_evidence() -> None:
    one = learn_weights(losses(10, 8, rows=6), one_horizon(6), 1, 1)
    many = learn_weights(losses(10, 8, rows=600), one_horizon(600), 1, 100)
    assert np.allclose(one, many)


def test_horizons_lean_to_their_own_record() -> None:
    loss = np.vstack([losses(10, 8), losses(10, 12)])
    horizon = np.repeat([1, 2], 12)
    near, far = learn_weights(loss, horizon, 2, 1)
    assert near[1] > near[0]
    assert far[1] < far[0]


def test_a_candidate_is_compared_on_the_months_it_forecast() -> None:
    # The second was wrong exactly where the first was, and silent elsewhere: its skill is that of the first.
    loss = np.vstack([losses(30, 30), losses(10, NAN)])
    assert learn_weights(loss, one_horizon(24), 1, 1)[0] == pytest.approx([0.5, 0.5])


def test_a_candidate_that_always_failed_has_the_mean_of_the_others() -> None:
    weights = learn_weights(losses(10, 10, NAN), one_horizon(12), 1, 1)[0]
    assert weights == pytest.approx([1 / 3] * 3)


def test_the_weight_of_a_failed_candidate_goes_to_the_others() -> None:
    weights = np.array([[0.5, 0.3, 0.2]])
    means = np.array([[10.0, NAN, 20.0]])
    available = available_weights(weights, means)
    assert np.allclose(available, [[5 / 7, 0, 2 / 7]])
    assert weighted(available, means)[0] == pytest.approx(90 / 7)


def test_where_all_agree_the_combination_is_what_they_say() -> None:
    means = np.full((1, 3), 0.1 + 0.2)
    assert weighted(np.array([[0.2, 0.7, 0.1]]), means)[0] == 0.1 + 0.2
