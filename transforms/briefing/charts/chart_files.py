"""One SVG file a drawing of a page, for reports and slides: nothing it needs lies anywhere else."""

import re
from dataclasses import dataclass
from html import escape, unescape
from typing import Any

from transforms.briefing.charts.look import FONTS, INK, SOFT, styled, words_width

WIDTH, MARGIN = 720, 24
TITLE, SMALL = 17, 12
"""Sizes of letters in px, smaller where a title is longer than the drawing is wide."""
_LINE, _GAP, _KEY_GAP = 20, 6, 18
_SECTION = re.compile(r'<section id="\w+".*?</section>', re.DOTALL)
_DRAWING = re.compile(r"<svg [^>]*data-chart=.*?</svg>", re.DOTALL)
_KEY = re.compile(r"<li>(<svg .*?</svg>)(.*?)</li>", re.DOTALL)
_LIMITS = re.compile(r'<p class="limits">(.*?)</p>', re.DOTALL)
_NOTE = re.compile(r'<p class="note">(.*?)</p>', re.DOTALL)


@dataclass(frozen=True)
class Around:
    """What is told around a drawing.

    Attributes:
        keys: The legend's drawings, each with its words.
        note: What the section says of its drawings.
        limits: What they are not for, where the section says so.
        source: Whose numbers they are, as of when, and whether they are generated.
    """

    keys: list[tuple[str, str]]
    note: str
    limits: str
    source: str


def chart_files(page: str) -> dict[str, str]:
    """SVG texts by name, as `theft_seobu`: what is drawn, and of whom; equal pages give equal texts.

    Numbers keep where they come from (`data-table`, `data-key`, `data-column`), and tell themselves to who points.

    Args:
        page: A briefing as `briefing_page` makes it.
    """
    source = " · ".join(_plain(found) for name in ("agency", "facts") for found in _paragraph(page, name))
    made = {}
    for section in _SECTION.findall(page):
        legend = re.search(r'<ul class="legend">.*?</ul>', section, re.DOTALL)
        keys = [(drawn, _plain(words)) for drawn, words in _KEY.findall(legend[0])] if legend else []
        note = _plain(" ".join(_NOTE.findall(section)[:1]))
        limits = _plain(" ".join(_LIMITS.findall(section)))
        for drawn in _DRAWING.findall(section):
            drawing = styled(drawn)
            # The first screen shows one of those below once more; there it has its legend.
            made[str(drawing.get("data-chart"))] = _file(drawing, Around(keys, note, limits, source))
    return made


def _paragraph(page: str, name: str) -> list[str]:
    return re.findall(rf'<p class="{name}">(.*?)</p>', page, re.DOTALL)[:1]


def _plain(marked: str) -> str:
    """The words of a piece of the page; a badge stands apart from what is before it."""
    marked = marked.replace('<span class="badge', '· <span class="badge')
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", marked)).split())


def _file(drawing: Any, around: Around) -> str:
    """The drawing below its title and above its legend, on white."""
    from lxml import etree

    title = drawing.get("aria-label")
    wide = WIDTH - 2 * MARGIN
    _, _, width, height = (float(side) for side in drawing.get("viewBox").split())
    size = min(TITLE, TITLE * wide / words_width(title, TITLE))
    top = MARGIN + TITLE + _GAP
    below = top + wide * height / width + _GAP
    for name in ("role", "aria-label"):
        drawing.attrib.pop(name)
    place = {"x": f"{MARGIN}", "y": f"{top}", "width": f"{wide}", "height": f"{wide * height / width:.1f}"}
    drawing.attrib.update(place)
    legend, below = _legend(around.keys, below)
    limits = [
        _text(one, MARGIN, below + _LINE * n - _GAP, f'font-size="{SMALL}" font-weight="700" fill="{INK}"')
        for n, one in enumerate(_lines(around.limits, wide), 1)
    ]
    below += _LINE * len(limits)
    tall = f"{below + _LINE + MARGIN / 2:.0f}"
    named = f'role="img" aria-labelledby="title note" font-family="{FONTS}"'
    sides = f'width="{WIDTH}" height="{tall}"'
    parts = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {sides} viewBox="0 0 {WIDTH} {tall}" {named}>',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="note">{escape(" ".join(filter(None, (around.note, around.source))))}</desc>',
        f'<rect {sides} fill="#fff"/>',
        _text(title, MARGIN, MARGIN + TITLE - 3, f'font-size="{size:.1f}" font-weight="700" fill="{INK}"'),
        etree.tostring(drawing, encoding="unicode", with_tail=False),
        *legend,
        *limits,
        _text(around.source, MARGIN, below + _LINE - _GAP, f'font-size="{SMALL}" fill="{SOFT}"'),
        "</svg>\n",
    )
    return "\n".join(parts)


def _lines(text: str, wide: float) -> list[str]:
    """A text in small letters, as lines that are no wider, broken between words."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and words_width(longer, SMALL) <= wide:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _legend(keys: list[tuple[str, str]], top: float) -> tuple[list[str], float]:
    """The keys in as many lines as they take, and where they end."""
    from lxml import etree

    made, x, y = [], float(MARGIN), top
    for drawn, words in keys:
        key = styled(drawn)
        width, height = (float(key.get(side)) for side in ("width", "height"))
        taken = width + _GAP + words_width(words, SMALL)
        if x > MARGIN and x + taken > WIDTH - MARGIN:
            x, y = float(MARGIN), y + _LINE
        key.attrib.pop("aria-hidden", None)
        key.set("x", f"{x:.1f}")
        key.set("y", f"{y + (_LINE - height) / 2:.1f}")
        made.append(etree.tostring(key, encoding="unicode", with_tail=False))
        made.append(_text(words, x + width + _GAP, y + _LINE / 2 + 4, f'font-size="{SMALL}" fill="{SOFT}"'))
        x += taken + _KEY_GAP
    return made, y + (_LINE if keys else 0)


def _text(words: str, x: float, y: float, look: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{escape(words)}</text>'
