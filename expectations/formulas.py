"""Text that no spreadsheet takes for a formula, for every file that one opens as cells parted by commas."""

import re
import unicodedata

_SIGNS = ("=", "+", "-", "@")
"""What spreadsheets begin a formula with (OWASP, CSV Injection)."""
_ENDS = ("\t", "\n")
_CELLS = re.compile("([;\n])")
"""Where else a cell may end: in many a country semicolons part cells, and a quote in mid-line is none there."""
_BLANKS = " \u00a0\u3000\u200b\u2060"


def inert(text: str) -> str:
    """The text with an apostrophe in front of whatever a spreadsheet may take for a formula.

    That is what begins with such a sign, however wide and whatever blanks before it, the text itself and what follows
    a semicolon or a line feed in it.
    """
    parts = _CELLS.split(text)
    told = "".join(part if n % 2 or not _begins(part) else f"'{part}" for n, part in enumerate(parts))
    return f"'{told}" if text.startswith(_ENDS) else told


def _begins(part: str) -> bool:
    return unicodedata.normalize("NFKC", part.lstrip(_BLANKS)[:1]).startswith(_SIGNS)
