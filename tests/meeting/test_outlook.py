"""The sheet of one month: stations a and b always 100 and forecast so, b rises by half in the last month."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from scipy import stats

from expectations.agency import Break
from expectations.contracts import TABLES
from expectations.contracts.ddl import empty, polars_schema
from expectations.months import add_months
from transforms.meeting import outlook
from transforms.meeting.signals.exceedance import QUANTILES

MONTH = date(2024, 3, 1)
LEVELS = {
    "city": ("agency", None),
    "a": ("station", "city"),
    "b": ("station", "city"),
    "unknown-city": ("station", "city"),
}


def months(first: date, last: date) -> list[date]:
    return pl.date_range(first, last, "1mo", eager=True).to_list()


def history(first: date = date(2019, 1, 1)) -> pl.DataFrame:
    """crime_month of theft: a and b 100 a month, b 150 in March 2024, unknown 50; the city their sum."""
    rows = []
    for month in months(first, MONTH):
        counts = {"a": 100, "b": 150 if month == MONTH else 100, "unknown-city": 50}
        counts["city"] = sum(counts.values())
        for district, incidents in counts.items():
            level, parent = LEVELS[district]
            rows.append(
                {
                    "district": district,
                    "district_name": district,
                    "level": level,
                    "parent": parent,
                    "crime_type": "theft",
                    "month": month,
                    "incidents": incidents,
                    "expected_final": float(incidents),
                    "expected_final_lower_80": None,
                    "expected_final_upper_80": None,
                    "cleared": None,
                    "provisional": False,
                    "complete": True,
                }
            )
    return pl.DataFrame(rows, schema=polars_schema(TABLES["crime_month"]))


def districts() -> pl.DataFrame:
    rows = [{"district": code, "is_unknown": code.startswith("unknown")} for code in LEVELS]
    return pl.DataFrame(rows)


def forecast() -> pl.DataFrame:
    """Next month's forecast of station a, beside one of two months ahead and one of an earlier origin."""
    values = dict(zip(QUANTILES, (80.5, 87.5, 93.5, 100.5, 107.5, 113.5, 120.5), strict=True))
    base = {"district": "a", "crime_type": "theft", "mean": 101.0, **values}
    rows = [
        {**base, "origin_month": MONTH, "month": date(2024, 4, 1), "horizon": 1},
        {**base, "origin_month": MONTH, "month": date(2024, 5, 1), "horizon": 2, "mean": 999.0},
        {**base, "origin_month": date(2024, 2, 1), "month": MONTH, "horizon": 1, "mean": 999.0},
    ]
    return pl.DataFrame(rows)


def foreseen(scale: float = 1.0, month: date = MONTH) -> pl.DataFrame:
    """The forecasts made before the month: a and b 100 with a standard error of a Poisson count's, the city 250."""
    rows = []
    for district, rate in (("a", 100.0), ("b", 100.0), ("city", 250.0)):
        roots = {name: np.sqrt(rate * scale) + stats.norm.ppf(p) / 2 for name, p in QUANTILES.items()}
        values = {name: max(root, 0.0) ** 2 for name, root in roots.items()}
        origin = add_months(month, -1)
        rows.append({"district": district, "crime_type": "theft", "mean": rate * scale, **values,
                     "origin_month": origin, "month": month, "horizon": 1})  # fmt: skip
    return pl.DataFrame(rows)


def sheet(crime_month: pl.DataFrame, ahead: pl.DataFrame | None = None) -> dict[str, dict]:
    """The sheet's rows by district."""
    forecasts = foreseen() if ahead is None else ahead
    made = outlook(crime_month, forecasts, MONTH, ("theft", "violence"), districts())
    assert made.schema == polars_schema(TABLES["outlook"])
    assert made.select("district", "crime_type").is_unique().all()
    return {row["district"]: row for row in made.iter_rows(named=True)}


def with_row(frame: pl.DataFrame, district: str, month: date, **changes: object) -> pl.DataFrame:
    at = (pl.col("district") == district) & (pl.col("month") == month)
    return frame.with_columns(
        pl.when(at).then(pl.lit(value)).otherwise(pl.col(name)).alias(name) for name, value in changes.items()
    )


