"""`chian check` on every kind of odd input: its exit status, and one sentence with file, place and finding."""

import errno
import io
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from flows.commands.check import check_files
from flows.settings import read_settings
from tests.flows import town
from tests.flows.places import Place, chian, environment

NAME = "incidents_2024-03_x20240403.csv"
HEADER = town.HEADER + "\n"
ROWS = "".join(f"{n},2024-03-{n % 28 + 1:02d},동부,1,1\n" for n in range(40))
GOOD = HEADER + ROWS
CLEAN, REJECTED, REFUSED = 0, 1, 2


@dataclass(frozen=True)
class Checked:
    status: int
    out: str
    err: str


@dataclass(frozen=True)
class Check:
    """`chian check` for the town, in this process."""

    folder: Path
    agency: Path
    capsys: pytest.CaptureFixture[str]

    def __call__(self, **files: bytes | str) -> Checked:
        """Write files, by name their bytes or text, and check them."""
        for name, content in files.items():
            (self.folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return self.files(*(self.folder / name for name in files))

    def files(self, *paths: Path, whole: bool = False) -> Checked:
        """Check files that are there, or not."""
        home = self.folder / "home"
        with environment({"CHIAN_AGENCY": str(self.agency), "CHIAN_HOME": str(home), "CHIAN_LANG": "en"}):
            status = check_files(read_settings(os.environ), list(paths), whole=whole)
        assert not home.exists(), "checking touches nothing"
        said = self.capsys.readouterr()
        return Checked(status, said.out, said.err)


@pytest.fixture
def check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Check:
    return Check(tmp_path, town.write_agency(tmp_path / "agency"), capsys)


def test_clean_file(check: Check) -> None:
    said = check(**{NAME: GOOD})
    assert said.status == CLEAN
    assert said.out == (
        f"{NAME}: incidents, 2024-03-01 to 2024-03-31, "
        "40 rows = 40 accepted + 0 rejected + 0 superseded + 0 set aside\n"
        "  period 2024-03-01 to 2024-03-31 (read from its name), exported on 2024-04-03 (read from its name)\n"
    )
    assert said.err == ""


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("1,2024-02-31,동부,1,1", "row 41, column 'day': found '2024-02-31', which is no date or time"),
        ("1,2024-04-01,동부,1,1", "row 41, column 'day': found '2024-04-01', outside the period of the file"),
        ("1,2024-03-01,동부,1,-2", "row 41, column 'count': found '-2', a negative count that is no reversal"),
        ("1,2024-03-01,동부,1,-", "row 41, column 'count': found no usable value ('-')"),
        ("1,2024-03-01,동부,1,many", "row 41, column 'count': found 'many', which is no whole number"),
        ('1,2024-03-01,동부,1,"1,200"', "row 41, column 'count': found '1,200', which is no whole number"),
        ("1,2024-03-01", "row 41: found 2 fields, expected 5; the row is cut off"),
        ("1,2024-03-01,합계,1,40", "row 41, column 'station': found '합계', a total or the sum of the other rows"),
    ],
)  # fmt: skip
def test_rows_that_cannot_be_are_rejected(check: Check, row: str, sentence: str) -> None:
    said = check(**{NAME: GOOD + row})
    assert said.status == REJECTED
    assert "41 rows = 40 accepted + 1 rejected" in said.out
    [told] = [line for line in said.out.splitlines() if "row 41" in line]
    assert told.strip().startswith(f"{NAME}, {sentence}")
    assert told.endswith(".")


def test_reversal_is_no_fault(check: Check) -> None:
    said = check(**{NAME: GOOD + "1,2024-03-01,동부,1,-1\n"})
    assert said.status == CLEAN


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (
            "41,2024-03-01,경기광주,1,1\n",
            "1 rows with 1 unknown districts are counted under the unknown district: 경기광주 (1)",
        ),
        ("41,2024-03-01,동부,777,1\n", "1 rows with 1 codes no list holds are counted as unknown: 777 (1)"),
    ],
)
def test_what_is_unknown_is_noted(check: Check, more: str, sentence: str) -> None:
    said = check(**{NAME: GOOD + more})
    assert said.status == CLEAN
    assert sentence in said.out


def test_extra_columns_are_noted(check: Check) -> None:
    said = check(**{NAME: "\n".join(f"{line},x" for line in GOOD.splitlines()).replace("count,x", "count,비고", 1)})
    assert said.status == CLEAN
    assert "columns the layout does not know were not read (1): 비고" in said.out


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "the file is empty, expected a header and rows"),
        (HEADER, "not one row is a fact"),
        (b"\xff\xfe\xfa" + GOOD.encode(), "cannot be decoded; tried utf-8, cp949"),
        (GOOD.replace("동부", "동\ufffd", 1), "line 2 holds the replacement character U+FFFD"),
        (GOOD.replace("station", "관서"), "has no column for 'station'; found id, day, 관서, code, count"),
        (GOOD.replace(HEADER, ""), "row 1 (5 fields) holds no known column name, expected a header such as"),
        (GOOD.replace("2024-03", "2023-03"), "its name says 2024-03-01 to 2024-03-31"),
        (GOOD.replace("1,1\n", '"1,1\n', 1), "a quotation mark is opened and never closed"),
    ],
    ids=["empty", "header alone", "encoding", "U+FFFD", "renamed column", "no header", "another month", "cut off"],
)
def test_files_that_cannot_be_read_are_refused(check: Check, content: bytes | str, sentence: str) -> None:
    said = check(**{NAME: content})
    assert said.status == REFUSED
    assert said.err.startswith(f"{NAME}: ")
    assert sentence in said.err
    assert len(said.err.strip().splitlines()) == 1
    assert said.out == ""


