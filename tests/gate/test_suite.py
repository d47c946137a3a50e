from datetime import date

import polars as pl
import pytest

from expectations.agency import Agency
from expectations.contracts import PUBLISHED, RAW, TABLES
from expectations.contracts.ddl import polars_schema
from expectations.contracts.table import Column, Table
from expectations.gate import Finding, GateError, check_batches, check_table, critical, findings_table
from expectations.gate.promises import promises
from tests.gate.frames import MONTH, crime_month, faults, table

TOY = Table(
    name="crime_month", label="장난감", grain="One row per district and month.", grain_label="관서·월",
    columns=(
        Column("district", "VARCHAR", "관서", "District."),
        Column("month", "DATE", "월", "Month."),
        Column("incidents", "BIGINT", "발생", "Crimes.", nullable=True, minimum=0, maximum=100),
        Column("signal", "VARCHAR", "신호", "Signal.", nullable=True, allowed=("none", "watch")),
    ),
    key=("district", "month"), layer="published",
)  # fmt: skip
SCHEMA = {"district": pl.String, "month": pl.Date, "incidents": pl.Int64, "signal": pl.String}


def batch(*rows: tuple[str | None, date, int | None, str | None]) -> pl.DataFrame:
    return pl.DataFrame(rows, SCHEMA, orient="row")


def broken(findings: list[Finding]) -> dict[tuple[str, str], str | None]:
    return {(f.expectation, f.column_name): f.observed for f in findings if not f.success}


@pytest.mark.slow
def test_a_kept_contract_has_one_finding_per_promise_and_none_broken() -> None:
    findings = check_table(TOY, batch(("1", MONTH, 0, "none"), ("2", MONTH, 100, None), ("3", MONTH, None, "watch")))
    assert not broken(findings)
    names = [(f.expectation, f.column_name) for f in findings]
    assert len(names) == len(set(names)) == len(promises(TOY)) + 1
    assert all(f.severity == "critical" for f in findings)


@pytest.mark.slow
def test_each_breach_is_found_with_its_count_and_keys() -> None:
    findings = check_table(
        TOY,
        batch(
            ("1", MONTH, -1, "none"),
            ("1", MONTH, 101, "none"),
            (None, MONTH, 5, "none"),
            ("4", date(2024, 2, 5), 5, "none"),
            ("5", MONTH, 5, "panic"),
        ),
    )
    assert broken(findings) == {
        ("expect_compound_columns_to_be_unique", "*"): "2/5; 1 2024-02-01; 1 2024-02-01",
        ("expect_column_values_to_not_be_null", "district"): "1/5; None 2024-02-01",
        ("expect_column_values_to_match_regex", "month"): "1/5; 4 2024-02-05",
        ("expect_column_values_to_be_between", "incidents"): "2/5; 1 2024-02-01 → -1; 1 2024-02-01 → 101",
        ("expect_column_values_to_be_in_set", "signal"): "1/5; 5 2024-02-01 → panic",
    }
    assert len(critical(findings)) == 5
    assert all(f.sentence("ko") and f.sentence("en") for f in findings)


@pytest.mark.slow
def test_a_missing_column_breaks_every_promise_about_it() -> None:
    found = broken(check_table(TOY, batch(("1", MONTH, 1, "none")).drop("incidents", "month")))
    assert set(found) == {
        ("expect_table_columns_to_match_ordered_list", "*"),
        ("expect_compound_columns_to_be_unique", "*"),
        ("expect_column_values_to_not_be_null", "month"),
        ("expect_column_values_to_match_regex", "month"),
        ("expect_column_values_to_be_between", "incidents"),
    }


@pytest.mark.slow
def test_columns_in_another_order_or_type_are_found() -> None:
    good = batch(("1", MONTH, 1, "none"))
    turned = broken(check_table(TOY, good.select("month", "district", "incidents", "signal")))
    assert set(turned) == {("expect_table_columns_to_match_ordered_list", "*")}
    wide = broken(check_table(TOY, good.with_columns(pl.col("incidents").cast(pl.Int128))))
    assert wide == {
        ("expect_column_types_to_match_contract", "*"): "incidents Int128 ≠ Int64",
        ("expect_column_values_to_be_between", "incidents"): "1/1; incidents Int128 ≠ Int64",
    }


@pytest.mark.slow
def test_parts_are_judged_together() -> None:
    parts = [batch(("1", MONTH, -1, "none")), batch(("2", MONTH, 1, "none"), ("3", MONTH, -2, "none"))]
    found = broken(check_batches(TOY, iter(parts)))
    assert found == {("expect_column_values_to_be_between", "incidents"): "2/3; 1 2024-02-01 → -1; 3 2024-02-01 → -2"}
    with pytest.raises(GateError, match="no batch"):
        check_batches(TOY, [])


@pytest.mark.slow
def test_every_contract_passes_when_empty_and_names_are_unique(agency: Agency) -> None:
    findings = []
    for contract in (*RAW, *(t for t in PUBLISHED if t not in RAW)):
        findings += check_table(contract, pl.DataFrame(schema=polars_schema(contract)), agency)
    assert faults(findings) == []
    shown = findings_table(findings, "r1", "ko")
    assert shown.height == len(findings)
    assert shown.schema == polars_schema(TABLES["validation_result"])


@pytest.mark.slow
def test_a_key_of_one_column_is_held_too() -> None:
    row = {"month": MONTH, "as_of": MONTH, "run_id": "r", "complete": True, "generated": False, "version": "1",
           "agency": "toy", "agency_name": "장난감청"}  # fmt: skip
    assert broken(check_table(TABLES["publication"], table("publication", [row, row]))) == {
        ("expect_column_values_to_be_unique", "run_id"): "2/2; r; r"
    }


@pytest.mark.slow
def test_the_agency_folder_closes_sets_of_codes(agency: Agency) -> None:
    rows = crime_month(agency, [MONTH], {("11", "theft"): 3})
    assert not faults(check_table(TABLES["crime_month"], rows, agency))
    strange = rows.with_columns(pl.lit("arson").alias("crime_type"), pl.lit("99").alias("district"))
    assert set(broken(check_table(TABLES["crime_month"], strange, agency))) >= {
        ("expect_column_values_to_be_in_set(agency)", "crime_type"),
        ("expect_column_values_to_be_in_set(agency)", "district"),
    }


@pytest.mark.slow
def test_clearance_above_all_crimes_keeps_the_contract_and_negative_clearance_does_not(agency: Agency) -> None:
    rows = crime_month(agency, [MONTH], {("11", "theft"): 17}, cleared=18)  # 105.9 %: earlier years' cases
    assert not faults(check_table(TABLES["crime_month"], rows, agency))
    negative = rows.with_columns(pl.lit(-1, pl.Int64).alias("cleared"))
    assert critical(check_table(TABLES["crime_month"], negative, agency))


def test_two_findings_of_one_name_are_refused() -> None:
    one = Finding("crime_month", "total", "*", "warning", True, "gate_none_doubled")
    with pytest.raises(GateError, match="total"):
        findings_table([one, one], "r1", "ko")


def test_findings_are_sorted_and_speak_the_language_asked_for() -> None:
    told = [Finding("b", "x", "*", "info", False, "gate_stale", {"count": 7, "files": list("abcdefg")}, "7"),
            Finding("a", "y", "*", "warning", True, "gate_none_doubled")]  # fmt: skip
    assert findings_table(told, "r", "en").get_column("table_name").to_list() == ["a", "b"]
    assert "a, b, c, d, e and 2 more" in told[0].sentence("en")
    assert "a, b, c, d, e 외 2" in told[0].sentence("ko")
