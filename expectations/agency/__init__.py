"""An agency's folder: who meets, about which districts, from which sources, and which of those a month waits for."""

from expectations.agency.agency import Agency
from expectations.agency.loading import load_agency, packaged
from expectations.agency.parts import LEVELS, OTHERS, UNKNOWN, AgencyError, Break, Code, District

__all__ = [
    "LEVELS",
    "OTHERS",
    "UNKNOWN",
    "Agency",
    "AgencyError",
    "Break",
    "Code",
    "District",
    "load_agency",
    "packaged",
]
