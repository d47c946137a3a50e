"""Sixty exports of one force as published, from the inbox to forecasts of its districts, counted again by pandas."""

import csv
import io
from datetime import date
from math import floor
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyproj
import pytest

from tests.briefing.page_reading import Page, Tables, assert_numbers_are_cells
from tests.flows.places import Place, accounted, cells, copied_agency, months

pytestmark = pytest.mark.slow
MONTHS = months(date(2015, 1, 1), 60)
DISTRICTS = ("1", "2", "3", "4", "5", "6")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, agencies: Path, shared: Path) -> Place:
    """All sixty files read where they lie, their December 2019 published."""
    folder = tmp_path_factory.mktemp("st_louis")
    agency = copied_agency(agencies / "st_louis", folder / "agency", score_origins=1)
    made = Place(folder / "home", agency, shared / "data/world/stlouis-monthly")
    made.bring("2019-12")
    return made


@pytest.fixture(scope="module")
def rows(shared: Path) -> pd.DataFrame:
    """Every row of every file by pandas: month, district, crime type, count."""
    frames = []
    for path in sorted((shared / "data/world/stlouis-monthly").glob("*.csv")):
        data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = data.decode("cp1252")
        frame = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
        frames.append(frame.rename(columns={"Coded Month": "CodedMonth"})[["CodedMonth", "Crime", "District", "Count"]])
    read = pd.concat(frames, ignore_index=True).apply(lambda column: column.str.strip())
    types = {"6": "theft", "7": "theft", "1": "violence", "4": "violence", "9": "violence"}
    read["crime_type"] = (read["Crime"].astype(int) // 10_000).astype(str).map(types)
    read["month"] = pd.to_datetime(read["CodedMonth"], format="%Y-%m").dt.date
    read["incidents"] = read["Count"].astype(int)
    return read


def test_every_cell_equals_pandas(place: Place, rows: pd.DataFrame) -> None:
    counted = rows.dropna(subset="crime_type")
    named = counted["District"].replace("0", "unknown-st_louis")
    by_district = counted.assign(district=named).groupby(["district", "crime_type", "month"])["incidents"].sum()
    of_all = counted.assign(district="st_louis").groupby(["district", "crime_type", "month"])["incidents"].sum()
    sums = {**by_district.to_dict(), **of_all.to_dict()}
    expected = {
        (district, crime_type, month): sums.get((district, crime_type, month), 0)
        for district in (*DISTRICTS, "unknown-st_louis", "st_louis")
        for crime_type in ("theft", "violence")
        for month in MONTHS
    }
    assert cells(place.table("crime_month"), ("district", "crime_type", "month"), "incidents") == expected


def test_rows_reversals_and_unknown_districts(place: Place, rows: pd.DataFrame) -> None:
    files = place.table("source_file")
    assert (files.height, files["rows_read"].sum(), len(rows)) == (60, 246_291, 246_291)
    assert files["rows_accepted"].sum() == 246_291
    assert int((rows["incidents"] == -1).sum()) == 3_140
    assert int((rows["District"] == "0").sum()) == 1_573
    assert accounted(files)
    assert place.table("rejected_row").is_empty()


def test_cells_are_those_that_pyproj_gives_row_by_row(place: Place, shared: Path) -> None:
    """Every row of every file by csv and pyproj; no point of it is a default, and none lies elsewhere."""
    to_grid = pyproj.Transformer.from_crs("ESRI:102696", "EPSG:26915", always_xy=True)
    expected: dict[tuple[str, int], str | None] = {}
    for path in (shared / "data/world/stlouis-monthly").glob("*.csv"):
        data = path.read_bytes().removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="replace")
        for number, row in enumerate(csv.DictReader(io.StringIO(data, newline="")), 1):
            feet = [float(row.get(axis) or row[f"{axis[0]}-Coord"]) for axis in ("XCoord", "YCoord")]
            named = int(row["Crime"]) // 10_000 in (6, 7, 1, 4, 9)
            expected[path.name, number] = None
            if named and feet != [0, 0]:
                east, north = (floor(metres / 100) * 100 for metres in to_grid.transform(*feet))
                expected[path.name, number] = f"x{east}y{north}"
    with duckdb.connect(str(place.home.warehouse), read_only=True) as con:
        cells = con.execute(
            "select name, row_number, cell from core_crime join received_file using (file_id)"
        ).fetchall()
        notes = " ".join(note for (note,) in con.execute("select note from received_file").fetchall())
    assert {(name, number): cell for name, number, cell in cells} == expected
    assert 110_000 < sum(cell is not None for cell in expected.values()) < 118_000
    assert "have no point and so no cell" in notes
    assert not any(other in notes for other in ("are no numbers", "exact point", "outside the agency", "swapped"))


