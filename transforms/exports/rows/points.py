"""Points of a crime export → cells of the agency's grid. Of a point nothing but its cell leaves this module.

A point is used that is a number on both axes, is no default of the system that gave it, and lies where the agency is.
What a default looks like, and whether the axes are swapped, only all rows of a file tell, so it looks at a whole file.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from expectations.agency.ground.placed import PILE_DISTRICTS, PILE_ROWS, POLICE
from expectations.agency.parts import OTHERS
from expectations.formats.reading import KEYBOARD
from expectations.geography.degrees import DEGREES, to_degrees
from expectations.geography.projection import bounds, is_reached, moved
from transforms.exports.facts import Source, nothing

BESIDE = 500.0
"""Metres outside the area, or the box around the outlines, that still count: a border street is both sides'."""
FARTHEST = 200_000.0
"""Metres from the median point where neither is known: no agency is that large."""
NOTES = {
    "absent": "note_points_absent",
    "missing": "note_points_missing",
    "unreadable": "note_points_unreadable",
    "pile": "note_points_pile",
    "swapped": "note_points_swapped",
    "outside": "note_points_outside",
}
"""Why a point is not used, in the order in which they are looked for, and the sentence that tells it."""
_NUMBER = r"^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?$"

Axis = NDArray[np.float64]
Which = NDArray[np.bool_]


@dataclass(frozen=True)
class Placed:
    """Cells of the rows of a file, and what became of the points that gave none.

    Attributes:
        cell: Code of the cell of each row; null without a usable point, and where the crime's place may not be told.
        may_be: Rows whose place may be told: of a crime type of `[places]`, by an offence citizens report.
        unused: Of those, rows without a usable point, by the code of the sentence that says why.
    """

    cell: pl.Series
    may_be: int
    unused: dict[str, int]


def cells_of(rows: pl.DataFrame, crimes: Mapping[str, pl.Series], source: Source) -> Placed:
    """Cut the points of a whole file into cells.

    Args:
        rows: Canonical columns as text, null where the cell says nothing.
        crimes: Columns of raw_crime for the same rows.
        source: What the file is read by; its layout names points.
    """
    may_be = _may_be_told(crimes, source)
    why = np.full(rows.height, "", dtype=object)
    layout, grid = source.layout, source.agency.places.grid
    assert layout.points is not None
    assert layout.axes is not None
    if not set(layout.axes) <= set(rows.columns):
        why[:] = "absent"
        return _placed(nothing(rows.height, pl.String), may_be, why)
    (x, x_said), (y, y_said) = (
        _numbers(rows.get_column(axis), layout.points.missing, layout.thousands) for axis in layout.axes
    )
    why[~np.isfinite(x) | ~np.isfinite(y)] = "unreadable"
    why[~x_said | ~y_said | ((x == 0) & (y == 0))] = "missing"
    why[(why == "") & _piles(x, y, crimes["district"], why == "")] = "pile"
    here = why == ""
    east, north = _on_grid(x, y, here, source)
    inside = here & _inside(source, east, north)
    swapped = _on_grid(y, x, here, source)
    if (here & _inside(source, *swapped)).sum() > inside.sum():
        why[here] = "swapped"
    else:
        why[here & ~inside] = "outside"
    used = np.flatnonzero((why == "") & may_be)
    codes = grid.codes(east[used], north[used]).tolist()
    cell = nothing(rows.height, pl.String).scatter(used, codes) if codes else nothing(rows.height, pl.String)
    return _placed(cell, may_be, why)


def _placed(cell: pl.Series, may_be: Which, why: NDArray[np.object_]) -> Placed:
    unused = {note: int((may_be & (why == reason)).sum()) for reason, note in NOTES.items()}
    return Placed(cell, int(may_be.sum()), {note: rows for note, rows in unused.items() if rows})


def _may_be_told(crimes: Mapping[str, pl.Series], source: Source) -> Which:
    """Rows of a crime type of `[places]` whose offence the police do not find by looking for it."""
    listed = source.agency.codes.get(source.layout.codes, {})
    codes = crimes["offence_code"]
    found = codes.is_in([code.code for code in listed.values() if code.reported_by == POLICE]).fill_null(value=False)
    if OTHERS in listed and listed[OTHERS].reported_by == POLICE:
        found |= ~codes.is_in(sorted(set(listed) - {OTHERS})).fill_null(value=False)
    told = crimes["crime_type"].is_in(list(source.agency.place_types))
    return (told & ~found).to_numpy().astype(np.bool_)


