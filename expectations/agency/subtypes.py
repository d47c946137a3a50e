"""Subtypes of crime types, as the code lists of a source tell them."""

from collections.abc import Callable, Iterable, Mapping

from expectations.agency.fields.label import OTHER
from expectations.agency.file import CrimeType
from expectations.agency.parts import OTHERS, AgencyError, Code
from expectations.codes import shortened
from expectations.kinds import KINDS
from expectations.layout import Layout

CODED = "offence_code"
"""What rows are coded by that may tell a subtype."""
Lists = Mapping[str, Mapping[str, Code]]
"""Code lists by file name without ending."""


def offence_subtypes(
    layouts: Iterable[Layout], codes: Lists, counted_as: Callable[[str], str]
) -> list[tuple[str, str, str, str]]:
    """Source, offence code, crime type and subtype, of every crime type whose subtypes the source's lists tell.

    All codes of such a type are there, `other` being the subtype of those of which the list tells none: together they
    are the whole type.

    Args:
        layouts: How the agency's exports look; those of incidents have offence codes.
        codes: Its code lists.
        counted_as: The source a layout's rows are counted under.
    """
    listed: dict[str, set[Code]] = {}
    for layout in layouts:
        if KINDS[layout.kind].coded == CODED:
            listed.setdefault(counted_as(layout.name), set()).update(codes.get(layout.codes, {}).values())
    found = set()
    for source, held in listed.items():
        parted = {code.group for code in held if code.subtype}
        found |= {(source, one.code, one.group, one.subtype or OTHER) for one in held if one.group in parted}
    return sorted(found)


def check_subtypes(
    agency: str, layouts: Iterable[Layout], codes: Lists, types: Iterable[CrimeType], counted_as: Callable[[str], str]
) -> None:
    """Hold that lists tell subtypes that agency.toml has, and that those of one source do not contradict each other.

    Raises:
        AgencyError: Naming the list and the code.
    """
    known = {one.code: [subtype.code for subtype in one.subtypes] for one in types}
    layouts = tuple(layouts)
    for name in sorted({layout.codes for layout in layouts if KINDS[layout.kind].coded == CODED} & set(codes)):
        for code in codes[name].values():
            if code.subtype and code.code == OTHERS:
                raise AgencyError("agency_subtype_others", file=f"{name}.csv", found=shortened(code.subtype))
            if code.subtype and code.subtype not in known.get(code.group, ()):
                raise AgencyError(
                    "agency_subtype_unknown",
                    file=f"{name}.csv",
                    listed=shortened(code.code),
                    found=shortened(code.subtype),
                    group=shortened(code.group),
                    known=", ".join(known.get(code.group, ())) or "–",
                )
    told: dict[tuple[str, ...], str] = {}
    for source, listed, crime_type, subtype in offence_subtypes(layouts, codes, counted_as):
        other = told.setdefault((source, listed, crime_type), subtype)
        if other != subtype:
            values = {"agency": agency, "listed": shortened(listed), "one": other, "other": subtype}
            raise AgencyError("agency_subtype_twice", source=source, **values)
