"""Totals in every language and by arithmetic, merged cells, blanks, and what a table leaves out."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from expectations.agency import Agency
from transforms.exports import ExportRefused
from transforms.exports.cells.totals import is_total, total_words

HEAD = """
name = "count"
kind = "crime_count"
title = "월별"
title_en = "Monthly"
files = ["count_*.csv"]
format = "csv"
nulls = ["", "-"]
levels = ["station"]
codes = "codes"
{more}
[period]
covers = "month"
pattern = '_(?P<year>\\d{{4}})(?P<month>\\d\\d)'
[columns]
"""
BARE = HEAD.format(more="")
WIDE = BARE + 'station = { names = ["station"] }\n[wide.columns]\n"절도" = "theft"\n"폭력" = "violence"\n'
LONG = BARE + 'station = { names = ["station"] }\ncrime_type = { names = ["type"] }\nincidents = { names = ["n"] }\n'
FILLED = LONG.replace('names = ["station"]', 'names = ["station"], fill_down = true')
TOTALS = [
    "총합계", "합계", "합  계(건)", "계", "소계", "누계", "총계", "전국", "전체", "[합계]", "합계1)", "※ 합계",
    "5대범죄 합계", "TOTAL:", "TOTAL*", "Total geral", "Total général", "Ｔｏｔａｌ", "Gesamt", "Insgesamt",
    "Summe", "Totale", "合計", "総数", "总计", "小計", "Citywide", "All districts", "Grand total", "Sub-Total",
    "sum", "City Total", "Total do Estado", "하나경찰청 합계", "동부서 계", "TOTAL (all stations)", "Toplam",
    "Итого", "Razem", "รวมทั้งสิ้น", "Σ", "∑", "시 계", "한빛청 계",
]  # fmt: skip


def facts(one: object) -> list[tuple]:
    return one.rows.sort("row_number", "crime_type").select("district", "crime_type", "incidents").rows()  # type: ignore[attr-defined]


@pytest.mark.parametrize("word", TOTALS)
def test_a_total_is_rejected_as_one_however_it_is_spelled(read: Callable, word: str) -> None:
    one = read("count_202403.csv", f"station,절도,폭력\n동부,10,7\n서부,3,1\n{word},13,9\n", WIDE)
    assert one.reasons == [(3, "total_row")]
    assert facts(one) == [("east", "theft", 10), ("east", "violence", 7), ("west", "theft", 3), ("west", "violence", 1)]
    assert (one.outcome.unknown_districts, one.outcome.notes) == ({}, ())


@pytest.mark.parametrize("word", ["합계", "총계", "Total", "전체", "計"])
def test_a_total_of_the_crime_types_is_no_unknown_type(read: Callable, word: str) -> None:
    one = read("count_202403.csv", f"station,type,n\n동부,절도,10\n동부,폭력,7\n동부,{word},17\n", LONG)
    assert one.reasons == [(3, "total_row")]
    assert "found '" + word in one.outcome.rejected["sentence"][0]
    assert (one.outcome.unknown_codes, one.rows.height) == ({}, 2)


@pytest.mark.parametrize("name", ["Total Petroleum", "수사계", "전체동", "Alltown", "Summerville", "계림동", "합정"])
def test_other_names_are_no_totals(name: str) -> None:
    assert total_words(pytest.importorskip("polars").Series([name])).is_empty()
    assert is_total(name) is (name == "Total Petroleum")  # among counts a district of that name would be odd


def test_a_row_that_is_the_sum_of_the_others_is_a_total_whatever_its_name(read: Callable) -> None:
    for name in ("청 관내", "", "-"):
        one = read("count_202403.csv", f"station,절도,폭력\n동부,10,7\n서부,3,1\n{name},13,8\n", WIDE)
        assert one.reasons == [(3, "total_row")]
        assert one.outcome.unknown_districts == {}
    long = "station,type,n\n동부,절도,10\n서부,절도,3\n관내,절도,13\n동부,폭력,7\n서부,폭력,1\n관내,폭력,8\n"
    assert read("count_202403.csv", long, LONG).reasons == [(3, "total_row"), (6, "total_row")]


def test_a_known_district_or_a_coincidence_is_no_total(read: Callable) -> None:
    one = read("count_202403.csv", "station,절도,폭력\n동부,10,7\n서부,3,1\n본청,13,8\n", WIDE)
    assert (one.reasons, one.rows.height) == ([], 6)
    one = read("count_202403.csv", "station,type,n\n동부,절도,1\n서부,절도,0\n남부,절도,1\n", LONG)
    assert (one.reasons, one.outcome.unknown_districts) == ([], {"남부": 1})
    one = read("count_202403.csv", "station,절도,폭력\n동부,10,7\n서부,3,1\n남부,13,9\n", WIDE)
    assert (one.reasons, one.outcome.unknown_districts) == ([], {"남부": 1})


@pytest.mark.slow
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    counts=st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900)), min_size=3, max_size=3),
    word=st.sampled_from([*TOTALS, "관내", ""]),
    place=st.integers(0, 3),
    long=st.booleans(),
)
def test_totals_anywhere_never_change_the_counts(
    read: Callable, counts: list[tuple[int, int]], word: str, place: int, long: bool
) -> None:
    names = ["동부", "서부", "본청"]
    sums = (sum(c[0] for c in counts), sum(c[1] for c in counts))
    assume(word not in ("관내",) or all(sum(n > 0 for n in column) > 1 for column in zip(*counts, strict=True)))
    rows = list(zip(names, counts, strict=True))
    with_total = [*rows[:place], (word, sums), *rows[place:]]

    def told(table: list[tuple[str, tuple[int, int]]]) -> dict[tuple[str, str], int]:
        if long:
            lines = [
                f"{name},{kind},{n}\n" for name, pair in table for kind, n in zip(("절도", "폭력"), pair, strict=True)
            ]
            one = read("count_202403.csv", "station,type,n\n" + "".join(lines), LONG)
        else:
            one = read(
                "count_202403.csv", "station,절도,폭력\n" + "".join(f"{n},{a},{b}\n" for n, (a, b) in table), WIDE
            )
        return {(d, t): n for d, t, n in facts(one) if n is not None}

    assert told(with_total) == told(rows)


@pytest.mark.slow
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    counts=st.lists(st.tuples(st.integers(1, 900), st.integers(1, 900)), min_size=3, max_size=3),
    words=st.permutations(["강북권", "남측", "Region 3"]),
    is_first=st.booleans(),
    long=st.booleans(),
    whole=st.sampled_from([None, "도 전체 관내"]),
)
def test_subtotals_of_regions_never_change_the_counts(
    read: Callable, counts: list[tuple[int, int]], words: list[str], is_first: bool, long: bool, whole: str | None
) -> None:
    """Two stations of one region and one of another, each region's sum before or behind its stations."""
    east, west, head = zip(["동부", "서부", "본청"], counts, strict=True)
    table = []
    for word, region in zip(words, ([east, west], [head]), strict=False):
        total = (word, tuple(map(sum, zip(*(pair for _, pair in region), strict=True))))
        table += [total, *region] if is_first else [*region, total]
    if whole:
        table.append((whole, tuple(map(sum, zip(*counts, strict=True)))))
    if long:
        lines = [f"{name},{kind},{pair[n]}" for n, kind in enumerate(("절도", "폭력")) for name, pair in table]
        one = read("count_202403.csv", "\n".join(["station,type,n", *lines, ""]), LONG)
    else:
        one = read(
            "count_202403.csv", "\n".join(["station,절도,폭력", *(f"{n},{a},{b}" for n, (a, b) in table), ""]), WIDE
        )
    assert sorted(n for *_, n in facts(one)) == sorted(n for pair in counts for n in pair)
    assert one.outcome.unknown_districts == {}


