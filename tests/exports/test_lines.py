"""Lines that are not as wide as the header, footers and remarks, and headers that stand again among the rows."""

import json
from collections.abc import Callable
from io import BytesIO

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expectations.agency import AgencyError
from tests.exports.conftest import Read, read_all
from transforms.exports import ExportFile, ExportRefused

NAME = "crime_2024-03.csv"
HEADER = "station,day,code"
EAST, WEST = "동부,2024-03-02,104", "서부,2024-03-05,201"
REMARKS = """
[[set_aside]]
line_prefixes = ["※", "자료:"]
reason = "remark"
[[set_aside]]
column = "station"
drop = ["합계"]
drop_prefixes = ["소계"]
reason = "total_row"
"""


@pytest.fixture
def text(read: Callable[..., Read], plain_layout: str) -> Callable[..., Read]:
    """Read lines by the plain layout, with more to it."""

    def run(*lines: str, more: str = "") -> Read:
        return read(NAME, "\n".join(lines) + "\n", plain_layout + more)

    return run


@pytest.fixture
def book(read: Callable[..., Read], plain_layout: str) -> Callable[..., Read]:
    """The same from the rows of a workbook."""

    def run(*rows: list[object], more: str = "") -> Read:
        made, data = openpyxl.Workbook(), BytesIO()
        for row in rows:
            made.active.append(row)
        made.save(data)
        layout = plain_layout.replace('"csv"', '"excel"').replace(".csv", ".xlsx")
        return read("crime_2024-03.xlsx", data.getvalue(), layout + more)

    return run


def accepted(done: Read) -> list[str]:
    return done.rows["district"].to_list()


# --- delimiters at the end --------------------------------------------------------------------------------------------


def test_every_row_with_a_delimiter_at_its_end(text: Callable) -> None:
    done = text(HEADER, f"{EAST},", f"{WEST},")
    assert accepted(done) == ["east", "west"]
    assert done.outcome.rows_rejected == 0


def test_a_delimiter_at_the_end_of_the_header_alone(text: Callable) -> None:
    assert accepted(text(f"{HEADER},", EAST, WEST)) == ["east", "west"]
    assert accepted(text(f"{HEADER},,", EAST, WEST, f"{EAST},,")) == ["east", "west"]


def test_a_column_without_a_name_is_no_delimiter_too_many(text: Callable) -> None:
    assert accepted(text(f"{HEADER},", f"{EAST},가", f"{WEST},")) == ["east", "west"]


def test_something_in_the_field_too_many_is_rejected(text: Callable) -> None:
    done = text(HEADER, f"{EAST},", f"{EAST},104", f"{WEST},")
    assert accepted(done) == ["east", "west"]
    assert done.reasons == [(2, "field_count")]


def test_a_row_that_alone_is_too_long_is_rejected_though_its_last_field_is_blank(text: Callable) -> None:
    """Its station may hold a delimiter: everything behind that stands a column too far."""
    done = text(f"{HEADER},memo", f"{EAST},가", "동부,둘,2024-03-02,104,", f"{WEST},나")
    assert done.reasons == [(2, "field_count")]


def test_rows_too_long_in_a_file_without_a_header(read: Callable, plain_layout: str) -> None:
    layout = 'header = "absent"\nheader_names = ["station", "day", "code"]\n' + plain_layout
    assert accepted(read(NAME, f"{EAST},\n{WEST},\n", layout)) == ["east", "west"]
    with pytest.raises(ExportRefused) as refused:
        read(NAME, f"{EAST},가\n{WEST},\n", layout)
    assert refused.value.code == "column_count"


@pytest.mark.slow
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(st.sampled_from([EAST, WEST]), st.integers(0, 2)), min_size=1, max_size=9),
    beyond=st.integers(0, 2),
    delimiter=st.sampled_from([",", ";", "|", "\t"]),
)
def test_rows_of_any_width_are_read_or_told(
    hana: Callable, file: Callable[..., ExportFile], plain_layout: str, rows: list, beyond: int, delimiter: str
) -> None:
    agency = hana(f"delimiter = {json.dumps(delimiter)}\n{plain_layout}")
    lines = [HEADER + "," * beyond, *(row + "," * more for row, more in rows)]
    data = "".join(line.replace(",", delimiter) + "\n" for line in lines)
    try:
        done = read_all(file(NAME, data), agency)
    except ExportRefused:
        return
    assert done.outcome.rows_accepted + done.outcome.rows_rejected == len(rows)


