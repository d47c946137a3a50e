"""Rows of a crime export: which are facts, which are rejected, and what their sentences say."""

import json
from collections.abc import Callable
from datetime import date, datetime

import polars as pl
import pytest

from expectations.contracts import TABLES

AT = datetime.fromisoformat
HEADER = "id,day,station,box,code,count\n"
NAME = "crime_2024-03.csv"


def test_a_row_becomes_a_fact(read: Callable) -> None:
    one = read(NAME, HEADER + "1,2024-03-05,동부,우산,104,1\n")
    assert one.rows.row(0, named=True) == {
        "row_number": 1,
        "unit": date(2024, 3, 5),
        "month": date(2024, 3, 1),
        "district": "east-woosan",
        "offence_code": "104",
        "crime_type": "theft",
        "occurred_at": None,
        "incidents": 1,
        "cleared": None,
        "occurred_until": None,
        "cell": None,
    }
    assert tuple(one.rows.columns) == TABLES["raw_crime"].names[1:]
    assert (one.reading.period_from, one.reading.period_to) == (date(2024, 3, 1), date(2024, 3, 31))


@pytest.mark.parametrize(
    ("row", "reason", "named"),
    [
        ("2,2024-02-30,동부,우산,104,1", "impossible_date", "expected the form 2024-03-31, 20240331."),
        ("2,,동부,우산,104,1", "missing_value", "column 'day'"),
        ("2,2024-04-01,동부,우산,104,1", "outside_period", "2024-03-01 – 2024-03-31"),
        ("2,2024-03-05,동부,우산,104,-2", "negative_count", "found '-2'"),
        ("2,2024-03-05,동부,우산,104,10001", "count_too_large", "found '10001', too many for one row, "),
        ("2,2024-03-05,동부,우산,104,9223372036854775807", "count_too_large", "found '9223372036854775807'"),
        ("2,0000-03-05,동부,우산,104,1", "impossible_date", "found '0000-03-05'"),
        ("2,2024-03-05,동부,우산,104,many", "not_a_number", "found 'many'"),
        ("2,2024-03-05,동부,우산,104,1.5", "not_a_number", "found '1.5'"),
        ("2,2024-03-05,동부,우산,104,", "missing_value", "column 'count'"),
        ("2,2024-03-05,동부,우산,104", "field_count", "found 5 fields, expected 6"),
        ("2,2024-03-05,동부,우산,104,1,x", "field_count", "found 7 fields, expected 6"),
    ],
)
def test_a_row_that_cannot_be_a_fact(read: Callable, row: str, reason: str, named: str) -> None:
    good = "1,2024-03-05,동부,우산,104,1\n"
    one = read(NAME, HEADER + good + row + "\n" + good.replace("1,", "3,", 1))
    assert one.reasons == [(2, reason)]
    assert one.rows.get_column("row_number").to_list() == [1, 3]
    sentence = one.outcome.rejected["sentence"][0]
    assert f"{NAME}, row 2" in sentence
    assert named in sentence


def test_truncated_last_line_is_rejected(read: Callable) -> None:
    one = read(NAME, HEADER + "1,2024-03-05,동부,우산,104,1\n2,2024-03-06,서")
    assert one.reasons == [(2, "field_count")]


def test_rejected_values_leave_out_identifiers(read: Callable) -> None:
    one = read(NAME, HEADER + "1,2024-03-05,동부,우산,104,1\n77,2024-13-05,동부,우산,104,1\n")
    values = json.loads(one.outcome.rejected["values"][0])
    assert values == {
        "recorded_date": "2024-13-05",
        "station": "동부",
        "box": "우산",
        "offence_code": "104",
        "incidents": "1",
    }


def test_first_reason_that_applies_is_the_only_one(read: Callable) -> None:
    one = read(NAME, HEADER + "1,2024-03-05,동부,우산,104,1\n2,2024-02-30,nowhere,우산,104,-9\n")
    assert one.reasons == [(2, "impossible_date")]


def test_minus_one_takes_a_row_back(read: Callable) -> None:
    one = read(NAME, HEADER + "1,2024-03-05,동부,우산,104,1\n2,2024-03-06,동부,우산,104,-1\n")
    assert one.rows["incidents"].to_list() == [1, -1]


def test_row_numbers_count_blank_and_broken_lines(read: Callable) -> None:
    body = "1,2024-03-05,동부,우산,104,1\n\nbroken\n ,,,,,\n5,2024-03-05,동부,우산,104,1\n,,\n   \n"
    one = read(NAME, HEADER + body)
    assert one.rows["row_number"].to_list() == [1, 5]
    assert one.reasons == [(3, "field_count")]
    assert one.outcome.set_aside == {"blank_line": 4}
    assert one.outcome.rows_read == 7


