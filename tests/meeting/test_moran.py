"""Moran's I of residuals against what PySAL's own tests expect, and rank correlations against scipy."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from tests.meeting import columbus
from transforms.meeting.vulnerability.moran import moran
from transforms.meeting.vulnerability.ranks import rank_correlation

TOUCHING = [[int(one) - 1 for one in near.split()] for near in columbus.TOUCHING]


def test_residuals_of_columbus_have_the_published_value() -> None:
    """Pysal's test_ols.py: I 0.22210940657867592, z 2.8393189345136847 (its p is of both sides)."""
    crime = np.array(columbus.CRIME)
    design = np.column_stack([np.ones(len(crime)), columbus.HOUSING, columbus.INCOME])
    left = crime - design @ np.linalg.lstsq(design, crime, rcond=None)[0]
    found = moran(left, design, TOUCHING)
    assert found is not None
    z = (found.i - found.expected) / found.variance**0.5
    assert (found.i, z) == pytest.approx((0.22210940657867592, 2.8393189345136847), rel=1e-10)
    assert found.p == pytest.approx(0.0045209944743344263 / 2, rel=1e-9)


def test_without_factors_its_mean_is_that_of_any_values_and_without_neighbours_there_is_none() -> None:
    crime = np.array(columbus.CRIME)
    found = moran(crime - crime.mean(), np.ones((49, 1)), TOUCHING)
    assert found is not None
    assert (found.i, found.expected) == pytest.approx((0.5001885571828611, -1 / 48))
    assert moran(crime - crime.mean(), np.ones((49, 1)), [[] for _ in crime]) is None


def test_ranks_are_those_of_scipy_with_the_interval_of_bonett_and_wright() -> None:
    first, second = np.array([1.0, 2, 2, 5, 9, 4, 8, 7]), np.array([2.0, 1, 3, 3, 8, 9, 7, 7])
    found = rank_correlation(first, second)
    assert found is not None
    assert found.value == pytest.approx(spearmanr(first, second).statistic)
    reach = 1.959964 * ((1 + found.value**2 / 2) / 5) ** 0.5
    assert np.arctanh([found.lower, found.upper]) == pytest.approx(np.arctanh(found.value) + reach * np.array([-1, 1]))
    # The same order throughout: ρ = 1, whose lower bound is that of the next value of five ranks, 0.9.
    same, next_to = (
        rank_correlation(np.arange(5.0), np.array(other)) for other in ([1.0, 2, 3, 4, 5], [2.0, 1, 3, 4, 5])
    )
    assert same is not None
    assert next_to is not None
    assert (same.value, same.upper, next_to.value) == pytest.approx((1, 1, 0.9))
    assert same.lower == pytest.approx(next_to.lower)
    assert rank_correlation(np.arange(4.0), np.arange(4.0)) is None
    assert rank_correlation(np.ones(9), np.arange(9.0)) is None
