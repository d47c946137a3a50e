"""The outlook's intervals hold what they say, and the funnel's limits are those of the Poisson distribution."""

import math
from datetime import date
from fractions import Fraction

import numpy as np
import polars as pl
import pytest
from scipy.special import ndtri

from expectations.contracts.nation.added import ADDED
from expectations.months import add_months
from transforms.nation.added import added, apart
from transforms.nation.nation_funnel import (
    WINSORISED,
    WINSORISED_SQUARE,
    by_forecast,
    exact_limits,
    limits,
    nation_funnel,
    overdispersion,
)
from transforms.nation.nation_outlook import nation_outlook

MONTH = date(2024, 3, 1)
Z80, Z95, Z50 = 1.2815515655446004, 1.959963984540054, 0.6744897501960817


@pytest.mark.slow
@pytest.mark.parametrize("together", [0.0, 0.15, 0.5])
def test_intervals_of_the_nation_hold_as_often_as_they_say(together: float) -> None:
    """300 nations of 18 agencies, known from 24 origins: each a crime type of its own, so one call makes all."""
    draw = np.random.default_rng(7)
    nations, agencies, origins = 300, 18, 25
    means = draw.uniform(50, 900, (nations, agencies))
    spread = np.sqrt(2 * means)
    shared = draw.normal(size=(nations, 1, origins))
    errors = math.sqrt(together) * shared + math.sqrt(1 - together) * draw.normal(size=(nations, agencies, origins))
    months = [add_months(MONTH, back - origins + 2) for back in range(origins)]  # the last is still to come
    at = [a.ravel() for a in np.meshgrid(*map(np.arange, errors.shape), indexing="ij")]
    mean, sd = means[at[0], at[1]], spread[at[0], at[1]]
    frame = pl.DataFrame(
        {"crime_type": [f"{n:03d}" for n in at[0]], "agency": [f"{a:02d}" for a in at[1]],
         "month": [months[m] for m in at[2]], "mean": mean, "median": mean, "observed": mean + sd * errors.ravel(),
         **{f"{side}_{held}": mean + sign * z * sd for held, z in ((50, Z50), (80, Z80), (95, Z95))
            for side, sign in (("lower", -1), ("upper", 1))}},
    ).with_columns(origin_month=pl.col("month").dt.offset_by("-1mo"), horizon=pl.lit(1, pl.Int32))  # fmt: skip
    counted = pl.DataFrame(
        schema={"agency": pl.String, "crime_type": pl.String, "month": pl.Date, "incidents": pl.Int64}
    )
    told = nation_outlook(frame, frame.filter(pl.col("month") <= MONTH), counted, pl.lit(MONTH))
    assert told.height == nations
    assert set(told["origins"]) == {24}
    came = frame.filter(pl.col("origin_month") == MONTH).group_by("crime_type").agg(pl.col("observed").sum())
    beside = told.join(came, on="crime_type")
    for held in (80, 95):
        share = beside.select(pl.col("observed").is_between(f"lower_{held}", f"upper_{held}").mean()).item()
        # No less than promised but for chance, three standard errors; a little more, for the correlation's own.
        assert held / 100 - 3 * math.sqrt(held * (100 - held) / 300) / 100 < share <= min(1.0, held / 100 + 0.12)
    assert told["mean"].to_numpy() == pytest.approx(means.sum(axis=1))


def test_without_enough_origins_bounds_add_up() -> None:
    rows = pl.DataFrame({"agency": ["a", "b"], "origin_month": MONTH, "crime_type": "theft",
                         "month": add_months(MONTH, 1),
                         "horizon": 1, "mean": [50.0, 70.0], "median": [50.0, 70.0],
                         **{f"lower_{h}": [45.0, 60.0] for h in (50, 80, 95)},
                         **{f"upper_{h}": [55.0, 80.0] for h in (50, 80, 95)}})  # fmt: skip
    before = pl.DataFrame({"agency": ["a"], "crime_type": ["theft"], "month": [date(2023, 4, 1)], "incidents": [9]})
    told = nation_outlook(rows, rows.clear().with_columns(observed=pl.lit(0.0)), before, pl.lit(MONTH))
    row = told.to_dicts()[0]
    assert (row["lower_80"], row["upper_80"], row["correlation"], row["origins"]) == (105.0, 135.0, 1.0, 0)
    assert row["same_month_last_year"] is None  # b's is not known


