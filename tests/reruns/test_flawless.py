"""A table found flawless is not checked again while its rows are the same; one with a fault is, every time."""

from datetime import date

import polars as pl
import pytest

from expectations.agency import load_agency, packaged
from expectations.contracts import TABLES
from expectations.gate import check_table, check_tables
from flows.computing import kept as kept_module
from flows.computing.kept import Kept, checking
from tests.publishing.small_publication import rows

MARCH = date(2024, 3, 1)
TABLE = TABLES["crime_month"]


def crimes(**changes: object) -> pl.DataFrame:
    common = {"crime_type": "theft", "month": MARCH, "incidents": 5, "expected_final": 5.0, "provisional": True,
              "complete": True}  # fmt: skip
    return rows("crime_month", *({"district": code, **common, **changes} for code in ("gj", "gj-east")))


@pytest.fixture
def looked(monkeypatch):
    """How many tables Great Expectations was shown."""
    shown = []

    def look(tables, agency=None):
        shown.extend(table.name for table, _ in tables)
        return check_tables(tables, agency)

    monkeypatch.setattr(kept_module, "check_tables", look)
    return shown


@pytest.fixture
def agency():
    return load_agency(packaged())


@pytest.mark.slow
def test_the_same_rows_are_looked_at_once_and_judged_alike(tmp_path, looked, agency):
    clean = crimes().with_columns(district=pl.lit(agency.root.code)).head(1)
    for _ in range(2):
        found = checking(Kept(tmp_path, 10_000, "code"))([(TABLE, clean)], agency)
        assert found == [check_table(TABLE, clean, agency)]
        assert all(finding.success for finding in found[0])
    assert looked == ["crime_month"]
    other = clean.with_columns(incidents=pl.lit(6, pl.Int64))
    checking(Kept(tmp_path, 10_000, "other code"))([(TABLE, clean)], agency)
    checking(Kept(tmp_path, 10_000, "code"))([(TABLE, other), (TABLE, clean)], agency)
    checking(Kept(tmp_path, 0, "code"))([(TABLE, clean)], agency)
    assert len(looked) == 4


@pytest.mark.slow
def test_a_fault_is_found_every_time(tmp_path, looked, agency):
    nowhere = crimes()  # gj-east is no district of the packaged agency
    for _ in range(2):
        found = checking(Kept(tmp_path, 10_000, "code"))([(TABLE, nowhere)], agency)
        assert not all(finding.success for finding in found[0])
    assert len(looked) == 2
