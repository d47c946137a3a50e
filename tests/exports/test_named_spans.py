"""Stretches, quarters, years of other eras and closed years, as file names and their folders and archives say them."""

import calendar
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from expectations.layout import Exported, Layout, Period
from transforms.exports import ExportRefused, match
from transforms.exports.files.names import (
    export_day_read_from,
    named_export_day,
    named_period,
    period_read_from,
    told_name,
    widened,
)

BASE = {
    "name": "base", "kind": "crime_count", "title": "가", "title_en": "a", "files": ["*.csv"], "format": "csv",
    "columns": {name: {"names": [name]} for name in ("month", "crime_type", "incidents")},
}  # fmt: skip
SOME_MONTHS = r"(?P<year>\d{4})년 (?P<month>\d+)(~(?P<to_month>\d+))?월"
DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


def a_layout(period: dict[str, Any], **more: Any) -> Layout:
    return Layout.model_validate({**BASE, "period": period, **more})


def refused(name: str, layout: Layout) -> str:
    with pytest.raises(ExportRefused) as told:
        named_period(name, layout)
    assert told.value.sentence("ko") != told.value.sentence("en")
    return told.value.code


@pytest.mark.parametrize(
    ("covers", "pattern", "name", "first", "last"),
    [
        ("quarter", r"(?P<year>\d{4})Q(?P<quarter>\d)", "crime_2024Q1.csv", "2024-01-01", "2024-03-31"),
        ("quarter", r"(?P<year>\d{4})-(?P<quarter>\d)분기", "2024-4분기.csv", "2024-10-01", "2024-12-31"),
        ("quarter", r"(?P<quarter>IV|I{1,3})[ _](?P<year>\d{4})", "iii_2023.csv", "2023-07-01", "2023-09-30"),
        ("half_year", r"(?P<year>\d{4})_?H(?P<half>\d)", "crime_2024H1.csv", "2024-01-01", "2024-06-30"),
        ("half_year", r"(?P<year>\d{4})년 (?P<half>[상하])반기", "2024년 하반기.csv", "2024-07-01", "2024-12-31"),
        ("month", r"(?P<year_roc>\d{3})(?P<month>\d\d)", "11303.csv", "2024-03-01", "2024-03-31"),
        ("month", r"(?P<year_buddhist>\d{4})-(?P<month>\d\d)", "2567-03.csv", "2024-03-01", "2024-03-31"),
        ("month", r"(?P<year>\d{4})(?P<month>\d\d)-(?P<to_year>\d{4})(?P<to_month>\d\d)", "202311-202402.csv",
         "2023-11-01", "2024-02-29"),
        ("month", SOME_MONTHS, "2024년 1~3월.csv", "2024-01-01", "2024-03-31"),
        ("month", SOME_MONTHS, "2024년 1월.csv", "2024-01-01", "2024-01-31"),
        ("month", r"(?P<month_name>[a-z]+)-(?P<to_month_name>[a-z]+)_(?P<year2>\d\d)", "Jan-Mar_24.csv", "2024-01-01",
         "2024-03-31"),
        ("day", r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)_(?P<to_month>\d\d)-(?P<to_day>\d\d)",
         "2024-01-30_02-02.csv", "2024-01-30", "2024-02-02"),
        ("year", r"(?P<year>\d{4})-(?P<to_year>\d{4})", "2019-2021.csv", "2019-01-01", "2021-12-31"),
        ("to_date", r"(?P<year>\d{4})", "2023.csv", "2023-01-01", "2023-12-31"),
        ("to_date", r"(?P<year>\d{4})-(?P<month>\d\d)", "2023-02.csv", "2023-02-01", "2023-02-28"),
        ("to_date", r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)", "2024-03-20.csv", "2024-03-20", "2024-12-31"),
        ("to_date", r"(?P<year>\d{4})-(?P<to_month>\d\d)", "2024-05.csv", "2024-01-01", "2024-05-31"),
    ],
)  # fmt: skip
def test_spans(covers: str, pattern: str, name: str, first: str, last: str) -> None:
    layout = a_layout({"covers": covers, "pattern": pattern})
    assert named_period(name, layout) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("covers", "pattern", "name"),
    [
        ("quarter", r"(?P<year>\d{4})Q(?P<quarter>\d)", "2024Q5.csv"),
        ("half_year", r"(?P<year>\d{4})H(?P<half>\d)", "2024H0.csv"),
        ("month", r"(?P<year>\d{4})(?P<month>\d\d)-(?P<to_month>\d\d)", "202403-01.csv"),
        ("month", r"(?P<year>\d+)-(?P<month>\d\d)", "113-03.csv"),
        ("year", r"(?P<year>\d+)", "9" * 40 + ".csv"),
        ("week", r"(?P<year>\d{4})w(?P<week>\d+)", "9999w53.csv"),
        ("day", r"(?P<year>\d{4})(?P<month>\d\d)?(?P<day>\d\d)?", "2024.csv"),
    ],
)
def test_what_is_no_span_is_refused(covers: str, pattern: str, name: str) -> None:
    assert refused(name, a_layout({"covers": covers, "pattern": pattern})) == "period_not_in_name"


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ({"covers": "month", "pattern": r"(?P<year>\d{4})"}, "month_name"),
        ({"covers": "quarter", "pattern": r"(?P<year>\d{4})(?P<month>\d\d)"}, "quarter"),
        ({"covers": "year", "pattern": r"\d{4}"}, "year2"),
        ({"covers": "month", "source": "content", "until": "year"}, "until = 'year'"),
        ({"covers": "to_date", "source": "content", "until": "month"}, "until = 'month'"),
    ],
)
def test_a_pattern_that_could_date_no_file_is_told_with_the_folder(part: dict[str, str], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Period.model_validate(part)


def test_a_pattern_of_the_export_day_names_a_day() -> None:
    with pytest.raises(ValidationError, match="day"):
        Exported(pattern=r"(?P<year>\d{4})-(?P<month>\d\d)")


UNTIL = {
    "month": lambda first: first.replace(day=calendar.monthrange(first.year, first.month)[1]),
    "year": lambda first: date(first.year, 12, 31),
    "exported": lambda _: date.max,
}


@given(DAYS, st.sampled_from(["year", "month", "day"]), st.sampled_from(["named", *UNTIL]), st.integers(0, 900))
def test_a_file_to_date_claims_no_day_outside_the_span_its_name_gives(
    begins: date, finest: str, until: str, later: int
) -> None:
    groups = {"year": r"(?P<year>\d{4})", "month": r"(?P<month>\d\d)", "day": r"(?P<day>\d\d)"}
    names = list(groups)[: list(groups).index(finest) + 1]
    said = {"year": f"{begins:%Y}", "month": f"{begins:%m}", "day": f"{begins:%d}"}
    pattern = "from" + "-".join(groups[one] for one in names)
    layout = a_layout(
        {"covers": "to_date", "pattern": pattern, "until": until},
        exported={"pattern": r"_x(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)"},
    )
    name = f"from{'-'.join(said[one] for one in names)}_x{begins + timedelta(days=later):%Y%m%d}.csv"
    period, made = named_period(name, layout), named_export_day(name, layout)
    assert period is not None
    assert made is not None
    first = begins.replace(**{"year": {"month": 1, "day": 1}, "month": {"day": 1}, "day": {}}[finest])
    end = UNTIL["month" if finest == "month" else "year"] if until == "named" else UNTIL[until]
    assert period == (first, end(first))
    # The last day of a closed year is covered by a file made on it or later, the first of the next by none.
    if until == "named" and finest != "month":
        assert min(period[1], made) == min(date(begins.year, 12, 31), made)


@given(DAYS, st.sampled_from(["", "2023/", "북부/"]), st.sampled_from(["theft.csv", "violence_2001-01-01.csv"]))
def test_the_day_of_an_archive_is_read_where_the_layout_looks_at_the_path(day: date, folder: str, member: str) -> None:
    pattern = r"crime_(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)\.zip/"
    period = {"covers": "month", "pattern": r"crime_(?P<year>\d{4})(?P<month>\d\d)", "of": "path"}
    layout = a_layout(period, exported={"pattern": pattern, "of": "path"})
    name = f"{folder}crime_{day:%Y%m%d}.zip/{member}"
    assert named_export_day(name, layout) == day
    assert named_period(name, layout) == widened(day, day, layout.period)
    assert (period_read_from(layout), export_day_read_from(name, layout), told_name(name, layout)) == (
        "path",
        "path",
        name,
    )
    own = a_layout({"covers": "month", "source": "content"}, exported={"pattern": pattern})
    assert named_export_day(name, own) is None
    assert (period_read_from(own), export_day_read_from(name, own)) == ("content", "first_seen")
    assert told_name(name, own) == member


@given(DAYS, DAYS, st.sampled_from(["quarter", "half_year"]))
def test_content_is_widened_to_whole_quarters_and_halves(one: date, other: date, covers: str) -> None:
    first, last = sorted((one, other))
    period = Period.model_validate({"covers": covers, "source": "content"})
    begins, ends = widened(first, last, period)
    number = {"quarter": 3, "half_year": 6}[covers]
    assert begins <= first <= last <= ends
    assert (begins.day, (begins.month - 1) % number, (ends + timedelta(days=1)).day, ends.month % number) == (
        1,
        0,
        1,
        0,
    )
    assert first.month - begins.month < number > ends.month - last.month


OLD = """
name = "old"
kind = "crime_count"
title = "옛 양식"
title_en = "Old form"
files = ["counts_*.csv"]
format = "csv"
levels = ["station"]
valid_to = 2024-03-31
[columns]
station = { names = ["station"] }
month = { names = ["month"] }
crime_type = { names = ["type"] }
incidents = { names = ["n"] }
[period]
covers = "month"
pattern = '_(?P<year>\\d{4})-(?P<month>\\d\\d)'
[exported]
pattern = '_x(?P<year>\\d{4})(?P<month>\\d\\d)(?P<day>\\d\\d)'
"""
NEW = (
    OLD.replace('"old"', '"new"').replace("valid_to = 2024-03-31", "valid_from = 2024-04-01").replace('"n"', '"count"')
)


def test_of_two_layouts_the_one_valid_in_the_named_period_reads_a_file(hana: Callable[..., Any]) -> None:
    agency = hana(OLD, NEW)
    read_by = {f"counts_2024-{month:02d}_x20240701.csv": "old" if month < 4 else "new" for month in range(1, 7)}
    assert {name: match(name, agency).name for name in read_by} == read_by


def test_a_file_over_the_change_has_the_form_of_the_day_it_was_made(hana: Callable[..., Any]) -> None:
    yearly = (r"""covers = "month"
pattern = '_(?P<year>\d{4})-(?P<month>\d\d)'""", r"""covers = "to_date"
pattern = '_(?P<year>\d{4})_'""")  # fmt: skip
    agency = hana(OLD.replace(*yearly), NEW.replace(*yearly))
    assert match("counts_2024_x20240305.csv", agency).name == "old"
    assert match("counts_2024_x20240505.csv", agency).name == "new"
    with pytest.raises(ExportRefused) as told:
        match("counts_2024_.csv", agency)
    assert told.value.code == "ambiguous_layout"


def test_a_file_of_months_its_layout_is_not_valid_in_is_refused(hana: Callable[..., Any]) -> None:
    agency = hana(OLD)
    with pytest.raises(ExportRefused) as told:
        match("counts_2024-05_x20240605.csv", agency)
    assert told.value.code == "period_not_of_layout"
    assert "2024-03-31" in told.value.sentence("ko")


def test_layouts_speak_of_no_day_outside_their_validity(hana: Callable[..., Any]) -> None:
    layout = hana(OLD.replace('"month"\np', '"year"\np')).layouts[0]
    assert named_period("counts_2024-01_x20240605.csv", layout) == (date(2024, 1, 1), date(2024, 3, 31))


@pytest.mark.parametrize(
    ("found", "why"), [("20240331", "no day"), ('"2024"', "no day"), ("2023-12-31", "lies before")]
)
def test_a_validity_that_is_none_is_told(hana: Callable[..., Any], found: str, why: str) -> None:
    with pytest.raises(Exception, match=why):
        hana(OLD.replace("valid_to = 2024-03-31", f"valid_from = 2024-01-01\nvalid_to = {found}"))


def test_a_quarter_whose_rows_name_no_month_is_refused(read: Callable[..., Any]) -> None:
    quarter = OLD.replace("valid_to = 2024-03-31", "").replace('month = { names = ["month"] }\n', "")
    quarter = quarter.replace('"month"\np', '"quarter"\np').replace("-(?P<month>\\d\\d)'", "Q(?P<quarter>\\d)'", 1)
    with pytest.raises(ExportRefused) as told:
        read("counts_2024Q1_x20240405.csv", "station,type,n\n동부,theft,3\n", quarter)
    assert told.value.code == "not_one_month"


def test_a_year_alone_is_no_month() -> None:
    columns = {"year": {"names": ["year"]}, "crime_type": {"names": ["type"]}, "incidents": {"names": ["n"]}}
    with pytest.raises(ValidationError, match="month"):
        a_layout({"covers": "year", "pattern": r"(?P<year>\d{4})"}, columns=columns)
