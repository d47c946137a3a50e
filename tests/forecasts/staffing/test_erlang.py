"""Erlang's formulas against published tables, exact fractions and integrals; needs against both."""

from fractions import Fraction
from math import factorial

import numpy as np
import pytest
from scipy.stats import gamma

from forecasts.staffing.erlang import rate_nodes, rate_quantile, share_waiting, units_needed

PUBLISHED_B = [(8.0, 10, 0.121661), (12.0, 10, 0.301925), (12.0, 14, 0.117210), (20.0, 18, 0.221260)]
"""Load, units and Erlang's B, six places, as codingace.net/maths/blocking_probability.html prints them."""
TABLE_B = [(5, 1.3608), (10, 4.4612), (20, 12.031), (50, 37.901)]
"""Units and the load at which B is 1 %: the table of the loss formula that handbooks of teletraffic print."""


def exact(units: int, load: Fraction) -> Fraction:
    """Erlang (1917), the sum as he wrote it, in whole numbers."""
    last = load**units / factorial(units) * units / (units - load)
    return last / (sum((load**n / factorial(n) for n in range(units)), Fraction(0)) + last)


def c_of_b(units: int, load: float, blocked: float) -> float:
    return blocked / (1 - load / units * (1 - blocked))


@pytest.mark.parametrize(("load", "units", "blocked"), [row for row in PUBLISHED_B if row[0] < row[1]])
def test_as_published(load: float, units: int, blocked: float) -> None:
    assert share_waiting(units, load, 0.0) == pytest.approx(c_of_b(units, load, blocked), abs=2e-6)


@pytest.mark.parametrize(("units", "load"), TABLE_B)
def test_as_the_table_of_one_per_cent_has_it(units: int, load: float) -> None:
    waits = float(share_waiting(units, load, 0.0))
    # The table's load is rounded in its last place; of C that is this much.
    near = abs(float(share_waiting(units, load + 10 ** -(4 if load < 10 else 3) / 2, 0.0)) - waits) + 1e-9
    assert waits == pytest.approx(c_of_b(units, load, 0.01), abs=near)


def test_as_exact_fractions_have_it() -> None:
    cases = [(1, "1/2"), (2, "1"), (3, "2"), (5, "9/2"), (14, "12"), (60, "57"), (300, "290")]
    assert exact(2, Fraction(1)) == Fraction(1, 3)
    assert exact(3, Fraction(2)) == Fraction(4, 9)
    units = np.array([c for c, _ in cases])
    loads = np.array([float(Fraction(a)) for _, a in cases])
    assert share_waiting(units, loads, 0.0) == pytest.approx(
        [float(exact(c, Fraction(a))) for c, a in cases], abs=1e-12
    )
    later = share_waiting(units, loads, 0.7)
    assert later == pytest.approx(share_waiting(units, loads, 0.0) * np.exp(-(units - loads) * 0.7), rel=1e-12)


def test_beyond_what_units_can_do_everybody_waits() -> None:
    assert share_waiting(np.array([0, 3, 3, 3, 2]), np.array([0.0, 3.0, 4.0, 0.0, 1e-9]), 0.1).tolist()[:4] == [
        1,
        1,
        1,
        0,
    ]


@pytest.mark.parametrize("variance", [0.003, 0.05, 0.6])
def test_needs_are_those_of_the_integral_over_the_rate(variance: float) -> None:
    """Share of the calls that wait, not of the days: a rate twice as high brings twice as many."""
    rates = gamma(1 / variance, scale=variance).ppf((np.arange(20_000) + 0.5) / 20_000)
    for load, wait, share in [(0.4, 0.0, 0.9), (6.0, 0.02, 0.9), (18.0, 1 / 45, 0.8)]:
        (needed,) = units_needed(np.array([load]), np.array([variance]), wait, share)
        late = [float((rates * share_waiting(units, load * rates, wait)).mean()) for units in (needed, needed - 1)]
        assert late[0] <= 1 - share + 0.0005
        assert late[1] > 1 - share - 0.0005


def test_without_uncertainty_a_need_is_the_first_that_erlang_lets_pass() -> None:
    loads = np.array([0.0, 0.05, 1.0, 4.0, 25.0, 140.0])
    needed = units_needed(loads, np.zeros(6), 1 / 45, 0.9)
    assert needed[0] == 1
    assert (share_waiting(needed, loads, 1 / 45) <= 0.1).all()
    assert (share_waiting(needed[1:] - 1, loads[1:], 1 / 45) > 0.1).all()
    assert (units_needed(loads[2:], np.full(4, 0.1), 1 / 45, 0.9) > needed[2:]).all()


def test_rates_have_mean_one_and_their_variance() -> None:
    variance = np.array([0.0, 0.01, 0.3])
    rates, weights = rate_nodes(variance)
    assert weights.sum() == pytest.approx(1, abs=1e-12)
    assert rates @ weights == pytest.approx(1, abs=1e-12)
    assert (rates - 1) ** 2 @ weights == pytest.approx(variance, rel=0.02)
    assert rate_quantile(variance, 0.9) == pytest.approx([1, *gamma(1 / variance[1:], scale=variance[1:]).ppf(0.9)])
