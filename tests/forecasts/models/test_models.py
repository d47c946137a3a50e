"""Each candidate on histories whose continuation can be seen."""

import warnings
from datetime import date

import numpy as np
import pytest

from expectations.months import add_months
from forecasts.calendar import Calendar, standard_months
from forecasts.forecaster import CannotForecast, History, Pool, SeriesForecaster, square_roots
from forecasts.models import BASELINE, FORECASTERS
from forecasts.models.alone import Alone
from forecasts.models.arima import Airline
from forecasts.models.ets import ExponentialSmoothing
from forecasts.models.prophet import ProphetWithHolidays
from forecasts.models.seasonal_naive import SeasonalNaive
from forecasts.models.theta import Theta

SEASON = 100 + 40 * np.sin(2 * np.pi * np.arange(12) / 12)
LEARNING = [name for name in FORECASTERS if name != BASELINE]
ALONE = [name for name, one in FORECASTERS.items() if isinstance(one, Alone) and name != BASELINE]


FIRST = date(2016, 1, 1)
NONE = Calendar()


def history(rates: np.ndarray) -> History:
    return History(FIRST, np.asarray(rates, dtype=float))


def carried_on(name: str, rates: np.ndarray, horizon: int, calendar: Calendar = NONE) -> np.ndarray:
    """A forecaster's expected rates of one series by itself."""
    lengths = standard_months([add_months(FIRST, step) for step in range(len(rates) + horizon)])
    pool = Pool(("A",), FIRST, rates[None, :] * lengths[: len(rates)])
    return FORECASTERS[name].forecast(pool, horizon, calendar).mean[0] / lengths[len(rates) :]


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
    assert np.abs(carried_on(name, noisy_years(8), 12) - SEASON).mean() < 12


@pytest.mark.parametrize("name", LEARNING)
def test_a_learner_beats_the_baseline_on_a_planted_season(name: str) -> None:
    def error(forecaster: str) -> float:
        runs = [carried_on(forecaster, noisy_years(8, seed), 12) for seed in range(5)]
        return float(np.mean([np.abs(run - SEASON).mean() for run in runs]))

    assert error(name) < error(BASELINE)


@pytest.mark.parametrize("name", LEARNING)
def test_a_level_that_has_changed_is_followed(name: str) -> None:
    rates = np.random.default_rng(1).poisson(np.repeat([50.0, 100.0], [72, 24])).astype(float)
    assert np.all(np.abs(carried_on(name, rates, 3) - 100) < 25)


@pytest.mark.parametrize("name", FORECASTERS)
def test_the_same_history_gives_the_same_bits_and_no_word_on_the_side(
    name: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        first = carried_on(name, noisy_years(5), 3, Calendar("KR"))
        second = carried_on(name, noisy_years(5), 3, Calendar("KR"))
    assert first.tobytes() == second.tobytes()
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("forecaster", "needed"),
    [(ExponentialSmoothing(), 12), (Theta(), 24), (ProphetWithHolidays(), 25), (Airline(), 36)],
    ids=lambda value: getattr(value, "name", None),
)
def test_a_short_history_is_refused_below_what_is_needed(forecaster: SeriesForecaster, needed: int) -> None:
    rates = noisy_years(4)
    with pytest.raises(CannotForecast, match=rf"^too_short\({needed - 1},{needed}\)$"):
        forecaster.forecast(history(rates[: needed - 1]), 1, Calendar())
    assert forecaster.forecast(history(rates[:needed]), 1, Calendar()).rates.shape == (1,)


def test_the_baseline_repeats_last_year_and_looks_further_back_where_it_is_unknown() -> None:
    rates = np.arange(1.0, 37.0)
    rates[25] = np.nan
    means = SeasonalNaive().forecast(history(rates), 14, Calendar())
    assert means.rates.tolist() == [25, 14, *range(27, 37), 25, 14]
    assert means.note is None


def test_the_baseline_of_a_short_history_is_its_mean_and_says_so() -> None:
    means = SeasonalNaive().forecast(history(np.array([2.0, 4.0, 6.0])), 2, Calendar())
    assert means.rates.tolist() == [4, 4]
    assert means.note == "recent_mean(3,3)"


def test_unknown_months_are_filled_in_with_their_season() -> None:
    rates = np.tile(SEASON, 4)
    gaps = rates.copy()
    gaps[[15, 30, 31]] = np.nan
    filled, note = square_roots(history(gaps))
    assert note == "filled(3)"
    assert np.allclose(filled**2, rates, rtol=0.08)
    assert np.array_equal(filled[~np.isnan(gaps)], np.sqrt(rates[~np.isnan(gaps)]))


@pytest.mark.parametrize("name", [*ALONE, "smoothing"])
def test_gaps_are_noted(name: str) -> None:
    rates = noisy_years(5)
    rates[20:23] = np.nan
    (note,) = FORECASTERS[name].forecast(Pool(("A",), FIRST, rates[None, :]), 3, NONE).notes
    assert note == ("left_out(3)" if name == "prophet" else "filled(3)")


def test_a_moving_feast_is_learned() -> None:
    # Thefts fall by half in the month of 추석, which is September in most of these years and October in others.
    months = [date(2012 + step // 12, step % 12 + 1, 1) for step in range(144)]
    days = Calendar("KR").moving_holiday_days([*months, *(date(2024, month, 1) for month in range(1, 13))])["Chuseok"]
    rates = 100 - 15 * days + np.random.default_rng(0).normal(0, 2, 156)
    past = History(date(2012, 1, 1), rates[:144])
    without = ProphetWithHolidays().forecast(past, 12, Calendar()).rates
    with_feast = ProphetWithHolidays().forecast(past, 12, Calendar("KR")).rates
    truth = 100 - 15 * days[144:]
    assert np.abs(with_feast - truth).mean() < np.abs(without - truth).mean() / 2
