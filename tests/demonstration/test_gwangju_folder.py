"""The packaged agency folder: what it says agrees with the public lists, and the two 광주s stay apart."""

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from expectations.agency import Agency, load_agency, packaged
from expectations.agency.short_names import short_names


@pytest.fixture(scope="module")
def gwangju() -> Agency:
    return load_agency(packaged("gwangju"))


def _csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def test_five_stations_and_headquarters_which_no_month_has_to_name(gwangju: Agency) -> None:
    stations = {d.code: d.expected for d in gwangju.districts if d.level == "station" and not d.unknown}
    assert stations == {
        "dongbu": True,
        "seobu": True,
        "nambu": True,
        "bukbu": True,
        "gwangsan": True,
        "headquarters": False,
    }


def test_boxes_are_the_forty_of_the_published_list(gwangju: Agency, shared: Path) -> None:
    stations = {d.code: d for d in gwangju.districts if d.level == "station"}
    ours = {
        (stations[d.parent].name.removesuffix("경찰서"), d.name)
        for d in gwangju.districts
        if d.level == "box" and not d.unknown and d.parent
    }
    listed = _csv(shared / "data/korea/police-boxes/gwangju_boxes_2023_joined.csv")
    assert len(ours) == 40
    assert ours == {(row["경찰서"], row["관서명"] + row["구분"]) for row in listed}


def test_usan_stands_in_two_stations_under_two_codes(gwangju: Agency) -> None:
    assert {d.code: d.parent for d in gwangju.districts if d.name == "우산지구대"} == {
        "gwangsan-usan": "gwangsan",
        "bukbu-usan": "bukbu",
    }


@pytest.mark.parametrize("level", ["station", "box"])
def test_no_spelling_means_two_districts_of_one_parent(gwangju: Agency, level: str) -> None:
    spelled = [
        (d.parent, spelling) for d in gwangju.districts if d.level == level for spelling in {d.code, d.name, *d.aliases}
    ]
    assert len(spelled) == len(set(spelled))


@pytest.mark.parametrize(
    "other", ["광주", "광주시", "경기광주", "경기 광주", "경기광주경찰서", "광주경찰서", "서울서부경찰서"]
)
def test_the_other_gwangju_and_other_cities_match_nothing(gwangju: Agency, other: str) -> None:
    spelled = {s for d in gwangju.districts for s in {d.code, d.name, *d.aliases}}
    assert other not in spelled


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("광주동부경찰서", "dongbu"),
        ("동부서", "dongbu"),
        ("광주동부", "dongbu"),
        ("동부", "dongbu"),
        ("광주광산", "gwangsan"),
        ("광산서", "gwangsan"),
        ("광주지방경찰청", "headquarters"),
        ("광주광역시경찰청", "headquarters"),
    ],
)
def test_published_spellings_mean_their_station(gwangju: Agency, spelling: str, code: str) -> None:
    found = [d.code for d in gwangju.districts if d.level == "station" and spelling in {d.name, *d.aliases}]
    assert found == [code]


def test_call_codes_are_the_code_book_and_every_group_is_named(gwangju: Agency, shared: Path) -> None:
    book = {
        row["코드값"]
        for row in _csv(shared / "data/korea/codes-112/codebook_v3.csv")
        if row["컬럼명"] == "EVT_CL_CD" and not row["코드값"].startswith("0")
    }
    codes = gwangju.codes["calls_112"]
    assert set(codes) == book
    assert len(codes) == 58
    assert {c.group for c in codes.values()} == {g.code for g in gwangju.call_groups}
    assert (codes["104"].group, codes["201"].group, codes["107"].group, codes["601"].group) == (
        "theft",
        "violence",
        "relationship",
        "unclear",
    )


def test_hub_names_stand_for_every_code_with_its_group(gwangju: Agency) -> None:
    names, codes = gwangju.codes["hub_112_names"], gwangju.codes["calls_112"]
    stands_for = {name: entry.name.split(" ")[0] for name, entry in names.items()}
    assert set(stands_for.values()) == set(codes)
    assert {name: entry.group for name, entry in names.items()} == {n: codes[c].group for n, c in stands_for.items()}


def test_end_codes_are_the_published_ones_and_708_is_a_repeated_report(gwangju: Agency, shared: Path) -> None:
    listed = _csv(shared / "data/korea/codes-112/seoul_feed_codes.csv")
    assert set(gwangju.codes["ends_112"]) == {row["code"] for row in listed if row["group"] == "END_CD"}
    assert gwangju.codes["ends_112"]["708"].name == "동일"
    assert gwangju.layout("gwangju_112_list").duplicate_values == ("708", "동일")
    assert gwangju.layout("gwangju_112_hub").duplicate_values == ("동일",)


def test_every_crime_type_has_offences(gwangju: Agency) -> None:
    groups = {code.group for code in gwangju.codes["offences"].values()}
    assert {t.code for t in gwangju.crime_types} <= groups
    assert gwangju.forecast_types == ("theft", "violence")


def test_c4_is_the_only_urgency_nobody_is_sent_to(gwangju: Agency) -> None:
    assert {u.code: u.dispatched for u in gwangju.urgencies} == {
        "C0": True,
        "C1": True,
        "C2": True,
        "C3": True,
        "C4": False,
    }
    dispatched = tuple(u.code for u in gwangju.urgencies if u.dispatched)
    assert gwangju.layout("gwangju_112_list").dispatched_urgencies == dispatched
    assert gwangju.layout("gwangju_112_hub").dispatched_urgencies == dispatched


def test_pocket_calls_are_a_break_of_eleven_months(gwangju: Agency) -> None:
    (surge,) = (b for b in gwangju.breaks if b.series == "call.unclear")
    assert (surge.start, surge.end) == (date(2022, 10, 1), date(2023, 8, 31))
    assert "409만" in surge.reason


def test_no_layout_reads_a_column_of_personal_data(gwangju: Agency) -> None:
    personal = re.compile("성명|연락처|전화|주소|내용|보고자|장소|SEX|ADDR|HPPN|경도|위도|개요")
    read = {name for layout in gwangju.layouts for column in layout.columns.values() for name in column.names}
    assert not [name for name in sorted(read) if personal.search(name)]


def test_every_source_is_ordered_or_a_cross_check(gwangju: Agency) -> None:
    ordered = {name for order in gwangju.sources.order.values() for name in order}
    assert ordered == {layout.name for layout in gwangju.layouts if layout.kind != "crime_year"}
    assert gwangju.sources.required == ("gwangju_crime",)


def test_a_short_name_is_a_part_of_one_districts_name_alone(gwangju: Agency) -> None:
    short = short_names(gwangju.districts)
    assert [short[code] for code in ("dongbu", "gwangsan", "dongbu-geumnam")] == ["동부", "광산", "금남"]
    assert short["gwangju"] == "광주경찰청", "it has no other name"
    assert short["headquarters"] == "광주경찰청 직할", "its other names are those of offices before it, no parts of it"
    assert short["bukbu-usan"] == short["gwangsan-usan"] == "우산지구대", "two stations have a box of that name"
    assert set(short) == {d.code for d in gwangju.districts}
