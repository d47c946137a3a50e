"""JSON as interfaces hand it out: any keys in any record, records within objects, values within values, pages."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expectations.agency import Agency
from tests.exports.conftest import Read, read_all
from transforms.exports import ExportFile, ExportRefused

NAME = "inc_202403.json"
LAYOUT = """
name = "incidents"
kind = "crime"
title = "발생"
title_en = "Crimes"
files = ["inc_*.json"]
format = "json"
counted_by = "occurred"
levels = ["station"]
codes = "codes"
# more
[columns]
station = { names = ["district"] }
offence_code = { names = ["code"] }
occurred_at = { names = ["date"], formats = ["%Y-%m-%dT%H:%M:%S"] }
cleared = { names = ["arrest"], required = false, values = { "true" = "1", "false" = "0" } }
[period]
covers = "month"
pattern = 'inc_(?P<year>\\d{4})(?P<month>\\d\\d)'
"""
FIRST = {"district": "동부", "code": "104", "date": "2024-03-01T10:00:00.000", "arrest": True}
SECOND = {"district": "서부", "code": "201", "date": "2024-03-02T10:00:00.000", "arrest": False}


def within(records: str, **names: str) -> str:
    """The layout with a place of its records, and other names of columns."""
    text = LAYOUT.replace("# more", f'records = "{records}"' if records else "")
    for old, new in names.items():
        text = text.replace(f'["{old}"]', f'["{new}"]')
    return text


@pytest.fixture
def refusal(read: Callable[..., Read]) -> Callable[..., ExportRefused]:
    """Read values that must be refused, and whose sentence can be made in both languages."""

    def run(value: Any, layout: str = LAYOUT) -> ExportRefused:
        with pytest.raises(ExportRefused) as refused:
            read(NAME, value if isinstance(value, str) else json.dumps(value), layout)
        for lang in ("ko", "en"):
            assert NAME in refused.value.sentence(lang)
        return refused.value

    return run


def districts(done: Read) -> list[str]:
    return done.rows["district"].to_list()


# --- where the records lie --------------------------------------------------------------------------------------------


def test_features_of_a_map(read: Callable) -> None:
    features = [{"type": "Feature", "properties": record, "geometry": None} for record in (FIRST, SECOND)]
    layout = within(
        "features",
        district="properties.district",
        code="properties.code",
        date="properties.date",
        arrest="properties.arrest",
    )
    done = read(NAME, json.dumps({"type": "FeatureCollection", "features": features}), layout)
    assert districts(done) == ["east", "west"]
    assert done.rows["cleared"].to_list() == [1, 0]
    assert done.outcome.extra_columns == ("type", "geometry")


def test_names_within_objects(read: Callable) -> None:
    records = [record | {"district": {"name": record["district"]}} for record in (FIRST, SECOND)]
    assert districts(read(NAME, json.dumps(records), within("", district="district.name"))) == ["east", "west"]


def test_records_beside_a_total(read: Callable) -> None:
    wrapped = {"page": 1, "perPage": 10, "totalCount": 2, "currentCount": 2, "data": [FIRST, SECOND]}
    assert districts(read(NAME, json.dumps(wrapped), within("data"))) == ["east", "west"]
    assert districts(read(NAME, json.dumps(wrapped, indent=1), within("data"))) == ["east", "west"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("result.rows", {"result": {"rows": [FIRST, SECOND]}}),
        ("result.0.rows", {"result": [{"rows": [FIRST, SECOND]}]}),
        ("a.b", {"a.b": [FIRST, SECOND], "a": {"b": [FIRST]}}),
        ("items", [{"items": [FIRST]}, {"items": [SECOND]}]),
        ("1", [[], [FIRST, SECOND]]),
    ],
)
def test_paths(read: Callable, path: str, value: Any) -> None:
    assert districts(read(NAME, json.dumps(value), within(path))) == ["east", "west"]


def test_one_page_a_line(read: Callable) -> None:
    pages = [{"total": 2, "data": [FIRST]}, {"total": 2, "data": [SECOND]}]
    assert districts(read(NAME, "\n".join(map(json.dumps, pages)), within("data"))) == ["east", "west"]


def test_a_list_left_out_where_there_is_but_one(read: Callable) -> None:
    value = {"body": {"items": {"item": FIRST}, "totalCount": 1}}
    assert districts(read(NAME, json.dumps(value), within("body.items.item"))) == ["east"]


@pytest.mark.parametrize("value", [{"data": [FIRST]}, {"meta": {"n": 1}, "data": [FIRST]}, [{"data": [FIRST]}]])
def test_a_refusal_names_where_the_records_lie(refusal: Callable, value: Any) -> None:
    refused = refusal(value)
    assert refused.code == "records_elsewhere"
    assert 'records = "data"' in refused.sentence("en")
    assert "header" not in refused.sentence("en")


def test_a_total_above_its_rows_is_not_taken_for_the_record(refusal: Callable) -> None:
    assert refusal(FIRST | {"rows": [FIRST, SECOND]}).code == "records_elsewhere"


def test_a_path_that_leads_nowhere(refusal: Callable) -> None:
    assert refusal({"rows": [FIRST]}, within("data")).values["candidates"] == 'records = "rows"'
    assert refusal({"error": {"message": "key"}}, within("data")).code == "no_records"
    assert refusal({"data": []}, within("data")).code == "no_rows"
    assert refusal([{"name": "동부"}]).code == "no_known_key"


# --- one page of several ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "beside",
    [
        {"totalCount": 3}, {"total": "3"}, {"numberMatched": 3}, {"list_total_count": 3}, {"meta": {"total_count": 3}},
        {"next": "page=2"}, {"hasMore": True}, {"exceededTransferLimit": True}, {"totalPages": 2},
        {"links": [{"rel": "self"}, {"rel": "next", "href": "…"}]}, {"@odata.nextLink": "…"},
        {"total": {"value": 3}}, {"_links": {"next": {"href": "…"}}}, {"pageInfo": {"hasNextPage": True}},
    ],
)  # fmt: skip
def test_one_page_of_several_is_refused_unless_the_layout_allows_it(
    refusal: Callable, read: Callable, beside: dict[str, Any]
) -> None:
    page = beside | {"data": [FIRST, SECOND]}
    assert refusal(page, within("data")).code == "json_page"
    done = read(NAME, json.dumps(page), within("data").replace("[columns]", "paged = true\n[columns]"))
    assert [note.code for note in done.outcome.notes] == ["note_json_page"]


@pytest.mark.parametrize(
    "beside", [{"totalCount": 2, "totalPages": 2}, {"next": None}, {"pages": 1}, {"hasMore": False}, {"page": 1}]
)
def test_a_whole_file_is_no_page(read: Callable, beside: dict[str, Any]) -> None:
    done = read(NAME, json.dumps(beside | {"data": [FIRST, SECOND]}), within("data"))
    assert not done.outcome.notes


# --- keys -------------------------------------------------------------------------------------------------------------


def test_a_key_the_first_record_lacks_is_not_lost(read: Callable) -> None:
    first = {key: value for key, value in FIRST.items() if key != "arrest"}
    done = read(NAME, json.dumps([first, SECOND, FIRST]), LAYOUT)
    assert done.rows["cleared"].to_list() == [None, 0, 1]


def test_a_key_no_record_has(refusal: Callable, read: Callable) -> None:
    records = [{key: value for key, value in FIRST.items() if key != "district"}] * 3
    refused = refusal(records)
    assert (refused.code, refused.values["column"]) == ("missing_column", "station")


def test_a_key_one_record_lacks(read: Callable) -> None:
    done = read(NAME, json.dumps([FIRST, {"code": "104", "date": FIRST["date"]}, SECOND]), LAYOUT)
    assert done.reasons == [(2, "missing_key")]
    assert "column 'district': the record lacks a key" in done.outcome.rejected["sentence"][0]


def test_a_key_under_another_of_its_names(read: Callable, refusal: Callable) -> None:
    layout = LAYOUT.replace('["district"]', '["district", "station"]')
    other = {key: value for key, value in SECOND.items() if key != "district"} | {"station": "서부"}
    assert districts(read(NAME, json.dumps([FIRST, other]), layout)) == ["east", "west"]
    assert refusal([FIRST, SECOND | {"station": "동부"}], layout).code == "ambiguous_column"


def test_a_key_that_holds_a_dot_goes_before_a_path(read: Callable) -> None:
    record = FIRST | {"district.name": "서부", "district": {"name": "동부"}}
    assert districts(read(NAME, json.dumps([record]), within("", district="district.name"))) == ["west"]


def test_a_key_given_twice(read: Callable) -> None:
    twice = json.dumps(SECOND)[:-1] + ', "district": "동부"}'
    same = json.dumps(SECOND)[:-1] + ', "district": "서부"}'
    done = read(NAME, f"[{json.dumps(FIRST)}, {twice}, {same}]", LAYOUT)
    assert done.reasons == [(2, "double_key")]
    assert districts(done) == ["east", "west"]


@pytest.mark.parametrize(("value", "path"), [({"name": "동부"}, "district.name"), (["동부"], "district.0")])
def test_an_object_where_a_text_belongs_names_the_path(read: Callable, value: Any, path: str) -> None:
    done = read(NAME, json.dumps([FIRST, SECOND | {"district": value}]), LAYOUT)
    assert done.reasons == [(2, "nested_value")]
    assert f'"{path}"' in done.outcome.rejected["sentence"][0]


def test_nothing_within_nothing(read: Callable) -> None:
    layout = within("", arrest="outcome.arrest")
    done = read(NAME, json.dumps([FIRST | {"outcome": {"arrest": True}}, SECOND | {"outcome": None}, FIRST]), layout)
    assert done.rows["cleared"].to_list() == [1, None, None]


records_of_a_file = st.lists(
    st.builds(
        lambda record, kept: {key: record[key] for key in kept},
        st.sampled_from([FIRST, SECOND]),
        st.permutations(list(FIRST)).flatmap(lambda keys: st.integers(0, 4).map(lambda n: keys[: 4 - n // 2])),
    ),
    min_size=1,
    max_size=8,
)


@pytest.fixture
def told(hana: Callable[..., Agency], file: Callable[..., ExportFile]) -> Callable[[str, str], Read | ExportRefused]:
    """Read a text by a layout; what it was refused for where it was."""

    def run(text: str, layout: str) -> Read | ExportRefused:
        try:
            return read_all(file(NAME, text), hana(layout))
        except ExportRefused as refused:
            return refused

    return run


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=records_of_a_file, form=st.sampled_from(["array", "lines", "object"]))
def test_any_keys_in_any_record_in_any_order(told: Callable, records: list[dict[str, Any]], form: str) -> None:
    """A record with every needed key is a fact, whatever the others lack; one without is told."""
    text = {
        "array": json.dumps(records),
        "lines": "\n".join(map(json.dumps, records)),
        "object": json.dumps({"data": records}),
    }[form]
    done = told(text, within("data" if form == "object" else ""))
    whole = [record for record in records if {"district", "code", "date"} <= set(record)]
    if isinstance(done, ExportRefused):
        assert not whole
        assert done.code in ("missing_column", "no_row_accepted", "no_known_key")
        return
    names = {"동부": "east", "서부": "west"}
    assert districts(done) == [names[record["district"]] for record in whole]
    cleared = [{True: 1, False: 0}.get(record.get("arrest")) for record in whole]
    assert done.rows["cleared"].to_list() == cleared
    assert done.outcome.rows_rejected == len(records) - len(whole)


def test_keys_that_fit_a_pattern_are_columns_that_some_records_lack(read: Callable) -> None:
    layout = """
name = "count"
kind = "crime_count"
title = "월별"
title_en = "Monthly"
files = ["count_*.json"]
format = "json"
levels = ["station"]
[period]
covers = "year"
pattern = '_(?P<year>\\d{4})'
[columns]
station = { names = ["place.station"] }
crime_type = { names = ["type"] }
[wide]
pattern = '(?P<year>\\d{4})-(?P<month>\\d\\d)'
"""
    east = {"place": {"station": "동부"}, "type": "theft", "2024-01": 3}
    west = {"place": {"station": "서부"}, "type": "theft", "2024-01": 4, "2024-02": 5, "note": "x"}
    one = read("count_2024.json", json.dumps([east, west]), layout)
    assert one.rows.sort("month", "district").select("month", "district", "incidents").rows() == [
        (date(2024, 1, 1), "east", 3),
        (date(2024, 1, 1), "west", 4),
        (date(2024, 2, 1), "east", None),
        (date(2024, 2, 1), "west", 5),
    ]
    assert one.outcome.extra_columns == ("note",)
    with pytest.raises(ExportRefused, match="no column for 'wide'"):
        read("count_2024.json", json.dumps([{"place": {"station": "동부"}, "type": "theft"}]), layout)
