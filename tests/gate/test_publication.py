from datetime import date
from typing import Any

import polars as pl
import pytest

from expectations.agency import Agency
from expectations.contracts import PUBLISHED
from expectations.gate import Finding, check_publication, publication
from expectations.signals import TESTS
from tests.gate.frames import MONTH, crime_month, faults, table

RUN = "r1"
BOUNDS = {
    "lower_95": 1.0,
    "lower_80": 2.0,
    "lower_50": 3.0,
    "median": 5.0,
    "upper_50": 7.0,
    "upper_80": 8.0,
    "upper_95": 9.0,
}
PLACES = (
    ("toy", "장난감청", "agency", None, 10.0),
    ("1", "일서", "station", "toy", 6.0),
    ("2", "이서", "station", "toy", 4.0),
)
COUNTED = {("11", "theft"): 6, ("21", "theft"): 4}


def place(code: str, name: str, level: str, parent: str | None) -> dict[str, Any]:
    return {"district": code, "district_name": name, "level": level, "parent": parent, "crime_type": "theft"}


def coherent(agency: Agency) -> dict[str, pl.DataFrame]:
    """Ten thefts, six and four by station; a forecast of the next month, a score of this one."""
    tables = {t.name: table(t.name, []) for t in PUBLISHED if t.name not in publication.AFTERWARDS}
    tables["crime_month"] = crime_month(agency, [MONTH], COUNTED)
    told = {"method": "seasonal_naive", "issued": True}
    tables["forecast"] = table(
        "forecast",
        [
            {
                **place(*where),
                **told,
                **BOUNDS,
                "origin_month": MONTH,
                "month": date(2024, 3, 1),
                "horizon": 1,
                "mean": mean,
                "run_id": RUN,
            }
            for *where, mean in PLACES
        ],
    )
    tables["forecast_score"] = table(
        "forecast_score",
        [
            {
                **place(*where),
                **told,
                "origin_month": date(2024, 1, 1),
                "month": MONTH,
                "horizon": 1,
                "observed": observed,
                "wis": 1.0,
                "covered_50": True,
                "covered_80": True,
                "covered_95": True,
                "poisson_floor": 1.0,
            }
            for *where, observed in PLACES
        ],
    )
    tables["outlook"] = table(
        "outlook",
        [
            {
                **place(d, n, lv, p),
                "month": MONTH,
                "incidents": count,
                "expected_final": float(count),
                "surprise": surprise,
                "signal": signal,
                "years_compared": 3,
            }
            for d, n, lv, p, count, surprise, signal in (
                ("toy", "장난감청", "agency", None, 10, 2.5, "watch"),
                ("1", "일서", "station", "toy", 6, -3.1, "alert"),
                ("2", "이서", "station", "toy", 4, None, "none"),
                ("11", "일일지구대", "box", "1", 6, 0.1, "none"),
                ("21", "이일지구대", "box", "2", 4, 1.9, "none"),
            )
        ],
    )
    tables["publication"] = table(
        "publication",
        [
            {
                "month": MONTH,
                "as_of": date(2024, 3, 10),
                "run_id": RUN,
                "complete": True,
                "generated": False,
                "version": "1",
                "agency": "toy",
                "agency_name": "장난감청",
            }
        ],
    )
    return tables


@pytest.fixture
def judged(agency: Agency) -> Any:
    """check_publication of coherent tables with some replaced; contracts, which cost seconds, are held elsewhere."""

    def judge(**changes: pl.DataFrame) -> list[Finding]:
        return check_publication(coherent(agency) | changes, agency, MONTH, RUN, lambda tables, _: [[] for _ in tables])

    return judge


@pytest.fixture
def tables(agency: Agency) -> dict[str, pl.DataFrame]:
    return coherent(agency)


def told(name: str) -> list[tuple[str, str]]:
    return [("critical", name)]


@pytest.mark.slow
def test_coherent_tables_keep_every_promise_contracts_included(agency: Agency) -> None:
    findings = check_publication(coherent(agency), agency, MONTH, RUN)
    assert faults(findings) == []
    names = [(f.table_name, f.expectation, f.column_name) for f in findings]
    assert len(names) == len(set(names)) > 200