def test_archives(check: Check, tmp_path: Path) -> None:
    for name, member in (("good.zip", NAME), ("bad.zip", f"../{NAME}")):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr(member, GOOD)
    good = check.files(tmp_path / "good.zip")
    assert good.status == CLEAN
    assert f"good.zip/{NAME}: incidents, 2024-03-01 to 2024-03-31" in good.out
    bad = check.files(tmp_path / "bad.zip")
    assert bad.status == REFUSED
    assert f"bad.zip: its member '../{NAME}' points outside the archive" in bad.err


def test_workbook_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "사건검색리스트_202403_20240403.xlsx"
    path.write_bytes(b"no workbook")
    with environment({"CHIAN_HOME": str(tmp_path / "home"), "CHIAN_LANG": "en"}):
        assert check_files(read_settings(os.environ), [path]) == REFUSED
    assert f"{path.name}: this is no Excel workbook (xls or xlsx)" in capsys.readouterr().err


def test_files_no_layout_knows_and_files_that_are_not_there(check: Check, tmp_path: Path) -> None:
    unknown = check(**{"letter.csv": "a,b\n1,2\n"})
    assert unknown.status == REFUSED
    assert "letter.csv: its name matches no source layout of agency 'town'" in unknown.err
    absent = check.files(tmp_path / "absent.csv")
    assert absent.status == REFUSED
    assert "absent.csv: no such file" in absent.err


