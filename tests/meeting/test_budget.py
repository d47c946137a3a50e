"""The budget of false signals: thresholds by published tables, the rest by simulation."""

import numpy as np
import polars as pl
import pytest
from scipy import stats

from benchmarks.forecasting import false_signals as simulated
from expectations.contracts import TABLES
from expectations.contracts.ddl import polars_schema
from expectations.signals import FALSE_A_MONTH, TESTS
from transforms.meeting.outlook import meeting_sheet
from transforms.meeting.signals.budget import expected_false, signal_budget, threshold
from transforms.meeting.signals.dispersion import ADJACENT, freedom
from transforms.meeting.signals.drift import drift
from transforms.meeting.signals.exceedance import QUANTILES

YEARS = 10


def known_law(city: simulated.City) -> pl.DataFrame:
    """Forecasts of one who knows the law the counts are drawn from: its quantiles, interpolated."""
    spread, rows = simulated.DISPERSION - 1, []
    for kind, of in zip(simulated.TYPES, simulated.rates(), strict=True):
        rates = dict(zip(simulated.STATIONS, of, strict=True)) | {simulated.AGENCY: of.sum(axis=0)}
        for place, rate in rates.items():
            for month in city.months:
                mean = rate[month.month - 1]
                law = stats.nbinom(mean / spread, 1 / simulated.DISPERSION)
                counts = np.arange(int(law.ppf(1e-9)), int(law.ppf(1 - 1e-9)) + 1)
                values = dict(
                    zip(QUANTILES, np.interp(list(QUANTILES.values()), law.cdf(counts), counts + 0.5), strict=True)
                )
                rows.append({"district": place, "crime_type": kind, "month": month, "mean": mean, **values})
    return pl.DataFrame(rows).with_columns(origin_month=pl.col("month").dt.offset_by("-1mo"), horizon=pl.lit(1))


@pytest.fixture(scope="module")
def unchanged() -> pl.DataFrame:
    """Every month's sheet of decades in which nothing changes, from the sixth year on."""
    months = simulated.HISTORY + 12 * YEARS
    city = simulated.city(np.random.default_rng(20240301), np.ones(months))
    ahead = known_law(city)
    sheets = [
        meeting_sheet(city.crime_month.filter(pl.col("month").is_between(month.replace(year=month.year - 5), month)),
                      ahead, month, simulated.TYPES, city.districts)[0]
        for month in city.months[simulated.HISTORY :]
    ]  # fmt: skip
    by_z = pl.lit(0).alias("before")
    return pl.concat(sheets).with_columns(by_z)


@pytest.mark.slow
def test_chance_alone_stays_within_the_budget_where_forecasts_hold_what_they_say(unchanged: pl.DataFrame) -> None:
    found = {row["level"]: row for row in simulated.false_signals(unchanged).iter_rows(named=True)}
    assert 0.25 < found["station"]["watches"] <= FALSE_A_MONTH["watch"] == 0.5
    assert found["station"]["alerts"] <= 12 * FALSE_A_MONTH["alert"] == 0.5
    assert found["agency"]["watches"] < 0.25
    surprise = unchanged.filter(level="station")["surprise"]
    assert surprise.std() == pytest.approx(1.0, abs=0.05)
    assert (surprise.abs() >= 2.17).mean() == pytest.approx(2 * stats.norm.sf(2.17), abs=0.008)


@pytest.mark.slow
def test_q_values_hold_what_they_promise(unchanged: pl.DataFrame) -> None:
    """Where nothing changes every low q is chance: a sheet has one of at most 5 % in at most 5 % of the months."""
    lowest = unchanged.filter(level="station").group_by("month").agg(pl.col("q_value").min())
    assert (lowest["q_value"] <= 0.05).mean() <= 0.06


@pytest.mark.slow
def test_a_rise_in_its_first_month_is_seen_by_the_products_own_forecasts() -> None:
    rows = simulated.risen([101, 102], np.ones(simulated.ALL_MONTHS))
    assert (rows.filter(level="agency")["signal"] != "none").all()
    assert rows.filter(level="station")["power_30"].is_between(0.2, 1.0).all()


