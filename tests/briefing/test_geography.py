"""Cells and rounds for maps and navigation: axes in order, squares that close, files that keep to their schema."""

import json
from dataclasses import replace
from itertools import islice, pairwise
from xml.etree import ElementTree

import numpy as np
import polars as pl
import pytest

from expectations.agency import Agency, load_agency, packaged
from expectations.geography.degrees import to_degrees, to_metres
from expectations.geography.grid import Grid
from flows.briefing import by_audience, readers
from tests.briefing import sample_month, sample_places
from transforms.briefing.geography import cells_geojson, route_files
from transforms.meeting.patrol.patrol_stop import patrol_stop

GPX = "{http://www.topografix.com/GPX/1/1}"
ABOUT = {"month": sample_month.MONTH, "as_of": sample_month.AS_OF, "generated": True}
Frames = dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def agency() -> Agency:
    return load_agency(packaged())


@pytest.fixture(scope="module")
def frames(agency: Agency) -> Frames:
    return sample_places.places(agency, sample_month.MONTH, sample_month.AHEAD[0])


def test_the_origin_of_koreas_grid_is_where_its_definition_puts_it() -> None:
    """EPSG:5179: 127.5° east and 38° north are 1,000 km east and 2,000 km north."""
    lon, lat = to_degrees("EPSG:5179", [1_000_000], [2_000_000])
    assert (lon[0], lat[0]) == pytest.approx((127.5, 38.0), abs=1e-9)
    x, y = to_metres("EPSG:5179", [127.5], [38.0])
    assert (x[0], y[0]) == pytest.approx((1_000_000, 2_000_000), abs=1e-4)


def test_there_and_back_is_where_it_began_and_east_is_east() -> None:
    x, y = np.array([940_000.0, 950_000]), np.array([1_680_000.0, 1_690_000])
    for crs in ("EPSG:5179", "EPSG:32652"):
        lon, lat = to_degrees("EPSG:5179", x, y)
        assert lon[1] > lon[0] > 120
        assert 30 < lat[0] < lat[1] < 40
        there = to_metres(crs, lon, lat)
        back = to_degrees(crs, *there)
        assert np.allclose(back, (lon, lat), atol=1e-9)


