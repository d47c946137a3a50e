"""An agency folder read whole, each file held to what it must say."""

import hashlib
import tomllib
from collections import Counter
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from expectations.agency.agency import Agency
from expectations.agency.file import AgencyFile
from expectations.agency.ground.outlines import Outline, OutlineError, Rings, read_area, read_outlines
from expectations.agency.ground.placed import check_points, untold_cells
from expectations.agency.parts import AgencyError, District
from expectations.agency.source_parts import check_parts
from expectations.agency.subtypes import check_subtypes
from expectations.agency.tables import hold_file, read_breaks, read_codes, read_districts, text_of
from expectations.codes import LONGEST_TEXT, shortened, unprintable
from expectations.field_faults import first_fault
from expectations.kinds import KINDS, REGISTERS
from expectations.layout import LayoutError, load_layout, read_toml
from expectations.registers import register_layouts

CALL_BREAKS = frozenset({"urgency", "groups", "response"})
"""What of calls may break beside one of their groups."""
NEAR = 0.9
"""How alike two codes are that differ by one letter of ten."""


def packaged(code: str = "gwangju") -> Path:
    """Folder of an agency that comes with chian."""
    return Path(str(files("expectations") / "agencies" / code))


def load_agency(folder: Path) -> Agency:
    """Read an agency folder.

    Raises:
        AgencyError: A file is missing, unreadable or contradicts itself; the sentence names file, row and what to do.
    """
    try:
        return _loaded(folder)
    except OSError as error:
        file = Path(error.filename or folder).name
        raise AgencyError("agency_file_unreadable", folder=folder, file=file, why=error.strerror or error) from error


def _loaded(folder: Path) -> Agency:
    settings = _settings(folder)
    districts = read_districts(folder / "districts.csv", settings.code, settings.language, settings.places.grid)
    codes = {p.stem: read_codes(p) for p in _named(folder / "codes", "*.csv")}
    try:
        sources = _named(folder / "sources", "*.toml")
        for path in sources:
            hold_file(path)
        layouts = tuple(load_layout(path) for path in sources)
    except LayoutError as error:
        raise AgencyError("agency_within", folder=folder.name, why=error) from error
    told = {name: getattr(settings, name) for name in AgencyFile.model_fields if name != "outlines"}
    agency = Agency(
        folder=folder,
        districts=districts,
        breaks=read_breaks(folder / "breaks.csv"),
        codes=codes,
        layouts=tuple(layout for layout in layouts if layout.kind not in REGISTERS),
        registers=register_layouts(tuple(layout for layout in layouts if layout.kind in REGISTERS)),
        outlines=_outlines(folder, settings.outlines, districts),
        area=_area(folder, settings.places.area),
        untold_cells=untold_cells(folder, settings.places),
        hash=folder_hash(folder),
        **told,
    )
    _check(agency)
    return agency


def _named(folder: Path, pattern: str) -> list[Path]:
    """Files of a folder in name order; hidden ones are what a desktop or a share left there."""
    return sorted(path for path in folder.glob(pattern) if not path.name.startswith("."))