@pytest.mark.slow
def test_a_drift_that_forecasts_follow_is_found_by_the_slower_test() -> None:
    """+2 % a month over a year, 24 cities: how many of the larger series are told of it by its end, by drift alone."""
    growth = np.append(np.ones(simulated.HISTORY + 12), simulated.DRIFT ** np.arange(1, 13))
    seen = []
    for seed in range(24):
        city = simulated.city(np.random.default_rng(seed), growth)
        told = city.crime_month.filter(level="station").with_columns(era=pl.lit(0))
        reached = pl.DataFrame(schema={"district": pl.String, "crime_type": pl.String})
        for month in city.months[-6:]:
            found = drift(told, month)
            at = threshold("watch", 10, float(found["drift_freedom"].min()), TESTS["drift"])  # type: ignore[arg-type]
            reached = pl.concat([reached, found.filter(pl.col("drift") >= at).select("district", "crime_type")])
        seen.append(set(reached.iter_rows()))
    theft = simulated.rates()[0].mean(axis=1)
    largest = simulated.STATIONS[int(theft.argmax())]
    assert np.mean([(largest, "theft") in one for one in seen]) > 0.6


def test_thresholds_are_students_t_at_the_budget() -> None:
    # Published tables of t (two-sided): 20 series of a budget of 0.5 are 2.5 % each; 2.5 % at 30 degrees: 2.360.
    assert threshold("watch", 20, 30) == pytest.approx(2.360, abs=5e-4)
    # An alert of 50 series: 0.5 / 12 / 50 each.
    assert threshold("alert", 50, 1e9) == pytest.approx(stats.norm.isf(0.5 / 12 / 50 / 2), abs=1e-4)
    # Few series: the least that is ever signalled.
    assert (threshold("watch", 2, 36), threshold("alert", 2, 36)) == (2.0, 3.0)
    # Half the budget of 40 series is the whole of 80.
    assert threshold("watch", 40, 30, 0.5) == threshold("watch", 80, 30)
    assert sum(TESTS.values()) == 1.0


def test_freedom_is_that_of_a_mean_of_own_and_shared_squares() -> None:
    """Against the variance of the mean itself: five series of 36 comparisons each, 36/60 own, the rest shared."""
    random = np.random.default_rng(11)
    own = random.chisquare(36, (200_000, 5)) / 36
    phi = 0.6 * own[:, 0] + 0.4 * own.mean(axis=1)
    assert freedom(np.full(5, 36.0))[0] == pytest.approx(2 / phi.var(), rel=0.02)
    # A series of its own has its comparisons; one without any leans on the others'.
    assert freedom(np.array([36.0]))[0] == pytest.approx(36)
    assert freedom(np.array([36.0, 0.0]))[1] == pytest.approx(36)
    assert freedom(np.array([0.0]))[0] == 0.0


def test_freedom_of_comparisons_that_overlap() -> None:
    """φ of five young series of ten months each: the weights by how many there are, the worth by what they share."""
    random = np.random.default_rng(12)
    x = random.normal(size=(100_000, 5, 11))
    own = (np.diff(x, axis=-1) ** 2 / 2).mean(axis=-1)
    weight = 10 / 34
    phi = weight * own[:, 0] + (1 - weight) * own.mean(axis=1)
    assert freedom(np.full(5, 10.0))[0] * ADJACENT == pytest.approx(2 / phi.var(), rel=0.05)


def test_a_sheet_of_which_nothing_is_tested_has_no_budget() -> None:
    names = ("surprise", "surprise_freedom", "drift", "drift_freedom")
    sheet = pl.DataFrame({"level": ["station"]}).with_columns(pl.lit(None, pl.Float64).alias(name) for name in names)
    assert signal_budget(sheet).is_empty()
    assert signal_budget(sheet).schema == polars_schema(TABLES["signal_budget"])


def test_what_is_expected_is_told_by_level_and_test() -> None:
    sheet = pl.DataFrame({"level": ["station"] * 10, "surprise": [0.1] * 10, "surprise_freedom": [30.0] * 10,
                          "drift": [None, *[0.2] * 9], "drift_freedom": [None, *[12.0] * 9]})  # fmt: skip
    rows = {(row["test"], row["signal"]): row for row in signal_budget(sheet).iter_rows(named=True)}
    assert set(rows) == {(test, signal) for test in TESTS for signal in FALSE_A_MONTH}
    watch = rows["drift", "watch"]
    assert (watch["series"], watch["degrees_of_freedom"], watch["budget_per_month"]) == (9, 12.0, 0.125)
    assert watch["threshold"] == pytest.approx(stats.t.isf(0.125 / 9 / 2, 12))
    assert watch["expected_per_month"] == pytest.approx(0.125)
    assert rows["surprise", "watch"]["expected_per_month"] == pytest.approx(0.375)
    assert expected_false(2.36, np.full(20, 30.0)) == pytest.approx(0.5, abs=0.001)
