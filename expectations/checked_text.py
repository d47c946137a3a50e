"""Texts in an agency's TOML files that are looked at when the folder is read, not when the first export comes."""

import re
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator


def _compiles(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is no regular expression ({error})") from error
    return text


def _is_zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{text!r} is no time zone; write one such as Asia/Seoul") from error
    return text


Pattern = Annotated[str, AfterValidator(_compiles)]
"""A regular expression."""

Zone = Annotated[str, AfterValidator(_is_zone)]
"""An IANA time zone."""
