"""Files that must not be stored, each with the sentence its reader needs."""

import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from expectations.limits import Limits
from transforms.exports import ExportFile, ExportRefused, match, read_export
from transforms.exports.files import archives
from transforms.exports.formats import workbook

pytestmark = pytest.mark.slow

HEADER = "id,day,station,box,code,count\n"
ROW = "1,2024-03-05,동부,우산,104,1\n"
NAME = "crime_2024-03.csv"


@pytest.fixture
def refusal(read: Callable) -> Callable[..., ExportRefused]:
    """Read bytes that must be refused."""

    def run(name: str, data: bytes | str, *layouts: str, **options: object) -> ExportRefused:
        with pytest.raises(ExportRefused) as refused:
            read(name, data, *layouts, **options)
        for lang in ("ko", "en"):
            assert name in refused.value.sentence(lang)
        return refused.value

    return run


@pytest.mark.parametrize(
    ("data", "code", "named"),
    [
        (b"", "empty_file", "empty"),
        (b"\xef\xbb\xbf \n\n", "empty_file", "empty"),
        (HEADER, "no_rows", "header alone"),
        (HEADER + "\n,,,,,\n", "no_rows", "header alone"),
        (b"\xff\xfe\xfa" + (HEADER + ROW).encode(), "undecodable", "utf-8, cp949"),
        (HEADER + ROW.replace("동부", "동\ufffd"), "replacement_character", "line 2"),
        (HEADER + ROW + ROW.replace("동부", "占쏙옙"), "replacement_character", "line 3"),
        (HEADER + ROW + "2,2024-03-05,\0,우산,104,1\n", "nul_character", "line 3"),
        (ROW + ROW, "header_missing", "6 fields"),
        ((HEADER + ROW).replace("day", "날짜"), "missing_column", "no column for 'recorded_date'"),
        ((HEADER + ROW).replace("box,", "station,"), "ambiguous_column", "more than one column could be 'station'"),
        (HEADER + ROW + '2,2024-03-06,"동부,우산,104,1\n' + ROW * 50, "unclosed_quote", "never closed"),
        (HEADER + ROW.replace("03", "04") * 3 + ROW, "not_what_its_name_says", "2024-04-05"),
        (HEADER + ROW.replace("03-05", "02-31") * 3, "no_row_accepted", "2024-02-31"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isidentifier() else "",
)
def test_damaged_and_contradictory_files(refusal: Callable, data: bytes | str, code: str, named: str) -> None:
    refused = refusal(NAME, data)
    assert refused.code == code
    assert named in refused.sentence("en")


def test_missing_column_says_what_was_found_and_expected(refusal: Callable) -> None:
    refused = refusal(NAME, (HEADER + ROW).replace("station", "관서"))
    assert "found id, day, 관서, box, code, count; expected station" in refused.sentence("en")


def test_header_missing_never_shows_the_cells_of_a_data_row(refusal: Callable) -> None:
    refused = refusal(NAME, "홍길동,010-1234-5678\n")
    assert refused.code == "header_missing"
    assert "홍길동" not in refused.sentence("ko")


@pytest.mark.parametrize("value", ["900101-1234567", "연락 010-1234-5678", "062-123-4567"])
def test_personal_data_in_a_mapped_column_names_the_column_and_not_the_value(refusal: Callable, value: str) -> None:
    refused = refusal(NAME, HEADER + ROW + ROW.replace("우산", value))
    assert refused.code == "personal_data"
    assert "column 'box'" in refused.sentence("en")
    assert value not in refused.sentence("en")


def test_personal_data_in_a_rejected_rows_date_is_not_kept_either(refusal: Callable) -> None:
    refused = refusal(NAME, HEADER + ROW + ROW.replace("2024-03-05", "900101-1234567"))
    assert (refused.code, refused.values["column"]) == ("personal_data", "day")


@pytest.mark.parametrize(
    ("name", "code"), [("crime_march.csv", "period_not_in_name"), ("crime_2024-13.csv", "period_not_in_name")]
)
def test_name_without_a_period(refusal: Callable, name: str, code: str) -> None:
    assert refusal(name, HEADER + ROW).code == code


def test_period_that_has_not_begun(refusal: Callable) -> None:
    refused = refusal("crime_2024-05.csv", HEADER + ROW, received=date(2024, 4, 30))
    assert refused.code == "period_not_begun"


def test_two_layouts_for_one_name(hana: Callable, crime_layout: str) -> None:
    agency = hana(crime_layout, crime_layout.replace('name = "crime"', 'name = "other"'))
    with pytest.raises(ExportRefused) as refused:
        match(NAME, agency)
    assert refused.value.code == "ambiguous_layout"
    assert "crime, other" in refused.value.sentence("en")


def test_name_of_no_layout(hana: Callable) -> None:
    assert match("사진.jpg", hana()) is None


def test_workbook_that_is_none(refusal: Callable, crime_layout: str) -> None:
    excel = crime_layout.replace('"csv"', '"excel"').replace(".csv", ".xlsx")
    assert refusal("crime_2024-03.xlsx", HEADER + ROW, excel).code == "not_a_workbook"
    assert refusal("crime_2024-03.xlsx", b"PK\x03\x04 cut off", excel).code == "not_a_workbook"


def test_workbook_without_the_sheet(refusal: Callable, crime_layout: str) -> None:
    excel = crime_layout.replace('"csv"', '"excel"\nsheet = "List"').replace(".csv", ".xlsx")
    book, data = openpyxl.Workbook(), BytesIO()
    book.active.title = "목록"
    book.save(data)
    refused = refusal("crime_2024-03.xlsx", data.getvalue(), excel)
    assert (refused.code, refused.values["found"]) == ("missing_sheet", "목록")


@pytest.mark.parametrize(
    ("data", "code"), [("[{]", "not_json"), ('[{"day": "x"}, 7]', "not_records"), ("[]", "no_rows"), ("", "empty_file")]
)
def test_json_that_is_no_table(refusal: Callable, crime_layout: str, data: str, code: str) -> None:
    layout = crime_layout.replace('"csv"', '"json"').replace(".csv", ".json")
    data = data.replace('"day": "x"', '"id": "1", "day": "2024-03-05", "station": "동부", "code": "104"')
    assert refusal("crime_2024-03.json", data, layout).code == code


def test_file_that_changes_between_hashing_and_reading(hana: Callable) -> None:
    agency, data = hana(), (HEADER + ROW).encode()
    file = ExportFile(NAME, "0" * 64, len(data), lambda: BytesIO(data))
    layout = match(NAME, agency)
    assert layout is not None
    with pytest.raises(ExportRefused) as refused:
        list(read_export(file, layout, agency, date(2030, 1, 1)).batches())
    assert refused.value.code == "changed_while_reading"


def test_headerless_file_of_another_width(refusal: Callable, crime_layout: str) -> None:
    names = 'header = "absent"\nheader_names = ["id", "day", "station", "box", "code", "count"]\n[period]'
    refused = refusal(NAME, "1,2024-03-05,동부\n", crime_layout.replace("[period]", names))
    assert (refused.code, refused.values["found"], refused.values["expected"]) == ("column_count", 3, 6)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (b'r="A1048577"', "not_a_workbook"),
        (b'r="XFD1048576"', "workbook_memory"),
        (b'r="A2000000000"', "workbook_memory"),
    ],
)
def test_workbook_too_large_for_any_machine(refusal: Callable, crime_layout: str, cell: bytes, code: str) -> None:
    """The library that reads it asks for half a terabyte and ends its process: it must not be this one."""
    excel = crime_layout.replace('"csv"', '"excel"').replace(".csv", ".xlsx")
    data, odd = BytesIO(), BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["id", "day", "station", "box", "code", "count"])
    book.save(data)
    with zipfile.ZipFile(data) as sound, zipfile.ZipFile(odd, "w") as archive:
        for name in sound.namelist():
            archive.writestr(name, sound.read(name).replace(b'r="F1"', cell))
    assert refusal("crime_2024-03.xlsx", odd.getvalue(), excel).code == code


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Puts a program in the place of the one that reads workbooks."""

    def put(program: str) -> None:
        (tmp_path / "reader.py").write_text(f"import os, time\n{program}\n", "utf-8")
        monkeypatch.setattr(workbook, "__file__", str(tmp_path / "reader.py"))

    return put


@pytest.mark.parametrize("number", [signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS])
def test_workbook_that_ends_its_reader(refusal: Callable, crime_layout: str, reader: Callable, number: int) -> None:
    reader(f"os.kill(os.getpid(), {int(number)})")
    excel = crime_layout.replace('"csv"', '"excel"').replace(".csv", ".xlsx")
    assert refusal("crime_2024-03.xlsx", b"a workbook", excel).code == "not_a_workbook"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGXCPU])
def test_workbook_whose_reader_was_ended_from_outside(
    read: Callable, crime_layout: str, reader: Callable, number: int
) -> None:
    """By an operator, the service's stop, or a machine short of memory: nothing is known of the file."""
    reader(f"os.kill(os.getpid(), {int(number)})")
    excel = crime_layout.replace('"csv"', '"excel"').replace(".csv", ".xlsx")
    with pytest.raises(OSError, match=rf"was ended by a signal \({signal.strsignal(number)}\)"):
        read("crime_2024-03.xlsx", b"a workbook", excel)


