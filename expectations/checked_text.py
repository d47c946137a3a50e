"""Texts in an agency's TOML files that are looked at when the folder is read, not when the first export comes."""

import re
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator

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


def _is_day(value: object) -> date:
    """A day as TOML has it, or in quotation marks: pydantic alone would take a number for seconds since 1970."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        if isinstance(value, str):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise FieldFault("toml_no_day", found=value)


Day = Annotated[date, BeforeValidator(_is_day)]
"""A day such as 2024-03-31."""

DayText = Annotated[str, AfterValidator(lambda text: _is_day(text).isoformat())]
"""The same in quotation marks."""

Pattern = Annotated[str, AfterValidator(_compiles)]
"""A regular expression."""

Zone = Annotated[str, AfterValidator(_is_zone)]
"""An IANA time zone."""

ZoneOrNone = Annotated[str, AfterValidator(lambda text: text and _is_zone(text))]
"""An IANA time zone, or nothing."""
