"""Persistent places on the page: whose cells are drawn, as which paths, what is told of them, and how large it gets."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from expectations.agency import Agency, load_agency, packaged
from expectations.contracts import TABLES
from expectations.contracts.ddl import empty
from tests.briefing import sample_month, sample_places
from tests.briefing.page_reading import Page, Tables, assert_numbers_are_cells
from tests.briefing.test_station_map import collection, with_outlines
from transforms.briefing.audience import audiences
from transforms.briefing.charts import chart_files
from transforms.briefing.page import briefing_page
from transforms.briefing.page.material import Material
from transforms.briefing.page.places.drawing import LEAST_CELLS, LEAST_PART, LOWEST, drawing, runs
from transforms.briefing.page.places.section import places

Frames = dict[str, pl.DataFrame]
RECTANGLE = re.compile(r"M(\d+) (\d+)h(\d+)v(\d+)h-(\d+)z")


@pytest.fixture(scope="module")
def agency() -> Agency:
    return load_agency(packaged())


@pytest.fixture(scope="module")
def frames(agency: Agency) -> Frames:
    return sample_month.tables(agency)


def made_of(frames: Frames, agency: Agency, code: str = "gwangju", lang: str = "ko") -> Material:
    return Material(frames, agency, next(d for d in agency.districts if d.code == code), lang)


def squares(path: str) -> list[tuple[int, int]]:
    """Columns and rows of the cells a path covers, each as often as it does."""
    assert RECTANGLE.sub("", path) == ""
    return [
        (left + across, top + down)
        for left, top, wide, high, back in (map(int, found) for found in RECTANGLE.findall(path))
        for across in range(wide)
        for down in range(high)
        if wide == back
    ]


def test_neighbours_of_a_grade_are_one_rectangle() -> None:
    block = pl.DataFrame({"x": [0.0, 100, 0, 100, 300], "y": [100.0, 100, 0, 0, 0]})
    assert runs(block, 0, 100, 100) == "M0 0h2v2h-2zM3 1h1v1h-1z"


@pytest.mark.parametrize("seed", range(3))
def test_a_path_covers_every_cell_once_and_no_other(seed: int) -> None:
    rng = np.random.default_rng(seed)
    filled = np.argwhere(rng.random((20, 30)) < 0.5)
    cells = pl.DataFrame({"x": filled[:, 1] * 250.0, "y": -filled[:, 0] * 250.0})
    covered = squares(runs(cells.sample(fraction=1, shuffle=True, seed=seed), 0, 0, 250))
    assert sorted(covered) == sorted((int(column), int(row)) for row, column in filled)


@pytest.mark.slow
def test_the_map_has_each_grade_from_six_on_where_its_cells_lie(frames: Frames, agency: Agency) -> None:
    cells = frames["place_risk"].filter(crime_type="theft")
    made = drawing(made_of(frames, agency), cells, frames["hotspot"].filter(crime_type="theft"), "theft")
    assert [one["grade"] for one in made["grades"]] == [6, 7, 8, 9, 10]
    west, north = cells["x"].min(), cells["y"].max()
    for one in made["grades"]:
        own = cells.filter(grade=one["grade"])
        wanted = {(round((x - west) / 100), round((north - y) / 100)) for x, y in own.select("x", "y").iter_rows()}
        assert set(squares(one["path"])) == wanted
    assert made["height"] <= 620
    assert made["width"] <= 720


def drawn_box(made: dict[str, Any]) -> tuple[float, float, float, float]:
    """Left, right, top and bottom of all squares in the drawing's units."""
    found = [square for one in made["grades"] for square in squares(one["path"])]
    across = [made["left"] + made["side"] * (column + more) for column, _ in found for more in (0, 1)]
    down = [made["top"] + made["side"] * (row + more) for _, row in found for more in (0, 1)]
    return min(across), max(across), min(down), max(down)


