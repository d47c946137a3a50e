"""A format reads what it writes, or the folder is refused: never a silently different date."""

from collections.abc import Callable
from datetime import datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.agency import AgencyError
from expectations.field_faults import FieldFault
from expectations.formats.directives import DIRECTIVES, UNPADDED
from expectations.formats.trial import try_formats
from transforms.exports.cells.values import moments, whole_number

AT = datetime.fromisoformat
SEOUL = "Asia/Seoul"
MOMENTS = st.datetimes(AT("1990-01-01"), AT("2060-12-31")).map(lambda at: at.replace(microsecond=0))
SIGNS = [f"%{name}" for name in (*DIRECTIVES, *UNPADDED)]
PIECES = st.lists(st.sampled_from([*SIGNS, "-", "/", " ", ":", "1", ". ", "년"]),
                  min_size=1, max_size=9).map("".join)  # fmt: skip


def read_as(form: str, at: datetime) -> datetime | None:
    from expectations.formats import form_of

    zone = "UTC" if "epoch" in form_of(form).fields else SEOUL
    return moments(pl.Series([form_of(form).write(at)]), (form,), zone=zone)[0].item()


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("%F", "2023-07-20", "2023-07-20"), ("%D", "03/15/23", "2023-03-15"),
        ("%Y-%m-%d %p %I:%M:%S", "2024-03-01 오후 3:05:00", "2024-03-01 15:05"),
        ("%Y-%m-%d %p %I:%M:%S", "2024-03-01 오전 3:05:00", "2024-03-01 03:05"),
        ("%Y-%m-%d %I:%M %p", "2024-03-01 12:05 a.m.", "2024-03-01 00:05"),
        ("%Y-%m-%dT%H:%M:%S%z", "2024-03-01T12:00:00Z", "2024-03-01 21:00"),
        ("%Y-%m-%dT%H:%M:%S%z", "2024-03-05T23:30:00+0900", "2024-03-05 23:30"),
        ("%s", "1709251200", "2024-03-01 09:00"), ("epoch", "1709251200", "2024-03-01 09:00"),
        ("epoch_ms", "1709287200000", "2024-03-01 19:00"),
        ("excel", "45352", "2024-03-01"), ("excel", "45352.5", "2024-03-01 12:00"),
        ("%roc/%m/%d", "113/03/01", "2024-03-01"), ("%be-%m-%d", "2567-03-01", "2024-03-01"),
        ("%Y-%m-%d %H:%M", "2024-03-01 24:00", "2024-03-02"), ("%-m/%-d/%Y %k", "3/1/2024 7", "2024-03-01 07:00"),
        ("%Y년 %m월 %d일", "2024년 3월 1일", "2024-03-01"), ("%Y. %m. %d.", "2024. 3. 1.", "2024-03-01"),
        ("%Y-%m-%d", "２０２４-０３-０１", "2024-03-01"),
        ("%Y%m%d", "2024111", None), ("%a %Y-%m-%d", "Mon 2024-03-01", None),
        ("%Y-%m-%d %H:%M", "2024-03-01 24:01", None),
        ("%Y-%m-%dT%H:%M:%S.%f", "2024-03-01T09:05:07.250", "2024-03-01 09:05:07.250"),
        ("%Y-%m-%d %H:%M:%S.%3f", "2024-03-01 09:05:07.250", "2024-03-01 09:05:07.250"),
        ("%Y/%m/%e %k:%M", "2024/03/ 1  9:05", "2024-03-01 09:05"), ("%m/%e/%Y", "03/ 1/2024", "2024-03-01"),
        ("%Y-%m-%d", "2024-03-1²", None), ("%Y-%m-%d", "2024-03-0①", None),
    ],
)  # fmt: skip
def test_what_formats_read(form: str, text: str, expected: str | None) -> None:
    assert moments(pl.Series([text]), (form,), zone=SEOUL)[0].item() == (expected and AT(expected))


