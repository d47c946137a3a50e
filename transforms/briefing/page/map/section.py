"""The map of signals: a tile a district by default, the agency's own outlines where its folder has them."""

from typing import Any

from expectations.agency import District
from expectations.agency.ground.outlines import Outline
from transforms.briefing.page.material import Material
from transforms.briefing.page.numbers import cell
from transforms.briefing.page.signals import signal_mark, signal_shape, worst

WIDTH = 720
TALLEST = 620
LETTER = {"ko": 17, "en": 9.5}
"""Width of a letter of a name on the map."""
STEP = 0.5
"""Corners closer than this many drawn units are one."""


def station_map(made_of: Material) -> dict[str, Any]:
    """Districts below the audience with their signals, laid out as tiles or drawn as outlines.

    A station sees its own tile among the others' names: their numbers are theirs.
    """
    below = made_of.stations
    outlines = {o.district: o for o in made_of.agency.outlines}
    drawn = [d for d in below if d.code in outlines]
    tiles = [] if drawn else _tiles(made_of, below)
    boxes = [] if made_of.is_agency else _tiles(made_of, made_of.boxes)
    return {
        "tiles": tiles, "columns": _columns(tiles), "shapes": _shapes(made_of, drawn, outlines) if drawn else None,
        "legend_of_shapes": [_tile(made_of, d) for d in below] if drawn else [],
        "boxes": boxes, "box_columns": _columns(boxes), "laid_out": all(d.tile is not None for d in below),
    }  # fmt: skip


def _columns(tiles: list[dict[str, Any]]) -> int:
    return max((tile["x"] for tile in tiles), default=0)


def _tiles(made_of: Material, districts: tuple[District, ...]) -> list[dict[str, Any]]:
    """Tiles at the places of districts.csv; in a square in the folder's order where it gives none."""
    if all(d.tile is not None for d in districts):
        left, top = (min((d.tile[axis] for d in districts if d.tile), default=0) for axis in (0, 1))
        places = [(d.tile[0] - left + 1, d.tile[1] - top + 1) for d in districts if d.tile]
    else:
        wide = max(1, round(len(districts) ** 0.5 + 0.49))
        places = [(n % wide + 1, n // wide + 1) for n in range(len(districts))]
    made = [_tile(made_of, district) | {"x": x, "y": y} for district, (x, y) in zip(districts, places, strict=True)]
    return sorted(made, key=lambda tile: (tile["y"], tile["x"], tile["code"]))


def _tile(made_of: Material, district: District) -> dict[str, Any]:
    """One district: its name, and per crime type the count and the signal; only the name where it is another's."""
    ours = made_of.is_agency or made_of.audience.code in (district.code, district.parent)
    rows = made_of.rows("outlook", district=district.code) if ours else []
    by_crime = {row["crime_type"]: row for row in rows}
    flagged = [row for row in rows if signal_shape(row)]
    return {
        "code": district.code, "name": made_of.name(district.code), "ours": ours,
        "worst": worst(rows) if ours else "other",
        "shapes": " · ".join(f"{made_of.crime(row['crime_type'])} {signal_shape(row)}" for row in flagged),
        "series": [
            {"crime": made_of.crime(crime), "incidents": cell(by_crime[crime], "outlook", "incidents"),
             "mark": signal_mark(made_of, by_crime[crime])}
            for crime in made_of.crime_types if crime in by_crime
        ],
    }  # fmt: skip


def _shapes(made_of: Material, districts: list[District], outlines: dict[str, Outline]) -> dict[str, Any]:
    """Outlines projected so that areas near each other keep their form: longitudes shrink with the latitude."""
    from math import cos, radians

    corners = [point for d in districts for ring in outlines[d.code].rings for point in ring]
    west, east = min(x for x, _ in corners), max(x for x, _ in corners)
    south, north = min(y for _, y in corners), max(y for _, y in corners)
    shrink = cos(radians((south + north) / 2))
    scale = min(WIDTH / max((east - west) * shrink, 1e-9), TALLEST / max(north - south, 1e-9))

    def placed(point: tuple[float, float]) -> tuple[float, float]:
        x, y = (point[0] - west) * shrink * scale, (north - point[1]) * scale
        return round(x / STEP) * STEP, round(y / STEP) * STEP

    return {
        "width": round((east - west) * shrink * scale + 1, 1), "height": round((north - south) * scale + 1, 1),
        "paths": [_shape(made_of, d, [[placed(p) for p in ring] for ring in outlines[d.code].rings])
                  for d in districts],
    }  # fmt: skip


def _shape(made_of: Material, district: District, rings: list[list[tuple[float, float]]]) -> dict[str, Any]:
    """One district's path, and where its name stands: in the middle of its largest ring."""
    words = []
    for ring in rings:
        kept = [point for n, point in enumerate(ring) if n == 0 or point != ring[n - 1]]
        words.append("M" + "L".join(f"{x:g} {y:g}" for x, y in kept) + "Z")
    x, y = _middle(max(rings, key=lambda ring: abs(_area(ring))))
    tile = _tile(made_of, district)
    half = round(max(len(tile["name"]), len(tile["shapes"])) * (LETTER[made_of.lang] / 2) + 6, 1)
    series = " · ".join(_told(one) for one in tile["series"])
    title = f"{tile['name']}: {series}" if series else tile["name"]
    return tile | {"path": "".join(words), "title": title, "x": round(x, 1), "y": round(y, 1), "half": half}


def _told(one: dict[str, Any]) -> str:
    """A crime type's count and signal of a tile in plain words, for who points at the district."""
    return " ".join((one["crime"], one["incidents"].striptags(), one["mark"].striptags()))


def _area(ring: list[tuple[float, float]]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)) / 2


def _middle(ring: list[tuple[float, float]]) -> tuple[float, float]:
    """Centre of a ring's area; of its corners where it has none."""
    area = _area(ring)
    if not area:
        return sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)
    pairs = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    cross = [a[0] * b[1] - b[0] * a[1] for a, b in pairs]
    x = sum((a[0] + b[0]) * c for (a, b), c in zip(pairs, cross, strict=True)) / (6 * area)
    y = sum((a[1] + b[1]) * c for (a, b), c in zip(pairs, cross, strict=True)) / (6 * area)
    return x, y