@pytest.mark.parametrize("code", ["gwangju", "seobu"])
def test_a_cell_far_out_that_is_not_coloured_does_not_make_the_map_small(
    frames: Frames, agency: Agency, code: str
) -> None:
    page = made_of(frames, agency, code)
    many = sample_places.places(agency, sample_month.MONTH, sample_month.AHEAD[0], 400)
    cells = many["place_risk"].filter(crime_type="theft")
    cells = cells if page.is_agency else cells.filter(station=code)
    far = cells.filter(pl.col("grade") < LOWEST).head(1).with_columns(x=pl.col("x") + 90_000, y=pl.col("y") - 70_000)
    spots = frames["hotspot"].clear()
    made, wider = (drawing(page, one, spots, "theft") for one in (cells, pl.concat([cells, far])))
    assert wider == made
    left, right, top, bottom = drawn_box(made)
    assert 0 < left < right < made["width"]
    assert 0 < top < bottom < made["height"]
    assert max((right - left) / made["width"], (bottom - top) / made["height"]) > 0.9
    assert len(made["names"]) == cells["station" if page.is_agency else "box"].n_unique()


def test_a_lone_cell_does_not_fill_the_map_nor_a_row_of_them_make_it_a_strip(frames: Frames, agency: Agency) -> None:
    page, none = made_of(frames, agency, "seobu"), frames["hotspot"].clear()
    cells = frames["place_risk"].filter(crime_type="theft", station="seobu").head(40).with_columns(grade=10)
    lone = drawing(page, cells.head(1), none, "theft")
    assert lone["side"] * LEAST_CELLS <= lone["width"]
    row = drawing(page, cells.with_columns(x=pl.int_range(pl.len()) * 100.0, y=pl.lit(0.0)), none, "theft")
    assert row["height"] >= row["width"] * LEAST_PART


def test_where_no_cell_is_coloured_the_map_is_of_all(frames: Frames, agency: Agency) -> None:
    cells = frames["place_risk"].filter(crime_type="theft", station="seobu").with_columns(grade=1)
    made = drawing(made_of(frames, agency, "seobu"), cells, frames["hotspot"].clear(), "theft")
    assert {one["path"] for one in made["grades"]} == {""}
    assert made["names"]


def test_a_station_sees_its_own_cells_and_nearer(frames: Frames, agency: Agency) -> None:
    whole, own = (places(made_of(frames, agency, code)) for code in ("gwangju", "seobu"))
    assert whole is not None
    assert own is not None
    risk = frames["place_risk"].filter(pl.col("grade") >= LOWEST)
    for made, cells in ((whole, risk), (own, risk.filter(station="seobu"))):
        drawn = [len(squares(grade["path"])) for one in made["maps"] for grade in one["drawing"]["grades"]]
        assert sum(drawn) == cells.height
    assert own["maps"][0]["drawing"]["side"] > whole["maps"][0]["drawing"]["side"]
    assert {row["station"] for one in own["hotspots"] for row in one["rows"]} == {None}
    assert {row["cell"] for one in own["hotspots"] for row in one["rows"]} <= set(
        frames["hotspot"].filter(station="seobu")["cell"]
    )
    assert (len(whole["rounds"]), len(own["rounds"])) == (0, 2)


@pytest.mark.slow
def test_without_a_cell_of_theirs_the_section_is_left_out(frames: Frames, agency: Agency) -> None:
    none = frames | {name: empty(TABLES[name]) for name in ("place_risk", "place_hour", "hotspot", "patrol_stop")}
    page = briefing_page(none, agency, agency.root, "ko")
    assert 'id="places"' not in page
    assert "상습 발생 지점" not in Page(page).text
    others = frames | {"place_risk": frames["place_risk"].filter(pl.col("station") != "nambu")}
    assert places(made_of(others, agency, "nambu")) is None
    assert places(made_of(others, agency)) is not None


