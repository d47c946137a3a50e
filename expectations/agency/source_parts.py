"""Which sources, and which parts of a source, make up one account of a month together."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from expectations.field_faults import FieldFault
from expectations.kinds import KINDS
from expectations.layout import Layout
from expectations.layout.parts import JOINT, Scope


class _Placed(Protocol):
    """A district, as far as what lies below what is concerned."""

    @property
    def code(self) -> str: ...
    @property
    def parent(self) -> str | None: ...


@dataclass(frozen=True)
class SourcePart:
    """One of the files a period is made of.

    Attributes:
        source: Layout that the rows are counted under.
        layout: Layout that reads them.
        part: Name of the part; empty where the layout has no parts.
        crime_types: Crime types it speaks of; none where of all.
        districts: Districts it speaks of, with what lies below them; none where of all.
        valid_from: First day such files are made; None where always.
        valid_to: Last day.
    """

    source: str
    layout: str
    part: str
    crime_types: tuple[str, ...]
    districts: tuple[str, ...]
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def name(self) -> str:
        """Its name among the parts of the source."""
        return f"{self.layout}/{self.part}" if self.part else self.layout


def source_parts(layouts: Iterable[Layout], counted_as: Callable[[str], str]) -> tuple[SourcePart, ...]:
    """One entry per layout and expected part; a part that names no types or districts has those of its layout."""
    found = []
    for layout in layouts:
        expected: Mapping[str, Scope] = layout.parts.expected if layout.parts else {"": layout.scope}
        for part, own in expected.items():
            found.append(
                SourcePart(
                    counted_as(layout.name),
                    layout.name,
                    part,
                    own.crime_types or layout.scope.crime_types,
                    own.districts or layout.scope.districts,
                    layout.valid_from,
                    layout.valid_to,
                )
            )
    return tuple(found)


def added_sources(
    layouts: Sequence[Layout], listed: Iterable[Sequence[str]], districts: Iterable[_Placed]
) -> tuple[tuple[str, ...], ...]:
    """Names of layouts that add up, a group each, those listed first; a layout stands in one group at most."""
    groups = [tuple(group) for group in listed]
    taken = {name for group in groups for name in group}
    parents = {d.code: d.parent for d in districts}
    kinds: dict[tuple[object, ...], list[Layout]] = {}
    for layout in layouts:
        if layout.name not in taken and not layout.scope.is_everything:
            kinds.setdefault(_alike(layout), []).append(layout)
    for alike in kinds.values():
        pairs = [(a, b) for n, a in enumerate(alike) for b in alike[n + 1 :]]
        if pairs and all(_apart(a.scope, b.scope, parents) for a, b in pairs):
            groups.append(tuple(layout.name for layout in alike))
    return tuple(groups)


def check_parts(
    layouts: Sequence[Layout], add: Mapping[str, Sequence[str]], types: Collection[str], districts: Collection[str]
) -> FieldFault | None:
    """What is wrong with parts, scopes and added sources, beside what one file alone could tell; None where nothing."""
    by_name = {layout.name: layout for layout in layouts}
    seen: set[str] = set()
    for title, names in add.items():
        for name in names:
            if name not in by_name:
                return FieldFault("agency_source_unknown", found=name)
            if name in seen:
                return FieldFault("agency_added_twice", found=name)
            seen.add(name)
        if len({_alike(by_name[name]) for name in names}) > 1:
            return FieldFault("agency_added_unlike", found=title)
    for layout in layouts:
        for scope in (layout.scope, *(layout.parts.expected.values() if layout.parts else ())):
            if strange := sorted(set(scope.crime_types) - set(types)):
                return FieldFault("agency_no_crime_type", source=layout.name, found=strange[0])
            if strange := sorted(set(scope.districts) - set(districts)):
                return FieldFault("agency_no_district", source=layout.name, found=strange[0])
    return None


def missing_parts(text: str | None) -> tuple[str, ...]:
    """Names of parts as table `core_coverage` tells them."""
    return tuple(text.split(JOINT)) if text else ()


def _alike(layout: Layout) -> tuple[object, ...]:
    """What layouts that add up have in common: their rows are one source's, and are counted by the same day."""
    return layout.kind, layout.levels, layout.counted_by == "month" if KINDS[layout.kind].may_count_by_month else None


def _apart(one: Scope, other: Scope, parents: Mapping[str, str | None]) -> bool:
    """Whether nothing can be told by both."""
    if one.crime_types and other.crime_types and not set(one.crime_types) & set(other.crime_types):
        return True
    if not (one.districts and other.districts):
        return False
    return not (_upwards(one.districts, parents) & set(other.districts)) and not (
        _upwards(other.districts, parents) & set(one.districts)
    )


def _upwards(codes: Iterable[str], parents: Mapping[str, str | None]) -> set[str]:
    """The districts and all that they lie in."""
    found: set[str] = set()
    for code in codes:
        above: str | None = code
        while above is not None:
            found.add(above)
            above = parents.get(above)
    return found
