"""The workbook holds the tables' numbers, as numbers, in a form that Excel and LibreOffice take."""

import json
import re
import shutil
import subprocess
import sys
import zipfile
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import polars as pl
import pytest

from expectations.agency import Agency, load_agency, packaged
from expectations.agency.words import allowed_words
from expectations.contracts import PUBLISHED, TABLES
from expectations.contracts.ddl import empty
from expectations.sentences import LANGUAGES
from tests.briefing.reading_back import SHEETS, compare, index, opened, rows
from tests.docs.pages import ROOT
from tests.publishing import small_publication as small
from tests.publishing.full_publication import full_tables
from transforms.briefing.audience import Audience, audiences
from transforms.briefing.workbook import workbook
from transforms.briefing.workbook.cells import LONGEST
from transforms.briefing.workbook.outlook import months_before
from transforms.briefing.workbook.sheet import sheet_name
from transforms.briefing.workbook.words import in_words

MARCH, SEEN = date(2024, 3, 1), date(2024, 4, 10)
PLANTED = '=HYPERLINK("http://elsewhere.example","click")'
DISTRICTS = {
    "gwangju": ("광주경찰청", "agency", None), "dongbu": ("광주동부경찰서", "station", "gwangju"),
    "seobu": ("광주서부경찰서", "station", "gwangju"), "dongbu-geumnam": ("금남지구대", "box", "dongbu"),
}  # fmt: skip
SOFFICE = shutil.which("soffice")
# openpyxl keeps no sparklines; they are looked for in the file itself.
pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension")
needs_libreoffice = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")


