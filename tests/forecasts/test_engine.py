"""The whole engine: it sees nothing of the future, says the same twice, and always has an answer."""

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from expectations.method import read
from expectations.months import add_months
from forecasts.backtest import backtest, learning_and_scored_origins
from forecasts.candidates import candidate_means
from forecasts.engine import combine
from forecasts.forecast import forecast
from forecasts.intervals import LEVELS
from forecasts.models import FORECASTERS
from forecasts.panel import PanelError, tidy_panel
from forecasts.settings import EngineSettings
from tests.forecasts.panels import FIRST, noisy, series, small

pytestmark = pytest.mark.slow

FAST = EngineSettings(horizon=2, candidates=("seasonal_naive", "ets"), learning_origins=3)
FULL = EngineSettings(horizon=2, candidates=tuple(FORECASTERS), learning_origins=2, country="KR")
DEFAULT = EngineSettings(horizon=2, learning_origins=2, country="KR")
QUANTILES = ["lower_95", "lower_80", "lower_50", "median", "upper_50", "upper_80", "upper_95"]
COLUMNS = [
    *["district", "crime_type", "origin", "month", "horizon", "model", "method", "mean", "median"],
    *["lower_50", "upper_50", "lower_80", "upper_80", "lower_95", "upper_95"],
]


def test_the_columns_are_those_others_rely_on() -> None:
    made = backtest(small(), 2, 2, FAST)
    assert made.columns == COLUMNS
    assert backtest(small().with_columns(city=pl.lit("g")), 2, 2, FAST).columns == ["city", *COLUMNS]
    assert made.schema["origin"] == made.schema["month"] == pl.Date
    assert all(made.schema[name] == pl.Float64 for name in ["mean", *QUANTILES])
    assert made.height == 4 * 2 * 2
    assert made["model"].unique().to_list() == ["chian"]


def test_the_same_panel_gives_the_same_bits_in_any_order() -> None:
    first = forecast(small(), 2, FULL, models=True)
    assert first.equals(forecast(small(), 2, FULL, models=True))
    assert first.equals(forecast(small().sample(fraction=1, shuffle=True, seed=1), 2, FULL, models=True))


def test_a_backtest_says_what_the_forecast_would_have_said_then() -> None:
    origin = add_months(FIRST, 44)
    then = forecast(small().filter(pl.col("month") <= origin), 2, FAST)
    for origins in (4, 9):
        made = backtest(small(), origins, 2, FAST)
        assert made.filter(pl.col("origin") == origin).equals(then)


def test_origins_end_where_every_target_is_known_and_learning_reaches_back() -> None:
    panel = tidy_panel(small(50))
    learning, scored = learning_and_scored_origins(panel, 3, 2, FAST)
    assert scored == [add_months(FIRST, step) for step in (45, 46, 47)]
    # Three origins with known errors for each horizon of two: four months back.
    assert learning == [add_months(FIRST, step) for step in (41, 42, 43, 44)]
    learning, scored = learning_and_scored_origins(panel, 46, 2, FAST)
    assert (learning[0], scored[0]) == (FIRST, add_months(FIRST, 2))


def test_more_origins_than_the_panel_has_are_refused() -> None:
    with pytest.raises(
        PanelError, match=r"60 origins with horizon 2 begin at 2017-01, but the panel goes from 2018-01"
    ):
        backtest(small(), 60, 2, FAST)


@pytest.mark.parametrize("months", [*range(1, 24), 24, 36])
def test_a_history_of_any_length_has_an_answer_and_its_method(months: int) -> None:
    made = forecast(noisy(months, 40), 3, EngineSettings(learning_origins=1))
    assert made.height == 3
    assert made.select(pl.all_horizontal(pl.col("mean", *QUANTILES).is_finite()).all()).item()
    assert made["mean"].is_between(15, 90).all()
    method = made["method"][0]
    said = read(method)
    assert said is not None
    assert "multilevel" in dict(said.weights)
    assert any(one.code == "too_short" and one.values[1] == "12" for one in said.notes) == (months < 12)


@pytest.mark.parametrize("known", [range(30), range(30, 48)], ids=["closed", "born"])
def test_a_district_closed_or_born_midway_has_an_answer_that_says_so(known: range) -> None:
    own = noisy(48, 30, "B", seed=5).filter(
        pl.col("month").is_between(add_months(FIRST, known[0]), add_months(FIRST, known[-1]))
    )
    made = forecast(pl.concat([noisy(48, 60), own]), 3, EngineSettings(learning_origins=2)).filter(district="B")
    assert made["mean"].is_between(12, 60).all()
    assert made["method"].str.contains(r"late\(2020-06\)").all() == (known[0] == 0)


def test_three_hundred_districts_have_an_answer_each() -> None:
    levels = np.geomspace(0.5, 300, 300)
    panel = pl.concat([noisy(40, level, f"{place:03}", seed=place) for place, level in enumerate(levels)])
    made = forecast(panel, 1, EngineSettings(learning_origins=1, candidates=("seasonal_naive", "multilevel")))
    assert made["district"].to_list() == [f"{place:03}" for place in range(300)]
    assert made.select(pl.all_horizontal(pl.col("mean", *QUANTILES).is_finite()).all()).item()
    far = np.abs(made["mean"].to_numpy() - levels * (1 + 0.3 * np.sin(2 * np.pi * 40 / 12)))
    assert np.mean(far / np.sqrt(levels)) < 1


