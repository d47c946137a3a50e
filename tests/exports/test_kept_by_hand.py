"""What a layout says of tables that people keep: words of a name, formats by it, delimiters, headers and widths."""

from collections.abc import Callable
from io import BytesIO

import openpyxl
import pytest

from expectations.agency import AgencyError
from tests.exports.conftest import Read
from transforms.exports import ExportRefused

EAST, WEST = "동부,2024-03-02,104", "서부,2024-03-05,201"
NAME = "crime_2024-03.csv"


@pytest.fixture
def table(read: Callable[..., Read], plain_layout: str) -> Callable[..., Read]:
    """Read a file by the plain layout with more to it."""

    def run(
        data: bytes | str, *more: str, name: str = NAME, format: str = "csv", files: str = "", kind: str = "crime"
    ) -> Read:
        layout = plain_layout.replace('format = "csv"', "\n".join([f'format = "{format}"', *more]))
        layout = layout.replace('kind = "crime"', f'kind = "{kind}"')
        return read(name, data, layout.replace('files = ["crime_*.csv"]', files) if files else layout)

    return run


def book(*rows: str) -> bytes:
    made, data = openpyxl.Workbook(), BytesIO()
    for row in rows:
        made.active.append(row.split(","))
    made.save(data)
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("theft_2024-03.csv", True), ("2024 절도_2024-03.CSV", True), ("north (theft)_2024-03.tsv", True),
        ("thefts_2024-03.csv", False), ("mytheft_2024-03.csv", False), ("theft_2024-03.xlsx", False),
    ],
)  # fmt: skip
def test_a_word_stands_alone_in_the_name(table: Callable[..., Read], name: str, is_one: bool) -> None:
    words = 'words = ["theft", "절도"]'
    if is_one:
        assert table(f"station,day,code\n{EAST}\n", name=name, files=words).rows.height == 1
    else:
        with pytest.raises(AssertionError, match="no layout for"):
            table(f"station,day,code\n{EAST}\n", name=name, files=words)


def test_a_layout_says_somehow_which_files_are_its_own(table: Callable[..., Read]) -> None:
    with pytest.raises(AgencyError, match="neither `files` nor `words`"):
        table("", files="files = []")


def test_the_name_says_whether_it_is_a_workbook(table: Callable[..., Read]) -> None:
    files = 'files = ["crime_*"]'
    rows = ("station,day,code", EAST, WEST)
    text = table("\n".join(rows), name="crime_2024-03.txt", format="table", files=files)
    sheet = table(book(*rows), name="crime_2024-03.XLSX", format="table", files=files)
    assert text.rows.height == 2
    assert sheet.rows.equals(text.rows)


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_the_one_that_parts_the_header(table: Callable[..., Read], delimiter: str) -> None:
    text = f"station,day,code\n{EAST}\n".replace(",", delimiter)
    assert table(text, r'delimiters = [",", "\t", ";", "|"]').rows.height == 1


def test_a_header_no_delimiter_parts_is_told(table: Callable[..., Read]) -> None:
    with pytest.raises(ExportRefused) as refused:
        table("a;b;c\n1;2;3\n", 'delimiters = [",", ";"]')
    assert refused.value.code == "header_missing"


@pytest.mark.parametrize("header", ["station,day,code", "Station, DAY ,co de"])
def test_headers_may_be_compared_loosely(table: Callable[..., Read], header: str) -> None:
    """Also where they stand again among the rows."""
    done = table(f"{header}\n{EAST}\n{header}\n{WEST}\n", 'header_match = "loose"')
    assert done.rows.height == 2
    assert done.outcome.set_aside == {"repeated_header": 1}


def test_rows_have_the_headers_width(table: Callable[..., Read]) -> None:
    """Cells left out at the end are empty; one too many, though empty, has moved what was the last."""
    lines = ("station,day,code,count", EAST, f"{WEST},1", f"{WEST},2,", f'"동부\n",{EAST[3:]},1', "", f"{EAST},1,2",
             '"","","","",""')  # fmt: skip
    done = table("\n".join(lines) + "\n", 'row_width = "header"', 'ignored = ["count"]')
    assert done.rows["row_number"].to_list() == [1, 2, 4]
    assert done.reasons == [(3, "row_too_wide"), (6, "row_too_wide")]
    assert done.outcome.set_aside == {"blank_line": 2}


def test_a_rule_of_what_to_keep_says_nothing_of_a_row_that_slipped(
    read: Callable[..., Read], plain_layout: str
) -> None:
    layout = plain_layout.replace('format = "csv"', 'format = "csv"\nrow_width = "header"')
    layout = layout.replace("[columns]\n", '[columns]\nfilter_state = { names = ["state"] }\n')
    keep = '\n[[set_aside]]\nreason = "not_done"\ncolumn = "filter_state"\nkeep = ["done"]\n'
    lines = ("station,day,code,state", f"{EAST},done", f"{WEST},moved, done", f"{WEST},open")
    done = read(NAME, "\n".join(lines) + "\n", layout + keep)
    assert done.reasons == [(2, "row_too_wide")]
    assert done.outcome.set_aside == {"not_done": 1}


def test_a_wide_row_of_blanks_is_no_blank_line(table: Callable[..., Read]) -> None:
    done = table("\n".join(["station,day,code", *[EAST] * 4, ",,,moved"]), 'row_width = "header"')
    assert done.reasons == [(5, "row_too_wide")]


def test_counts_have_the_width_of_most_rows(table: Callable[..., Read]) -> None:
    """A count that moved would be lost, and nothing be known of its whole month."""
    with pytest.raises(AgencyError, match="row_width"):
        table("", 'row_width = "header"', files='files = ["crime_*.csv"]\nabsent = "zero"', kind="crime_count")