def test_quoted_commas_and_line_breaks_stay_inside_their_field(read: Callable) -> None:
    one = read(NAME, HEADER + '1,2024-03-05,동부,"우산\n지구대",104,1\n2,2024-03-05,"동,부",우산,104,1\n')
    assert one.rows["district"].to_list() == ["east-woosan", "unknown-hana"]
    assert one.outcome.unknown_districts == {"동,부 / 우산": 1}


def test_a_lone_quotation_mark_inside_a_field_is_text(read: Callable) -> None:
    one = read(NAME, HEADER + '1,2024-03-05,동부,5" pipe,104,1\n2,2024-03-05,동부,우산,104,1\n')
    assert one.rows["district"].to_list() == ["unknown-east", "east-woosan"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encodings_and_line_ends(read: Callable, encoding: str, newline: str) -> None:
    text = (HEADER + "1,2024-03-05,동부,우산,104,1\n").replace("\n", newline)
    assert read(NAME, text.encode(encoding)).rows["district"].to_list() == ["east-woosan"]


def test_bom_before_cp949(read: Callable) -> None:
    text = HEADER + "1,2024-03-05,동부,우산,104,1\n"
    assert read(NAME, b"\xef\xbb\xbf" + text.encode("cp949")).rows["district"].to_list() == ["east-woosan"]


def test_decomposed_names_from_macos(read: Callable) -> None:
    import unicodedata

    text = unicodedata.normalize("NFD", HEADER + "1,2024-03-05,동부,우산,104,1\n")
    assert read(unicodedata.normalize("NFD", NAME), text).rows["district"].to_list() == ["east-woosan"]


def test_last_row_of_a_key_stands_and_blank_keys_never_compete(read: Callable) -> None:
    rows = ["A,2024-03-05,동부,우산,104,1", ",2024-03-05,동부,우산,104,1", "A,2024-03-06,동부,우산,201,1",
            ",2024-03-05,동부,우산,104,1", "A,2024-03-99,동부,우산,201,1"]  # fmt: skip
    one = read(NAME, HEADER + "\n".join(rows) + "\n")
    assert one.outcome.superseded.to_list() == [1]
    assert one.reasons == [(5, "impossible_date")]  # a row that is no fact replaces none
    assert (one.outcome.rows_accepted, one.outcome.rows_superseded) == (3, 1)


def test_unknown_codes_and_districts_are_kept_counted_and_noted(read: Callable) -> None:
    one = read(NAME, HEADER + "1,2024-03-05,동부,우산,999,1\n2,2024-03-05,북부,,104,1\n3,2024-03-05,동부,,,1\n")
    assert one.rows["crime_type"].to_list() == ["unknown", "theft", "unknown"]
    assert one.rows["district"].to_list() == ["east-woosan", "unknown-hana", "unknown-east"]
    assert one.outcome.unknown_codes == {"": 1, "999": 1}
    assert one.outcome.unknown_districts == {"북부": 1}  # a blank box is no name to be told
    assert [note.code for note in one.outcome.notes] == ["note_unknown_codes", "note_unknown_districts"]
    assert "999 (1)" in one.outcome.notes[0].sentence("ko")


def test_closed_lists_reject_instead(read: Callable, crime_layout: str) -> None:
    closed = crime_layout.replace("[period]", "codes_closed = true\ndistricts_closed = true\n[period]")
    rows = "1,2024-03-05,동부,우산,104,1\n2,2024-03-05,북부,,104,1\n3,2024-03-05,동부,우산,999,1\n"
    assert read(NAME, HEADER + rows, closed).reasons == [(2, "unknown_district"), (3, "unknown_code")]


def test_extra_columns_are_noted_and_ignored_ones_are_not(read: Callable, crime_layout: str) -> None:
    text = "id,day,station,box,code,count,name,memo\n1,2024-03-05,동부,우산,104,1,홍길동,x\n"
    one = read(NAME, text, crime_layout.replace("[period]", 'ignored = ["name"]\n[period]'))
    assert one.outcome.extra_columns == ("memo",)
    assert "홍길동" not in str(one.rows.rows())


def test_period_ends_where_the_export_was_made(read: Callable) -> None:
    body = "1,2024-03-05,동부,우산,104,1\n2,2024-03-20,동부,우산,104,1\n"
    one = read(NAME, HEADER + body, received=date(2024, 3, 15))
    assert one.reading.period_to == date(2024, 3, 15)
    assert one.reasons == [(2, "outside_period")]


def test_period_from_content_is_widened_to_whole_months(read: Callable, crime_layout: str) -> None:
    period = '[period]\ncovers = "month"\nsource = "content"\n[columns]'
    layout = crime_layout[: crime_layout.index("[period]")] + period + crime_layout.split("[columns]")[1]
    one = read(NAME, HEADER + "1,2024-01-20,동부,우산,104,1\n2,2024-02-03,동부,우산,104,1\n", layout)
    assert (one.reading.period_from, one.reading.period_to) == (date(2024, 1, 1), date(2024, 2, 29))


def test_outcome_is_not_to_be_had_before_the_end(hana: Callable, file: Callable) -> None:
    from transforms.exports import match, read_export

    agency, export = hana(), file(NAME, HEADER + "1,2024-03-05,동부,우산,104,1\n")
    layout = match(NAME, agency)
    assert layout is not None
    with pytest.raises(RuntimeError, match="batches"):
        _ = read_export(export, layout, agency, date(2030, 1, 1)).outcome


def test_set_aside_rows_are_never_judged(read: Callable, crime_layout: str) -> None:
    rule = '[[set_aside]]\ncolumn = "station"\ndrop = ["합계"]\ndrop_prefixes = ["시험"]\nreason = "total_row"\n'
    rows = "1,2024-03-05,동부,우산,104,1\n,never,합계,,,many\n,never,시험용,,,many\n"
    one = read(NAME, HEADER + rows, crime_layout + rule)
    assert one.outcome.set_aside == {"total_row": 2}
    assert one.reasons == []


def test_utc_moments_count_in_the_agencys_month_and_belong_to_the_exports_day(
    read: Callable, crime_layout: str
) -> None:
    layout = crime_layout.replace("[period]", 'timezone = "UTC"\n[period]').replace("recorded_date", "recorded_at")
    one = read(NAME, HEADER + "1,2024-03-31 20:00:00,동부,우산,104,1\n", layout)
    assert one.rows["unit"].to_list() == [date(2024, 3, 31)]
    assert one.rows["month"].to_list() == [date(2024, 4, 1)]


def test_time_of_occurrence_from_a_day_and_an_integer_time(read: Callable, crime_layout: str) -> None:
    day = 'occurred_date = { names = ["od"], formats = ["%Y%m%d"] }\n'
    clock = 'occurred_time = { names = ["ot"], formats = ["hms"] }\n'
    rows = [f"{i},2024-03-05,동부,104,20240304,{found}\n" for i, found in enumerate(["7", "240000", "250000"], 1)]
    one = read(NAME, "id,day,station,code,od,ot\n" + "".join(rows), crime_layout + day + clock)
    midnight = AT("2024-03-05 00:00:00")  # which a clock that ends its day at 24 calls by the day before
    assert one.rows["occurred_at"].to_list() == [AT("2024-03-04 00:00:07"), midnight, None]
    assert one.reasons == []
    assert [note.code for note in one.outcome.notes] == ["note_emptied_dates"]


@pytest.mark.slow
def test_many_blocks_keep_numbers_keys_and_order(read: Callable) -> None:
    n = 150_000
    rows = [f"{i % 100_000},2024-03-{1 + i % 31:02d},동부,우산,104,1" for i in range(n)]
    rows[70_000] = "broken"
    rows[149_999] = "broken too"
    one = read(NAME, HEADER + "\n".join(rows) + "\n")
    assert one.reasons == [(70_001, "field_count"), (150_000, "field_count")]
    expected = [i for i in range(1, n) if i != 70_001]
    assert one.rows["row_number"].to_list() == expected
    assert one.outcome.superseded.to_list() == list(range(1, 50_000))
    assert one.outcome.rows_read == n
    assert isinstance(one.rows, pl.DataFrame)


def test_cleared_beyond_any_count(read: Callable, crime_layout: str) -> None:
    """The smallest whole number has no absolute value."""
    layout = crime_layout + 'cleared = { names = ["cleared"] }\n'
    row = "2,2024-03-05,동부,우산,104,1,{}\n".format
    one = read(NAME, HEADER.strip() + ",cleared\n" + row("1") + row(-(2**63)) + row(10_001) + row("-1"), layout)
    assert one.reasons == [(2, "count_too_large"), (3, "count_too_large")]
    assert one.rows["cleared"].to_list() == [1, 1]