def test_a_series_of_zeros_is_forecast_as_zero() -> None:
    made = forecast(pl.concat([series(lambda _: 0, 40), noisy(40, 50, "B")]), 3, FAST)
    zeros = made.filter(pl.col("district") == "A")
    assert zeros["method"].unique().to_list() == ["always(0)"]
    assert not zeros.select("mean", *QUANTILES).to_numpy().any()


def test_a_constant_series_is_forecast_as_itself() -> None:
    made = forecast(series(lambda _: 10, 40), 3, FAST)
    assert made["mean"].to_list() == [10, 10, 10]
    assert made["median"].is_between(9, 10).all()


def test_a_series_with_gaps_has_an_answer() -> None:
    gaps = noisy(48, 50).filter(~pl.col("month").dt.month().is_in([2, 7]) | (pl.col("month").dt.year() == 2018))
    made = forecast(gaps, 3, FULL)
    assert made["mean"].is_between(25, 85).all()


def test_quantiles_are_ordered_and_intervals_wider_for_bigger_counts() -> None:
    made = backtest(small(), 4, 2, FAST, models=True)
    values = made.select(QUANTILES).to_numpy()
    assert np.all(np.diff(values, axis=1) >= 0)
    assert values.min() >= 0
    width = made.group_by("district", "crime_type").agg((pl.col("upper_80") - pl.col("lower_80")).mean().alias("width"))
    order = width.sort("width").select("district", "crime_type").rows()
    assert order == [("B", "violence"), ("B", "theft"), ("A", "theft"), ("A", "violence")]


def test_a_failed_candidate_keeps_its_row_and_its_reason() -> None:
    made = forecast(noisy(8, 40), 2, FAST, models=True)
    failed = made.filter(pl.col("model") == "ets")
    assert failed["method"].unique().to_list() == ["failed|too_short(8,12)"]
    assert failed.select("mean", *QUANTILES).null_count().row(0) == (2,) * 8


def test_crime_types_and_cities_learn_apart() -> None:
    panel = small().with_columns(city=pl.lit("g"))
    alone = forecast(panel.filter(pl.col("crime_type") == "theft"), 2, FAST)
    other = panel.with_columns(city=pl.lit("h"), count=pl.col("count") * 3)
    together = forecast(pl.concat([panel, other]), 2, FAST)
    assert together.filter((pl.col("city") == "g") & (pl.col("crime_type") == "theft")).equals(alone)


def test_the_combination_leans_to_who_has_been_right() -> None:
    # A level that doubles makes last year's month wrong every time; the smoothed level has it within months.
    rates = np.repeat([50.0, 100.0], [48, 11])
    counts = np.random.default_rng(0).poisson(rates)
    made = forecast(series(lambda step: counts[step], 59), 1, EngineSettings(1, ("seasonal_naive", "ets"), 6))
    assert made["method"][0].startswith("ets=1.00;")
    assert made["mean"][0] == pytest.approx(100, rel=0.2)


def test_an_origin_without_candidates_is_refused() -> None:
    panel = tidy_panel(small())
    means = candidate_means(panel, [add_months(FIRST, 40)], FAST)
    with pytest.raises(ValueError, match="no candidate means from 2021-06"):
        combine(panel, means, [add_months(FIRST, 41)], FAST)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"horizon": 0}, "horizon 0"),
        ({"learning_origins": 0}, "learning_origins 0"),
        ({"candidates": ("ets",)}, r"found \[ets\], expected seasonal_naive first"),
        ({"candidates": ("seasonal_naive", "lstm")}, "found lstm, expected some of"),
        ({"candidates": ()}, "expected seasonal_naive first"),
    ],
)
def test_settings_no_run_could_keep_are_refused(wrong: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        replace(EngineSettings(), **wrong)


def test_intervals_cover_what_they_say_on_simulated_districts() -> None:
    # Negative binomial counts of dispersion 2 around a season that stands still; only that dispersion is to be found.
    rng = np.random.default_rng(11)
    panel = []
    for district in range(12):
        level = 60 * (1 + 0.3 * np.sin(2 * np.pi * np.arange(90) / 12))
        counts = rng.negative_binomial(level, 0.5)
        panel.append(series(lambda step, counts=counts: counts[step], 90, f"{district:02}"))
    together = pl.concat(panel)
    settings = EngineSettings(candidates=("seasonal_naive", "ets"))
    made = backtest(together, 12, 3, settings).join(together, on=["district", "crime_type", "month"])
    for level in LEVELS:
        inside = made["count"].is_between(made[f"lower_{level}"], made[f"upper_{level}"]).mean()
        assert inside == pytest.approx(level / 100, abs=0.06)


def test_forecasts_begin_with_the_month_after_the_panel() -> None:
    made = forecast(small(), 2, FAST)
    assert made["origin"].unique().to_list() == [date(2022, 2, 1)]
    assert made["month"].unique().sort().to_list() == [date(2022, 3, 1), date(2022, 4, 1)]