@pytest.mark.parametrize("expected", [0.4, 3.0, 12.5, 80.0])
def test_exact_limits_are_those_of_a_sum_of_exact_probabilities(expected: float) -> None:
    """An independent way: probabilities by fractions, the distribution function drawn straight between its steps."""
    mean, term, total, to = Fraction(expected), Fraction(1), Fraction(0), []
    for k in range(400):
        total += term
        to.append(float(total) * math.exp(-expected))
        term = term * mean / (k + 1)
        if k > expected and float(term) * math.exp(-expected) < 1e-18:
            break
    for p in (0.001, 0.025, 0.975, 0.999):
        between = np.interp(p, [0.0, *to], range(-1, len(to)))
        assert exact_limits(np.array([expected]), p)[0] == pytest.approx(max(between, 0.0) / expected, abs=1e-9)


def test_limits_agree_with_garwoods_table() -> None:
    """Where 8 are seen the mean's exact 95 % limits are 3.4538 and 15.7632 (Garwood 1936, Biometrika 28:437).

    So P(Y ≤ 7 | 3.4538) = 0.975 and P(Y ≤ 8 | 15.7632) = 0.025: of these means 7 and 8 are the funnel's limits.
    """
    assert exact_limits(np.array([3.4538]), 0.975)[0] * 3.4538 == pytest.approx(7.0, abs=2e-3)
    assert exact_limits(np.array([15.7632]), 0.025)[0] * 15.7632 == pytest.approx(8.0, abs=2e-3)


def test_differences_between_agencies_are_told_from_chance() -> None:
    """400 nations: without differences one in twenty lies outside 95 %, with them the limits widen to hold again."""
    draw = np.random.default_rng(11)
    outside: dict[float, list[float]] = {}
    for tau in (0.0, 0.1):
        for _ in range(400):
            expected = draw.uniform(200, 6000, 18)
            observed = draw.poisson(expected * (1 + draw.normal(0, tau, 18)) ** 2).astype(float)
            _, between = overdispersion(observed, expected)
            low, high = limits(expected, 0.95, between)
            ratio = observed / expected
            outside.setdefault(tau, []).append(float(((ratio < low) | (ratio > high)).mean()))
    z = float(ndtri(1 - WINSORISED))
    normal = 1 - 2 * WINSORISED - 2 * z * math.exp(-z * z / 2) / math.sqrt(2 * math.pi) + 2 * WINSORISED * z * z
    assert pytest.approx(normal, abs=1e-6) == WINSORISED_SQUARE
    assert 0.03 < np.mean(outside[0.0]) < 0.06
    assert 0.04 < np.mean(outside[0.1]) < 0.08


def test_the_one_that_differs_is_named_and_nobody_else() -> None:
    rows = pl.DataFrame({"crime_type": "theft", "measure": "residents", "agency": [f"{n:02d}" for n in range(18)],
                         "agency_name": [f"A{n}" for n in range(18)], "observed": [1000.0] * 17 + [1400.0],
                         "expected": [1e6] * 18})  # fmt: skip
    told = nation_funnel(rows, MONTH)
    assert told.filter(pl.col("position") != "inside").select("agency", "position").rows() == [("17", "above_998")]
    assert told["expected"].sum() == pytest.approx(told["observed"].sum())
    assert nation_funnel(rows.head(1), MONTH).is_empty()


def test_a_month_that_is_not_whole_is_held_against_no_forecast() -> None:
    told = pl.DataFrame({"agency": ["a", "b"], "agency_name": ["A", "B"], "crime_type": "theft", "month": MONTH,
                         "expected_final": [90.0, 30.0], "complete": [True, False]})  # fmt: skip
    ahead = told.select("agency", "crime_type", "month", horizon=pl.lit(1), mean=pl.lit(100.0))
    assert by_forecast(told, ahead, MONTH).select("agency", "observed", "expected").rows() == [("a", 90.0, 100.0)]


def test_sums_are_whole_or_empty_and_stations_are_held_to_them() -> None:
    (of,) = (one for one in ADDED if one.table.name == "crime_month")
    row = {"crime_type": "theft", "month": MONTH, "incidents": 10, "expected_final": 0.1, "cleared": 4,
           "provisional": False, "complete": True}  # fmt: skip
    one, other = pl.DataFrame([row]), pl.DataFrame([row | {"cleared": None, "provisional": True}])
    other = other.with_columns(pl.col("cleared").cast(pl.Int64))
    (told,) = added([one, other], of, asked=2).to_dicts()
    assert told == row | {"agencies": 2, "incidents": 20, "expected_final": 0.2, "cleared": None, "provisional": True}
    assert not added([one, other], of, asked=3)["complete"][0]
    halves = pl.DataFrame([row | {"incidents": 5, "expected_final": 0.05, "cleared": 2}] * 2)
    assert apart(one, halves, of) == []
    assert apart(one, halves.with_columns(expected_final=pl.lit(0.05 + 1e-8)), of) == ["expected_final"]
    assert apart(one, halves.with_columns(cleared=pl.lit(None, pl.Int64)), of) == []
