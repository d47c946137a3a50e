"""One rule for codes, which become names of files, sheets and elements, and one for texts that are shown."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator

from expectations.field_faults import FieldFault

LONGEST, LONGEST_TEXT = 60, 200
"""Characters of a code and of a text: a name of a file holds 255 bytes, Korean takes three a letter."""
SHOWN = 40
_CODE = re.compile(r"\w(?:[\w .-]*[\w-])?")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
"""Names that Windows keeps for itself, whatever ends them: a share with such a folder cannot be opened there."""
_JOINERS = "\u200c\u200d"
"""Unseen, but part of how some scripts are written."""


def is_code(text: str) -> bool:
    """Whether a text may name a file, a sheet and an element on every system.

    Letters of any script, digits, `_`, `-`, `.` and single spaces, neither first nor last: no path, no hidden name.
    """
    return (
        len(text) <= LONGEST
        and _CODE.fullmatch(text) is not None
        and ".." not in text
        and "  " not in text
        and _DEVICES.fullmatch(text) is None
    )


def unprintable(text: str) -> str:
    """The first character that no page or terminal shows as it is, such as U+202E; empty where there is none.

    Among them are line breaks, control characters, and marks that turn the reading order of what follows.
    """
    for character in text:
        kind = unicodedata.category(character)
        if kind in ("Cc", "Cs", "Zl", "Zp") or (kind == "Cf" and character not in _JOINERS):
            return f"U+{ord(character):04X}"
    return ""


def shortened(text: str) -> str:
    """A text as a sentence quotes it."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _code(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    if not is_code(composed):
        raise FieldFault("toml_code", found=shortened(text), longest=LONGEST)
    return composed


def _text(text: str) -> str:
    if found := unprintable(text):
        raise FieldFault("toml_unprintable", found=found)
    if len(text) > LONGEST_TEXT:
        raise FieldFault("toml_string_too_long", found=repr(shortened(text)), max_length=LONGEST_TEXT)
    return text


def _name(text: str) -> str:
    if not text.strip():
        raise FieldFault("toml_blank", found=repr(shortened(text)))
    return _text(text)


Coded = Annotated[str, AfterValidator(_code)]
"""A code."""

Shown = Annotated[str, AfterValidator(_text)]
"""A text that is shown; may be empty."""

Named = Annotated[str, AfterValidator(_name)]
"""A text that is shown and not empty."""
