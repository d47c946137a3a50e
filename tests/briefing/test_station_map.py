"""The map: tiles by default, outlines where the agency folder has them."""

import json
import shutil
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from expectations.agency import Agency, AgencyError, load_agency, packaged
from tests.briefing import sample_month
from tests.briefing.page_reading import Page, Tables, assert_numbers_are_cells
from transforms.briefing.audience import audiences
from transforms.briefing.charts import chart_files
from transforms.briefing.page import briefing_page
from transforms.briefing.page.map.section import station_map
from transforms.briefing.page.material import Material

SVG = "{http://www.w3.org/2000/svg}"
CORNERS = {"bukbu": (126.8, 35.2), "gwangsan": (126.7, 35.1), "seobu": (126.8, 35.1), "dongbu": (126.9, 35.1),
           "nambu": (126.8, 35.0)}  # fmt: skip


def square(x: float, y: float, side: float = 0.1) -> list[list[float]]:
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]


def feature(code: str, geometry: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"code": code}, "geometry": geometry}


def collection(*more: dict[str, Any]) -> dict[str, Any]:
    squares = [feature(code, {"type": "Polygon", "coordinates": [square(*at)]}) for code, at in CORNERS.items()]
    return {"type": "FeatureCollection", "features": [*squares, *more]}


def with_outlines(folder: Path, content: str | dict[str, Any], name: str = "outlines.geojson") -> Path:
    """Gwangju's folder naming a file of outlines."""
    agency = shutil.copytree(packaged(), folder / "agency")
    text = (agency / "agency.toml").read_text("utf-8")
    (agency / "agency.toml").write_text(text.replace('country = "KR"', f'country = "KR"\noutlines = "{name}"'), "utf-8")
    if not name.startswith(".."):
        (agency / name).write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return agency


def material(agency: Agency, code: str = "gwangju") -> Material:
    tables = sample_month.tables(agency)
    audience = next(a for a in audiences(agency, sample_month.MONTH) if a.code == code)
    return Material(tables, agency, audience.district, "ko")


def test_tiles_stand_where_districts_csv_puts_them() -> None:
    made = station_map(material(load_agency(packaged())))
    assert {t["code"]: (t["x"], t["y"]) for t in made["tiles"]} == {
        "bukbu": (2, 1),
        "gwangsan": (1, 2),
        "seobu": (2, 2),
        "dongbu": (3, 2),
        "nambu": (2, 3),
    }
    assert {t["code"]: t["worst"] for t in made["tiles"]} == {
        "bukbu": "watch",
        "gwangsan": "none",
        "seobu": "alert",
        "dongbu": "none",
        "nambu": "none",
    }
    assert (made["columns"], made["laid_out"], made["shapes"]) == (3, True, None)


def test_tiles_without_places_stand_in_the_folders_order(tmp_path: Path) -> None:
    agency = shutil.copytree(packaged(), tmp_path / "agency")
    rows = [line.split(",") for line in (agency / "districts.csv").read_text("utf-8").splitlines()]
    for row in rows[1:]:
        row[9] = row[10] = ""
    (agency / "districts.csv").write_text("\n".join(map(",".join, rows)) + "\n", "utf-8")
    made = station_map(material(load_agency(agency)))
    assert [(t["code"], t["x"], t["y"]) for t in made["tiles"]] == [
        ("dongbu", 1, 1),
        ("seobu", 2, 1),
        ("nambu", 3, 1),
        ("bukbu", 1, 2),
        ("gwangsan", 2, 2),
    ]
    assert made["laid_out"] is False