def without(frame: pl.DataFrame, district: str, month: date) -> pl.DataFrame:
    return frame.filter(~((pl.col("district") == district) & (pl.col("month") == month)))


def test_a_month_like_every_other_gives_no_signal():
    a = sheet(history())["a"]
    assert (a["z"], a["drift"], a["signal"], a["signal_test"], a["dispersion"]) == (0.0, 0.0, "none", None, 1.0)
    assert (a["surprise"], a["foreseen"]) == (pytest.approx(0.0, abs=1e-9), 100.0)
    assert (a["incidents"], a["last_month"], a["same_month_last_year"], a["three_year_mean"]) == (100, 100, 100, 100.0)
    assert (a["year_to_date"], a["last_year_to_date"]) == (300, 300)


def test_a_rise_by_half_is_an_alert():
    found = sheet(history())
    b = found["b"]
    # 2(√150 − √100) against a forecast as sure as a Poisson count; two-sided p by t of 30, doubled for two stations.
    assert b["surprise"] == pytest.approx(2 * (150**0.5 - 10), abs=1e-9)
    assert (b["signal"], b["signal_test"], b["direction"]) == ("alert", "surprise", "up")
    assert b["q_value"] == pytest.approx(2 * 2 * stats.t.sf(b["surprise"], 30))
    assert (b["year_to_date"], b["last_year_to_date"]) == (350, 300)
    # z describes: 2(√150 − √100)/√(1 + 1/3). The same 50 are 2(√300 − √250)/√(4/3) in the city.
    assert b["z"] == pytest.approx(3.8926, abs=1e-4)
    assert found["city"]["z"] == pytest.approx(2.6139, abs=1e-4)
    assert found["city"]["surprise"] == pytest.approx(2 * (300**0.5 - 250**0.5), abs=1e-9)
    assert found["city"]["signal"] == "alert"


def test_what_was_forecast_is_no_surprise_however_far_from_earlier_years():
    """A trend the forecast knows: z is as large as ever, and says nothing by itself."""
    b = sheet(history(), foreseen(1.5))["b"]
    assert b["z"] == pytest.approx(3.8926, abs=1e-4)
    assert (b["surprise"], b["signal"]) == (pytest.approx(0.0, abs=1e-9), "none")


def test_a_half_year_unlike_the_one_before_is_a_drift():
    half = [add_months(MONTH, -back) for back in range(6)]
    slow = history()
    for month in half:
        slow = with_row(slow, "a", month, incidents=130, expected_final=130.0)
    a = sheet(slow, foreseen(1.3))["a"]
    # Six months of 30 more each, against two years and φ = 1: 2(√780 − √600)/√(1 + 1/2).
    assert a["drift"] == pytest.approx(2 * (780**0.5 - 600**0.5) / 1.5**0.5)
    late = with_row(slow, "a", MONTH, expected_final_lower_80=100.0, expected_final_upper_80=160.0)
    # Late reports leave 60 open: a variance of (60/2.563)²/780 more.
    wide = (60 / (2 * 1.2815515655446004)) ** 2 / 780
    assert sheet(late, foreseen(1.3))["a"]["drift"] == pytest.approx(2 * (780**0.5 - 600**0.5) / (1.5 + wide) ** 0.5)
    assert (a["signal"], a["signal_test"], a["direction"]) == ("alert", "drift", "up")
    gap = without(slow, "a", half[3])
    assert sheet(gap, foreseen(1.3))["a"]["drift"] is None
    assert sheet(gap, foreseen(1.3))["a"]["signal"] == "none"


def test_without_a_forecast_from_before_there_is_no_surprise():
    later = foreseen().with_columns(origin_month=pl.lit(MONTH), month=pl.lit(date(2024, 4, 1)))
    for ahead in (empty(TABLES["forecast"]), later):
        b = sheet(history(), ahead)["b"]
        assert (b["surprise"], b["foreseen"], b["usual_lower"], b["power_30"]) == (None, None, None, None)


def test_unknown_districts_and_types_that_are_not_forecast_are_left_out():
    crime_month = history()
    other = crime_month.with_columns(crime_type=pl.lit("fraud"))
    assert set(sheet(pl.concat([crime_month, other]))) == {"a", "b", "city"}


