"""A station's rounds for satellite navigation and maps: one GPX and one GeoJSON a shift."""

import json
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

import polars as pl

from expectations.agency import Agency
from expectations.degrees import to_degrees
from expectations.grid import Grid
from expectations.sentences import sentence

PLACES = 6
"""Decimals of a degree: a tenth of a metre."""
GPX = "http://www.topografix.com/GPX/1/1"
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
        lon, lat = to_degrees(grid.crs, own["x"].to_numpy() + half, own["y"].to_numpy() + half)
        points = [(round(float(a), PLACES), round(float(b), PLACES)) for a, b in zip(lon, lat, strict=True)]
        if rows[0]["begins_at"] == "heaviest_cell":
            # Back to where it began; a station's own way in and out is known to who drives it.
            points.append(points[0])
        named = _named(rows[0], str(shift), agency, publication, lang)
        made[f"{shift}.gpx"] = _gpx(rows, points, named, publication, agency, lang)
        made[f"{shift}.geojson"] = _geojson(rows, points, named, publication)
    return made


def _named(row: Mapping[str, Any], shift: str, agency: Agency, publication: Mapping[str, Any], lang: str) -> str:
    """What a round is called: station, shift and month; and that it is generated, where it is."""
    station = next(d for d in agency.districts if d.code == row["station"])
    name = station.name if lang == "ko" else station.name_en or station.name
    told = sentence(f"route_{shift}", lang, station=name, month=f"{row['month']:%Y-%m}")
    return f"{told} – {sentence('route_generated', lang)}" if publication["generated"] else told


def _gpx(
    rows: list[dict[str, Any]], points: list[tuple[float, float]], named: str, publication: Mapping[str, Any],
    agency: Agency, lang: str,
) -> bytes:  # fmt: skip
    """A GPX 1.1 route; the last point leads back to the first where the round begins there."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<gpx xmlns="{GPX}" version="1.1" creator="chian">',
        f"<metadata><name>{escape(named)}</name><desc>{escape(sentence('route_limits', lang))}</desc></metadata>",
        f"<rte><name>{escape(named)}</name>",
    ]
    for number, (lon, lat) in enumerate(points):
        row = rows[number % len(rows)]
        told = sentence("route_stop", lang, stop=row["stop"], cell=row["cell"])
        crime = next((one for one in agency.crime_labels if one.code == row["crime_type"]), None)
        about = sentence(
            "route_stop_about",
            lang,
            crime=row["crime_type"] if crime is None else crime.name if lang == "ko" else crime.name_en or crime.name,
            minutes=round(row["arrive_minute"]),
            stay=row["stay_minutes"],
        )
        if number >= len(rows):
            about = sentence("route_back", lang)
        lines.append(f'<rtept lat="{lat}" lon="{lon}"><name>{escape(told)}</name><desc>{escape(about)}</desc></rtept>')
    return "\n".join([*lines, "</rte>", "</gpx>", ""]).encode()


def _geojson(
    rows: list[dict[str, Any]], points: list[tuple[float, float]], named: str, publication: Mapping[str, Any]
) -> bytes:
    """The round as a line, then its stops as points."""
    marked = {"generated": True} if publication["generated"] else {}
    features: list[dict[str, Any]] = []
    if len(points) > 1:
        line = {"type": "LineString", "coordinates": [list(point) for point in points]}
        features.append({"type": "Feature", "properties": {"name": named} | marked, "geometry": line})
    for row, point in zip(rows, points, strict=False):
        geometry = {"type": "Point", "coordinates": list(point)}
        features.append(
            {"type": "Feature", "properties": {name: row[name] for name in SHOWN} | marked, "geometry": geometry}
        )
    made = {"type": "FeatureCollection", "name": named, "features": features}
    return (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode()