def test_outlines_of_the_folder_are_drawn_north_up_and_true_in_width(tmp_path: Path) -> None:
    island = [[square(127.0, 35.0, 0.01)], [square(127.02, 35.0, 0.01)]]
    hole = feature("dongbu-jisan", {"type": "MultiPolygon", "coordinates": island})
    agency = load_agency(with_outlines(tmp_path, collection(hole)))
    made = station_map(material(agency))
    places = {shape["code"]: (shape["x"], shape["y"]) for shape in made["shapes"]["paths"]}
    assert set(places) == set(CORNERS)
    assert places["bukbu"][1] < places["seobu"][1] < places["nambu"][1]
    assert places["gwangsan"][0] < places["seobu"][0] < places["dongbu"][0]
    # A square of a tenth of a degree is narrower than high at 35° north: by the cosine.
    wide = (places["dongbu"][0] - places["gwangsan"][0]) / 2
    high = (places["nambu"][1] - places["bukbu"][1]) / 2
    assert wide / high == pytest.approx(0.818, abs=0.01)
    assert made["tiles"] == []


@pytest.mark.slow
@pytest.mark.parametrize("code", ["gwangju", "seobu"])
def test_page_with_outlines_says_the_same_in_words(tmp_path: Path, code: str) -> None:
    agency = load_agency(with_outlines(tmp_path, collection()))
    tables = sample_month.tables(agency)
    audience = next(a for a in audiences(agency, sample_month.MONTH) if a.code == code)
    text = briefing_page(tables, agency, audience.district, "ko")
    page = Page(text)
    assert "기관 폴더의 경계도" in page.text
    assert text.count('class="area ') == 5
    assert text.count('class="area is-alert"') == 1
    assert_numbers_are_cells(page, Tables.of_frames(tables))
    # To take away: with its pattern, and each district's numbers for who points at it; another's are not told.
    drawing = ElementTree.fromstring(chart_files(text)["signals"])
    titles = [one.findtext(f"{SVG}title") or "" for one in drawing.iter(f"{SVG}path")]
    assert {title.split(":")[0] for title in titles} == {d.name for d in agency.districts if d.code in CORNERS}
    assert "광주서부경찰서: 절도 180 ▲ 경보 증가" in " ".join(titles)
    assert sum(":" in title for title in titles) == (5 if code == "gwangju" else 1)
    assert [one.get("fill") for one in drawing.iter(f"{SVG}path")].count("#e39a4f") == 1


def test_outlines_belong_to_the_agencys_hash(tmp_path: Path) -> None:
    folder = with_outlines(tmp_path, collection())
    before = load_agency(folder).hash
    (folder / "outlines.geojson").write_text(json.dumps(collection()) + "\n", "utf-8")
    assert load_agency(folder).hash != before


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "is no JSON in UTF-8"),
        ({"type": "Feature"}, "expected a GeoJSON FeatureCollection"),
        (collection(feature("atlantis", {})), "feature 6: property `code` is 'atlantis', expected a code of districts"),
        (collection(feature("seobu", {"type": "Polygon", "coordinates": [square(0, 0)]})), "'seobu' stands twice"),
        (collection(feature("gwangju", {"type": "Point", "coordinates": [0, 0]})), "geometry of type 'Point'"),
        (collection(feature("gwangju", {"type": "Polygon", "coordinates": [square(190000, 350000)]})), "in degrees"),
        (collection(feature("gwangju", {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]})), "at least 3"),
        (collection(feature("gwangju", {"type": "Polygon", "coordinates": "x"})), "in degrees"),
        (collection(feature("gwangju", {"type": "Polygon", "coordinates": []})), "has no coordinates"),
    ],
)  # fmt: skip
def test_outlines_that_cannot_be_used_are_refused_in_a_sentence(
    tmp_path: Path, content: str | dict[str, Any], told: str
) -> None:
    with pytest.raises(AgencyError) as refused:
        load_agency(with_outlines(tmp_path, content))
    assert told in str(refused.value)
    assert "outlines.geojson" in str(refused.value)


def test_outlines_missing_or_outside_the_folder_are_refused(tmp_path: Path) -> None:
    folder = with_outlines(tmp_path, collection())
    (folder / "outlines.geojson").unlink()
    with pytest.raises(AgencyError, match="is missing; agency"):
        load_agency(folder)
    shutil.rmtree(folder)
    (tmp_path / "elsewhere.geojson").write_text("{}", "utf-8")
    with pytest.raises(AgencyError, match="lies outside the agency folder"):
        load_agency(with_outlines(tmp_path, "", "../elsewhere.geojson"))
