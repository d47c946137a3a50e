"""places.geojson: the cells whose risk is published, as squares in longitude and latitude."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from expectations.geography.degrees import cell_rings
from expectations.geography.grid import Grid

DIGITS = 4
"""Decimals of an expected count."""
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
SHOWN = ("cell", "crime_type", "grade", "expected", "station", "box_name")


def cells_geojson(place_risk: pl.DataFrame, grid: Grid, publication: Mapping[str, Any]) -> bytes:
    """A GeoJSON FeatureCollection (RFC 7946), one polygon per row of `place_risk`, in the table's order.

    Corners go round against the clock, longitude first. Demonstration data says so in every feature.

    Args:
        place_risk: The table.
        grid: The agency's grid.
        publication: The row of table `publication`.
    """
    return _collection(_features(place_risk, grid, publication), place_risk["month"].to_list(), publication)


def cells_of_stations(
    place_risk: pl.DataFrame, grid: Grid, publication: Mapping[str, Any], stations: Iterable[str]
) -> tuple[bytes, dict[str, bytes]]:
    """The same of all cells, and of each station's own by its code; a station without any has none.

    Each cell is in two files: it is told once.
    """
    features, months = _features(place_risk, grid, publication), place_risk["month"].to_list()
    own: dict[str, list[int]] = {code: [] for code in stations}
    for place, station in enumerate(place_risk["station"].to_list()):
        if station in own:
            own[station].append(place)
    files = {
        code: _collection([features[one] for one in places], [months[one] for one in places], publication)
        for code, places in own.items()
        if places
    }
    return _collection(features, months, publication), files


def _collection(features: Sequence[str], months: Iterable[date], publication: Mapping[str, Any]) -> bytes:
    marked = {"generated": True} if publication["generated"] else {}
    about = {"foreseen": f"{max(months):%Y-%m}", "as_of": f"{publication['as_of']}"} | marked
    head = json.dumps({"type": "FeatureCollection", "name": "places"} | about, ensure_ascii=False)
    return (head[:-1] + ', "features": [\n' + ",\n".join(features) + "\n]}\n").encode()


def _number_text(numbers: Any) -> str:
    """Finite numbers and lists of them as JSON has them, which is how Python writes them, without blanks."""
    return repr(numbers).replace(" ", "")


def _features(place_risk: pl.DataFrame, grid: Grid, publication: Mapping[str, Any]) -> list[str]:
    """A feature a row. Texts are written once each, for cells and names stand in many of them."""
    marked = ',"generated":true' if publication["generated"] else ""
    corners = place_risk.select("x", "y").unique(maintain_order=True)
    rings = cell_rings(grid, corners["x"].to_numpy(), corners["y"].to_numpy())
    at = {place: _number_text(ring) for place, ring in zip(corners.iter_rows(), rings, strict=True)}
    properties = []
    for name in SHOWN:
        if name == "expected":
            told = [_number_text(round(expected, DIGITS)) for expected in place_risk[name].to_list()]
        else:
            once = {value: _json(value) for value in place_risk[name].unique()}
            told = [once[value] for value in place_risk[name].to_list()]
        properties.append([f'"{name}":{value}' for value in told])
    return [
        f'{{"type":"Feature","properties":{{{",".join(row)}{marked}}},'
        f'"geometry":{{"type":"Polygon","coordinates":[{at[place]}]}}}}'
        for place, row in zip(place_risk.select("x", "y").iter_rows(), zip(*properties, strict=True), strict=True)
    ]