def folder_hash(folder: Path) -> str:
    """sha256 over the relative names and bytes of a folder's files, in name order."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(".")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _settings(folder: Path) -> AgencyFile:
    path = folder / "agency.toml"
    if not path.exists():
        raise AgencyError("agency_file_missing", folder=folder, file=path.name)
    text = text_of(path)
    try:
        return AgencyFile.model_validate(read_toml(text))
    except tomllib.TOMLDecodeError as error:
        raise AgencyError("agency_not_toml", folder=folder.name, file=path.name, why=error) from error
    except ValidationError as error:
        raise AgencyError("agency_field", folder=folder.name, why=first_fault(error, "agency")) from error


def _outlines(folder: Path, name: str | None, districts: tuple[District, ...]) -> tuple[Outline, ...]:
    """Outlines of the file agency.toml names, below the folder; none where it names none."""
    if name is None:
        return ()
    path = _map_file(folder, name, "outlines")
    try:
        return read_outlines(path, {d.code for d in districts})
    except OutlineError as error:
        raise AgencyError("agency_within", folder=folder.name, why=error) from error


def _area(folder: Path, name: str | None) -> tuple[Rings, ...]:
    """Rings of each feature of the area in the file agency.toml names, below the folder; none where it names none."""
    if name is None:
        return ()
    path = _map_file(folder, name, "places.area")
    try:
        return read_area(path)
    except OutlineError as error:
        raise AgencyError("agency_within", folder=folder.name, why=error) from error


def _map_file(folder: Path, name: str, field: str) -> Path:
    """Where a file that a field of agency.toml names lies, below the folder."""
    if unprintable(name) or len(name) > LONGEST_TEXT:
        raise AgencyError("agency_outlines_outside", field=field, found=shortened(name))
    path = (folder / name).resolve()
    if folder.resolve() not in path.parents:
        raise AgencyError("agency_outlines_outside", field=field, found=shortened(name))
    if path.exists():
        hold_file(path)
    return path


def _check(agency: Agency) -> None:
    """Hold the folder's files against each other."""
    names = Counter(layout.name for layout in (*agency.layouts, *agency.registers))
    for name, times in names.items():
        if times > 1:
            raise AgencyError("agency_source_twice", agency=agency.code, found=name)
    listed = {*agency.sources.required, *(name for order in agency.sources.order.values() for name in order)}
    for name in sorted(listed - {layout.name for layout in agency.layouts}):
        raise AgencyError("agency_source_unknown", agency=agency.code, found=name)
    types = {t.code for t in agency.crime_types}
    _check_breaks(agency, types)
    if (
        fault := check_parts(agency.layouts, agency.sources.add, types, {d.code for d in agency.districts})
    ) is not None:
        raise AgencyError(fault.code, agency=agency.code, **fault.values)
    for layout in agency.layouts:
        if layout.codes and layout.codes not in agency.codes:
            raise AgencyError("agency_codes_missing", agency=agency.code, source=layout.name, file=layout.codes)
        for crime in layout.wide.codes if layout.wide else ():
            if crime not in types:
                raise AgencyError("agency_no_crime_type", agency=agency.code, source=layout.name, found=crime)
    _check_groups(agency)
    check_subtypes(agency.code, agency.layouts, agency.codes, agency.crime_types, agency.counted_as)
    _check_call_types(agency)
    check_points(agency.code, agency.places, agency.place_types, agency.layouts, agency.codes)
    if agency.area_cells is not None and not agency.area_cells.cells.any():
        raise AgencyError("agency_area_elsewhere", file=agency.places.area, crs=agency.places.crs)


def _check_breaks(agency: Agency, types: set[str]) -> None:
    """A break of a series there is not would be left out of nothing, and nobody would know."""
    groups = {g.code for g in agency.call_groups}
    for pause in agency.breaks:
        fact, point, part = pause.series.partition(".")
        known = types if fact == "crime" else groups | CALL_BREAKS
        if fact not in ("crime", "call") or (bool(point) and part not in known):
            raise AgencyError("agency_break_series", start=pause.start, found=shortened(pause.series))


def _check_call_types(agency: Agency) -> None:
    """A code of sources that add up has one type: which list it was told by is not kept with a call."""
    told: dict[tuple[str, str, str], str] = {}
    for source, code, group, call_type in agency.call_types:
        other = told.setdefault((source, code, group), call_type)
        if other != call_type:
            types = {"one": shortened(other), "other": shortened(call_type)}
            named = {"agency": agency.code, "source": source, "found": shortened(code)}
            raise AgencyError("agency_call_type_differs", **named, **types)


def _check_groups(agency: Agency) -> None:
    """A group of a code list that is a crime type, or a group of calls, but for a slip: its rows would count nowhere.

    Other groups may be named that the agency does not show.
    """
    for layout in agency.layouts:
        told = agency.call_groups if KINDS[layout.kind].names_calls else agency.crime_types
        known = sorted(label.code for label in told)
        for code in agency.codes.get(layout.codes, {}).values():
            near = [] if code.group in known else get_close_matches(code.group.casefold(), known, 1, NEAR)
            if near:
                raise AgencyError(
                    "agency_group_slip",
                    file=f"{layout.codes}.csv",
                    listed=shortened(code.code),
                    found=shortened(code.group),
                    near=near[0],
                )
