"""What is quoted for people to read: numbers by their form, names by their first syllable, offices and places whole."""

import csv
import time
from pathlib import Path

import pytest

from expectations.agency import packaged
from expectations.people.shown import BEYOND, LONGEST, beginning, without_numbers, without_people
from expectations.sentences import sentence

PEOPLE = {
    "홍길동_010-1234-5678_사건.csv": "홍○○_###-####-####_사건.csv",
    "112_홍길동.csv": "112_홍○○.csv",
    "김민준 경위 보고.xlsx": "김○○ 경위 보고.xlsx",
    "담당자홍길동": "담당자홍○○",
    "치평동, 홍길동 (2)": "치평동, 홍○○ (2)",
    "홍길동이": "홍○○이",
    "이영희": "이○○",
    "남궁민수": "남○○○",
    "사건_900101-1******_김철수.xlsx": "사건_######-#******_김○○.xlsx",
    "０１０－１２３４－５６７８": "###-####-####",
    "보고(hong@police.go.kr)": "보고(○@○)",
    "35.17391234, 126.83911234": "##.########, ###.########",
    "X 940317.4 Y 1684642.83": "X ######.# Y #######.##",
}
NOBODY = [
    "시연_발생사건_202402_20240403.csv",
    "시연_NPA_DCR_RCP_202205_20220605.txt",
    "시연_사건검색리스트_202312_20240105.xlsx",
    "원자료_202403.csv",
    "최종본.csv",
    "신고처리현황.xlsx",
    "112신고_동부서.csv",
    "동부서",
    "광주서부경찰서",
    "신용동",
    "유촌동",
    "우산지구대",
    "전체",
    "주거침입",
    "강력1팀",
    "변사자",
    "incidents_2021-01_x20210203.csv",
    "강간/강제추행",
    "성매매",
    "유치장 관리",
    "이월분",
    "전남청",
    "정보통신망법",
    "서구 (3), 남구 (2)",
    "0.25",
    "12.5%",
    "2024.03.05",
    "2024.10",
]


@pytest.mark.parametrize(("text", "shown"), PEOPLE.items())
def test_a_person_is_shown_by_pattern(text: str, shown: str) -> None:
    assert without_people(text) == shown
    assert without_people(shown) == shown


@pytest.mark.parametrize("text", NOBODY)
def test_offices_places_and_files_are_shown_whole(text: str) -> None:
    assert without_people(text) == text


def test_no_code_and_no_district_of_an_agency_looks_like_a_person() -> None:
    folders = [packaged(), *(path for path in (Path(__file__).parents[1] / "agencies").iterdir() if path.is_dir())]
    for path in (path for folder in folders for path in folder.rglob("*.csv")):
        for row in csv.reader(path.read_text("utf-8").splitlines()):
            assert [cell for cell in row if without_people(cell) != cell] == []


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_sentence_never_quotes_a_person(lang: str) -> None:
    said = sentence("check_no_layout", lang, file="홍길동_010-1234-5678.csv", agency="gwangju")
    assert "길동" not in said
    assert "1234" not in said
    assert "홍○○_###-####-####.csv" in said
    path = sentence("disk_trouble", lang, path=Path("/a/010-1234-5678/\x1b[31m\u202e\udcff"), why=OSError("\x07no"))
    assert path.isprintable()
    assert "1234" not in path


def test_ordinary_numbers_are_quoted_as_they_are() -> None:
    for text in (
        "2024-001234",
        "20240305123000",
        "1709251200000",
        "37.5665, 126.9780",
        "1,010,123,456",
        "a" * 64,
        "\udcff" * 9,
    ):
        assert without_numbers(text) == text


@pytest.mark.parametrize(
    "filler", ["x", "가", "1", "@", "x@", "a.", "x@y.", "010-", "홍길동 ", "담당자 홍", "(1)", "a,b\n"]
)
def test_a_cell_of_a_hundred_thousand_letters_is_looked_through_at_once(filler: str) -> None:
    """What grew with the square of a word's length took half a minute here, and hours of a cell of seven million."""
    text = (filler * 100_000)[:100_000] + " kim@example.com"
    before = time.process_time()
    shown = without_people(text)
    assert time.process_time() - before < 6
    assert "kim@" not in shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("hong@police.go.kr", "○@○"),
        ("a@b.com, c@d.org", "○@○, ○@○"),
        ("a@b.com@c.kr", "○@○@c.kr"),
        ("문의(a.b@c.d.kr)로", "문의(○@○)로"),
        ("@b.com a@ a@b 3 @ 4", "@b.com a@ a@b 3 @ 4"),
        ("x@@y.kr", "x@@y.kr"),
    ],
)
def test_addresses_are_found_from_their_sign(text: str, shown: str) -> None:
    assert without_people(text) == shown


def test_a_text_nobody_reads_is_cut_behind_what_it_may_not_show() -> None:
    found = "x" * (LONGEST - 5) + " 010-1234-5678" + "x" * 7_000_000
    said = sentence("unknown_district", "en", file="a.csv", row=1, column="station", expected="b.csv", found=found)
    assert len(said) < LONGEST + 1000
    assert "(+" in said
    assert "010" not in said


def test_unseen_signs_do_not_bring_half_a_number_before_the_end() -> None:
    text = "x" * 100 + "\u200b" * (LONGEST + BEYOND - 110) + " 010-1234-5678 010-1234-5678"
    assert "010" not in beginning(text, without_people)
    assert "123" not in beginning(text, without_people)


def test_words_of_a_sentence_told_within_another_are_no_names() -> None:
    """이름만 is made of syllables of names; what the refusal quotes of a file is made unknowable when it is made."""
    refusal = sentence("not_a_workbook", "ko", file="가.xlsx")
    assert "이름만 바꾼" in refusal
    assert refusal in sentence("gate_refused", "ko", file="가.xlsx", note=refusal)