@pytest.mark.slow
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    counts=st.lists(st.integers(1, 900), min_size=4, max_size=4), holes=st.sets(st.integers(0, 3)), long=st.booleans(),
    bad=st.booleans(),
)  # fmt: skip
def test_a_null_anywhere_never_becomes_zero_and_takes_nothing_with_it(
    read: Callable, counts: list[int], holes: set[int], long: bool, bad: bool
) -> None:
    assume(len(holes) < 4)
    cells = [("동부", "절도"), ("동부", "폭력"), ("서부", "절도"), ("서부", "폭력")]
    codes = {"동부": "east", "서부": "west", "절도": "theft", "폭력": "violence"}
    shown = [("x" if bad and long else "-") if n in holes else str(count) for n, count in enumerate(counts)]
    if long:
        text = "station,type,n\n" + "".join(f"{d},{t},{n}\n" for (d, t), n in zip(cells, shown, strict=True))
        one = read("count_202403.csv", text, LONG)
    else:
        one = read(
            "count_202403.csv", f"station,절도,폭력\n동부,{shown[0]},{shown[1]}\n서부,{shown[2]},{shown[3]}\n", WIDE
        )
    expected = {(codes[d], codes[t]): None if n in holes else counts[n] for n, (d, t) in enumerate(cells)}
    assert {(d, t): n for d, t, n in facts(one)} == expected


