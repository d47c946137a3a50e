"""The tracking signal on errors whose answer is visible, and how often it is wrong."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from expectations.months import month_range
from forecasts.tracking import LEAST_ERRORS, LOST, delay, false_alarms, signals, tracking_signals

MONTHS = month_range(date(2020, 1, 1), date(2020, 12, 1))
YEARS, SERIES = 10, 4000


def scores(**errors: list[float]) -> pl.DataFrame:
    """Rows one and two months ahead of series with these errors around a mean of 10."""
    rows = [
        (name, "theft", origin, horizon, 10.0, 10.0 + error * horizon)
        for name, series in errors.items()
        for origin, error in zip(MONTHS, series, strict=False)
        for horizon in (1, 2)
    ]
    return pl.DataFrame(rows, schema=["district", "crime_type", "origin", "horizon", "mean", "observed"], orient="row")


def test_by_hand():
    made = signals(np.array([1.0, -1.0, 1.0, 1.0, 1.0, 1.0]), smoothing=0.5)
    # E: 0.5, -0.25, 0.375, 0.6875, 0.84375, 0.921875; every absolute error is 1.
    assert np.isnan(made[: LEAST_ERRORS - 1]).all()
    assert made[-1] == 0.921875


def test_errors_of_one_sign_lose_the_series_and_turning_ones_do_not():
    made = tracking_signals(scores(lost=[4.0] * 12, kept=[4.0, -4.0] * 6)).filter(horizon=1)
    lost, kept = (made.filter(district=name) for name in ("lost", "kept"))
    assert lost["lost"].to_list()[:LEAST_ERRORS] == [None] * 5 + [False]
    assert lost["tracking_signal"][-1] == pytest.approx(1 - 0.8**12)
    assert lost["lost"][-1]
    assert not kept["lost"].any()
    assert kept["tracking_signal"].drop_nulls().max() < 0.2


def test_only_rows_one_month_ahead_have_a_signal_and_their_order_does_not_matter():
    rows = scores(a=[1.0, 2.0, -1.0, 3.0, 1.0, 2.0, 2.0])
    made = tracking_signals(rows)
    assert made.drop("tracking_signal", "lost").equals(rows)
    assert made.filter(horizon=2)["tracking_signal"].null_count() == 7
    back = tracking_signals(rows.reverse()).reverse()
    assert back.equals(made)


def test_a_later_month_changes_no_earlier_signal():
    errors = [1.0, 2.0, -1.0, 3.0, 1.0, 2.0, 2.0, 5.0]
    short, long = (tracking_signals(scores(a=errors[:n])) for n in (7, 8))
    assert long.filter(pl.col("origin") <= MONTHS[6]).equals(short)


def test_forecasts_always_right_are_not_lost():
    made = tracking_signals(scores(a=[0.0] * 8)).filter(horizon=1)
    assert made["tracking_signal"].drop_nulls().to_list() == [0.0] * 3
    assert not made["lost"].any()


def test_no_rows_give_no_rows():
    assert tracking_signals(scores(a=[])).columns[-2:] == ["tracking_signal", "lost"]


def test_one_false_alarm_in_five_years():
    months = 12 * YEARS + LEAST_ERRORS
    normal = np.random.default_rng(0).normal(size=(SERIES, months))
    assert false_alarms(normal) == pytest.approx(1.0, abs=0.05)
    for mean, dispersion in ((20, 1.6), (100, 1.6)):
        counts = negative_binomial(np.random.default_rng(1), mean, dispersion, months)
        assert false_alarms(counts - mean) == pytest.approx(1.0, abs=0.1)


def negative_binomial(random: np.random.Generator, mean: float, dispersion: float, months: int) -> np.ndarray:
    """Counts with variance dispersion × mean."""
    return random.negative_binomial(mean / (dispersion - 1), 1 / dispersion, (SERIES, months)).astype(float)


def test_thirty_per_cent_more_are_met_within_half_a_year():
    def draw(random: np.random.Generator, mean: float) -> np.ndarray:
        return negative_binomial(random, mean, 1.6, 36)

    months = [float(np.median(delay(draw, mean, 0.3))) for mean in (40, 100, 500)]
    assert months == sorted(months, reverse=True)
    assert months[0] <= 6
    assert months[1] <= 4
    assert months[2] <= 2
    assert LOST < 1
