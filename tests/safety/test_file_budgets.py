"""What reading one file may take, each refused with its number; and files that are protected, or are none."""

import gzip
import json
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from expectations.agency import load_agency
from expectations.limits import Limits
from expectations.sentences import sentence
from flows.commands.check import check_files, why_no_file
from flows.settings import read_settings
from flows.warehouse import Warehouse
from tests.flows import town
from tests.flows.places import Place
from transforms.exports import ExportFile, ExportRefused, Refusal, expand
from transforms.exports.files.limits import Clock
from transforms.exports.files.protected import protection_of


def repeated(path: Path, cells: int, letters: int) -> Path:
    """A workbook of a few kilobytes with one shared string that many cells name."""
    book = openpyxl.Workbook()
    book.active.append(["x"])
    book.save(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, cells + 1))
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    first, last = sheet.index("<sheetData>") + len("<sheetData>"), sheet.index("</sheetData>")
    parts["xl/worksheets/sheet1.xml"] = (sheet[:first] + rows + sheet[last:]).encode()
    parts["xl/sharedStrings.xml"] = (
        f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>{"a" * letters}</t></si></sst>'
    ).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def refused(path: Path, limits: Limits | None = None) -> Refusal:
    [found] = expand(path, path.name, limits)
    assert isinstance(found, Refusal), found
    for lang in ("ko", "en"):
        assert found.sentence(lang)
    return found


def test_a_workbook_of_one_string_named_by_thousands_of_cells_costs_nothing(tmp_path: Path) -> None:
    from transforms.exports.formats import workbook

    path = repeated(tmp_path / "a.xlsx", 2000, 1_000_000)
    assert path.stat().st_size < 40_000
    before = time.monotonic()
    program = [sys.executable, "-I", workbook.__file__, "", str(8 << 30)]
    # By a process between: what one starts begins with the largest memory of whoever starts it, and this one is large.
    between = """
import json, os, subprocess, sys
_, status, used = os.wait4(subprocess.Popen(sys.argv[1:]).pid, 0)
print(json.dumps([os.waitstatus_to_exitcode(status), used.ru_maxrss]), file=sys.stderr)
"""
    with path.open("rb") as given:
        done = subprocess.run([sys.executable, "-c", between, *program], stdin=given, capture_output=True, check=True)
    status, kilobytes = json.loads(done.stderr)
    assert status == workbook.TOO_DENSE
    assert b'"found": 2000' in done.stdout
    assert time.monotonic() - before < 60
    assert kilobytes < 500_000


def test_long_strings_that_stand_once_each_are_read(tmp_path: Path) -> None:
    from transforms.exports.formats import workbook

    path = repeated(tmp_path / "a.xlsx", 2000, 100)
    program = [sys.executable, "-I", workbook.__file__, "", str(8 << 30)]
    assert subprocess.run(program, input=path.read_bytes(), capture_output=True, check=False).returncode == 0


@pytest.mark.slow
def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    zeros = bytes(1 << 20)
    path = tmp_path / "incidents_2021-01_x20210203.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.csv", "w") as member:
        for _ in range(200):
            member.write(zeros)
    before = time.process_time()
    assert refused(path).code == "archive_too_dense"
    assert time.process_time() - before < 1
    packed = tmp_path / "a.csv.gz"
    with gzip.open(packed, "wb") as stream:
        for _ in range(200):
            stream.write(zeros)
    assert refused(packed).code == "archive_too_dense"


def test_what_repeats_as_exports_do_is_unpacked(tmp_path: Path) -> None:
    line = "".join(f"{n},2024-03-{n % 28 + 1:02d},동부,{n % 9}\n" for n in range(4000)).encode()
    with gzip.open(tmp_path / "a.csv.gz", "wb") as stream:
        stream.write(line * 5)
    [found] = expand(tmp_path / "a.csv.gz", "a.csv.gz")
    assert isinstance(found, ExportFile)


