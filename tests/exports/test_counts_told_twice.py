"""A count that stands twice in one file is one count, or the file is refused: it is never added to itself."""

import json
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.exports.test_counts import LONG, WIDE
from tests.exports.test_wide_tables import SHAPES
from transforms.exports import ExportRefused

HEAD = "station,month,type,n,c\n"
ROWS = "동부,201801,절도,10,7\n서부,201801,절도,3,1\n"
ANNUAL = (
    LONG.replace('"crime_count"', '"crime_year"')
    .replace('month = { names = ["month"], formats = ["%Y년_%m월", "%Y%m"] }', "")
    .replace("pattern", "# pattern").replace("[period]", '[period]\nsource = "content"')
    + 'year = { names = ["year"] }\n'
)  # fmt: skip


def standing(one: object) -> list[tuple]:
    """What counts in the end: the rows handed out without those that are superseded."""
    rows = one.rows  # type: ignore[attr-defined]
    rows = rows.filter(~rows["row_number"].is_in(one.outcome.superseded.implode()))  # type: ignore[attr-defined]
    return (
        rows.select("district", "crime_type", "incidents", "cleared")
        .sort("district", "crime_type", "incidents", "cleared", maintain_order=True)
        .rows()
    )


def refused(read: Callable, *args: object) -> ExportRefused:
    with pytest.raises(ExportRefused) as found:
        read(*args)
    assert found.value.sentence("ko") != found.value.sentence("en")
    return found.value


ONCE = [("east", "theft", 10, 7), ("west", "theft", 3, 1)]


@pytest.mark.parametrize(
    ("text", "again"),
    [
        (HEAD + ROWS + "동부,201801,절도,10,7\n", [1]),
        (HEAD + ROWS + HEAD + ROWS, [1, 2]),
        (HEAD + ROWS + "\n" + HEAD + ROWS + HEAD + ROWS, [1, 2, 5, 6]),
        (HEAD + ROWS + "동부서,2018년_1월,theft,10,7\n", [1]),
    ],
    ids=["a row repeated", "a month under a second header", "three exports", "in other words"],
)
def test_a_count_told_twice_is_counted_once_and_told(read: Callable, text: str, again: list[int]) -> None:
    one = read("count_2018.csv", text, LONG)
    assert standing(one) == ONCE
    assert one.outcome.superseded.to_list() == again
    assert one.outcome.rows_superseded == len(again)
    (note,) = [note for note in one.outcome.notes if note.code == "note_counts_twice"]
    assert f"{len(again)} rows say again" in note.sentence("en")
    assert note.values["listed"] == ", ".join(map(str, again))


def test_a_count_told_in_two_ways_refuses_the_file(read: Callable) -> None:
    said = refused(read, "count_2018.csv", HEAD + ROWS + HEAD + ROWS.replace("10,7", "12,7"), LONG)
    assert (said.code, said.values["row"], said.values["other"]) == ("count_twice", 1, 4)
    assert "rows 1 and 4: say differently how many theft east had in 2018-01-01 (10 and 12)" in said.sentence("en")


def test_clearances_told_in_two_ways_refuse_the_file_too(read: Callable) -> None:
    said = refused(read, "count_2018.csv", HEAD + ROWS + ROWS.replace("10,7", "10,8"), LONG)
    assert (said.code, said.values["found"], said.values["second"]) == ("count_twice", 7, 8)


def test_a_row_that_says_less_gives_way_to_the_one_that_says_more(read: Callable) -> None:
    for rows in ("동부,201801,절도,10,\n" + ROWS, ROWS + "동부,201801,절도,10,\n"):
        assert standing(read("count_2018.csv", HEAD + rows, LONG)) == ONCE


def test_offences_of_one_crime_type_are_parts_of_it_and_add_up(read: Callable) -> None:
    layout = LONG.replace('levels = ["station"]', 'levels = ["station"]\ncodes = "codes"')
    one = read("count_2018.csv", HEAD + ROWS + "동부,201801,104,10,7\n", layout)
    assert sum(n for d, t, n, _ in standing(one) if (d, t) == ("east", "theft")) == 20
    assert one.outcome.rows_superseded == 0


