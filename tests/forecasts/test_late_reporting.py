"""Late reports on triangles whose end is known, on triangles where nothing moves, and on San Francisco's."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from benchmarks.forecasting import late_reporting
from expectations.months import add_months, last_of_month
from forecasts.reporting.delay import reporting_paths
from forecasts.reporting.late_reporting import expected_finals

FIRST = date(2024, 1, 1)
TRIANGLE = ["district", "crime_type", "month", "exported_on", "incidents"]


def triangle(*paths: dict[int, int], district: str = "A") -> pl.DataFrame:
    """One path a month from January 2024 on: count by days after the month's end."""
    rows = [
        (district, "theft", month, last_of_month(month) + timedelta(days=age), count)
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


def width(made: dict[str, Any]) -> float:
    """From bound to bound."""
    return made["expected_final_upper_80"] - made["expected_final_lower_80"]


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
    assert (made["age"], made["months"]) == (5, pytest.approx(12))
    assert made["expected_final_lower_80"] < 160 < made["expected_final_upper_80"]


def test_one_month_of_vintages_moves_a_count_less_and_leaves_it_less_sure_than_ten():
    made = {}
    for months in (1, 10):
        seen = triangle(*[{5: 100, 33: 200}] * months, {5: 80})
        now, as_of = newest(seen)
        (made[months],) = expected_finals(seen, now, as_of).to_dicts()
    assert 80 < made[1]["expected_final"] < made[10]["expected_final"] < 160.1
    assert made[1]["weight"] < made[10]["weight"] < 1
    assert width(made[1]) > 1.2 * width(made[10])


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


def test_only_months_delivered_again_teach_what_is_still_to_come():
    """An agency that delivers every second month again: half the count was missing whenever anyone looked."""
    seen = triangle(*[{5: 100, 33: 200}, {5: 100}] * 6, {5: 80})
    now, as_of = newest(seen)
    (made,) = expected_finals(seen, now, as_of).to_dicts()
    assert made["expected_final"] == pytest.approx(160, abs=2)
    assert made["months"] == pytest.approx(6), "the six that were looked at again"


def test_a_path_ends_with_its_last_export():
    paths = reporting_paths(triangle({5: 100, 15: 110}, {5: 100}, {5: 100, 40: 123}), 28, 24)
    assert [FIRST.toordinal(), add_months(FIRST, 2).toordinal()] == paths.month.tolist()
    assert paths.counts[0, [5, 10, 15]].tolist() == [100, 105, 110]
    assert np.isnan(paths.counts[0, 16:]).all(), "nobody looked after day 15: not a count that stood"
    assert paths.counts[1, [5, 28]].tolist() == [100, 123]


def up_and_down(months: int) -> dict[str, dict[str, Any]]:
    """What is expected where one district always gains twenty of a hundred and the other always loses them."""
    paths = {"up": {5: 100, 33: 120}, "down": {5: 100, 33: 80}}
    seen = pl.concat([triangle(*[path] * months, {5: 100}, district=name) for name, path in paths.items()])
    now, as_of = newest(seen)
    return {row["district"]: row for row in expected_finals(seen, with_city(now), as_of).to_dicts()}


def test_additions_and_reversals_that_cancel_are_each_district_s_own():
    by = up_and_down(12)
    for name, final in (("up", 120), ("down", 80), ("city", 200)):
        assert by[name]["expected_final_lower_80"] < final < by[name]["expected_final_upper_80"], name
    assert by["up"]["expected_final"] == pytest.approx(116, abs=2)
    assert by["down"]["expected_final"] == pytest.approx(84, abs=2)
    both = by["up"]["expected_final"] + by["down"]["expected_final"]
    assert by["city"]["expected_final"] == pytest.approx(both, abs=1e-9) == pytest.approx(200)


def test_one_month_of_additions_and_reversals_that_cancel_is_hardly_believed_and_leaves_wide_intervals():
    few, many = up_and_down(1), up_and_down(12)
    assert 100 < few["up"]["expected_final"] < 103
    assert 97 < few["down"]["expected_final"] < 100
    assert few["up"]["weight"] < 0.5 < 0.9 < many["up"]["weight"]
    for name in ("up", "down", "city"):
        assert width(few[name]) > width(many[name]) >= 18, name


def test_months_that_gain_and_lose_by_turns_move_nothing_and_leave_the_count_as_unsure_as_they_are():
    seen = triangle(*[{5: 100, 33: 120}, {5: 100, 33: 80}] * 6, {5: 100})
    now, as_of = newest(seen)
    (made,) = expected_finals(seen, now, as_of).to_dicts()
    assert made["expected_final"] == pytest.approx(100)
    assert 70 <= made["expected_final_lower_80"] <= 80
    assert 120 <= made["expected_final_upper_80"] <= 130


@pytest.mark.parametrize(("final", "low", "high"), [(103, 80, 90), (97, 70, 80)])
def test_what_is_little_believed_still_widens_the_interval(final, low, high):
    """Three of a hundred in one month: the count hardly moves, but it may move as it did then, and no other way."""
    seen = triangle({5: 100, 33: final}, {5: 80})
    now, as_of = newest(seen)
    (made,) = expected_finals(seen, now, as_of).to_dicts()
    assert made["weight"] < 0.7
    assert low <= made["expected_final_lower_80"] <= made["expected_final_upper_80"] <= high
    assert width(made) >= 4
    assert 80 in (made["expected_final_lower_80"], made["expected_final_upper_80"])


def test_reversals_of_all_there_was_leave_nothing_and_never_less():
    seen = pl.concat(
        [
            triangle(*[{5: 100, 33: 0}] * 12, {5: 50}, district="all"),
            triangle(*[{5: 100, 33: 90}] * 12, {5: 50}, district="few"),
        ]
    )
    now, as_of = newest(seen)
    by = {row["district"]: row for row in expected_finals(seen, with_city(now), as_of).to_dicts()}
    assert 0 <= by["all"]["expected_final"] < 10
    assert by["all"]["expected_final_lower_80"] == 0
    assert by["few"]["expected_final"] == pytest.approx(43, abs=3)


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
    slow, quick = width(by["slow"]), width(by["quick"])
    assert max(slow, quick) < width(by["city"]) < slow + quick


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


MONTHLY = range(5, 34, 28)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "terms", "ratio"),
    [
        ("daily", {}, 0.35),
        ("two months of vintages", {"months": 3}, 0.5),
        ("monthly", {"ages": MONTHLY}, 0.4),
        ("reversals", {"late": 0.0, "reversed": 0.1}, 0.4),
        ("both", {"reversed": 0.1}, 0.9),
        ("both, and they cancel", {"late": 0.1, "reversed": 0.1}, 1.05),
        ("both, and they cancel, monthly", {"late": 0.1, "reversed": 0.1, "ages": MONTHLY}, 1.05),
        ("boxes", {"mean": 3}, 0.8),
    ],
)
def test_simulated_triangles(name, terms, ratio):
    """City error well below the raw count's, no bias, and intervals that hold at least what they promise."""
    result = late_reporting.simulated(late_reporting.Town(**terms), runs=60)
    assert result.wape("expected_final") <= ratio * result.wape("raw"), name
    city = result.errors.filter(level="agency")
    assert abs(city["expected_final"].sum() / city["target"].sum() - 1) <= 0.02, name
    for level, least in (("agency", 0.72), ("station", 0.76)):
        assert result.coverage(level) >= least, name


@pytest.mark.slow
def test_san_francisco(shared):
    """Citywide over June and July 2026, every vintage until day 28: at most 0.7 of the raw counts' error."""
    seen = late_reporting.vintages(shared / "data/world/sf-vintages/sf_monthly_by_vintage.parquet")
    result = late_reporting.measured(seen)
    assert result.errors.filter(level="agency").height > 90
    assert result.wape("raw") > 0.05
    assert result.wape("expected_final") <= 0.7 * result.wape("raw")
    assert result.wape("expected_final", "station") <= 0.7 * result.wape("raw", "station")
