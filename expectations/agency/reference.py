"""The reference of agency.toml in docs/onboarding.md; `python -m expectations.agency.reference` prints it."""

import sys

from pydantic import BaseModel

from expectations.agency.fields.calls import CallClass, CallGroup, Urgency
from expectations.agency.fields.duty import Service, Shift
from expectations.agency.file import AgencyFile, CrimeType, MajorCrimes, Meeting, Places, Sources, Subtype
from expectations.field_reference import field_table, summary

_PARTS: dict[str, type[BaseModel]] = {
    "agency.toml": AgencyFile,
    "`crime_types`": CrimeType,
    "`subtypes` of a crime type": Subtype,
    "`major_crimes`": MajorCrimes,
    "`call_groups`": CallGroup,
    "`urgencies`": Urgency,
    "`call_classes`": CallClass,
    "`shifts`": Shift,
    "`[sources]`": Sources,
    "`[meeting]`": Meeting,
    "`[places]`": Places,
    "`[service]`": Service,
}


def agency_reference() -> str:
    """Markdown: one table per part of agency.toml."""
    return "\n".join(f"### {title}\n\n{summary(model)}\n\n{field_table(model)}\n" for title, model in _PARTS.items())


if __name__ == "__main__":
    sys.stdout.write(agency_reference())