@given(PIECES, MOMENTS)
def test_a_format_reads_what_it_writes_or_is_refused(form: str, at: datetime) -> None:
    from expectations.formats import form_of

    try:
        try_formats({"occurred_at": (form,)}, is_workbook=False)
    except FieldFault:
        return
    said, found = form_of(form).fields, read_as(form, at)
    if "epoch" in said:
        assert found == at
        return
    if "roc" in form_of(form).groups() or "year2" in form_of(form).groups():
        at = at.replace(year=2000 + at.year % 60, day=min(at.day, 28))
        found = read_as(form, at)
    assert found is not None, form
    month = (at.month - 1) // 3 * 3 + 1 if "quarter" in form_of(form).groups() else at.month
    assert (found.year, found.month) == (at.year, month), form
    assert "day" not in said or found.day == at.day, form
    assert "hour" not in said or found.hour == at.hour, form


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ("%m/%d/%Y %H:%M:%S %p", "lacks %I"), ("%Y-%m-%d %I:%M", "lacks %p"), ("%y %Y-%m-%d", "says the year twice"),
        ("%m-%d %H:%M", "lacks %Y"), ("%Y", "lacks %m"), ("%Y-%m-%d %Q", "there is no '%Q'"), ("hms", "lacks %Y"),
        ("%Y-%m-%d %Z", "there is no '%Z'"), ("%Y-%m-%d %", "there is no '%'"), ("%Y%-m%-d", "reads that as"),
    ],
)  # fmt: skip
def test_what_a_format_cannot_do_is_told_when_the_folder_is_read(
    hana: Callable, crime_layout: str, form: str, told: str
) -> None:
    layout = crime_layout + f'occurred_at = {{ names = ["od"], formats = ["{form}"] }}\n'
    with pytest.raises(AgencyError, match=r"columns\.occurred_at\.formats") as refused:
        hana(layout)
    assert told in str(refused.value)
    assert form in refused.value.sentence("ko")


@pytest.mark.parametrize("wrong", ["rot13", "base64", "idna", "no-such", "undefined"])
def test_encodings_that_are_none(hana: Callable, crime_layout: str, wrong: str) -> None:
    with pytest.raises(AgencyError, match="is no encoding of text"):
        hana(crime_layout.replace('"cp949"', f'"{wrong}"'))


@pytest.mark.parametrize(("wrong", "told"), [("(?<=a)(\\\\d+)", "look-around"), ("\\\\d+", "has no group")])
def test_expressions_are_tried_by_the_engine_that_runs_them(
    hana: Callable, crime_layout: str, wrong: str, told: str
) -> None:
    with pytest.raises(AgencyError, match=told):
        hana(crime_layout.replace('names = ["code"]', f'names = ["code"], extract = "{wrong}"'))


def test_iso_moments_without_formats(read: Callable, crime_layout: str) -> None:
    layout = crime_layout.replace('counted_by = "recorded"', 'counted_by = "occurred"')
    texts = ["2024-03-01T12:00:00", "2024-03-01T12:00:00.000", "2024-03-01T12:00:00Z", "2024-03-01T12:00:00+09:00"]
    rows = "".join(f"{n},2024-03-05,동부,104,{text}\n" for n, text in enumerate(texts))
    one = read("crime_2024-03.csv", "id,day,station,code,od\n" + rows, layout + 'occurred_at = { names = ["od"] }\n')
    noon = AT("2024-03-01 12:00")
    assert one.rows["occurred_at"].to_list() == [noon, noon, noon + timedelta(hours=9), noon]


def test_a_month_written_as_its_last_day_counts_in_it(read: Callable, crime_layout: str) -> None:
    layout = crime_layout.replace('counted_by = "recorded"', 'counted_by = "month"')
    month = 'month = { names = ["m"], formats = ["%Y-%m-%d"] }\n'
    one = read("crime_2024-03.csv", "id,day,station,code,m\n1,2024-03-05,동부,104,2024-03-31\n", layout + month)
    assert one.rows["unit"].to_list() == one.rows["month"].to_list() == [AT("2024-03-01").date()]


def test_a_day_spread_over_columns(read: Callable, crime_layout: str) -> None:
    parts = "".join(f'occurred_{p} = {{ names = ["{p}"] }}\n' for p in ("year", "month", "day", "hour"))
    layout = crime_layout.replace('counted_by = "recorded"', 'counted_by = "occurred"') + parts
    text = "id,day0,station,code,year,month,day,hour\n1,x,동부,104,2024,3,9,14\n2,x,동부,104,2024,2,30,14\n"
    layout = layout.replace('names = ["day"] }\nstation', 'names = ["day0"] }\nstation')
    one = read("crime_2024-03.csv", text, layout)
    assert one.rows["occurred_at"].to_list() == [AT("2024-03-09 14:00")]
    assert one.reasons == [(2, "impossible_date")]


