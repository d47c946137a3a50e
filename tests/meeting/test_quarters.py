"""Quarters of the small history: a and b 100 a month, b 150 in March 2024; forecasts of 100 to come."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.agency import Break
from expectations.contracts import TABLES
from expectations.contracts.ddl import empty, polars_schema
from expectations.months import SPANS, add_months, month_range
from expectations.signals import TESTS
from tests.meeting.test_outlook import MONTH, districts, history, with_row, without
from transforms.meeting.signals.budget import threshold
from transforms.meeting.signals.drift import drift
from transforms.meeting.signals.exceedance import QUANTILES
from transforms.meeting.signals.windows import windows, worth
from transforms.meeting.spans.crime_quarter import crime_quarter
from transforms.meeting.spans.interval import sum_bounds
from transforms.meeting.spans.outlook_quarter import outlook_quarter, periods
from transforms.meeting.spans.total import QUANTITIES, Ahead

VALUES = dict(zip(QUANTILES, (80.0, 87.0, 93.0, 100.0, 107.0, 113.0, 120.0), strict=True)) | {"mean": 100.0}
SERIES = {"district": "a", "district_name": "a", "level": "station", "parent": "city", "crime_type": "theft"}
NOTHING_AHEAD = Ahead(*(empty(TABLES[name]) for name in ("forecast", "forecast_score", "running_month")))


def foreseen(*months: date, origin: date = MONTH) -> pl.DataFrame:
    rows = [
        {**SERIES, **VALUES, "origin_month": origin, "month": month, "horizon": n, "method": "x=1", "issued": True,
         "run_id": "0" * 16}
        for n, month in enumerate(months, 1)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=polars_schema(TABLES["forecast"]))


def running(month: date, counted: int, through: date) -> pl.DataFrame:
    row = {**SERIES, **VALUES, "month": month, "through": through, "days": through.day, "counted": counted,
           "completeness": 1.0, "method": "x=1", "probability_above_last_year": 0.5}  # fmt: skip
    return pl.DataFrame([row], schema=polars_schema(TABLES["running_month"]))


def sheet(
    crime_month: pl.DataFrame, ahead: Ahead = NOTHING_AHEAD, month: date = MONTH, breaks: tuple[Break, ...] = ()
) -> dict[tuple[str, str, str], dict]:
    """Rows by district, span and state."""
    made = outlook_quarter(crime_month, ahead, month, ("theft", "violence"), districts(), breaks)
    assert made.schema == polars_schema(TABLES["outlook_quarter"])
    return {(row["district"], row["span"], row["state"]): row for row in made.iter_rows(named=True)}


def test_after_a_quarter_it_is_over_and_the_next_lies_ahead():
    found = sheet(history())
    b, ahead = found["b", "quarter", "over"], found["b", "quarter", "ahead"]
    assert (b["period"], b["months"], b["incidents"], b["to_date"]) == (date(2024, 1, 1), 3, 350, 350)
    assert (b["same_months_last_year"], b["three_year_mean"], b["years_compared"]) == (300, 300.0, 3)
    assert (b["three_year_lowest"], b["three_year_highest"], b["through"]) == (300.0, 300.0, date(2024, 3, 31))
    # 2(√350 − √300)/√(1 + 1/3); nothing varied before, so φ is 1.
    assert b["z"] == pytest.approx(2 * (350**0.5 - 300**0.5) / (4 / 3) ** 0.5)
    assert (b["signal"], b["direction"]) == ("watch", "up")
    assert b["per_cent_change"] == pytest.approx(100 / 6)
    assert (ahead["period"], ahead["months"], ahead["incidents"], ahead["z"], ahead["signal"]) == (
        date(2024, 4, 1), 0, None, None, "none",
    )  # fmt: skip
    assert found["city", "quarter", "over"]["incidents"] == 800, (
        "what could be placed nowhere is the city's all the same"
    )
    assert {key[0] for key in found} == {"city", "a", "b"}, "children that collect unknown districts are left out"


def test_within_a_quarter_like_months_are_compared():
    february = date(2024, 2, 1)
    found = sheet(history().filter(pl.col("month") <= february), month=february)
    over, now = found["a", "quarter", "over"], found["a", "quarter", "running"]
    assert (over["period"], over["incidents"], over["months"]) == (date(2023, 10, 1), 300, 3)
    assert (now["period"], now["months"], now["incidents"], now["same_months_last_year"]) == (
        date(2024, 1, 1), 2, 200, 200,
    )  # fmt: skip
    assert (now["same_period_last_year"], now["z"]) == (300, 0.0)
    year = found["a", "year", "running"]
    assert (year["period"], year["months"], year["incidents"], year["three_year_mean"]) == (
        date(2024, 1, 1), 2, 200, 200.0,
    )  # fmt: skip
    assert found["a", "year", "over"]["incidents"] == 1200


@pytest.mark.slow
def test_a_quarter_to_come_is_the_sum_of_its_months():
    ahead = Ahead(
        foreseen(*month_range(date(2024, 4, 1), date(2024, 6, 1))),
        empty(TABLES["forecast_score"]),
        NOTHING_AHEAD.running,
    )
    row = sheet(history(), ahead)["a", "quarter", "ahead"]
    assert (row["mean"], row["median"], row["same_period_last_year"]) == (300.0, 300.0, 300)
    # Nothing is known of how errors go together: the bounds add up.
    assert (row["lower_80"], row["upper_80"]) == pytest.approx((261.0, 339.0))
    # As likely as not; "above 300" is above 300.5.
    assert 0.45 < row["probability_above_last_year"] < 0.5
    half = sheet(history(), ahead)["a", "half_year", "running"]
    assert (half["mean"], half["lower_80"]) == pytest.approx((600.0, 561.0)), "its first three months are certain"
    assert sheet(history(), ahead)["a", "year", "running"]["mean"] is None, "the forecast ends in June"
    assert sheet(history(), ahead)["b", "quarter", "ahead"]["mean"] is None, "b is not forecast"


def test_the_running_month_counts_as_it_was_moved_and_its_days_are_to_date():
    days = running(date(2024, 4, 1), 70, date(2024, 4, 16)).with_columns(mean=pl.lit(130.0))
    ahead = Ahead(foreseen(*month_range(date(2024, 4, 1), date(2024, 6, 1))), empty(TABLES["forecast_score"]), days)
    row = sheet(history(), ahead)["a", "quarter", "ahead"]
    assert (row["mean"], row["to_date"], row["through"]) == (330.0, 70, date(2024, 4, 16))
    assert (row["incidents"], row["z"]) == (None, None), "days are never compared with months"


def test_late_reports_leave_a_quarter_open():
    late = {"expected_final": 110.0, "expected_final_lower_80": 105.0, "expected_final_upper_80": 120.0}
    row = sheet(with_row(history(), "a", MONTH, **late))["a", "quarter", "over"]
    assert (row["incidents"], row["expected_final"], row["mean"], row["lower_80"], row["upper_80"]) == (
        300, 310.0, 310.0, 305.0, 320.0,
    )  # fmt: skip
    # The late reports' variance, (15 / 2.563)² over the count, widens the denominator.
    wide = (15 / (2 * 1.2815515655446004)) ** 2 / 310
    assert row["z"] == pytest.approx(2 * (310**0.5 - 300**0.5) / (4 / 3 + wide) ** 0.5)


@pytest.mark.parametrize("month", [date(2024, 1, 1), date(2023, 2, 1)])
def test_a_month_that_is_missing_or_not_whole_compares_nothing(month):
    for part in (without(history(), "a", month), with_row(history(), "a", month, complete=False)):
        row = sheet(part)["a", "quarter", "over"]
        if month.year == MONTH.year:
            assert (row["z"], row["signal"], row["mean"], row["complete"]) == (None, "none", None, False)
            assert (row["same_months_last_year"], row["three_year_mean"], row["through"]) == (None, None, None)
        else:
            assert (row["years_compared"], row["same_months_last_year"]) == (2, None)


def test_sums_are_not_compared_across_a_break():
    broken = (Break(series="crime.theft", start=date(2023, 6, 1), end=None, reason="counted otherwise"),)
    row = sheet(history(), breaks=broken)["a", "quarter", "over"]
    assert (row["z"], row["years_compared"]) == (None, 0)


@pytest.mark.slow
@settings(max_examples=20)
@given(
    counts=st.lists(st.integers(0, 400), min_size=30, max_size=40),
    month=st.integers(0, 11),
)
def test_every_period_is_the_sum_of_its_months_in_every_table(counts, month):
    last = date(2023, month + 1, 1)
    months = month_range(add_months(last, 1 - len(counts)), last)
    base = history().filter(district="a").head(len(counts))
    told = base.with_columns(
        month=pl.Series(months), incidents=pl.Series(counts), expected_final=pl.Series(counts, dtype=pl.Float64)
    )
    by_month = dict(zip(months, counts, strict=True))
    for row in crime_quarter(told).iter_rows(named=True):
        inside = [n for m, n in by_month.items() if row["period"] <= m < add_months(row["period"], SPANS[row["span"]])]
        assert (row["incidents"], row["expected_final"], row["months"]) == (sum(inside), sum(inside), len(inside))
        assert row["complete"] == (len(inside) == SPANS[row["span"]])
    for row in sheet(told, month=last).values():
        inside = [n for m, n in by_month.items() if row["period"] <= m < add_months(row["period"], SPANS[row["span"]])]
        assert (row["incidents"] or 0, row["months"]) == (sum(inside), len(inside))


def test_of_every_span_the_one_over_and_the_one_after_it():
    for month in month_range(date(2023, 1, 1), date(2024, 12, 1)):
        for over, after in zip(*[iter(periods(month))] * 2, strict=True):
            assert over.newest == over.last <= month
            assert after.first == add_months(over.last, 1)
            assert after.counted == len(month_range(after.first, month))
            assert after.counted < SPANS[after.span]


def test_what_overlapping_windows_are_worth():
    """The mean of squares of n overlapping sums of independent normals spreads as that of n·worth independent ones."""
    random = np.random.default_rng(1)
    for months in (1, 3, 6, 12):
        noise = random.normal(size=(4000, 400 + months - 1))
        sums = np.lib.stride_tricks.sliding_window_view(noise, months, axis=1).sum(axis=-1) / months**0.5
        spread = (sums**2).mean(axis=1).var()
        assert 2 / spread / 400 == pytest.approx(worth(months), rel=0.08)


def test_windows_stop_at_a_gap():
    told = without(history(), "a", date(2023, 5, 1)).filter(district="a").with_columns(era=pl.lit(0))
    ends = windows(told, 3)["month"].to_list()
    assert date(2023, 4, 1) in ends
    assert not {date(2023, 5, 1), date(2023, 6, 1), date(2023, 7, 1)} & set(ends)
    assert date(2023, 8, 1) in ends


def test_nothing_gives_an_empty_table():
    assert outlook_quarter(history().clear(), NOTHING_AHEAD, MONTH, ("theft",), districts()).is_empty()
    assert set(QUANTITIES) <= set(TABLES["outlook_quarter"].names)


def test_reversals_beyond_a_months_own_break_nothing():
    """A box with −1, 0 and −1: the counts stay what they are, what is told as a distribution is of nothing below 0."""
    told = history()
    for month, count in ((date(2024, 1, 1), -1), (date(2024, 2, 1), 0), (MONTH, -1)):
        told = with_row(told, "a", month, incidents=count, expected_final=float(count))
    row = sheet(told)["a", "quarter", "over"]
    assert (row["incidents"], row["expected_final"]) == (-2, -2.0)
    assert (row["mean"], row["median"], row["lower_95"], row["upper_95"]) == (0.0, 0.0, 0.0, 0.0)
    assert row["probability_above_last_year"] == 0.0


@pytest.mark.parametrize("mean", [0.1, 0.47, 2.0, 8.0])
@pytest.mark.parametrize("correlation", [0.0, 0.4])
def test_a_sum_of_small_counts_holds_what_it_says(mean, correlation):
    """Three months of Poisson counts with a common gamma factor, each told by its own quantiles."""
    random = np.random.default_rng(4)
    factor = random.gamma(1 / correlation, correlation, 40_000) if correlation else np.ones(40_000)
    counts = random.poisson(mean * factor[:, None] * np.ones(3))
    single = np.sort(counts[:, 0] + random.uniform(-0.5, 0.5, 40_000))
    rows = {"mean": np.full(3, mean)}
    for level in (50, 80, 95):
        for side, p in (("lower", 0.5 - level / 200), ("upper", 0.5 + level / 200)):
            rows[f"{side}_{level}"] = np.full(3, max(np.quantile(single, p), 0.0))
    found = sum_bounds(rows, np.corrcoef(counts[:, 0], counts[:, 1])[0, 1], (50, 80, 95))
    rising = ("lower_95", "lower_80", "lower_50", "upper_50", "upper_80", "upper_95")
    assert [found[name] for name in rising] == sorted(found.values())
    total = counts.sum(axis=1) + random.uniform(-0.5, 0.5, 40_000)
    assert (total < found["lower_95"]).mean() < 0.1 or found["lower_95"] < 0.5
    assert (total > found["upper_95"]).mean() == pytest.approx(0.025, abs=0.025)
    assert (total > found["upper_80"]).mean() == pytest.approx(0.1, abs=0.06)


@pytest.mark.slow
@pytest.mark.parametrize("known", [20, 27, 40])
def test_a_young_agency_is_not_signalled_by_overlapping_sums(known):
    """Ten series with three times a Poisson count's variance in which nothing changes, known for so many months."""
    random = np.random.default_rng(known)
    flagged = drifts = 0
    months = month_range(add_months(MONTH, 1 - known), MONTH)
    places = pl.DataFrame([{"district": f"s{s}", "is_unknown": False} for s in range(10)])
    for _ in range(6):
        counts = random.negative_binomial(100 / 2, 1 / 3, (10, known))
        rows = [
            {"district": f"s{s}", "district_name": f"s{s}", "level": "station", "parent": "city", "crime_type": "theft",
             "month": month, "incidents": int(n), "expected_final": float(n), "provisional": False, "complete": True}
            for s, series in enumerate(counts) for month, n in zip(months, series, strict=True)
        ]  # fmt: skip
        told = pl.DataFrame(rows, schema=polars_schema(TABLES["crime_month"]))
        made = outlook_quarter(told, NOTHING_AHEAD, MONTH, ("theft",), places).filter(span="quarter", state="over")
        flagged += made.filter(pl.col("signal") != "none").height
        found = drift(told.with_columns(era=pl.lit(0)), MONTH)
        if not found.is_empty():
            at = threshold("watch", found.height, float(found["drift_freedom"].min()), TESTS["drift"])
            drifts += found.filter(pl.col("drift").abs() >= at).height
    # Half a watch a sheet, a quarter of it by drift: of six sheets three and three quarters.
    assert flagged <= 9
    assert drifts <= 4


def test_months_of_few_crimes_that_are_over_are_as_sure_as_late_reports_leave_them():
    few = history().with_columns(expected_final=pl.col("expected_final") / 50)
    open_month = with_row(few, "a", MONTH, expected_final=2.0, expected_final_lower_80=1.9, expected_final_upper_80=2.3)
    row = sheet(open_month)["a", "quarter", "over"]
    assert row["mean"] == pytest.approx(6.0)
    assert 5.0 < row["lower_80"] < row["upper_80"] < 7.0
    sure = sheet(few)["a", "quarter", "over"]
    assert (sure["lower_95"], sure["upper_95"]) == (6.0, 6.0)
