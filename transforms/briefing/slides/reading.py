"""A page read for its slides: the sections' words, tables, tiles and drawings, each with where its numbers come from.

The slides are made from the page, as a print is: no number on them can be another than the page's.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

LISTED = ("ul", "ol", "dl")
KEPT = ("kept", "warn")
"""Classes of small print that goes along; other small print is left to the page."""
ANALYST = "analyst"
"""Class of what is left to the page: a section, and a column's heading with its whole column."""


@dataclass
class Sources:
    """Where the numbers of a slide come from.

    Attributes:
        columns: Columns by table, of numbers that are cells.
        queries: Questions whose answers the others are.
    """

    columns: dict[str, list[str]] = field(default_factory=dict)
    queries: list[str] = field(default_factory=list)

    def add(self, element: Any) -> None:
        """What an element and those in it name."""
        for one in element.iter():
            if (table := one.get("data-table")) is not None:
                columns = self.columns.setdefault(table, [])
                if (column := one.get("data-column")) not in columns:
                    columns.append(column)
            elif (query := one.get("data-query")) is not None and query not in self.queries:
                self.queries.append(query)

    @property
    def table(self) -> str | None:
        """The first table named: what is shown is of it."""
        return next(iter(self.columns), None)


@dataclass(frozen=True)
class Cell:
    """A cell of a table, over one or several rows and columns.

    Attributes:
        text: What it says, lines by line feeds.
        rows: Rows it takes.
        columns: Columns it takes.
        is_head: Whether it heads a column or a row.
        is_number: Whether it stands to the right.
        is_strong: Whether it is bold.
        look: Classes that colour it: of a signal, or a shade.
    """

    text: str
    rows: int = 1
    columns: int = 1
    is_head: bool = False
    is_number: bool = False
    is_strong: bool = False
    look: tuple[str, ...] = ()


@dataclass
class Grid:
    """A table: its cells by where they begin.

    Attributes:
        caption: Its own title, or nothing.
        cells: By row and column.
        heads: Rows of its head.
        height: Rows in all.
        width: Columns.
        sources: Of its numbers.
    """

    caption: str
    cells: dict[tuple[int, int], Cell]
    heads: int
    height: int
    width: int
    sources: Sources


@dataclass
class Drawn:
    """A drawing's series: values by month, as they can be drawn anew.

    Attributes:
        district: Of whom it is, or nothing.
        title: What it shows and of whom.
        series: Values by the first day of the month they stand at, by name of the series.
        sources: Of its numbers.
    """

    district: str
    title: str
    series: dict[str, dict[date, float]]
    sources: Sources


@dataclass
class Tile:
    """A district's tile: where it stands, how it looks, and its lines; the first is its name."""

    column: int
    row: int
    look: str
    lines: list[str]
    sources: Sources


@dataclass
class Line:
    """A sentence of a section; `kind` is the class it has on the page, or what it is: item, part."""

    text: str
    kind: str
    sources: Sources


Piece = Line | Grid | Drawn | list[Tile]


def parsed(page: str) -> Any:
    """The page's root element."""
    from lxml import etree

    # Not that of lxml.html, which asks Python of each element what class it shall be of.
    return etree.fromstring(page.encode(), parser=etree.HTMLParser(encoding="utf-8"))


def classes(element: Any) -> list[str]:
    """An element's classes."""
    named: str | None = element.get("class")
    return named.split() if named else []


def having(element: Any, name: str) -> Iterator[Any]:
    """Elements of a class in an element, in the page's order."""
    return (one for one in element.iter("*") if name in classes(one))


def words(element: Any, *, without: Iterable[str] = ()) -> str:
    """What an element says on one line; what is in elements of these classes or tags is left out."""
    return " ".join("".join(_texts(element, set(without))).split())


def _texts(element: Any, without: set[str]) -> Iterator[str]:
    yield element.text or ""
    for inner in element:
        if isinstance(inner.tag, str) and inner.tag not in without and not without & set(classes(inner)):
            yield from _texts(inner, without)
            if inner.tag in ("p", "small", "dt", "dd", "li"):
                yield " "
        yield inner.tail or ""


