"""Frames of the shape contracts promise, with only what a test is about written out."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl

from expectations.agency import Agency
from expectations.contracts import TABLES
from expectations.contracts.ddl import polars_schema
from expectations.gate import Finding
from expectations.months import last_of_month, month_range

MONTH = date(2024, 2, 1)
CELL = {
    "kind": pl.String, "source": pl.String, "month": pl.Date, "district": pl.String, "category": pl.String,
    "rows": pl.Int64, "amount": pl.Int64,
}  # fmt: skip


def table(name: str, rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """A table by its contract; columns a row leaves out are empty."""
    schema = polars_schema(TABLES[name])
    return pl.DataFrame([{**dict.fromkeys(schema), **row} for row in rows], schema, orient="row")


def files(*rows: Mapping[str, Any]) -> pl.DataFrame:
    """Table `source_file`: by default whole months of toy_crime, exported on the second of the next."""
    made = []
    for number, row in enumerate(rows):
        of = row.get("month", MONTH)
        read = row.get("rows_read", 100)
        base = {
            "file_id": f"f{number}", "name": f"toy_crime_{of:%Y-%m}.csv", "source": "toy_crime", "kind": "crime",
            "period_from": of, "period_to": last_of_month(of), "exported_on": date(of.year, of.month, 28),
            "sha256": f"{number:064d}", "status": "accepted", "rows_read": read, "rows_rejected": 0,
            "rows_accepted": read - row.get("rows_rejected", 0), "rows_superseded": 0, "rows_set_aside": 0,
            "rows_counted": read - row.get("rows_rejected", 0), "rows_hidden": 0, "rows_uncovered": 0,
        }  # fmt: skip
        made.append(base | {name: value for name, value in row.items() if name != "month"})
    return table("source_file", made)


def coverage(first: date, last: date, **changes: Any) -> pl.DataFrame:
    """Months of one source, covered to their last day."""
    rows = []
    for month in month_range(first, last):
        days = last_of_month(month).day
        base = {
            "kind": "crime", "source": "toy_crime", "month": month, "days_covered": days, "days_in_month": days,
            "covered_to": last_of_month(month), "is_chosen": True, "has_station": True, "has_box": True,
            "has_day": True, "has_time": False,
        }  # fmt: skip
        rows.append(base | changes)
    return table("core_coverage", rows)


def cells(rows: Iterable[tuple[date, str, str, int]], source: str = "toy_crime", kind: str = "crime") -> pl.DataFrame:
    """What a source counts: month, district, category, amount."""
    full = [(kind, source, month, district, category, amount, amount) for month, district, category, amount in rows]
    return pl.DataFrame(full, CELL, orient="row")


def crime_month(
    agency: Agency, months: Iterable[date], boxes: Mapping[tuple[str, str], int], **changes: Any
) -> pl.DataFrame:
    """Every month alike: incidents by box and crime type, summed upwards exactly."""
    above = {d.code: d for d in agency.districts}
    rows = []
    for month in months:
        totals: dict[tuple[str, str], int] = {}
        for (code, crime_type), count in boxes.items():
            district: str | None = code
            while district is not None:
                totals[district, crime_type] = totals.get((district, crime_type), 0) + count
                district = above[district].parent
        for (code, crime_type), count in sorted(totals.items()):
            place = above[code]
            base = {
                "district": code, "district_name": place.name, "level": place.level, "parent": place.parent,
                "crime_type": crime_type, "month": month, "incidents": count, "expected_final": float(count),
                "provisional": False, "complete": True,
            }  # fmt: skip
            rows.append(base | changes)
    return table("crime_month", rows)


def found(findings: Iterable[Finding], expectation: str) -> list[Finding]:
    """Findings of one promise, whatever it was applied to."""
    return [f for f in findings if f.expectation.split("(")[0] == expectation]


def faults(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    """Broken promises as (severity, name); every finding, kept ones too, has its sentence in both languages."""
    told = list(findings)
    assert all(f.sentence("ko") and f.sentence("en") for f in told)
    return sorted((f.severity, f.expectation) for f in told if not f.success)
