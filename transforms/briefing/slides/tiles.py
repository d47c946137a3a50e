"""Districts as tiles, where the map of the page has them: a name, and below it a crime type a line."""

from collections.abc import Sequence
from typing import Any

from expectations.sentences import sentence
from transforms.briefing.slides.deck_slide import Deck
from transforms.briefing.slides.reading import Tile
from transforms.briefing.slides.shapes import GROUND, INK, LEADING, SOFT, Box, Paragraph, Place, Run, add_text
from transforms.briefing.slides.table import SIZES

MOST, ACROSS = 24, 6
"""Tiles on a slide, and beside each other, where their places are not kept."""
NARROWEST, LOWEST, WIDEST, HIGHEST = 120, 64, 300, 120
"""Points of a tile in which its words have room, and which it needs no more of."""
LARGE, SMALL, SMALLEST = (18, 16), (14, 12), SIZES[-1]
"""Letters of a name and of the lines below it, where tiles are large and else."""
_GAP = 8
_EDGE = "8A97A6"


def add_tiles(deck: Deck, slide: Any, tiles: Sequence[Tile], place: Place) -> None:
    """Tiles at their places, where those have room; else row by row, and how many are left to the page."""
    places = _places(tiles, place)
    if places is None:
        places = [(n % ACROSS, n // ACROSS) for n in range(min(len(tiles), MOST))]
    if len(places) < len(tiles):
        told = sentence("slides_more_tiles", deck.lang, tiles=len(tiles) - len(places))
        high = LEADING * SMALLEST
        below = Place(place.x, place.y + place.height - high, place.width, high)
        deck.text(slide, "left out", below, [Paragraph((Run(told, SMALLEST, False, SOFT),))])
        place = Place(place.x, place.y, place.width, place.height - high)
    wide, down = (max((one[axis] for one in places), default=0) + 1 for axis in (0, 1))
    across, high = min(place.width / wide, WIDEST), min(place.height / down, HIGHEST)
    name_size, size = LARGE if across == WIDEST and high == HIGHEST else SMALL
    for tile, (column, row) in zip(tiles, places, strict=False):
        where = Place(place.x + column * across, place.y + row * high, across - _GAP, high - _GAP)
        name, *lines = tile.lines
        paragraphs = [Paragraph((Run(name, name_size, True),)), *(Paragraph((Run(one, size),)) for one in lines)]
        add_text(slide, name, where, paragraphs, deck.lang, _look(tile))


def _places(tiles: Sequence[Tile], place: Place) -> list[tuple[int, int]] | None:
    """Column and row of each tile on the page; None where some share one, lack one, or have no room in it."""
    places = [(tile.column - 1, tile.row - 1) for tile in tiles]
    wide, down = (max((one[axis] for one in places), default=0) + 1 for axis in (0, 1))
    has_room = place.width >= wide * NARROWEST and place.height >= down * LOWEST
    known = all(column >= 0 and row >= 0 for column, row in places)
    return places if known and has_room and len(set(places)) == len(places) else None


def _look(tile: Tile) -> Box:
    """As on the page: an alert in a thick frame, a watch in dashes, what is not known on grey."""
    if tile.look == "is-alert":
        return Box(fill="FFFFFF", line=INK, thick=3, inset=6)
    if tile.look == "is-watch":
        return Box(fill="FFFFFF", line=INK, thick=2, dashed=True, inset=6)
    return Box(fill=GROUND if tile.look == "is-unknown" else None, line=_EDGE, inset=6)
