"""A code with its names, and the rule that a code means one thing."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from expectations.codes import Coded, Named, Shown, shortened
from expectations.field_faults import FieldFault

ALL, UNKNOWN, OTHER = "all", "unknown", "other"
"""Codes of rows that chian makes itself: of all calls, of what names no group, and of offences without a subtype."""


class Part(BaseModel):
    """A part of agency.toml: nothing beside its fields is read."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Label(Part):
    """A code with its names.

    Attributes:
        code: What tables hold; lower case, no spaces. Example: `code = "theft"`
        name: For readers, in the agency's language. Example: `name = "절도"`
        name_en: The same in English. Example: `name_en = "Theft"`
    """

    code: Coded
    name: Named
    name_en: Shown


def hold_new(label: Label, part: str, seen: Mapping[str, str], reserved: tuple[str, ...]) -> None:
    """Hold that a code is none that chian makes, nor one that is taken.

    Args:
        label: Whose code.
        part: Of agency.toml, where it stands.
        seen: Where those taken stand.
        reserved: Those that chian makes.

    Raises:
        FieldFault: It is one of them.
    """
    code = label.code.casefold()
    if code in reserved:
        raise FieldFault("toml_code_taken", part=part, found=label.code)
    if code in seen:
        raise FieldFault("toml_code_twice", part=part, found=shortened(label.code), other=seen[code])