@given(st.integers(0, 10**9), st.sampled_from([",", ".", " ", "'"]), st.data())
def test_separators_anywhere(number: int, mark: str, data: st.DataObject) -> None:
    digits = str(number)
    cuts = data.draw(st.sets(st.integers(0, len(digits)), max_size=4))
    text = "".join((mark if n in cuts else "") + digit for n, digit in enumerate(digits))
    text += mark if len(digits) in cuts else ""
    found = whole_number(pl.Series([text]), mark).item()
    grouped = f"{number:,}".replace(",", mark)
    assert found == (number if text.strip() in (digits, grouped) else None), text


@pytest.mark.parametrize(
    ("text", "mark", "expected"),
    [
        ("1,234", ",", 1234), ("12,5", ",", None), ("7,00", ",", None), ("3,", ",", None), ("1.234", ".", 1234),
        ("7.000", ".", 7000), ("12.0", ".", None), ("3.5", ".", None), ("12.0", "", 12), ("7.000", "", None),
        ("1e3", "", None), ("∞", "", None), ("−1", "", -1), ("+5", "", 5), ("１２", "", 12), ("1\u00a0234", " ", 1234),
        ("12²", "", None), ("3①", "", None), ("1½", "", None), ("１，２３４", ",", 1234),
        ("9" * 20, "", None), ("0,123", ",", None), ("12,34,567", ",", None),
    ],
)  # fmt: skip
def test_numbers(text: str, mark: str, expected: int | None) -> None:
    assert whole_number(pl.Series([text]), mark).item() == expected


@given(st.text("0123456789²③½Ⅳ٣,. ", min_size=1, max_size=6))
def test_no_other_sign_is_a_digit(text: str) -> None:
    """A number is read from the digits of a keyboard, or not at all: a footnote behind it is none of them."""
    if not set(text) <= set("0123456789,. "):
        assert whole_number(pl.Series([text]), ",").item() is None


def test_what_a_calendar_of_documents_gives_without_formats(read: Callable, crime_layout: str) -> None:
    """The day of a moment that stands where a day is meant; moments without marks between."""
    texts = ["2024-03-05T00:00:00", "2024-03-05T00:00:00.000", "2024-03-05 00:00:00", "20240305"]
    rows = "".join(f"{n},{text},동부,104,20240304T23{n}50{n}Z\n" for n, text in enumerate(texts))
    layout = crime_layout + 'occurred_at = { names = ["od"] }\n'
    one = read("crime_2024-03.csv", "id,day,station,code,od\n" + rows, layout)
    assert one.rows["unit"].to_list() == [AT("2024-03-05").date()] * 4
    assert one.rows["occurred_at"].to_list() == [
        AT("2024-03-05 08:05") + timedelta(minutes=10 * n, seconds=n) for n in range(4)
    ]


@pytest.mark.parametrize(
    "encodings", [["utf-8", "utf-16"], ["cp949", "utf-16"], ["utf-16", "utf-8"], ["utf-16-le", "utf-16-be", "utf-8"]]
)
@pytest.mark.parametrize("written", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_files_in_any_of_the_encodings_listed(
    read: Callable, crime_layout: str, encodings: list[str], written: str
) -> None:
    """With the mark of the order of bytes or without, and whichever stands first in the list."""
    if encodings[0] == "cp949" and written.startswith("utf-8"):
        return  # no encoding of the list
    text = "id,day,station,code\n1,2024-03-05,동부,104\n2,2024-03-06,서부,104\n"
    layout = crime_layout.replace('encodings = ["utf-8", "cp949"]', f"encodings = {encodings}".replace("'", '"'))
    one = read("crime_2024-03.csv", text.encode(written), layout)
    assert one.rows["district"].to_list() == ["unknown-east", "unknown-west"]  # no box is named


def test_midnight_that_ends_a_month_counts_in_it(read: Callable, crime_layout: str) -> None:
    """24:00 on the 31st is the first moment of April by the clock, and of March by the file that tells it."""
    layout = crime_layout.replace('counted_by = "recorded"', 'counted_by = "occurred"')
    layout += 'occurred_at = { names = ["od"] }\n'
    text = "id,day,station,code,od\n1,2024-03-05,동부,104,2024-03-31 24:00\n"
    one = read("crime_2024-03.csv", text, layout)
    assert one.rows.select("unit", "month", "occurred_at").rows() == [
        (AT("2024-03-31").date(), AT("2024-03-01").date(), AT("2024-04-01"))
    ]
