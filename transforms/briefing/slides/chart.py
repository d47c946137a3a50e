"""A drawing of the page as a chart of PowerPoint, whose numbers lie in a sheet of its own and whose look is free."""

from collections.abc import Mapping
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from expectations.months import month_range
from expectations.sentences import sentence
from transforms.briefing.page.numbers import month_words
from transforms.briefing.slides.reading import Drawn
from transforms.briefing.slides.shapes import AMBER, INK, NAVY, POINT, SOFT, Paragraph, Place, Run

_LOOKS: Mapping[str, tuple[str, float, str | None]] = {
    "last_year": (SOFT, 1.5, "sysDash"),
    "this_year": (INK, 3.0, None),
    "reported": (AMBER, 0.0, None),
    "mean": (NAVY, 2.5, None),
    "lower_80": (NAVY, 1.25, "dash"),
    "upper_80": (NAVY, 1.25, "dash"),
}
"""Colour, points and dashes of each series, in the order they are drawn; a series of no points has marks alone."""
_EVERY = 3
"""Of the months one in so many is named, as on the page."""


def series_name(series: str, lang: str) -> str:
    """What a series of a drawing is called."""
    kind, _, level = series.partition("_")
    if kind in ("lower", "upper"):
        return sentence(f"slides_series_{kind}", lang, level=level)
    return sentence(f"slides_series_{series}", lang)


def key_line(drawn: Drawn, size: float, lang: str) -> Paragraph:
    """The series of a chart in their colours, on a line of words: it takes less room than a chart's own legend."""
    runs = []
    for name, (colour, points, dashed) in _LOOKS.items():
        if drawn.series.get(name):
            mark = "●" if not points else "┅" if dashed else "━"
            runs.append(Run(f"{mark} {series_name(name, lang)}  ", size, False, colour))
    return Paragraph(tuple(runs))


def add_chart(
    slide: Any, drawn: Drawn, place: Place, size: float, as_of: date, lang: str, *, has_legend: bool = True
) -> None:
    """Lay a line chart on a slide, one line a series, months below it.

    Args:
        slide: The slide.
        drawn: The drawing; its values are written with all their digits.
        place: Where.
        size: Of letters, in points.
        as_of: Its sheet was made on that day, so that equal runs give equal bytes.
        lang: ko or en.
        has_legend: Whether it has a legend of its own.
    """
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Emu

    known = [name for name in _LOOKS if drawn.series.get(name)]
    months = [month for name in known for month in drawn.series[name]]
    if not months:
        return
    axis = month_range(min(months), max(months))
    data = _data(as_of)
    data.categories = [month_words(month, lang, short=True) for month in axis]
    for name in known:
        data.add_series(series_name(name, lang), [drawn.series[name].get(month) for month in axis])
    where = (Emu(round(POINT * one)) for one in (place.x, place.y, place.width, place.height))
    frame = slide.shapes.add_chart(XL_CHART_TYPE.LINE_MARKERS, *where, data)
    frame.name = drawn.title
    _style(frame.chart, known, size, has_legend)


def _data(as_of: date) -> Any:
    """Data of a chart whose sheet is the same whenever it is made."""
    from pptx.chart.data import CategoryChartData
    from pptx.chart.xlsx import CategoryWorkbookWriter
    from pptx.util import lazyproperty
    from xlsxwriter import Workbook

    class Writer(CategoryWorkbookWriter):
        @property
        def xlsx_blob(self) -> bytes:
            target = BytesIO()
            book = Workbook(target, {"in_memory": True})
            book.set_properties({"created": datetime.combine(as_of, time())})
            self._populate_worksheet(book, book.add_worksheet())
            book.close()
            return target.getvalue()

    class Data(CategoryChartData):
        @lazyproperty
        def _workbook_writer(self) -> Writer:
            return Writer(self)

    return Data(number_format="#,##0")


def _style(chart: Any, known: list[str], size: float, has_legend: bool) -> None:
    from pptx.dml.color import RGBColor
    from pptx.enum.chart import XL_LEGEND_POSITION, XL_MARKER_STYLE
    from pptx.enum.dml import MSO_LINE
    from pptx.oxml.ns import qn
    from pptx.util import Pt

    chart.font.size = Pt(size)
    chart.font.color.rgb = RGBColor.from_string(SOFT)
    chart.has_title = False
    chart.has_legend = has_legend
    if has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    chart.value_axis.minimum_scale = 0
    skipped = chart.category_axis._element.makeelement(qn("c:tickLblSkip"), {"val": f"{_EVERY}"})
    chart.category_axis._element.find(qn("c:noMultiLvlLbl")).addprevious(skipped)
    chart.value_axis.major_gridlines.format.line.color.rgb = RGBColor.from_string("E3E8EE")
    chart.value_axis.format.line.fill.background()
    dashes = {"dash": MSO_LINE.DASH, "sysDash": MSO_LINE.SQUARE_DOT}
    for series, name in zip(chart.plots[0].series, known, strict=True):
        colour, points, dashed = _LOOKS[name]
        rgb = RGBColor.from_string(colour)
        series.smooth = False
        if points:
            series.format.line.color.rgb, series.format.line.width = rgb, Pt(points)
            if dashed:
                series.format.line.dash_style = dashes[dashed]
        else:
            series.format.line.fill.background()
        marked = name in ("this_year", "reported", "mean")
        series.marker.style = XL_MARKER_STYLE.CIRCLE if marked else XL_MARKER_STYLE.NONE
        if marked:
            series.marker.size = 7
            series.marker.format.fill.solid()
            series.marker.format.fill.fore_color.rgb = rgb
            series.marker.format.line.color.rgb = rgb
