"""A count that a rejected row would have held is unknown: the station it may be of has no zero."""

import json
from collections.abc import Callable
from datetime import date

import pytest

COUNT = """
name = "count"
kind = "crime_count"
title = "월별"
title_en = "Monthly"
files = ["count_*"]
format = "csv"
levels = ["station"]
[period]
covers = "month"
pattern = '_(?P<year>\\d{4})-?(?P<month>\\d\\d)?'
[columns]
station = { names = ["station"] }
crime_type = { names = ["type"] }
incidents = { names = ["n"] }
"""
YEARLY = COUNT.replace('covers = "month"', 'covers = "year"').replace(
    "[columns]", '[columns]\nmonth = { names = ["m"] }'
)
BOXES = COUNT.replace('["station"]\n', '["station", "box"]\n', 1).replace(
    "[columns]", '[columns]\nbox = { names = ["b"] }'
)
HEAD = "station,type,n\n"


def unknown(one: object) -> list[tuple]:
    """District, type and month of what the file leaves unknown."""
    rows = one.rows.filter(one.rows["incidents"].is_null())  # type: ignore[attr-defined]
    return sorted(rows.select("district", "crime_type", "month").iter_rows())


MARCH = date(2024, 3, 1)


@pytest.mark.parametrize("lost", ["서부,theft,1,234", ",서부,theft,7", "서부,theft"])
def test_a_line_of_another_width_leaves_its_count_unknown(read: Callable, lost: str) -> None:
    one = read("count_2024-03.csv", f"{HEAD}동부,theft,5\n동부,violence,2\n{lost}\n서부,violence,6\n", COUNT)
    assert one.reasons == [(3, "field_count")]
    assert unknown(one) == [("west", "theft", MARCH)]


def test_what_else_was_counted_there_is_less_than_all(read: Callable) -> None:
    """Two rows of one station and type add up; with one of them lost, the sum is not known."""
    one = read("count_2024-03.csv", f"{HEAD}동부,theft,5\n서부,theft,1,234\n서부,theft,6\n", COUNT)
    assert unknown(one) == [("west", "theft", MARCH)]
    assert one.rows.height == 2


def test_a_remark_of_another_width_leaves_the_counts_as_they_are(read: Callable) -> None:
    one = read("count_2024-03.csv", f"{HEAD}동부,theft,5\n서부,violence,6\nNote: provisional\n", COUNT)
    assert one.reasons == [(3, "field_count")]
    assert unknown(one) == []


@pytest.mark.parametrize("n", [{}, {"n": {"value": 3}}, {"n": [3]}])
def test_a_record_without_its_count_leaves_it_unknown(read: Callable, n: dict) -> None:
    records = [{"station": "동부", "type": "theft", "n": 5}, {"station": "서부", "type": "theft", **n},
               {"station": "서부", "type": "violence", "n": 6}]  # fmt: skip
    one = read("count_2024-03.json", json.dumps(records), COUNT.replace('"csv"', '"json"'))
    assert [number for number, _ in one.reasons] == [2]
    assert unknown(one) == [("west", "theft", MARCH)]


def test_a_row_whose_month_is_none_may_be_of_any_month_that_lacks_it(read: Callable) -> None:
    rows = "m,station,type,n\n2024-01,동부,theft,5\n2024-13,서부,theft,8\n2024-02,동부,theft,4\n2024-02,서부,theft,3\n"
    one = read("count_2024.csv", rows, YEARLY)
    assert one.reasons == [(2, "impossible_date")]
    assert unknown(one) == [("west", "theft", date(2024, 1, 1))]


@pytest.mark.parametrize(
    ("closed", "lost", "left"),
    [
        ("districts_closed = true", "서부ㅅ,theft,8", [("west", "theft", MARCH)]),
        ('codes = "codes"\ncodes_closed = true', "서부,th eft?,8", [("west", "theft", MARCH)]),
        ("", ",theft,8", [("unknown-hana", "theft", MARCH), ("west", "theft", MARCH)]),
    ],
)
def test_a_row_of_no_known_place_may_be_of_any_that_lacks_it(
    read: Callable, closed: str, lost: str, left: list[tuple]
) -> None:
    layout = COUNT.replace("[period]", f"{closed}\n[period]")
    one = read("count_2024-03.csv", f"{HEAD}동부,theft,5\n동부,violence,2\n{lost}\n서부,violence,6\n", layout)
    assert [number for number, _ in one.reasons] == [3]
    assert unknown(one) == left


def test_a_station_and_its_box_name_the_place_of_a_lost_line(read: Callable) -> None:
    rows = "station,b,type,n\n동부,우산,violence,5\n동부,우산,theft,1,234\n서부,우산,theft,6\n서부,우산,violence,6\n"
    one = read("count_2024-03.csv", rows, BOXES)
    assert unknown(one) == [("east-woosan", "theft", MARCH)]


def test_a_row_of_another_period_leaves_no_hole(read: Callable) -> None:
    rows = "m,station,type,n\n2024-01,동부,theft,5\n2023-12,서부,theft,8\n2024-01,서부,violence,4\n"
    one = read("count_2024.csv", rows, YEARLY)
    assert one.reasons == [(2, "outside_period")]
    assert unknown(one) == []


def test_a_part_leaves_no_crime_type_unknown_that_another_part_speaks_of(read: Callable) -> None:
    parts = """
[parts]
pattern = '_(?P<part>theft|violence)'
[parts.expected]
theft = { crime_types = ["theft"] }
violence = { crime_types = ["violence"] }
"""
    layout = COUNT.replace("levels", 'absent = "unknown"\nlevels') + parts
    one = read("count_2024-03_theft.csv", f"{HEAD}동부,theft,5\n서부,theft,6\n", layout)
    assert unknown(one) == []
