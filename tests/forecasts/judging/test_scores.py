"""Scores against their definitions written out again, and against simulation."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from scipy.stats import poisson

from forecasts.intervals import LEVELS, QUANTILES
from forecasts.panel import tidy_panel
from forecasts.scores import interval_score, mase_scale, poisson_floor, score_forecasts
from tests.forecasts.panels import series

RNG = np.random.default_rng(5)


def forecasts(number: int = 40) -> pl.DataFrame:
    """Rows with sorted random quantiles for month 14 … of series A, from the month before each."""
    months = series(float, 14 + number)["month"].to_list()
    order = ["lower_95", "lower_80", "lower_50", "median", "upper_50", "upper_80", "upper_95"]
    values = np.sort(RNG.uniform(0, 60, (number, 7)), axis=1)
    return pl.DataFrame(
        {
            "district": ["A"] * number,
            "crime_type": ["theft"] * number,
            "origin": months[13:-1],
            "month": months[14:],
            "horizon": [1] * number,
            "mean": values[:, 3],
            **dict(zip(order, values.T, strict=True)),
        }
    )


def pinball_wis(row: dict[str, float], observed: float) -> float:
    """Twice the mean quantile loss over the seven quantiles: the same score by its other definition."""
    losses = [
        max(probability * (observed - row[name]), (probability - 1) * (observed - row[name]))
        for name, probability in QUANTILES.items()
    ]
    return 2 * float(np.mean(losses))


def numpy_wis(row: dict[str, float], observed: float) -> float:
    """The interval form, written out with numpy."""
    total = 0.5 * abs(observed - row["median"])
    for level in LEVELS:
        alpha = 1 - level / 100
        low, high = row[f"lower_{level}"], row[f"upper_{level}"]
        total += alpha / 2 * ((high - low) + 2 / alpha * max(low - observed, 0) + 2 / alpha * max(observed - high, 0))
    return total / (len(LEVELS) + 0.5)


def test_the_interval_score_is_that_of_its_definition_on_random_intervals() -> None:
    """Gneiting & Raftery (2007), equation 43: (u − l) + 2/α (l − x) 1{x < l} + 2/α (x − u) 1{x > u}."""
    ends, observed = np.sort(RNG.uniform(0, 60, (500, 2)), axis=1), RNG.uniform(0, 60, 500)
    frame = pl.DataFrame({"lower": ends[:, 0], "upper": ends[:, 1], "observed": observed})
    for level in LEVELS:
        alpha, expected = (100 - level) / 100, []
        for (low, high), x in zip(ends.tolist(), observed.tolist(), strict=True):
            penalty = 2 / alpha * (low - x) if x < low else 2 / alpha * (x - high) if x > high else 0.0
            expected.append(high - low + penalty)
        made = frame.select(interval_score(pl.col("observed"), pl.col("lower"), pl.col("upper"), level)).to_series()
        assert np.allclose(made.to_numpy(), expected, rtol=1e-12)


def test_wis_is_the_interval_form_and_twice_the_pinball_loss() -> None:
    made = forecasts()
    observed = series(lambda step: (step * 7) % 60, 60)
    scored = score_forecasts(made, observed)
    assert scored.height == made.height
    for row, score in zip(made.sort("month").rows(named=True), scored.sort("month").rows(named=True), strict=True):
        assert score["wis"] == pytest.approx(numpy_wis(row, score["observed"]))
        assert score["wis"] == pytest.approx(pinball_wis(row, score["observed"]))


def test_wis_equals_that_of_the_bench(shared: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(shared) + "/bench")
    import score as bench

    panel = series(lambda step: (step * 7) % 60, 60)
    made = forecasts()
    names = {
        f"{side}_{level}": f"{short}{level}" for level in LEVELS for side, short in (("lower", "lo"), ("upper", "hi"))
    }
    theirs = bench.score(made.rename(names).with_columns(model=pl.lit("x")), panel).sort("month")
    ours = score_forecasts(made, panel).sort("month")
    scale = mase_scale(tidy_panel(panel)).select("district", "crime_type", origin="month", scale="scale")
    ours = ours.join(scale, on=["district", "crime_type", "origin"], how="left").sort("month")
    assert np.allclose(ours["wis"] / ours["scale"], theirs["swis"])
    assert ours["covered_80"].cast(pl.Float64).to_list() == theirs["in80"].to_list()


def test_an_interval_covers_its_ends() -> None:
    made = forecasts(1).with_columns(pl.lit(10.0).alias("lower_50"), pl.lit(20.0).alias("upper_50"))
    inside = [score_forecasts(made, series(lambda _, c=count: c, 15))["covered_50"][0] for count in (10, 20, 21)]
    assert inside == [True, True, False]


def test_errors_of_the_baselines_are_what_was_known_at_the_origin() -> None:
    # The count is the number of the month, so last year's is 12 less, and the mean of three years is 24 less.
    months = series(float, 60)["month"].to_list()
    base = forecasts(1).drop("origin", "month", "horizon")
    made = base.with_columns(origin=pl.lit(months[40]), month=pl.lit(months[43]), horizon=3, median=pl.lit(50.0))
    row = score_forecasts(made, series(float, 60)).row(0, named=True)
    assert row["observed"] == 43
    assert row["error"] == -7
    assert row["same_month_last_year_error"] == 12
    assert row["three_year_mean_error"] == 24
    assert row["last_month_error"] == 3


def test_a_baseline_that_could_not_be_known_is_null() -> None:
    months = series(float, 60)["month"].to_list()
    base = forecasts(1).drop("origin", "month", "horizon")
    made = base.with_columns(origin=pl.lit(months[30]), month=pl.lit(months[43]), horizon=13)
    row = score_forecasts(made, series(float, 60).filter(pl.col("month") != months[30])).row(0, named=True)
    assert row["same_month_last_year_error"] is None
    assert row["three_year_mean_error"] is None
    assert row["last_month_error"] is None


def test_months_that_have_not_come_are_not_scored() -> None:
    assert score_forecasts(forecasts(40), series(float, 20)).height == 6


def test_cities_keep_their_districts_apart() -> None:
    made = pl.concat([forecasts(1).with_columns(city=pl.lit(name)) for name in ("g", "h")])
    panel = pl.concat([series(lambda _, c=c: c, 15).with_columns(city=pl.lit(n)) for n, c in (("g", 1), ("h", 2))])
    assert score_forecasts(made, panel).select("city", "observed").rows() == [("g", 1.0), ("h", 2.0)]


@pytest.mark.parametrize("mean", [0.0, 0.3, 0.6931, 1.0, 7.5, 57.0, 500.0])
def test_the_poisson_floor_is_the_mean_absolute_error_of_the_median(mean: float) -> None:
    counts = np.arange(0, 2000)
    expected = np.sum(np.abs(counts - poisson.median(mean)) * poisson.pmf(counts, mean))
    assert poisson_floor(np.array([mean]))[0] == pytest.approx(expected, abs=1e-9)


def test_the_poisson_floor_by_simulation() -> None:
    draws = np.random.default_rng(0).poisson(57, 400_000)
    assert poisson_floor(np.array([57.0]))[0] == pytest.approx(np.abs(draws - 57).mean(), rel=0.005)


def test_the_mase_scale_is_the_mean_change_on_a_year_before_over_known_months() -> None:
    # Each year is 6 above the last, but for one unknown month, whose changes are simply missing.
    panel = tidy_panel(series(lambda step: 6 * (step // 12), 36).filter(pl.col("month") != date(2019, 5, 1)))
    scale = dict(mase_scale(panel).select("month", "scale").iter_rows())
    assert scale[date(2018, 12, 1)] is None
    assert scale[date(2019, 1, 1)] == 6
    assert scale[date(2020, 12, 1)] == 6


def test_a_series_that_repeats_itself_has_the_least_scale() -> None:
    assert mase_scale(tidy_panel(series(lambda _: 10, 30)))["scale"].to_list()[12:] == [0.5] * 18
