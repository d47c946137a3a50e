from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from expectations.agency import Agency, Break
from expectations.contracts import TABLES
from expectations.contracts import stored as stored_module
from expectations.contracts.stored import Stored
from expectations.gate import Finding, check_counts, critical
from expectations.gate.finding import Words
from expectations.gate.history import DOUBLED, OUTSIDE, TRUNCATED, Series, range_of
from expectations.months import add_months, month_range
from tests.gate.frames import MONTH, coverage, crime_month, faults, found, table

FIRST = add_months(MONTH, -48)
MONTHS = month_range(FIRST, MONTH)
BOXES = {("11", "theft"): 60, ("11", "violence"): 40, ("12", "theft"): 50, ("12", "violence"): 0, ("21", "theft"): 70,
         ("21", "violence"): 55}  # fmt: skip


def calls() -> pl.DataFrame:
    """One month of 100 calls, all at station 1, as `C1`, as `disorder`, as one type of it and as their sums."""
    of_calls = {"calls": 100, "duplicates": 0, "response_n": 0, "response_excluded": 0, "complete": False}
    agency = {"district": "toy", "district_name": "장난감청", "level": "agency"}
    station = {"district": "1", "district_name": "일서", "level": "station", "parent": "toy"}
    return table(
        "call_month",
        (
            {**place, **of_calls, "call_group": group, "urgency": urgency, "call_type": call_type, "month": MONTH}
            for place in (agency, station)
            for group, urgency, call_type in (
                ("disorder", "C1", "all"),
                ("disorder", "all", "all"),
                ("disorder", "all", "brawl"),
                ("all", "C1", "all"),
                ("all", "all", "all"),
            )
        ),
    )


def judged(
    agency: Agency, covered: pl.DataFrame | None = None, month: date = MONTH, **changes: pl.DataFrame
) -> list[Finding]:
    """Four equal years of crimes, which stations 1 and 2 add up to, with some tables replaced."""
    open_only = pl.col("district") != "3"
    tables = {
        "crime_month": crime_month(agency, [m for m in MONTHS if m >= date(2024, 1, 1)], BOXES).filter(open_only),
        "crime_year": table("crime_year", []), "call_month": table("call_month", []),
        "crime_hour": table("crime_hour", []), "call_hour": table("call_hour", []),
        "crime_subtype_month": table("crime_subtype_month", []),
    }  # fmt: skip
    return check_counts(tables | changes, coverage(FIRST, MONTH) if covered is None else covered, agency, month)


def edited(rows: pl.DataFrame, column: str, value: Any, **where: object) -> pl.DataFrame:
    """The table with one cell changed."""
    here = pl.all_horizontal(pl.col(name) == wanted for name, wanted in where.items())
    return rows.with_columns(
        pl.when(here).then(pl.lit(value, rows.schema[column])).otherwise(pl.col(column)).alias(column)
    )


@pytest.fixture(scope="module")
def crimes(agency: Agency) -> pl.DataFrame:
    return crime_month(agency, [date(2024, 1, 1), MONTH], BOXES)


def test_coherent_counts_break_nothing(agency: Agency) -> None:
    assert faults(judged(agency)) == []


def of_hours(agency: Agency, boxes: Mapping[tuple[str, str], int]) -> pl.DataFrame:
    """All of the month's crimes on one hour of its Fridays."""
    counted = crime_month(agency, [MONTH], boxes).with_columns(weekday=pl.lit(5), hour=pl.lit(8))
    return table("crime_hour", counted.select(*TABLES["crime_hour"].names).to_dicts())


