"""The first slide: the page's first screen, for a projector. Nothing on it is smaller than 16 points."""

from typing import Any

from expectations.sentences import sentence
from transforms.briefing.slides.chart import add_chart, key_line
from transforms.briefing.slides.deck_slide import Deck
from transforms.briefing.slides.fitting import height_of, that_fit
from transforms.briefing.slides.reading import classes, drawn, having, sources_of, words
from transforms.briefing.slides.shapes import BLUE, INK, NAVY, RED, SOFT, Box, Paragraph, Place, Run, add_text

SMALLEST = 16
TITLE, COUNT = 26, 30
LEFT, RIGHT, GAP = 24, 936, 12
TILES, TILE, UNDER = 80, 146, 234
"""Where the tiles begin, how high they are, and where what is under them begins."""
_HALF = 0.45
"""Of what is under the tiles, the chart's share across."""


def add_first(deck: Deck, root: Any, section: Any) -> None:
    """Lay out the first screen: what it says, as large as it is said there."""
    title = words(next(root.iter("h1")))
    slide = deck.add(title, Place(LEFT, 36, RIGHT - LEFT, 38), TITLE)
    agency, facts = (words(next(having(root, name))) for name in ("agency", "facts"))
    deck.text(slide, "agency", Place(LEFT, 14, 300, 20), [Paragraph((Run(agency, SMALLEST, True, NAVY),))])
    deck.text(
        slide, "facts", Place(330, 14, RIGHT - 330, 20), [Paragraph((Run(facts, SMALLEST, False, SOFT),), align="r")]
    )
    tiles = list(having(section, "large"))
    beside = max(len(tiles), 4)
    across = (RIGHT - LEFT - GAP * (beside - 1)) / beside
    for number, tile in enumerate(tiles):
        _add_tile(deck, slide, tile, Place(LEFT + number * (across + GAP), TILES, across, TILE))
    # Of the page's key, what holds here too: pale numbers, those of last year, stand only where there is no change.
    key = [sentence("slides_first_key", deck.lang), *(words(one) for one in having(section, "scale"))]
    key = [" ".join(key)]
    high = sum(height_of(one, SMALLEST, RIGHT - LEFT) for one in key)
    bottom = 534 - high
    deck.text(
        slide,
        "key",
        Place(LEFT, bottom, RIGHT - LEFT, high),
        [Paragraph((Run(one, SMALLEST, False, SOFT),)) for one in key],
    )
    middle = float(LEFT)
    for figure in section.iter("figure"):
        middle = LEFT + _HALF * (RIGHT - LEFT)
        shown, across = drawn(figure), middle - LEFT - GAP
        told = [Paragraph((Run(shown.title, SMALLEST, True),)), key_line(shown, SMALLEST, deck.lang)]
        high = sum(height_of("".join(run.text for run in one.runs), SMALLEST, across) for one in told)
        deck.text(slide, "chart title", Place(LEFT, UNDER, across, high), told)
        place = Place(LEFT, UNDER + high, across, bottom - UNDER - high - 4)
        add_chart(slide, shown, place, SMALLEST, deck.as_of, deck.lang, has_legend=False)
    _add_sentences(deck, slide, section, Place(middle, UNDER, RIGHT - middle, bottom - UNDER - 4))
    deck.note(slide, [], sources_of(section))


def _add_tile(deck: Deck, slide: Any, tile: Any, place: Place) -> None:
    """Name and verdict, the month's count, and a line each of month, quarter and year with their change."""
    what, count = (next(having(tile, name)) for name in ("what", "count"))
    inside = place.width - 16
    number, tabs = [Run(words(count, without=["small"]), COUNT, True)], (inside,)
    for verdict in having(what, "signal"):
        look = classes(verdict)
        colour = RED if "up" in look else BLUE if "down" in look else SOFT
        number.append(Run(f"\t{words(verdict)}", SMALLEST, colour != SOFT, colour))
    paragraphs = [
        Paragraph((Run(words(what, without=["signal"]), SMALLEST, True),)),
        Paragraph(tuple(number), tabs=tabs),
    ]
    paragraphs += [Paragraph((Run(words(one), SMALLEST, False, SOFT),)) for one in count.iter("small")]
    for row in tile.iter("tr"):
        label, now, then, change = (words(one) for one in row)
        # What a screen has in four columns has three here; the change says what the year before had.
        last = Run(f"\t{change}", SMALLEST) if change else Run(f"\t{then}", SMALLEST, False, SOFT)
        line = (Run(label, SMALLEST, False, SOFT), Run(f"\t{now}", SMALLEST, True), last)
        paragraphs.append(Paragraph(line, tabs=(inside - 52, inside)))
    add_text(slide, words(what), place, paragraphs, deck.lang, Box(line="8A97A6", inset=6))
    add_text(slide, "edge", Place(place.x, place.y, place.width, 4), [], deck.lang, Box(fill=NAVY))


def _add_sentences(deck: Deck, slide: Any, section: Any, place: Place) -> None:
    """The questions of the meeting, each with its first answer; the next slide has those without room here."""
    questions = [words(one) for one in section.iter("dt")]
    answers = [words(one) for one in section.iter("dd")]
    told = list(zip(questions, answers, strict=True))
    heights = [height_of(q, SMALLEST, place.width) + height_of(a, SMALLEST, place.width) + 6 for q, a in told]
    paragraphs = []
    for question, answer in told[: that_fit(heights, place.height, 0)]:
        paragraphs.append(Paragraph((Run(question, SMALLEST, True, NAVY),), before=6))
        paragraphs.append(Paragraph((Run(answer, SMALLEST, False, INK),)))
    deck.text(slide, "sentences", place, paragraphs)
