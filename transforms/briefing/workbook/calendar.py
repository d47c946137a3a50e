"""The calendar's sheet: a row a day, and of each shift the calls expected, their bounds and the units needed."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from expectations.agency import Agency
from expectations.sentences import sentence
from transforms.briefing.audience import Audience, stations
from transforms.briefing.duty import DutyShift, duty_shifts
from transforms.briefing.workbook.cells import number, text
from transforms.briefing.workbook.styles import HEADING, Styles

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_NAMES = ("district", "date", "weekday", "holiday", "events")
_OF_SHIFT = ("calls", "lower_80", "upper_80", "needed", "roster")
_WIDTHS = {"district": 18, "date": 11, "weekday": 6, "holiday": 16, "events": 26}
_SCALE = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#9DC3E6"}
_OFF = "#C00000"
_SUNDAY = 7


def write_calendar(styles: Styles, tables: Mapping[str, pl.DataFrame], audience: Audience, agency: Agency) -> None:
    """Add the calendar of next month's shifts; no sheet where no calls are forecast by the shift.

    Args:
        styles: The workbook's formats.
        tables: Published tables by name.
        audience: Whose workbook it is: the agency sees all its stations below itself, a station itself.
        agency: Names districts and shifts.
    """
    month = styles.publication["month"]
    shown = (audience.district, *(stations(agency, month) if audience.is_agency else ()))
    days = [day for district in shown for day in _days(duty_shifts(tables, district, agency, styles.lang))]
    if not days:
        return
    sheet = styles.book.add_worksheet(sentence("workbook_sheet_duty", styles.lang))
    shifts = list({one.shift: one.name for day in days for one in day}.items())
    _write_headings(styles, sheet, shifts)
    for row, day in enumerate(days, 1):
        _write_day(styles, sheet, row, day, [code for code, _ in shifts])
    for place in range(len(shifts)):
        at = len(_NAMES) + place * len(_OF_SHIFT)
        first = 1
        while first <= len(days):  # a station beside the agency would have no shade at all
            own = [day for day in days if day[0].district.code == days[first - 1][0].district.code]
            sheet.conditional_format(first, at, first + len(own) - 1, at, dict(_SCALE))
            first += len(own)
    last = len(_NAMES) + len(shifts) * len(_OF_SHIFT) - 1
    sheet.set_row(0, 46)
    sheet.freeze_panes(1, 3)
    sheet.autofilter(0, 0, len(days), last)
    sheet.repeat_rows(0)
    sheet.print_area(0, 0, len(days), last)
    styles.print_setup(sheet, sheet.get_name())


def _days(shifts: Sequence[DutyShift]) -> list[list[DutyShift]]:
    """The shifts of each day, by day."""
    found: dict[Any, list[DutyShift]] = {}
    for one in shifts:
        found.setdefault(one.date, []).append(one)
    return list(found.values())


def _write_headings(styles: Styles, sheet: "Worksheet", shifts: Sequence[tuple[str, str]]) -> None:
    head = styles.format(HEADING)
    for at, name in enumerate(_NAMES):
        sheet.write_string(0, at, sentence(f"workbook_duty_{name}", styles.lang), head)
        sheet.set_column(at, at, _WIDTHS[name])
    for place, (_, shift) in enumerate(shifts):
        for offset, name in enumerate(_OF_SHIFT):
            at = len(_NAMES) + place * len(_OF_SHIFT) + offset
            sheet.write_string(0, at, f"{text(shift)[0]}\n{sentence(f'workbook_duty_{name}', styles.lang)}", head)
            sheet.set_column(at, at, 10)


def _write_day(styles: Styles, sheet: "Worksheet", row: int, day: Sequence[DutyShift], codes: Sequence[str]) -> None:
    first = day[0]
    off = first.holiday is not None or first.date.isoweekday() == _SUNDAY
    look: dict[str, object] = {"valign": "top"}
    if off:
        look["font_color"] = _OFF
    plain, dated = styles.format(look), styles.format({**look, "num_format": "yyyy-mm-dd", "align": "center"})
    district = first.district
    name = district.name if styles.lang == "ko" else district.name_en or district.name
    sheet.write_string(row, 0, text(name)[0], styles.format({"valign": "top"}))
    sheet.write_datetime(row, 1, first.date, dated)
    weekday = sentence(f"duty_weekday_{first.date.isoweekday()}", styles.lang)
    sheet.write_string(row, 2, weekday, styles.format({**look, "align": "center"}))
    for at, told in ((3, first.holiday), (4, ", ".join(first.events))):
        if told:
            sheet.write_string(row, at, text(told)[0], plain)
    for one in day:
        begins = len(_NAMES) + codes.index(one.shift) * len(_OF_SHIFT)
        calls = [one.calls[column] for column in ("mean", "lower_80", "upper_80")]
        values = [*calls, one.units("units_needed"), one.units("units_on_roster")]
        for offset, value in enumerate(values):
            if value is not None:
                form = "#,##0.0" if offset < len(calls) else "#,##0"
                cell: dict[str, object] = {"num_format": form}
                sheet.write_number(row, begins + offset, number(value), styles.format(cell))
