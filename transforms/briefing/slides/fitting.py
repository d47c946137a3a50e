"""What fits where: how wide words are and how many lines they take, told before anything is drawn."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from math import ceil

from transforms.briefing.slides.shapes import LEADING

_WIDE, _NARROW = 0.95, 0.56
"""Widths of a letter of Hangul and of a digit in its own height, as 맑은 고딕 has them, and a little more."""


def width_of(text: str, size: float) -> float:
    """Points that the widest line of a text takes."""
    return max((_line(line, size) for line in text.split("\n")), default=0.0)


def _line(text: str, size: float) -> float:
    return size * _letters(text)


@lru_cache(maxsize=4096)  # a few names and numbers stand in most rows
def _letters(text: str) -> float:
    return sum(_WIDE if unicodedata.east_asian_width(one) in "WF" else _NARROW for one in text)


def lines_of(text: str, size: float, width: float) -> int:
    """Lines a text takes in a box so many points wide; it is broken between words."""
    return sum(_broken(line, size, max(width, size)) for line in text.split("\n"))


def _broken(line: str, size: float, width: float) -> int:
    lines, used, space = 1, 0.0, _line(" ", size)
    for word in line.split(" "):
        taken = _line(word, size)
        if used and used + space + taken > width:
            lines, used = lines + 1, 0.0
        if taken > width:  # a word longer than a line is broken anywhere
            lines += ceil(taken / width) - 1
            taken = taken % width
        used += taken + (space if used else 0.0)
    return lines


def height_of(text: str, size: float, width: float) -> float:
    """Points a text is high in a box so wide."""
    return LEADING * size * lines_of(text, size, width)


def that_fit(heights: Sequence[float], room: float, note: float) -> int:
    """How many of what stands below each other fit, where a note below says that there were more."""
    if sum(heights) <= room:
        return len(heights)
    fitting, used = 0, note
    for height in heights:
        if used + height > room:
            break
        fitting, used = fitting + 1, used + height
    return fitting
