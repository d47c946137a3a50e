"""Late reports on triangles whose end is known, on triangles where nothing moves, and on San Francisco's."""

import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from forecasts.calendar import add_months
from forecasts.late_reporting import FINAL_DAYS, expected_finals
from forecasts.reporting_paths import month_end

ROOT = Path(__file__).resolve().parents[2]
FIRST = date(2024, 1, 1)
TRIANGLE = ["district", "crime_type", "month", "exported_on", "incidents"]
BOUNDS = ["expected_final_lower_80", "expected_final_upper_80"]


def triangle(*paths: dict[int, int], district: str = "A") -> pl.DataFrame:
    """One path a month from January 2024 on: count by days after the month's end."""
    rows = [
        (district, "theft", month, month_end(month) + timedelta(days=age), count)
        for month, path in ((add_months(FIRST, step), path) for step, path in enumerate(paths))
        for age, count in path.items()
    ]
    return pl.DataFrame(rows, schema=TRIANGLE, orient="row")


def newest(seen: pl.DataFrame, parent: str | None = None) -> tuple[pl.DataFrame, date]:
    """The counts of the last month as they stand at its last export, and that day."""
    last = seen.filter(month=seen["month"].sort()[-1])
    as_of = last["exported_on"].sort()[-1]
    now = last.filter(exported_on=as_of).with_columns(parent=pl.lit(parent, pl.String))
    return now.drop("exported_on"), as_of


def with_city(now: pl.DataFrame) -> pl.DataFrame:
    """The districts with the city they add up to."""
    total = now.group_by("crime_type", "month").agg(pl.col("incidents").sum())
    city = total.with_columns(district=pl.lit("city"), parent=pl.lit(None, pl.String))
    return pl.concat([now.with_columns(parent=pl.lit("city")), city.select(now.columns)])


def test_what_was_half_reported_every_time_is_expected_to_double():
    seen = triangle(*[{5: 100, 33: 200}] * 12, {5: 80})
    now, as_of = newest(seen)
    (made,) = expected_finals(seen, now, as_of).to_dicts()
    assert made["expected_final"] == pytest.approx(160, abs=2)
    assert made["share"] == pytest.approx(0.5, abs=0.01)
    assert (made["age"], made["months"]) == (5, 12.0)
    assert made["expected_final_lower_80"] < 160 < made["expected_final_upper_80"]


def test_one_month_of_vintages_moves_a_count_less_and_leaves_it_less_sure_than_ten():
    made = {}
    for months in (1, 10):
        seen = triangle(*[{5: 100, 33: 200}] * months, {5: 80})
        now, as_of = newest(seen)
        (made[months],) = expected_finals(seen, now, as_of).to_dicts()
    assert 80 < made[1]["expected_final"] < made[10]["expected_final"] < 160.1
    assert made[1]["weight"] < made[10]["weight"] < 1
    width = {n: row["expected_final_upper_80"] - row["expected_final_lower_80"] for n, row in made.items()}
    assert width[1] > 1.2 * width[10]


def test_a_handful_of_late_reports_is_hardly_believed():
    seen = triangle({5: 100, 33: 101}, {5: 80})
    now, as_of = newest(seen)
    (made,) = expected_finals(seen, now, as_of).to_dicts()
    assert made["weight"] < 0.5
    assert 80 < made["expected_final"] < 80.5


def test_months_that_only_lose_are_expected_to_lose():
    seen = triangle(*[{5: 100, 33: 90}] * 10, {5: 50})
    now, as_of = newest(seen)
    (made,) = expected_finals(seen, now, as_of).to_dicts()
    assert made["expected_final"] == pytest.approx(45, abs=1)
    assert made["share"] > 1
    assert made["expected_final_lower_80"] < 45 < made["expected_final_upper_80"] <= 50


@pytest.mark.parametrize(
    "paths",
    [
        [{5: 100, 33: 100}] * 6 + [{5: 80}],  # delivered again, never revised
        [{5: 100}] * 6 + [{5: 80}],  # never delivered again
        [{5: 80}],  # the first month ever
        [{5: 100, 33: 200}] * 6 + [{29: 80}],  # final already
    ],
)
def test_nothing_is_said_where_nothing_moves_or_nothing_is_known(paths):
    seen = triangle(*paths)
    now, as_of = newest(seen)
    assert expected_finals(seen, now, as_of).is_empty()


