"""A deck being made: slides with a title and a foot, and what the speaker's notes say of where numbers come from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from expectations.contracts import TABLES
from expectations.sentences import sentence
from transforms.briefing.slides.fitting import width_of
from transforms.briefing.slides.reading import Sources
from transforms.briefing.slides.shapes import (
    NAMESPACES,
    NAVY,
    PLAIN,
    POINT,
    SOFT,
    Box,
    Paragraph,
    Place,
    Run,
    add_notes,
    add_shape,
    add_text,
)
from transforms.briefing.workbook.sheet import sheet_name

_BLANK = 6
"""The layout with nothing on it."""
_TITLE = Box(anchor="ctr", is_title=True)
_NUMBER = "{5B1E7A52-0C1D-4C43-9A0B-2D1F0E5C7A11}"
"""A field of a slide's own number has a name of its own."""
FOOT, FOOT_WIDTH = 12, 800
"""Points of the letters of a foot, and how wide it is."""


@dataclass(frozen=True)
class Deck:
    """A presentation, in which language, as of which day, and what every slide's foot says."""

    presentation: Any
    lang: str
    as_of: date
    foot: str

    def add(self, title: str, place: Place, size: float) -> Any:
        """A new slide of a title; a foot is on all but the first."""
        slides = self.presentation.slides
        slide = slides.add_slide(self.presentation.slide_layouts[_BLANK])
        size = int(min(size, size * place.width / max(width_of(title, size), 1)))
        add_text(slide, "title", place, [Paragraph((Run(title, size, True, NAVY),))], self.lang, _TITLE)
        add_text(slide, "edge", Place(0, 0, 960, 6), [], self.lang, Box(fill=NAVY))
        if len(slides) > 1:
            self._add_foot(slide)
        return slide

    def text(self, slide: Any, name: str, place: Place, paragraphs: Sequence[Paragraph], box: Box = PLAIN) -> None:
        """Paragraphs on a slide, where there are any."""
        if paragraphs:
            add_text(slide, name, place, paragraphs, self.lang, box)

    def note(self, slide: Any, said: Iterable[str], sources: Sources) -> None:
        """What the speaker reads: what the page says beside it, and where each number comes from."""
        lines = list(said)
        for table, columns in sources.columns.items():
            contract = TABLES[table]
            named = [contract.column(one).label if self.lang == "ko" else one for one in columns]
            sheet = sheet_name(contract, self.lang)
            told = sentence("slides_source_cells", self.lang, sheet=sheet, table=table, columns=", ".join(named))
            lines.append(told)
        lines += [sentence("slides_source_query", self.lang, query=query) for query in sources.queries]
        if slide.has_notes_slide:
            notes = slide.notes_slide.notes_text_frame
            notes.text = "\n".join([notes.text, *lines])
        elif lines:
            add_notes(slide, self.presentation, lines, self.lang)

    def _add_foot(self, slide: Any) -> None:
        add_text(
            slide, "foot", Place(24, 518, FOOT_WIDTH, 16), [Paragraph((Run(self.foot, FOOT, False, SOFT),))], self.lang
        )
        x, y, wide, high = (POINT * one for one in (836, 518, 100, 16))
        look = f'<a:rPr lang="en-GB" sz="{100 * FOOT}"><a:solidFill><a:srgbClr val="{SOFT}"/></a:solidFill></a:rPr>'
        number = f'<a:fld id="{_NUMBER}" type="slidenum">{look}<a:t>{len(self.presentation.slides)}</a:t></a:fld>'
        add_shape(
            slide,
            f'<p:sp {NAMESPACES}><p:nvSpPr>{{named}}<p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm>'
            f'<a:off x="{x}" y="{y}"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
            '</a:prstGeom><a:noFill/></p:spPr><p:txBody><a:bodyPr lIns="0" tIns="0" rIns="0" bIns="0"/><a:lstStyle/>'
            f'<a:p><a:pPr algn="r"/>{number}</a:p></p:txBody></p:sp>',
            "number",
        )
