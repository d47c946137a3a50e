"""What of an agency may be told by place: its crime types, and the offences and the cells that never are."""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from expectations.agency.file import CrimeType, Places
from expectations.agency.parts import AgencyError, Code
from expectations.agency.subtypes import CODED
from expectations.agency.tables import read_residents
from expectations.codes import shortened
from expectations.geography.projection import is_reached
from expectations.kinds import KINDS
from expectations.layout import Layout

PILE_ROWS, PILE_DISTRICTS = 50, 5
"""So many crimes at one place, from so many districts, are a default: no place is that busy in all of them."""
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
