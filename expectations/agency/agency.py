"""An agency: a folder of plain files that says who meets, about which districts, from which exports."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from expectations.agency.fields.calls import CallClass, CallGroup, Urgency, all_dispatched
from expectations.agency.fields.duty import Service, Shift
from expectations.agency.fields.label import Label
from expectations.agency.file import CrimeType, MajorCrimes, Meeting, Places, Sources
from expectations.agency.ground.outlines import Outline, Rings
from expectations.agency.ground.placed import found_by_police, place_types
from expectations.agency.parts import LEVELS, UNKNOWN, Break, Code, District
from expectations.agency.source_parts import SourcePart, added_sources, source_parts
from expectations.agency.subtypes import offence_subtypes
from expectations.kinds import KINDS
from expectations.layout import Layout

if TYPE_CHECKING:  # commands that only read an agency folder start without numpy
    from expectations.geography.raster import Raster


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
        from expectations.agency.ground.area import filled_area

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
        from expectations.agency.ground.area import touched_area

        return touched_area(self.places, self.area)

    @cached_property
    def outlines_box(self) -> tuple[float, float, float, float] | None:
        """West, south, east and north of the outlines in metres of the grid's system; None without outlines."""
        from expectations.agency.ground.area import box_around

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