def area(ring: list[list[float]]) -> float:
    """Twice a ring's area, above 0 against the clock."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))


def test_cells_are_closed_squares_against_the_clock_with_what_the_table_holds(frames: Frames) -> None:
    risk = frames["place_risk"]
    made = json.loads(cells_geojson(risk, Grid(), ABOUT))
    assert made["type"] == "FeatureCollection"
    assert len(made["features"]) == risk.height
    for feature, row in zip(made["features"], risk.iter_rows(named=True), strict=True):
        properties, [ring] = feature["properties"], feature["geometry"]["coordinates"]
        assert (properties["cell"], properties["grade"], properties["station"]) == (
            row["cell"], row["grade"], row["station"],
        )  # fmt: skip
        assert properties["expected"] == pytest.approx(row["expected"], abs=1e-4)
        assert properties["generated"] is True
        assert (feature["geometry"]["type"], len(ring)) == ("Polygon", 5)
        assert ring[0] == ring[-1]
        assert area(ring) > 0
        assert all(126 < lon < 128 and 34 < lat < 36 for lon, lat in ring)
        x, y = to_metres("EPSG:5179", *zip(*ring[:4], strict=True))
        sides = np.stack([x, y]) - np.array([[row["x"]], [row["y"]]])
        assert np.allclose(sides, [[0, 100, 100, 0], [0, 0, 100, 100]], atol=0.1)


def test_real_data_is_not_called_generated(frames: Frames) -> None:
    text = cells_geojson(frames["place_risk"].head(2), Grid(), ABOUT | {"generated": False}).decode()
    assert "generated" not in text


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_round_is_a_gpx_route_that_comes_back(frames: Frames, agency: Agency, lang: str) -> None:
    """The order of elements is that of the schema of GPX 1.1: metadata, then routes; in a point, name before desc."""
    stops = frames["patrol_stop"].filter(station="seobu")
    files = route_files(stops, agency, Grid(), ABOUT, lang)
    assert sorted(files) == ["day.geojson", "day.gpx", "night.geojson", "night.gpx"]
    for shift in ("day", "night"):
        own = stops.filter(shift=shift).sort("stop")
        root = ElementTree.fromstring(files[f"{shift}.gpx"])
        assert (root.tag, root.get("version"), root.get("creator")) == (f"{GPX}gpx", "1.1", "chian")
        assert [child.tag for child in root] == [f"{GPX}metadata", f"{GPX}rte"]
        route = root[1]
        assert [child.tag for child in route] == [f"{GPX}name"] + [f"{GPX}rtept"] * (own.height + 1)
        points = [(float(p.get("lon", "")), float(p.get("lat", ""))) for p in route.iter(f"{GPX}rtept")]
        assert points[0] == points[-1]
        x, y = to_metres("EPSG:5179", *zip(*points[:-1], strict=True))
        assert np.allclose(x, own["x"] + 50, atol=0.1)
        assert np.allclose(y, own["y"] + 50, atol=0.1)
        for number, (point, cell) in enumerate(zip(route.iter(f"{GPX}rtept"), own["cell"], strict=False), 1):
            assert [child.tag for child in point] == [f"{GPX}name", f"{GPX}desc"]
            assert point.findtext(f"{GPX}name") == f"{number}. {cell}"
        line, *places = json.loads(files[f"{shift}.geojson"])["features"]
        assert [tuple(point) for point in line["geometry"]["coordinates"]] == points
        assert [one["properties"]["cell"] for one in places] == own["cell"].to_list()


def test_a_round_from_the_station_leaves_its_way_in_and_out_to_who_drives(frames: Frames, agency: Agency) -> None:
    stops = frames["patrol_stop"].filter(station="seobu", shift="day").with_columns(begins_at=pl.lit("station"))
    root = ElementTree.fromstring(route_files(stops, agency, Grid(), ABOUT, "en")["day.gpx"])
    assert len(list(root.iter(f"{GPX}rtept"))) == stops.height


def test_a_round_begins_and_ends_where_its_station_stands(frames: Frames, agency: Agency) -> None:
    cell = "다라400850"
    placed = tuple(replace(d, cell=cell if d.code == "seobu" else None) for d in agency.districts)
    stops = patrol_stop(frames["place_hour"], {"seobu": replace(agency, districts=placed).stations_at["seobu"]}, 100)
    own = stops.filter(station="seobu", shift="day").sort("stop")
    assert own["begins_at"].unique().to_list() == ["station"]
    files = route_files(own, replace(agency, districts=placed), Grid(), ABOUT, "en")
    route = list(ElementTree.fromstring(files["day.gpx"]).iter(f"{GPX}rtept"))
    assert len(route) == own.height + 2
    x, y = to_metres("EPSG:5179", *([float(route[n].get(axis, "")) for n in (0, 1, -1)] for axis in ("lon", "lat")))
    corner = Grid().corner(cell)
    assert np.allclose(np.stack([x[[0, 2]], y[[0, 2]]]).T - np.array(corner), 50, atol=0.1)
    assert np.hypot(x[1] - x[0], y[1] - y[0]) == pytest.approx(own["metres"][0], abs=1)
    assert [route[n].findtext(f"{GPX}desc") for n in (0, -1)] == ["the round begins here", "back to where it began"]
    assert {route[n].findtext(f"{GPX}name") for n in (0, -1)} == {"Seobu (West) Police Station"}
    line, *places = json.loads(files["day.geojson"])["features"]
    assert len(line["geometry"]["coordinates"]) == own.height + 2
    assert line["geometry"]["coordinates"][0] == line["geometry"]["coordinates"][-1]
    assert [one["properties"]["cell"] for one in places] == own["cell"].to_list()


def of_three(tables: Frames, agency: Agency, lang: str) -> dict[str, bytes]:
    """Files of the agency, the first station and the west."""
    return {name: data for theirs in islice(by_audience(tables, agency, lang), 3) for name, data in theirs.items()}


@pytest.mark.slow
def test_the_files_lie_beside_the_page_and_a_station_has_its_own_cells(agency: Agency) -> None:
    tables = sample_month.tables(agency)
    made = of_three(tables, agency, "ko")
    assert readers(made) == 3
    whole = json.loads(made["places.geojson"])["features"]
    own = json.loads(made["seobu/places.geojson"])["features"]
    assert len(whole) == tables["place_risk"].height
    assert {one["properties"]["station"] for one in own} == {"seobu"}
    assert len(own) == tables["place_risk"].filter(station="seobu").height
    assert {"seobu/routes/day.gpx", "seobu/routes/night.geojson"} <= set(made)
    assert not [name for name in made if name.startswith("gwangju/routes")]


@pytest.mark.slow
def test_where_no_crime_names_a_station_the_rounds_are_the_agencys(agency: Agency) -> None:
    tables = dict(sample_month.tables(agency))
    for name in ("place_risk", "place_hour", "hotspot", "patrol_stop"):
        own = tables[name].filter(station="seobu")
        tables[name] = own.with_columns(station=pl.lit(agency.root.code), station_name=pl.lit(agency.root.name))
    made = of_three(tables, agency, "en")
    assert "seobu/briefing.html" in made
    routes = [name for name in made if "/routes/" in name]
    assert routes == [f"gwangju/routes/{shift}.{kind}" for shift in ("day", "night") for kind in ("gpx", "geojson")]
    stops = tables["patrol_stop"].filter(shift="day").sort("stop")
    root = ElementTree.fromstring(made["gwangju/routes/day.gpx"])
    told = [point.findtext(f"{GPX}name") for point in root.iter(f"{GPX}rtept")]
    assert told[: stops.height] == [f"{n}. {cell}" for n, cell in enumerate(stops["cell"], 1)]
    assert made["gwangju/briefing.html"].decode().count('class="plain rounds"') == 2
    assert "seobu/places.geojson" not in made
