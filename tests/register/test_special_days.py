"""A festival that brought twice the usual calls in earlier years is expected to again, drawn towards no change."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from expectations.agency import Agency
from expectations.contracts import TABLES
from expectations.contracts.ddl import polars_schema
from expectations.gate import Repeated, check_events
from tests.register.lists import read_list
from transforms.register.special_days import _ratio, event_factors, same_name, special_days, told_twice

DISTRICTS = pl.DataFrame(
    {
        "district": ["town", "east", "west", "east-1"],
        "district_name": ["소도시", "동부", "서부", "동부지구대"],
        "level": ["agency", "station", "station", "box"],
        "parent": [None, "town", "town", "east"],
    }
)
FIRST, LAST = date(2022, 1, 1), date(2024, 3, 31)


def events(*rows: tuple) -> pl.DataFrame:
    names = ("district", "date", "until", "hours", "name")
    schema = {"list_name": pl.String} | polars_schema(TABLES["raw_event"])
    told = [
        dict(zip(names, row, strict=True)) | {"list_name": "events", "event_id": str(number)}
        for number, row in enumerate(rows, 1)
    ]
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in told], schema)


def made(register: pl.DataFrame, busy: dict[date, int]) -> pl.DataFrame:
    """Three calls an hour in the east, but for hours 18 to 23 of some days."""
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    calls = [("east", "dispatched", d, h, busy.get(d, 3) if h >= 18 else 3) for d in days for h in range(24)]
    calls += [("east", "urgent", d, 20, 900) for d in days[::50]]
    frame = pl.DataFrame(calls, ["district", "urgency_class", "date", "hour", "calls"], orient="row")
    covered = pl.DataFrame({"district": ["east"] * len(days), "date": days})
    return special_days(register, frame, covered, DISTRICTS)


SATURDAYS = {date(2022, 10, 8): 6, date(2023, 10, 7): 6}


def test_the_factor_is_the_shrunken_ratio_of_the_same_hours_of_like_weekdays() -> None:
    register = events(
        ("east", date(2022, 10, 8), None, "18-24", "2022 충장축제"),
        ("east", date(2023, 10, 7), None, "18-24", "제20회 충장 축제"),
        ("east", date(2024, 10, 5), date(2024, 10, 6), "18-24", "충장축제(2024)"),
        ("west", date(2024, 10, 5), None, "18-24", "충장축제"),  # another district's is another event
        (None, date(2024, 10, 5), None, None, "시민의 날"),
    )
    table = made(register, SATURDAYS)
    now = table.filter(pl.col("event_id") == "3")
    assert now["date"].to_list() == [date(2024, 10, 5), date(2024, 10, 6)]
    assert now["factor"].to_list() == pytest.approx([(72 + 50) / (36 + 50)] * 2)
    assert now["years_known"].to_list() == [2, 2]
    assert table.filter(pl.col("event_id") == "2")["factor"].to_list() == pytest.approx([(36 + 50) / (18 + 50)])
    unknown = table.filter(pl.col("event_id").is_in(["1", "4", "5"]))
    assert unknown["factor"].null_count() == 3
    assert unknown.select("district", "from_hour", "until_hour").rows()[-1] == ("town", 0, 24)
    assert now.filter(pl.col("factor").is_between("lower_80", "upper_80", closed="none")).height == 2


def test_hours_past_midnight_are_the_next_days() -> None:
    register = events(*(("east", day, None, "22-02", "축제") for day in (date(2023, 10, 7), date(2024, 10, 5))))
    table = made(register, {date(2023, 10, 7): 30})
    assert table["factor"].to_list()[1] == pytest.approx((2 * 30 + 2 * 3 + 50) / (4 * 3 + 50))


def test_a_factor_of_the_whole_agency_is_that_of_its_stations_and_only_of_days_of_the_month() -> None:
    table = of_factors(("east", date(2024, 4, 6), None, "18-23", "가"), factors=(1.5,))
    of_all = table.with_columns(district=pl.lit("town"), level=pl.lit("agency"))
    day = (date(2024, 4, 6), "east", None, 18, 23, 1.5, False)
    assert event_factors(of_all, date(2024, 4, 1), DISTRICTS)["district"].to_list() == ["east", "town", "west"]
    assert event_factors(table, date(2024, 4, 1), DISTRICTS).rows() == [day]
    assert event_factors(table, date(2024, 6, 1), DISTRICTS).is_empty()


def of_factors(*rows: tuple, factors: tuple[float, ...]) -> pl.DataFrame:
    """Events with these factors, in the order of their rows."""
    told = made(events(*rows), {}).sort("event_id", "date")
    return told.with_columns(factor=pl.Series(factors), within_month=pl.lit(value=False))


def test_one_factor_counts_for_an_hour_however_many_rows_tell_it() -> None:
    """The station's own before the agency's and its box's alike; of different events the larger, never the product."""
    day, april = date(2024, 4, 6), date(2024, 4, 1)
    told = of_factors(
        ("east", day, None, "18-24", "봄꽃 축제"),
        (None, day, None, "16-24", "2024 봄꽃축제"),
        ("east-1", day, None, "20-02", "불꽃쇼"),
        ("east", day, None, "23-24", "불꽃쇼"),
        factors=(1.5, 9.0, 1.2, 2.0),
    )
    of_east = event_factors(told, april, DISTRICTS).filter(district="east")
    assert of_east.select(pl.col("date").dt.day(), "from_hour", "until_hour", "factor").rows() == [
        (6, 16, 18, 9.0), (6, 18, 23, 1.5), (6, 23, 24, 2.0), (7, 0, 2, 1.2),
    ]  # fmt: skip
    assert told_twice(told, april, DISTRICTS).rows() == [
        (["events 1", "events 2"], "봄꽃 축제", day, 1), (["events 3", "events 4"], "불꽃쇼", day, 1),
    ]  # fmt: skip
    assert told_twice(told.filter(pl.col("event_id").is_in(["1", "3"])), april, DISTRICTS).is_empty()
    (finding,) = check_events([Repeated("불꽃쇼", day, 1, ["events 3", "events 4"])])
    assert (finding.severity, finding.success) == ("warning", False)
    assert "'불꽃쇼'" in finding.sentence("ko")
    assert "events 3, events 4" in finding.sentence("en")