def _numbers(texts: pl.Series, missing: tuple[str, ...], thousands: str) -> tuple[Axis, Which]:
    """What an axis says as numbers, none where it is no number, and whether it says anything."""
    rows = texts.cast(pl.String).alias("text").to_frame()
    typed = not rows.get_column("text").str.contains("[^ -~]").any()
    number, said = _axis(missing, thousands, typed=typed)
    found = rows.select(number).select(pl.col("number").fill_null(float("nan")), said)
    return found.get_column("number").to_numpy(), found.get_column("said").to_numpy().astype(np.bool_)


@cache
def _axis(missing: tuple[str, ...], thousands: str, *, typed: bool) -> tuple[list[pl.Expr], pl.Expr]:
    """Of an axis as text: the text with its number, and of those whether anything is said.

    Args:
        missing: What stands for nothing.
        thousands: What stands between thousands.
        typed: Whether every sign of it stands on a keyboard.
    """
    text = pl.col("text")
    plain = text.str.strip_chars()
    if not typed:
        keys, values = list(KEYBOARD), list(KEYBOARD.values())
        plain = text.str.replace_many(keys, values).str.strip_chars().str.replace("−", "-", literal=True)
    if thousands:
        decimal = "," if thousands == "." else "."
        mark, point = re.escape(thousands), re.escape(decimal)
        grouped = plain.str.contains(rf"^[+-]?[0-9]{{1,3}}(?:{mark}[0-9]{{3}})+(?:{point}[0-9]*)?$").fill_null(
            value=False
        )
        bare = plain.str.replace_all(thousands, "", literal=True)
        plain = pl.when(grouped).then(bare).otherwise(plain).str.replace(decimal, ".", literal=True)
    meant, spelled = _spelled(missing)
    read = plain.str.extract(f"({_NUMBER})", 1).cast(pl.Float64, strict=False).alias("number")
    nothing_said = text.is_null() | text.is_in(meant) | pl.col("number").is_in(spelled).fill_null(value=False)
    return [text, read], (~nothing_said.fill_null(value=True)).alias("said")


@cache
def _spelled(missing: tuple[str, ...]) -> tuple[pl.Series, pl.Series]:
    """Texts that stand for nothing, and the numbers they are, each as one list."""
    meant = pl.Series(list(missing), dtype=pl.String)
    numbers = meant.str.extract(f"({_NUMBER})", 1).cast(pl.Float64, strict=False).drop_nulls()
    return meant.implode(), numbers.implode()


def _piles(x: Axis, y: Axis, districts: pl.Series, among: Which) -> Which:
    """Rows at an exact point that is a default: many rows of many districts."""
    if np.count_nonzero(among) < PILE_ROWS:
        return np.zeros(len(x), dtype=np.bool_)
    points = pl.DataFrame({"x": x, "y": y, "district": districts, "among": among})
    here = pl.col("among")
    heaped = (here.sum() >= PILE_ROWS) & (pl.col("district").filter(here).n_unique() >= PILE_DISTRICTS)
    return points.select(heaped.over("x", "y")).to_series().to_numpy().astype(np.bool_)


def _on_grid(x: Axis, y: Axis, here: Which, source: Source) -> tuple[Axis, Axis]:
    """Points in metres of the grid's system; not finite where they are left out or cannot be there."""
    assert source.layout.points is not None
    east, north = np.full(len(x), np.inf), np.full(len(x), np.inf)
    if here.any():
        east[here], north[here] = moved(x[here], y[here], source.layout.points.crs, source.agency.places.crs)
    return east, north


def _inside(source: Source, east: Axis, north: Axis) -> Which:
    """Points that lie where the agency is: in its area, else the box of its outlines, else near the others."""
    agency = source.agency
    if agency.area_touched is not None:
        return agency.area_touched.reaching(BESIDE).holds(east, north)
    with np.errstate(invalid="ignore"):
        if agency.outlines_box is not None:
            west, south, right, top = agency.outlines_box
            found = (east >= west - BESIDE) & (east <= right + BESIDE)
            return np.asarray(found & (north >= south - BESIDE) & (north <= top + BESIDE))
        near = _where_meant(east, north, agency.places.crs)
        if not near.any():
            return near
        middle = np.median(east[near]), np.median(north[near])
        return np.asarray(near & (np.hypot(east - middle[0], north - middle[1]) <= FARTHEST))


def _where_meant(east: Axis, north: Axis, crs: str) -> Which:
    """Points that lie where the grid's system is meant to be used."""
    finite = np.isfinite(east) & np.isfinite(north)
    limits = bounds(crs)
    if limits is None or not finite.any() or not is_reached(crs, DEGREES):
        return finite
    longitude, latitude = to_degrees(crs, east, north)
    west, south, right, top = limits
    within = (longitude >= west) & (longitude <= right) if west <= right else (longitude >= west) | (longitude <= right)
    return np.asarray(finite & within & (latitude >= south) & (latitude <= top))
