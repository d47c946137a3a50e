"""Texts of cells → what they stand for."""

from datetime import date, datetime, timedelta

import polars as pl
import pytest

from expectations.agency import load_agency, packaged
from expectations.layout import ColumnSource
from transforms.exports.cells.values import distinct, example, moments, text, times, whole_number

AT = datetime.fromisoformat


@pytest.mark.parametrize(
    ("rule", "found", "expected"),
    [
        ({}, "  가 나　", "가 나"),
        ({}, "-", None),
        ({"strip": "all"}, "발  생  건  수", "발생건수"),
        ({"values": {"없음": "0"}}, "없음 ", "0"),
        ({"nulls": ["{"]}, "{", None),
        ({"strip_prefixes": ["[공중전화] "]}, "[공중전화] 절도", "절도"),
        ({"strip_suffixes": [".0"]}, "708.0", "708"),
        ({"upper": True, "strip_suffixes": ["선"]}, "c1선", "C1"),
        ({"zero_fill": 6}, "7", "000007"),
        ({"divide": 10_000}, " 265321", "26"),
        ({"divide": 10_000}, "x", None),
        ({"extract": r"(\S+지구대)$"}, "광주동부경찰서 금남지구대", "금남지구대"),
        ({"extract": r"(\S+지구대)$"}, "광주동부경찰서", None),
    ],
)
def test_text(rule: dict, found: str, expected: str | None) -> None:
    layout = load_agency(packaged()).layout("gwangju_crime")  # its nulls: "" and "-"
    assert text(pl.Series("x", [found]), ColumnSource.model_validate(rule), layout).to_list() == [expected]


def test_whole_numbers() -> None:
    texts = pl.Series(["1,234", "-5", "7", "11226.0000000", "1.5", "x", None])
    assert whole_number(texts, ",").to_list() == [1234, -5, 7, 11226, None, None, None]
    assert whole_number(texts, "").to_list() == [None, -5, 7, 11226, None, None, None]


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("%Y-%m-%d %H:%M:%S", "2024-03-31 14:05:09"),
        ("%Y년_%m월", "2024년_03월"),
        ("%Y %q/4", "2024 1/4"),
        ("%y/%m/%d %I:%M %p", "24/03/31 02:05 PM"),
        ("hms", "140509"),
        ("%F %T", "2024-03-31 14:05:09"),
        ("%roc/%m/%d", "113/03/31"),
    ],
)
def test_a_format_is_shown_as_a_text_it_reads(form: str, shown: str) -> None:
    assert example(form) == shown
    read = times if form == "hms" else moments
    found, impossible = read(pl.Series("x", [shown]), (form,))
    assert found.null_count() == 0
    assert not impossible.any()


@pytest.mark.parametrize(
    ("found", "form", "expected"),
    [
        ("20/12/01 01:43:07.000000000", "%y/%m/%d %H:%M:%S", AT("2020-12-01 01:43:07")),
        ("2024-03-01 00:00:00.250", "%Y-%m-%d %H:%M:%S", AT("2024-03-01 00:00:00.250000")),
        ("1/1/2001 0:01", "%m/%d/%Y %H:%M", AT("2001-01-01 00:01:00")),
        ("2018년_1월", "%Y년_%m월", AT("2018-01-01 00:00:00")),
        ("201912", "%Y%m", AT("2019-12-01 00:00:00")),
        ("2011 년", "%Y 년", AT("2011-01-01 00:00:00")),
        ("2023 2/4", "%Y %q/4", AT("2023-04-01 00:00:00")),
        ("2023 5/4", "%Y %q/4", None),
        ("2024-02-30", "%Y-%m-%d", None),
        ("2023-02-29", "%Y-%m-%d", None),
        ("2024-03-01 and more", "%Y-%m-%d", None),
    ],
)
def test_moments(found: str, form: str, expected: datetime | None) -> None:
    parsed, impossible = moments(pl.Series("x", [found, None]), (form,))
    assert parsed.to_list() == [expected, None]
    assert impossible.to_list() == [expected is None, False]


def test_formats_are_tried_in_order_on_what_is_left() -> None:
    texts = pl.Series("x", ["2024-03-01", "20240302", "04.03.2024", None])
    parsed, impossible = moments(texts, ("%Y-%m-%d", "%Y%m%d"))
    assert parsed.dt.date().to_list() == [date(2024, 3, 1), date(2024, 3, 2), None, None]
    assert impossible.to_list() == [False, False, True, False]


def test_spreadsheet_zero_dates_say_nothing() -> None:
    parsed, impossible = moments(pl.Series("x", ["1899-12-31", "2024-03-01"]), ("%Y-%m-%d",), "1901-01-01")
    assert parsed.dt.date().to_list() == [None, date(2024, 3, 1)]
    assert not impossible.any()


@pytest.mark.parametrize("found", ["0000-01-01", "0999-12-31", "9000-01-02", "9999-12-31"])
def test_years_no_calendar_of_the_warehouse_has(found: str) -> None:
    texts = pl.Series([found, "2024-03-05"])
    days, impossible = moments(texts, ("%Y-%m-%d",))
    assert (days.null_count(), impossible.to_list()) == (1, [True, False])
    _, says_nothing = moments(texts, ("%Y-%m-%d",), null_before="1901-01-01")
    assert says_nothing.to_list() == [found.startswith("9"), False]


def test_times_of_day() -> None:
    texts = pl.Series("x", ["7", "143000", "240000", None])
    found, impossible = times(texts, ("hms",))
    assert found.to_list() == [timedelta(seconds=7), timedelta(hours=14, minutes=30), timedelta(days=1), None]
    assert impossible.to_list() == [False, False, False, False]
    found, _ = times(pl.Series("x", ["01:02:03", "9:05"]), ("%H:%M:%S", "%H:%M"))
    assert found.to_list() == [timedelta(hours=1, minutes=2, seconds=3), timedelta(hours=9, minutes=5)]
    found, _ = times(pl.Series("x", ["2024-03-01 10:00:00"]), ("%Y-%m-%d %H:%M:%S",))
    assert found.to_list() == [timedelta(hours=10)]


def test_a_column_of_few_kinds_is_told_row_by_row() -> None:
    """A thousand times the same three cells: each row gets what its own cell says, in its own place."""
    layout = load_agency(packaged()).layout("gwangju_crime")
    cells = pl.Series("x", [" 가", "-", "나 "] * 1000)
    assert distinct(cells).len() == 3
    assert text(cells, ColumnSource(), layout).to_list() == ["가", None, "나"] * 1000
    days, impossible = moments(pl.Series("x", ["2024-03-01", None, "2024-02-30"] * 1000), ("%Y-%m-%d",))
    assert days.to_list() == [AT("2024-03-01"), None, None] * 1000
    assert impossible.to_list() == [False, False, True] * 1000


def test_a_column_of_many_kinds_is_taken_as_it_is() -> None:
    """Also where its first rows look alike: many different cells are not worth telling apart."""
    cells = pl.Series("x", ["a"] * 2000 + [str(n) for n in range(8000)])
    assert distinct(cells).len() == 10_000
    assert distinct(pl.Series("x", ["a", "b", "c"])).len() == 3
