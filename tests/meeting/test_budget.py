"""The budget of false signals held by simulation, the thresholds by published tables, and the printed power by both."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from scipy import stats

from benchmarks.forecasting import false_signals as simulated
from expectations.contracts import TABLES
from expectations.contracts.ddl import empty, polars_schema
from expectations.signals import FALSE_A_MONTH, LEAST
from transforms.meeting.outlook import meeting_sheet
from transforms.meeting.signals.budget import expected_false, signal_budget, threshold
from transforms.meeting.signals.change import change_z, false_discovery, two_sided_p, unchanged
from transforms.meeting.signals.dispersion import ADJACENT, freedom
from transforms.meeting.signals.power import power

DECADES = 400
RISES = 2000


@pytest.fixture(scope="module")
def grown() -> simulated.Judged:
    """No-change decades of the ten station series, after six years of history."""
    months = simulated.HISTORY + simulated.DECADE
    return simulated.judge(simulated.unchanged(np.random.default_rng(20240301), DECADES, months, simulated.rates()))


@pytest.fixture(scope="module")
def risen() -> tuple[simulated.Judged, np.ndarray]:
    """Decades in which every series rises by 30 % and stays there, and the month of the step."""
    x, start = simulated.raised(np.random.default_rng(20240302), RISES, simulated.DECADE)
    return simulated.judge(x), start


@pytest.mark.slow
def test_chance_alone_stays_within_the_budget_of_ten_series(grown: simulated.Judged) -> None:
    watches, alerts = simulated.false_signals(grown, simulated.HISTORY)
    assert 0.4 < watches <= FALSE_A_MONTH["watch"] == 0.5
    assert 0.3 < alerts <= 12 * FALSE_A_MONTH["alert"] == 0.5
    # What the sheet prints beside it: by formula, for the degrees of freedom of a long history.
    told = expected_false(float(grown.watch[-1]), grown.freedom[:, -1])
    assert watches == pytest.approx(told, abs=0.02)


@pytest.mark.slow
def test_a_young_agency_keeps_the_budget_by_higher_thresholds() -> None:
    x = simulated.unchanged(np.random.default_rng(20240303), DECADES, 60, simulated.rates())
    judged = simulated.judge(x)
    for first, last in ((12, 24), (24, 36), (36, 60)):
        months = slice(first, last)
        assert judged.watches[:, :, months].sum(1).mean() <= 0.5
        assert 12 * judged.alerts[:, :, months].sum(1).mean() <= 0.5
    assert judged.alert[26] > LEAST["alert"] == judged.alert[-1]


@pytest.mark.slow
def test_q_values_hold_what_they_promise(grown: simulated.Judged) -> None:
    """Where nothing changes every low q is chance: a sheet has one of at most 5 % in at most 5 % of the months."""
    low = [
        (false_discovery(two_sided_p(grown.z[run, :, t], grown.freedom[:, t])) <= 0.05).any()
        for run in range(100)
        for t in range(simulated.HISTORY, grown.z.shape[-1], 3)
    ]
    assert 0.03 < np.mean(low) <= 0.055


@pytest.mark.slow
def test_eighty_boxes_have_the_same_budget_for_themselves() -> None:
    x = simulated.unchanged(np.random.default_rng(20240304), 60, simulated.DECADE, simulated.box_rates())
    assert x.shape[1] == 80
    watches, alerts = simulated.false_signals(simulated.judge(x), 12)
    assert 0.1 < watches <= 0.5
    assert alerts <= 0.5


@pytest.mark.slow
def test_a_rise_by_30_per_cent_is_flagged_within_three_months_from_97_a_month_on(
    risen: tuple[simulated.Judged, np.ndarray],
) -> None:
    share = simulated.flagged(*risen)
    large = simulated.rates().mean(axis=1) >= 97
    assert large.sum() == 6
    assert share[large].min() >= 0.8
    # Chance alone flags a series this often in three months: the rest is the rise.
    assert share.min() > 0.5


@pytest.mark.slow
def test_the_printed_power_is_what_the_simulation_gives(risen: tuple[simulated.Judged, np.ndarray]) -> None:
    np.testing.assert_allclose(simulated.printed(*risen), simulated.flagged(*risen), atol=0.03)


@pytest.mark.slow
@pytest.mark.parametrize(("rate", "dispersion"), [(2.0, 1.0), (6.0, 1.3), (12.0, 1.6), (19.0, 1.0), (24.0, 1.6)])
def test_the_power_of_small_counts_is_that_of_the_exact_test(rate: float, dispersion: float) -> None:
    """Without an estimate in between: φ known, three months of counts drawn and judged."""
    runs, years, limit = 40_000, 3, 2.0
    random = np.random.default_rng(7)

    def drawn(mean: float) -> np.ndarray:
        if dispersion == 1.0:
            return random.poisson(mean, (runs, 3)).astype(float)
        return random.negative_binomial(mean / (dispersion - 1), 1 / dispersion, (runs, 3)).astype(float)

    mean = (drawn(years * rate) / years).ravel()
    z = change_z(drawn(1.3 * rate).ravel(), mean, np.full(3 * runs, 3.0), np.full(3 * runs, dispersion))
    share = (np.abs(z.reshape(runs, 3)) >= limit).any(axis=1).mean()
    told = power(*(np.array([value]) for value in (rate, 3.0, dispersion, 1e6, limit)))[0]
    assert told == pytest.approx(share, abs=0.01)


def test_power_is_unknown_without_an_earlier_year_and_nothing_where_nothing_happens() -> None:
    told = power(
        *(np.array(values) for values in ([50.0, np.nan, 0.0], [0.0, 3.0, 3.0], [1.6] * 3, [70.0] * 3, [2.0] * 3))
    )
    assert np.isnan(told[0])
    assert np.isnan(told[1])
    assert told[2] == 0.0


def test_power_grows_with_the_counts_and_shrinks_with_their_noise() -> None:
    def told(rate: float, dispersion: float) -> float:
        return float(power(*(np.array([value]) for value in (rate, 3.0, dispersion, 70.0, 2.0)))[0])

    assert told(20, 1.6) < told(50, 1.6) < told(97, 1.6) < told(500, 1.6) <= 1
    assert told(97, 3.0) < told(97, 1.6) < told(97, 1.0)
    # Larger counts are looked at by quantiles: no step where that begins.
    assert told(300, 1.6) == pytest.approx(told(301, 1.6), abs=0.005)


def test_thresholds_are_students_t_at_the_budget() -> None:
    # Published tables of t (two-sided): 20 series of a budget of 0.5 are 2.5 % each; 2.5 % at 30 degrees: 2.360.
    assert threshold("watch", 20, 30) == pytest.approx(2.360, abs=5e-4)
    # An alert of 50 series: 0.5 / 12 / 50 each.
    assert threshold("alert", 50, 1e9) == pytest.approx(stats.norm.isf(0.5 / 12 / 50 / 2), abs=1e-4)
    # Few series: the least that is ever signalled.
    assert (threshold("watch", 2, 36), threshold("alert", 2, 36)) == (2.0, 3.0)
    assert (threshold("watch", 10, 73.77), threshold("alert", 10, 73.77)) == (2.0, 3.0)


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


@pytest.mark.parametrize("mean", [0.0, 0.4, 3.0, 11.0, 19.6, 20.0, 24.0, 97.3, 500.0])
@pytest.mark.parametrize(("years", "dispersion", "limit"), [(3, 1.0, 2.0), (3, 1.6, 2.8), (1, 1.2, 2.0), (2, 2.5, 3.5)])
def test_inside_the_band_no_count_is_a_watch_and_outside_every_one_is(
    mean: float, years: int, dispersion: float, limit: float
) -> None:
    low, high = (float(end[0]) for end in unchanged(*(np.array([v], float) for v in (mean, years, dispersion, limit))))
    assert low <= mean <= high
    counts = np.arange(0, 3 * int(mean) + 60, dtype=float)
    z = change_z(counts, *(np.full(len(counts), float(value)) for value in (mean, years, dispersion)))
    inside = (counts > low) & (counts < high) if low else counts < high
    assert (np.abs(z[inside]) < limit + 1e-9).all()
    assert (np.abs(z[counts >= high]) >= limit - 1e-9).all()
    # Just below the band; further down the exact test may be a little more cautious than the formula was.
    assert (np.abs(z[(counts <= low) & (counts > low - 1) & (low > 0)]) >= limit - 1e-9).all()


def test_one_simulated_decade_is_judged_as_the_published_sheet_judges_it() -> None:
    """The simulation and the product are two ways through the same numbers; here is one decade through both."""
    x = simulated.unchanged(np.random.default_rng(5), 1, 60, simulated.rates())
    judged = simulated.judge(x)
    months = pl.date_range(date(2019, 1, 1), date(2023, 12, 1), "1mo", eager=True).to_list()
    places = [f"{kind}-{station}" for kind in simulated.TYPES for station in simulated.STATIONS]
    rows = [
        {
            "district": place.split("-")[1],
            "district_name": place,
            "level": "station",
            "parent": "city",
            "crime_type": place.split("-")[0],
            "month": month,
            "incidents": int(x[0, s, t]),
            "expected_final": x[0, s, t],
            "expected_final_lower_80": None,
            "expected_final_upper_80": None,
            "cleared": None,
            "provisional": False,
            "complete": True,
        }
        for s, place in enumerate(places)
        for t, month in enumerate(months)
    ]
    crime_month = pl.DataFrame(rows, schema=polars_schema(TABLES["crime_month"]))
    districts = pl.DataFrame({"district": list(simulated.STATIONS), "is_unknown": [False] * 5})
    for t in (20, 30, 45, 59):
        sheet, budget = meeting_sheet(crime_month, empty(TABLES["forecast"]), months[t], simulated.TYPES, districts)
        found = {(row["crime_type"], row["district"]): row for row in sheet.iter_rows(named=True)}
        for s, place in enumerate(places):
            row = found[place.split("-")[0], place.split("-")[1]]
            assert row["z"] == pytest.approx(judged.z[0, s, t], abs=1e-9)
            assert row["dispersion"] == pytest.approx(judged.dispersion[0, s, t])
            assert (row["signal"] != "none") == judged.watches[0, s, t]
        limits = dict(budget.select("signal", "threshold").iter_rows())
        assert limits == pytest.approx({"watch": judged.watch[t], "alert": judged.alert[t]})
        assert budget["series"].to_list() == [10, 10]
        assert (budget["expected_per_month"] <= budget["budget_per_month"] + 1e-9).all()


def test_a_sheet_without_z_has_no_budget() -> None:
    sheet = pl.DataFrame(
        {"level": ["station"], "z": [None], "freedom": [None]},
        schema_overrides={"z": pl.Float64, "freedom": pl.Float64},
    )
    assert signal_budget(sheet).is_empty()
    assert signal_budget(sheet).schema == polars_schema(TABLES["signal_budget"])
