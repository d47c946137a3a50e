"""The reference of agency.toml in docs/onboarding.md; `python -m expectations.agency.reference` prints it."""

import sys

from pydantic import BaseModel

from expectations.agency.file import (
    AgencyFile,
    CallGroup,
    CrimeType,
    MajorCrimes,
    Meeting,
    Places,
    Sources,
    Subtype,
    Urgency,
)
from expectations.field_reference import field_table, summary

_PARTS: dict[str, type[BaseModel]] = {
    "agency.toml": AgencyFile,
    "`crime_types`": CrimeType,
    "`subtypes` of a crime type": Subtype,
    "`major_crimes`": MajorCrimes,
    "`call_groups`": CallGroup,
    "`urgencies`": Urgency,
    "`[sources]`": Sources,
    "`[meeting]`": Meeting,
    "`[places]`": Places,
}


def agency_reference() -> str:
    """Markdown: one table per part of agency.toml."""
    return "\n".join(f"### {title}\n\n{summary(model)}\n\n{field_table(model)}\n" for title, model in _PARTS.items())


if __name__ == "__main__":
    sys.stdout.write(agency_reference())
