from collections.abc import Iterable
from datetime import date
from typing import Any

import duckdb
import polars as pl
import pytest

from expectations.agency import Agency
from expectations.contracts import TABLES
from expectations.contracts.ddl import create_table
from expectations.gate import Exports, Finding, Remarks, check_exports, critical, sql, warnings
from expectations.gate.exports.received_files import current
from expectations.months import add_months, last_of_month, month_range
from tests.gate.frames import CELL, MONTH, cells, coverage, faults, files, found

YEARS_AGO = add_months(MONTH, -48)
UNITS = {"kind": pl.String, "source": pl.String, "file_id": pl.String, "unit": pl.Date, "rows": pl.Int64}
CODES = {"source": pl.String, "code": pl.String, "rows": pl.Int64, "last_month": pl.Date}
BOXES = (("11", "theft"), ("11", "violence"), ("12", "theft"), ("12", "violence"), ("21", "theft"), ("21", "violence"),
         ("3", "theft"), ("3", "violence"))  # fmt: skip


def varied(months: Iterable[date], boxes: Iterable[tuple[str, str]] = BOXES) -> list[tuple[date, str, str, int]]:
    """Counts that no two months share: station 3 stops when it closes."""
    return [
        (month, district, category, 40 + 7 * place + (month.year * 12 + month.month) % 47)
        for month in months
        for place, (district, category) in enumerate(boxes)
        if district != "3" or month < date(2024, 1, 1)
    ]


def exports(**changes: Any) -> Exports:
    """Four years of one source in which nothing is odd."""
    base: dict[str, Any] = {
        "files": files({}), "coverage": coverage(YEARS_AGO, MONTH),
        "cells": cells(varied(month_range(YEARS_AGO, MONTH))),
        "units": pl.DataFrame([("crime", "toy_crime", "f0", date(2024, 2, 28), 100)], UNITS, orient="row"),
        "unknown_codes": pl.DataFrame(schema=CODES),
    }  # fmt: skip
    return Exports(**(base | changes))


def judged(agency: Agency, *, past_deadline: bool = False, **changes: Any) -> list[Finding]:
    return check_exports(exports(**changes), agency, MONTH, past_deadline=past_deadline)


def test_an_honest_month_breaks_nothing_but_tells_that_there_are_no_calls(agency: Agency) -> None:
    findings = judged(agency)
    assert faults(findings) == [("warning", "history_is_long(call)")]
    names = [(f.table_name, f.expectation, f.column_name) for f in findings]
    assert len(names) == len(set(names))


def test_a_station_closed_before_the_month_and_a_short_february_are_not_missed(agency: Agency) -> None:
    findings = judged(agency)
    assert found(findings, "stations_reported")[0].values["expected"] == 2
    assert found(findings, "month_is_covered")[0].sentence("en") == "Crime ledger: covers all 29 days of 2024-02."


def test_a_required_source_without_the_month_is_critical_until_the_deadline(agency: Agency) -> None:
    without = coverage(YEARS_AGO, add_months(MONTH, -1))
    assert [f.code for f in critical(judged(agency, coverage=without))] == ["gate_month_missing"]
    late = judged(agency, coverage=without, past_deadline=True)
    assert not critical(late)
    assert found(warnings(late), "month_is_covered")[0].code == "gate_month_missing_late"


def test_a_month_cut_before_its_last_day_is_critical_and_says_until_when(agency: Agency) -> None:
    part = pl.concat(
        [
            coverage(YEARS_AGO, add_months(MONTH, -1)),
            coverage(MONTH, MONTH, days_covered=20, covered_to=date(2024, 2, 20)),
        ]
    )
    (finding,) = critical(judged(agency, coverage=part))
    assert (finding.code, finding.observed) == ("gate_month_incomplete", "20/29")
    assert "until 2024-02-20" in finding.sentence("en")


def test_a_source_of_the_agencys_order_stands_in_with_a_warning(agency: Agency) -> None:
    counts = coverage(MONTH, MONTH, source="toy_counts", kind="crime_count", has_box=False)
    both = pl.concat([coverage(YEARS_AGO, add_months(MONTH, -1)), counts])
    in_place = cells([(MONTH, "1", "theft", 90), (MONTH, "2", "theft", 80)], "toy_counts", "crime_count")
    told = pl.concat([cells(varied(month_range(YEARS_AGO, add_months(MONTH, -1)))), in_place])
    findings = judged(agency, coverage=both, cells=told)
    assert not critical(findings)
    assert found(warnings(findings), "month_is_covered")[0].code == "gate_month_stood_in"