def test_a_column_that_is_missing_refuses_the_file_even_if_it_is_not_required(read: Callable) -> None:
    layout = LONG.replace('incidents = { names = ["n"] }', 'incidents = { names = ["n"], required = false }')
    assert facts(read("count_202402.csv", "station,type,n\n동부,절도,10\n", layout)) == [("east", "theft", 10)]
    with pytest.raises(ExportRefused) as refused:
        read("count_202403.csv", "station,type,발생건수\n동부,절도,10\n", layout)
    assert (refused.value.code, refused.value.values["column"]) == ("missing_column", "incidents")


def test_merged_cells_are_filled_down(read: Callable) -> None:
    text = "station,type,n\n동부서,절도,10\n,폭력,7\n서부,절도,3\n,폭력,1\n"
    one = read("count_202403.csv", text, FILLED)
    assert facts(one) == [("east", "theft", 10), ("east", "violence", 7), ("west", "theft", 3), ("west", "violence", 1)]
    assert (one.reasons, one.outcome.notes) == ([], ())


def test_nothing_takes_the_name_of_a_total_or_of_a_row_that_was_not_read(read: Callable) -> None:
    text = "station,type,n\n동부,절도,10\n,폭력,7\n합계,절도,10\n,폭력,7\n서부,절도,1,1\n,폭력,5\n"
    text += "서부,절도,3\n-,폭력,1\n,폭력,2\n"
    one = read("count_202403.csv", text, FILLED)
    assert one.reasons == [
        (3, "total_row"),
        (4, "missing_value"),
        (5, "field_count"),
        (6, "missing_value"),
        (8, "missing_value"),
        (9, "missing_value"),
    ]
    known = [fact for fact in facts(one) if fact[2] is not None]
    # The line that was not read is of the west's thefts: what else is counted there is less than all of them.
    assert known == [("east", "theft", 10), ("east", "violence", 7)]


def test_a_total_without_a_name_below_merged_cells_is_none_of_the_last_station(read: Callable) -> None:
    text = "station,type,n\n동부,절도,10\n,폭력,7\n서부,절도,3\n,폭력,1\n,절도,13\n,폭력,8\n"
    assert read("count_202403.csv", text, FILLED).reasons == [(5, "total_row"), (6, "total_row")]
    wide = WIDE.replace('names = ["station"]', 'names = ["station"], fill_down = true')
    one = read("count_202403.csv", "station,절도,폭력\n동부,10,7\n서부,3,1\n,13,8\n", wide)
    assert one.reasons == [(3, "total_row")]


def test_two_columns_of_merged_cells(read: Callable) -> None:
    layout = FILLED.replace('names = ["type"]', 'names = ["type"], fill_down = true')
    text = "station,type,n,sub\n동부,절도,10,a\n,,5,b\n,폭력,7,a\n서부,,3,a\n,절도,1,a\n"
    one = read("count_202403.csv", text, layout)
    assert facts(one)[:3] == [("east", "theft", 10), ("east", "theft", 5), ("east", "violence", 7)]
    assert one.outcome.unknown_codes == {"": 1}  # the type of the row above is another station's