def test_an_event_at_a_box_is_held_against_its_stations_calls_and_told_twice_is_counted_once() -> None:
    register = events(
        ("east-1", date(2023, 10, 7), None, "18-24", "축제"),
        ("east", date(2023, 10, 7), None, "20-24", "축제"),
        ("east-1", date(2024, 10, 5), None, "18-24", "축제"),
    )
    table = made(register, SATURDAYS)
    assert table["factor"].to_list()[2] == pytest.approx((36 + 50) / (18 + 50))
    assert table.select("district", "years_known", "within_month").row(2) == ("east-1", 1, True)
    assert set(event_factors(table, date(2024, 10, 1), DISTRICTS)["district"]) == {"east"}


def test_an_event_over_new_year_learns_of_both_its_days_and_moves_calls_only_within_months_it_was_in() -> None:
    register = events(
        ("east", date(2022, 12, 31), date(2023, 1, 1), "18-24", "해맞이"),
        ("east", date(2023, 12, 31), date(2024, 1, 1), "18-24", "해맞이"),
        ("east", date(2025, 1, 31), date(2025, 2, 1), "18-24", "해맞이"),
    )
    table = made(register, {date(2022, 12, 31): 6, date(2023, 1, 1): 6})
    assert table["factor"].to_list()[2:4] == pytest.approx([(72 + 50) / (36 + 50)] * 2)
    told = table.select("years_known", "within_month").rows()
    assert told == [(0, None), (0, None), (1, True), (1, True), (2, True), (2, False)]


def test_the_bounds_hold_eight_in_ten_events() -> None:
    """True factors as they are taken to be beforehand, calls as Poisson counts around them."""
    chance = np.random.default_rng(17)
    for usual, days in ((40.0, 8), (400.0, 8)):
        held = 0
        for _ in range(2000):
            factor = chance.gamma(50, 1 / 50)
            compared = int(chance.poisson(usual * days))
            told = _ratio({2023: frozenset({4})}, int(chance.poisson(factor * usual)), compared / days, compared)
            held += (told.lower_80 or 0) <= factor <= (told.upper_80 or 0)
        assert 0.77 < held / 2000 < 0.83


@pytest.mark.parametrize(("one", "other", "same"), [
    ("2023 충장축제", "제21회 충장 축제(2024)", True), ("Spring Fair 2023", "12th spring fair", True),
    ("프로야구 개막전", "프로야구 폐막전", False), ("2024년", "2023년", False),
    ("24년 봄꽃축제", "'23 봄꽃축제", True), ("2024년도 봄꽃축제", "봄꽃축제", True),
    ("1차 촛불집회", "2차 촛불집회", False), ("90년대 가요제", "80년대 가요제", False),
])  # fmt: skip
def test_an_event_is_known_by_its_name(one: str, other: str, same: bool) -> None:
    assert (same_name(one) == same_name(other)) is same


HEADER = "행사번호,관서,날짜,종료일,시간,행사명,예상인원\n"


@pytest.mark.parametrize(("hours", "read"), [
    ("18-23", "18-23"), ("18:30~22:10", "18-23"), ("20시–2시", "20-02"), ("18-0", "18-24"), ("00-24", "00-24"),
    ("", None),
])  # fmt: skip
def test_hours_are_read_as_offices_write_them(agency: Agency, hours: str, read: str | None) -> None:
    rows = read_list("행사일정.csv", f'{HEADER}1,,2024-05-04,,{hours},불꽃축제,"5,000명"\n'.encode(), agency).rows
    assert rows.select("district", "hours", "attendance").rows() == [(None, read, 5000)]


@pytest.mark.parametrize(("row", "said"), [
    ("1,,2024-05-04,,2024-10-12,축제,", "'시간' 열: 시간이 아닙니다. 18-23처럼"),
    ("1,,2024-05-04,,25-26,축제,", "'시간' 열: 시간이 아닙니다"),
    ("1,,2024-05-04,,18-18,축제,", "'시간' 열: 시간이 아닙니다"),
    ("1,,2024-05-04,2024-06-04,,축제,", "'종료일' 열: 첫날부터 2024-06-04까지는 너무 깁니다. 행사는 31일까지"),
    ("1,,2024-05-04,,,박영희 결혼식,", "'행사명' 열: 의원·후보·대표"),
    ("1,,2024-05-04,,,축제,많음", "'예상인원' 열: 0 이상의 정수가 아닙니다"),
    ("1,,2024-05-04,2024-05-03,,축제,", "'종료일' 열: 2024-05-03이 첫날 2024-05-04보다"),
    ("1,,2024-05-04,,,홍길동 경위 주관,", "'행사명' 열: 계급·직위"),
])  # fmt: skip
def test_a_row_of_events_that_cannot_be_is_rejected(agency: Agency, row: str, said: str) -> None:
    rejected = read_list("행사일정.csv", f"{HEADER}{row}\n".encode(), agency).outcome.rejected
    assert said in rejected["sentence"].item()
