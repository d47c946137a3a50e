"""A layout that is retired: the months after it wait for the one that came after."""

from datetime import date

import polars as pl
import pytest

from expectations.agency.awaited import Awaited, awaited
from expectations.gate.exports.coverage import check_required
from expectations.gate.exports.received_files import check_refused

MARCH, APRIL, JUNE = date(2024, 3, 1), date(2024, 4, 1), date(2024, 6, 1)


@pytest.fixture
def valid(town):
    """Set the validity of the required incidents, and of the counts beside them in the agency's order."""

    def make(incidents: str = "", counts: str = "", required: str = '"incidents"') -> None:
        for name, validity in (("incidents", incidents), ("counts", counts)):
            layout = town.folder / "sources" / f"{name}.toml"
            layout.write_text(f"{validity}\n{layout.read_text('utf-8')}", "utf-8")
        agency = town.folder / "agency.toml"
        agency.write_text(
            agency.read_text("utf-8").replace('required = ["incidents"]', f"required = [{required}]"), "utf-8"
        )

    return make


def names(town, month: date) -> list[str]:
    return [one.source for one in awaited(town.agency, month)]


def put_counts(town, month: str, day: str = "") -> None:
    town.put_text(f"counts_{month}{day}.csv", f"station,month,type,n\nEast,{month},theft,10\nWest,{month},theft,10\n")


def stops(town, warehouse, month: date) -> list[str]:
    """What lacks, as the month's run, and as its gate, says it."""
    warehouse.resolve(town.agency, JUNE)
    lacking = [gap.source for gap in warehouse.missing(town.agency, month, JUNE)]
    coverage = warehouse.con.sql("from core_coverage").pl()
    findings = check_required(coverage, town.agency, month, past_deadline=False)
    critical = [f.expectation for f in findings if f.severity == "critical" and not f.success]
    assert [f"month_is_covered({source})" for source in lacking] == critical
    return lacking


def test_a_source_in_the_order_stands_in_for_one_that_stopped_coming(town):
    town.put("incidents_2024-03_x20240405.csv", ("2024-03-01", "East", "1"))
    with town.open() as w:
        town.read(w)
        assert stops(town, w, MARCH) == []
        assert stops(town, w, APRIL) == ["incidents"]
        put_counts(town, "2024-04")
        town.read(w)
        assert stops(town, w, APRIL) == []


def test_months_after_a_layout_wait_for_the_next_of_the_order(town, valid):
    valid("valid_to = 2024-03-31", "valid_from = 2024-04-01")
    assert (names(town, MARCH), names(town, APRIL)) == (["incidents"], ["counts"])
    with town.open() as w:
        assert stops(town, w, MARCH) == ["incidents"]
        assert stops(town, w, APRIL) == ["counts"]
        put_counts(town, "2024-04")
        town.read(w)
        assert stops(town, w, APRIL) == []
        findings = check_required(w.con.sql("from core_coverage").pl(), town.agency, APRIL, past_deadline=False)
        assert [(f.severity, f.success) for f in findings] == [("critical", True)]  # not even a warning


def test_a_required_successor_takes_the_place_of_what_was_required_before(town, valid):
    valid("valid_to = 2024-03-31", "valid_from = 2024-04-01", '"incidents", "counts"')
    assert (names(town, MARCH), names(town, APRIL)) == (["incidents"], ["counts"])


def test_a_month_within_which_the_form_changes_needs_one_form_whole(town, valid):
    valid("valid_to = 2024-03-14", "valid_from = 2024-03-15", '"incidents", "counts"')
    assert awaited(town.agency, MARCH) == (Awaited("incidents", ("counts",)), Awaited("counts", ("incidents",)))
    assert names(town, APRIL) == ["counts"]
    town.put("incidents_2024-03_x20240405.csv", ("2024-03-01", "East", "1"))
    with town.open() as w:
        town.read(w)
        assert stops(town, w, MARCH) == ["incidents", "counts"]


def test_a_fact_no_layout_tells_any_more_is_not_waited_for(town, valid):
    valid("valid_to = 2024-03-31", "valid_to = 2024-03-31")
    assert names(town, APRIL) == []


def test_a_retired_layout_covers_no_month_after_it(town, valid):
    """Else its last year's file would own the months of the next form, and count nothing in them."""
    counts = town.folder / "sources" / "counts.toml"
    text = counts.read_text("utf-8").replace('covers = "month"', 'covers = "year"').replace("-(?P<month>\\d{2})'", "'")
    counts.write_text("valid_to = 2024-03-31\n" + text, "utf-8")
    months = "".join(f"East,2024-{n:02d},theft,10\n" for n in (1, 2, 3))
    town.put_text("counts_2024_.csv", "station,month,type,n\n" + months)
    with town.open() as w:
        town.read(w)
        w.resolve(town.agency, JUNE)
        months = w.con.sql("from core_coverage").pl().filter(pl.col("source") == "counts")["month"].to_list()
        assert months == [date(2024, n, 1) for n in (1, 2, 3)]


def test_a_refused_file_of_a_retired_layout_stops_no_month_after_it(town, valid):
    """Its content would have said which period it was of, so it could be of any."""
    incidents = town.folder / "sources" / "incidents.toml"
    incidents.write_text(incidents.read_text("utf-8").replace('source = "name"', 'source = "content"'), "utf-8")
    valid("valid_to = 2024-03-31", "valid_from = 2024-04-01")
    town.put_text("incidents_2024-03_x20240405.csv", "")
    put_counts(town, "2024-04")
    with town.open() as w:
        town.read(w)
        files = w.source_files(town.agency, JUNE)
        refused = {month: check_refused(files, town.agency, month, past_deadline=False) for month in (MARCH, APRIL)}
        assert [f.severity for f in refused[MARCH]] == ["critical"]
        assert [f.severity for f in refused[APRIL]] == ["warning"]