def test_file_that_cannot_be_read(check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("transforms.exports.files.archives.zipfile.ZipFile", failing)
    (tmp_path / "march.zip").write_bytes(b"x")
    said = check.files(tmp_path / "march.zip")
    assert (said.status, said.out) == (REFUSED, "")
    assert said.err.startswith("march.zip: it cannot be read (Input/output error); check")


def test_of_several_files_the_worst_decides(check: Check) -> None:
    other = "incidents_2024-02_x20240303.csv"
    rejected = GOOD.replace("2024-03", "2024-02") + "1,2024-02-31,동부,1,1\n"
    assert check(**{NAME: GOOD, other: rejected}).status == REJECTED
    assert check(**{NAME: GOOD, other: b""}).status == REFUSED


def test_what_the_export_day_and_the_period_were_read_from_is_said(check: Check) -> None:
    said = check(**{"incidents_2024-03_.csv": GOOD})
    assert "2024-03-31 (read from its name), exported on " in said.out
    assert "(its name says none, so the day it is first seen; here today)" in said.out
    layout = check.agency / "sources" / "incidents.toml"
    text = layout.read_text("utf-8")
    start = text.index("[period]")
    end = text.index("[", start + 1) if "[" in text[start + 1 :] else len(text)
    layout.write_text(text[:start] + '[period]\ncovers = "month"\nsource = "content"\n\n' + text[end:], "utf-8")
    assert "period 2024-03-01 to 2024-03-31 (read from its content)" in check(**{NAME: GOOD}).out


def test_several_files_end_in_what_they_come_to(check: Check) -> None:
    other = "incidents_2024-02_x20240303.csv"
    rejected = GOOD.replace("2024-03", "2024-02").replace("-30,", "-28,") + "1,2024-02-31,동부,1,1\n"
    said = check(**{NAME: GOOD, other: rejected, "letter.csv": "a,b\n"})
    assert said.out.splitlines()[-1] == (
        "3 files: 1 clean, 1 with rejected rows, 1 not read; "
        "81 rows = 80 accepted + 1 rejected + 0 superseded + 0 set aside"
    )
    assert "files:" not in check(**{NAME: GOOD}).out


def test_a_rejected_row_is_shown_with_what_it_held(check: Check) -> None:
    said = check(**{NAME: GOOD + "1,2024-02-31,동부,1,1"})
    [held] = [line for line in said.out.splitlines() if "the row held" in line]
    assert "recorded_date = 2024-02-31" in held
    assert "station = 동부" in held
    assert "incident_id" not in held, "what tells a case stays out"


@pytest.mark.parametrize("whole", [False, True])
def test_lines_to_paste_for_codes_and_columns(check: Check, whole: bool) -> None:
    """Twelve codes no list holds, one of them blank, and a column the layout does not know."""
    rows = "".join(f'{n},2024-03-01,동부,"c,{n}",1\n' for n in range(11)) + "11,2024-03-01,동부,,1\n"
    text = "\n".join(f"{line},x" for line in (GOOD + rows).splitlines()).replace("count,x", "count,비고", 1)
    (check.folder / NAME).write_text(text, "utf-8")
    said = check.files(check.folder / NAME, whole=whole)
    assert said.status == CLEAN
    assert "11 codes that codes/offences.csv lacks" in said.out
    pasted = [line.strip() for line in said.out.splitlines() if line.strip().endswith(",,")]
    assert pasted == [f'"c,{n}",,' for n in sorted(range(11), key=lambda n: f"c,{n}")][: 11 if whole else 10]
    assert ("… 1 more; --all lists them." in said.out) is not whole
    assert '    ignored = ["비고"]' in said.out


def test_all_lists_every_rejected_row(check: Check) -> None:
    (check.folder / NAME).write_text(GOOD + "1,2024-02-31,동부,1,1\n" * 15, "utf-8")
    short, long = (check.files(check.folder / NAME, whole=whole).out for whole in (False, True))
    assert (short.count("2024-02-31', which"), "… 5 more rejected rows; --all lists them." in short) == (10, True)
    assert (long.count("2024-02-31', which"), "more rejected rows" in long) == (15, False)


def test_what_was_set_aside_is_told_with_the_rule_that_says_so(check: Check) -> None:
    layout = check.agency / "sources" / "incidents.toml"
    rule = '[[set_aside]]\ncolumn = "station"\ndrop = ["합계", "소계"]\nreason = "total_row"\n'
    layout.write_text(layout.read_text("utf-8") + "\n" + rule, "utf-8")
    said = check(**{NAME: GOOD + "1,2024-03-01,합계,1,40\n\n1,2024-03-01,소계,1,40\n"})
    assert said.status == CLEAN
    assert 'set aside 2: total_row, by the rule column = "station", drop = ["합계", "소계"]' in said.out
    assert "set aside 1: blank_line" in said.out


def test_a_list_of_a_register_that_is_not_read_says_why(check: Check) -> None:
    said = check(**{"추진사항북부.csv": "a\n", "actions.hwp": b"PK"})
    assert said.status == REFUSED
    assert "추진사항북부.csv: not read as a list of Actions, because 'actions' does not stand alone" in said.err
    assert "actions.hwp: not read as a list of Actions, of which files are read whose names end in .csv, " in said.err


def test_a_list_as_a_workbook_gets_a_verdict(check: Check) -> None:
    book, target = openpyxl.Workbook(), io.BytesIO()
    for row in (
        ("추진번호", "담당부서", "관서", "죄종", "추진내용", "시작일", "점검일", "연락처"),
        ("1", "생활안전계", "동부", "theft", "순찰", date(2024, 1, 1), date(2024, 4, 1), "010-1234-5678"),
        ("2", "홍길동", "동부", "theft", "순찰", date(2024, 1, 1), date(2024, 4, 1), None),
    ):
        book.active.append(row)
    book.save(target)
    said = check(**{"추진사항.xlsx": target.getvalue()})
    assert said.status == REJECTED
    assert "추진사항.xlsx: Actions. 2 rows = 1 accepted + 1 rejected + 0 set aside" in said.out
    assert "Columns not read: –; unknown columns: 1." in said.out
    assert not any(text in said.out + said.err for text in ("홍길동", "1234", "연락처"))


@pytest.mark.slow
def test_command_line_gives_the_same_answer(new_town: Callable[..., Place], tmp_path: Path) -> None:
    place = new_town(1)
    [export] = place.inbox.iterdir()
    said = chian("check", str(export), "--agency", str(place.agency), variables={"CHIAN_LANG": "en"}, cwd=tmp_path)
    assert said.status == CLEAN
    assert "30 rows = 30 accepted" in said.out
    refused = chian("check", str(place.agency / "agency.toml"), variables={"CHIAN_LANG": "ko"}, cwd=tmp_path)
    assert refused.status == REFUSED
    assert "어떤 자료 양식과도 이름이 맞지 않습니다" in refused.err
    assert not (tmp_path / "chian-data").exists()


@pytest.mark.slow
def test_file_still_growing_waits_for_the_next_look(new_town: Callable[..., Place]) -> None:
    """Two looks 1.5 s apart, between which the newest export gains a row."""
    import threading

    place = new_town(13)
    place.variables["CHIAN_LOOK_SECONDS"] = "1.5"
    newest = town.put(place, town.FIRST.replace(year=2022, month=2))
    stop = threading.Event()

    def copy_on() -> None:
        n = 0
        while not stop.wait(0.1):
            n += 1
            with newest.open("a", encoding="utf-8") as file:
                file.write(f"more-{n},2022-02-01,동부,1,1\n")

    copying = threading.Thread(target=copy_on)
    copying.start()
    try:
        said = place.bring("2022-01", "2022-03-08")
    finally:
        stop.set()
        copying.join()
    assert "1 still growing" in said.err
    assert newest.name in said.err
    assert newest.name not in place.table("source_file")["name"].to_list()