def sources_of(*elements: Any) -> Sources:
    """Where the numbers of elements come from."""
    made = Sources()
    for one in elements:
        made.add(one)
    return made


def pieces(section: Any) -> Iterator[Piece]:
    """What a section holds, in its order; its heading is left out."""
    for one in section:
        named = classes(one)
        if one.tag == "h2" or "legend" in named:
            continue
        if one.tag == "table":
            yield grid(one)
        elif one.tag == "figure" and next(one.iter("svg"), None) is not None:
            yield drawn(one)
        elif one.tag in LISTED and "tiles" in named:
            yield [_tile(item) for item in one]
        elif one.tag in LISTED:
            yield from (Line(words(item), "item", sources_of(item)) for item in one)
        elif one.tag in ("p", "h3"):
            kind = "part" if one.tag == "h3" else next(iter(named), "text")
            yield Line(words(one), kind, sources_of(one))
        else:
            yield from pieces(one)


def drawn(figure: Any) -> Drawn:
    """The series of a figure's drawing, by the marks of their months."""
    drawing = next(figure.iter("svg"))
    series: dict[str, dict[date, float]] = {}
    for mark in drawing.iter("circle"):
        if (name := mark.get("data-series")) is not None:
            month = date.fromisoformat(f"{mark.get('data-month')}-01")
            series.setdefault(name, {})[month] = float(mark.get("data-value"))
    return Drawn(drawing.get("data-district") or "", drawing.get("aria-label") or "", series, sources_of(drawing))


def _tile(item: Any) -> Tile:
    """A tile by the place its style gives it; one without a place follows."""
    place = dict(re.findall(r"grid-(column|row): (\d+)", item.get("style") or ""))
    lines = [words(one) for one in item if isinstance(one.tag, str)]
    look = next((name for name in classes(item) if name.startswith("is-")), "")
    return Tile(int(place.get("column", 0)), int(place.get("row", 0)), look, lines, sources_of(item))


def grid(table: Any) -> Grid:
    """A table's cells, those of columns for analysts left out."""
    caption = next(table.iter("caption"), None)
    found: dict[tuple[int, int], tuple[Any, int, int]] = {}
    taken: set[tuple[int, int]] = set()
    rows = list(table.iter("tr"))
    for row, element in enumerate(rows):
        column = 0
        for one in element:
            while (row, column) in taken:
                column += 1
            down, across = (int(one.get(name) or 1) for name in ("rowspan", "colspan"))
            found[row, column] = (one, down, across)
            taken |= {(row + r, column + c) for r in range(down) for c in range(across)}
            column += across
    width = max((column + 1 for _, column in taken), default=0)
    left_out = {
        column + c for (_, column), (one, _, across) in found.items() if ANALYST in classes(one) for c in range(across)
    }
    place = {column: n for n, column in enumerate(c for c in range(width) if c not in left_out)}
    cells, sources = {}, Sources()
    for (row, column), (one, down, across) in found.items():
        kept = [place[c] for c in range(column, column + across) if c in place]
        if kept:
            cells[row, kept[0]] = _cell(one, rows[row], down, len(kept))
            sources.add(one)
    heads = sum(1 for one in rows if one.getparent().tag == "thead")
    return Grid("" if caption is None else words(caption), cells, heads, len(rows), len(place), sources)


def _cell(one: Any, row: Any, down: int, across: int) -> Cell:
    named, in_head = classes(one), row.getparent().tag == "thead"
    lines = [words(one, without=["small"])]
    lines += [words(small) for small in one.iter("small") if set(KEPT) & set(classes(small))]
    signal = next(having(one, "signal"), None)
    look = tuple(classes(signal)) if signal is not None else tuple(n for n in named if re.fullmatch(r"s\d", n))
    return Cell(
        "\n".join(line for line in lines if line),
        down,
        across,
        is_head=in_head,
        is_number="n" in named or any(name.startswith("s") and name[1:].isdigit() for name in named),
        is_strong="strong" in named or "name" in named or "sum" in classes(row),
        look=look,
    )