def test_blanks_are_told_as_what_they_are(read: Callable, crime_layout: str) -> None:
    one = read("count_202403.csv", "station,type,n\n동부서,절도,10\n,폭력,7\n서부,절도,3\n,폭력,1\n", LONG)
    assert one.reasons == [(2, "missing_value"), (4, "missing_value")]
    (note,) = one.outcome.notes
    assert (note.code, note.values["n"], one.outcome.blank_districts) == ("note_merged_districts", 2, 2)
    assert "fill_down" in note.sentence("en")
    # Whose the violence is cannot be known: that of the agency is not what the others say, and nobody has none.
    nowhere = ["east", "unknown-hana", "west"]
    assert sorted(fact for fact in facts(one) if fact[2] is None) == [(place, "violence", None) for place in nowhere]
    rows = "".join(f"2024-03-0{n % 9 + 1},동부,우산,104\n" for n in range(9)) + "2024-03-02,,,104\n"
    layout = crime_layout.replace('key = ["incident_id"]\n', "").replace('incident_id = { names = ["id"] }\n', "")
    one = read("crime_2024-03.csv", "day,station,box,code\n" + rows, layout)
    assert (one.reasons, one.outcome.unknown_districts) == ([], {})
    assert [note.code for note in one.outcome.notes] == ["note_blank_districts"]
    assert one.rows["district"].to_list().count("unknown-hana") == 1


def test_headings_and_remarks_are_set_aside_and_a_known_district_without_a_count_is_unknown(read: Callable) -> None:
    text = "station,절도,폭력\n[1급지],,\n동부,10,7\n서부,-,-\n※ 자료: 경찰청,,\n"
    one = read("count_202403.csv", text, WIDE)
    assert one.outcome.set_aside == {"no_count": 2}
    assert facts(one)[2:] == [("west", "theft", None), ("west", "violence", None)]


def test_what_a_table_leaves_out_may_be_unknown(read: Callable) -> None:
    text = "station,type,n\n동부,절도,10\n서부,폭력,7\n"
    assert len(facts(read("count_202403.csv", text, LONG))) == 2
    one = read("count_202403.csv", text, LONG.replace('codes = "codes"', 'codes = "codes"\nabsent = "unknown"'))
    assert sorted(facts(one), key=str) == [
        ("east", "theft", 10),
        ("east", "violence", None),
        ("west", "theft", None),
        ("west", "violence", 7),
    ]
    assert one.outcome.rows_accepted == 2


def test_a_list_may_say_what_all_other_codes_are(hana: Callable[..., Agency], file: Callable, tmp_path) -> None:
    from tests.exports.conftest import read_all

    hana(LONG)
    (tmp_path / "hana" / "codes" / "codes.csv").write_text("code,name,group\n104,절도,theft\n*,기타,other\n", "utf-8")
    from expectations.agency import load_agency

    agency = load_agency(tmp_path / "hana")
    text = "station,type,n\n동부,104,1\n동부,violence,2\n동부,사기,3\n동부,합계,6\n동부,,4\n"
    one = read_all(file("count_202403.csv", text), agency)
    assert facts(one) == [("east", "theft", 1), ("east", "violence", 2), ("east", "other", 3), ("east", "unknown", 4)]
    assert one.reasons == [(4, "total_row")]
    (blank, other) = one.outcome.notes
    assert (blank.code, other.code, other.values["listed"]) == ("note_unknown_codes", "note_other_codes", "사기 (1)")


def test_unknown_districts_are_listed_up_to_fifty_and_their_child_speaks_the_agencys_language(
    read: Callable, hana: Callable[..., Agency]
) -> None:
    rows = "".join(f"어디{chr(0xAC00 + n)},{n},{n * n + 1}\n" for n in range(60))
    one = read("count_202403.csv", f"station,절도,폭력\n동부,1,2\n{rows}", WIDE)
    assert len(one.outcome.unknown_districts) == 50
    (note,) = one.outcome.notes
    assert note.values["listed"].count("(1)") == 50
    agency = hana(WIDE)
    child = next(d for d in agency.districts if d.unknown)
    assert (child.name, child.name_en) == ("하나경찰청 unknown", "Hana unknown") or child.name_en.endswith(" unknown")
    assert "미상" not in child.name
    assert date(2024, 3, 1) == one.rows["month"][0]
