"""A station's rounds for satellite navigation and maps: one GPX and one GeoJSON a shift."""

import json
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

import polars as pl

from expectations.agency import Agency
from expectations.geography.degrees import DECIMALS, to_degrees
from expectations.geography.grid import Grid
from expectations.sentences import sentence

GPX = "http://www.topografix.com/GPX/1/1"
Point = tuple[float, float]
Placed = tuple[Point, str, str]
"""A point in degrees, its name and what is said of it."""
SHOWN = ("stop", "cell", "expected", "crime_type", "weekday", "from_hour", "arrive_minute", "stay_minutes")


def route_files(
    stops: pl.DataFrame, agency: Agency, grid: Grid, publication: Mapping[str, Any], lang: str
) -> dict[str, bytes]:
    """Files by name, `day.gpx` and `day.geojson`, of the shifts that have a round.

    Args:
        stops: One station's rows of `patrol_stop`.
        agency: The agency folder, for names.
        grid: The agency's grid.
        publication: The row of table `publication`.
        lang: ko or en.
    """
    made: dict[str, bytes] = {}
    for (shift,), own in stops.sort("shift", "stop").group_by("shift", maintain_order=True):
        rows = own.to_dicts()
        half = grid.cell_metres / 2
        points = _degrees(grid, own["x"].to_numpy() + half, own["y"].to_numpy() + half)
        about = [(point, *_told(row, agency, lang)) for row, point in zip(rows, points, strict=True)]
        driven = _from_and_to(rows[0], about, agency, lang)
        named = _named(rows[0], str(shift), agency, publication, lang)
        made[f"{shift}.gpx"] = _gpx(driven, named, lang)
        made[f"{shift}.geojson"] = _geojson(rows, points, [point for point, _, _ in driven], named, publication)
    return made


def _degrees(grid: Grid, x: Any, y: Any) -> list[Point]:
    """Longitudes and latitudes of metres of the grid."""
    lon, lat = to_degrees(grid.crs, x, y)
    return [(round(float(a), DECIMALS), round(float(b), DECIMALS)) for a, b in zip(lon, lat, strict=True)]


def _told(row: Mapping[str, Any], agency: Agency, lang: str) -> tuple[str, str]:
    """Name and description of a stop."""
    crime = next((one for one in agency.crime_labels if one.code == row["crime_type"]), None)
    about = sentence(
        "route_stop_about",
        lang,
        crime=row["crime_type"] if crime is None else crime.name if lang == "ko" else crime.name_en or crime.name,
        minutes=round(row["arrive_minute"]),
        stay=row["stay_minutes"],
    )
    return sentence("route_stop", lang, stop=row["stop"], cell=row["cell"]), about


def _from_and_to(row: Mapping[str, Any], stops: list[Placed], agency: Agency, lang: str) -> list[Placed]:
    """The stops from where the round begins, and back to there: the station, else the first of them.

    Where the agency folder no longer says where the station stands, its way in and out is left to who drives it.
    """
    back = sentence("route_back", lang)
    if row["begins_at"] == "heaviest_cell":
        point, name, _ = stops[0]
        return [*stops, (point, name, back)]
    if (at := agency.stations_at.get(row["station"])) is None:
        return stops
    [point] = _degrees(agency.places.grid, [at[0]], [at[1]])
    name = _station(row, agency, lang)
    return [(point, name, sentence("route_begin", lang)), *stops, (point, name, back)]


def _station(row: Mapping[str, Any], agency: Agency, lang: str) -> str:
    station = next(d for d in agency.districts if d.code == row["station"])
    return station.name if lang == "ko" else station.name_en or station.name


def _named(row: Mapping[str, Any], shift: str, agency: Agency, publication: Mapping[str, Any], lang: str) -> str:
    """What a round is called: station, shift and month; and that it is generated, where it is."""
    told = sentence(f"route_{shift}", lang, station=_station(row, agency, lang), month=f"{row['month']:%Y-%m}")
    return f"{told} – {sentence('route_generated', lang)}" if publication["generated"] else told


def _gpx(driven: list[Placed], named: str, lang: str) -> bytes:
    """A GPX 1.1 route, from where the round begins back to there."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<gpx xmlns="{GPX}" version="1.1" creator="chian">',
        f"<metadata><name>{escape(named)}</name><desc>{escape(sentence('route_limits', lang))}</desc></metadata>",
        f"<rte><name>{escape(named)}</name>",
    ]
    for (lon, lat), told, about in driven:
        lines.append(f'<rtept lat="{lat}" lon="{lon}"><name>{escape(told)}</name><desc>{escape(about)}</desc></rtept>')
    return "\n".join([*lines, "</rte>", "</gpx>", ""]).encode()


def _geojson(
    rows: list[dict[str, Any]], points: list[Point], driven: list[Point], named: str, publication: Mapping[str, Any]
) -> bytes:
    """The round as a line, then its stops as points."""
    marked = {"generated": True} if publication["generated"] else {}
    features: list[dict[str, Any]] = []
    if len(driven) > 1:
        line = {"type": "LineString", "coordinates": [list(point) for point in driven]}
        features.append({"type": "Feature", "properties": {"name": named} | marked, "geometry": line})
    for row, point in zip(rows, points, strict=True):
        geometry = {"type": "Point", "coordinates": list(point)}
        features.append(
            {"type": "Feature", "properties": {name: row[name] for name in SHOWN} | marked, "geometry": geometry}
        )
    made = {"type": "FeatureCollection", "name": named, "features": features}
    return (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode()