@pytest.fixture(scope="module")
def agency() -> Agency:
    return load_agency(packaged())


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    """Three years of two crime types in four districts, with values that a spreadsheet would like to change."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(small, "DISTRICTS", DISTRICTS)
        return _tables()


def _tables() -> dict[str, pl.DataFrame]:
    series = [(d, t) for d in DISTRICTS for t in ("theft", "violence")]
    months = months_before(MARCH, 40)
    crimes = [
        {
            "district": d,
            "crime_type": t,
            "month": m,
            "incidents": n * 100 + k,
            "expected_final": n + k / 3,
            "expected_final_lower_80": 0.1 + 0.2,
            "provisional": m == MARCH,
            "complete": True,
        }
        for n, (d, t) in enumerate(series, 1)
        for k, m in enumerate(months)
    ]
    outlook = [
        {
            "district": d,
            "crime_type": t,
            "month": MARCH,
            "incidents": n * 100 + 39,
            "expected_final": n + 13.0,
            "last_month": 1_234_567,
            "three_year_mean": n / 7,
            "z": -n / 3,
            "dispersion": 1.5,
            "signal": ("none", "watch", "alert")[n % 3],
            "direction": "down",
            "forecast_mean": n * 1.1,
        }
        for n, (d, t) in enumerate(series, 1)
    ]
    rejected = [
        {"file_id": "f", "row_number": n, "reason": "impossible_date", "sentence": text, "values": "{}"}
        for n, text in enumerate(
            (
                PLANTED,
                "+1",
                "@SUM(1)",
                "http://a.example",
                "007",
                "<r><t>x</t></r>",
                "a\x00b\x1b",
                " left",
                "_x0041_",
                "가" * 40_000,
            ),
            1,
        )
    ]
    publication = {"month": MARCH, "as_of": SEEN, "run_id": "3297d8834cf3d906", "complete": True, "generated": True,
                   "version": "0.0.1", "agency": "gwangju", "agency_name": "광주경찰청"}  # fmt: skip
    started = datetime.fromisoformat("2024-04-10 09:30:15")
    run = {"run_id": "3297d8834cf3d906", "started_at": started, "month": MARCH, "as_of": SEEN,
           "reason": "test", "status": "published", "version": "0.0.1", "settings": "{}", "agency_hash": "a",
           "inputs_hash": "b"}  # fmt: skip
    given = {"crime_month": crimes, "outlook": outlook, "rejected_row": rejected, "publication": [publication],
             "run": [run]}  # fmt: skip
    made = {name: small.rows(name, *lines) for name, lines in given.items()}
    return {table.name: made.get(table.name, empty(table)) for table in PUBLISHED}


@pytest.fixture(scope="module")
def whole(agency: Agency) -> Audience:
    return audiences(agency, MARCH)[0]


@pytest.fixture(scope="module")
def station(agency: Agency) -> Audience:
    return audiences(agency, MARCH)[1]


@pytest.fixture(scope="module")
def content(tables: dict[str, pl.DataFrame], whole: Audience, agency: Agency) -> bytes:
    return workbook(tables, whole, agency, "ko")


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_every_cell_is_its_tables_cell(
    tables: dict[str, pl.DataFrame], agency: Agency, whole: Audience, station: Audience, lang: str
) -> None:
    plain = tables | {"rejected_row": tables["rejected_row"].filter(~pl.col("sentence").str.contains("<r>|\\x00|가가"))}
    assert compare(workbook(plain, whole, agency, lang), plain, whole, agency, lang)["crime_month"] == 8 * 40 * 13
    assert compare(workbook(plain, station, agency, lang), plain, station, agency, lang)["crime_month"] == 6 * 40 * 13


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_every_type_of_every_table_comes_back(agency: Agency, whole: Audience, lang: str) -> None:
    full = full_tables()
    compared = compare(workbook(full, whole, agency, lang), full, whole, agency, lang)
    assert min(compared.values()) > 0


def test_every_closed_set_of_values_has_words_in_both_languages() -> None:
    for table in SHEETS:
        for column in table.columns:
            for lang in LANGUAGES:
                named = set(allowed_words(table, column.name, lang)) - {word.value for word in column.own}
                assert named == set(column.allowed), (table.name, column.name)


def test_a_station_reads_itself_its_boxes_and_the_agency(
    tables: dict[str, pl.DataFrame], agency: Agency, station: Audience
) -> None:
    book = opened(workbook(tables, station, agency, "ko"))
    found = [(row["district"], row["crime_type"]) for row in rows(book, TABLES["outlook"], "ko")]
    assert found == [(d, t) for d in ("gwangju", "dongbu", "dongbu-geumnam") for t in ("절도", "폭력")]
    assert book.worksheets[0]["A1"].value == "광주동부경찰서 범죄예방·대응 전략회의 자료(2024-03 기준)"


@pytest.mark.slow
def test_what_looks_like_a_formula_a_link_or_a_number_stays_text(content: bytes) -> None:
    book = opened(content)
    texts = [row["sentence"] for row in rows(book, TABLES["rejected_row"], "ko")]
    assert texts[:7] == [PLANTED, "+1", "@SUM(1)", "http://a.example", "007", "<r><t>x</t></r> ", "a\\x00b\\x1b"]
    assert texts[7:9] == [" left", "_x0041_"]
    sheet = book[TABLES["rejected_row"].label]
    column = TABLES["rejected_row"].names.index("sentence") + 1
    assert {sheet.cell(row, column).data_type for row in range(2, 12)} == {"s"}
    assert {sheet.cell(row, column).number_format for row in range(2, 12)} == {"@"}
    with zipfile.ZipFile(BytesIO(content)) as packed:
        parts = {
            name: packed.read(name).decode("utf-8") for name in packed.namelist() if name.endswith((".xml", ".rels"))
        }
    assert not [name for name, text in parts.items() if "<f>" in text or 'TargetMode="External"' in text]


def test_a_text_longer_than_excel_holds_is_cut_and_that_is_told(content: bytes) -> None:
    book = opened(content)
    longest = rows(book, TABLES["rejected_row"], "ko")[9]["sentence"]
    assert (len(longest), longest[-2:]) == (LONGEST, "가…")
    told = [row[6] for row in book.worksheets[0].iter_rows(values_only=True) if row[1] == "rejected_row"]
    assert told == ["글자 수 한도(32,767자)를 넘어 뒷부분을 줄인 칸이 1개 있습니다(…로 끝남)."]


def test_the_cover_says_what_it_is_and_leads_to_every_sheet(content: bytes) -> None:
    book = opened(content)
    cover = book.worksheets[0]
    texts = [str(cell.value) for row in cover.iter_rows() for cell in row if cell.value is not None]
    for said in ("시연용으로 생성한 자료입니다. 실제 사건이 아닙니다.", "3297d8834cf3d906", "0.0.1", "광주경찰청"):
        assert said in texts
    assert index(book, "ko") == {table.name: (len(rows(book, table, "ko")),) * 2 for table in SHEETS}
    led = {cell.value: cell.hyperlink.location for row in cover.iter_rows() for cell in row if cell.hyperlink}
    assert led == {table.label: f"'{table.label}'!A1" for table in SHEETS}
    # What may still be revised, with the table's own numbers.
    at = next(row for row in cover.iter_rows() if row[0].value == "절도")
    assert [cell.value for cell in at[2:5]] == [139, 1 + 39 / 3, 0.1 + 0.2]


def test_sheets_stay_in_sight_filter_and_print_on_landscape_a4(content: bytes) -> None:
    book = opened(content)
    for table in SHEETS:
        sheet = book[table.label]
        last = openpyxl.utils.get_column_letter(sheet.max_column)
        assert sheet.auto_filter.ref == f"A1:{last}{sheet.max_row}"
        assert sheet.print_area == f"'{table.label}'!$A$1:${last}${sheet.max_row}"
        assert sheet.print_title_rows == "$1:$1"
        assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "9")
        assert (sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage) == (0, True)
        assert sheet.freeze_panes is not None
        told = {cell.comment.text.split("\n")[0] for cell in sheet[1]}
        assert told - {"최근 3년"} == set(table.names), table.name


def test_numbers_are_formatted_by_their_unit(content: bytes) -> None:
    sheet = opened(content)[TABLES["outlook"].label]
    formats = {cell.comment.text.split("\n")[0]: sheet.cell(2, cell.column).number_format for cell in sheet[1]}
    assert formats["incidents"] == "#,##0"
    assert formats["three_year_mean"] == "#,##0.0"
    assert formats["month"] == "yyyy-mm"
    assert formats["z"] == "0.00"


@pytest.mark.parametrize("name", ["forecast", "forecast_score", "forecast_model", "running_month"])
def test_a_method_is_told_wherever_its_codes_stand(name: str) -> None:
    frame = pl.DataFrame({"method": ["smoothing=1.00|running(16,30,0.98,1.2)", "budget"]})
    for lang, told in (("ko", "30일 가운데 16일까지의 건수로 고침"), ("en", "moved by the counts of 16 of 30 days")):
        first, second = in_words(frame, TABLES[name], load_agency(packaged()), lang)["method"]
        assert told in first
        assert second == "budget", "what is no method in this sense is shown as it is"


def test_signals_are_words_on_colours_and_series_bars(content: bytes) -> None:
    book = opened(content)
    sheet = book[TABLES["outlook"].label]
    rules = [rule for rules in sheet.conditional_formatting for rule in rules.rules]
    assert {rule.formula[0].split("=")[1] for rule in rules} == {'"경보"', '"주의"'}
    assert {row["signal"] for row in rows(book, TABLES["outlook"], "ko")} == {"평상", "주의", "경보"}
    with zipfile.ZipFile(BytesIO(content)) as packed:
        text = packed.read("xl/worksheets/sheet2.xml").decode("utf-8")
    ranges = re.findall(r"<xm:f>'최근3년추이'!([A-Z0-9:]+)</xm:f><xm:sqref>F(\d+)</xm:sqref>", text)
    assert sorted(ranges) == [(f"D{n}:AM{n}", str(n)) for n in range(2, 10)]
    trend = book["최근3년추이"]
    months = [cell.value.date() for cell in trend[1][3:]]
    assert (months[0], months[-1], len(months)) == (date(2021, 4, 1), MARCH, 36)
    # 광주경찰청 절도: 100 + the number of the month, of which the first four of forty are not among the 36.
    assert [cell.value for cell in trend[2][3:]] == list(range(104, 140))


@pytest.mark.slow
def test_equal_tables_give_equal_bytes(
    tables: dict[str, pl.DataFrame], whole: Audience, agency: Agency, content: bytes
) -> None:
    assert workbook(dict(reversed(tables.items())), whole, agency, "ko") == content
    later = tables["run"].with_columns(started_at=pl.col("started_at") + pl.duration(hours=1))
    assert workbook(tables | {"run": later}, whole, agency, "ko") == content


@pytest.mark.slow
def test_the_first_workbook_of_a_process_is_as_the_next() -> None:
    code = """