def test_unknown_districts_are_told_apart_by_their_texts(read: Callable) -> None:
    one = read(
        "count_2018.csv", HEAD + ROWS + "남부,201801,절도,5,0\n북부,201801,절도,5,0\n남부,201801,절도,5,0\n", LONG
    )
    assert standing(one)[1:3] == [("unknown-hana", "theft", 5, 0)] * 2
    assert one.outcome.superseded.to_list() == [3]


SEXES = "station,month,type,n,c,sex\n동부,201801,절도,10,7,M\n동부,201801,절도,10,7,F\n"


def test_rows_that_differ_in_a_column_nobody_reads_stay_parts_of_a_sum_and_are_told(read: Callable) -> None:
    """A table by sex: ten men and ten women are not ten."""
    one = read("count_2018.csv", SEXES, LONG)
    assert standing(one) == [("east", "theft", 10, 7)] * 2
    assert "note_counts_parts" in {note.code for note in one.outcome.notes}
    assert refused(read, "count_2018.csv", SEXES + "동부,201801,절도,9,7,F\n", LONG).code == "count_twice"


def test_two_blocks_that_differ_in_a_column_nobody_reads_refuse_the_file(read: Callable) -> None:
    """Rows numbered on through both tables: the same months again, or another part of them?"""
    assert refused(read, "count_2018.csv", SEXES + SEXES.replace(",M", ",X"), LONG).code == "count_twice_alike"
    assert standing(read("count_2018.csv", SEXES + SEXES, LONG)) == [("east", "theft", 10, 7)] * 2


def test_a_column_of_the_key_tells_parts_apart(read: Callable) -> None:
    told = LONG.replace("[period]", 'key = ["filter_sex"]\n[period]') + 'filter_sex = { names = ["sex"] }\n'
    one = read("count_2018.csv", SEXES + "동부,201801,절도,10,7,F\n", told)
    assert standing(one) == [("east", "theft", 10, 7)] * 2
    assert one.outcome.superseded.to_list() == [2]
    assert {note.code for note in one.outcome.notes} == {"note_counts_twice"}
    assert refused(read, "count_2018.csv", SEXES + "동부,201801,절도,11,7,F\n", told).code == "count_twice"


def test_copies_are_copies_in_the_columns_nobody_reads_too(read: Callable) -> None:
    text = "station,month,type,n,c,no\n동부,201801,절도,10,7,1\n서부,201801,절도,3,1,2\n"
    assert standing(read("count_2018.csv", text * 2, LONG)) == ONCE


@pytest.mark.parametrize("shape", ["numbered months", "months"])
def test_wide_tables_put_below_each_other(read: Callable, shape: str) -> None:
    heads = "1월,2월,11월" if shape == "numbered months" else "202301,202302,202311"
    block = f"station,type,measure,{heads}\n동부,theft,발생,10,7,-\n동부,theft,검거,5,6,-\n서부,theft,발생,1,2,3\n"
    one = read("count_2023.csv", block + block, SHAPES[shape])
    assert one.outcome.superseded.to_list() == [1, 2, 3]
    later = block.replace("10,7,-", "10,7,8").replace("5,6,-", "5,6,1")
    for text in (block + later, later + block):
        one = read("count_2023.csv", text, SHAPES[shape])
        kept = one.rows.filter(~one.rows["row_number"].is_in(one.outcome.superseded.implode()))
        assert (kept["incidents"].sum(), kept["cleared"].sum()) == (10 + 7 + 8 + 1 + 2 + 3, 5 + 6 + 1)
    assert refused(read, "count_2023.csv", block + block.replace("10,7", "10,9"), SHAPES[shape]).code == "count_twice"


