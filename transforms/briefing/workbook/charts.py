"""Charts that Excel draws: each series' last two years and its forecast, from cells of a sheet beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from expectations.agency import Agency, District
from expectations.contracts import Column
from expectations.contracts import columns as c
from expectations.contracts.counts.crime_month import CRIME_MONTH
from expectations.contracts.meeting.forecast import FORECAST
from expectations.months import YEAR, add_months
from expectations.sentences import sentence
from transforms.briefing.audience import Audience, stations
from transforms.briefing.workbook.cells import number
from transforms.briefing.workbook.sheet import heading
from transforms.briefing.workbook.styles import HEADING, Styles

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

MONTHS = 24
_LAST_YEAR = "last_year"
_WIDE, _HIGH, _TITLE = 640, 320, 12
_DOWN = 17
"""Rows of a sheet that a chart takes."""
_ACROSS = 11
"""Columns of a sheet from one chart to the next."""
_LOOKS: Mapping[str, dict[str, Any]] = {
    _LAST_YEAR: {"line": {"color": "#7F7F7F", "width": 1.25, "dash_type": "square_dot"}},
    "expected_final": {"line": {"color": "#17212E", "width": 2.5}},
    "incidents": {"line": {"none": True},
                  "marker": {"type": "circle", "size": 5, "fill": {"none": True}, "border": {"color": "#B06F00"}}},
    "mean": {"line": {"color": "#1F4E79", "width": 2.25},
             "marker": {"type": "circle", "size": 5, "fill": {"color": "#1F4E79"}, "border": {"color": "#1F4E79"}}},
    "lower_80": {"line": {"color": "#1F4E79", "width": 1, "dash_type": "dash"}},
    "upper_80": {"line": {"color": "#1F4E79", "width": 1, "dash_type": "dash"}},
}  # fmt: skip
"""How each column is drawn at first: in Excel it may be drawn in any other way."""


@dataclass(frozen=True)
class _Series:
    """One series: of whom and what, and which rows of the sheet of numbers it takes, both included."""

    title: str
    first: int
    last: int


def write_charts(styles: Styles, tables: Mapping[str, pl.DataFrame], audience: Audience, agency: Agency) -> None:
    """Add the sheet of charts, and the one whose cells they draw; neither where there is nothing to draw.

    Args:
        styles: The workbook's formats.
        tables: Published tables by name.
        audience: Whose workbook it is: the agency sees all its stations, a station itself and the agency.
        agency: Names districts and crime types.
    """
    rows = _rows(styles, tables, audience, agency)
    if not rows:
        return
    charts = styles.book.add_worksheet(sentence("workbook_sheet_charts", styles.lang))
    numbers = styles.book.add_worksheet(sentence("workbook_sheet_chart_numbers", styles.lang))
    columns = _columns(styles.lang)
    series = _write_numbers(styles, numbers, columns, rows)
    across = len(agency.forecast_types)
    for place, one in enumerate(series):
        chart = _chart(styles, numbers.get_name(), columns, one)
        charts.insert_chart(place // across * _DOWN, place % across * _ACROSS, chart)
    charts.hide_gridlines(2)
    styles.print_setup(charts, charts.get_name())


def _columns(lang: str) -> list[Column]:
    """What each row tells, with the columns of the published tables it is from."""
    label, holds = sentence("workbook_chart_last_year", lang), sentence("workbook_chart_last_year_holds", lang)
    forecast = [FORECAST.column(name) for name in ("mean", "lower_80", "upper_80")]
    counts = [CRIME_MONTH.column(name) for name in ("incidents", "expected_final")]
    last_year = Column(_LAST_YEAR, "DOUBLE", label, holds, unit=counts[1].unit)
    return [c.DISTRICT_NAME, c.CRIME_TYPE, CRIME_MONTH.column("month"), *counts, last_year, *forecast]


def _rows(
    styles: Styles, tables: Mapping[str, pl.DataFrame], audience: Audience, agency: Agency
) -> list[tuple[str, list[dict[str, Any]]]]:
    """The rows of each series, by its title; a series without a count is left out."""
    month, made = styles.publication["month"], []
    root = agency.root
    shown = (root, *stations(agency, month)) if audience.is_agency else (audience.district, root)
    for district in shown:
        for crime in agency.crime_types:
            if crime.code not in agency.forecast_types:
                continue
            own = (pl.col("district") == district.code) & (pl.col("crime_type") == crime.code)
            counts = tables["crime_month"].filter(own, pl.col("complete"), pl.col("month") <= month)
            ahead = tables["forecast"].filter(own, pl.col("origin_month") == month)
            named = {
                "district_name": _name(district, agency, styles.lang),
                "crime_type": crime.name if styles.lang == "ko" else crime.name_en,
            }
            rows = [named | row for row in _months(styles, counts, ahead)]
            if counts.height:
                made.append((" ".join(named.values()), rows))
    return made


def _name(district: District, agency: Agency, lang: str) -> str:
    return district.name if lang == agency.language else district.name_en or district.name


def _months(styles: Styles, counts: pl.DataFrame, ahead: pl.DataFrame) -> list[dict[str, Any]]:
    """A row a month: what was counted and forecast, and what the same month of the year before had."""
    month = styles.publication["month"]
    told = {row["month"]: row for row in counts.to_dicts()}
    foreseen = {row["month"]: row for row in ahead.to_dicts()}
    last = max(foreseen, default=month)
    made, one = [], add_months(month, 1 - MONTHS)
    while one <= last:
        before = told.get(add_months(one, -YEAR))
        made.append(
            {"month": one}
            | {name: told[one][name] if one in told else None for name in ("incidents", "expected_final")}
            | {name: foreseen[one][name] if one in foreseen else None for name in ("mean", "lower_80", "upper_80")}
            | {_LAST_YEAR: None if before is None else before["expected_final"]}
        )
        one = add_months(one, 1)
    return made


def _write_numbers(
    styles: Styles,
    sheet: "Worksheet",
    columns: Sequence[Column],
    rows: Sequence[tuple[str, list[dict[str, Any]]]],
) -> list[_Series]:
    """Write the rows below their headings; returns which of them each series takes."""
    for at, column in enumerate(columns):
        sheet.write_string(0, at, heading(column, styles.lang), styles.format(HEADING))
        sheet.write_comment(0, at, f"{column.name}\n{column.told(styles.lang)}")
        sheet.set_column(at, at, 18 if column.type == "VARCHAR" else 12)
    made, row = [], 0
    for title, months in rows:
        first = row + 1
        for month in months:
            row += 1
            for at, column in enumerate(columns):
                _write(sheet, row, at, month[column.name], styles.column(column))
        made.append(_Series(title, first, row))
    sheet.freeze_panes(1, 3)
    sheet.set_row(0, 32)
    sheet.autofilter(0, 0, row, len(columns) - 1)
    sheet.repeat_rows(0)
    styles.print_setup(sheet, sheet.get_name())
    return made


def _write(sheet: "Worksheet", row: int, at: int, value: Any, style: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(row, at, value, style)
    elif isinstance(value, int | float):
        sheet.write_number(row, at, number(value), style)
    elif value is not None:
        sheet.write_datetime(row, at, value, style)


def _line_name(column: Column, lang: str) -> str:
    """What a line is called: bounds and mean as of the forecast, others as their column."""
    kind, _, level = column.name.partition("_")
    if kind in ("mean", "lower", "upper"):
        return sentence(f"slides_series_{kind}", lang, **({"level": level} if level else {}))
    return column.label if lang == "ko" else column.name


def _chart(styles: Styles, sheet: str, columns: Sequence[Column], series: _Series) -> Any:
    """A line chart of a series' rows, every line the cells of a column."""
    chart = styles.book.add_chart({"type": "line"})
    names = [column.name for column in columns]
    months = [sheet, series.first, names.index("month"), series.last, names.index("month")]
    for name, look in _LOOKS.items():
        column = columns[names.index(name)]
        at = names.index(name)
        chart.add_series(
            {
                "name": _line_name(column, styles.lang),
                "categories": months,
                "values": [sheet, series.first, at, series.last, at],
                **look,
            }
        )
    chart.set_title({"name": series.title, "name_font": {"size": _TITLE}, "overlay": False})
    chart.set_x_axis({"num_format": "yyyy-mm", "text_axis": True, "interval_unit": 3, "interval_tick": 1})
    chart.set_y_axis(
        {"min": 0, "num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}}
    )
    chart.set_legend({"position": "bottom"})
    chart.show_blanks_as("gap")
    chart.set_size({"width": _WIDE, "height": _HIGH})
    return chart
