"""Gwangju's published annual tables, and a damaged list under the name of one, with no month beside them."""

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

from expectations.agency import load_agency, packaged
from flows.computing.counting import count
from flows.planning.vintage import Vintage
from flows.warehouse import Warehouse
from tests.flows.places import Place, Said, accounted, cells

pytestmark = pytest.mark.slow
DAMAGED = "경찰청 광주지방경찰청_자치구별 5대 범죄 현황_20181231.csv"
STATIONS = {"광주동부경찰서": "dongbu", "광주서부경찰서": "seobu", "광주남부경찰서": "nambu", "광주북부경찰서": "bukbu",
            "광주광산경찰서": "gwangsan"}  # fmt: skip
CRIMES = {"살인": "murder", "강도": "robbery", "절도": "theft", "폭력": "violence", "강간·강제추행": "sexual_violence",
          "강간-강제추행": "sexual_violence"}  # fmt: skip


@dataclass(frozen=True)
class Read:
    """What was read of the tables; no month beside them, so nothing can be published of one."""

    tables: dict[str, pl.DataFrame]

    def table(self, name: str) -> pl.DataFrame:
        return self.tables[name]


def counted(place: Place) -> Read:
    """Tables as a run counts them from what lies in the warehouse."""
    agency = load_agency(place.agency)
    with Warehouse.open(place.root, wait_seconds=0) as warehouse:
        warehouse.resolve(agency, date.max)
        return Read(
            count(warehouse.con, Vintage(agency, date(2021, 12, 1), date(2022, 1, 12)))
            | {"source_file": warehouse.source_files(agency, date.max)}
        )


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> tuple[Read, Said]:
    folder = tmp_path_factory.mktemp("station_tables")
    inbox = folder / "inbox"
    shutil.copytree(shared / "data/korea/gwangju-annual-2015-2017", inbox)
    [table] = (shared / "data/korea/gwangju-nodohyun").glob("*자치구별*5대*.json")
    shutil.copy(table, inbox)
    [damaged] = (shared / "data/korea/police-boxes").glob("*20220831.csv")
    shutil.copy(damaged, inbox / DAMAGED)
    place = Place(folder / "home", packaged(), inbox)
    said = place.walk("2021-12")
    return counted(place), said


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


def test_2021_gives_the_published_totals(ran: tuple[Read, Said]) -> None:
    years = ran[0].table("crime_year").filter(pl.col("year") == 2021)
    stations = years.filter(pl.col("district").is_in(list(STATIONS.values())))
    totals = dict(stations.group_by("crime_type").agg(pl.col("incidents").sum()).rows())
    assert (totals["theft"], totals["violence"]) == (4_885, 6_600)
    agency = cells(years.filter(pl.col("level") == "agency"), ("crime_type",), "incidents")
    assert (agency["theft",], agency["violence",]) == (4_885, 6_600)


def test_every_year_and_station_equals_its_table(ran: tuple[Read, Said], shared: Path) -> None:
    years = ran[0].table("crime_year").filter(pl.col("district").is_in(list(STATIONS.values())))
    expected = published(shared)
    assert len(expected) == 5 * 5 * 4
    assert cells(years, ("district", "crime_type", "year"), "incidents") == expected


def test_headquarters_is_kept_and_totals_are_set_aside(ran: tuple[Read, Said]) -> None:
    place, _ = ran
    headquarters = place.table("crime_year").filter(pl.col("district") == "headquarters")
    assert set(headquarters["year"]) == {2017, 2021}
    assert headquarters["incidents"].sum() == 0
    files = place.table("source_file").filter(pl.col("status") == "accepted").sort("period_from")
    assert files["period_from"].dt.year().to_list() == [2015, 2016, 2017, 2021]
    assert ["(total_row): 6" in note for note in files["note"]] == [True, True, True, False]
    assert accounted(files)


def test_damaged_list_is_refused_for_its_replacement_character(ran: tuple[Read, Said]) -> None:
    refused = ran[0].table("source_file").filter(pl.col("status") == "refused")
    assert refused["name"].to_list() == [DAMAGED]
    note = refused["note"].item()
    assert "U+FFFD" in note
    assert DAMAGED in note
    assert refused["rows_accepted"].item() == 0


def test_month_that_nobody_delivered_is_not_published(ran: tuple[Read, Said]) -> None:
    read, said = ran
    assert said.status == 2
    assert "2021-12: " in said.err
    for table in ("crime_month", "call_month"):
        assert read.table(table).is_empty()
