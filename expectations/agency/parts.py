"""What the tables of an agency folder hold, a row each: districts, breaks, codes and cells' residents."""

from dataclasses import dataclass
from datetime import date

from expectations.field_faults import FolderFault

UNKNOWN = "unknown"
OTHERS = "*"
"""Code of a list's row that says which group all codes are that the list does not name."""
LEVELS = ("agency", "station", "box")


class AgencyError(FolderFault):
    """An agency folder that cannot be used; the sentence names the file, the row and what to do."""


@dataclass(frozen=True)
class District:
    """One district; `code` is unique over levels, the agency's own has no parent.

    Attributes:
        cell: Of a station: the cell of the agency's grid it stands in, where its rounds begin; None where unsaid.
    """

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
    cell: str | None = None


@dataclass(frozen=True)
class Lived:
    """How many residents and buildings a cell has; None where the folder does not give it."""

    residents: int | None
    buildings: int | None


@dataclass(frozen=True)
class Break:
    """A stretch in which a series does not mean what it means elsewhere."""

    start: date
    end: date | None
    series: str
    reason: str


@dataclass(frozen=True)
class Code:
    """One code of a list: its name, the group it belongs to, and, if told, what part of that group it is.

    Attributes:
        subtype: Of an offence: the part of its crime type.
        call_type: Of a 112 code: the type of incident below its group.
        reported_by: Of an offence: citizen, or police where such offences are found by patrols, whose places say where
            the police looked and are never told; empty where the list does not say.
    """

    code: str
    name: str
    group: str
    subtype: str = ""
    call_type: str = ""
    reported_by: str = ""
