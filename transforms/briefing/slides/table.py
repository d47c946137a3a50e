"""A page's table as a table of PowerPoint: as many rows as fit, and how many there were."""

from dataclasses import dataclass

from transforms.briefing.slides.fitting import lines_of, that_fit, width_of
from transforms.briefing.slides.reading import Cell, Grid
from transforms.briefing.slides.shapes import (
    AMBER,
    BLUE,
    GROUND,
    INK,
    LEADING,
    LINE,
    POINT,
    RED,
    SOFT,
    Paragraph,
    Run,
    paragraphs_xml,
)

SIZES = (16, 14, 12)
"""Of letters in points, the largest first; nothing on a slide is smaller than the last."""
AIRIEST = 1.5
"""How much higher rows may be than their text asks, where a table is short."""
WIDEST = 1.8
"""The same of columns."""
BOLD = 1.15
"""How much wider words may be, in bold and in the font that stands in for a missing one."""
SIDE, ABOVE = 4.0, 1.5
"""Points between a cell's edge and its text."""
AROUND = 2 * ABOVE + 1
"""What a row takes beside its text, with its line."""
CLOSE = 1.15
"""Lines of a table stand closer than those of sentences."""
SHADES = {"s0": "F1F4F8", "s1": "D5E1EF", "s2": "A9C3E0", "s3": "2F639C", "s4": "12355C"}
"""Of hours, as on the page."""
_DARK = ("s3", "s4", "alert")
WHITE = "FFFFFF"


@dataclass(frozen=True)
class Laid:
    """A table as it is laid out.

    Attributes:
        xml: The table.
        height: Points it takes.
        left_out: Rows that did not fit.
    """

    xml: str
    height: float
    left_out: int


def lay_out(grid: Grid, width: float, room: float, lang: str) -> Laid:
    """A table in so much room, its letters as large as all of it allows.

    Args:
        grid: The table.
        width: Points it may take across.
        room: Points it may take down, with the note on rows left out.
        lang: ko or en.
    """
    for size in SIZES:
        widths = _widths(grid, size, width)
        heights = _heights(grid, size, widths)
        if widths is not None and sum(heights) <= room:
            break
    sides = widths or _widths(grid, size, width, whole_numbers=False) or _squeezed(grid, size, width)
    heights = _heights(grid, size, sides)
    head, body = sum(heights[: grid.heads]), sum(heights[grid.heads :])
    stretch = max(1.0, min(AIRIEST, (room - head) / max(body, 1)))
    heights[grid.heads :] = [height * stretch for height in heights[grid.heads :]]
    fitting = grid.heads + that_fit(heights[grid.heads :], room - head + 1, LEADING * SIZES[-1])
    rows = "".join(_row(grid, row, fitting, heights[row], size, lang) for row in range(fitting))
    columns = "".join(f'<a:gridCol w="{POINT * side:.0f}"/>' for side in sides)
    xml = f'<a:tbl><a:tblPr firstRow="1"/><a:tblGrid>{columns}</a:tblGrid>{rows}</a:tbl>'
    return Laid(xml, sum(heights[:fitting]), grid.height - fitting)


def _needs(grid: Grid, size: float, *, whole_numbers: bool) -> tuple[list[float], list[float]]:
    """Points a column needs at least, and for its longest text: heads are broken between words, numbers better not."""
    least, whole = [0.0] * grid.width, [0.0] * grid.width
    for (_, column), cell in grid.cells.items():
        word = BOLD * max((width_of(one, size) for one in cell.text.split()), default=0.0)
        line = word if cell.is_head else BOLD * width_of(cell.text, size)
        word = line if whole_numbers and cell.is_number else word
        for n in range(column, column + cell.columns):
            least[n] = max(least[n], word / cell.columns + 2 * SIDE)
            whole[n] = max(whole[n], line / cell.columns + 2 * SIDE)
    shaded = {column for (_, column), cell in grid.cells.items() if _is_shaded(cell)}
    for needed in (least, whole):  # hours are as wide as each other
        alike = max((needed[column] for column in shaded), default=0.0)
        needed[:] = [alike if column in shaded else one for column, one in enumerate(needed)]
    return least, whole


def _is_shaded(cell: Cell) -> bool:
    return any(one in SHADES for one in cell.look)


