"""Of several rows of a roster the most specific stands; none is ever added to another of the same district."""

from datetime import date

import polars as pl
import pytest

from expectations.agency import Agency
from expectations.contracts import TABLES
from expectations.contracts.ddl import polars_schema
from tests.register.lists import read_list
from transforms.register.on_duty import Duty, on_duty

MONDAY, SATURDAY, SUNDAY = date(2024, 4, 1), date(2024, 4, 6), date(2024, 4, 7)
DISTRICTS = pl.DataFrame(
    {
        "district": ["town", "east", "west", "hq", "east-1", "east-2", "closed", "planned"],
        "parent": [None, "town", "town", "town", "east", "east", "town", "east"],
        "level": ["agency", "station", "station", "station", "box", "box", "station", "box"],
        "expected": [True, True, True, False, True, True, True, True],
        "valid_from": [*[None] * 7, date(2024, 4, 8)],
        "valid_to": [*[None] * 6, date(2024, 3, 31), None],
    },
    schema_overrides={"valid_from": pl.Date, "valid_to": pl.Date},
)


def duty(*rows: tuple, dates: tuple[date, ...] = (MONDAY, SATURDAY, SUNDAY)) -> Duty:
    names = ("district", "shift", "weekday", "units", "valid_from", "valid_until")
    schema = {"list_name": pl.String} | polars_schema(TABLES["raw_roster"])
    told = [
        dict(zip(names, (*row, *[None] * 6), strict=False)) | {"list_name": "roster", "roster_id": str(number)}
        for number, row in enumerate(rows, 1)
    ]
    return on_duty(pl.DataFrame([{name: row.get(name) for name in schema} for row in told], schema), dates, DISTRICTS)


def told(found: Duty) -> list[tuple]:
    return [(district, day.day, units) for district, day, _, units in found.units.rows()]


def test_the_more_specific_row_stands() -> None:
    found = duty(("west", "night", None, 3), ("west", "night", "weekend", 5), ("west", "night", "sun", 4))
    assert told(found) == [("west", 1, 3), ("west", 6, 5), ("west", 7, 4)]
    assert found.clashes.is_empty()


def test_a_row_that_ends_stands_before_the_week_and_the_later_before_the_earlier() -> None:
    found = duty(
        ("west", "night", "sat", 5),
        ("west", "night", None, 3, None),
        ("west", "night", None, 2, date(2024, 4, 1)),
        ("west", "night", None, 9, date(2024, 4, 5), date(2024, 4, 6)),
    )
    assert told(found) == [("west", 1, 2), ("west", 6, 9), ("west", 7, 2)]


def test_rows_as_specific_as_each_other_tell_nothing_and_are_named() -> None:
    found = duty(("west", "night", "sat", 5), ("west", "night", "sat", 2), ("west", "night", None, 3))
    assert told(found) == [("west", 1, 3), ("west", 7, 3)]
    assert found.clashes.rows() == [("west", "night", ["roster 1", "roster 2"], SATURDAY, 1)]
    alike = duty(("west", "night", "sat", 5), ("west", "night", "sat", 5))
    assert (told(alike), alike.clashes.height) == ([("west", 6, 5)], 0)


def test_a_district_is_the_sum_of_those_below_only_where_all_of_them_are_told() -> None:
    whole = duty(("east-1", "day", None, 2), ("east-2", "day", None, 1), ("west", "day", "sat", 4))
    assert {row for row in told(whole) if row[0] in ("east", "town")} == {
        ("east", 1, 3), ("east", 6, 3), ("east", 7, 3), ("town", 6, 7),
    }  # fmt: skip
    later = duty(("east-1", "day", None, 2), ("east-2", "day", None, 1), dates=(SUNDAY, date(2024, 4, 8)))
    assert [row for row in told(later) if row[0] == "east"] == [("east", 7, 3)]  # of the 8th a new box tells nothing
    own = duty(("east-1", "day", None, 2), ("east-2", "day", None, 1), ("east", "day", None, 8))
    assert {row[2] for row in told(own) if row[0] == "east"} == {8}
    clash = duty(
        ("east-1", "day", None, 2), ("east-2", "day", None, 1), ("east", "day", None, 8), ("east", "day", None, 7)
    )
    assert not [row for row in told(clash) if row[0] == "east"]


ROSTER = "근무번호,관서,근무,요일,편성,적용시작일,적용종료일\n"


def test_a_roster_is_read_as_offices_write_it(agency: Agency) -> None:
    text = f"{ROSTER}1,북부서,주간,토요일,12팀,2024.4.1,\n2,bukbu,night,평일,8,,2024-12-31\n"
    rows = read_list("근무표_20240403.csv", text.encode("cp949"), agency).rows
    names = ("district", "shift", "weekday", "units", "valid_from", "valid_until")
    assert rows.select(names).rows() == [
        ("bukbu", "day", "sat", 12, date(2024, 4, 1), None),
        ("bukbu", "night", "weekdays", 8, None, date(2024, 12, 31)),
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("1,북부서,심야,,3,,", "'근무' 열: agency.toml에 없는 근무입니다. 쓸 수 있는 것: day (주간), night (야간)"),
        ("1,북부서,주간,격일,3,,", "'요일' 열: 요일이 아닙니다. 쓸 수 있는 것: 월, 화 … 일, 평일, 주말"),
        ("1,북부서,주간,,-3,,", "'편성' 열: 0 이상의 정수가 아닙니다. 3처럼"),
        ("1,북부서,주간,,3.5,,", "'편성' 열: 0 이상의 정수가 아닙니다"),
        ("1,북부서,주간,,3,2024-04-02,2024-04-01", "'적용종료일' 열: 2024-04-01이 첫날 2024-04-02보다"),
    ],
)
def test_a_row_of_a_roster_that_cannot_be_is_rejected(agency: Agency, row: str, said: str) -> None:
    rejected = read_list("근무표.csv", f"{ROSTER}{row}\n".encode(), agency).outcome.rejected
    assert said in rejected["sentence"].item()
