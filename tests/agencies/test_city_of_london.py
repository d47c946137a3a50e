"""Thirty-two months of street-level files: no time of day, equal rows by design, a history too short to compare."""

from datetime import date
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

from expectations.agency import load_agency
from tests.briefing.page_reading import read_published
from tests.briefing.reading_back import compare_published
from tests.flows.places import Place, Said, accounted, cells, copied_agency, months

pytestmark = pytest.mark.slow
MONTHS = months(date(2018, 4, 1), 32)
THEFT = ["Shoplifting", "Other theft", "Theft from the person", "Bicycle theft", "Vehicle crime"]
SILENT = [date(2018, 4, 1), date(2018, 9, 1)]
"""Months without any row of one of the six areas, 001C."""
VIOLENCE = "Violence and sexual offences"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory, agencies: Path, shared: Path) -> tuple[Place, Said]:
    folder = tmp_path_factory.mktemp("city_of_london")
    agency = copied_agency(agencies / "city_of_london", folder / "agency")
    place = Place(folder / "home", agency, shared / "data/world/police-uk-city-of-london")
    return place, place.bring("2020-11", whole=True)


def test_every_cell_equals_pandas(ran: tuple[Place, Said], shared: Path) -> None:
    paths = sorted((shared / "data/world/police-uk-city-of-london").rglob("*street.csv"))
    rows = pd.concat([pd.read_csv(path, dtype=str, keep_default_na=False) for path in paths], ignore_index=True)
    assert rows.duplicated().sum() == 1_124
    rows["crime_type"] = rows["Crime type"].map({**dict.fromkeys(THEFT, "theft"), VIOLENCE: "violence"})
    inside = rows["LSOA name"].str.startswith("City of London")
    rows["district"] = rows["LSOA name"].str[-4:].where(inside, "unknown-city_of_london")
    assert rows.loc[inside, "LSOA name"].nunique() == 6
    rows["month"] = pd.to_datetime(rows["Month"], format="%Y-%m").dt.date
    keys = ["district", "crime_type", "month"]
    sums = rows.groupby(keys).size().to_dict() | rows.assign(district="city_of_london").groupby(keys).size().to_dict()
    # A district without a row of any kind in a month did not report it: unknown, not zero.
    reported = set(rows.groupby(["district", "month"]).groups) | {("city_of_london", month) for month in MONTHS}
    expected = {
        (district, crime_type, month): sums.get((district, crime_type, month), 0)
        for district, month in reported
        for crime_type in ("theft", "violence")
    }
    assert sorted(month for month in MONTHS if ("001C", month) not in reported) == SILENT
    assert len(expected) == (8 * 32 - len(SILENT)) * 2
    assert cells(ran[0].table("crime_month"), keys, "incidents") == expected


def test_month_a_district_did_not_report_is_incomplete(ran: tuple[Place, Said]) -> None:
    of_all = ran[0].table("crime_month").filter(pl.col("district") == "city_of_london")
    incomplete = of_all.filter(~pl.col("complete"))
    assert sorted(set(incomplete["month"])) == SILENT


def test_there_is_no_hour_table_and_no_running_month(ran: tuple[Place, Said]) -> None:
    assert ran[0].table("crime_hour").is_empty()
    assert ran[0].table("crime_to_date").is_empty()


def test_rows_are_accounted_for_and_other_files_left_alone(ran: tuple[Place, Said]) -> None:
    place, said = ran
    files = place.table("source_file")
    assert (files.height, files["rows_read"].sum()) == (32, 22_111)
    assert files["rows_superseded"].sum() == 0
    assert accounted(files)
    assert "32 known to no layout" in said.err


def test_run_says_that_its_history_is_short(ran: tuple[Place, Said]) -> None:
    place, said = ran
    results = place.table("validation_result").filter(pl.col("expectation") == "history_is_long(crime)")
    row = results.row(0, named=True)
    assert (row["severity"], row["success"]) == ("warning", False)
    assert "the history is short: 32 whole months, fewer than the 36" in row["sentence"]
    assert "warnings)" in said.out
    page = (place.home.published / "2020-11" / "validation.html").read_text("utf-8")
    assert "the history is short" in page


def test_workbooks_hold_the_numbers_of_the_database(ran: tuple[Place, Said]) -> None:
    compared = compare_published(ran[0], date(2020, 11, 1), "en", "city_of_london", "001C")
    assert set(compared) == {"city_of_london", "001C"}
    for tables in compared.values():
        assert min(tables[name] for name in ("crime_month", "forecast", "outlook")) > 0
        assert tables["crime_hour"] == 0


def test_numbers_of_every_page_are_cells(ran: tuple[Place, Said]) -> None:
    place, _ = ran
    pages = read_published(place.home.published / "2020-11", place.home.strategy, load_agency(place.agency), "en")
    assert len(pages) == 1 + 6
    # No hours are told, no positions given.
    assert "No source tells weekday and hour" in pages["city_of_london"].text
    assert "The agency folder gives no positions" in pages["city_of_london"].text
