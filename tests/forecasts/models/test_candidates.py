"""The costly step: complete, series by series, the same however it is cut, and blind to what comes after."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from expectations.months import add_months
from forecasts.candidates import KEYS, POOL, SCHEMA, candidate_means, mapped_means
from forecasts.forecaster import Means
from forecasts.models import FORECASTERS
from forecasts.models.alone import Alone
from forecasts.panel import tidy_panel
from forecasts.settings import EngineSettings, SeriesBreak
from tests.forecasts.panels import FIRST, noisy, series, small

CHEAP = EngineSettings(horizon=2, candidates=("seasonal_naive",), learning_origins=2)
ALL = EngineSettings(horizon=2, candidates=tuple(FORECASTERS), learning_origins=2, country="KR")


@pytest.mark.slow
def test_every_candidate_has_a_row_for_every_step_failed_or_not() -> None:
    panel = tidy_panel(noisy(15, 50))
    means = candidate_means(panel, [add_months(FIRST, 14)], ALL)
    assert means.schema == SCHEMA
    assert means.select("horizon", "model").rows() == [
        (step, model) for step in (1, 2) for model in sorted(FORECASTERS)
    ]
    notes = dict(means.select("model", "note").unique().iter_rows())
    assert {name: note for name, note in notes.items() if note is not None} == {
        "arima": "too_short(15,36)",
        "ets": "no_season(15)",
        "prophet": "too_short(15,25)",
        "smoothing": "no_season(15)",
        "theta": "too_short(15,24)",
    }
    failed = means.filter(pl.col("mean").is_null())
    assert failed["model"].unique().sort().to_list() == ["arima", "prophet", "theta"]
    assert means.filter(pl.col("mean").is_not_null())["variance"].min() > 0


@pytest.mark.slow
# Threads share their warning filters, so Prophet's use of a deprecated pandas call may be seen from one of them.
@pytest.mark.filterwarnings("ignore:The inplace keyword:DeprecationWarning")
def test_the_panel_is_the_sum_of_its_pools_bit_for_bit() -> None:
    panel = tidy_panel(small())
    origins = [add_months(FIRST, 40), add_months(FIRST, 47)]
    whole = candidate_means(panel, origins, ALL)
    parts = [candidate_means(part, origins, ALL) for part in panel.partition_by(POOL)]
    assert whole.equals(pl.concat(parts).sort(KEYS))
    shuffled = panel.sample(fraction=1, shuffle=True, seed=3)
    with ThreadPoolExecutor(2) as pool:
        assert whole.equals(mapped_means(shuffled, origins[::-1], ALL, pool.map))


def test_a_series_appears_at_an_origin_once_something_is_known_of_it() -> None:
    panel = tidy_panel(pl.concat([noisy(30, 50, "old"), series(lambda _: 5, 3, "new", first=add_months(FIRST, 27))]))
    means = candidate_means(panel, [add_months(FIRST, 26), add_months(FIRST, 27)], CHEAP)
    assert means.select("district", "origin").unique().sort("district", "origin").rows() == [
        ("new", add_months(FIRST, 27)),
        ("old", add_months(FIRST, 26)),
        ("old", add_months(FIRST, 27)),
    ]


def test_months_unknown_before_the_origin_put_the_forecast_further_ahead() -> None:
    panel = tidy_panel(series(lambda step: step % 12 * 31, 36))
    means = candidate_means(panel, [date(2021, 3, 1)], CHEAP)
    # April and May of 2020 are steps 3 and 4 of their year; their length is the same every year.
    assert [round(mean, 9) for mean in means["mean"]] == [93, 124]
    assert means["note"].unique().to_list() == ["late(2020-12)"]


def test_a_count_that_never_changed_is_repeated_exactly_by_all() -> None:
    panel = tidy_panel(pl.concat([series(lambda _: 10, 40, "A"), series(lambda _: 0, 40, "B")]))
    means = candidate_means(panel, [add_months(FIRST, 39)], ALL)
    assert means.group_by("district").agg(pl.col("mean").unique()).sort("district")["mean"].to_list() == [[10], [0]]
    assert means["note"].unique().sort().to_list() == ["always(0)", "always(10)"]


def test_a_mean_beyond_anything_seen_is_no_forecast(monkeypatch: pytest.MonkeyPatch) -> None:
    class Runaway:
        name, reference = "ets", "none"

        def forecast(self, history: object, horizon: int, calendar: object) -> Means:
            return Means(np.full(horizon, 1e6))

    monkeypatch.setitem(FORECASTERS, "ets", Alone(Runaway()))
    means = candidate_means(
        tidy_panel(noisy(30, 50)), [add_months(FIRST, 29)], EngineSettings(candidates=("seasonal_naive", "ets"))
    )
    failed = means.filter(pl.col("model") == "ets")
    assert failed["mean"].null_count() == failed.height == 3
    assert failed["note"][0].startswith("ran_away(")


def test_months_of_a_break_are_not_learned_from_once_it_is_over() -> None:
    # 2019 was counted tenfold. In December 2019 nobody knew how long that would last; afterwards it is left out.
    panel = tidy_panel(series(lambda step: 310 if step // 12 == 1 else 31, 36))
    pause = SeriesBreak(date(2019, 1, 1), date(2019, 12, 1), "counted tenfold")
    settings = EngineSettings(horizon=1, candidates=("seasonal_naive",), breaks=(pause,))
    means = dict(
        candidate_means(panel, [date(2019, 11, 1), date(2019, 12, 1), date(2020, 2, 1)], settings)
        .select("origin", "mean")
        .iter_rows()
    )
    assert means[date(2019, 11, 1)] == 31
    assert means[date(2019, 12, 1)] == 31
    assert means[date(2020, 2, 1)] == 31
    without = candidate_means(panel, [date(2020, 2, 1)], CHEAP)
    assert without["mean"][0] == 310
    other = EngineSettings(horizon=1, breaks=(SeriesBreak(pause.first, pause.last, "elsewhere", district="B"),))
    assert candidate_means(panel, [date(2020, 2, 1)], other).filter(model="seasonal_naive")["mean"][0] == 310


def test_a_series_known_only_within_breaks_or_too_long_ago_has_its_newest_count_again() -> None:
    pause = SeriesBreak(FIRST, add_months(FIRST, 11), "counted tenfold", district="A")
    long_ago = series(lambda step: step, 5, "C", first=add_months(FIRST, -190))
    panel = tidy_panel(pl.concat([series(lambda step: step, 6), noisy(30, 20, "B"), long_ago]))
    made = candidate_means(panel, [add_months(FIRST, 20)], replace(CHEAP, breaks=(pause,)))
    assert dict(made.select("district", "mean").iter_rows())["A"] == 5
    assert dict(made.select("district", "mean").iter_rows())["C"] == 4
    notes = dict(made.select("district", "note").iter_rows())
    assert notes["A"] == f"in_breaks({add_months(FIRST, 5):%Y-%m})"
    assert notes["C"] == f"in_breaks({add_months(FIRST, -186):%Y-%m})"


def test_a_failed_candidate_has_neither_mean_nor_variance() -> None:
    made = candidate_means(
        tidy_panel(noisy(15, 20)), [add_months(FIRST, 14)], EngineSettings(candidates=("seasonal_naive", "theta"))
    )
    assert made.filter(model="theta").select("mean", "variance").null_count().row(0) == (3, 3)