from datetime import date
from expectations.agency import load_agency, packaged
from tests.publishing.full_publication import full_tables
from transforms.briefing.audience import audiences
from transforms.briefing.workbook import workbook
agency = load_agency(packaged())
made = [workbook(full_tables(), audiences(agency, date(2024, 3, 1))[0], agency, "ko") for _ in range(2)]
assert made[0] == made[1]
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_names_and_sizes_are_what_excel_accepts(content: bytes) -> None:
    for lang in ("ko", "en"):
        names = [sheet_name(table, lang) for table in SHEETS]
        assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\']", name) for name in names)
        assert len({name.casefold() for name in names}) == len(names)
    with zipfile.ZipFile(BytesIO(content)) as packed:
        assert packed.testzip() is None
        assert {info.date_time for info in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for name in packed.namelist():
            if not name.endswith(".vml"):
                ElementTree.fromstring(packed.read(name))  # every part is well-formed XML of legal characters


def test_an_empty_month_still_gives_a_workbook(
    whole: Audience, agency: Agency, tables: dict[str, pl.DataFrame]
) -> None:
    bare = {name: frame.clear() for name, frame in tables.items()} | {"publication": tables["publication"]}
    book = opened(workbook(bare, whole, agency, "ko"))
    assert index(book, "ko") == {table.name: (int(table.name == "publication"),) * 2 for table in SHEETS}
    assert "바뀔 수 있는 달이 없습니다." in [row[0].value for row in book.worksheets[0].iter_rows()]


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"-env:UserInstallation={(tmp_path_factory.mktemp('libreoffice')).as_uri()}"


def convert(source: Path, form: str, folder: Path, profile: str) -> Path:
    """LibreOffice's own copy of a document."""
    command = [str(SOFFICE), profile, "--headless", "--convert-to", form, "--outdir", str(folder), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    made = folder / f"{source.stem}.{form.split(':')[0]}"
    assert made.is_file(), done.stderr
    return made


@needs_libreoffice
@pytest.mark.slow
def test_libreoffice_opens_it_and_loses_nothing(content: bytes, tmp_path: Path, profile: str) -> None:
    source = tmp_path / "meeting.xlsx"
    source.write_bytes(content)
    again = convert(source, "xlsx", tmp_path / "again", profile)
    before, after = opened(content), openpyxl.load_workbook(again)
    assert after.sheetnames == before.sheetnames
    for sheet in before.worksheets:
        assert values(after[sheet.title]) == values(sheet), sheet.title
        assert after[sheet.title].auto_filter.ref == sheet.auto_filter.ref or sheet.max_row == 1, sheet.title
        assert after[sheet.title].print_area == sheet.print_area
        assert len(after[sheet.title].conditional_formatting) == len(sheet.conditional_formatting)
    with zipfile.ZipFile(again) as packed:
        assert b"sparkline" in packed.read("xl/worksheets/sheet2.xml")


TRUTH = {"=TRUE()": True, "=FALSE()": False}
"""How LibreOffice writes truth values into an xlsx."""


def values(sheet: Any) -> list[tuple[int, int, Any]]:
    """Every cell that holds something, whatever its type; numbers to fifteen digits, as LibreOffice writes them."""
    found = ((cell.row, cell.column, TRUTH.get(cell.value, cell.value)) for row in sheet.iter_rows() for cell in row)
    return [
        (row, column, float(f"{value:.15G}") if isinstance(value, int | float) else value)
        for row, column, value in found
        if value is not None
    ]


@pytest.mark.slow
def test_a_rejected_row_of_one_station_never_stands_in_anothers_workbook(
    agency: Agency, tables: dict[str, pl.DataFrame]
) -> None:
    quoted = {"광주동부경찰서": "동부의 칸", "광주서부경찰서": "서부의 칸", "": "아무의 칸", "광주경찰청": "청의 칸"}
    lines = [
        {
            "file_id": "f",
            "row_number": n,
            "reason": "impossible_date",
            "sentence": text,
            "values": json.dumps({"station": station, "occurred_at": text}, ensure_ascii=False),
        }
        for n, (station, text) in enumerate(quoted.items(), 1)
    ]
    refused = {"file_id": "f", "name": "a.csv", "sha256": "a", "status": "refused", "note": "동부의 칸", "rows_read": 0,
               "rows_accepted": 0, "rows_rejected": 0, "rows_superseded": 0, "rows_set_aside": 0}  # fmt: skip
    given = tables | {"rejected_row": small.rows("rejected_row", *lines)}
    given |= {"source_file": small.rows("source_file", refused)}
    for audience in audiences(agency, MARCH):
        book = opened(workbook(given, audience, agency, "ko"))
        told = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell}
        seen = {text for text in quoted.values() if any(text in cell for cell in told)}
        own = {text for name, text in quoted.items() if audience.district.name == name}
        assert seen == (set(quoted.values()) if audience.is_agency else own), audience.code
