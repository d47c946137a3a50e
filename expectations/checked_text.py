"""Texts in an agency's TOML files that are looked at when the folder is read, not when the first export comes."""

import codecs
import re
import unicodedata
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator

from expectations.field_faults import FieldFault


def _compiles(text: str) -> str:
    try:
        re.compile(unicodedata.normalize("NFC", text), re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise FieldFault("toml_no_expression", found=text, why=error) from error
    return text


def _extracts(text: str) -> str:
    """Tried by the engine that runs it, which knows no look-around and no reference to an earlier group."""
    import polars as pl

    try:
        groups = pl.Series([""]).str.extract_groups(text).struct.fields
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        why = next((line for line in reversed(str(error).splitlines()) if line.startswith("error:")), str(error))
        raise FieldFault("toml_no_extract", found=text, why=why.removeprefix("error: ").splitlines()[0]) from error
    if not groups:
        raise FieldFault("toml_no_group", found=text)
    return text


_NO_ENCODINGS = frozenset({"idna", "punycode", "unicode-escape", "unicode_escape", "raw-unicode-escape",
                           "raw_unicode_escape", "undefined", "charmap", "utf-7", "mbcs", "oem"})  # fmt: skip
"""Codecs that give text, but none a file of an office is written in; of some, plain digits would be others."""


def _is_encoding(text: str) -> str:
    try:
        codec = codecs.lookup(text)
        plain = "2024-03-31 14:05:09,"
        if codec.name in _NO_ENCODINGS or not codec._is_text_encoding:  # rot13 and base64 are none
            raise LookupError
        digits = plain.encode(codec.name)
        if codecs.getincrementaldecoder(text)().decode(digits, True) != plain:
            raise LookupError
    except (LookupError, ValueError) as error:
        raise FieldFault("toml_no_encoding", found=text) from error
    return text


def _separates(text: str) -> str:
    if text and (len(text) > 1 or text.isalnum() or text in "+-−"):
        raise FieldFault("toml_no_separator", found=text)
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

Extract = Annotated[str, AfterValidator(_extracts)]
"""A regular expression with a group, for texts of cells."""

Encoding = Annotated[str, AfterValidator(_is_encoding)]
"""The name of an encoding of text."""

Separator = Annotated[str, AfterValidator(_separates)]
"""A mark between groups of digits, or nothing."""

Zone = Annotated[str, AfterValidator(_is_zone)]
"""An IANA time zone."""

ZoneOrNone = Annotated[str, AfterValidator(lambda text: text and _is_zone(text))]
"""An IANA time zone, or nothing."""