def test_a_month_not_delivered_again_stands_once_it_is_overdue():
    seen = triangle({5: 100, 33: 200}, {5: 100, 33: 200}, {5: 100})
    now, as_of = newest(seen)
    assert expected_finals(seen, now, as_of + timedelta(days=20)).height == 1
    assert expected_finals(seen, now, as_of + timedelta(days=60)).is_empty()


def test_exports_after_the_as_of_day_change_nothing():
    seen = triangle(*[{5: 100, 20: 150, 33: 200}] * 4, {5: 80})
    now, as_of = newest(seen)
    later = pl.col("exported_on") > as_of
    mutated = pl.concat([seen, triangle(*[{50: 1}] * 4, {6: 900, 30: 999})]).with_columns(
        incidents=pl.when(later).then(pl.col("incidents") * 7).otherwise("incidents")
    )
    assert expected_finals(mutated, now, as_of).equals(expected_finals(seen, now, as_of))
    assert expected_finals(seen.reverse(), now.reverse(), as_of).equals(expected_finals(seen, now, as_of))


def test_a_slow_district_is_met_by_its_own_pace_and_parents_are_sums():
    seen = pl.concat(
        [
            triangle(*[{5: 100, 33: 200}] * 12, {5: 100}, district="slow"),
            triangle(*[{5: 300, 33: 330}] * 12, {5: 300}, district="quick"),
        ]
    )
    now, as_of = newest(seen)
    made = expected_finals(seen, with_city(now.select("district", "parent", "crime_type", "month", "incidents")), as_of)
    by = {row["district"]: row for row in made.to_dicts()}
    assert by["slow"]["expected_final"] == pytest.approx(195, abs=6)
    assert by["quick"]["expected_final"] == pytest.approx(333, abs=6)
    both = by["slow"]["expected_final"] + by["quick"]["expected_final"]
    assert by["city"]["expected_final"] == pytest.approx(both, abs=1e-9)
    width = {name: row["expected_final_upper_80"] - row["expected_final_lower_80"] for name, row in by.items()}
    assert max(width["slow"], width["quick"]) < width["city"] < width["slow"] + width["quick"]


def test_a_source_is_judged_by_its_own_exports():
    slow = triangle(*[{5: 100, 33: 200}] * 6, {5: 80}).with_columns(source=pl.lit("slow"))
    prompt = triangle(*[{5: 100, 33: 100}] * 6, {5: 80}).with_columns(source=pl.lit("prompt"))
    now, as_of = newest(slow)
    both = pl.concat([slow, prompt])
    assert expected_finals(both, now, as_of).height == 1
    assert expected_finals(both, now.with_columns(source=pl.lit("prompt")), as_of).is_empty()


def test_a_count_below_zero_stays_and_has_no_interval():
    seen = pl.concat([triangle(*[{5: 100, 33: 200}] * 6, {5: n}, district=d) for d, n in (("A", 80), ("B", -3))])
    now, as_of = newest(seen)
    made = {row["district"]: row for row in expected_finals(seen, with_city(now), as_of).to_dicts()}
    assert made["B"]["expected_final"] == -3
    assert made["B"]["expected_final_lower_80"] is made["B"]["expected_final_upper_80"] is None
    assert made["city"]["expected_final"] == pytest.approx(made["A"]["expected_final"] - 3, abs=1e-9)


def test_a_district_with_nothing_yet_may_still_get_some():
    seen = pl.concat([triangle(*[{5: 2, 33: 4}] * 12, {5: n}, district=d) for d, n in (("A", 3), ("B", 0))])
    now, as_of = newest(seen)
    made = {row["district"]: row for row in expected_finals(seen, with_city(now), as_of).to_dicts()}
    assert made["B"]["expected_final"] == 0
    assert made["B"]["expected_final_lower_80"] == 0 < made["B"]["expected_final_upper_80"]


