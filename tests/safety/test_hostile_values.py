"""Values and names from exports stay text: never SQL, HTML, a formula or a path."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from expectations.agency import load_agency
from expectations.gate import check_exports
from expectations.gate.exports import Exports, sql
from flows.commands.asking import answer
from flows.warehouse import Warehouse
from tests.flows import town
from tests.flows.places import fingerprints
from transforms.briefing.validation_page import ReportedRun, validation_page

SQL = "'); drop table raw_crime; --"
HTML = "<script>alert(1)</script>"
FORMULA = "=cmd|'/C calc'!A1"
PATH = "../../../etc/passwd"
HOSTILE = (SQL, HTML, FORMULA, PATH, '"; select 1; --', "{0.__class__}", "{file}", "%s", "\x1b[31mred")
NAME = f"incidents_2021-01_x20210203{HTML.replace('/', '')}'; drop table raw_crime; --.csv"


def export() -> str:
    """A month whose districts, codes and identifiers are hostile, each in a row of its own beside a sound one."""
    file = io.StringIO()
    rows = csv.writer(file)
    rows.writerow(town.HEADER.split(","))
    rows.writerow(["1", "2021-01-05", "동부", "1", "1"])
    for n, text in enumerate(HOSTILE):
        rows.writerow([text, f"2021-01-{n + 1:02d}", "동부", "1", "1"])
        rows.writerow([f"s{n}", "2021-01-05", text, "1", "1"])
        rows.writerow([f"c{n}", "2021-01-05", "동부", text, "1"])
        rows.writerow([f"d{n}", text, "동부", "1", "1"])
        rows.writerow([f"n{n}", "2021-01-05", "동부", "1", text])
    return file.getvalue()


def test_hostile_text_is_counted_as_text_and_shown_as_text(tmp_path: Path) -> None:
    inbox, home = tmp_path / "inbox", tmp_path / "home"
    inbox.mkdir()
    (inbox / NAME).write_text(export(), "utf-8")
    agency = load_agency(town.write_agency(tmp_path / "agency"))
    before = fingerprints(inbox)
    with Warehouse.open(home, wait_seconds=0) as warehouse:
        collected = warehouse.collect(inbox, agency, date(2021, 2, 3), look_seconds=0)
        [stored] = [warehouse.store(new.file, new.layout, agency, new.received_on) for new in collected.files]
        assert stored.outcome is not None
        assert (stored.outcome.rows_read, stored.outcome.rows_rejected) == (1 + 5 * len(HOSTILE), 2 * len(HOSTILE))
        assert warehouse.resolve(agency, date(2021, 2, 3)) == ("core_crime 2021-01",)
        con = warehouse.con
        assert con.execute("select count(*) from raw_crime").fetchall() == [(1 + 3 * len(HOSTILE),)]
        codes = {code for (code,) in con.execute("select distinct offence_code from core_crime").fetchall()}
        assert {SQL, HTML, FORMULA, PATH} <= codes
        files = warehouse.source_files(agency, date(2021, 2, 3))
        exports = Exports(
            files=files, coverage=con.sql("from core_coverage").pl(), cells=con.sql(sql("source_cells")).pl(),
            units=con.sql(sql("source_units")).pl(), unknown_codes=con.sql(sql("unknown_codes")).pl(),
        )  # fmt: skip
        findings = check_exports(exports, agency, date(2021, 1, 1), past_deadline=False)
    run = ReportedRun(month=date(2021, 1, 1), as_of=date(2021, 2, 3), run_id="aa", generated=False)
    page = validation_page(findings, files, [HTML], agency, run, "en")
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert fingerprints(inbox) == before
    assert {path.name for path in tmp_path.iterdir()} == {"inbox", "home", "agency"}
    assert not [path.name for path in home.rglob("*") if "drop" in path.name]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", FORMULA, "＝1"])
def test_text_is_no_formula_in_a_csv(text: str) -> None:
    file = io.StringIO()
    answer.write_csv(file, ["name", text], [(text, -1)])
    [header, row] = csv.reader(io.StringIO(file.getvalue(), newline=""))
    shown = "'" + text.replace("\r", "\n")
    assert header == ["name", shown]
    assert row == [shown, "-1"]


def test_numbers_days_and_ordinary_text_stay_as_they_are() -> None:
    file = io.StringIO()
    answer.write_csv(file, ["a"] * 5, [(-1.5, date(2024, 3, 1), "동부-1", None, [-1])])
    assert file.getvalue().splitlines()[1] == "-1.5,2024-03-01,동부-1,,[-1]"