def test_types_side_by_side_with_two_columns_of_one_type(read: Callable) -> None:
    text = "station,month,폭력,절도,상해\n동부,201801,5,3,5\n"
    one = read("count_2018.csv", text + text, WIDE)
    assert standing(one) == [("east", "theft", 3, None), ("east", "violence", 10, None)]
    assert refused(read, "count_2018.csv", text + text.replace("5,3", "4,3"), WIDE).code == "count_twice"


def test_a_header_of_other_months_is_no_row_of_counts(read: Callable) -> None:
    """Half a year below the other: 202307 would be read as so many crimes of a station nobody knows."""
    block = "station,type,measure,{}\n동부,theft,발생,10,7\n서부,theft,발생,1,2\n"
    text = block.format("202301,202302") + block.format("202307,202308")
    assert refused(read, "count_2023.csv", text, SHAPES["months"]).code == "other_header"


def test_a_header_of_other_months_is_none_either_where_headers_are_compared_loosely(read: Callable) -> None:
    layout = SHAPES["months"].replace('format = "csv"', 'format = "csv"\nheader_match = "loose"').split("[wide]")[0]
    layout += "[wide]\npattern = '(?P<month_name>[A-Z][a-z]{2}) (?P<year>\\d{4})'\n"
    block = "station,type,measure,{}\n동부,theft,발생,10,7\n서부,theft,발생,1,2\n"
    text = block.format("Jan 2023,Feb 2023") + block.format("Jul 2023,Aug 2023")
    assert refused(read, "count_2023.csv", text, layout).code == "other_header"


def test_annual_tables(read: Callable) -> None:
    text = "station,year,type,n,c\n동부,2018,절도,10,7\n서부,2018,절도,3,1\n"
    assert standing(read("count_x.csv", text + text, ANNUAL)) == ONCE
    assert refused(read, "count_x.csv", text + text.replace("10,7", "1,7"), ANNUAL).code == "count_twice"


def test_json_records(read: Callable) -> None:
    layout = LONG.replace('"csv"', '"json"').replace(".csv", ".json")
    records = [
        {"station": "동부", "month": "201801", "type": "절도", "n": 10, "c": 7},
        {"station": "서부", "month": "201801", "type": "절도", "n": 3, "c": 1},
    ]
    one = read("count_2018.json", json.dumps(records * 2), layout)
    assert standing(one) == ONCE
    assert one.outcome.superseded.to_list() == [1, 2]
    other = [*records, {**records[0], "n": 11}]
    assert refused(read, "count_2018.json", json.dumps(other), layout).code == "count_twice"
    apart = [{**records[0], "sex": "M"}, {"sex": "F", **records[0]}]
    assert read("count_2018.json", json.dumps(apart), layout).outcome.rows_superseded == 0


def test_a_blank_station_takes_nothing_from_the_table_above(read: Callable) -> None:
    layout = LONG.replace('{ names = ["station"] }', '{ names = ["station"], fill_down = true }')
    text = HEAD + "동부,201801,절도,10,7\n,201802,절도,4,2\n" + HEAD + ",201803,절도,9,9\n서부,201801,절도,3,1\n"
    one = read("count_2018.csv", text, layout)
    assert one.reasons == [(4, "missing_value")]


COUNTS = st.dictionaries(
    st.tuples(st.sampled_from(["동부", "서부", "본청"]), st.sampled_from(["절도", "폭력"]), st.integers(1, 12)),
    st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=20,
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=COUNTS, data=st.data())
def test_whatever_stands_again_counts_once(read: Callable, table: dict, data: st.DataObject) -> None:
    lines = [f"{s},2018{m:02},{t},{n},{c}\n" for (s, t, m), (n, c) in table.items()]
    extra = data.draw(st.lists(st.sampled_from([*lines, HEAD]), max_size=30))
    text = HEAD + "".join(data.draw(st.permutations([*lines, *extra])))
    once = read("count_2018.csv", HEAD + "".join(lines), LONG)
    again = read("count_2018.csv", text, LONG)
    assert standing(again) == standing(once)
    assert again.outcome.rows_superseded == sum(line != HEAD for line in extra)
