"""Text on a slide: boxes of paragraphs at their places, in points, written as the shapes PowerPoint edits."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

WIDTH, HEIGHT = 960, 540
"""A slide of 16:9, in points."""
POINT = 12_700
"""A point in the units of the format."""
LEADING = 1.2
"""Lines stand so many heights of a letter apart, whatever the font: what fits here fits with another, too."""
NAMESPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
INK, SOFT, NAVY, RED, BLUE, AMBER, LINE, GROUND = (
    "17212E", "4D5A69", "14365C", "9C1313", "0B4A82", "704600", "D3DAE2", "F4F6F9",
)  # fmt: skip
"""Colours of the page."""
LANGUAGE = {"ko": "ko-KR", "en": "en-GB"}


@dataclass(frozen=True)
class Run:
    """Words of one look; `size` in points."""

    text: str
    size: float
    bold: bool = False
    colour: str = INK


@dataclass(frozen=True)
class Paragraph:
    """Runs on a line of their own.

    Attributes:
        runs: Its words; a tab leads to the next of `tabs`.
        before: Points between it and the paragraph above.
        align: l, ctr or r.
        tabs: Where words end that stand behind a tab, in points from the left.
    """

    runs: tuple[Run, ...]
    before: float = 0
    align: str = "l"
    tabs: tuple[float, ...] = ()


@dataclass(frozen=True)
class Place:
    """Where a shape lies, in points from the upper left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Box:
    """How a box looks.

    Attributes:
        fill: Its ground, or none.
        line: Its edge, or none.
        thick: The edge, in points.
        dashed: Whether the edge is.
        inset: Points between edge and text.
        anchor: t, ctr or b.
        is_title: Whether the text is the slide's title, by which programs list and read slides.
    """

    fill: str | None = None
    line: str | None = None
    thick: float = 1
    dashed: bool = False
    inset: float = 0
    anchor: str = "t"
    is_title: bool = False


PLAIN = Box()


def add_text(slide: Any, name: str, place: Place, paragraphs: Sequence[Paragraph], lang: str, box: Box = PLAIN) -> None:
    """Lay a box of text on a slide."""
    fill = f'<a:solidFill><a:srgbClr val="{box.fill}"/></a:solidFill>' if box.fill else "<a:noFill/>"
    line = "<a:ln><a:noFill/></a:ln>"
    if box.line:
        dashes = '<a:prstDash val="dash"/>' if box.dashed else ""
        line = (
            f'<a:ln w="{box.thick * POINT:.0f}"><a:solidFill><a:srgbClr val="{box.line}"/></a:solidFill>{dashes}</a:ln>'
        )
    inset = f"{box.inset * POINT:.0f}"
    kind = '<p:cNvSpPr/><p:nvPr><p:ph type="title"/></p:nvPr>' if box.is_title else '<p:cNvSpPr txBox="1"/><p:nvPr/>'
    sides = " ".join(f'{side}Ins="{inset}"' for side in "ltrb")
    add_shape(
        slide,
        f"<p:sp {NAMESPACES}><p:nvSpPr>{{named}}{kind}</p:nvSpPr><p:spPr>{_frame('a', place)}"
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{fill}{line}</p:spPr><p:txBody>'
        f'<a:bodyPr wrap="square" {sides} anchor="{box.anchor}"><a:noAutofit/></a:bodyPr><a:lstStyle/>'
        f"{paragraphs_xml(paragraphs, lang)}</p:txBody></p:sp>",
        name,
    )


def add_table(slide: Any, name: str, place: Place, table: str) -> None:
    """Lay a table (`a:tbl`) on a slide."""
    add_shape(
        slide,
        f"<p:graphicFrame {NAMESPACES}><p:nvGraphicFramePr>{{named}}<p:cNvGraphicFramePr>"
        '<a:graphicFrameLocks noGrp="1"/></p:cNvGraphicFramePr><p:nvPr/></p:nvGraphicFramePr>'
        f"{_frame('p', place)}<a:graphic>"
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/table">'
        f"{table}</a:graphicData></a:graphic></p:graphicFrame>",
        name,
    )


