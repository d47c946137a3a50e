"""A quotation mark too many, or too few, anywhere: rows are read, or told, or the file is refused."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expectations.agency import Agency
from tests.exports.conftest import Read, read_all
from transforms.exports import ExportFile, ExportRefused

NAME = "crime_2024-03.csv"
HEADER = "station,day,code,memo\n"


def lines(read: Read) -> list[str]:
    return [note.code for note in read.outcome.notes]


def test_a_mark_that_closes_two_lines_later_is_refused(read: Callable, plain_layout: str) -> None:
    data = HEADER + '동부,2024-03-02,104,"가\n서부,2024-03-05,201,다\n동부,2024-03-06,201,바"\n서부,2024-03-07,201,사\n'
    with pytest.raises(ExportRefused) as refused:
        read(NAME, data, plain_layout)
    assert refused.value.code == "quote_swallows_rows"
    assert "row 1 (lines 2 to 4)" in refused.value.sentence("en")


def test_a_memo_over_several_lines_is_read(read: Callable, plain_layout: str) -> None:
    data = HEADER + '동부,2024-03-02,104,"첫 줄\n둘째 줄\n\n끝"\n서부,2024-03-05,201,"말하길 ""예"""\n'
    done = read(NAME, data, plain_layout)
    assert done.rows["district"].to_list() == ["east", "west"]
    assert "note_lines_in_value" not in lines(done)


def test_a_memo_in_the_first_column_is_read(read: Callable, plain_layout: str) -> None:
    data = 'memo,station,day,code\n"첫 줄\n둘째",동부,2024-03-02,104\n"셋",서부,2024-03-05,201\n'
    assert read(NAME, data, plain_layout).rows["district"].to_list() == ["east", "west"]


def test_a_memo_with_line_breaks_and_delimiters_is_told(read: Callable, plain_layout: str) -> None:
    done = read(NAME, HEADER + '동부,2024-03-02,104,"지갑, 현금\n카드, 열쇠"\n서부,2024-03-05,201,나\n', plain_layout)
    assert done.outcome.rows_accepted == 2
    [note] = [note for note in done.outcome.notes if note.code == "note_lines_in_value"]
    assert (note.values["row"], note.values["first"], note.values["last"], note.values["n"]) == (1, 2, 3, 1)


def test_a_header_that_takes_rows_with_it_is_refused(read: Callable, plain_layout: str) -> None:
    data = 'station,"day,code,memo\n동부,2024-03-02,104,"가"\n서부,2024-03-05,201,나\n'
    with pytest.raises(ExportRefused) as refused:
        read(NAME, data, plain_layout)
    assert refused.value.code == "quote_swallows_rows"


def test_rows_shorter_than_their_header_are_not_swallowed_either(read: Callable, plain_layout: str) -> None:
    data = (
        "station,day,code,\n" + '동부,2024-03-02,"104\n서부,2024-03-05,201\n동부,2024-03-06,201"\n서부,2024-03-07,201\n'
    )
    with pytest.raises(ExportRefused) as refused:
        read(NAME, data, plain_layout)
    assert refused.value.code == "quote_swallows_rows"


STATIONS, CODES = ("동부", "서부"), ("104", "201")
MEMOS = ("가", "", "현금 10만원", "지갑, 현금", '말하길 "예"', "a,b,c", "줄\n바꿈")


def spelled(rows: list[tuple[str, str, str, str]], every: bool) -> str:
    """A clean file, with marks around every value or only around those that need them."""

    def cell(value: str) -> str:
        if every or any(mark in value for mark in ',"\n'):
            return '"' + value.replace('"', '""') + '"'
        return value

    header = ["station", "day", "code", "memo"]
    return "".join(",".join(map(cell, row)) + "\n" for row in [header, *rows])


rows_of_a_file = st.lists(
    st.tuples(
        st.sampled_from(STATIONS),
        st.dates(date(2024, 3, 1), date(2024, 3, 31)).map(str),
        st.sampled_from(CODES),
        st.sampled_from(MEMOS),
    ),
    min_size=1,
    max_size=8,
)


@pytest.fixture
def told(
    hana: Callable[..., Agency], file: Callable[..., ExportFile], plain_layout: str
) -> Callable[[str], Read | ExportRefused]:
    """Read a text as a file; what it was refused for where it was."""
    agency: Agency = hana(plain_layout)

    def run(text: str) -> Read | ExportRefused:
        try:
            return read_all(file(NAME, text), agency)
        except ExportRefused as refused:
            return refused

    return run


@pytest.mark.slow
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=rows_of_a_file, every=st.booleans(), data=st.data())
def test_no_row_is_lost_unsaid_by_a_mark_too_many_or_too_few(
    told: Callable, rows: list, every: bool, data: st.DataObject
) -> None:
    clean = spelled(rows, every)
    marks = [at for at, character in enumerate(clean) if character == '"']
    if marks and data.draw(st.booleans(), label="take away"):
        at = data.draw(st.sampled_from(marks))
        text = clean[:at] + clean[at + 1 :]
    else:
        at = data.draw(st.integers(0, len(clean)))
        text = clean[:at] + '"' + clean[at:]
    done = told(text)
    if isinstance(done, ExportRefused):
        return
    out = done.outcome
    assert out.rows_accepted + out.rows_rejected >= len(rows) or "note_lines_in_value" in lines(done), text


@pytest.mark.slow
@settings(max_examples=75, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=rows_of_a_file, every=st.booleans())
def test_a_clean_file_is_read_whole(told: Callable, rows: list, every: bool) -> None:
    done = told(spelled(rows, every))
    assert isinstance(done, Read), done
    assert done.outcome.rows_accepted == len(rows)
    assert done.rows["offence_code"].to_list() == [row[2] for row in rows]
