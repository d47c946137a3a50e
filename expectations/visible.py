"""Signs that drive a terminal, turn a line round or cannot be written at all, made visible wherever text goes out."""

import re

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200e\u200f\u2028-\u202e\u2061-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Controls but for the tab and the line feed, direction marks, halves of characters, and what is no character."""
_JSON = re.compile(
    "[\x7f-\x9f\u061c\u180e\u200e\u200f\u2028-\u202e\u2061-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)


def visible(text: str) -> str:
    r"""The text with such signs as `\x1b`; lines, tabs and all that only looks odd stay."""
    return _UNSAFE.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def visible_json(text: str) -> str:
    """JSON that means the same, with such signs in JSON's own escapes."""
    return _JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
