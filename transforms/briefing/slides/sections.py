"""A section of the page as slides: one for its sentences, one for each of its tables, tiles and charts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from expectations.contracts import TABLES
from expectations.sentences import sentence
from transforms.briefing.slides.chart import add_chart
from transforms.briefing.slides.deck_slide import Deck
from transforms.briefing.slides.fitting import height_of, that_fit
from transforms.briefing.slides.reading import (
    Drawn,
    Grid,
    Line,
    Piece,
    Sources,
    Tile,
    having,
    pieces,
    sources_of,
    words,
)
from transforms.briefing.slides.shapes import (
    INK,
    LEADING,
    NAVY,
    SOFT,
    Paragraph,
    Place,
    Run,
    add_table,
    add_text,
)
from transforms.briefing.slides.table import SIZES, lay_out
from transforms.briefing.slides.tiles import add_tiles
from transforms.briefing.workbook.sheet import sheet_name

TITLE, SMALLEST, CHART = 24, SIZES[-1], 16
LEFT, RIGHT, BARE, TOP, BOTTOM = 24, 936, 54, 80, 512
"""Where what is below a title begins, without and with a part named below it, and where it ends."""
BETWEEN = 4
"""Points between two sentences."""
ABOVE_A_TABLE = 3
"""Sentences that stand above a table; more have a slide of their own."""
_ASIDE = ("note", "definition")
"""Sentences for the speaker."""


@dataclass
class Ahead:
    """What was read of a section since its last slide."""

    part: str = ""
    lines: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def sources(self) -> list[Sources]:
        """Of its sentences' numbers."""
        return [line.sources for line in self.lines]


def add_lead(deck: Deck, section: Any) -> None:
    """The answers to the meeting's questions, a column each."""
    answers = list(having(section, "answer"))
    slide = _slide(deck, section.get("aria-label") or "", "")
    across = (RIGHT - LEFT - 20 * (len(answers) - 1)) / max(len(answers), 1)
    columns = []
    for answer in answers:
        question = "".join(words(one) for one in answer.iter("h2"))
        told = [Line(words(one), "item", Sources()) for one in answer.iter("li")]
        columns.append([Line(question, "part", Sources()), *told])
    size = min((_size(lines, across, BOTTOM - BARE) for lines in columns), default=SMALLEST)
    for number, lines in enumerate(columns):
        place = Place(LEFT + number * (across + 20), BARE, across, BOTTOM - BARE)
        _add_lines(deck, slide, lines, place, size)
    deck.note(slide, [], sources_of(section))


def add_section(deck: Deck, section: Any, audience: str) -> None:
    """Every other section, in the page's order."""
    heading = next(section.iter("h2"), None)
    title = section.get("aria-label") or "" if heading is None else words(heading)
    ahead = Ahead()
    below: tuple[Any, float] | None = None
    for piece in pieces(section):
        if isinstance(piece, Line):
            _hold(ahead, piece)
        elif _is_theirs(piece, audience):
            if len(ahead.lines) > ABOVE_A_TABLE:
                _add_words(deck, title, ahead, below)
                ahead = Ahead(ahead.part)
            below = _add_piece(deck, title, ahead, piece)
            ahead = Ahead(ahead.part)
    _add_words(deck, title, ahead, below)


def _hold(ahead: Ahead, line: Line) -> None:
    """A sentence waits for what follows it; a heading begins a part, a note is for the speaker."""
    if not line.text:
        return
    if line.kind == "part":
        ahead.part = line.text
    if line.kind in _ASIDE:
        ahead.notes.append(line.text)
    else:
        ahead.lines.append(line)


def _is_theirs(piece: Piece, audience: str) -> bool:
    """Whether a piece is shown: of the charts the audience's own, the others lie in files beside the slides."""
    return not isinstance(piece, Drawn) or (bool(piece.series) and piece.district == audience)


def _slide(deck: Deck, title: str, part: str) -> Any:
    slide = deck.add(title, Place(LEFT, 14, RIGHT - LEFT, 34), TITLE)
    if part:
        deck.text(slide, "part", Place(LEFT, 52, RIGHT - LEFT, 22), [Paragraph((Run(part, 16, True, SOFT),))])
    return slide


def _add_words(deck: Deck, title: str, ahead: Ahead, below: tuple[Any, float] | None) -> None:
    """Sentences alone: below the last table where they have room there, else on a slide of their own."""
    lines = _without_empty_parts(ahead.lines)
    if not lines:
        return
    across = RIGHT - LEFT
    slide, top = below or (None, float(BARE))
    if slide is None or lines[0].kind == "part" or top + sum(_heights(lines, SIZES[1], across)) > BOTTOM:
        slide, top = _slide(deck, title, ""), float(BARE)
    _add_lines(deck, slide, lines, Place(LEFT, top, across, BOTTOM - top))
    deck.note(slide, ahead.notes, _together(ahead.sources))


