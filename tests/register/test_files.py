"""One list in every form units save it in gives the same entries; what a workbook adds is read as it was meant."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import openpyxl
import pytest

from expectations.agency import Agency, load_agency, packaged
from expectations.kinds import REGISTERS
from expectations.layout import LayoutError, load_layout
from tests.register.lists import List, file_of, read_file, read_list
from transforms.exports import ExportFile, ExportRefused, expand, match

pytestmark = pytest.mark.slow

HEADER = ("추진번호", "담당부서", "관서", "죄종", "추진내용", "종류", "기대효과", "시작일", "점검일", "등록일")
ROWS: Sequence[tuple[object, ...]] = (
    ("A-1", "범죄예방대응과", "광주북부경찰서", "절도", "심야, 새벽 순찰", "순찰", -20, date(2024, 1, 1),
     date(2024, 4, 10), None),
    (7, "생활안전계", "동부서", "폭력", "합동 단속", None, None, date(2024, 2, 5), date(2024, 5, 10), date(2024, 2, 5)),
    (None,) * len(HEADER),
    ("8", "홍길동", "동부서", "폭력", "합동 단속", None, None, date(2024, 2, 5), date(2024, 5, 10), None),
)  # fmt: skip


def text(delimiter: str, rows: Sequence[Sequence[object]] = (HEADER, *ROWS)) -> str:
    cells = ("" if cell is None else str(cell) for row in rows for cell in row)
    quoted = [f'"{cell}"' if delimiter in cell else cell for cell in cells]
    width = len(HEADER)
    return "".join(delimiter.join(quoted[at : at + width]) + "\r\n" for at in range(0, len(quoted), width))


def workbook(rows: Sequence[Sequence[object]] = (HEADER, *ROWS), more: Sequence[str] = ()) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([*row])
    for title in more:
        page = book.create_sheet(title)
        for row in rows:
            page.append([*row])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def zipped(name: str, content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return target.getvalue()


OWN = """
name = "town_measures"
kind = "action"
title = "과제"
title_en = "Measures"
files = ["과제*.xlsx"]
format = "excel"
header_row = 2
sheet = "목록"
[columns]
action_id = { names = ["번호"] }
owner = { names = ["부서"] }
district = { names = ["경찰서"] }
crime_type = { constant = "theft" }
what = { names = ["과제명"] }
started_on = { names = ["착수"] }
review_on = { names = ["점검"] }
"""


def measures(*rows: tuple[object, ...], title: str = "목록") -> bytes:
    """A workbook as OWN describes it."""
    book = openpyxl.Workbook()
    book.active.title = title
    for row in (("2024년 과제",), ("번호", "부서", "경찰서", "과제명", "착수", "점검"), *rows):
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def with_own(agency: Agency, folder: Path, layout: str = OWN) -> Agency:
    """The agency with a layout of its own for measures."""
    path = folder / "measures.toml"
    path.write_text(layout, "utf-8")
    return replace(agency, registers=(load_layout(path), *agency.registers[1:]))


MEASURE = ("1", "생활안전계", "동부서", "순찰", date(2024, 1, 1), date(2024, 4, 1))


@pytest.fixture(scope="module")
def agency() -> Agency:
    return load_agency(packaged())


@pytest.fixture
def laid(tmp_path: Path, agency: Agency) -> Callable[[str, bytes], List]:
    """Lay a real file and read what is in it."""

    def read(name: str, content: bytes) -> List:
        path = tmp_path / name
        path.write_bytes(content)
        (file,) = expand(path, name)
        assert isinstance(file, ExportFile)
        return read_file(file, agency)

    return read


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("추진사항_20240402.csv", text(",").encode("cp949")),
        ("actions.csv", text(",").encode("utf-8-sig")),
        ("추진사항.txt", text("\t").encode("utf-16")),
        ("추진사항.tsv", text("\t").encode()),
        ("추진사항 북부.csv", text(";").encode()),
        ("추진사항.xlsx", workbook()),
        ("묶음.zip", zipped("추진사항.xlsx", workbook())),
        ("추진사항.csv.gz", gzip.compress(text(",").encode())),
    ],
)  # fmt: skip
def test_the_same_list_in_every_form(laid: Callable[[str, bytes], List], name: str, content: bytes) -> None:
    expected = laid("plain_actions.csv", text(",").encode())
    told = ("row_number", "action_id", "owner", "district", "crime_type", "what", "kind")
    assert expected.rows.select(told).rows() == [
        (1, "A-1", "범죄예방대응과", "bukbu", "theft", "심야, 새벽 순찰", "순찰"),
        (2, "7", "생활안전계", "dongbu", "violence", "합동 단속", None),
    ]
    assert expected.rows.select("expected_effect", "started_on", "review_on", "entered_on").rows() == [
        (-20.0, date(2024, 1, 1), date(2024, 4, 10), None),
        (None, date(2024, 2, 5), date(2024, 5, 10), date(2024, 2, 5)),
    ]
    found = laid(name, content)
    assert found.rows.equals(expected.rows)
    assert found.outcome.set_aside == expected.outcome.set_aside == {"blank_line": 1}
    columns = ("row_number", "reason", "values")
    assert found.outcome.rejected.select(columns).equals(expected.outcome.rejected.select(columns))
    assert found.outcome.rejected.select(columns).rows()[0][:2] == (4, "register_unit")
    assert "홍길동" not in str(found.outcome)


def one(**changes: object) -> tuple[object, ...]:
    return tuple({**dict(zip(HEADER, ROWS[0], strict=True)), **changes}.values())


@pytest.mark.parametrize(
    ("cell", "effect"),
    [(-20, -20.0), ("-20%", -20.0), ("−2.5 %", -2.5), (-12.5, -12.5), (0, 0.0), ("-15", -15.0), (-5, -5.0), (10, 10.0)],
)
def test_a_per_cent_of_a_workbook(agency: Agency, cell: object, effect: float) -> None:
    found = read_list("actions.xlsx", workbook((HEADER, one(기대효과=cell))), agency)
    assert found.rows["expected_effect"].to_list() == [effect]


@pytest.mark.parametrize("cell", [-0.2, 0.05, -1, -2.5, 3, 7])
def test_a_per_cent_that_may_be_a_share_is_asked_about(agency: Agency, cell: float) -> None:
    """Who types -20% into a cell gets -0.2 kept, and nothing tells it from a fifth of a per cent."""
    (rejected,) = read_list("actions.xlsx", workbook((HEADER, one(기대효과=cell))), agency).outcome.rejected.to_dicts()
    assert rejected["reason"] == "register_per_cent_share"
    assert str(cell) not in rejected["sentence"].replace("-20", "").replace("−0.2", "")
    assert read_list("actions.csv", text(",", (HEADER, one(기대효과=cell))).encode(), agency).rows.height == 1


def test_a_day_of_a_workbook_has_no_time(agency: Agency) -> None:
    rows = (
        HEADER,
        one(시작일="2024-01-01 00:00:00"),
        one(추진번호="2", 시작일=time(9, 30)),
        one(추진번호="3", 시작일="2024-01-01 09:30"),
    )
    found = read_list("actions.xlsx", workbook(rows), agency)
    assert found.rows["started_on"].to_list() == [date(2024, 1, 1)]
    assert found.outcome.rejected["reason"].to_list() == ["register_day"] * 2


def test_an_error_of_a_spreadsheet_is_a_row_without_its_number(agency: Agency) -> None:
    rows = (HEADER, one(추진내용="#REF!"), one())
    found = read_list("actions.csv", text(",", rows).encode(), agency)
    assert found.outcome.rejected.select("row_number", "reason").rows() == [(1, "error_cell")]
    assert "'#REF!'" in found.outcome.rejected["sentence"].item(), "no text of a person's"
    assert found.rows["row_number"].to_list() == [2], "the row that is none takes no number from the next"


def test_nothing_written_in_a_workbook_is_told(agency: Agency) -> None:
    """Neither headers nobody knows, nor names of sheets, nor what stands in rows, however they slipped."""
    slipped = ("9", "김철수", *ROWS[1][1:-1])
    book = workbook(((*HEADER, "홍길동 경위"), (*one(), "메모"), (*slipped, "이영희")), more=["박영수"])
    found = read_list("actions.xlsx", book, agency)
    assert (found.outcome.extra_columns, found.outcome.unknown_columns) == ((), 1)
    told = [note.sentence(lang) for note in found.outcome.notes for lang in ("ko", "en")]
    assert any("1 other sheets" in line for line in told)
    kept = f"{told} {found.outcome.rejected.to_dicts()}"
    assert not any(name in kept for name in ("홍길동", "김철수", "박영수", "이영희", "메모"))
    with pytest.raises(ExportRefused) as refused:
        read_list("actions.xlsx", workbook((("김철수", "담당부서", "010-1234-5678"), one())), agency)
    for lang in ("ko", "en"):
        assert not any(part in refused.value.sentence(lang) for part in ("김철수", "1234"))
    assert (refused.value.code, refused.value.values["unknown"]) == ("register_column_missing", 2)


def test_a_sheet_by_other_names_of_the_same_columns_is_told(agency: Agency) -> None:
    book = openpyxl.Workbook()
    headers = (
        HEADER,
        tuple(name.replace("추진", "추진 ") for name in HEADER),
        tuple(column.name for column in REGISTERS["action"].columns),
        HEADER[:-1],
    )
    for header in headers:
        page = book.active if header is HEADER else book.create_sheet()
        page.append([*header])
        page.append([*one()][: len(header)])
    target = io.BytesIO()
    book.save(target)
    (told,) = [
        note for note in read_list("actions.xlsx", target.getvalue(), agency).outcome.notes if "sheets" in note.code
    ]
    assert told.values["n"] == 3


def test_a_name_of_two_lists_is_refused(agency: Agency) -> None:
    with pytest.raises(ExportRefused) as refused:
        match("추진사항_현장의견_20240414.csv", agency)
    assert refused.value.code == "ambiguous_layout"


def test_merged_districts_of_a_list_are_filled_down(tmp_path: Path, agency: Agency) -> None:
    own = with_own(agency, tmp_path, OWN.replace('["경찰서"]', '["경찰서"], fill_down = true'))
    merged = ("2", "생활안전계", None, "홍보", date(2024, 1, 1), date(2024, 4, 1))
    found = read_file(file_of("과제_4월.xlsx", measures(MEASURE, merged)), own)
    assert found.rows["district"].to_list() == ["dongbu", "dongbu"]


def test_the_text_of_a_workbook_is_as_small_as_a_list(agency: Agency) -> None:
    rows = (HEADER, *(one(추진번호=str(n), 추진내용="가" * 200) for n in range(8_500)))
    with pytest.raises(ExportRefused) as refused:
        read_list("actions.xlsx", workbook(rows), agency)
    assert refused.value.code == "register_large"


def test_an_agency_whose_lists_look_otherwise_writes_a_layout(tmp_path: Path, agency: Agency) -> None:
    own = with_own(agency, tmp_path)
    found = read_file(file_of("과제_4월.xlsx", measures(MEASURE)), own)
    assert found.rows.select("district", "crime_type", "what", "started_on").rows() == [
        ("dongbu", "theft", "순찰", date(2024, 1, 1))
    ]
    with pytest.raises(ExportRefused) as refused:
        read_file(file_of("과제_4월.xlsx", measures(MEASURE, title="홍길동")), own)
    assert (refused.value.code, "홍길동" in refused.value.sentence("ko")) == ("missing_sheet", False)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("", 'levels = ["station"]\n'), "levels"),
        (('"excel"', '"json"'), "format"),
        (('owner = { names = ["부서"] }\n', ""), "owner"),
        (('files = ["과제*.xlsx"]\n', ""), "files"),
        (("[columns]", '[period]\ncovers = "month"\nsource = "content"\n[columns]'), "covers"),
    ],
)  # fmt: skip
def test_what_a_layout_of_a_register_cannot_say(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    path = tmp_path / "measures.toml"
    path.write_text(change[1] + OWN if not change[0] else OWN.replace(*change), "utf-8")
    with pytest.raises(LayoutError) as refused:
        load_layout(path)
    for lang in ("ko", "en"):
        assert told in refused.value.sentence(lang)


def test_a_folder_has_its_own_layout_of_a_kind_or_the_packaged_one(tmp_path: Path, agency: Agency) -> None:
    packaged_ones = ["actions", "opinions", "roster", "events", "factors", "deployments", "units", "areas"]
    assert [layout.name for layout in agency.registers] == packaged_ones
    folder = tmp_path / "folder"
    for path in sorted(packaged().rglob("*")):
        if path.is_file():
            target = folder / path.relative_to(packaged())
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    (folder / "sources" / "measures.toml").write_text(OWN, "utf-8")
    own = load_agency(folder)
    assert [layout.name for layout in own.registers] == ["town_measures", *packaged_ones[1:]]
    assert own.layouts == agency.layouts


def test_what_is_kept_of_a_row_is_json(agency: Agency) -> None:
    (kept,) = read_list("actions.xlsx", workbook((HEADER, one(담당부서="홍길동"))), agency).outcome.rejected["values"]
    assert json.loads(kept) == {
        "started_on": "2024-01-01",
        "review_on": "2024-04-10",
        "district": "bukbu",
        "crime_type": "theft",
    }
