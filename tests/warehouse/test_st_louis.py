"""Sixty genuine monthly exports: every row accounted for, and the same facts whatever the order of reading."""

from datetime import date
from pathlib import Path

import pytest

from expectations.agency import load_agency
from flows.warehouse import Warehouse

FOLDER = Path(__file__).resolve().parents[1] / "agencies" / "st_louis"
FATES = ("rows_accepted", "rows_rejected", "rows_superseded", "rows_set_aside")
AS_OF = date(2020, 1, 31)


@pytest.mark.slow
def test_sixty_exports_of_a_real_police_force(shared, tmp_path):
    agency = load_agency(FOLDER)
    inbox = shared / "data" / "world" / "stlouis-monthly"
    tables = []
    for name, backwards in (("forward", False), ("backward", True)):
        with Warehouse.open(tmp_path / name, wait_seconds=0) as w:
            collected = w.collect(inbox, agency, date(2020, 1, 15), look_seconds=0)
            assert len(collected.files) == 60
            for new in reversed(collected.files) if backwards else collected.files:
                assert w.store(new.file, new.layout, agency, new.received_on).status == "accepted"
            assert len(w.resolve(agency, AS_OF)) == 60
            tables.append([w.con.sql(f"from {table} order by all").pl() for table in ("core_crime", "core_coverage")])
            tables[-1] += [w.source_files(agency, AS_OF), w.revisions(agency, AS_OF)]
    forward, backward = tables
    assert all(one.equals(other) for one, other in zip(forward, backward, strict=True))
    crimes, coverage, files, _ = forward
    assert files["rows_read"].sum() == 246_291
    assert all(row["rows_read"] == sum(row[fate] for fate in FATES) for row in files.iter_rows(named=True))
    assert crimes.height == files["rows_accepted"].sum()
    assert (crimes["incidents"] == -1).sum() == 3_140
    assert crimes["district"].str.starts_with("unknown-").sum() == 1_573
    assert coverage["is_chosen"].all()
    assert (coverage["days_covered"] == coverage["days_in_month"]).all()
