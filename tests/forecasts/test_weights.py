"""Weights whose order can be seen."""

import numpy as np
import pytest

from forecasts.weights import available_weights, learn_weights, weighted_means

ONE_GROUP = np.zeros(120, dtype=int)


def test_without_errors_all_are_listened_to_alike() -> None:
    weights = learn_weights(np.full((3, 4), 10.0), np.full(3, np.nan), np.zeros(3, dtype=int), 2)
    assert np.array_equal(weights, np.full((2, 4), 0.25))


def test_who_was_right_is_listened_to_more_and_more_the_longer_the_record() -> None:
    observed = np.full(120, 100.0)
    means = np.column_stack([observed + 40, observed + 20, observed])
    short = learn_weights(means[:6], observed[:6], ONE_GROUP[:6], 1)[0]
    long = learn_weights(means, observed, ONE_GROUP, 1)[0]
    assert long[2] > long[1] > long[0]
    assert 1 / 3 < short[2] < long[2]
    assert long.sum() == pytest.approx(1)


def test_groups_learn_apart() -> None:
    observed = np.full(120, 100.0)
    group = np.arange(120) % 2
    means = np.column_stack([observed + 20 * group, observed + 20 * (1 - group)])
    weights = learn_weights(means, observed, group, 2)
    assert weights[0, 0] > 0.9
    assert weights[1, 1] > 0.9


def test_a_candidate_is_compared_on_the_months_it_forecast() -> None:
    # The second was wrong exactly where the first was, and silent elsewhere: its skill is that of the first.
    observed = np.full(120, 100.0)
    first = observed + np.where(np.arange(120) < 60, 30.0, 0.0)
    second = np.where(np.arange(120) < 60, 130.0, np.nan)
    assert learn_weights(np.column_stack([first, second]), observed, ONE_GROUP, 1)[0].tolist() == [0.5, 0.5]


def test_the_weight_of_a_failed_candidate_goes_to_the_others() -> None:
    weights = np.array([[0.5, 0.3, 0.2]])
    means = np.array([[10.0, np.nan, 20.0]])
    available = available_weights(weights, means)
    assert np.allclose(available, [[5 / 7, 0, 2 / 7]])
    assert weighted_means(available, means)[0] == pytest.approx(90 / 7)


def test_where_all_agree_the_combination_is_what_they_say() -> None:
    means = np.full((1, 3), 0.1 + 0.2)
    assert weighted_means(np.array([[0.2, 0.7, 0.1]]), means)[0] == 0.1 + 0.2
