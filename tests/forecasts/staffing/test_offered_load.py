"""The modified offered load against a differential equation, an integral, and what goes in."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import lognorm

from forecasts.staffing.needed import load_bounds, work_of
from forecasts.staffing.offered_load import LAG_HOURS, ServiceTime, offered_load
from tests.forecasts.staffing.queue import day_of

HOURS = np.tile(day_of(6.0), 3)


def test_exponential_times_follow_the_differential_equation() -> None:
    """a' = λ − a/S (Eick, Massey & Whitt 1993, corollary 4), solved within each minute."""
    load, decay = 0.0, np.exp(-1 / 20)
    solved = []
    for calls in HOURS:
        for _ in range(60):
            load = load * decay + calls / 60 * 20 * (1 - decay)
            solved.append(load)
    made = offered_load(HOURS, ServiceTime(20.0, None, 0))
    assert made.ravel() == pytest.approx(np.array(solved)[60 * LAG_HOURS :], abs=1e-9)


def test_lognormal_times_follow_the_integral() -> None:
    service = ServiceTime(45.0, 1.57, 500)
    made = offered_load(HOURS, service)
    spread = np.sqrt(np.log1p(service.cv**2))
    times = lognorm(spread, scale=45.0 * np.exp(-(spread**2) / 2))

    def area(begin: float, end: float) -> float:
        return float(quad(times.sf, begin, end, epsabs=1e-12)[0])

    cut = 45.0 / area(0, 720)
    for hour, minute in [(0, 0), (9, 59), (31, 17)]:
        now = (hour + LAG_HOURS) * 60 + minute + 1
        asked = sum(
            HOURS[h] / 60 * area(max(now - 60 * (h + 1), 0), min(now - 60 * h, 720))
            for h in range(hour, hour + LAG_HOURS + 1)
            if now - 60 * (h + 1) < 720
        )
        assert made[hour, minute] == pytest.approx(asked * cut, rel=1e-7)


@pytest.mark.parametrize("cv", [None, 0.0, 0.8, 2.5])
def test_a_steady_stream_keeps_calls_times_minutes_busy_and_a_sudden_one_fills_up(cv: float | None) -> None:
    service = ServiceTime(30.0, cv, 0)
    assert offered_load(np.full(40, 4.0), service) == pytest.approx(2.0, abs=1e-12)
    filling = offered_load(np.r_[np.zeros(LAG_HOURS), np.full(LAG_HOURS + 2, 4.0)], service).ravel()
    assert (np.diff(filling) >= -1e-12).all()
    assert filling[0] == pytest.approx(4 / 60, rel=0.1)
    assert filling[-1] == pytest.approx(2.0, abs=1e-9)


def test_classes_add_up_and_the_mean_is_of_the_hours_calls() -> None:
    quick, slow = ServiceTime(20.0, 1.0, 400), ServiceTime(80.0, 1.5, 100)
    calls = np.r_[np.zeros(LAG_HOURS), 3.0, 0.0, 1.0]
    other = np.r_[np.zeros(LAG_HOURS), 1.0, 0.0, 0.0]
    work = work_of([(calls, quick), (other, slow)])
    assert work.calls.tolist() == [4, 0, 1]
    assert work.minutes == pytest.approx([(3 * 20 + 80) / 4, (4 * 20 + 80) / 5, 20])
    assert work.load == pytest.approx(offered_load(calls, quick) + offered_load(other, slow))
    assert work.mean_variance == pytest.approx(0.25 / 400 + 0.25 * 2.25 / 100)


def test_bounds_hold_both_uncertainties() -> None:
    lower, upper = load_bounds(np.array([10.0, 10.0, 0.0]), np.array([7.0, 0.0, 0.0]), np.array([14.0, 18.0, 0.0]), 0.0)
    assert (lower.tolist(), upper.tolist()) == (pytest.approx([0.7, 0, 1]), pytest.approx([1.4, 1.8, 1]))
    rng = np.random.default_rng(3)
    calls, minutes = rng.normal(10, 2, 400_000), rng.normal(1, 0.15, 400_000)
    drawn = np.quantile(calls * minutes / 10, [0.1, 0.9])
    made = load_bounds(np.array([10.0]), np.array([10 - 2 * 1.28155]), np.array([10 + 2 * 1.28155]), 0.15**2)
    assert np.ravel(made) == pytest.approx(drawn, abs=0.015)
