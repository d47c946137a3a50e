"""A level that falls for good is in the forecast from the second month on, and noise is not taken for one."""

import numpy as np
import polars as pl
import pytest

from expectations.months import add_months
from forecasts.calendar import standard_months
from forecasts.candidates import candidate_means
from forecasts.forecast import forecast
from forecasts.panel import tidy_panel
from forecasts.settings import EngineSettings
from tests.forecasts.panels import FIRST, series

pytestmark = pytest.mark.slow
MONTHS, CHANGE, KEPT = 84, 72, 0.6
DISPERSION = 1.6


def simulated(seed: int, levels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Negative binomial counts, a row a district, around a common season and slow walks; and their true means."""
    rng = np.random.default_rng(seed)
    city = np.cumsum(rng.normal(0, 0.012, MONTHS)) + 0.15 * np.sin(2 * np.pi * np.arange(MONTHS) / 12)
    own = np.cumsum(rng.normal(0, 0.015, (len(levels), MONTHS)), axis=1)
    lengths = standard_months([add_months(FIRST, step) for step in range(MONTHS)])
    mean = levels[:, None] * np.exp(city - city.mean() + own - own.mean(axis=1, keepdims=True)) * lengths
    return rng.negative_binomial(mean / (DISPERSION - 1), 1 / DISPERSION), mean


def panel(counts: np.ndarray, months: int) -> pl.DataFrame:
    """The first months of the counts."""
    return pl.concat([series(lambda step, row=row: row[step], months, f"{place}") for place, row in enumerate(counts)])


@pytest.mark.parametrize(("level", "after", "least"), [(400.0, 2, 0.7), (200.0, 3, 0.7), (100.0, 4, 0.7)])
def test_a_fall_by_forty_per_cent_in_one_of_five_districts_is_met(level: float, after: int, least: float) -> None:
    """The more crimes, the sooner: share met by the published forecast so many months later, mean of eight cities."""
    met = []
    for seed in range(8):
        counts, mean = simulated(seed, np.full(5, level))
        place, now = seed % 5, CHANGE + after
        counts[place, CHANGE:] = np.random.default_rng(seed).binomial(counts[place, CHANGE:], KEPT)
        made = forecast(panel(counts, now), 3, EngineSettings(learning_origins=3)).filter(district=f"{place}")
        fall = (1 - KEPT) * mean[place, now : now + 3]
        met.append(float(np.mean((mean[place, now : now + 3] - made["mean"].to_numpy()) / fall)))
    assert np.mean(met) >= least


def test_noise_is_hardly_ever_called_a_change_of_level() -> None:
    """200 series of 40 to 200 a month that only walk, four origins each: one in fifty at most."""
    settings = EngineSettings(horizon=1, candidates=("seasonal_naive", "multilevel"))
    told = []
    for seed in range(40):
        levels = np.exp(np.random.default_rng(seed).uniform(np.log(40), np.log(200), 5))
        counts, _ = simulated(seed, levels)
        origins = [add_months(FIRST, step) for step in (62, 69, 76, 83)]
        told.append(candidate_means(tidy_panel(panel(counts, MONTHS)), origins, settings).filter(model="multilevel"))
    notes = pl.concat(told)["note"]
    assert len(notes) == 200 * 4
    assert notes.fill_null("").str.contains("level_changed").mean() <= 0.02