def test_a_sparse_file_of_fifty_gigabytes_is_not_even_opened(tmp_path: Path) -> None:
    path = tmp_path / "incidents_2021-01_x20210203.csv"
    with path.open("wb") as file:
        os.truncate(file.fileno(), 50_000_000_000)
    before = time.monotonic()
    found = refused(path)
    assert time.monotonic() - before < 1
    assert (found.code, found.values["found"], found.values["limit"]) == ("file_too_large", 50_000, 4000)
    agency = load_agency(town.write_agency(tmp_path / "agency"))
    with Warehouse.open(tmp_path / "home", wait_seconds=0) as warehouse:
        collected = warehouse.collect(
            tmp_path, agency, town.exported(town.FIRST), look_seconds=0, limits=Limits(file=10**6)
        )
    assert [one.status for one in collected.refused] == ["refused"]


def test_a_file_that_takes_too_long_is_left_for_the_next_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Place(tmp_path / "home", town.write_agency(tmp_path / "agency"), tmp_path / "inbox")
    town.put(place, town.FIRST)
    agency = load_agency(place.agency)
    with Warehouse.open(place.root, wait_seconds=0) as warehouse:
        [new] = warehouse.collect(place.inbox, agency, town.exported(town.FIRST), look_seconds=0).files
        with monkeypatch.context() as patch:
            patch.setattr(
                Clock, "look", lambda self: (_ for _ in ()).throw(ExportRefused("file_too_slow", file="a", seconds="1"))
            )
            left = warehouse.store(new.file, new.layout, agency, new.received_on)
        assert left.status == "left"
        assert left.sentence is not None
        assert "1 seconds" in left.sentence or "1초" in left.sentence
        assert warehouse.store(new.file, new.layout, agency, new.received_on).status == "accepted"


def test_the_clock_says_how_long_it_was() -> None:
    clock = Clock("a.csv", Limits(seconds=-1))
    with pytest.raises(ExportRefused, match=r"a\.csv: reading it took longer than -1 seconds"):
        clock.look()


def test_the_budgets_are_settings() -> None:
    given = {"CHIAN_FILE_MEGABYTES": "7", "CHIAN_FILE_MEMORY_MEGABYTES": "2000", "CHIAN_FILE_SECONDS": "30"}
    limits = read_settings(given).limits
    assert (limits.file, limits.memory, limits.seconds) == (7_000_000, 2_000_000_000, 30)


@pytest.mark.parametrize(
    "head",
    [
        b"<DOCUMENT SAFER V2.0 >",
        b"<## NASCA DRM FILE - VER1.00 ##>",
        b"SCDSA002\0\0",
        b"SCDSA004",
        b"\xef\xbb\xbf<DOCUMENT SAFER",
        b"\x9b DRMONE  This Document is encrypted and protected by Fasoo DRM",
        b"<MARKANY DRM>",
        b"MarkAny",
        b".pfile\0",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "DRMContent".encode("utf-16-le"),
    ],
)
@pytest.mark.parametrize("name", ["incidents_2021-01_x20210203.csv", "a.zip", "a.csv.gz"])
def test_protected_files_say_so(tmp_path: Path, head: bytes, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / name
    path.write_bytes(head + os.urandom(2000))
    settings = read_settings({"CHIAN_AGENCY": str(town.write_agency(tmp_path / "agency")), "CHIAN_LANG": "en"})
    assert check_files(settings, [path]) == 2
    assert "protected by the office's document security" in capsys.readouterr().err


def test_ordinary_files_are_not_protected() -> None:
    for head in (
        b"PK\x03\x04",
        b"\xef\xbb\xbf\xec\x82\xac\xea\xb1\xb4",
        b"document,security\n",
        b"<html>",
        b"scd,a\n",
        b"drm\n",
        b"",
    ):
        assert protection_of(head) is None


def test_what_is_no_file_says_what_it_is(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "a").write_text("a")
    found = {name: why_no_file(tmp_path / name) for name in ("pipe", "", "none", "a", "a/b", "x" * 300)}
    assert found == {
        "pipe": "check_pipe",
        "": "check_folder",
        "none": "check_no_file",
        "a": None,
        "a/b": "check_no_file",
        "x" * 300: "check_no_file",
    }
    assert why_no_file(Path("/dev/full")) == "check_pipe"
    for code in found.values():
        assert code is None or sentence(code, "ko", file="x")
