"""Gwangju's published annual tables, and a damaged list under the name of one, with no month beside them."""

import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

from expectations.agency import packaged
from tests.flows.places import Place, Said, accounted, cells

pytestmark = pytest.mark.slow
DAMAGED = "경찰청 광주지방경찰청_자치구별 5대 범죄 현황_20181231.csv"
STATIONS = {"광주동부경찰서": "dongbu", "광주서부경찰서": "seobu", "광주남부경찰서": "nambu", "광주북부경찰서": "bukbu",
            "광주광산경찰서": "gwangsan"}  # fmt: skip
CRIMES = {"살인": "murder", "강도": "robbery", "절도": "theft", "폭력": "violence", "강간·강제추행": "sexual_violence",
          "강간-강제추행": "sexual_violence"}  # fmt: skip


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> tuple[Place, Said]:
    folder = tmp_path_factory.mktemp("station_tables")
    inbox = folder / "inbox"
    shutil.copytree(shared / "data/korea/gwangju-annual-2015-2017", inbox)
    [table] = (shared / "data/korea/gwangju-nodohyun").glob("*자치구별*5대*.json")
    shutil.copy(table, inbox)
    [damaged] = (shared / "data/korea/police-boxes").glob("*20220831.csv")
    shutil.copy(damaged, inbox / DAMAGED)
    place = Place(folder / "home", packaged(), inbox)
    return place, place.publish("2021-12")


def published(shared: Path) -> dict[tuple[str, str, int], int]:
    """Occurrences by station, crime and year, as the tables themselves give them."""
    frames = [
        pd.read_csv(path, encoding="cp949").assign(year=int(path.stem))
        for path in sorted((shared / "data/korea/gwangju-annual-2015-2017").glob("*.csv"))
    ]
    [path] = (shared / "data/korea/gwangju-nodohyun").glob("*자치구별*5대*.json")
    frames.append(pd.read_json(path).assign(year=2021))
    counts: dict[tuple[str, str, int], int] = {}
    for frame in frames:
        happened = frame[frame["구분"].str.replace(" ", "") == "발생건수"]
        for record in happened.to_dict("records"):
            for heading, crime in CRIMES.items():
                if heading in record and record["관서명"] in STATIONS:
                    counts[STATIONS[record["관서명"]], crime, record["year"]] = int(record[heading])
    return counts


def test_2021_gives_the_published_totals(ran: tuple[Place, Said]) -> None:
    years = ran[0].table("crime_year").filter(pl.col("year") == 2021)
    stations = years.filter(pl.col("district").is_in(list(STATIONS.values())))
    totals = dict(stations.group_by("crime_type").agg(pl.col("incidents").sum()).rows())
    assert (totals["theft"], totals["violence"]) == (4_885, 6_600)
    agency = cells(years.filter(pl.col("level") == "agency"), ("crime_type",), "incidents")
    assert (agency["theft",], agency["violence",]) == (4_885, 6_600)


def test_every_year_and_station_equals_its_table(ran: tuple[Place, Said], shared: Path) -> None:
    years = ran[0].table("crime_year").filter(pl.col("district").is_in(list(STATIONS.values())))
    expected = published(shared)
    assert len(expected) == 5 * 5 * 4
    assert cells(years, ("district", "crime_type", "year"), "incidents") == expected


def test_headquarters_is_kept_and_totals_are_set_aside(ran: tuple[Place, Said]) -> None:
    place, _ = ran
    headquarters = place.table("crime_year").filter(pl.col("district") == "headquarters")
    assert set(headquarters["year"]) == {2017, 2021}
    assert headquarters["incidents"].sum() == 0
    files = place.table("source_file").filter(pl.col("status") == "accepted").sort("period_from")
    assert files["period_from"].dt.year().to_list() == [2015, 2016, 2017, 2021]
    assert ["(total_row): 6" in note for note in files["note"]] == [True, True, True, False]
    assert accounted(files)


def test_damaged_list_is_refused_for_its_replacement_character(ran: tuple[Place, Said]) -> None:
    refused = ran[0].table("source_file").filter(pl.col("status") == "refused")
    assert refused["name"].to_list() == [DAMAGED]
    note = refused["note"].item()
    assert "U+FFFD" in note
    assert DAMAGED in note
    assert refused["rows_accepted"].item() == 0


def test_month_without_its_required_source_is_published_incomplete(ran: tuple[Place, Said]) -> None:
    place, said = ran
    assert place.table("publication").select("month", "complete", "generated").row(0) == (
        date(2021, 12, 1),
        False,
        False,
    )
    assert "2021-12 is published incomplete" in said.out
    for table in ("crime_month", "call_month", "forecast", "outlook"):
        assert place.table(table).is_empty()