def test_an_incomplete_month_is_never_compared():
    found = sheet(with_row(history(), "b", MONTH, complete=False))["b"]
    assert (found["z"], found["signal"], found["direction"], found["q_value"]) == (None, "none", None, None)
    assert (found["surprise"], found["drift"]) == (None, None)
    assert found["incidents"] == 150
    assert (found["year_to_date"], found["last_year_to_date"]) == (None, 300)


def test_an_incomplete_earlier_month_counts_as_not_there():
    wrong = with_row(history(), "b", date(2023, 3, 1), complete=False, incidents=1, expected_final=1.0)
    found = sheet(with_row(wrong, "b", date(2024, 2, 1), complete=False))["b"]
    assert (found["same_month_last_year"], found["last_month"], found["last_year_to_date"]) == (None, None, None)
    assert found["three_year_mean"] == 100.0
    # k = 2: 2(√150 − √100)/√(1 + 1/2)
    assert found["z"] == pytest.approx(3.6700, abs=1e-4)


def test_a_missing_month_leaves_the_year_to_date_empty():
    found = sheet(without(history(), "a", date(2024, 1, 1)))["a"]
    assert (found["year_to_date"], found["last_year_to_date"], found["z"]) == (None, 300, 0.0)


def test_expected_final_is_what_is_compared():
    found = sheet(with_row(history(), "a", MONTH, expected_final=144.0))["a"]
    assert (found["incidents"], found["expected_final"]) == (100, 144.0)
    assert found["z"] == pytest.approx(3.4641, abs=1e-4)


def test_without_an_earlier_year_there_is_no_z():
    found = sheet(history(first=date(2023, 9, 1)))["b"]
    assert (found["z"], found["drift"], found["three_year_mean"]) == (None, None, None)
    assert (found["last_month"], found["signal"]) == (100, "alert"), "the forecast needs no earlier year to be missed"


def test_january_looks_back_over_the_turn_of_the_year():
    crime_month = history()
    made = outlook(crime_month, empty(TABLES["forecast"]), date(2024, 1, 1), ("theft",), districts())
    a = made.row(by_predicate=pl.col("district") == "a", named=True)
    assert (a["month"], a["last_month"], a["year_to_date"], a["last_year_to_date"]) == (date(2024, 1, 1), 100, 100, 100)


def test_later_months_change_nothing():
    crime_month = history()
    later = crime_month.filter(month=MONTH).with_columns(
        month=pl.lit(date(2024, 4, 1)), incidents=pl.lit(9_999, pl.Int64), expected_final=9_999.0
    )
    assert sheet(pl.concat([crime_month, later])) == sheet(crime_month)


def swinging(first: date, at: date) -> pl.DataFrame:
    """History in which station a swings: 80 in even years, 120 in odd ones."""
    odd = pl.when(pl.col("month").dt.year() % 2 == 1).then(120.0).otherwise(80.0)
    is_past_a = (pl.col("district") == "a") & (pl.col("month") < at)
    return (
        history(first)
        .with_columns(expected_final=pl.when(is_past_a).then(odd).otherwise("expected_final"))
        .with_columns(incidents=pl.col("expected_final").cast(pl.Int64))
    )


def test_dispersion_is_the_ratio_of_squares_shrunk_to_the_types():
    """Against an independent computation over 36 comparisons of each station, the two newest months left out.

    What all comparisons rose by in common, Σx/Σm, is taken out first, and one comparison is spent on it.
    """
    crime_month = swinging(date(2017, 1, 1), MONTH)
    found = sheet(crime_month)

    def own(district: str) -> float:
        counts = dict(crime_month.filter(district=district).select("month", "expected_final").iter_rows())
        span = months(date(2021, 1, 1), date(2023, 12, 1))
        before = {m: sum(counts[m.replace(year=m.year - back)] for back in (1, 2, 3)) / 3 for m in span}
        rise = sum(counts[m] for m in span) / sum(before.values())
        square = sum((counts[m] - rise * before[m]) ** 2 for m in span)
        return square / sum(rise * mean * (1 + rise / 3) for mean in before.values()) * 36 / 35

    assert own("b") == 0.0
    shared = (own("a") + own("b")) / 2
    weight = 35 / (35 + 24)
    assert found["a"]["dispersion"] == pytest.approx(weight * own("a") + (1 - weight) * shared)
    assert found["b"]["dispersion"] == pytest.approx(max(1.0, (1 - weight) * shared))
    assert found["a"]["dispersion"] > 3 > found["b"]["dispersion"]


