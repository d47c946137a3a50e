"""The map of an audience's cells of one crime type, by grade on the outlines of the agency folder."""

from collections.abc import Iterable
from typing import Any

import polars as pl

from expectations.agency.ground.outlines import Outline
from expectations.geography.degrees import ring_in_metres
from expectations.geography.grid import Grid
from transforms.briefing.page.material import Material
from transforms.briefing.page.numbers import when

WIDTH, TALLEST = 720, 620
"""Of the drawing, in its own units: about pixels."""
LOWEST = 6
"""Grades below it are not drawn: those from it on hold half of what is expected."""
LEAST_SIDE = 3
"""Drawn units of a cell's side; where it has fewer, it is drawn larger than it is, or nobody would see it."""
HALF_NAME = 80
"""Drawn units that a name may take beside its middle: nearer to an edge it begins or ends there, or it would be cut."""
STEP = 0.5
"""Corners closer than this many drawn units are one."""
AROUND = 0.04
"""Share of its larger side that is left around what is drawn."""
LEAST_CELLS, LEAST_PART = 20, 1 / 3
"""Fewest cells that the picture is wide and high, and least part that one side of it is of the other: a lone cell would
fill it, a row of them leave no room for words."""
BARS = (100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000)
"""Metres a scale's bar may have: the longest that takes no more than a fifth of the width."""
KILOMETRE = 1000
Box = tuple[float, float, float, float]
Ring = list[tuple[float, float]]


class Placed:
    """From the grid's metres to the drawing: north is up, both axes alike, and cells are squares of one size.

    Attributes:
        width: Of the drawing.
        height: Of the drawing.
        unit: Drawn units a metre has.
    """

    def __init__(self, west: float, south: float, east: float, north: float) -> None:
        """Fit what lies between these metres, with a little around it, into the drawing."""
        around = AROUND * max(east - west, north - south)
        self._west, self._north = west - around, north + around
        across, up = east - west + 2 * around, north - south + 2 * around
        self.unit = min(WIDTH / across, TALLEST / up)
        self.width, self.height = round(across * self.unit, 1), round(up * self.unit, 1)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A place in drawn units."""
        return round((x - self._west) * self.unit, 1), round((self._north - y) * self.unit, 1)


def drawing(made_of: Material, cells: pl.DataFrame, spots: pl.DataFrame, crime: str) -> dict[str, Any]:
    """What the template draws of one crime type.

    Args:
        made_of: The page.
        cells: The audience's rows of `place_risk` of the crime type.
        spots: Those of `hotspot` that the list beside the map tells.
        crime: Its code.
    """
    grid = made_of.agency.places.grid
    outlines = _outlines(made_of, grid)
    drawn = cells.filter(pl.col("grade") >= LOWEST)
    placed = Placed(*_extent(made_of, drawn if drawn.height else cells, spots, outlines))
    west, north = (float(one) for one in (cells["x"].to_numpy().min(), cells["y"].to_numpy().max()))
    left, top = placed.point(west, north + grid.cell_metres)
    side = round(grid.cell_metres * placed.unit, 4)
    return {
        "file": f"places_{crime}_{made_of.audience.code}",
        "district": made_of.audience.code,
        "title": made_of.say(
            "places_map",
            crime=made_of.crime(crime),
            name=made_of.name(made_of.audience.code),
            month=when(cells["month"].max(), made_of.lang),
        ).striptags(),
        "width": placed.width,
        "height": placed.height,
        "outlines": [
            {"path": _path(rings, placed), "ours": made_of.is_agency or _is_ours(made_of, code)}
            for code, rings in outlines.items()
        ],
        "left": left,
        "top": top,
        "side": side,
        "around": round(max(LEAST_SIDE - side, 0) / side, 3),
        "enlarged": side < LEAST_SIDE,
        "grades": [
            {"grade": grade, "path": runs(drawn.filter(pl.col("grade") == grade), west, north, grid.cell_metres)}
            for grade in range(LOWEST, 11)
        ],
        "names": _names(made_of, cells, drawn, placed),
        "spots": _spots(spots, placed, grid.cell_metres),
        "bar": _bar(placed),
    }


def runs(cells: pl.DataFrame, west: float, north: float, metres: int) -> str:
    """Squares of one grade as one path in whole cells: neighbours of a row are one rectangle, and equal ones below too.

    Args:
        cells: x and y of their lower-left corners.
        west: x that is column 0.
        north: y that is row 0; rows count downwards.
        metres: Side of a cell.
    """
    at = cells.select(
        row=((north - pl.col("y")) / metres).round().cast(pl.Int64),
        column=((pl.col("x") - west) / metres).round().cast(pl.Int64),
    ).unique()
    strips: dict[tuple[int, int], list[int]] = {}
    for (row,), own in at.sort("row", "column").group_by("row", maintain_order=True):
        for first, length in _stretches(own["column"].to_list()):
            strips.setdefault((first, length), []).append(int(row))
    rectangles = [
        (top, first, length, high) for (first, length), rows in strips.items() for top, high in _stretches(rows)
    ]
    return "".join(f"M{first} {top}h{length}v{high}h-{length}z" for top, first, length, high in sorted(rectangles))


def _stretches(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Whole numbers in order as first ones and lengths of what follows without a gap."""
    made: list[tuple[int, int]] = []
    for number in numbers:
        if made and made[-1][0] + made[-1][1] == number:
            made[-1] = (made[-1][0], made[-1][1] + 1)
        else:
            made.append((number, 1))
    return made


