"""briefing.pptx of one audience: the first screen, then a section of the page after the other, but for the appendix."""

import struct
import zipfile
from collections.abc import Mapping
from datetime import datetime, time
from io import BytesIO
from typing import Any

from transforms.briefing.slides.deck_slide import FOOT, FOOT_WIDTH, Deck
from transforms.briefing.slides.first import add_first
from transforms.briefing.slides.fitting import width_of
from transforms.briefing.slides.reading import ANALYST, classes, having, parsed, words
from transforms.briefing.slides.sections import add_lead, add_section
from transforms.briefing.slides.shapes import HEIGHT, POINT, WIDTH

FONT = "맑은 고딕"
"""Of every text: it comes with Windows; where it is missing, a program takes the one it has for Hangul."""
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MOMENT, _FIRST_DAY = struct.Struct("<HH"), (0, 33)
"""Time and day of a member of an archive; midnight of 1980-01-01, the earliest there is."""
_ENTRY, _LENGTHS = 46, struct.Struct("<HHH")
"""Bytes of an entry in an archive's list, and the lengths of name, extra and comment that follow it."""


def slides(page: str, audience: str, publication: Mapping[str, Any], lang: str) -> bytes:
    """A page as a presentation of 16:9: text, tables and charts that can be edited, no picture.

    Every number is the page's own, and the notes of a slide say where its numbers come from.

    Args:
        page: A briefing as `briefing_page` makes it.
        audience: District code of whose page it is.
        publication: The row of table `publication`.
        lang: The page's language.

    Returns:
        The bytes of a pptx file; equal inputs give equal bytes.
    """
    # Imported here: only what makes slides should pay for it.
    from pptx import Presentation
    from pptx.util import Emu

    root = parsed(page)
    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = Emu(WIDTH * POINT), Emu(HEIGHT * POINT)
    facts = [words(next(having(root, "agency"))), words(next(root.iter("h1"))), words(next(having(root, "facts")))]
    deck = Deck(presentation, lang, publication["as_of"], _foot(facts))
    for section in (one for one in root.iter("section") if ANALYST not in classes(one)):
        if section.get("id") == "first":
            add_first(deck, root, section)
        elif next(section.iter("h2"), None) is not None and next(having(section, "answer"), None) is not None:
            add_lead(deck, section)
        else:
            add_section(deck, section, audience)
    _describe(presentation, facts, publication)
    _set_fonts(presentation)
    return _packed(presentation)


def _foot(facts: list[str]) -> str:
    """What every slide says of itself on one line: of a long one, its beginning is left to the first slide."""
    while width_of(" · ".join(facts), FOOT) > FOOT_WIDTH and len(facts) > 1:
        facts = facts[1:]
    return " · ".join(facts)


def _describe(presentation: Any, facts: list[str], publication: Mapping[str, Any]) -> None:
    """Document properties; the moment of making is the as-of day, or no two files would be equal."""
    made = datetime.combine(publication["as_of"], time())
    told = presentation.core_properties
    told.title, told.author, told.last_modified_by = facts[1], publication["agency_name"], publication["agency_name"]
    told.comments = f"run_id {publication['run_id']}, chian {publication['version']}"
    told.created, told.modified, told.revision = made, made, 1


def _set_fonts(presentation: Any) -> None:
    """One font for headings and text, Latin and Hangul, in every theme of the presentation."""
    from lxml import etree
    from pptx.opc.constants import RELATIONSHIP_TYPE

    for master in (presentation.slide_master, presentation.notes_master):
        theme = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
        # The one is kept as it was read, the other as elements: a part of either kind is written from its own.
        root = getattr(theme, "_element", None)
        held = etree.fromstring(theme.blob) if root is None else root
        for script in (one for scheme in held.iter(f"{_DRAWING}fontScheme") for one in scheme.iter()):
            if script.tag in (f"{_DRAWING}latin", f"{_DRAWING}ea"):
                script.set("typeface", FONT)
        if root is None:
            theme._blob = etree.tostring(held, encoding="UTF-8", standalone=True)


def _packed(presentation: Any) -> bytes:
    """The file, its members dated alike whenever it is made: a moment stands before each, and in the list of all."""
    written = BytesIO()
    presentation.save(written)
    made = bytearray(written.getvalue())
    with zipfile.ZipFile(written) as held:
        entry = held.start_dir
        for member in held.infolist():
            _MOMENT.pack_into(made, member.header_offset + 10, *_FIRST_DAY)
            _MOMENT.pack_into(made, entry + 12, *_FIRST_DAY)
            entry += _ENTRY + sum(_LENGTHS.unpack_from(made, entry + 28))
    return bytes(made)
