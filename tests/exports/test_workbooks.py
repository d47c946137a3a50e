"""Workbooks as offices keep them: locked, with errors, unworked formulas, merged cells, and sheets beside the first."""

import os
import struct
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwt

from expectations.agency import Agency
from expectations.sentences import sentence
from flows.commands.check import check_files
from flows.settings import read_settings
from tests.exports.conftest import Read
from transforms.exports import ExportRefused, Refusal, expand
from transforms.exports.formats import workbook

pytestmark = pytest.mark.slow

HEADER = ["station", "day", "code"]
EAST, WEST = ["동부", "2024-03-02", "104"], ["서부", "2024-03-05", "201"]
CONTAINER = bytes.fromhex("d0cf11e0a1b11ae1")
FREE, END = 0xFFFFFFFF, 0xFFFFFFFE


@pytest.fixture
def book(read: Callable[..., Read], plain_layout: str) -> Callable[..., Read]:
    """Read bytes as a workbook by the plain layout."""

    def run(data: bytes, ending: str = "xlsx", more: str = "", said: str = "") -> Read:
        layout = more + plain_layout.replace('"csv"', '"excel"').replace(".csv", f".{ending}")
        if said:
            layout = layout.replace('names = ["station"]', f'names = ["station"], {said}')
        return read(f"crime_2024-03.{ending}", data, layout)

    return run


def made(change: Callable[[openpyxl.Workbook], object], *rows: list[object]) -> bytes:
    """A workbook of these rows, changed before it is saved."""
    whole, data = openpyxl.Workbook(), BytesIO()
    for row in rows or (HEADER, EAST, WEST):
        whole.active.append(row)
    change(whole)
    whole.save(data)
    return data.getvalue()


def accepted(done: Read) -> list[str]:
    return done.rows["district"].to_list()


# --- locked -----------------------------------------------------------------------------------------------------------


def locked_package() -> bytes:
    """What Office writes where a password is set: a compound file with the encrypted workbook in it."""
    head = bytearray(CONTAINER.ljust(512, b"\0"))
    struct.pack_into("<HHHHH", head, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIII", head, 44, 1, 1, 0, 4096, END, 0, END, 0, 0)
    head[80:] = b"\xff" * 432
    table = struct.pack("<II", 0xFFFFFFFD, END).ljust(512, b"\xff")
    folder = b""
    for name, kind, right, child in (
        ("Root Entry", 5, FREE, 1),
        ("EncryptionInfo", 2, 2, FREE),
        ("EncryptedPackage", 2, FREE, FREE),
        ("", 0, FREE, FREE),
    ):
        text = name.encode("utf-16-le")
        folder += text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text) + 2, kind, 1, FREE, right, child)
        folder += b"\0" * 36 + struct.pack("<IQ", END, 0)
    return bytes(head) + table + folder


def locked_xls() -> bytes:
    whole, data = xlwt.Workbook(), BytesIO()
    whole.add_sheet("A").write(0, 0, "station")
    whole.save(data)
    found = bytearray(data.getvalue())
    at = found.index(struct.pack("<HHH", 0x0809, 16, 0x0600)) + 20
    length = struct.unpack_from("<H", found, at + 2)[0]
    struct.pack_into("<HHH", found, at, 0x002F, length, 1)
    return bytes(found)


def locked_ods() -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
        archive.writestr("content.xml", b"\x8f\x01\x99")
    return data.getvalue()


@pytest.mark.parametrize(("data", "ending"), [(locked_package(), "xlsx"), (locked_xls(), "xls"), (locked_ods(), "ods")])
def test_a_workbook_with_a_password(book: Callable, data: bytes, ending: str) -> None:
    with pytest.raises(ExportRefused) as refused:
        book(data, ending)
    assert refused.value.code == "locked_workbook"
    assert "locked with a password" in refused.value.sentence("en")


def test_a_compound_file_that_is_not_locked(book: Callable) -> None:
    with pytest.raises(ExportRefused) as refused:
        book(CONTAINER + b"\0" * 2000, "xls")
    assert refused.value.code == "not_a_workbook"


# --- cells that hold no value -----------------------------------------------------------------------------------------


ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!")


@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_error_in_any_column(book: Callable, place: int) -> None:
    rows = [[error if at == place else value for at, value in enumerate(EAST)] for error in ERRORS]
    done = book(made(lambda _: None, HEADER, *rows, WEST))
    assert done.reasons == [(n, "error_cell") for n in range(1, len(ERRORS) + 1)]
    for n, (error, told) in enumerate(zip(ERRORS, done.outcome.rejected["sentence"], strict=True), 1):
        assert f"row {n}, column '{HEADER[place]}': found '{error}'" in told


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize(("rows_above", "columns_before"), [(0, 0), (2, 3)])
def test_a_formula_nobody_worked_out(book: Callable, place: int, rows_above: int, columns_before: int) -> None:
    def put(whole: openpyxl.Workbook) -> None:
        for n, row in enumerate([HEADER, EAST, WEST], rows_above + 1):
            for m, value in enumerate(row, columns_before + 1):
                whole.active.cell(n, m, value)
        whole.active.cell(rows_above + 2, columns_before + place + 1, "=Z1&Z2")
        whole.create_sheet("other", 0).sheet_state = "hidden"
        whole.active = 1

    whole, data = openpyxl.Workbook(), BytesIO()
    put(whole)
    whole.save(data)
    done = book(data.getvalue(), more=f"header_row = {rows_above + 1}\n")
    assert done.reasons == [(1, "formula_without_value")]
    assert f"column '{HEADER[place]}'" in done.outcome.rejected["sentence"][0]


