"""Names of stations and boxes → district codes; the two 광주s, and boxes of the same name, must never be mixed."""

import pytest

from expectations.agency import Agency, load_agency, packaged
from transforms.exports.cells.districts import DistrictNames, Place

BOTH = ("station", "box")


@pytest.fixture(scope="module")
def gwangju() -> Agency:
    return load_agency(packaged())


@pytest.mark.parametrize(
    "name", ["광주광산경찰서", "광산", "광산서", "광주 광산경찰서", " 광주광산  경찰서 ", "gwangsan"]
)
def test_spellings_of_one_station(gwangju: Agency, name: str) -> None:
    assert DistrictNames(gwangju, ("station",)).place(name, None) == Place("gwangsan")


@pytest.mark.parametrize("name", ["경기광주경찰서", "광주시", "경기 광주", "광주시경찰서", "남양주북부경찰서"])
def test_the_other_gwangju_is_unknown(gwangju: Agency, name: str) -> None:
    found = DistrictNames(gwangju, ("station",)).place(name, None)
    assert (found.district, found.unknown, found.is_total) == ("unknown-gwangju", name, False)


def test_a_box_is_found_only_within_its_station(gwangju: Agency) -> None:
    names = DistrictNames(gwangju, BOTH)
    in_two = {names.place(station, "우산지구대").district for station in ("광산", "북부")}
    assert len(in_two) == 2
    assert all(not code.startswith("unknown") for code in in_two)
    assert names.place("동부", "우산지구대").district == "unknown-dongbu"


def test_a_box_may_change_its_kind(gwangju: Agency) -> None:
    names = DistrictNames(gwangju, BOTH)
    assert names.place("광산", "도산 파출소") == names.place("광산", "도산지구대")


def test_blank_box_and_blank_station(gwangju: Agency) -> None:
    names = DistrictNames(gwangju, BOTH)
    assert names.place("동부", None).district == "unknown-dongbu"
    assert names.place(None, "금남지구대").district == "unknown-gwangju"
    assert names.place(None, None).district == "unknown-gwangju"


def test_headquarters_is_a_place_of_its_own(gwangju: Agency) -> None:
    assert DistrictNames(gwangju, BOTH).place("광주지방경찰청", "형사과") == Place("headquarters")


@pytest.mark.parametrize("name", ["광주경찰청", "광주경찰청계", "합계", "소 계", "Total"])
def test_words_for_a_total(gwangju: Agency, name: str) -> None:
    assert DistrictNames(gwangju, ("station",)).place(name, None).is_total