@pytest.mark.parametrize("beyond", [0, 1, 2])
@pytest.mark.parametrize("more", [0, 1, 2])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_rows_of_one_width_are_read(read: Callable, plain_layout: str, beyond: int, more: int, delimiter: str) -> None:
    lines = [HEADER + "," * beyond, *(row + "," * more for row in (EAST, WEST, EAST))]
    data = "".join(line.replace(",", delimiter) + "\n" for line in lines)
    done = read(NAME, data, f"delimiter = {json.dumps(delimiter)}\n{plain_layout}")
    assert done.outcome.rows_accepted == 3


# --- footers and remarks ----------------------------------------------------------------------------------------------


def test_remarks_and_totals_of_another_width_are_set_aside(text: Callable) -> None:
    done = text(HEADER, EAST, "소계(동부),1", WEST, "합계,,,,2", "※ 잠정치", "자료: 경찰청, 2024", more=REMARKS)
    assert done.outcome.set_aside == {"remark": 2, "total_row": 2}
    assert done.outcome.rows_read == 6
    assert accepted(done) == ["east", "west"]


def test_without_a_rule_they_are_rejected(text: Callable) -> None:
    done = text(HEADER, EAST, "※ 잠정치", WEST)
    assert done.reasons == [(2, "field_count")]


def test_remarks_in_a_column_that_is_not_read(text: Callable) -> None:
    done = text(f"no,{HEADER}", f"1,{EAST}", "※ 잠정치,,,", f"2,{WEST}", more=REMARKS)
    assert done.outcome.set_aside == {"remark": 1}


def test_footers_of_a_workbook(book: Callable) -> None:
    rows = [line.split(",") for line in (f"no,{HEADER}", f"1,{EAST}", f"2,{WEST}")]
    done = book(*rows, [], ["※ 잠정치"], [None, "합계", None, None], more=REMARKS)
    assert done.outcome.set_aside == {"blank_line": 1, "remark": 1, "total_row": 1}
    assert accepted(done) == ["east", "west"]


def test_a_rule_names_a_column_or_the_beginning_of_a_line(hana: Callable, plain_layout: str) -> None:
    for rule in ('reason = "x"', 'column = "station"\nline_prefixes = ["※"]\nreason = "x"'):
        with pytest.raises(AgencyError) as refused:
            hana(f"{plain_layout}\n[[set_aside]]\n{rule}\n")
        assert "needs either `column` or `line_prefixes`" in refused.value.sentence("en")


# --- headers among the rows -------------------------------------------------------------------------------------------


def test_a_header_that_stands_again_is_set_aside_and_told(text: Callable, book: Callable) -> None:
    lines = [HEADER, EAST, HEADER, WEST, f"{HEADER},", EAST]
    done = text(*lines)
    assert done.outcome.set_aside == {"repeated_header": 2}
    assert [note.code for note in done.outcome.notes] == ["note_repeated_header"]
    assert accepted(done) == ["east", "west", "east"]
    assert accepted(book(*(line.split(",") for line in lines))) == ["east", "west", "east"]


def test_a_header_in_another_order_is_refused(text: Callable) -> None:
    with pytest.raises(ExportRefused) as refused:
        text(HEADER, EAST, "station,code,day", WEST)
    assert (refused.value.code, refused.value.values["row"]) == ("other_header", 2)


# --- errors of spreadsheets saved as text -----------------------------------------------------------------------------


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!", "########", "#N/D", "#RIF!", "#ССЫЛКА!", "#DEĞER!"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_error_in_any_column_is_told_as_what_it_is(text: Callable, error: str, place: int) -> None:
    row = EAST.split(",")
    row[place] = error
    done = text(HEADER, ",".join(row), WEST)
    assert done.reasons == [(1, "error_cell")]
    assert f"column '{HEADER.split(',')[place]}': found '{error}'" in done.outcome.rejected["sentence"][0]


def test_an_error_the_layout_calls_nothing(read: Callable, plain_layout: str) -> None:
    layout = plain_layout.replace("counted_by", 'nulls = ["#N/A"]\ncounted_by')
    assert accepted(read(NAME, f"{HEADER}\n#N/A,2024-03-02,104\n", layout)) == ["unknown-hana"]


def test_an_error_where_rows_are_kept_by_is_no_other_agency(read: Callable, plain_layout: str) -> None:
    """Whether the row is a fact of this agency cannot be known."""
    layout = plain_layout.replace("[columns]", '[columns]\nfilter_agency = { names = ["who"], zero_fill = 5 }')
    layout += '[[set_aside]]\ncolumn = "filter_agency"\nkeep = ["00012"]\nreason = "other_agency"\n'
    done = read(NAME, f"{HEADER},who\n{EAST},12\n{WEST},#N/A\n{WEST},13\n", layout)
    assert done.reasons == [(2, "error_cell")]
    assert done.outcome.set_aside == {"other_agency": 1}
