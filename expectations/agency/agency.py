"""An agency: a folder of plain files that says who meets, about which districts, from which exports."""

import hashlib
import tomllib
from collections import Counter
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from expectations.agency.fields.calls import CallClass, CallGroup, Urgency, all_dispatched
from expectations.agency.fields.duty import Service, Shift
from expectations.agency.fields.label import Label
from expectations.agency.file import AgencyFile, CrimeType, MajorCrimes, Meeting, Places, Sources
from expectations.agency.outlines import Outline, OutlineError, Rings, read_area, read_outlines
from expectations.agency.parts import LEVELS as LEVELS
from expectations.agency.parts import OTHERS as OTHERS
from expectations.agency.parts import UNKNOWN as UNKNOWN
from expectations.agency.parts import AgencyError as AgencyError
from expectations.agency.parts import Break as Break
from expectations.agency.parts import Code as Code
from expectations.agency.parts import District as District
from expectations.agency.placed import check_points, found_by_police, place_types, untold_cells
from expectations.agency.source_parts import SourcePart, added_sources, check_parts, source_parts
from expectations.agency.subtypes import check_subtypes, offence_subtypes
from expectations.agency.tables import hold_file, read_breaks, read_codes, read_districts, text_of
from expectations.codes import LONGEST_TEXT, shortened, unprintable
from expectations.field_faults import first_fault
from expectations.kinds import KINDS, REGISTERS
from expectations.layout import Layout, LayoutError, load_layout, read_toml
from expectations.registers import register_layouts

if TYPE_CHECKING:  # commands that only read an agency folder start without numpy
    from expectations.geography.raster import Raster

CALL_BREAKS = frozenset({"urgency", "groups", "response"})
"""What of calls may break beside one of their groups."""
NEAR = 0.9
"""How alike two codes are that differ by one letter of ten."""