def add_notes(slide: Any, presentation: Any, lines: Sequence[str], lang: str) -> None:
    """What the speaker reads below a slide that has no notes yet.

    Written as it is: the library looks through all parts of the presentation for each, and copies the master's shapes.
    """
    from pptx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
    from pptx.opc.packuri import PackURI
    from pptx.oxml import parse_xml
    from pptx.parts.slide import NotesSlidePart

    text = "".join(
        f'<a:p><a:r><a:rPr lang="{LANGUAGE[lang]}"/><a:t>{escape(line, quote=False)}</a:t></a:r></a:p>'
        for line in lines
    )
    shapes = "".join(
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/><p:cNvSpPr><a:spLocks noGrp="1"{more}/></p:cNvSpPr>'
        f"<p:nvPr>{kind}</p:nvPr></p:nvSpPr><p:spPr/>{body}</p:sp>"
        for number, name, more, kind, body in (
            (2, "slide", ' noRot="1" noChangeAspect="1"', '<p:ph type="sldImg"/>', ""),
            (3, "notes", "", '<p:ph type="body" idx="1"/>', f"<p:txBody><a:bodyPr/><a:lstStyle/>{text}</p:txBody>"),
        )
    )
    notes = parse_xml(
        f'<p:notes {NAMESPACES}><p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/>'
        f"</p:nvGrpSpPr><p:grpSpPr/>{shapes}</p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:notes>"
    )
    name = PackURI(f"/ppt/notesSlides/notesSlide{len(presentation.slides)}.xml")
    part = NotesSlidePart(name, CONTENT_TYPE.PML_NOTES_SLIDE, slide.part.package, notes)
    part.relate_to(presentation.notes_master.part, RELATIONSHIP_TYPE.NOTES_MASTER)
    part.relate_to(slide.part, RELATIONSHIP_TYPE.SLIDE)
    slide.part.relate_to(part, RELATIONSHIP_TYPE.NOTES_SLIDE)


def add_shape(slide: Any, xml: str, name: str) -> None:
    """Add a shape's XML, `{named}` in it standing for its number and name."""
    from pptx.oxml import parse_xml

    tree = slide.shapes._spTree
    named = f'<p:cNvPr id="{len(tree) + 1}" name="{escape(name)}"/>'
    tree.append(parse_xml(xml.replace("{named}", named, 1)))


def paragraphs_xml(paragraphs: Sequence[Paragraph], lang: str, leading: float = LEADING) -> str:
    """Paragraphs as XML; lines stand so many heights of their largest letters apart."""
    return "".join(_paragraph(one, lang, leading) for one in paragraphs) or "<a:p/>"


def _paragraph(paragraph: Paragraph, lang: str, leading: float) -> str:
    size = max((run.size for run in paragraph.runs), default=0)
    spacing = f'<a:lnSpc><a:spcPts val="{100 * leading * size:.0f}"/></a:lnSpc>'
    before = f'<a:spcBef><a:spcPts val="{100 * paragraph.before:.0f}"/></a:spcBef>'
    stops = "".join(f'<a:tab pos="{POINT * one:.0f}" algn="r"/>' for one in paragraph.tabs)
    tabs = f"<a:tabLst>{stops}</a:tabLst>" if stops else ""
    runs = "".join(
        f'<a:r><a:rPr lang="{LANGUAGE[lang]}" sz="{100 * run.size:.0f}" b="{int(run.bold)}" dirty="0"><a:solidFill>'
        f'<a:srgbClr val="{run.colour}"/></a:solidFill></a:rPr><a:t>{escape(run.text, quote=False)}</a:t></a:r>'
        for run in paragraph.runs
    )
    return f'<a:p><a:pPr algn="{paragraph.align}">{spacing}{before}{tabs}</a:pPr>{runs}</a:p>'


def _frame(prefix: str, place: Place) -> str:
    x, y, width, height = (f"{POINT * one:.0f}" for one in (place.x, place.y, place.width, place.height))
    return f'<{prefix}:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{width}" cy="{height}"/></{prefix}:xfrm>'
