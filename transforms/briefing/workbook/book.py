"""The whole workbook: the cover, what the meeting decides from, then the other published tables."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time
from io import BytesIO
from typing import TYPE_CHECKING

import polars as pl

from expectations.agency import Agency
from expectations.contracts import PUBLISHED, Table
from expectations.contracts.meeting.action import ACTION
from expectations.contracts.meeting.opinion import OPINION
from expectations.contracts.meeting.outlook import OUTLOOK
from expectations.contracts.meeting.signal_budget import SIGNAL_BUDGET
from expectations.contracts.record.run import RUN
from expectations.sentences import sentence
from transforms.briefing.audience import Audience, read_by
from transforms.briefing.workbook.calendar import write_calendar
from transforms.briefing.workbook.charts import write_charts
from transforms.briefing.workbook.cover import write_cover
from transforms.briefing.workbook.fitting import Fitted, fit
from transforms.briefing.workbook.outlook import write_outlook
from transforms.briefing.workbook.sheet import Written, sheet_name, write_sheet
from transforms.briefing.workbook.styles import Styles
from transforms.briefing.workbook.words import in_words

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_FIRST = (OUTLOOK, SIGNAL_BUDGET, ACTION, OPINION)


def workbook(
    tables: Mapping[str, pl.DataFrame],
    audience: Audience,
    agency: Agency,
    lang: str,
    totals: Mapping[str, int] | None = None,
) -> bytes:
    """One workbook of what an audience reads, every number as the tables have it.

    Args:
        tables: Every published table by name, each of its contract's shape; `run` is not looked at.
        audience: Whose rows it holds.
        agency: Gives crime types, call groups and districts their names.
        lang: ko or en.
        totals: How many rows the audience has in tables of which only the newest are given.

    Returns:
        The bytes of an xlsx file; equal inputs give equal bytes.
    """
    # Imported here: only what writes a workbook should pay for it.
    from xlsxwriter import Workbook

    target = BytesIO()
    book = Workbook(target, _options())
    publication = tables["publication"].row(0, named=True)
    _describe(book, publication, audience, lang)
    styles = Styles(book, publication, audience.name(lang), lang)
    cover = book.add_worksheet(sentence("workbook_sheet_cover", lang))
    written = [_sheet(styles, table, tables, audience, agency, totals or {}) for table in _order()]
    write_cover(styles, cover, tables, audience, agency, written)
    book.close()
    return target.getvalue()


def _options() -> dict[str, object]:
    """How xlsxwriter writes; made anew each time, for it notes things in the properties it is given.

    What came from exports is text, whatever it looks like: no formula, no link, no number is made of it.
    """
    return {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        "nan_inf_to_errors": True, "default_format_properties": {"font_name": "맑은 고딕", "font_size": 10},
    }  # fmt: skip


def _order() -> list[Table]:
    """What the meeting decides from first, the rest as the contracts stand.

    Table `run` tells when runs were made, so it differs between equal publications; their workbooks must not.
    """
    return [*_FIRST, *(table for table in PUBLISHED if table not in (*_FIRST, RUN))]


def _sheet(
    styles: Styles,
    table: Table,
    tables: Mapping[str, pl.DataFrame],
    audience: Audience,
    agency: Agency,
    totals: Mapping[str, int],
) -> Written:
    from transforms.briefing.workbook.column_sheet import ColumnSheet

    sheet = styles.book.add_worksheet(sheet_name(table, styles.lang), ColumnSheet)
    theirs = read_by(table.name, tables[table.name], audience, agency)
    if table is OUTLOOK:
        # What the meeting reads first is there whole.
        written = write_outlook(styles, sheet, Fitted(theirs, theirs.height), tables["crime_month"], agency)
        write_charts(styles, tables, audience, agency)
        write_calendar(styles, tables, audience, agency)
        return written
    fitted = Fitted(theirs, theirs.height) if table in _FIRST else fit(theirs, table, audience)
    fitted = replace(fitted, total=totals.get(table.name, fitted.total))
    return write_sheet(styles, sheet, table, in_words(fitted.rows, table, agency, styles.lang), fitted)


def _describe(book: "Workbook", publication: Mapping[str, object], audience: Audience, lang: str) -> None:
    """Document properties; the day of creation is the as-of date, or no two files would be equal."""
    named = {"month": f"{publication['month']:%Y-%m}", "audience": audience.name(lang)}
    book.set_properties(
        {
            "title": sentence("workbook_title", lang, **named),
            "author": str(publication["agency_name"]),
            "comments": f"run_id {publication['run_id']}, chian {publication['version']}",
            "created": datetime.combine(publication["as_of"], time()),  # type: ignore[arg-type]  # a DATE by contract
        }
    )