def test_workbook_whose_reader_is_interrupted(read: Callable, crime_layout: str, reader: Callable) -> None:
    """An exception, as which Ctrl-C arrives otherwise, would be taken for the file's fault."""
    interrupting = "lambda data: os.kill(os.getpid(), 2) or time.sleep(9)"
    program = f"import runpy, sys, types\nsys.modules['fastexcel'] = types.SimpleNamespace(read_excel={interrupting})"
    reader(f"{program}\nsys.exit(runpy.run_path({workbook.__file__!r})['main']('', 1 << 33))")
    excel = crime_layout.replace('"csv"', '"excel"').replace(".csv", ".xlsx")
    with pytest.raises(OSError, match=r"was ended by a signal \(Interrupt\)"):
        read("crime_2024-03.xlsx", b"a workbook", excel)


def test_workbook_whose_cells_cannot_be_handed_over(refusal: Callable, crime_layout: str, reader: Callable) -> None:
    """There is memory for the sheet, and none to write it down."""
    program = (
        "import runpy, sys, types\n"
        "import pyarrow, pyarrow.ipc\n"
        "def full(stream, schema): raise pyarrow.lib.ArrowMemoryError\n"
        "pyarrow.ipc.new_stream = full\n"
        "cells = pyarrow.record_batch({'a': ['1']})\n"
        "sheet = types.SimpleNamespace(to_arrow_with_errors=lambda: (cells, None))\n"
        "book = types.SimpleNamespace(sheet_names=['a'], load_sheet=lambda *a, **k: sheet)\n"
        "sys.modules['fastexcel'] = types.SimpleNamespace(read_excel=lambda data: book)\n"
    )
    reader(f"{program}sys.exit(runpy.run_path({workbook.__file__!r})['main']('', 1 << 33))")
    excel = crime_layout.replace('"csv"', '"excel"').replace(".csv", ".xlsx")
    assert refusal("crime_2024-03.xlsx", b"a workbook", excel).code == "workbook_memory"


