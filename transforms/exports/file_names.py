"""What a file's name says: which layout reads it, which days it covers, which day it was made."""

import calendar
import re
import unicodedata
from datetime import date, timedelta
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from expectations.agency import Agency
from expectations.layout import Layout, Period
from transforms.exports.refusals import ExportRefused

MONTH_NAMES = {name.lower(): n for n, name in enumerate(calendar.month_name) if name}
MONTH_NAMES |= {name.lower(): n for n, name in enumerate(calendar.month_abbr) if name}
CENTURY = 2000


def base_name(name: str) -> str:
    """The name without folders or archive, NFC: macOS hands Korean names over decomposed."""
    return unicodedata.normalize("NFC", PurePosixPath(name).name)


def match(name: str, agency: Agency) -> Layout | None:
    """The layout whose file-name patterns fit, or None.

    Args:
        name: File name; of an archive's member, archive/member: only the member's own name is looked at.
        agency: Whose layouts to look through.

    Raises:
        ExportRefused: `ambiguous_layout`, two layouts fit.
    """
    own = base_name(name).casefold()
    fitting = [
        layout
        for layout in agency.layouts
        if any(fnmatchcase(own, unicodedata.normalize("NFC", pattern).casefold()) for pattern in layout.files)
    ]
    if len(fitting) > 1:
        raise ExportRefused("ambiguous_layout", file=name, layouts=", ".join(layout.name for layout in fitting))
    return fitting[0] if fitting else None


def named_period(name: str, layout: Layout) -> tuple[date, date] | None:
    """First and last day the name says the file covers; None where the content says it.

    A file of kind `to_date` gets the last day of the calendar: its end is the day it was made.

    Raises:
        ExportRefused: `period_not_in_name`, the pattern finds no period, or one the calendar does not have.
    """
    period = layout.period
    if period.source == "content" or period.pattern is None:
        return None
    found = re.search(unicodedata.normalize("NFC", period.pattern), base_name(name), re.IGNORECASE)
    try:
        if found is None:
            raise ValueError("the pattern of the layout finds nothing")
        return _span(period, {k: v for k, v in found.groupdict().items() if v})
    except (ValueError, KeyError) as error:
        raise ExportRefused("period_not_in_name", file=name, pattern=period.pattern, source=layout.name) from error


def named_export_day(name: str, layout: Layout) -> date | None:
    """The day the name says the file was made; None where it names none.

    Raises:
        ExportRefused: `export_day_not_in_name`, what stands in its place is no day of the calendar.
    """
    if layout.exported is None:
        return None
    found = re.search(unicodedata.normalize("NFC", layout.exported.pattern), base_name(name), re.IGNORECASE)
    if found is None:
        return None
    parts = found.groupdict()
    try:
        return date(_year(parts), _month(parts), int(parts["day"]))
    except (ValueError, KeyError) as error:
        raise ExportRefused("export_day_not_in_name", file=name, found=found.group(), source=layout.name) from error


def widened(first: date, last: date, period: Period) -> tuple[date, date]:
    """The whole days, weeks, months or years that hold the days found in a file."""
    if period.covers == "week":
        return _week_start(first, period), _week_start(last, period) + timedelta(days=6)
    if period.covers == "month":
        return first.replace(day=1), last.replace(day=calendar.monthrange(last.year, last.month)[1])
    if period.covers == "year":
        return date(first.year, 1, 1), date(last.year, 12, 31)
    return first, last


def _week_start(day: date, period: Period) -> date:
    past = day.weekday() if period.weeks == "iso" else (day.weekday() + 1) % 7
    return day - timedelta(days=past)


def _year(parts: dict[str, str]) -> int:
    return int(parts["year"]) if parts.get("year") else CENTURY + int(parts["year2"])


def _month(parts: dict[str, str]) -> int:
    return int(parts["month"]) if parts.get("month") else MONTH_NAMES[parts["month_name"].lower()]


def _span(period: Period, parts: dict[str, str]) -> tuple[date, date]:
    year = _year(parts)
    if period.covers == "week":
        start = _numbered_week(year, int(parts["week"]), period)
        return start, start + timedelta(days=6)
    if period.covers == "year":
        return date(year, 1, 1), date(year, 12, 31)
    if period.covers == "to_date":
        month = _month(parts) if parts.keys() & {"month", "month_name"} else 1
        return date(year, month, int(parts.get("day", 1))), date.max
    month = _month(parts)
    if period.covers == "month":
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    day = date(year, month, int(parts["day"]))
    return day, day


def _numbered_week(year: int, week: int, period: Period) -> date:
    if period.weeks == "iso":
        return date.fromisocalendar(year, week, 1)
    last = 54
    if not 1 <= week <= last:
        raise ValueError(f"a year has no week {week}")
    return _week_start(date(year, 1, 1), period) + timedelta(weeks=week - 1)