def test_a_formula_that_was_worked_out_is_its_value(book: Callable) -> None:
    data = BytesIO()
    whole = xlsxwriter.Workbook(data)
    sheet = whole.add_worksheet("자료")
    sheet.write_row(0, 0, [*HEADER, "memo"])
    sheet.write_row(1, 0, EAST)
    sheet.write_formula(1, 2, "=100+4", None, 104)
    sheet.write_formula(1, 3, '=""', None, "")
    sheet.write_row(2, 0, WEST)
    sheet.write_formula(2, 0, "=NA()", None, "#N/A")
    whole.close()
    done = book(data.getvalue())
    assert accepted(done) == ["east"]
    assert done.reasons == [(2, "error_cell")]


def test_an_error_of_an_old_workbook(book: Callable) -> None:
    whole, data = xlwt.Workbook(), BytesIO()
    sheet = whole.add_sheet("A")
    for n, row in enumerate([HEADER, EAST, WEST]):
        for m, value in enumerate(row):
            sheet.write(n, m, value)
    sheet.row(3).set_cell_error(0, "#REF!")
    sheet.write(3, 1, "2024-03-05")
    whole.save(data)
    assert book(data.getvalue(), "xls").reasons == [(3, "error_cell")]


def test_cells_below_a_merged_one_are_blank(book: Callable) -> None:
    """What lies below the first cell is blank, whatever stood there: refused until the layout says what it means."""

    def merge(whole: openpyxl.Workbook) -> None:
        whole.active.merge_cells("A2:A3")

    with pytest.raises(ExportRefused, match="below others that are not, as merged cells are") as refused:
        book(made(merge))
    assert refused.value.code == "merged_districts"
    done = book(made(merge), said="fill_down = true")
    assert (accepted(done), done.outcome.blank_districts) == (["east", "east"], 0)
    done = book(made(merge), said="fill_down = false")
    assert (accepted(done), done.outcome.unknown_districts) == (["east", "unknown-hana"], {})
    assert [(note.code, note.values["n"]) for note in done.outcome.notes] == [("note_blank_districts", 1)]


# --- sheets -----------------------------------------------------------------------------------------------------------


def test_sheets_with_the_same_header_are_told(book: Callable) -> None:
    def add(whole: openpyxl.Workbook) -> None:
        second, empty, other = (whole.create_sheet(name) for name in ("4월", "5월", "안내"))
        for row in (["제목"], HEADER, EAST, WEST):
            second.append(row)
        empty.append(HEADER)
        other.append(["이 표는"])

    done = book(made(add))
    assert accepted(done) == ["east", "west"]
    [note] = done.outcome.notes
    assert (note.code, note.values["sheets"]) == ("note_sheets_unread", "4월 (2)")


def test_the_first_sheet_that_can_be_seen_is_read(book: Callable) -> None:
    def hide(whole: openpyxl.Workbook) -> None:
        old = whole.create_sheet("예전", 0)
        for row in (HEADER, WEST, WEST):
            old.append(row)
        old.sheet_state = "hidden"
        whole.active = 1

    done = book(made(hide))
    assert accepted(done) == ["east", "west"]
    assert [note.values["sheets"] for note in done.outcome.notes] == ["예전 (2)"]


def test_rows_that_are_filtered_out_of_sight_are_read(book: Callable) -> None:
    def hide(whole: openpyxl.Workbook) -> None:
        whole.active.row_dimensions[2].hidden = True

    assert accepted(book(made(hide))) == ["east", "west"]


def test_the_program_that_reads_workbooks_spells_errors_as_the_reader_does() -> None:
    from transforms.exports.error_cells import ERRORS

    assert set(workbook.ERRORS.values()) <= set(ERRORS)


# --- archives that hold nothing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("members", [[], ["folder/"], ["__MACOSX/._a.csv"]])
def test_an_archive_without_a_file_is_refused(hana: Callable[..., Agency], tmp_path: Path, members: list[str]) -> None:
    path = tmp_path / "crime_2024-03.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for member in members:
            archive.writestr(member, "")
    [found] = expand(path, path.name)
    assert isinstance(found, Refusal)
    assert found.code == "empty_archive"


def test_check_ends_with_2_over_an_empty_archive(
    hana: Callable[..., Agency], tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    hana()
    path = tmp_path / "crime_2024-03.zip"
    zipfile.ZipFile(path, "w").close()
    for name, value in (("HOME", tmp_path / "home"), ("AGENCY", tmp_path / "hana"), ("LANG", "en")):
        monkeypatch.setenv(f"CHIAN_{name}", str(value))
    assert check_files(read_settings(os.environ), [path]) == 2
    assert sentence("empty_archive", "en", file=path.name) in capsys.readouterr().err