def test_places_are_published_of_those_cells(place: Place) -> None:
    """What cells count is what the core tables hold there; what they expect is what their districts do."""
    with duckdb.connect(str(place.home.warehouse), read_only=True) as con:
        counted = con.execute(
            "select cell, crime_type, sum(incidents)::bigint from core_crime where cell is not null "
            "and month = date '2019-12-01' group by all having sum(incidents) <> 0"
        ).fetchall()
    of_cells = place.table("place_month").filter(month=date(2019, 12, 1))
    assert set(of_cells.select("cell", "crime_type", "incidents").rows()) == set(counted)
    risk = place.table("place_risk")
    assert risk["cell"].n_unique() > 5_000
    told = risk.group_by("crime_type", "month", district="station").agg(pl.col("expected").sum())
    forecast = place.table("forecast").filter(origin_month=date(2019, 12, 1))
    both = told.join(forecast, on=["district", "crime_type", "month"], how="left")
    assert both.height == 12
    assert (both["expected"] - both["mean"]).abs().max() < 1e-9
    assert place.table("place_coverage").filter(month=date(2019, 12, 1))["share"].min() > 0.95


def test_hours_hold_the_same_crimes(place: Place) -> None:
    keys = ["district", "crime_type", "month"]
    hours = place.table("crime_hour").group_by(keys).agg(pl.col("incidents").sum().alias("in_hours"))
    both = place.table("crime_month").join(hours, on=keys, how="left").fill_null(0)
    assert both.filter(pl.col("incidents") != pl.col("in_hours")).is_empty()


def test_forecasts_for_the_six_districts(place: Place) -> None:
    own = place.table("forecast").filter(pl.col("origin_month") == date(2019, 12, 1))
    assert set(own["month"]) == {date(2020, month, 1) for month in (1, 2, 3)}
    for district in DISTRICTS:
        part = own.filter(pl.col("district") == district)
        assert part.height == 2 * 3
        assert (part["mean"] > 0).all()
        assert (part["lower_80"] < part["median"]).all()
        assert (part["median"] < part["upper_80"]).all()
    # Asked for years later, none of it was told in time.
    assert not own["issued"].any()


def test_forecasts_add_up_and_lie_near_what_districts_have(place: Place) -> None:
    rows = place.table("forecast")
    keys = ["origin_month", "crime_type", "month"]
    children = rows.filter(pl.col("parent") == "st_louis").group_by(keys).agg(pl.col("mean").sum().alias("of_children"))
    parents = rows.filter(pl.col("district") == "st_louis").join(children, on=keys, validate="1:1")
    assert parents.height == 2 * 2 * 3
    assert ((parents["mean"] - parents["of_children"]).abs() < 1e-9).all()
    lately = place.table("crime_month").filter(pl.col("month") >= date(2019, 1, 1))
    usual = lately.group_by("district", "crime_type").agg(pl.col("incidents").mean().alias("usual"))
    compared = rows.filter(pl.col("district").is_in(DISTRICTS)).join(usual, on=["district", "crime_type"])
    assert ((compared["mean"] / compared["usual"]).is_between(0.6, 1.6)).all()


def test_scores_are_sane(place: Place) -> None:
    scores = place.table("forecast_score")
    assert set(scores["origin_month"]) == {date(2019, 11, 1)}
    assert set(scores["district"]) == {*DISTRICTS, "st_louis"}
    assert scores["covered_95"].mean() >= 0.7
    assert (scores["wis"] >= 0).all()
    observed = cells(place.table("crime_month"), ("district", "crime_type", "month"), "incidents")
    median = cells(place.table("forecast"), ("origin_month", "district", "crime_type", "month"), "median")
    for row in scores.iter_rows(named=True):
        key = (row["district"], row["crime_type"], row["month"])
        assert row["observed"] == observed[key]
        assert row["error"] == pytest.approx(row["observed"] - median[row["origin_month"], *key])


def test_numbers_of_a_page_are_cells(place: Place, tmp_path: Path) -> None:
    """One district's, made from the published tables; every audience's of a real force: test_city_of_london.py."""
    made = place.says("briefing", "--lang", "en", "--district", "1", "--out", str(tmp_path / "pages"))
    assert made.status == 0, made.err
    page = Page((tmp_path / "pages" / "1" / "briefing.html").read_text("utf-8"))
    assert_numbers_are_cells(page, Tables.of_file(place.home.strategy))
    # No calls are exported, and there are hours of the day.
    assert "There are no 112 calls of this month" in page.text
    assert "times an even spread" in page.text
