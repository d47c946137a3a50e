"""An agency: a folder of plain files that says who meets, about which districts, from which exports."""

import csv
import hashlib
import io
import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from expectations.agency_file import AgencyFile, CrimeType, Label, Meeting, Sources, Urgency
from expectations.field_faults import first_fault
from expectations.layout import Layout, LayoutError, load_layout
from expectations.outlines import Outline, OutlineError, read_outlines
from expectations.sentences import Failure
from expectations.source_parts import SourcePart, added_sources, check_parts, source_parts

UNKNOWN = "unknown"
OTHERS = "*"
"""Code of a list's row that says which group all codes are that the list does not name."""
LEVELS = ("agency", "station", "box")


class AgencyError(Failure):
    """An agency folder that cannot be used; the sentence names the file, the row and what to do."""


@dataclass(frozen=True)
class District:
    """One district; `code` is unique over levels, the agency's own has no parent."""

    code: str
    name: str
    name_en: str
    aliases: tuple[str, ...]
    level: str
    parent: str | None
    valid_from: date | None
    valid_to: date | None
    population: int | None
    tile: tuple[int, int] | None
    expected: bool
    unknown: bool = False


@dataclass(frozen=True)
class Break:
    """A stretch in which a series does not mean what it means elsewhere."""

    start: date
    end: date | None
    series: str
    reason: str


@dataclass(frozen=True)
class Code:
    """One code of a list: its name and the group it belongs to."""

    code: str
    name: str
    group: str


@dataclass(frozen=True)
class Agency:
    """Everything an agency folder says.

    Attributes:
        districts: In file order, `unknown-<parent>` children added for every district that has a finer level.
        codes: Code lists by file name without ending, each keyed by code.
        outlines: Of districts, where the folder names a file of them; without any, maps are tiles.
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
    call_groups: tuple[Label, ...]
    urgencies: tuple[Urgency, ...]
    sources: Sources
    meeting: Meeting
    districts: tuple[District, ...]
    breaks: tuple[Break, ...]
    codes: dict[str, dict[str, Code]]
    layouts: tuple[Layout, ...]
    outlines: tuple[Outline, ...]
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
    def forecast_types(self) -> tuple[str, ...]:
        """Codes of the crime types that are forecast."""
        return tuple(t.code for t in self.crime_types if t.forecast)

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
    districts = _districts(folder / "districts.csv", settings.code, settings.language)
    codes = {p.stem: _codes(p) for p in _named(folder / "codes", "*.csv")}
    try:
        layouts = tuple(load_layout(p) for p in _named(folder / "sources", "*.toml"))
    except LayoutError as error:
        raise AgencyError("agency_within", folder=folder.name, why=error) from error
    told = {name: getattr(settings, name) for name in AgencyFile.model_fields if name != "outlines"}
    agency = Agency(
        folder=folder, districts=districts, breaks=_breaks(folder / "breaks.csv"), codes=codes, layouts=layouts,
        outlines=_outlines(folder, settings.outlines, districts), hash=folder_hash(folder), **told,
    )  # fmt: skip
    _check(agency)
    return agency


def _named(folder: Path, pattern: str) -> list[Path]:
    """Files of a folder in name order; hidden ones are what a desktop or a share left there."""
    return sorted(path for path in folder.glob(pattern) if not path.name.startswith("."))


def _text(path: Path) -> str:
    """Text of a file of the folder.

    Raises:
        AgencyError: It is not UTF-8: spreadsheets and editors save something else where nobody tells them.
    """
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AgencyError("agency_not_utf8", file=path.name, byte=error.start + 1) from error


def folder_hash(folder: Path) -> str:
    """sha256 over the relative names and bytes of a folder's files, in name order."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(".")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _settings(folder: Path) -> AgencyFile:
    path = folder / "agency.toml"
    if not path.is_file():
        raise AgencyError("agency_file_missing", folder=folder, file=path.name)
    try:
        return AgencyFile.model_validate(tomllib.loads(_text(path)))
    except tomllib.TOMLDecodeError as error:
        raise AgencyError("agency_not_toml", folder=folder.name, file=path.name, why=error) from error
    except ValidationError as error:
        raise AgencyError("agency_field", folder=folder.name, why=first_fault(error, "agency")) from error