@pytest.mark.parametrize(
    ("lang", "told", "never"),
    [
        ("ko", ("상습 발생 지점", "불심검문"), "범죄 예측"),
        ("en", ("Persistent places", "never against a person"), "predict"),
    ],
)
def test_excluded_uses_stand_beside_it_and_nothing_is_called_a_prediction(
    frames: Frames, agency: Agency, lang: str, told: tuple[str, str], never: str
) -> None:
    text = briefing_page(frames, agency, agency.root, lang)
    section = Page(text[(start := text.index('<section id="places">')) : text.index("</section>", start) + 10]).text
    for words in told:
        assert words in section
    assert never not in section.lower()


def test_the_score_stands_beside_a_years_counts_and_says_when_they_are_alike(frames: Frames, agency: Agency) -> None:
    made = places(made_of(frames, agency, lang="en"))
    assert made is not None
    assert "17.6 times" in made["scores"][0].striptags()
    assert "16.7 times" in made["scores"][0].striptags()
    assert "The two are alike" in made["scores"][0]
    better = frames["place_score"].with_columns(pai=pl.col("pai") * pl.when(method="chian").then(1.2).otherwise(1))
    apart = places(made_of(frames | {"place_score": better}, agency, lang="en"))
    assert apart is not None
    assert "The two are alike" not in apart["scores"][0]


def test_a_repeat_is_told_with_and_without_pairs_of_a_day_and_open_cells_are_the_stations(
    frames: Frames, agency: Agency
) -> None:
    made = places(made_of(frames, agency, "seobu", "en"))
    assert made is not None
    near, opened = (line.striptags() for line in made["repeats"])
    assert "within a week and 100 m 2.00 times" in near
    assert "3.00 times with pairs of the same day" in near
    own = set(frames["place_risk"].filter(station="seobu", crime_type="theft")["cell"])
    named = set(re.findall(r"다라\d{6}", opened))
    assert named
    assert named <= own & set(frames["near_repeat_open"]["cell"])
    assert f"{frames['near_repeat_open'].filter(station='seobu').height} cells lie" in opened
    none = frames | {"near_repeat": frames["near_repeat"].with_columns(p_value=pl.lit(0.5))}
    [line] = places(made_of(none, agency, lang="en"))["repeats"]  # type: ignore[index]
    assert "No crime type repeats" in line


def test_crimes_in_cells_that_are_not_told_are_counted(frames: Frames, agency: Agency) -> None:
    made = places(made_of(frames, agency, lang="en"))
    assert made is not None
    assert "5 of them lie in cells that are not told" in made["coverage"][0].striptags()
    every = frames | {"place_coverage": frames["place_coverage"].with_columns(in_area=pl.col("with_cell"))}
    whole = places(made_of(every, agency, lang="en"))
    assert whole is not None
    assert "not told" not in whole["coverage"][0]


@pytest.mark.slow
@pytest.mark.parametrize("code", ["gwangju", "seobu"])
def test_a_page_of_thirty_thousand_cells_stays_small_and_true(tmp_path: Path, code: str) -> None:
    agency = load_agency(with_outlines(tmp_path, collection()))
    month = sample_month.tables(agency)
    many = month | sample_places.places(agency, sample_month.MONTH, sample_month.AHEAD[0], 11_000)
    assert many["place_risk"]["cell"].n_unique() > 30_000
    audience = next(a for a in audiences(agency, sample_month.MONTH) if a.code == code)
    text = briefing_page(many, agency, audience.district, "ko")
    assert len(text.encode()) <= 2_000_000
    drawings = {name: drawn for name, drawn in chart_files(text).items() if name.startswith("places_")}
    assert sorted(drawings) == [f"places_theft_{code}", f"places_violence_{code}"]
    assert max(len(drawn.encode()) for drawn in drawings.values()) <= 1_000_000
    assert_numbers_are_cells(Page(text), Tables.of_frames(many))
