"""Each candidate on histories whose continuation can be seen."""

import warnings
from datetime import date

import numpy as np
import pytest

from forecasts.calendar import Calendar
from forecasts.forecaster import CannotForecast, History, square_roots
from forecasts.models import BASELINE, FORECASTERS
from forecasts.models.seasonal_naive import SeasonalNaive

SEASON = 100 + 40 * np.sin(2 * np.pi * np.arange(12) / 12)
LEARNING = [name for name in FORECASTERS if name != BASELINE]


def history(rates: np.ndarray) -> History:
    return History(date(2016, 1, 1), np.asarray(rates, dtype=float))


def noisy_years(years: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).poisson(np.tile(SEASON, years)).astype(float)


def test_the_baseline_is_the_first_forecaster() -> None:
    assert next(iter(FORECASTERS)) == BASELINE == "seasonal_naive"


@pytest.mark.parametrize("name", FORECASTERS)
def test_each_says_its_name_and_its_source(name: str) -> None:
    assert FORECASTERS[name].name == name
    assert any(character.isdigit() for character in FORECASTERS[name].reference)


@pytest.mark.parametrize("name", FORECASTERS)
def test_a_planted_season_is_carried_on(name: str) -> None:
    # Poisson noise of 10 on a season of ±40: only a forecaster that has found the season comes within 12 on average.
    means = FORECASTERS[name].forecast(history(noisy_years(8)), 12, Calendar()).rates
    assert np.abs(means - SEASON).mean() < 12


@pytest.mark.parametrize("name", LEARNING)
def test_a_learner_beats_the_baseline_on_a_planted_season(name: str) -> None:
    def error(forecaster: str) -> float:
        runs = [FORECASTERS[forecaster].forecast(history(noisy_years(8, seed)), 12, Calendar()) for seed in range(5)]
        return float(np.mean([np.abs(run.rates - SEASON).mean() for run in runs]))

    assert error(name) < error(BASELINE)


@pytest.mark.parametrize("name", LEARNING)
def test_a_level_that_has_changed_is_followed(name: str) -> None:
    rates = np.random.default_rng(1).poisson(np.repeat([50.0, 100.0], [72, 24])).astype(float)
    means = FORECASTERS[name].forecast(history(rates), 3, Calendar()).rates
    assert np.all(np.abs(means - 100) < 25)


@pytest.mark.parametrize("name", FORECASTERS)
def test_the_same_history_gives_the_same_bits_and_no_word_on_the_side(
    name: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        first = FORECASTERS[name].forecast(history(noisy_years(5)), 3, Calendar("KR"))
        second = FORECASTERS[name].forecast(history(noisy_years(5)), 3, Calendar("KR"))
    assert first.rates.tobytes() == second.rates.tobytes()
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("name", "needed"), [("ets", 12), ("prophet", 25), ("arima", 36)])
def test_a_short_history_is_refused_below_what_is_needed(name: str, needed: int) -> None:
    rates = noisy_years(4)
    with pytest.raises(CannotForecast, match=f"^{needed - 1} months of history, needs {needed}$"):
        FORECASTERS[name].forecast(history(rates[: needed - 1]), 1, Calendar())
    assert FORECASTERS[name].forecast(history(rates[:needed]), 1, Calendar()).rates.shape == (1,)


def test_the_baseline_repeats_last_year_and_looks_further_back_where_it_is_unknown() -> None:
    rates = np.arange(1.0, 37.0)
    rates[25] = np.nan
    means = SeasonalNaive().forecast(history(rates), 14, Calendar())
    assert means.rates.tolist() == [25, 14, *range(27, 37), 25, 14]
    assert means.note is None


def test_the_baseline_of_a_short_history_is_its_mean_and_says_so() -> None:
    means = SeasonalNaive().forecast(history(np.array([2.0, 4.0, 6.0])), 2, Calendar())
    assert means.rates.tolist() == [4, 4]
    assert means.note == "3 months of history: mean of the newest 3 where no earlier year is known"


def test_unknown_months_are_filled_in_with_their_season() -> None:
    rates = np.tile(SEASON, 4)
    gaps = rates.copy()
    gaps[[15, 30, 31]] = np.nan
    filled, note = square_roots(history(gaps))
    assert note == "3 unknown months filled in"
    assert np.allclose(filled**2, rates, rtol=0.08)
    assert np.array_equal(filled[~np.isnan(gaps)], np.sqrt(rates[~np.isnan(gaps)]))


@pytest.mark.parametrize("name", LEARNING)
def test_gaps_are_noted(name: str) -> None:
    rates = noisy_years(5)
    rates[20:23] = np.nan
    means = FORECASTERS[name].forecast(history(rates), 3, Calendar())
    assert means.note is not None
    assert means.note.startswith("3 unknown months")


def test_a_moving_feast_is_learned() -> None:
    # Thefts fall by half in the month of 추석, which is September in most of these years and October in others.
    months = [date(2012 + step // 12, step % 12 + 1, 1) for step in range(144)]
    days = Calendar("KR").moving_holiday_days([*months, *(date(2024, month, 1) for month in range(1, 13))])["Chuseok"]
    rates = 100 - 15 * days + np.random.default_rng(0).normal(0, 2, 156)
    past = History(date(2012, 1, 1), rates[:144])
    without = FORECASTERS["prophet"].forecast(past, 12, Calendar()).rates
    with_feast = FORECASTERS["prophet"].forecast(past, 12, Calendar("KR")).rates
    truth = 100 - 15 * days[144:]
    assert np.abs(with_feast - truth).mean() < np.abs(without - truth).mean() / 2