def _rows(path: Path, needed: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    if not path.is_file():
        raise AgencyError("agency_file_missing", folder=path.parent, file=path.name)
    reader = csv.DictReader(io.StringIO(_text(path), newline=""))
    try:
        names, rows = reader.fieldnames or (), list(reader)
    except csv.Error as error:
        raise AgencyError("agency_not_csv", file=path.name, why=error) from error
    if not names:
        raise AgencyError("agency_file_empty", file=path.name, expected=", ".join(needed))
    missing = [name for name in needed if name not in names]
    if missing:
        raise AgencyError("agency_column_missing", file=path.name, column=missing[0], found=", ".join(names))
    return [(n, {k: (v or "").strip() for k, v in row.items() if k}) for n, row in enumerate(rows, 2)]


def _day(text: str, path: Path, row: int, column: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise AgencyError("agency_no_day", file=path.name, row=row, column=column, found=text) from None


def _number(text: str, path: Path, row: int, column: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal():
        raise AgencyError("agency_no_number", file=path.name, row=row, column=column, found=text)
    return int(text)


def _districts(path: Path, agency: str, language: str) -> tuple[District, ...]:
    found: list[District] = []
    for n, row in _rows(path, ("code", "name", "name_en", "aliases", "level", "parent", "valid_from", "valid_to")):
        if not row["code"]:
            raise AgencyError("agency_code_missing", file=path.name, row=n)
        if row["level"] not in LEVELS:
            raise AgencyError("agency_level", file=path.name, row=n, found=row["level"])
        x, y = (_number(row.get(name, ""), path, n, name) for name in ("tile_x", "tile_y"))
        found.append(
            District(
                code=row["code"], name=row["name"], name_en=row["name_en"],
                aliases=tuple(a.strip() for a in row["aliases"].split("|") if a.strip()), level=row["level"],
                parent=row["parent"] or None, valid_from=_day(row["valid_from"], path, n, "valid_from"),
                valid_to=_day(row["valid_to"], path, n, "valid_to"),
                population=_number(row.get("population", ""), path, n, "population"),
                tile=None if x is None or y is None else (x, y), expected=row.get("expected", "") != "false",
            )
        )  # fmt: skip
    for code, times in Counter(d.code for d in found).items():
        if times > 1:
            raise AgencyError("agency_code_twice", file=path.name, found=code)
    roots = [d for d in found if d.level == "agency"]
    if len(roots) != 1:
        raise AgencyError("agency_roots", file=path.name, found=len(roots))
    if roots[0].code != agency:
        raise AgencyError("agency_other_root", file=path.name, found=roots[0].code, wanted=agency)
    above = {"station": "agency", "box": "station"}
    for d in found:
        parent = next((p for p in found if p.code == d.parent), None)
        level = above.get(d.level)
        if level and (parent is None or parent.level != level):
            raise AgencyError("agency_parent", file=path.name, district=d.code, found=d.parent or "", level=level)
    return tuple(found) + tuple(_unknown_child(p, language) for p in found if p.level != "box" and p.expected)


def _unknown_child(parent: District, language: str) -> District:
    """The child that collects rows whose district below `parent` is not known, named in the agency's language."""
    name_en = f"{parent.name_en or parent.name} unknown"
    return District(
        code=f"{UNKNOWN}-{parent.code}", name=f"{parent.name} 미상" if language == "ko" else f"{parent.name} unknown",
        name_en=name_en, aliases=(), level=LEVELS[LEVELS.index(parent.level) + 1], parent=parent.code, valid_from=None,
        valid_to=None, population=None, tile=None, expected=False, unknown=True,
    )  # fmt: skip


def _codes(path: Path) -> dict[str, Code]:
    found: dict[str, Code] = {}
    for n, row in _rows(path, ("code", "name", "group")):
        if not row["code"] or row["code"] in found:
            told = "agency_listed_twice" if row["code"] else "agency_code_empty"
            raise AgencyError(told, file=path.name, row=n, found=row["code"])
        found[row["code"]] = Code(row["code"], row["name"], row["group"] or "other")
    return found


def _breaks(path: Path) -> tuple[Break, ...]:
    if not path.is_file():
        return ()
    rows = _rows(path, ("from", "to", "series", "reason"))
    found = []
    for n, row in rows:
        start = _day(row["from"], path, n, "from")
        if start is None:
            raise AgencyError("agency_day_missing", file=path.name, row=n, column="from")
        found.append(Break(start, _day(row["to"], path, n, "to"), row["series"], row["reason"]))
    return tuple(found)


def _outlines(folder: Path, name: str | None, districts: tuple[District, ...]) -> tuple[Outline, ...]:
    """Outlines of the file agency.toml names, below the folder; none where it names none."""
    if name is None:
        return ()
    path = (folder / name).resolve()
    if folder.resolve() not in path.parents:
        raise AgencyError("agency_outlines_outside", found=name)
    try:
        return read_outlines(path, {d.code for d in districts})
    except OutlineError as error:
        raise AgencyError("agency_within", folder=folder.name, why=error) from error


def _check(agency: Agency) -> None:
    """Hold the folder's files against each other."""
    names = Counter(layout.name for layout in agency.layouts)
    for name, times in names.items():
        if times > 1:
            raise AgencyError("agency_source_twice", agency=agency.code, found=name)
    listed = {*agency.sources.required, *(name for order in agency.sources.order.values() for name in order)}
    for name in sorted(listed - set(names)):
        raise AgencyError("agency_source_unknown", agency=agency.code, found=name)
    types = {t.code for t in agency.crime_types}
    for pause in agency.breaks:
        fact, _, part = pause.series.partition(".")
        if fact not in ("crime", "call") or (fact == "crime" and part and part not in types):
            raise AgencyError("agency_break_series", start=pause.start, found=pause.series)
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