def test_workbook_whose_reader_takes_too_long(
    read: Callable, crime_layout: str, reader: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader("time.sleep(60)")
    monkeypatch.setattr(archives, "USUAL", Limits(seconds=0.3))
    excel = crime_layout.replace('"csv"', '"excel"').replace(".csv", ".xlsx")
    with pytest.raises(ExportRefused, match=r"took longer than 0\.3 seconds"):
        read("crime_2024-03.xlsx", b"a workbook", excel)


def test_workbook_in_a_process_that_is_given_less_memory() -> None:
    """Nobody may raise a limit that is given: the service's own stands, and sound workbooks are read within it."""
    data = BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.save(data)
    limited = (
        "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30)); "
        "sys.argv[1:] = ['', str(1 << 33)]; runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    code = limited.replace("sys.argv[0]", repr(workbook.__file__))
    done = subprocess.run([sys.executable, "-I", "-c", code], input=data.getvalue(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert pl.read_ipc_stream(done.stdout).rows() == [("a", "b")]


def test_workbook_whose_table_of_contents_is_cut(refusal: Callable, crime_layout: str) -> None:
    excel = crime_layout.replace('"csv"', '"excel"').replace(".csv", ".xlsx")
    data = BytesIO()
    openpyxl.Workbook().save(data)
    whole = data.getvalue()
    at = whole.index(b"PK\x01\x02")
    assert refusal("crime_2024-03.xlsx", whole[:at] + whole[at + 9 :], excel).code == "not_a_workbook"


@pytest.mark.parametrize("data", ['[{"id": "1", "day": "\\ud800"}]', '{"id": "\\uDFFF"}', "[" * 100_000])
def test_json_of_half_characters_or_without_end(refusal: Callable, crime_layout: str, data: str) -> None:
    layout = crime_layout.replace('"csv"', '"json"').replace(".csv", ".json")
    assert refusal("crime_2024-03.json", data, layout).code == "not_json"


def test_header_with_a_cell_of_any_length(refusal: Callable) -> None:
    assert refusal(NAME, "x" * 200_000 + "," + HEADER + "1," + ROW).code == "unreadable_rows"
