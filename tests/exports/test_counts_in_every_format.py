"""Tables of counts in JSON and beside footers, repeated headers, cells with errors and layouts that end."""

import json
from collections.abc import Callable

import pytest

from expectations.agency import AgencyError
from transforms.exports import ExportRefused

HEAD = """
name = "count"
kind = "crime_count"
title = "월별"
title_en = "Monthly"
files = ["count_*"]
format = "{format}"
nulls = ["", "-"]
levels = ["station"]
codes = "codes"
{more}
[period]
{period}
[columns]
station = {{ names = ["station"], fill_down = {fill} }}
"""
BY_NAME = "covers = \"year\"\npattern = '_(?P<year>\\d{4})'"
BY_CONTENT = 'covers = "month"\nsource = "content"'
LONG = (
    'crime_type = { names = ["type"] }\nmonth = { names = ["month"] }\n'
    'incidents = { names = ["n"], required = false }\n'
)
MONTHS = "crime_type = { names = [\"type\"] }\n[wide]\npattern = '(?P<year>\\d{4})(?P<month>\\d\\d)'\n"


def layout(columns: str, *, form: str = "csv", more: str = "", period: str = BY_NAME, fill: str = "false") -> str:
    return HEAD.format(format=form, more=more, period=period, fill=fill) + columns


def facts(one: object) -> list[tuple]:
    rows = one.rows.sort("month", "district", "crime_type")  # type: ignore[attr-defined]
    return [(f"{m:%Y-%m}", *rest) for m, *rest in rows.select("month", "district", "crime_type", "incidents").rows()]


def test_json_whose_keys_are_months(read: Callable) -> None:
    keys = "".join(f'"2023{n:02}" = {{ month = "2023-{n:02}" }}\n' for n in (1, 2, 3))
    columns = f'crime_type = {{ names = ["type"] }}\n[wide.columns]\n{keys}'
    records = [{"station": "동부", "type": "절도", "202301": 3, "202302": None}, {"station": "서부", "type": "절도"}]
    records[1] |= {"202301": 1, "202303": 4}
    one = read("count_2023.json", json.dumps(records), layout(columns, form="json"))
    assert facts(one) == [
        ("2023-01", "east", "theft", 3),
        ("2023-01", "west", "theft", 1),
        ("2023-03", "east", "theft", None),
        ("2023-03", "west", "theft", 4),
    ]
    assert one.outcome.extra_columns == ()


def test_json_without_a_count_is_refused_though_the_layout_does_not_need_it(read: Callable) -> None:
    records = [{"station": "동부", "type": "절도", "month": "2023-01", "number": 3}]
    with pytest.raises(ExportRefused) as refused:
        read("count_2023.json", json.dumps(records), layout(LONG, form="json"))
    assert (refused.value.code, refused.value.values["column"]) == ("missing_column", "incidents")


def test_json_without_a_column_that_is_listed_is_refused(read: Callable) -> None:
    columns = 'month = { names = ["month"] }\n[wide.columns]\n"절도" = "theft"\n"폭력" = "violence"\n'
    records = [{"station": "동부", "month": "2023-01", "절도": 3}]
    with pytest.raises(ExportRefused) as refused:
        read("count_2023.json", json.dumps(records), layout(columns, form="json"))
    assert refused.value.values["column"] == "violence"


def test_types_as_columns_without_a_month_are_refused_with_the_folder(read: Callable) -> None:
    with pytest.raises(AgencyError, match="does not say a month"):
        read(
            "count_2023.csv", "station,절도\n동부,1\n", layout('[wide.columns]\n"절도" = "theft"\n', period=BY_CONTENT)
        )


def test_a_footer_of_another_width_does_not_hide_the_rule_for_the_others(read: Callable) -> None:
    more = '[[set_aside]]\nreason = "remark"\nline_prefixes = ["※"]\n'
    text = "station,type,month,n\n동부,절도,2023-01,3\n※ 잠정,,,\n※ 자료: 통계\n서부,절도,2023-01\n"
    one = read("count_2023.csv", text, layout(LONG, more=more))
    assert one.outcome.set_aside == {"remark": 2}
    assert [reason for _, reason in one.reasons] == ["field_count"]


@pytest.mark.parametrize(
    ("between", "theft"),
    # The last is a row of the same count that cannot be read: what the first one says may not be all, so it is unknown.
    [("station,type,month,n", [3]), ("※ 잠정,,,", [3]), ("비고 1,,,", [3]), ("동부,절도", [])],
)
def test_nothing_takes_the_name_of_a_header_or_a_remark_between(read: Callable, between: str, theft: list[int]) -> None:
    more = '[[set_aside]]\nreason = "remark"\nline_prefixes = ["※"]\n'
    more += '[[set_aside]]\nreason = "note"\ncolumn = "station"\ndrop_prefixes = ["비고"]\n'
    text = (
        f"station,type,month,n\n동부,절도,2023-01,3\n,폭력,2023-01,4\n{between}\n,절도,2023-01,9\n서부,절도,2023-01,1\n"
    )
    one = read("count_2023.csv", text, layout(LONG, more=more, fill="true"))
    told = [(district, n) for _, district, _, n in facts(one) if n is not None]
    assert told == [*(("east", n) for n in theft), ("east", 4), ("west", 1)]
    assert "missing_value" in [reason for _, reason in one.reasons]
    assert one.outcome.unknown_districts == {}


@pytest.mark.parametrize("error", ["#N/A", "#REF!"])
def test_an_error_leaves_the_cell_unknown_and_not_zero(read: Callable, error: str) -> None:
    text = f"station,type,month,n\n동부,절도,2023-01,{error}\n동부,폭력,2023-01,4\n"
    one = read("count_2023.csv", text, layout(LONG))
    assert facts(one) == [("2023-01", "east", "theft", None), ("2023-01", "east", "violence", 4)]
    assert [reason for _, reason in one.reasons] == ["error_cell"]


def test_a_station_that_is_an_error_leaves_the_whole_unknown(read: Callable) -> None:
    text = "station,type,month,n\n#REF!,절도,2023-01,9\n동부,절도,2023-01,4\n"
    one = read("count_2023.csv", text, layout(LONG))
    assert facts(one) == [("2023-01", "east", "theft", 4), ("2023-01", "unknown-hana", "theft", None)]


def test_months_as_columns_lie_within_the_layouts_validity(read: Callable) -> None:
    more = "valid_from = 2023-02-01\nvalid_to = 2023-02-28\n"
    text = "station,type,202301,202302,202303\n동부,절도,1,2,3\n서부,절도,4,5,6\n"
    one = read("count_x.csv", text, layout(MONTHS, more=more, period=BY_CONTENT))
    assert facts(one) == [("2023-02", "east", "theft", 2), ("2023-02", "west", "theft", 5)]
    assert [note.code for note in one.outcome.notes] == ["note_columns_outside"]