@pytest.mark.slow
def test_a_table_that_is_missing_or_misshapen_stops_before_comparisons(agency: Agency) -> None:
    without = coherent(agency)
    del without["outlook"]
    assert faults(check_publication(without, agency, MONTH, RUN)) == told("table_is_there")
    bent = coherent(agency)
    bent["outlook"] = bent["outlook"].drop("z")
    assert "expect_table_columns_to_match_ordered_list" in str(faults(check_publication(bent, agency, MONTH, RUN)))


def test_bounds_out_of_order_are_critical(judged: Any, tables: dict[str, pl.DataFrame]) -> None:
    crossed = tables["forecast"].with_columns(pl.lit(7.5).alias("upper_80"), pl.lit(7.6).alias("upper_50"))
    assert faults(judged(forecast=crossed)) == told("bounds_are_ordered")


def test_numbers_that_are_not_finite_are_critical(judged: Any, tables: dict[str, pl.DataFrame]) -> None:
    endless = tables["forecast"].with_columns(pl.lit(float("inf")).alias("upper_95"))
    assert faults(judged(forecast=endless)) == told("numbers_are_finite")


def test_means_add_up_to_the_last_bits(judged: Any, tables: dict[str, pl.DataFrame]) -> None:
    at_agency = pl.col("level") == "agency"

    def moved(by: float) -> pl.DataFrame:
        return tables["forecast"].with_columns(
            pl.when(at_agency).then(pl.col("mean") * (1 + by)).otherwise("mean").alias("mean")
        )

    assert faults(judged(forecast=moved(1e-12))) == []
    assert faults(judged(forecast=moved(1e-6))) == told("means_add_up")


def test_horizons_and_origins_are_those_of_the_calendar(judged: Any, tables: dict[str, pl.DataFrame]) -> None:
    far = tables["forecast"].with_columns(pl.lit(2, pl.Int32).alias("horizon"))
    assert faults(judged(forecast=far)) == told("horizon_is_months_between")
    over_new_year = tables["forecast"].with_columns(
        pl.lit(date(2023, 11, 1)).alias("origin_month"), pl.lit(4, pl.Int32).alias("horizon")
    )
    assert faults(judged(forecast=over_new_year)) == []
    leaked = tables["forecast"].with_columns(
        pl.lit(date(2024, 3, 1)).alias("origin_month"), pl.lit(date(2024, 4, 1)).alias("month")
    )
    assert faults(judged(forecast=leaked)) == told("no_origin_after_month")


def test_only_months_that_have_come_are_scored_and_as_counted(judged: Any, tables: dict[str, pl.DataFrame]) -> None:
    ahead = tables["forecast_score"].with_columns(pl.lit(date(2024, 3, 1)).alias("month"))
    assert {f[1] for f in faults(judged(forecast_score=ahead))} == {"month_has_come", "observed_is_counted"}
    other = tables["forecast_score"].with_columns(pl.col("observed") + 1)
    assert faults(judged(forecast_score=other)) == told("observed_is_counted")


def test_the_outlook_shows_what_was_counted_of_this_month(judged: Any, tables: dict[str, pl.DataFrame]) -> None:
    more = tables["outlook"].with_columns(pl.col("incidents") + 1)
    assert faults(judged(outlook=more)) == told("incidents_are_counted")
    fewer = tables["outlook"].filter(pl.col("district") != "21")
    assert faults(judged(outlook=fewer)) == told("incidents_are_counted")
    earlier = tables["outlook"].with_columns(pl.lit(date(2024, 1, 1)).alias("month"))
    assert faults(judged(outlook=earlier)) == told("one_month")


@pytest.mark.parametrize(("signal", "value"), [("watch", 1.99), ("alert", -2.99), ("watch", None)])
@pytest.mark.parametrize("test", TESTS)
def test_a_signal_needs_its_test(
    judged: Any, tables: dict[str, pl.DataFrame], signal: str, value: float | None, test: str
) -> None:
    nothing = pl.lit(None, pl.Float64)
    bare = tables["outlook"].with_columns(pl.lit(signal).alias("signal"), surprise=nothing, drift=nothing)
    bare = bare.with_columns(pl.lit(value, pl.Float64).alias(test))
    assert faults(judged(outlook=bare)) == told("signal_follows_tests")


