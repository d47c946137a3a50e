"""The cover: what the workbook is, what in it is not final yet, and where to find which table."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import TYPE_CHECKING

import polars as pl

from expectations.agency import Agency
from expectations.contracts.counts.crime_month import CRIME_MONTH
from expectations.sentences import sentence
from transforms.briefing.audience import Audience
from transforms.briefing.workbook.cells import number, text
from transforms.briefing.workbook.sheet import Written, heading, width_of
from transforms.briefing.workbook.styles import GENERATED, HEADING, LABEL, LINK, PART, PROSE, TITLE, Styles
from transforms.briefing.workbook.words import in_words

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_WIDTHS = {"ko": (22, 18, 12, 12, 16, 16, 60), "en": (22, 18, 14, 16, 26, 26, 54)}
_LAST = 6
_LINE = 16
"""A line's height in points."""
_PROVISIONAL = (
    "crime_type", "month", "incidents", "expected_final", "expected_final_lower_80", "expected_final_upper_80",
)  # fmt: skip
_DATES = {"workbook_fact_month": "yyyy-mm", "workbook_fact_as_of": "yyyy-mm-dd"}
_INDEX = ("workbook_index_sheet", "workbook_index_table", "workbook_index_rows", "workbook_index_of")
_NOTES = ("workbook_read_signal", "workbook_read_interval", "workbook_read_empty", "workbook_read_levels",
          "workbook_read_charts")  # fmt: skip


def write_cover(
    styles: Styles,
    sheet: "Worksheet",
    tables: Mapping[str, pl.DataFrame],
    audience: Audience,
    agency: Agency,
    written: Sequence[Written],
) -> None:
    """Fill the cover.

    Args:
        styles: The workbook's formats.
        sheet: The first sheet, empty.
        tables: Published tables by name.
        audience: Whom the workbook is for.
        agency: Names its crime types.
        written: The sheets behind it, in order.
    """
    for at, width in enumerate(_WIDTHS[styles.lang]):
        sheet.set_column(at, at, width)
    sheet.hide_gridlines(2)
    row = _write_title(styles, sheet, agency.name if styles.lang == agency.language else agency.name_en)
    row = _write_provisional(styles, sheet, row + 1, _provisional(tables["crime_month"], audience, agency, styles.lang))
    row = _write_notes(styles, sheet, row + 1)
    row = _write_index(styles, sheet, row + 1, written)
    sheet.print_area(0, 0, row, _LAST)
    styles.print_setup(sheet, sheet.get_name())


def _write_title(styles: Styles, sheet: "Worksheet", agency: str) -> int:
    publication, lang = styles.publication, styles.lang
    month = f"{publication['month']:%Y-%m}"
    sheet.write_string(
        0, 0, sentence("workbook_title", lang, audience=styles.audience, month=month), styles.format(TITLE)
    )
    sheet.set_row(0, 28)
    row = 1
    if publication["generated"]:
        sheet.write_string(row, 0, sentence("generated_data", lang), styles.format(GENERATED))
        row += 1
    whole = sentence("workbook_complete" if publication["complete"] else "workbook_incomplete", lang)
    facts = {
        "workbook_fact_agency": agency,
        "workbook_fact_month": publication["month"],
        "workbook_fact_as_of": publication["as_of"],
        "workbook_fact_complete": whole,
        "workbook_fact_run_id": publication["run_id"],
        "workbook_fact_version": publication["version"],
    }
    for code, value in facts.items():
        sheet.write_string(row, 0, sentence(code, lang), styles.format(LABEL))
        if code in ("workbook_fact_month", "workbook_fact_as_of"):
            style = styles.format(
                {"num_format": "yyyy-mm" if code == "workbook_fact_month" else "yyyy-mm-dd", "align": "left"}
            )
            sheet.write_datetime(row, 1, value, style)
        else:
            sheet.write_string(row, 1, text(str(value))[0])
        row += 1
    return row


def _provisional(crimes: pl.DataFrame, audience: Audience, agency: Agency, lang: str) -> pl.DataFrame:
    """The audience's own months that later exports may still revise."""
    own = crimes.filter(
        (pl.col("district") == audience.code)
        & pl.col("provisional")
        & pl.col("crime_type").is_in(agency.forecast_types)
    )
    return in_words(own.sort("month", "crime_type"), CRIME_MONTH, agency, lang)


