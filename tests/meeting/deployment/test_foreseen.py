"""Forecasts of months, brought to the days of a deployment."""

from datetime import date

import numpy as np
import pytest
from scipy.stats import nbinom

from transforms.meeting.deployment.foreseen import foreseen, shares


def months(means: list[float], variances: list[float]) -> dict[str, np.ndarray]:
    """Normal forecasts of months."""
    mean, sd = np.array(means), np.sqrt(variances)
    z = {80: 1.2815515655446004, 95: 1.959963984540054}
    return {"mean": mean} | {f"{side}_{held}": mean + sign * z[held] * sd
                             for held in z for side, sign in (("lower", -1), ("upper", 1))}  # fmt: skip


def test_weeks_are_brought_to_shares_of_months() -> None:
    """Eight weeks from 29 August 2022 are 3 days of August, September, and 23 of October."""
    assert shares(date(2022, 8, 29), 8) == {date(2022, 8, 1): 3 / 31, date(2022, 9, 1): 1.0, date(2022, 10, 1): 23 / 31}


@pytest.mark.parametrize(("level", "correlation"), [(0.0, 0.0), (0.1, 1.0), (0.1, 0.4)])
def test_parts_of_months_vary_as_their_days_do(level: float, correlation: float) -> None:
    """Counts of φ 1.6 about a level that errs by a tenth, in a month and a half: the errors' own sum, by simulation.

    The correlation of two months' errors is that of their levels', weakened by the counts' own variance.
    """
    phi, mean, draws = 1.6, np.array([300.0, 240.0]), 200_000
    variance = phi * mean + (level * mean) ** 2
    both = correlation * level**2 * mean.prod() / np.sqrt(variance.prod())
    rng = np.random.default_rng(8)
    shared, own = rng.standard_normal((draws, 1)), rng.standard_normal((draws, 2))
    rates = 1 + level * (np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * own)
    share = np.array([1.0, 0.5])
    errors = ((rates - 1) * mean * share + rng.standard_normal((draws, 2)) * np.sqrt(phi * mean * share)).sum(axis=1)
    made = foreseen(months(list(mean), list(variance)), share, float(both), phi)
    assert made.mean == 420.0
    assert made.error == pytest.approx(errors.std(), rel=0.005)
    assert made.z(made.lower) == pytest.approx(-1.959963984540054)


def test_a_whole_month_is_its_own_forecast_and_few_crimes_are_a_count() -> None:
    alone = months([100.0], [200.0])
    made = foreseen(alone, np.ones(1), 0.5, 1.6)
    assert (made.lower, made.upper) == (pytest.approx(alone["lower_95"][0]), pytest.approx(alone["upper_95"][0]))
    few = foreseen(months([10.0], [16.0]), np.array([0.5]), 0.5, 1.6)
    exact = nbinom.ppf([0.025, 0.975], 5 / 0.6, 1 / 1.6)
    assert np.abs(np.array([few.lower, few.upper]) - exact).max() <= 0.5