def _widths(grid: Grid, size: float, width: float, *, whole_numbers: bool = True) -> list[float] | None:
    """Each column's width; None where not even the longest words have room."""
    least, whole = _needs(grid, size, whole_numbers=whole_numbers)
    if sum(least) > width:
        return None
    if sum(whole) <= width:
        return [one * min(width / sum(whole), WIDEST) for one in whole]
    share = (width - sum(least)) / max(sum(whole) - sum(least), 1.0)
    return [low + share * (high - low) for low, high in zip(least, whole, strict=True)]


def _squeezed(grid: Grid, size: float, width: float) -> list[float]:
    least, _ = _needs(grid, size, whole_numbers=False)
    return [one * width / sum(least) for one in least]


def _heights(grid: Grid, size: float, widths: list[float] | None) -> list[float]:
    """Each row's height; of a cell over several rows the last has room for all, as some programs want it."""
    heights = [CLOSE * size + AROUND] * grid.height
    if widths is None:
        return heights
    for (row, column), cell in sorted(grid.cells.items()):
        inside = sum(widths[column : column + cell.columns]) - 2 * SIDE
        last = min(row + cell.rows, grid.height) - 1
        heights[last] = max(heights[last], CLOSE * size * lines_of(cell.text, size, inside) + AROUND)
    return heights


def _row(grid: Grid, row: int, last: int, height: float, size: float, lang: str) -> str:
    """A row's cells; those that another covers are there, too, and say so."""
    made = []
    for column in range(grid.width):
        over = _covering(grid, row, column)
        if over is None:
            made.append(_cell(Cell(""), "", size, lang))
            continue
        (top, left), cell = over
        rows = min(cell.rows, last - top)
        span = (f' rowSpan="{rows}"' if rows > 1 else "") + (f' gridSpan="{cell.columns}"' if cell.columns > 1 else "")
        if (top, left) == (row, column):
            made.append(_cell(cell, span, size, lang))
        else:
            merged = (' hMerge="1"' if left < column else "") + (' vMerge="1"' if top < row else "")
            made.append(_cell(Cell(""), merged, size, lang))
    return f'<a:tr h="{POINT * height:.0f}">{"".join(made)}</a:tr>'


def _covering(grid: Grid, row: int, column: int) -> tuple[tuple[int, int], Cell] | None:
    """The cell at a place, or the one that reaches over it."""
    if (row, column) in grid.cells:
        return (row, column), grid.cells[row, column]
    return next(
        (
            (at, cell)
            for at, cell in grid.cells.items()
            if at[0] <= row < at[0] + cell.rows and at[1] <= column < at[1] + cell.columns
        ),
        None,
    )


def _cell(cell: Cell, span: str, size: float, lang: str) -> str:
    shaded = _is_shaded(cell)
    align = "ctr" if shaded else "r" if cell.is_number else "l"
    colour, bold = _ink(cell), cell.is_strong or cell.is_head or bool({"alert", "watch", "s4"} & set(cell.look))
    paragraphs = [Paragraph((Run(line, size, bold, colour),), align=align) for line in cell.text.split("\n")]
    side, above = f"{POINT * (1 if shaded else SIDE):.0f}", f"{POINT * ABOVE:.0f}"
    edge = f'<a:lnB w="{POINT * 0.75:.0f}"><a:solidFill><a:srgbClr val="{LINE}"/></a:solidFill></a:lnB>'
    ground = _ground(cell)
    fill = f'<a:solidFill><a:srgbClr val="{ground}"/></a:solidFill>' if ground else "<a:noFill/>"
    anchor = "b" if cell.is_head else "ctr"
    margins = f'marL="{side}" marR="{side}" marT="{above}" marB="{above}"'
    text = f"<a:txBody><a:bodyPr/><a:lstStyle/>{paragraphs_xml(paragraphs, lang, CLOSE)}</a:txBody>"
    return f'<a:tc{span}>{text}<a:tcPr {margins} anchor="{anchor}">{edge}{fill}</a:tcPr></a:tc>'


def _ground(cell: Cell) -> str | None:
    if cell.is_head:
        return GROUND
    if "alert" in cell.look:
        return BLUE if "down" in cell.look else RED
    return next((SHADES[one] for one in cell.look if one in SHADES), None)


def _ink(cell: Cell) -> str:
    if cell.is_head:
        return SOFT
    if set(_DARK) & set(cell.look):
        return WHITE
    if "watch" in cell.look:
        return BLUE if "down" in cell.look else RED
    return AMBER if "warn" in cell.look else INK