def test_gaps_and_a_short_history_are_told(agency: Agency) -> None:
    gapped = coverage(YEARS_AGO, MONTH).filter(pl.col("month") != date(2022, 6, 1))
    (gap,) = found(warnings(judged(agency, coverage=gapped)), "history_has_no_gap")
    assert "2022-06" in gap.sentence("en")
    assert not found(
        warnings(judged(agency, coverage=coverage(add_months(MONTH, -35), MONTH))), "history_is_long(crime)"
    )
    short = warnings(judged(agency, coverage=coverage(add_months(MONTH, -31), MONTH)))
    assert "32 whole months" in next(f for f in short if f.expectation == "history_is_long(crime)").sentence("en")


def test_a_missing_station_is_named_with_the_file_and_none_at_all_is_critical(agency: Agency) -> None:
    told = cells(varied(month_range(YEARS_AGO, MONTH)))
    fewer = told.filter((pl.col("month") != MONTH) | pl.col("district").str.starts_with("1"))
    (finding,) = found(warnings(judged(agency, cells=fewer)), "stations_reported")
    assert finding.sentence("en").startswith(
        "Crime ledger toy_crime_2024-02.csv: 1 of 2 stations reported in 2024-02 (missing: Second); fewer usually means"
    )
    none = told.filter(pl.col("month") != MONTH)
    assert [f.expectation for f in critical(judged(agency, cells=none))] == [
        "month_has_rows",
        "stations_reported(toy_crime)",
    ]
    before = told.filter((pl.col("month") != date(2021, 5, 1)) | pl.col("district").str.starts_with("1"))
    assert [f.observed for f in found(judged(agency, cells=before), "stations_reported_before")] == ["2"]


def test_a_box_without_a_row_is_zero_not_missing(agency: Agency) -> None:
    quiet = cells(varied(month_range(YEARS_AGO, MONTH))).filter(
        (pl.col("month") != MONTH) | (pl.col("district") != "12")
    )
    assert faults(judged(agency, cells=quiet)) == faults(judged(agency))


def test_refused_files_stop_only_as_the_newest_delivery_of_a_required_source(agency: Agency) -> None:
    refused = {
        "status": "refused",
        "note": "toy_crime_2024-02.csv: U+FFFD",
        "period_from": None,
        "period_to": None,
        "rows_read": 0,
    }
    newest = files({}, {**refused, "exported_on": date(2024, 3, 5)})
    (finding,) = critical(judged(agency, files=newest))
    assert finding.code == "gate_refused_newest"
    assert "U+FFFD" in finding.sentence("ko")
    assert finding.sentence("ko").count("toy_crime_2024-02.csv") == 1
    assert not critical(judged(agency, files=newest, past_deadline=True))
    older = files({}, {**refused, "exported_on": date(2024, 1, 5)})
    other = files({}, {**refused, "source": "toy_counts", "exported_on": date(2024, 3, 5)})
    for harmless in (older, other):
        findings = judged(agency, files=harmless)
        assert not critical(findings)
        assert [f.code for f in found(warnings(findings), "file_is_readable")] == ["gate_refused"]


def test_a_month_whose_only_file_was_refused_says_why_and_not_that_nobody_delivered_it(agency: Agency) -> None:
    told = cells(varied(month_range(YEARS_AGO, MONTH))).filter(pl.col("month") != MONTH)
    refused = {"status": "refused", "note": "toy_crime_2024-02.csv: U+FFFD", "period_from": None, "period_to": None}

    def says(**of_file: Any) -> tuple[str, str]:
        given = files({"period_to": date(2024, 1, 31)}, {**refused, **of_file})
        (one,) = [f for f in critical(judged(agency, cells=told, files=given)) if f.expectation == "month_has_rows"]
        return one.code, one.sentence("en")

    code, sentence = says()
    assert code == "gate_month_refused"
    assert "U+FFFD" in sentence
    january = {"period_from": date(2024, 1, 1), "period_to": date(2024, 1, 31)}
    assert says(**january)[0] == says(source="toy_roster")[0] == "gate_month_without_rows"


def test_rows_that_are_not_accounted_for_are_critical(agency: Agency) -> None:
    lost = files({"rows_read": 100, "rows_accepted": 99, "rows_counted": 99})
    (finding,) = critical(judged(agency, files=lost))
    assert finding.observed == "100 ≠ 99"


