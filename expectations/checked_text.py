"""Texts in an agency's TOML files that are looked at when the folder is read, not when the first export comes."""

import re
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator

from expectations.field_faults import FieldFault


def _compiles(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise FieldFault("toml_no_expression", found=text, why=error) from error
    return text


def _is_zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError) as error:
        raise FieldFault("toml_no_zone", found=text) from error
    return text


Pattern = Annotated[str, AfterValidator(_compiles)]
"""A regular expression."""

Zone = Annotated[str, AfterValidator(_is_zone)]
"""An IANA time zone."""

ZoneOrNone = Annotated[str, AfterValidator(lambda text: text and _is_zone(text))]
"""An IANA time zone, or nothing."""