def _write_provisional(styles: Styles, sheet: "Worksheet", row: int, months: pl.DataFrame) -> int:
    sheet.write_string(row, 0, sentence("workbook_provisional", styles.lang), styles.format(PART))
    if months.is_empty():
        sheet.write_string(row + 1, 0, sentence("workbook_nothing_provisional", styles.lang), styles.format(LABEL))
        return row + 2
    sheet.write_string(row + 1, 0, sentence("workbook_provisional_says", styles.lang), styles.format(LABEL))
    row += 2
    for at, name in enumerate(_PROVISIONAL):
        column = CRIME_MONTH.column(name)
        sheet.write_string(row, at, heading(column, styles.lang), styles.format(HEADING))
        for below, value in enumerate(months[name], row + 1):
            if name == "crime_type":
                sheet.write_string(below, at, text(value)[0], styles.column(column))
            elif name == "month":
                sheet.write_datetime(below, at, value, styles.column(column))
            elif value is not None:
                sheet.write_number(below, at, number(value), styles.column(column))
    sheet.set_row(row, 32)
    return row + months.height + 1


def _write_notes(styles: Styles, sheet: "Worksheet", row: int) -> int:
    sheet.write_string(row, 0, sentence("workbook_reading", styles.lang), styles.format(PART))
    named = {name: sentence(f"workbook_sheet_{name}", styles.lang) for name in ("charts", "chart_numbers")}
    for code in _NOTES:
        if code == "workbook_read_charts" and styles.book.get_worksheet_by_name(named["charts"]) is None:
            continue
        row += 1
        told = sentence(code, styles.lang, **(named if code == "workbook_read_charts" else {}))
        sheet.merge_range(row, 0, row, _LAST, told, styles.format(PROSE))
        sheet.set_row(row, _LINE * _lines(told, sum(_WIDTHS[styles.lang])))
    return row + 1


def _write_index(styles: Styles, sheet: "Worksheet", row: int, written: Sequence[Written]) -> int:
    sheet.write_string(row, 0, sentence("workbook_index", styles.lang), styles.format(PART))
    row += 1
    for at, code in enumerate(_INDEX):
        sheet.write_string(row, at, sentence(code, styles.lang), styles.format(HEADING))
    sheet.merge_range(row, 4, row, 5, sentence("workbook_index_holds", styles.lang), styles.format(HEADING))
    sheet.write_string(row, _LAST, sentence("workbook_index_left_out", styles.lang), styles.format(HEADING))
    whole = styles.format({"num_format": "#,##0", "valign": "top"})
    for one in written:
        row += 1
        sheet.write_url(row, 0, f"internal:'{one.sheet}'!A1", styles.format(LINK), one.sheet)
        sheet.write_string(row, 1, one.table.name, styles.format(LABEL))
        sheet.write_number(row, 2, one.fitted.rows.height, whole)
        sheet.write_number(row, 3, one.fitted.total, whole)
        grain = one.table.grain_label if styles.lang == "ko" else one.table.grain
        sheet.merge_range(row, 4, row, 5, grain, styles.format(PROSE))
        told = left_out(one, styles.lang)
        if told:
            sheet.write_string(row, _LAST, told, styles.format(PROSE))
        widths = _WIDTHS[styles.lang]
        sheet.set_row(row, _LINE * max(_lines(grain, widths[4] + widths[5]), _lines(told, widths[_LAST])))
    sheet.write_string(row + 1, 0, sentence("workbook_without_runs", styles.lang), styles.format(LABEL))
    return row + 1


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in cells so wide, a little room left for words that do not break."""
    return max(1, ceil(width_of(text) * 1.1 / width))


def left_out(one: Written, lang: str) -> str:
    """What of a table its sheet does not hold, in a sentence each; empty where it is whole."""
    said = [sentence(code, lang) for code in one.fitted.without]
    if one.fitted.highest is not None:
        said.append(sentence("workbook_highest", lang, rows=one.fitted.highest))
    if one.fitted.since is not None:
        since = one.fitted.since
        said.append(sentence("workbook_since", lang, since=since if isinstance(since, int) else f"{since:%Y-%m}"))
    if one.fitted.until is not None:
        said.append(sentence("workbook_until", lang, until=one.fitted.until))
    if not one.fitted.is_whole:
        said.append(sentence("workbook_rest", lang, table=one.table.name))
    if one.cut:
        said.append(sentence("workbook_cut", lang, cells=one.cut))
    return " ".join(said)