@pytest.mark.parametrize(
    ("rejected", "severity"),
    [(0, None), (1, "info"), (10, "info"), (11, "warning"), (200, "warning"), (201, "critical")],
)
def test_rejected_rows_matter_by_their_share(agency: Agency, rejected: int, severity: str | None) -> None:
    findings = judged(agency, files=files({"rows_read": 1000, "rows_rejected": rejected}))
    assert [f.severity for f in found(findings, "rows_are_readable") if not f.success] == (
        [severity] if severity else []
    )


def test_a_damaged_delivery_that_was_replaced_or_is_old_does_not_stop(agency: Agency) -> None:
    replaced = files({"rows_read": 1000, "rows_rejected": 900}, {"exported_on": date(2024, 3, 5)})
    old = files({}, {"rows_read": 1000, "rows_rejected": 900, "month": date(2023, 5, 1)})
    for harmless in (replaced, old):
        assert not critical(judged(agency, files=harmless))
        assert found(warnings(judged(agency, files=harmless)), "rows_are_readable")


def test_a_file_counts_while_some_day_of_it_is_its_own() -> None:
    to_date = {"period_from": date(2024, 1, 1), "period_to": last_of_month(MONTH), "exported_on": date(2024, 3, 1)}
    assert current(files({"month": date(2024, 1, 1)}, to_date, {"month": date(2023, 12, 1)})) == {"f1", "f2"}


def test_doubled_and_stale_files_are_listed(agency: Agency) -> None:
    findings = judged(agency, doubled={"again.csv": "toy_crime_2024-02.csv"}, stale=["old.csv"])
    assert [f for f in faults(findings) if f[1].startswith("file_")] == [
        ("warning", "file_is_new(again.csv)"),
        ("warning", "file_is_read_as_said"),
    ]


def test_unlisted_codes_are_news_only_while_they_come(agency: Agency) -> None:
    rows = [("toy_crime", "777", 12, MONTH), ("toy_crime", "778", 3, date(2021, 1, 1))]
    (finding,) = found(judged(agency, unknown_codes=pl.DataFrame(rows, CODES, orient="row")), "codes_are_listed")
    assert (finding.severity, finding.observed) == ("warning", "777 (12)")
    (past,) = found(judged(agency, unknown_codes=pl.DataFrame(rows[1:], CODES, orient="row")), "codes_are_listed")
    assert (past.severity, past.observed) == ("info", "778 (3)")