def _without_empty_parts(lines: Sequence[Line]) -> list[Line]:
    """The lines without headings that nothing stands below."""
    end = Line("", "part", Sources())
    return [one for one, after in pairwise([*lines, end]) if one.kind != "part" or after.kind != "part"]


def _add_piece(deck: Deck, title: str, ahead: Ahead, piece: Grid | Drawn | list[Tile]) -> tuple[Any, float]:
    """A slide of a table, a chart or tiles; returns it and where what it shows ends."""
    part = piece.caption if isinstance(piece, Grid) and piece.caption else ahead.part
    part = piece.title if isinstance(piece, Drawn) else part
    slide = _slide(deck, title, part)
    top = float(TOP if part else BARE)
    lines = [line for line in ahead.lines if line.kind != "part"]
    high = sum(_heights(lines, SIZES[1], RIGHT - LEFT))
    _add_lines(deck, slide, lines, Place(LEFT, top, RIGHT - LEFT, high), SIZES[1])
    top += high + 4 if lines else 0
    place = Place(LEFT, top, RIGHT - LEFT, BOTTOM - top)
    sources, said = list(ahead.sources), list(ahead.notes)
    ends = float(BOTTOM)
    if isinstance(piece, Grid):
        ends = _add_grid(deck, slide, piece, place, part or title)
        sources.append(piece.sources)
    elif isinstance(piece, Drawn):
        add_chart(slide, piece, place, CHART, deck.as_of, deck.lang)
        sources.append(piece.sources)
        said.append(sentence("slides_other_charts", deck.lang))
    else:
        add_tiles(deck, slide, piece, place)
        sources += [tile.sources for tile in piece]
    deck.note(slide, said, _together(sources))
    return slide, ends + BETWEEN


def _add_grid(deck: Deck, slide: Any, grid: Grid, place: Place, name: str) -> float:
    """A table, and how many rows had no room; returns where it ends."""
    laid = lay_out(grid, place.width, place.height, deck.lang)
    add_table(slide, name, Place(place.x, place.y, place.width, laid.height), laid.xml)
    if not laid.left_out:
        return place.y + laid.height
    table = grid.sources.table
    if table:
        told = sentence("slides_more_rows", deck.lang, rows=laid.left_out, sheet=sheet_name(TABLES[table], deck.lang))
    else:
        told = sentence("slides_more_lines", deck.lang, lines=laid.left_out)
    below = Place(place.x, place.y + laid.height, place.width, LEADING * SMALLEST)
    deck.text(slide, "left out", below, [Paragraph((Run(told, SMALLEST, False, SOFT),))])
    return float(BOTTOM)


def _heights(lines: Sequence[Line], size: float, width: float) -> list[float]:
    return [height_of(line.text, size, width - 12) + BETWEEN for line in lines]


def _size(lines: Sequence[Line], width: float, height: float) -> int:
    """The largest letters with which all lines fit; the smallest there are where they never do."""
    return next((size for size in SIZES if sum(_heights(lines, size, width)) <= height), SMALLEST)


def _add_lines(deck: Deck, slide: Any, lines: Sequence[Line], place: Place, size: int | None = None) -> None:
    """Sentences below each other, as large as all of them allow; what has no room is counted."""
    if not lines:
        return
    size = size or _size(lines, place.width, place.height)
    fitting = that_fit(_heights(lines, size, place.width), place.height + 1, LEADING * SMALLEST + BETWEEN)
    paragraphs = [_paragraph(line, size) for line in lines[:fitting]]
    if fitting < len(lines):
        told = sentence("slides_more_lines", deck.lang, lines=len(lines) - fitting)
        paragraphs.append(Paragraph((Run(told, SMALLEST, False, SOFT),), before=BETWEEN))
    add_text(slide, "text", place, paragraphs, deck.lang)


def _paragraph(line: Line, size: float) -> Paragraph:
    if line.kind == "part":
        return Paragraph((Run(line.text, size, True, NAVY),), before=BETWEEN)
    mark = "• " if line.kind == "item" else ""
    return Paragraph((Run(mark + line.text, size, line.kind == "key", INK),), before=BETWEEN)


def _together(sources: Sequence[Sources]) -> Sources:
    made = Sources()
    for one in sources:
        for table, columns in one.columns.items():
            held = made.columns.setdefault(table, [])
            held += [column for column in columns if column not in held]
        made.queries += [query for query in one.queries if query not in made.queries]
    return made
