"""The whole engine against answers known beforehand."""

import numpy as np
import polars as pl
import pytest
from scipy.stats import chisquare

from expectations.months import add_months
from forecasts.backtest import backtest
from forecasts.calendar import standard_months
from forecasts.forecast import forecast
from forecasts.settings import EngineSettings
from tests.forecasts.panels import FIRST, series

pytestmark = pytest.mark.slow
QUANTILES = ["lower_95", "lower_80", "lower_50", "median", "upper_50", "upper_80", "upper_95"]
BETWEEN = np.diff([0.0, 0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975, 1.0])
"""Probability between neighbouring quantiles, below the first and above the last."""
DISPERSION = 1.6
SMOOTH = np.exp(0.15 * np.sin(2 * np.pi * np.arange(12) / 12))
ROUGH = np.array([0.9, 0.9, 0.95, 1.0, 1.05, 1.1, 1.2, 1.2, 1.05, 1.0, 0.9, 0.85])


def counted(rng: np.random.Generator, mean: np.ndarray) -> np.ndarray:
    """Negative binomial counts with variance DISPERSION × mean."""
    return rng.negative_binomial(mean / (DISPERSION - 1), 1 / DISPERSION).astype(float)


def panel(counts: np.ndarray) -> pl.DataFrame:
    """A district a row, a month a column."""
    months = counts.shape[1]
    return pl.concat(
        [series(lambda step, row=row: row[step], months, f"{place:02}") for place, row in enumerate(counts)]
    )


@pytest.mark.parametrize("index", [SMOOTH, ROUGH], ids=["smooth", "rough"])
def test_planted_monthly_indices_are_recovered_within_two_per_cent(index: np.ndarray) -> None:
    # Five districts over eight years, about 1,000 a month each: at 100 chance alone is 2 % of a month's index.
    index = index / index.mean()
    lengths = standard_months([add_months(FIRST, step) for step in range(108)])
    mean = np.array([700, 850, 1000, 1150, 1300])[:, None] * np.tile(index, 9) * lengths
    counts = counted(np.random.default_rng(0), mean[:, :96])
    made = forecast(panel(counts), 12, EngineSettings(learning_origins=6))
    city = made.group_by("month").agg(pl.col("mean").sum()).sort("month")["mean"].to_numpy() / lengths[96:]
    assert np.abs(city / city.mean() / index - 1).max() < 0.02


@pytest.mark.parametrize("level", [3.0, 8.0, 60.0])
def test_the_randomised_pit_of_what_is_published_is_uniform(level: float) -> None:
    """Sixty series by six origins, one month ahead: counts fall between the quantiles as often as these say.

    Chi-square over the eight gaps, at the 1 % level. Quantiles spread a count k evenly over k ± ½, so is the count.
    Nothing lies below zero, so gaps below a quantile that may be zero are one.
    """
    rng = np.random.default_rng(3)
    levels = level * np.exp(rng.uniform(-0.5, 0.5, 60))
    counts = counted(rng, levels[:, None] * (1 + 0.2 * np.sin(2 * np.pi * np.arange(72) / 12)))
    made = backtest(panel(counts), 6, 1, EngineSettings()).join(panel(counts), on=["district", "crime_type", "month"])
    spread = made["count"].to_numpy() + rng.uniform(-0.5, 0.5, made.height)
    gap = np.sum([spread > made[name].to_numpy() for name in QUANTILES], axis=0)
    first = sum(made[name].min() <= 0 for name in QUANTILES)
    assert first <= 2
    expected = np.append(BETWEEN[: first + 1].sum(), BETWEEN[first + 1 :]) * made.height
    assert chisquare(np.bincount(np.maximum(gap - first, 0), minlength=8 - first), expected).pvalue > 0.01
