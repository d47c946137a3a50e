"""Counts by district: long and wide, monthly and annual."""

from collections.abc import Callable
from datetime import date

import pytest

from expectations.contracts import TABLES
from transforms.exports import ExportRefused

COUNT = """
name = "count"
kind = "crime_count"
title = "월별"
title_en = "Monthly"
files = ["count_*.csv"]
format = "csv"
encodings = ["utf-8"]
thousands = ","
levels = ["station"]
[period]
covers = "year"
pattern = '_(?P<year>\\d{4})'
[columns]
station = { names = ["station"] }
month = { names = ["month"], formats = ["%Y년_%m월", "%Y%m"] }
"""
LONG = f"""{COUNT}crime_type = {{ names = ["type"] }}
incidents = {{ names = ["n"] }}
cleared = {{ names = ["c"], required = false }}
"""
WIDE = COUNT + '[wide.columns]\n"절도" = "theft"\n"폭력" = "violence"\n"상해" = "violence"\n'


def facts(one: object) -> list[tuple]:
    return one.rows.drop("unit", strict=False).rows()  # type: ignore[attr-defined]


def test_long_rows(read: Callable) -> None:
    text = 'station,month,type,n,c\n동부,2018년_1월,절도,"1,234",7\n서부,201812,violence,0,\n'.replace(",\n", ",3\n")
    one = read("count_2018.csv", text, LONG)
    assert facts(one) == [
        (1, date(2018, 1, 1), "east", "theft", 1234, 7),
        (2, date(2018, 12, 1), "west", "violence", 0, 3),
    ]
    assert tuple(one.rows.columns) == TABLES["raw_crime_count"].names[1:]
    assert one.reading.period_to == date(2018, 12, 31)


def test_wide_row_is_one_row_and_several_facts(read: Callable) -> None:
    text = "station,month,폭력,절도,상해\n동부,201801,5,3,2\n"
    one = read("count_2018.csv", text, WIDE)
    assert facts(one) == [
        (1, date(2018, 1, 1), "east", "theft", 3, None),
        (1, date(2018, 1, 1), "east", "violence", 7, None),
    ]
    assert one.outcome.rows_accepted == 1


def test_one_bad_cell_rejects_the_whole_wide_row(read: Callable) -> None:
    rows = "동부,201801,5,3\n서부,201801,x,2\n서부,201802,1,-2\n서부,201804,1000001,1\n"
    text = f"station,month,절도,폭력\n{rows}"
    one = read("count_2018.csv", text, WIDE)
    expected = ["not_a_number", "negative_count", "count_too_large"]
    assert one.reasons == list(enumerate(expected, start=2))
    assert "column '절도': found 'x'" in one.outcome.rejected["sentence"][0]
    assert set(one.rows.drop_nulls("incidents")["district"]) == {"east"}
    # What the rejected row of the month says is not known; it is no zero.
    assert facts(one)[2:] == [(1, date(2018, 1, 1), "west", crime, None, None) for crime in ("theft", "violence")]


def test_a_dash_may_mean_zero(read: Callable) -> None:
    layout = WIDE.replace("[wide.columns]", 'incidents = { values = { "-" = "0" } }\n[wide.columns]')
    assert facts(read("count_2018.csv", "station,month,절도,폭력\n동부,201801,-,3\n", layout))[0][4] == 0


@pytest.mark.parametrize("total", ["하나경찰청", "합계", "하나경찰청계", "광주"])
def test_a_total_row_taken_for_data_is_rejected(read: Callable, total: str) -> None:
    one = read("count_2018.csv", f"station,month,절도,폭력\n{total},201801,8,8\n동부,201801,5,3\n", WIDE)
    assert one.reasons == [(1, "total_row")]
    assert f"found '{total}', a total" in one.outcome.rejected["sentence"][0]


def test_headquarters_is_no_total(read: Callable) -> None:
    one = read("count_2018.csv", "station,month,절도,폭력\n본청,201801,0,0\n", WIDE)
    assert set(one.rows["district"]) == {"desk"}


def test_every_crime_type_needs_one_of_its_columns(read: Callable) -> None:
    assert read("count_2018.csv", "station,month,절도,상해\n동부,201801,5,3\n", WIDE).rows.height == 2
    with pytest.raises(ExportRefused) as refused:
        read("count_2018.csv", "station,month,절도\n동부,201801,5\n", WIDE)
    assert refused.value.values["expected"] == "폭력, 상해"


def test_year_and_month_in_columns_of_their_own(read: Callable) -> None:
    layout = LONG.replace('formats = ["%Y년_%m월", "%Y%m"] }', 'formats = ["%m월"] }\nyear = { names = ["year"] }')
    one = read(
        "count_2018.csv", "station,year,month,type,n,c\n동부,2018,3월,절도,1,0\n동부,2018,13월,절도,1,0\n", layout
    )
    assert one.rows["month"].to_list() == [date(2018, 3, 1)]
    assert one.reasons == [(2, "impossible_date")]


def test_annual_counts_take_their_year_from_the_name_and_measures_from_rows(read: Callable) -> None:
    layout = (
        WIDE.replace('"crime_count"', '"crime_year"').replace(
            'month = { names = ["month"], formats = ["%Y년_%m월", "%Y%m"] }',
            'measure = { names = ["구분"], strip = "all" }',
        )
        + '[measures]\n"발생건수" = "incidents"\n"검거건수" = "cleared"\n'
    )
    text = "station,구분,절도,폭력\n동부,발생 건수,5,3\n동부,검거 건수,6,1\n동부,구 속,1,1\n"
    one = read("count_2016.csv", text, layout)
    assert [row[1:] for row in facts(one)] == [
        (2016, "east", "theft", 5, None),
        (2016, "east", "violence", 3, None),
        (2016, "east", "theft", None, 6),
        (2016, "east", "violence", None, 1),
    ]
    assert one.outcome.set_aside == {"other_measure": 1}
    assert one.rows["unit"].unique().to_list() == [date(2016, 1, 1)]
    assert tuple(one.rows.columns) == TABLES["raw_crime_year"].names[1:]