def test_unknown_districts_matter_above_a_share(agency: Agency) -> None:
    told = cells(varied(month_range(YEARS_AGO, MONTH)))
    total = told.filter(pl.col("month") == MONTH).get_column("rows").sum()
    few = pl.concat([told, cells([(MONTH, "unknown-toy", "theft", total // 60)])])
    assert not found(warnings(judged(agency, cells=few)), "districts_are_known")
    many = pl.concat([told, cells([(MONTH, "unknown-toy", "theft", total // 20)])])
    assert [f.expectation for f in found(warnings(judged(agency, cells=many)), "districts_are_known")] == [
        "districts_are_known(toy_crime station)"
    ]
    boxless = pl.concat([told, cells([(MONTH, "unknown-1", "theft", total // 10)])])
    assert [f.expectation for f in found(warnings(judged(agency, cells=boxless)), "districts_are_known")] == [
        "districts_are_known(toy_crime box)"
    ]


def test_rows_after_the_export_day_warn_and_many_of_them_stop(agency: Agency) -> None:
    received = files({"exported_on": date(2024, 2, 15)})

    def units(later: int) -> pl.DataFrame:
        rows = [
            ("crime", "toy_crime", "f0", date(2024, 2, 10), 1000 - later),
            ("crime", "toy_crime", "f0", date(2024, 2, 20), later),
        ]
        return pl.DataFrame(rows, UNITS, orient="row")

    assert [f.severity for f in found(judged(agency, files=received, units=units(5)), "no_future_dates")] == ["warning"]
    (finding,) = critical(judged(agency, files=received, units=units(50)))
    assert (finding.expectation, finding.observed) == ("no_future_dates(f0)", "50/1,000")


def test_a_month_told_again_is_critical_now_and_a_warning_then(agency: Agency) -> None:
    told = cells(varied(month_range(YEARS_AGO, MONTH)))
    source = date(2024, 1, 1)
    copy = told.filter(pl.col("month") == source).with_columns(pl.lit(MONTH).alias("month"))
    again = pl.concat([told.filter(pl.col("month") != MONTH), copy])
    (finding,) = critical(judged(agency, cells=again))
    assert finding.sentence("en").startswith("Crime ledger: 2024-02 equals 2024-01 in every district and category")
    earlier = copy.with_columns(pl.lit(date(2022, 3, 1)).alias("month"))
    old = pl.concat([told.filter(pl.col("month") != date(2022, 3, 1)), earlier])
    assert [f.severity for f in found(judged(agency, cells=old), "month_is_new") if not f.success] == ["warning"]


def test_months_that_agree_by_chance_are_not_one_month(agency: Agency) -> None:
    tiny = cells([(month, "11", "theft", 2) for month in month_range(YEARS_AGO, MONTH)])
    total = cells([(date(2024, 1, 1), "toy", "theft", 500), (MONTH, "toy", "theft", 500)])
    for honest in (tiny, total):
        assert not [f for f in found(judged(agency, cells=honest), "month_is_new") if not f.success]


def test_two_sources_that_disagree_beyond_tolerance_are_told(agency: Agency) -> None:
    months = month_range(YEARS_AGO, MONTH)
    counts = coverage(YEARS_AGO, MONTH, source="toy_counts", kind="crime_count", is_chosen=False)

    def beside(difference: int) -> list[Finding]:
        one = [(m, "11", "theft", 200 + n) for n, m in enumerate(months)]
        other = [(m, d, c, amount + (difference if m == MONTH else 2)) for m, d, c, amount in one]
        told = pl.concat([cells(one), cells(other, "toy_counts", "crime_count")])
        return found(
            judged(agency, coverage=pl.concat([coverage(YEARS_AGO, MONTH), counts]), cells=told), "sources_agree"
        )

    assert [f.success for f in beside(4)] == [True]
    (finding,) = beside(30)
    assert (finding.success, finding.severity) == (False, "warning")
    assert "2024-02 Theft 278 ↔ 248" in finding.sentence("en")


def test_the_queries_give_the_frames_the_checks_read() -> None:
    con = duckdb.connect()
    for name in ("core_crime", "core_crime_count", "core_call"):
        con.execute(create_table(TABLES[name]))
    columns = "source, file_id, row_number, unit, month, district, offence_code, crime_type, incidents"
    con.execute(
        f"insert into core_crime ({columns}) values "
        "('s', 'f', 1, '2024-02-03', '2024-02-01', '11', '9', 'unknown', 1), "
        "('s', 'f', 2, '2024-02-03', '2024-02-01', '11', '1', 'theft', 1), "
        "('s', 'f', 3, '2024-02-04', '2024-02-01', '11', '1', 'theft', -1)"
    )
    told = con.sql(sql("source_cells")).pl()
    assert dict(told.schema) == CELL
    assert told.select("category", "rows", "amount").rows() == [("theft", 2, 0), ("unknown", 1, 1)]
    units = con.sql(sql("source_units")).pl()
    assert dict(units.schema) == UNITS
    assert units.select("unit", "rows").rows() == [(date(2024, 2, 3), 2), (date(2024, 2, 4), 1)]
    codes = con.sql(sql("unknown_codes")).pl()
    assert dict(codes.schema) == CODES
    assert codes.rows() == [("s", "9", 1, MONTH)]


def test_registers_that_are_whole_are_told_so(agency: Agency) -> None:
    (finding,) = found(judged(agency, registers=[Remarks(), Remarks()]), "registers_are_whole")
    assert (finding.success, finding.severity) == (True, "warning")


def test_what_is_to_be_told_of_registers_names_the_files_and_stops_nothing(agency: Agency) -> None:
    remarks = Remarks(
        twice=[("b.csv", "a.csv", 2)],
        bare=[("d.csv", "c.csv")],
        ahead=[("e_20241231.csv", date(2024, 12, 31), date(2024, 4, 3))],
        left_out=[("f.csv", 3)],
    )
    findings = judged(agency, registers=[remarks, Remarks()])
    assert not critical(findings)
    told = {f.expectation: f for f in findings if not f.success and f.table_name == "source_file"}
    assert set(told) == {
        "entry_stands_once(b.csv, a.csv)",
        "register_has_entries(d.csv)",
        "register_is_not_ahead(e_20241231.csv)",
        "entry_is_of_agency(f.csv)",
    }
    assert {f.severity for f in told.values()} == {"warning"}
    for lang in ("ko", "en"):
        said = " ".join(f.sentence(lang) for f in told.values())
        assert all(
            name in said for name in ("a.csv", "b.csv", "c.csv", "d.csv", "e_20241231.csv", "2024-12-31", "f.csv")
        )
    assert not any(f.expectation == "registers_are_whole" for f in findings)