@dataclass(frozen=True)
class Agency:
    """Everything an agency folder says.

    Attributes:
        districts: In file order, `unknown-<parent>` children added for every district that has a finer level.
        call_classes: Urgencies forecast together by the hour, as agency.toml lists them; `urgency_classes` has also
            `dispatched`.
        shifts: Of the units that answer calls, day and night where agency.toml lists none.
        service: How soon a unit should be free for a call; None where agency.toml does not say.
        codes: Code lists by file name without ending, each keyed by code.
        layouts: How its exports look.
        registers: How the lists its units keep look: its own layouts of them, else those that come with chian.
        outlines: Of districts, where the folder names a file of them; without any, maps are tiles.
        area: Rings of each feature of the area that is policed, in degrees; none where the folder names no file of it.
        untold_cells: Cells in which so few live, by the folder's file of them, that no table of places may name them.
        hash: sha256 over the names and bytes of the folder's files, sorted.
    """

    folder: Path
    code: str
    name: str
    name_en: str
    timezone: str
    language: str
    country: str | None
    crime_types: tuple[CrimeType, ...]
    major_crimes: MajorCrimes | None
    call_groups: tuple[CallGroup, ...]
    urgencies: tuple[Urgency, ...]
    call_classes: tuple[CallClass, ...]
    shifts: tuple[Shift, ...]
    sources: Sources
    meeting: Meeting
    places: Places
    service: Service | None
    districts: tuple[District, ...]
    breaks: tuple[Break, ...]
    codes: dict[str, dict[str, Code]]
    layouts: tuple[Layout, ...]
    registers: tuple[Layout, ...]
    outlines: tuple[Outline, ...]
    area: tuple[Rings, ...]
    untold_cells: frozenset[str]
    hash: str

    @property
    def root(self) -> District:
        """The agency's own district."""
        return next(d for d in self.districts if d.level == "agency")

    def counted_as(self, name: str) -> str:
        """The source a layout's rows are counted under: the first of those it adds up with, else its own."""
        return next((group[0] for group in self.added if name in group), name)

    @cached_property
    def added(self) -> tuple[tuple[str, ...], ...]:
        """Layouts that add up, by name: as agency.toml lists them, else because their scopes have nothing in common."""
        return added_sources(self.layouts, self.sources.add.values(), self.districts)

    @cached_property
    def parts(self) -> tuple[SourcePart, ...]:
        """Every part that the sources' periods are made of; a source without parts is one."""
        return source_parts(self.layouts, self.counted_as)

    @property
    def told_types(self) -> list[tuple[str, str, str]]:
        """Source, crime type and part of it that speaks of the type, of sources that do not speak of all of them.

        A part that names no types speaks of all.
        """
        scoped = {part.source for part in self.parts if part.crime_types}
        every = tuple(t.code for t in self.crime_types)
        return [(p.source, code, p.name) for p in self.parts if p.source in scoped for code in p.crime_types or every]

    @property
    def told_districts(self) -> list[tuple[str, str, str]]:
        """Source, part of it and each district that the part speaks of, with what lies below it."""
        found = []
        for part in (part for part in self.parts if part.districts):
            inside = set(part.districts)
            for _ in LEVELS:
                inside |= {d.code for d in self.districts if d.parent in inside}
            found += [(part.source, part.name, code) for code in sorted(inside)]
        return found

    @property
    def not_established(self) -> tuple[str, ...]:
        """Codes of the groups of calls of which nobody could establish what they were about."""
        return tuple(group.code for group in self.call_groups if not group.established)

    @property
    def sends_officers(self) -> bool:
        """Whether officers are sent to calls of any of its urgencies."""
        return any(urgency.dispatched for urgency in self.urgencies)

    @cached_property
    def urgency_classes(self) -> tuple[CallClass, ...]:
        """Classes of calls forecast by the hour: those of agency.toml, then `dispatched` of every urgency sent to.

        Calls of a source that gives no urgency are all `dispatched`.
        """
        return (*self.call_classes, all_dispatched(self.urgencies, self.language))

    @cached_property
    def call_types(self) -> list[tuple[str, str, str, str]]:
        """Source of 112 calls, code, call group and type, of every code of the lists that name any type.

        A code without one is `unknown`.
        """
        found = set()
        for layout in (one for one in self.layouts if KINDS[one.kind].names_calls):
            listed, source = self.codes.get(layout.codes, {}).values(), self.counted_as(layout.name)
            if any(code.call_type for code in listed):
                found |= {(source, code.code, code.group, code.call_type or UNKNOWN) for code in listed}
        return sorted(found)

    @property
    def crime_labels(self) -> tuple[Label, ...]:
        """Everything column `crime_type` may hold with its names: the crime types, and the line of several together."""
        return (*self.crime_types, *((self.major_crimes,) if self.major_crimes else ()))

    @property
    def offence_subtypes(self) -> list[tuple[str, str, str, str]]:
        """Source, offence code, crime type and subtype, of crime types whose subtypes the source's code lists tell."""
        return offence_subtypes(self.layouts, self.codes, self.counted_as)

    @property
    def forecast_types(self) -> tuple[str, ...]:
        """Codes of the crime types that are forecast."""
        return tuple(t.code for t in self.crime_types if t.forecast)

    @property
    def place_types(self) -> tuple[str, ...]:
        """Codes of the crime types whose places may be told."""
        return place_types(self.places, self.crime_types)

    @property
    def found_by_police(self) -> list[tuple[str, str]]:
        """Source and offence code of what the police find themselves, whose places are never told."""
        return found_by_police(self.layouts, self.codes, self.counted_as)

    @cached_property
    def area_cells(self) -> "Raster | None":
        """Cells of the area that is policed, where the folder names a file of it."""
        if not self.area:
            return None
        from expectations.agency.area import filled_area

        return filled_area(self.places, self.area)

    @cached_property
    def stations_at(self) -> dict[str, tuple[float, float]]:
        """By station whose cell districts.csv names: the middle of that cell in metres of the grid's system."""
        half = self.places.cell_metres / 2
        corners = {d.code: self.places.grid.corner(d.cell) for d in self.districts if d.cell is not None}
        return {code: (x + half, y + half) for code, (x, y) in corners.items()}

    @cached_property
    def area_touched(self) -> "Raster | None":
        """Squares the area has any part in, where the folder names a file of it."""
        if not self.area:
            return None
        from expectations.agency.area import touched_area

        return touched_area(self.places, self.area)

    @cached_property
    def outlines_box(self) -> tuple[float, float, float, float] | None:
        """West, south, east and north of the outlines in metres of the grid's system; None without outlines."""
        from expectations.agency.area import box_around

        return box_around(self.outlines, self.places.crs)

    def layout(self, name: str) -> Layout:
        """Return a layout by name.

        Raises:
            KeyError: The agency has no such layout.
        """
        for layout in self.layouts:
            if layout.name == name:
                return layout
        raise KeyError(f"agency {self.code} has no source {name!r}; it has {', '.join(x.name for x in self.layouts)}")


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
