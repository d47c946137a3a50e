"""Values and names from exports stay text: never SQL, HTML, a formula or a path."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest

from expectations.agency import load_agency
from expectations.gate import check_exports
from expectations.gate.exports import Exports, sql
from expectations.sentences import sentence
from expectations.visible import visible, visible_json
from flows.commands.asking import answer
from flows.warehouse import Warehouse
from tests.flows import town
from tests.flows.places import fingerprints
from transforms.briefing.validation_page import ReportedRun, validation_page
from transforms.briefing.workbook.cells import text as text_of_cell

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
            files=files,
            coverage=con.sql("from core_coverage").pl(),
            cells=con.sql(sql("source_cells")).pl(),
            units=con.sql(sql("source_units")).pl(),
            unknown_codes=con.sql(sql("unknown_codes")).pl(),
        )
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


UNSAFE = [
    "\0",
    "\x07",
    "\x1b[31m",
    "\x85",
    "\x9b31m",
    "\u061c",
    "\u200e",
    "\u202e",
    "\u2028",
    "\u2066",
    "\ufeff",
    "\ud800",
    "\udcff",
]


@pytest.mark.parametrize("sign", UNSAFE, ids=ascii)
def test_no_sign_steers_a_terminal_a_page_or_a_workbook(sign: str) -> None:
    made = io.StringIO()
    answer.write_table(made, [f"a{sign}"], ["VARCHAR"], [(f"b{sign}c",), ([sign],)])
    answer.write_csv(made, [f"a{sign}"], [(f"b{sign}c",), ([sign],), ({"a": sign},)])
    answer.write_json(made, [f"a{sign}"], [(f"b{sign}c",), ([sign],)])
    text = made.getvalue()
    assert text.encode()
    assert all(letter.isprintable() or letter in "\n" for letter in text), repr(text)
    assert text_of_cell(f"b{sign}c")[0].isprintable()
    assert sentence("check_no_layout", "en", file=f"b{sign}c", agency=f"b{sign}c").isprintable()
    assert sentence("disk_trouble", "ko", path=Path(f"b{sign}c"), why=OSError(f"b{sign}c")).isprintable()
    assert visible(f"가{sign}b\n\t") == f"가\\x{ord(sign[0]):02x}{sign[1:]}b\n\t"
    if sign[0] != "\0":
        assert visible_json(json.dumps(sign, ensure_ascii=False)).isascii()
        assert json.loads(visible_json(json.dumps(sign, ensure_ascii=False))) == sign


@pytest.mark.parametrize("text", [" =1", "\u00a0=1", "\u3000@a", "﹦1", "⁺1", "\u200b=1", "－1", "  +1", "\t=1"])
def test_text_is_no_formula_however_it_is_written(text: str) -> None:
    file = io.StringIO()
    answer.write_csv(file, [text], [(text,), ([text],)])
    header, row, of_list = csv.reader(io.StringIO(file.getvalue(), newline=""))
    assert (header, row) == ([f"'{text}"], [f"'{text}"])
    assert of_list[0].startswith("[")


def test_blanks_and_joined_signs_stay_as_they_are() -> None:
    for text in ("a\u00a0b", "a\u3000b", "👩\u200d👧", "크\u200b기", "a\tb", "가나다"):
        assert visible(text) == text
        assert text_of_cell(text) == (text, False)


def test_numbers_days_and_ordinary_text_stay_as_they_are() -> None:
    file = io.StringIO()
    answer.write_csv(file, ["a"] * 5, [(-1.5, date(2024, 3, 1), "동부-1", None, [-1])])
    assert file.getvalue().splitlines()[1] == "-1.5,2024-03-01,동부-1,,[-1]"