def test_a_trend_of_years_does_not_widen_the_yardstick():
    """Both stations grow by 1 % a month: every comparison is the same rise, and φ stays what the noise makes it: 1."""
    grown = 100 * 1.01 ** ((pl.col("month").dt.year() - 2017) * 12 + pl.col("month").dt.month())
    crime_month = history(date(2017, 1, 1)).with_columns(expected_final=grown)
    assert sheet(crime_month)["a"]["dispersion"] == 1.0


def test_a_short_history_takes_its_dispersion_from_consecutive_months():
    """Fifteen months: one earlier March, no twelve comparisons; station a alternates between 90 and 110."""
    odd = pl.when(pl.col("month").dt.month() % 2 == 1).then(110.0).otherwise(90.0)
    crime_month = history(first=date(2023, 1, 1)).with_columns(
        expected_final=pl.when(pl.col("district") == "a").then(odd).otherwise("expected_final")
    )
    found = sheet(crime_month)
    # Each step is 20² over 110 + 90: φ = 2 from the 11 steps of a, 0 of b: weight 11/35 own, the rest their mean of 1.
    assert found["a"]["dispersion"] == pytest.approx(2 * 11 / 35 + 24 / 35)
    assert found["b"]["dispersion"] == 1.0
    assert found["b"]["z"] == pytest.approx(2 * (150**0.5 - 10) / 2**0.5)


def test_a_series_of_zeros_does_not_divide_by_zero():
    nothing = history().with_columns(incidents=pl.lit(0, pl.Int64), expected_final=0.0)
    found = sheet(nothing)["a"]
    assert (found["z"], found["dispersion"]) == (0.0, 1.0)


def test_zero_where_nothing_was_ever_expected_is_no_surprise():
    nothing = history().with_columns(incidents=pl.lit(0, pl.Int64), expected_final=0.0)
    never = foreseen().with_columns(pl.lit(0.0).alias(name) for name in ("mean", *QUANTILES))
    found = sheet(nothing, never)["a"]
    assert (found["surprise"], found["signal"], found["usual_upper"]) == (pytest.approx(0, abs=1e-5), "none", 0.0)
    assert sheet(with_row(nothing, "a", MONTH, expected_final=9.0, incidents=9), never)["a"]["signal"] == "alert"


def test_the_forecast_shown_is_next_months_of_this_origin():
    found = sheet(history(), forecast())
    a = found["a"]
    assert a["foreseen"] == 999.0, "what an earlier origin said of this month is what it is held against"
    assert (a["forecast_mean"], a["forecast_lower_80"], a["forecast_upper_80"]) == (101.0, 87.5, 113.5)
    assert a["probability_above_last_year"] == pytest.approx(0.5)
    assert found["b"]["forecast_mean"] is None


def test_a_year_before_that_was_not_whole_gives_no_probability():
    found = sheet(with_row(history(), "a", date(2023, 4, 1), complete=False), forecast())["a"]
    assert found["probability_above_last_year"] is None
    assert found["forecast_mean"] == 101.0


def test_no_months_give_an_empty_sheet():
    assert sheet(empty(TABLES["crime_month"])) == {}


def pause(start: date, end: date | None, series: str = "crime.theft") -> Break:
    return Break(start, end, series, "counted otherwise")


def broken(*breaks: Break) -> dict[str, dict]:
    made = outlook(history(), foreseen(), MONTH, ("theft",), districts(), breaks)
    return {row["district"]: row for row in made.iter_rows(named=True)}


def test_a_month_of_a_break_is_compared_with_nothing():
    found = broken(pause(date(2024, 3, 10), date(2024, 5, 1)))["b"]
    assert (found["z"], found["signal"], found["three_year_mean"], found["usual_upper"]) == (None, "none", None, None)
    assert (found["surprise"], found["drift"]) == (None, None), "nor is it held against what was forecast otherwise"
    assert found["same_month_last_year"] == 100  # a fact, whatever it may be compared with