def test_final_days_below_one_are_refused():
    seen = triangle({5: 1})
    with pytest.raises(ValueError, match="final_days 0"):
        expected_finals(seen, seen, date(2024, 6, 1), 0)


def simulated(
    random: np.random.Generator, ages: range, mean: float, districts: int, late: float, reversed_: float, months: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A triangle of counts reported at random delays, months of their own strength, and the last month's end."""
    rows, ends = [], []
    for step in range(months):
        month = add_months(FIRST, step)
        strength = random.gamma(1 / 0.09, 0.09)
        for district in range(districts):
            prompt = random.poisson(mean * (1 - late))
            delays = random.exponential(8.0, random.poisson(mean * late * strength))
            losses = random.uniform(0, FINAL_DAYS, random.poisson(mean * reversed_))
            seen = {age: int(prompt + (delays < age).sum() - (losses < age).sum()) for age in ages}
            rows += [(f"{district}", "theft", month, month_end(month) + timedelta(days=a), n) for a, n in seen.items()]
            ends.append((f"{district}", "theft", month, seen[ages[-1]]))
    end = pl.DataFrame(ends, schema=["district", "crime_type", "month", "final"], orient="row")
    return pl.DataFrame(rows, schema=TRIANGLE, orient="row"), end.filter(month=add_months(FIRST, months - 1))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "ages", "mean", "late", "reversed_", "months", "ratio"),
    [
        ("daily", range(1, 29), 100, 0.25, 0.0, 12, 0.35),
        ("two months of vintages", range(1, 29), 100, 0.25, 0.0, 3, 0.5),
        ("monthly", range(5, 34, 28), 100, 0.25, 0.0, 12, 0.4),
        ("reversals", range(1, 29), 100, 0.0, 0.1, 12, 0.4),
        ("both", range(1, 29), 100, 0.25, 0.1, 12, 0.9),
        ("boxes", range(1, 29), 3, 0.25, 0.0, 12, 0.8),
    ],
)
def test_simulated_triangles(name, ages, mean, late, reversed_, months, ratio):
    """City error well below the raw count's, no bias, and intervals that hold at least what they promise."""
    random, parts = np.random.default_rng(7), []
    for _ in range(60):
        seen, final = simulated(random, ages, mean, 6, late, reversed_, months)
        last = final["month"][0]
        as_of = month_end(last) + timedelta(days=5)
        now = with_city(
            seen.filter(month=last, exported_on=as_of).drop("exported_on").with_columns(parent=pl.lit("city"))
        )
        end = pl.concat([final, final.group_by("crime_type", "month").agg(pl.col("final").sum())
                         .select(pl.lit("city").alias("district"), "crime_type", "month", "final")])  # fmt: skip
        keys = ["district", "crime_type", "month"]
        made = expected_finals(seen, now, as_of).select(*keys, "expected_final", *BOUNDS)
        parts.append(now.join(end, on=keys, validate="1:1").join(made, on=keys, validate="1:1"))
    all_rows = pl.concat(parts)
    city = all_rows.filter(district="city")
    error = (city["expected_final"] - city["final"]).abs().sum() / (city["incidents"] - city["final"]).abs().sum()
    assert error <= ratio, name
    assert abs(city["expected_final"].sum() / city["final"].sum() - 1) <= 0.02, name
    for rows, least in ((city, 0.72), (all_rows.filter(pl.col("district") != "city"), 0.76)):
        assert rows.select(pl.col("final").is_between(*BOUNDS).mean()).item() >= least, name


@pytest.mark.slow
def test_san_francisco(shared, monkeypatch):
    """Citywide over June and July 2026, every vintage until day 28: at most 0.7 of the raw counts' error."""
    monkeypatch.syspath_prepend(str(ROOT))
    sys.modules.pop("benchmarks.late_reporting", None)
    from benchmarks.late_reporting import measured, vintages

    result = measured(vintages(shared / "data/world/sf-vintages/sf_monthly_by_vintage.parquet"))
    assert result.errors.filter(level="agency").height > 90
    assert result.wape("raw") > 0.05
    assert result.wape("expected_final") <= 0.7 * result.wape("raw")
    assert result.wape("expected_final", "station") <= 0.7 * result.wape("raw", "station")
