"""Which rows a document's readers find in it."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from expectations.agency import Agency, load_agency, packaged
from expectations.contracts import PUBLISHED, TABLES
from tests.briefing import sample_month
from tests.briefing.reading_back import opened as opened_book
from tests.briefing.reading_back import rows
from transforms.briefing.audience import audiences, read_by, rows_of
from transforms.briefing.workbook import workbook

MARCH = date(2024, 3, 1)


@pytest.fixture(scope="module")
def agency() -> Agency:
    return load_agency(packaged())


def test_the_agency_comes_first_and_then_its_stations(agency: Agency) -> None:
    found = audiences(agency, MARCH)
    assert [a.code for a in found] == ["gwangju", "dongbu", "seobu", "nambu", "bukbu", "gwangsan"]
    assert [a.is_agency for a in found] == [True] + [False] * 5
    assert (found[1].name("ko"), found[1].name("en")) == (found[1].district.name, found[1].district.name_en)


def test_a_station_that_is_gone_or_not_there_yet_gets_no_document(agency: Agency) -> None:
    ends = {"dongbu": (None, date(2024, 2, 29)), "nambu": (date(2024, 4, 1), None), "seobu": (MARCH, MARCH)}
    changed = tuple(
        replace(d, valid_from=ends[d.code][0], valid_to=ends[d.code][1]) if d.code in ends else d
        for d in agency.districts
    )
    found = audiences(replace(agency, districts=changed), MARCH)
    assert [a.code for a in found] == ["gwangju", "seobu", "bukbu", "gwangsan"]


def test_a_station_reads_its_own_rows_those_below_and_those_above(agency: Agency) -> None:
    table = pl.DataFrame({"district": [d.code for d in agency.districts]}).with_row_index("n")
    everything, *stations = audiences(agency, MARCH)
    assert rows_of(table, everything).equals(table)
    parents = {d.code: d.parent for d in agency.districts}
    for station in stations:
        theirs = rows_of(table, station)
        assert theirs["n"].is_sorted()
        below = {code for code, parent in parents.items() if parent == station.code}
        assert f"unknown-{station.code}" in below
        assert set(theirs["district"]) == {"gwangju", station.code} | below


def test_what_is_about_no_district_is_for_all(agency: Agency) -> None:
    station = audiences(agency, MARCH)[1]
    files = pl.DataFrame({"file_id": ["a", "b"]})
    assert rows_of(files, station).equals(files)
    actions = pl.DataFrame({"district": ["dongbu", None, "seobu"], "what": ["a", "b", "c"]})
    assert rows_of(actions, station)["what"].to_list() == ["a", "b"]


def test_a_station_reads_its_own_cells_and_the_agency_all() -> None:
    cells = pl.DataFrame({"cell": ["p", "q", "r"], "station": ["dongbu", "seobu", "gwangju"]})
    everybody = audiences(load_agency(packaged()), date(2024, 3, 1))
    theirs = {one.code: rows_of(cells, one)["cell"].to_list() for one in everybody}
    assert theirs["gwangju"] == ["p", "q", "r"]
    assert theirs["dongbu"] == ["p", "r"], "cells whose station nobody knows are the agency's"
    assert theirs["bukbu"] == ["r"]


def test_a_deployment_in_an_area_nobody_can_find_is_the_agencys_alone(agency: Agency) -> None:
    ledger = pl.DataFrame(
        {"district": ["dongbu", None, None], "area_kind": ["district", "unknown", None], "n": [1, 2, 3]}
    )
    everything, station, *_ = audiences(agency, MARCH)
    assert read_by("deployment", ledger, everything, agency)["n"].to_list() == [1, 2, 3]
    assert read_by("deployment", ledger, station, agency)["n"].to_list() == [1, 3]


def test_every_table_that_names_a_cell_names_its_station() -> None:
    named = [table for table in PUBLISHED if "cell" in table.names]
    assert "near_repeat_open" in {table.name for table in named}
    assert [table.name for table in named if "station" not in table.names] == []


@pytest.mark.slow
def test_a_stations_workbook_has_its_own_open_cells_alone(agency: Agency) -> None:
    month = sample_month.tables(agency)
    opened = month["near_repeat_open"]
    station = next(one for one in audiences(agency, sample_month.MONTH) if one.code == "seobu")
    book = opened_book(workbook(month, station, agency, "ko"))
    cells = {row["cell"] for row in rows(book, TABLES["near_repeat_open"], "ko")}
    assert cells == set(opened.filter(station="seobu")["cell"])
    assert 0 < len(cells) < opened.height


def test_what_the_checks_quote_of_another_station_is_read_by_the_agency_and_that_station(agency: Agency) -> None:
    """By name or code, of a station or a box, in any text; what names the whole agency or nobody is for all."""
    kept = {"run_id": "r", "table_name": "t", "column_name": "*", "severity": "warning", "success": False}
    texts = {
        "nobody": ("a", "파일 4개에서 9행이 거부되었습니다.", None),
        "agency": ("b", "광주경찰청 신고 4,094", "1"),
        "east": ("c(광주동부경찰서)", "76.8%", None),
        "box of the east": ("d", "금남지구대: 12건", None),
        "both": ("e", "Dongbu (East) Police Station 3, 광주서부경찰서 4", None),
        "observed": ("f", "둘이 다름", "seobu 4"),
    }
    frame = pl.DataFrame(
        [{**kept, "expectation": e, "sentence": s, "observed": o} for e, s, o in texts.values()],
        schema_overrides={"observed": pl.String},
    )
    found = {
        one.code: [list(texts)["abcdef".index(e[0])]
                   for e in read_by("validation_result", frame, one, agency)["expectation"]]
        for one in audiences(agency, MARCH)
    }  # fmt: skip
    assert found["gwangju"] == list(texts)
    assert found["dongbu"] == ["nobody", "agency", "east", "box of the east"]
    assert found["seobu"] == ["nobody", "agency", "observed"]
    assert found["nambu"] == ["nobody", "agency"]