def test_earlier_months_of_a_break_count_as_not_there():
    found = broken(pause(date(2022, 1, 1), date(2023, 12, 31), "crime"))["b"]
    # Of the three Marches before, 2021's is left: 2(√150 − √100)/√(1 + 1).
    assert found["z"] == pytest.approx(3.1784, abs=1e-4)


def test_months_are_never_compared_across_a_change_that_stays():
    # Counted otherwise from mid-March 2022 on: that month is like no other, March 2023 is the only one to compare with.
    assert broken(pause(date(2022, 3, 15), None))["b"]["z"] == pytest.approx(3.1784, abs=1e-4)
    assert broken(pause(date(2022, 3, 1), None))["b"]["z"] == pytest.approx(3.6700, abs=1e-4)
    begun = broken(pause(date(2024, 1, 1), None))["b"]
    assert (begun["z"], begun["drift"], begun["signal"]) == (None, None, "alert"), "February was counted alike"
    assert broken(pause(MONTH, None))["b"]["surprise"] is None


def test_breaks_of_other_series_change_nothing():
    plain = broken()
    assert broken(pause(date(2024, 3, 1), None, "crime.violence"), pause(date(2024, 3, 1), None, "call")) == plain


def test_late_reports_still_to_come_widen_the_denominator():
    """An 80 % interval of 150 ± 12.8155 is a standard deviation of 10: a variance of 100/150 beside 4/3."""
    late = with_row(history(), "b", MONTH, expected_final_lower_80=150 - 12.815516, expected_final_upper_80=162.815516)
    found = sheet(late)["b"]
    assert found["z"] == pytest.approx(2 * (150**0.5 - 10) / (4 / 3 + 100 / 150) ** 0.5, abs=1e-6)
    # The surprise's likewise: a standard error of 10 is one of 10/(2√150) of the root, twice that in scores.
    assert found["surprise"] == pytest.approx(2 * (150**0.5 - 10) / (1 + 100 / 150) ** 0.5, abs=1e-6)
    assert (found["dispersion"], found["signal"]) == (1.0, "alert")


def test_a_per_cent_change_stands_only_on_a_mean_of_30():
    assert sheet(history())["b"]["per_cent_change"] == pytest.approx(50.0)
    less = history().with_columns((pl.col("expected_final") * 0.29).alias("expected_final"))
    assert sheet(less)["b"]["per_cent_change"] is None
    assert sheet(with_row(history(), "b", MONTH, complete=False))["b"]["per_cent_change"] is None


def test_the_form_of_z_is_named():
    small = history().with_columns((pl.col("expected_final") * 0.15).alias("expected_final"))
    assert [sheet(history())["a"]["test"], sheet(small)["a"]["test"]] == ["z", "exact"]
    assert sheet(history(first=date(2023, 9, 1)))["b"]["test"] is None


def test_the_band_holds_the_counts_that_are_no_watch():
    found = sheet(history())
    # (10 ± 2/2)² at the threshold of two stations, the least there is: the whole counts inside it.
    assert (found["a"]["usual_lower"], found["a"]["usual_upper"]) == (82.0, 120.0)
    for count, signal in ((81, "watch"), (82, "none"), (120, "none"), (121, "watch")):
        changed = with_row(history(), "a", MONTH, incidents=count, expected_final=float(count))
        assert sheet(changed)["a"]["signal"] == signal, count
    assert found["b"]["incidents"] > found["b"]["usual_upper"]


def test_the_power_is_how_often_a_rise_is_beyond_the_band():
    """Against draws: 30 % more, as uncertain in the root as the forecast says."""
    random = np.random.default_rng(3)
    for district, rate in (("a", 100.0), ("city", 250.0)):
        row = sheet(history())[district]
        drawn = (np.sqrt(1.3 * rate) + random.normal(0, 0.5, 200_000)) ** 2
        beyond = (drawn >= (rate**0.5 + 1) ** 2) | (drawn <= (rate**0.5 - 1) ** 2)
        assert row["power_30"] == pytest.approx(beyond.mean(), abs=0.005)
