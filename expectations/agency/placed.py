"""What of an agency may be told by place: its area on the grid, its crime types, and the offences that never are."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from expectations.agency.file import CrimeType, Places
from expectations.agency.outlines import Outline, Rings
from expectations.agency.parts import AgencyError, Code
from expectations.agency.subtypes import CODED
from expectations.agency.tables import read_residents
from expectations.codes import shortened
from expectations.degrees import Ring, ring_in_metres
from expectations.kinds import KINDS
from expectations.layout import Layout
from expectations.projection import is_reached
from expectations.raster import Raster, filled_in, touched, united

PILE_ROWS, PILE_DISTRICTS = 50, 5
"""So many crimes at one place, from so many districts, are a default: no place is that busy in all of them."""
FINE = 100
"""Metres of the sides of squares by which it is told whether a point lies near the area."""
POLICE = "police"
RESIDENTS = "place_residents.csv"
_LOOKED_FOR = re.compile(
    r"마약|대마|향정|필로폰|메스암페타민|코카인|헤로인|아편|엑스터시|펜타닐"
    r"|음주\s*운전|음주\s*측정|무면허|성매매|성매수|윤락|도박|사행|총포|도검|화약류"
    r"|\bdrugs?\b|narcotic|controlled\s+(?:dangerous\s+)?substance|cocaine|mari[jh]uana|cannabis|amphetamine|heroin"
    r"|opioid|opiate|opium|fentanyl|ecstasy|\bmdma\b|\blsd\b|paraphernalia"
    r"|\bd\.?[uw]\.?i\b|\bovi\b|drunk(?:en)?\s+driv|driving\s+(?:under|while|drunk)|impaired\s+driv|drink[\s-]driv"
    r"|prostitut|solicitation|gambl|gaming\s+law|weapons?\b.*(?:possess|carry)|(?:possess|carry)\w*\b.*weapons?\b"
    r"|(?:possess|carry)\w*\b.*(?:firearm|knife|\bguns?\b)|weapons?\s+(?:law|offen[cs]e|violation)|loiter|vagran",
    re.IGNORECASE,
)
"""Offences that come to notice where the police look for them (Lum and Isaac 2016), by their names in code lists.

No list of words is complete: whoever writes the code list has to say so of what is called otherwise.
"""

Lists = Mapping[str, Mapping[str, Code]]


def place_types(places: Places, types: Iterable[CrimeType]) -> tuple[str, ...]:
    """Codes of the crime types whose places may be told: those agency.toml names, else those that are forecast."""
    chosen = places.crime_types
    return tuple(one.code for one in types if (one.forecast if chosen is None else one.code in chosen))


def found_by_police(layouts: Iterable[Layout], codes: Lists, counted_as: Callable[[str], str]) -> list[tuple[str, str]]:
    """Source and offence code of what the police find themselves, which no table of places may hold."""
    found = {
        (counted_as(layout.name), code.code)
        for layout in layouts
        if KINDS[layout.kind].coded == CODED
        for code in codes.get(layout.codes, {}).values()
        if code.reported_by == POLICE
    }
    return sorted(found)


def untold_cells(folder: Path, places: Places) -> frozenset[str]:
    """Cells with fewer residents or buildings than agency.toml asks for; one whose number is not given may be told.

    Raises:
        AgencyError: A least number is asked for and not given anywhere, the other way round, or the file has a fault.
    """
    path = folder / RESIDENTS
    least = {"residents": places.least_residents, "buildings": places.least_buildings}
    if not path.exists():
        if (asked := next((name for name, number in least.items() if number is not None), None)) is not None:
            raise AgencyError("agency_least_missing", file=path.name, field=f"least_{asked}", column=asked)
        return frozenset()
    found = read_residents(path, places.grid)
    for name, number in least.items():
        if number is not None and all(getattr(one, name) is None for one in found.values()):
            raise AgencyError("agency_least_missing", file=path.name, field=f"least_{name}", column=name)
    if all(number is None for number in least.values()):
        raise AgencyError("agency_least_unsaid", file=path.name)
    return frozenset(
        cell
        for cell, of in found.items()
        if any(
            number is not None and (given := getattr(of, name)) is not None and given < number
            for name, number in least.items()
        )
    )


def filled_area(places: Places, features: Sequence[Rings]) -> Raster:
    """The area of a GeoJSON file as cells of the grid: those whose centre lies in a feature, within it by even-odd.

    Raises:
        AgencyError: It does not lie where the grid's system reaches, or is larger than any agency's.
    """
    return _united(filled_in, places, features, places.cell_metres)


def touched_area(places: Places, features: Sequence[Rings]) -> Raster:
    """The same area as all squares it has a part in, of at most 100 m: what is near it does not hang on the grid.

    Raises:
        AgencyError: As of `filled_area`.
    """
    return _united(touched, places, features, min(places.cell_metres, FINE))


def _united(fill: Callable[[list[Ring], int], Raster], places: Places, features: Sequence[Rings], side: int) -> Raster:
    try:
        return united([fill([ring_in_metres(places.crs, ring) for ring in rings], side) for rings in features])
    except ValueError as error:
        raise AgencyError("agency_area_elsewhere", file=places.area, crs=places.crs) from error


def box_around(outlines: Iterable[Outline], crs: str) -> tuple[float, float, float, float] | None:
    """West, south, east and north, in metres, of the districts' outlines; None where there are none."""
    rings = [ring_in_metres(crs, ring) for outline in outlines for ring in outline.rings]
    if not rings:
        return None
    points = np.concatenate([np.asarray(ring) for ring in rings])
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        return None
    (west, south), (east, north) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return west, south, east, north


def check_points(agency: str, places: Places, types: tuple[str, ...], layouts: Iterable[Layout], codes: Lists) -> None:
    """Hold that points can be told in the grid's system, and that code lists say who reports what police may find.

    Raises:
        AgencyError: Naming the source, or the list and the code.
    """
    for layout in layouts:
        if layout.points is None:
            continue
        if not is_reached(layout.points.crs, places.crs):
            values = {"source": layout.name, "found": layout.points.crs, "expected": places.crs}
            raise AgencyError("agency_points_crs", agency=agency, **values)
        for code in codes.get(layout.codes, {}).values():
            if code.group in types and not code.reported_by and _LOOKED_FOR.search(code.name):
                raise AgencyError(
                    "agency_drugs_reported",
                    file=f"{layout.codes}.csv",
                    listed=shortened(code.code),
                    found=shortened(code.name),
                    group=code.group,
                )