@pytest.mark.parametrize(
    ("timed", "severity", "said"),
    [
        (97, "info", "3 of 100 crimes (3%)"), (88, "info", "12 of 100 crimes (12%)"),
        (79, "warning", "21 of 100 crimes (21%)"),
        (0, "warning", "100 of 100 crimes"),
    ],
)  # fmt: skip
def test_crimes_without_an_hour_are_told_with_their_share(agency: Agency, timed: int, severity: str, said: str) -> None:
    month = crime_month(agency, [MONTH], {("11", "theft"): 60, ("21", "theft"): 40})
    hours = of_hours(agency, {("11", "theft"): timed - timed // 3, ("21", "theft"): timed // 3})
    told = judged(agency, coverage(MONTH, MONTH, has_time=True), crime_month=month, crime_hour=hours)
    (finding,) = found(told, "crimes_have_an_hour")
    assert (finding.success, finding.severity) == (False, severity)
    assert said in finding.sentence("en")
    assert finding.observed == f"{100 - timed}/100"


def test_hours_in_a_file_are_judged_by_stretches_of_months_as_they_are_whole(
    agency: Agency, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three months of two calls, of which the agency lacks one in the second: told once, from whichever stretch."""
    first = add_months(MONTH, -2)
    agency_row = {"district": "toy", "district_name": "장난감청", "level": "agency", "parent": None, "calls": 2}
    station = agency_row | {"district": "1", "district_name": "일서", "level": "station", "parent": "toy"}
    hours = table(
        "call_hour",
        (
            {**place, "call_group": group, "month": month, "weekday": 1, "hour": 8}
            for place in (agency_row, station)
            for group in ("all", "disorder")
            for month in month_range(first, MONTH)
        ),
    )
    hours = edited(hours, "calls", 1, district="toy", month=add_months(MONTH, -1))
    path = tmp_path / "call_hour.parquet"
    hours.write_parquet(path)
    aside = {"call_hour": Stored(TABLES["call_hour"], path)}
    covered = coverage(first, MONTH, kind="call", has_time=True)
    empty_tables = {name: table(name, []) for name in ("crime_year", "call_month", "crime_hour", "crime_subtype_month")}
    tables = empty_tables | {"crime_month": crime_month(agency, [], BOXES)}
    whole = check_counts(tables | {"call_hour": hours}, covered, agency, MONTH)
    assert [f.expectation for f in whole if f.table_name == "call_hour" and not f.success] == ["children_add_up(calls)"]
    for rows in (1, 9, 10**6):
        monkeypatch.setattr(stored_module.Stored.parts, "__defaults__", (rows,))
        assert check_counts(tables, covered, agency, MONTH, aside) == whole


def test_where_every_crime_has_its_hour_that_is_told(agency: Agency) -> None:
    boxes = {("11", "theft"): 60, ("21", "theft"): 40}
    month = crime_month(agency, [MONTH], boxes)
    covered = coverage(MONTH, MONTH, has_time=True)
    told = judged(agency, covered, crime_month=month, crime_hour=of_hours(agency, boxes))
    (finding,) = found(told, "crimes_have_an_hour")
    assert finding.success
    assert found(judged(agency), "crimes_have_an_hour") == [], "a source without times leaves the table empty"


def test_clearance_above_all_crimes_and_zero_months_are_true(agency: Agency) -> None:
    quiet = crime_month(agency, [MONTH], {("11", "theft"): 17, ("12", "theft"): 0, ("21", "theft"): 0})
    cleared = quiet.with_columns((pl.col("incidents") * 18 // 17).alias("cleared"))  # 105.9 %
    assert cleared.filter(pl.col("district") == "toy").get_column("cleared").item() == 18
    assert faults(judged(agency, crime_month=cleared)) == []


def test_a_month_complete_without_an_open_station_is_critical(agency: Agency) -> None:
    alone = crime_month(agency, [MONTH], {("11", "theft"): 17})
    assert [(f.expectation, f.observed) for f in critical(judged(agency, crime_month=alone))] == [
        ("complete_is_true", "1: 2024-02 2")
    ]


@pytest.mark.parametrize(("second", "severity"), [(5, "warning"), (1, "critical")])
def test_reversals_may_outweigh_a_district_but_not_the_agency(agency: Agency, second: int, severity: str) -> None:
    reversed_there = crime_month(agency, [MONTH], {("11", "theft"): -2, ("21", "theft"): second})
    told = found(judged(agency, crime_month=reversed_there), "net_counts_not_negative")
    assert [(f.severity, f.success) for f in told] == [(severity, False)]
    assert "1 theft -2" in told[0].sentence("en")


def test_a_month_told_as_far_more_than_reported_is_a_finding(agency: Agency, crimes: pl.DataFrame) -> None:
    told = found(judged(agency, crime_month=crimes), "months_not_over_reported")
    assert [(f.severity, f.success) for f in told] == [("warning", True)]
    counted = crimes.filter(pl.col("district") == "toy", crime_type="theft", month=MONTH)["incidents"].item()
    for share, is_over in ((1.19, False), (3.13, True)):
        bent = edited(crimes, "expected_final", counted / share, district="toy", crime_type="theft", month=MONTH)
        (finding,) = found(judged(agency, crime_month=bent), "months_not_over_reported")
        assert finding.success is not is_over
    assert f"theft ({counted} → {counted / 3.13:.0f})" in finding.sentence("en")
    assert "120%" in finding.sentence("ko")


def test_children_that_do_not_add_up_are_critical(agency: Agency, crimes: pl.DataFrame) -> None:
    wrong = edited(crimes, "incidents", 61, district="11", crime_type="theft", month=MONTH)
    (finding,) = critical(judged(agency, crime_month=wrong))
    assert (finding.expectation, finding.observed) == ("children_add_up(incidents)", "1: 1 theft 2024-02-01")
    lost = crimes.filter(
        ~((pl.col("district") == "21") & (pl.col("crime_type") == "theft") & (pl.col("month") == MONTH))
    )
    assert {f.expectation for f in critical(judged(agency, crime_month=lost))} == {
        "children_add_up(incidents)",
        "every_type_has_a_row",
    }


def test_a_parent_without_its_row_is_critical(agency: Agency, crimes: pl.DataFrame) -> None:
    orphaned = crimes.filter(pl.col("district") != "1")
    assert ("critical", "children_add_up(incidents)") in faults(judged(agency, crime_month=orphaned))


def test_rows_where_nothing_is_covered_are_critical(agency: Agency, crimes: pl.DataFrame) -> None:
    january = coverage(FIRST, MONTH).filter(pl.col("month") != date(2024, 1, 1))
    assert ("critical", "rows_only_where_covered") in faults(judged(agency, january, crime_month=crimes))
    boxless = judged(agency, coverage(FIRST, MONTH, has_box=False), crime_month=crimes)
    (finding,) = critical(boxless)
    assert finding.observed == "2: 2024-01-01 box; 2024-02-01 box"
    early = judged(agency, month=date(2024, 1, 1), crime_month=crimes)
    assert ("critical", "rows_only_where_covered") in faults(early)


def test_a_month_called_complete_without_a_day_or_a_station_is_critical(agency: Agency, crimes: pl.DataFrame) -> None:
    part = pl.concat([coverage(FIRST, date(2024, 1, 1)), coverage(MONTH, MONTH, days_covered=28)])
    assert ("critical", "complete_is_true") in faults(judged(agency, part, crime_month=crimes))
    honest = edited(crimes, "complete", False, month=MONTH)
    assert faults(judged(agency, part, crime_month=honest)) == []


def test_a_closed_station_does_not_make_a_month_incomplete_but_its_absence_before_does(agency: Agency) -> None:
    december = crime_month(agency, [date(2023, 12, 1)], BOXES)  # station 3 closed on the 31st
    found_then = critical(judged(agency, month=date(2023, 12, 1), crime_month=december))
    assert [(f.expectation, f.observed) for f in found_then] == [("complete_is_true", "1: 2023-12 3")]


def test_district_columns_other_than_the_agency_folders_are_critical(agency: Agency, crimes: pl.DataFrame) -> None:
    renamed = edited(crimes, "district_name", "옛이름", district="12")
    assert [f.observed for f in critical(judged(agency, crime_month=renamed))] == ["1: 12"]


def test_all_rows_of_calls_are_the_sum_of_the_others(agency: Agency) -> None:
    covered = pl.concat(
        [coverage(FIRST, MONTH), coverage(MONTH, MONTH, kind="call", source="toy_calls", has_box=False)]
    )
    assert not critical(judged(agency, covered, call_month=calls()))
    more = edited(calls(), "calls", 101, call_group="all", urgency="C1")
    assert {f.expectation for f in critical(judged(agency, covered, call_month=more))} == {
        "all_is_the_sum(call_group)",
        "all_is_the_sum(urgency)",
    }
    fewer = edited(edited(calls(), "calls", 99, call_type="brawl"), "calls", 0, district="1", call_type="brawl")
    told = {f.expectation: f.observed for f in critical(judged(agency, covered, call_month=fewer))}
    assert told["all_is_the_sum(call_type)"] == "2: 1 disorder all 2024-02-01; toy disorder all 2024-02-01"


def test_months_that_disagree_with_the_years_table_are_told(agency: Agency) -> None:
    def year(difference: int) -> list[Finding]:
        row = {"district": "1", "district_name": "일서", "level": "station", "parent": "toy", "crime_type": "theft",
               "year": 2023, "incidents": 1000 + difference, "incidents_from_months": 1000,
               "difference": difference}  # fmt: skip
        return found(judged(agency, crime_year=table("crime_year", [row])), "months_agree_with_year")

    assert [f.success for f in year(20)] == [True]
    (finding,) = year(-40)
    assert (finding.severity, finding.success) == ("warning", False)
    assert "First Theft 960 ↔ 1,000" in finding.sentence("en")


def history(counts: Mapping[date, int]) -> pl.DataFrame:
    """Monthly thefts of the agency, without stations."""
    place = {"district": "toy", "district_name": "장난감청", "level": "agency", "crime_type": "theft"}
    told = {"provisional": False, "complete": True}
    rows = [{**place, **told, "month": m, "incidents": n, "expected_final": float(n)} for m, n in counts.items()]
    return table("crime_month", rows)


def ranged(agency: Agency, last: int, covered: pl.DataFrame | None = None) -> Finding:
    """The finding on a month of `last` crimes after four Poisson years of 500 a month."""
    noise = np.random.default_rng(7).poisson(500, len(MONTHS))
    counts = dict(zip(MONTHS, noise.tolist(), strict=True)) | {MONTH: last}
    plain = coverage(FIRST, MONTH, has_station=False, has_box=False) if covered is None else covered
    complete = history(counts)
    if covered is not None:
        complete = edited(complete, "complete", False, month=MONTH)
    (finding,) = [
        f
        for f in found(judged(agency, plain, crime_month=complete), "total_within_history")
        if "theft" in f.expectation
    ]
    return finding


@pytest.mark.parametrize(
    ("last", "severity", "code"),
    [
        (500, None, "gate_range_inside"), (450, None, "gate_range_inside"), (560, None, "gate_range_inside"),
        (700, "warning", "gate_range_outside"), (300, "warning", "gate_range_outside"),
        (150, "critical", "gate_range_truncated"), (0, "critical", "gate_range_truncated"),
        (1400, "critical", "gate_range_doubled"),
    ],
)  # fmt: skip
def test_the_agencys_total_against_earlier_years(agency: Agency, last: int, severity: str | None, code: str) -> None:
    finding = ranged(agency, last)
    assert (None if finding.success else finding.severity, finding.code) == (severity, code)


@pytest.mark.parametrize(
    ("series", "judged_by_it"), [("crime", False), ("crime.theft", False), ("crime.violence", True)]
)
def test_a_break_of_the_series_takes_its_months_out_of_the_comparison(
    agency: Agency, series: str, judged_by_it: bool
) -> None:
    broken = replace(agency, breaks=(Break(FIRST, add_months(MONTH, -1), series, "another way of counting"),))
    assert not ranged(agency, 150).success
    assert (not ranged(broken, 150).success) is judged_by_it


@pytest.mark.parametrize("years", [1, 3])
def test_a_change_that_stays_is_held_against_what_came_after_it(agency: Agency, years: int) -> None:
    # Counted anew since then, a third of what it was: that is no truncated export, and half of it is one.
    since = add_months(MONTH, -12 * years)
    changed = replace(agency, breaks=(Break(since, None, "crime", "another way of counting"),))
    noise = np.random.default_rng(7).poisson(500, len(MONTHS)).tolist()
    counts = {m: n if m < since else n // 3 for m, n in zip(MONTHS, noise, strict=True)}

    def theft(judging: Agency, last: int) -> Finding:
        complete = history(counts | {MONTH: last})
        plain = coverage(FIRST, MONTH, has_station=False, has_box=False)
        all_found = found(judged(judging, plain, crime_month=complete), "total_within_history")
        (finding,) = [f for f in all_found if "theft" in f.expectation]
        return finding

    assert theft(changed, 167).success
    assert theft(changed, 60).severity == "critical"
    assert not theft(changed, 60).success


def test_a_month_covered_in_part_is_held_against_the_same_part(agency: Agency) -> None:
    plain = {"has_station": False, "has_box": False}
    part = pl.concat([coverage(FIRST, date(2024, 1, 1), **plain), coverage(MONTH, MONTH, days_covered=10, **plain)])
    assert ranged(agency, 172, part).success
    assert not ranged(agency, 500, part).success


def test_the_z_is_that_of_the_formula_and_the_dispersion_at_least_one() -> None:
    years = {add_months(MONTH, -12 * n): 100 for n in range(1, 4)}
    flat = Series("crime_month", "theft", Words("절도", "theft"), years | {MONTH: 144}, frozenset(years))
    expected = range_of(flat, MONTH)
    assert expected is not None
    assert (expected.expected, expected.references) == (100, 3)
    known = type(expected)(100.0, 3, 1.0)
    assert known.z(144) == pytest.approx(2 * (12 - 10) / (4 / 3) ** 0.5)
    months = month_range(add_months(MONTH, -60), MONTH)
    equal = Series("crime_month", "theft", Words("절도", "theft"), dict.fromkeys(months, 100), frozenset(months))
    assert range_of(equal, MONTH) == known


def test_small_counts_may_double_or_vanish(agency: Agency) -> None:
    plain = coverage(FIRST, MONTH, has_station=False, has_box=False)
    for last in (0, 6):
        counts = history(dict.fromkeys(MONTHS, 2) | {MONTH: last})
        assert not [f for f in judged(agency, plain, crime_month=counts) if not f.success and "total" in f.expectation]


def test_the_first_month_has_nothing_to_be_compared_with(agency: Agency) -> None:
    alone = history({MONTH: 500})
    (finding,) = found(
        judged(agency, coverage(MONTH, MONTH, has_station=False, has_box=False), crime_month=alone),
        "total_within_history",
    )
    assert (finding.success, finding.code) == (True, "gate_range_none")


def test_subtypes_that_are_not_all_of_their_type_are_a_fault(agency: Agency) -> None:
    keys = {"district": "11", "crime_type": "theft", "month": MONTH}
    whole = crime_month(agency, [MONTH], BOXES).filter(**keys)["incidents"].item()
    rows = [{**keys, "subtype": subtype, "incidents": n} for subtype, n in (("burglary", 1), ("other", whole - 1))]
    (kept,) = found(judged(agency, crime_subtype_month=table("crime_subtype_month", rows)), "subtypes_add_up")
    (broken,) = found(judged(agency, crime_subtype_month=table("crime_subtype_month", rows[:1])), "subtypes_add_up")
    assert (kept.success, broken.success, broken.severity) == (True, False, "critical")
    assert "11 theft 2024-02" in broken.sentence("en")


def test_a_table_that_is_not_there_is_an_error(agency: Agency) -> None:
    with pytest.raises(KeyError):
        check_counts({}, coverage(FIRST, MONTH), agency, MONTH)


@pytest.mark.slow
@pytest.mark.parametrize("panel", ["london", "philadelphia", "sf"])
def test_no_month_of_real_cities_is_called_truncated_or_doubled(shared: Path, panel: str) -> None:
    counts = pl.read_parquet(shared / "data" / "panels" / f"{panel}.parquet").with_columns(
        pl.col("month").cast(pl.Date)
    )
    looked_at = outside = 0
    for _, series in counts.group_by("crime_type"):
        totals = dict(series.group_by("month").agg(pl.col("count").sum()).iter_rows())
        city = Series("crime_month", panel, Words(panel, panel), totals, frozenset(totals))
        for month in sorted(totals)[12:]:
            expected = range_of(city, month)
            assert expected is not None
            looked_at += 1
            if abs(expected.z(totals[month])) > OUTSIDE:
                outside += 1
                assert TRUNCATED < totals[month] / expected.expected < DOUBLED
    assert looked_at > 80
    assert outside < 0.12 * looked_at  # Philadelphia's thefts of 2020–2023, a real change, are most of them