def _outlines(made_of: Material, grid: Grid) -> dict[str, list[Ring]]:
    """Rings of the stations' outlines in the grid's metres; of the boxes on a station's page, where there are any."""
    held: dict[str, Outline] = {one.district: one for one in made_of.agency.outlines}
    wanted = [d.code for d in made_of.stations] + ([] if made_of.is_agency else [d.code for d in made_of.boxes])
    return {code: [ring_in_metres(grid.crs, ring) for ring in held[code].rings] for code in wanted if code in held}


def _is_ours(made_of: Material, code: str) -> bool:
    """Whether a district is the audience or one of its boxes."""
    return code == made_of.audience.code or code in {d.code for d in made_of.boxes}


def _extent(made_of: Material, drawn: pl.DataFrame, spots: pl.DataFrame, outlines: dict[str, list[Ring]]) -> Box:
    """Metres west, south, east and north of what is drawn: cells, numbers, and outlines that are the audience's.

    Cells that are not coloured do not count: a few of them far out would leave most of the picture empty.
    """
    metres = made_of.agency.places.grid.cell_metres
    ours = {d.code for d in made_of.stations} if made_of.is_agency else {made_of.audience.code}
    corners = [point for code, rings in outlines.items() if code in ours for ring in rings for point in ring]
    for table in (drawn, spots):
        for x, y in table.select("x", "y").iter_rows():
            corners += [(x, y), (x + metres, y + metres)]
    (west, east), (south, north) = ((min(along), max(along)) for along in zip(*corners, strict=True))
    least = max(LEAST_CELLS * metres, LEAST_PART * max(east - west, north - south))
    across, up = (max(least - side, 0) / 2 for side in (east - west, north - south))
    return west - across, south - up, east + across, north + up


def _path(rings: list[Ring], placed: Placed) -> str:
    words = []
    for ring in rings:
        points = [(round(x / STEP) * STEP, round(y / STEP) * STEP) for x, y in (placed.point(*one) for one in ring)]
        kept = [point for n, point in enumerate(points) if n == 0 or point != points[n - 1]]
        words.append("M" + "L".join(f"{x:g} {y:g}" for x, y in kept) + "Z")
    return "".join(words)


def _names(made_of: Material, cells: pl.DataFrame, drawn: pl.DataFrame, placed: Placed) -> list[dict[str, Any]]:
    """Stations, or a station's boxes, each named in the middle of its drawn cells, of all of them where none is drawn.

    One whose middle lies outside the picture is not named.
    """
    by = "station" if made_of.is_agency else "box"
    middles = [
        table.filter(pl.col(by).is_not_null()).group_by(by).agg(pl.col("x", "y").mean()) for table in (drawn, cells)
    ]
    made = []
    for code, x, y in pl.concat(middles).unique(by, keep="first", maintain_order=True).sort(by).iter_rows():
        across, down = placed.point(x, y)
        if 0 <= across <= placed.width and 0 <= down <= placed.height:
            anchor = "start" if across < HALF_NAME else "end" if across > placed.width - HALF_NAME else "middle"
            made.append({"name": made_of.name(code), "x": across, "y": down, "anchor": anchor})
    return made


def _spots(spots: pl.DataFrame, placed: Placed, metres: int) -> list[dict[str, Any]]:
    """The numbers of the hotspots, each beside its heaviest cell."""
    made = []
    for number, x, y in spots.select("hotspot", "x", "y").iter_rows():
        across, down = placed.point(x + metres, y + metres)
        made.append({"number": number, "x": round(across + 1, 1), "y": round(down - 1, 1)})
    return made


def _bar(placed: Placed) -> dict[str, Any]:
    """The scale, in the lower left corner."""
    metres = max((one for one in BARS if one * placed.unit <= placed.width / 5), default=BARS[0])
    told = f"{metres // KILOMETRE} km" if metres >= KILOMETRE else f"{metres} m"
    return {"x": 8, "y": round(placed.height - 8, 1), "length": round(metres * placed.unit, 1), "told": told}