def budget(level: str = "station", **changes: Any) -> dict[str, Any]:
    """A level's budget of watches by surprise, from 2.5 on."""
    return {"level": level, "test": "surprise", "signal": "watch", "threshold": 2.5, "series": 2,
            "degrees_of_freedom": 36.0, "budget_per_month": 0.5, "expected_per_month": 0.4,
            "method": "budget"} | changes  # fmt: skip


def test_signals_follow_the_thresholds_of_their_level(judged: Any, tables: dict[str, pl.DataFrame]) -> None:
    at_station = tables["outlook"].with_columns(
        pl.when(pl.col("district") == "2").then(pl.lit(2.4)).otherwise("surprise").alias("surprise")
    )
    # Without a budget of its level a row is a watch from 2 on; with one, from there.
    assert faults(judged(outlook=at_station)) == told("signal_follows_tests")
    assert faults(judged(outlook=at_station, signal_budget=table("signal_budget", [budget()]))) == []
    assert faults(judged(outlook=at_station, signal_budget=table("signal_budget", [budget("box")]))) == told(
        "signal_follows_tests"
    )


@pytest.mark.parametrize("broken", [{"expected_per_month": 0.51}, {"threshold": 1.96}])
def test_a_budget_is_kept(judged: Any, broken: dict[str, Any]) -> None:
    rows = table("signal_budget", [budget("unused", **broken)])
    assert faults(judged(signal_budget=rows)) == told("budget_is_kept")


@pytest.mark.parametrize(("mean", "z"), [(29.9, 2.0), (None, 2.0), (40.0, None)])
def test_a_per_cent_change_never_stands_alone(judged: Any, tables: dict[str, pl.DataFrame], mean: Any, z: Any) -> None:
    bare = tables["outlook"].with_columns(
        pl.lit(50.0).alias("per_cent_change"),
        pl.lit(mean, pl.Float64).alias("three_year_mean"),
        pl.lit(z, pl.Float64).alias("z"),
    )
    assert faults(judged(outlook=bare)) == told("per_cent_never_alone")
    kept = bare.with_columns(pl.lit(30.0).alias("three_year_mean"), pl.lit(2.0).alias("z"))
    assert faults(judged(outlook=kept)) == []


def test_an_unknown_district_is_never_signalled(judged: Any, tables: dict[str, pl.DataFrame]) -> None:
    row = {**place("unknown-toy", "장난감청 미상", "station", "toy"), "month": MONTH, "incidents": 9,
           "expected_final": 9.0, "surprise": 4.0, "signal": "alert"}  # fmt: skip
    nowhere = pl.concat([tables["outlook"], table("outlook", [row])])
    assert faults(judged(outlook=nowhere)) == told("unknown_is_never_signalled")


def test_the_publication_is_one_row_of_this_run(judged: Any, tables: dict[str, pl.DataFrame]) -> None:
    row = tables["publication"]
    for wrong in (row.clear(), pl.concat([row, row]), row.with_columns(pl.lit("r0").alias("run_id"))):
        assert faults(judged(publication=wrong)) == told("one_row_of_this_run")


def test_windows_add_up_to_the_forecast_of_the_month(judged: Any, tables: dict[str, pl.DataFrame]) -> None:
    mean = tables["forecast"].filter(district="1")["mean"][0]
    place_and_month = {**place("1", "일서", "station", "toy"), "crime_type": "theft", "month": date(2024, 3, 1)}
    halves = table(
        "patrol_window",
        [
            place_and_month | {"weekday": day, "from_hour": 0, "expected": mean / 2, "month_expected": mean}
            for day in (1, 2)
        ],
    )
    assert faults(judged(patrol_window=halves)) == []
    assert faults(judged(patrol_window=halves.head(1))) == told("windows_add_up")
    assert faults(judged(patrol_window=halves.with_columns(month_expected=mean + 1))) == told("windows_add_up")
    nowhere = halves.with_columns(month=date(2024, 9, 1))
    assert faults(judged(patrol_window=nowhere)) == told("windows_add_up")
