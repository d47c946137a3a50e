"""How a drawing looks without the page around it: the style's rules as attributes, which every program reads."""

import re
import unicodedata
from functools import cache
from importlib.resources import files as package_files
from typing import Any

FONTS = "'Noto Sans KR','Noto Sans CJK KR','Malgun Gothic','Apple SD Gothic Neo','NanumGothic',sans-serif"
INK, SOFT = "#17212e", "#4d5a69"
_PAGE = "transforms.briefing.page"
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_NARROW = 0.52
"""Width of a Latin letter in heights of a line of Hangul."""


def styled(drawn: str) -> Any:
    """A drawing of the page as XML with its look in its own attributes.

    Word processors and slides know neither a page's variables nor rules of several classes.
    """
    from lxml import etree

    drawing = etree.fromstring(drawn)
    for element in drawing.iter():
        has = {element.tag, *(f".{name}" for name in element.attrib.pop("class", "").split())}
        for wanted, look in _rules():
            if wanted <= has:
                for name, value in look:
                    element.set(name, value)
    return drawing


def words_width(words: str, size: float) -> float:
    """About how wide a line of words is, letters so high."""
    return size * sum(1.0 if unicodedata.east_asian_width(one) in "WF" else _NARROW for one in words)


@cache
def _rules() -> tuple[tuple[frozenset[str], tuple[tuple[str, str], ...]], ...]:
    """What an element must have, tag or classes, and the look it then has; a later rule goes before an earlier one."""
    page, drawing = ((package_files(_PAGE) / name).read_text("utf-8") for name in ("page.css", "drawing.css"))
    colours = dict(re.findall(r"(--[\w-]+): ([^;]+);", page))
    made = []
    for selector, body in _RULE.findall(re.sub(r"/\*.*?\*/", "", drawing, flags=re.DOTALL)):
        wanted = frozenset(re.findall(r"\.[\w-]+|^\w+", selector.strip()))
        pairs = (part.split(":", 1) for part in body.split(";") if part.strip())
        look = [(name.strip(), _value(value.strip(), colours)) for name, value in pairs]
        made.append((wanted, tuple(pair for pair in look if pair[0] != "font-variant-numeric")))
    return tuple(made)


def _value(value: str, colours: dict[str, str]) -> str:
    return re.sub(r"var\((--[\w-]+)\)", lambda found: colours[found[1]], value).removesuffix("px")
