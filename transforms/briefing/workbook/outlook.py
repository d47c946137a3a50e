"""The outlook's sheet: signals as colour and word, and each series' last three years as bars in its row."""

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from expectations.agency import Agency
from expectations.agency.words import allowed_words
from expectations.contracts import Column
from expectations.contracts import columns as c
from expectations.contracts.meeting.outlook import OUTLOOK
from expectations.months import add_months, month_range
from expectations.sentences import sentence
from transforms.briefing.workbook.fitting import Fitted
from transforms.briefing.workbook.sheet import Written, write_sheet
from transforms.briefing.workbook.styles import HEADING, SIGNALS, Styles
from transforms.briefing.workbook.words import in_words

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from transforms.briefing.workbook.column_sheet import ColumnSheet

MONTHS = 36
_ROW, _HEADROOM = 24, 1.2
"""Height of a row in points, and of a cell over its highest bar: rows of bars must not touch."""
_KEY = ("district", "crime_type")
_COLLAPSED = ("district", "parent", "month")
# Bars from zero: LibreOffice draws no lines when it prints, and a line's axis would begin anywhere.
_BARS = {"type": "column", "min": 0, "last_point": True, "series_color": "#1F4E79", "last_color": "#C00000",
         "show_hidden": True}  # fmt: skip


def write_outlook(
    styles: Styles, sheet: "ColumnSheet", fitted: Fitted, crimes: pl.DataFrame, agency: Agency
) -> Written:
    """Fill the outlook's sheet and add the one its bars are drawn from.

    Args:
        styles: The workbook's formats.
        sheet: The outlook's sheet, empty.
        fitted: The audience's rows of `outlook`, all of them.
        crimes: Table `crime_month`.
        agency: Orders districts and crime types.
    """
    rows = in_reading_order(fitted.rows, agency)
    label, holds = sentence("workbook_trend", styles.lang), sentence("workbook_trend_holds", styles.lang)
    bars = Column(label, "VARCHAR", label, holds)
    at = OUTLOOK.names.index("crime_type") + 1
    columns = (*OUTLOOK.columns[:at], bars, *OUTLOOK.columns[at:])
    shown = in_words(rows, OUTLOOK, agency, styles.lang).with_columns(pl.lit(None, pl.String).alias(bars.name))
    written = write_sheet(styles, sheet, OUTLOOK, shown, Fitted(rows, fitted.total), columns)
    months = months_before(styles.publication["month"], MONTHS)
    counts = trend(rows, crimes, months)
    _draw_bars(sheet, at, _write_trend(styles, shown, counts, months), counts)
    _colour(styles, sheet, [column.name for column in columns], max(rows.height, 1))
    return written


def in_reading_order(outlook: pl.DataFrame, agency: Agency) -> pl.DataFrame:
    """By level, then as districts.csv orders districts, then as the agency orders its crime types."""
    districts = {d.code: n for n, d in enumerate(agency.districts)}
    types = {t.code: n for n, t in enumerate(agency.crime_types)}
    last = len(districts)
    return outlook.sort(
        pl.col("level").replace_strict({level: n for n, level in enumerate(c.LEVELS)}),
        pl.col("district").replace_strict(districts, default=last),
        "district",
        pl.col("crime_type").replace_strict(types, default=last),
        maintain_order=True,
    )


def months_before(month: date, count: int) -> list[date]:
    """So many months up to and including one, oldest first."""
    return month_range(add_months(month, 1 - count), month)


def trend(rows: pl.DataFrame, crimes: pl.DataFrame, months: list[date]) -> pl.DataFrame:
    """One row per row of the outlook, in its order: `incidents` of each month, empty where none was covered."""
    wide = (
        crimes.filter(pl.col("month").is_in(months))
        .select(*_KEY, pl.col("month").dt.to_string("%Y-%m"), "incidents")
        .pivot("month", index=_KEY, values="incidents")
    )
    found = rows.select(_KEY).join(wide, on=_KEY, how="left", maintain_order="left")
    return found.select(
        pl.col(name) if (name := f"{month:%Y-%m}") in found.columns else pl.lit(None, pl.Int64).alias(name)
        for month in months
    )


def _write_trend(styles: Styles, shown: pl.DataFrame, counts: pl.DataFrame, months: list[date]) -> str:
    """Write the counts the bars are drawn from; returns the sheet's name."""
    sheet = styles.book.add_worksheet(sentence("workbook_sheet_trend", styles.lang))
    named = [OUTLOOK.column(name) for name in ("district_name", "level", "crime_type")]
    whole = styles.column(c.INCIDENTS)
    head = styles.format({**HEADING, "num_format": "yyyy-mm"})
    for at, column in enumerate(named):
        sheet.write_string(0, at, column.label if styles.lang == "ko" else column.name, styles.format(HEADING))
        for row, value in enumerate(shown[column.name], 1):
            sheet.write_string(row, at, value, styles.column(column))
    for at, month in enumerate(months, len(named)):
        sheet.write_datetime(0, at, month, head)
        for row, value in enumerate(counts[f"{month:%Y-%m}"], 1):
            if value is not None:
                sheet.write_number(row, at, value, whole)
    last = len(named) + len(months) - 1
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 2, 12)
    sheet.freeze_panes(1, len(named))
    sheet.repeat_rows(0)
    sheet.print_area(0, 0, counts.height, last)
    styles.print_setup(sheet, sheet.get_name())
    return str(sheet.get_name())


def _draw_bars(sheet: "Worksheet", at: int, source: str, counts: pl.DataFrame) -> None:
    from xlsxwriter.utility import xl_range

    first = 3  # behind district, level and crime type
    for row, values in enumerate(counts.iter_rows(), 1):
        cells = xl_range(row, first, row, first + MONTHS - 1)
        highest = max((value for value in values if value is not None), default=0)
        top = {"max": _HEADROOM * highest} if highest > 0 else {}
        sheet.set_row(row, _ROW)
        sheet.add_sparkline(row, at, {**_BARS, **top, "range": f"'{source}'!{cells}"})
    sheet.set_column(at, at, 24)


def _colour(styles: Styles, sheet: "Worksheet", names: list[str], rows: int) -> None:
    """A signal's word on its colour, in its own cell and on the names of its row; technical columns folded away."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    signal, first, last = names.index("signal"), names.index("district_name"), names.index("crime_type")
    words = allowed_words(OUTLOOK, "signal", styles.lang)
    for code, look in SIGNALS.items():
        cell = xl_rowcol_to_cell(1, signal, col_abs=True)
        rule = {"type": "formula", "criteria": f'={cell}="{words[code]}"', "format": styles.format(look)}
        for area in ((1, first, rows, last), (1, signal, rows, signal)):
            sheet.conditional_format(*area, dict(rule))
    for name in _COLLAPSED:
        at = names.index(name)
        sheet.set_column(at, at, 11, None, {"level": 1, "hidden": True})
