"""What a file's name says: which layout reads it, which days it covers, which day it was made."""

import re
import unicodedata
from datetime import date, timedelta
from pathlib import PurePosixPath
from typing import Literal

from expectations.agency import Agency
from expectations.layout import Exported, Layout, Period
from expectations.months import first_of_month, last_of_month, stretch_of_months
from transforms.exports.files.named_spans import MONTHS_OF, day_of, span, week_start
from transforms.exports.refusals import ExportRefused

UNREADABLE = (ValueError, KeyError, OverflowError)
_COPY = re.compile(r"(?P<base>.*?)(?P<copy>\s*-\s*(?:복사본|사본|copy))?(?:\s*\((?P<number>\d{1,9})\))?", re.I | re.S)


def base_name(name: str) -> str:
    """The name without folders or archive, NFC: macOS hands Korean names over decomposed."""
    return unicodedata.normalize("NFC", PurePosixPath(name).name)


def copy_order(name: str) -> tuple[str, str, str, int, str]:
    """What files of one delivery are sorted by, the first saved first: `x.csv`, then `x (1).csv`, then `x (2).csv`."""
    path = PurePosixPath(unicodedata.normalize("NFC", name))
    found = _COPY.fullmatch(path.stem)
    base, copy, number = (found["base"], found["copy"], found["number"]) if found else (path.stem, None, None)
    return str(path.parent), base, path.suffix, int(number) if number else int(copy is not None), path.name


def told_name(name: str, layout: Layout) -> str:
    """What of a name the reading of a file depends on: its own name, or folders and archive too."""
    of_path = "path" in (period_read_from(layout), layout.exported and layout.exported.of)
    return unicodedata.normalize("NFC", name) if of_path else base_name(name)


def match(name: str, agency: Agency) -> Layout | None:
    """The layout whose patterns or words fit, and that is valid in the period the name says, or None.

    Args:
        name: File name; of an archive's member, archive/member: the patterns look at the member's own name.
        agency: Whose layouts to look through.

    Raises:
        ExportRefused: `ambiguous_layout`, two layouts fit; `period_not_of_layout`, what fits is of other months.
    """
    fitting = [layout for layout in agency.layouts if layout.fits(name)]
    valid = [layout for layout in fitting if _is_valid(name, layout, one_of=len(fitting))]
    if len(valid) > 1:
        on_its_day = [layout for layout in valid if _is_valid_when_made(name, layout)]
        valid = on_its_day if len(on_its_day) == 1 else valid
    if len(valid) > 1:
        raise ExportRefused("ambiguous_layout", file=name, layouts=", ".join(layout.name for layout in valid))
    if fitting and not valid:
        layout = fitting[0]
        raise ExportRefused(
            "period_not_of_layout",
            file=name,
            source=layout.name,
            first=layout.valid_from or "…",
            last=layout.valid_to or "…",
        )
    if valid:
        return valid[0]
    lists = [layout for layout in agency.registers if layout.fits(name)]
    if len(lists) > 1:
        raise ExportRefused("ambiguous_layout", file=name, layouts=", ".join(layout.name for layout in lists))
    return lists[0] if lists else None


def register_of(name: str, agency: Agency) -> Layout | None:
    """The layout of the register a file's name says it is; None where it says none."""
    return next((layout for layout in agency.registers if layout.fits(name)), None)


def named_period(name: str, layout: Layout) -> tuple[date, date] | None:
    """First and last day the name says the file covers; None where the content says it.

    A file of kind `to_date` ends with what the layout's `until` says; the last day of the calendar stands for the day
    it was made. Of days on which the layout is not valid its files say nothing.

    Raises:
        ExportRefused: `period_not_in_name`, the pattern finds no period, or one the calendar does not have.
    """
    said = _said_period(name, layout)
    if said is None or not _overlap(said, layout):
        return said
    return max(said[0], layout.valid_from or said[0]), min(said[1], layout.valid_to or said[1])


def named_export_day(name: str, layout: Layout) -> date | None:
    """The day the name says the file was made; None where it names none.

    Raises:
        ExportRefused: `export_day_not_in_name`, what stands in its place is no day of the calendar.
    """
    if layout.exported is None:
        return None
    found = _found(layout.exported.pattern, name, layout.exported)
    if found is None:
        return None
    try:
        return day_of(found.groupdict())
    except (*UNREADABLE, TypeError) as error:
        raise ExportRefused("export_day_not_in_name", file=name, found=found.group(), source=layout.name) from error


def period_read_from(layout: Layout) -> Literal["name", "path", "content"]:
    """What says the period of a layout's files."""
    period = layout.period
    return "content" if period.source == "content" or period.pattern is None else period.of


def export_day_read_from(name: str, layout: Layout) -> Literal["name", "path", "first_seen"]:
    """What says the day a file of that name was made."""
    if layout.exported is None or _found(layout.exported.pattern, name, layout.exported) is None:
        return "first_seen"
    return layout.exported.of


def widened(first: date, last: date, period: Period) -> tuple[date, date]:
    """The whole days, weeks, months, quarters, half-years or years that hold the days found in a file."""
    if period.covers == "week":
        return week_start(first, period), week_start(last, period) + timedelta(days=6)
    if period.covers == "month":
        return first_of_month(first), last_of_month(last)
    if period.covers in MONTHS_OF:
        number = MONTHS_OF[period.covers]
        return stretch_of_months(first, number)[0], stretch_of_months(last, number)[1]
    if period.covers == "year":
        return date(first.year, 1, 1), date(last.year, 12, 31)
    return first, last


def _said_period(name: str, layout: Layout) -> tuple[date, date] | None:
    period = layout.period
    if period.source == "content" or period.pattern is None:
        return None
    found = _found(period.pattern, name, period)
    try:
        if found is None:
            raise ValueError("the pattern of the layout finds nothing")
        return span(period, {k: v for k, v in found.groupdict().items() if v})
    except UNREADABLE as error:
        raise ExportRefused("period_not_in_name", file=name, pattern=period.pattern, source=layout.name) from error


def _found(pattern: str, name: str, part: Period | Exported) -> re.Match[str] | None:
    looked_at = unicodedata.normalize("NFC", name) if part.of == "path" else base_name(name)
    return re.search(unicodedata.normalize("NFC", pattern), looked_at, re.IGNORECASE)


def _is_valid(name: str, layout: Layout, *, one_of: int) -> bool:
    """Whether a layout may be meant for a name; one without validity, or a name without a period, leaves that open."""
    if not _ends(layout):
        return True
    try:
        period = _said_period(name, layout)
    except ExportRefused:  # where no other fits, reading the file says what is wrong with its name
        return one_of == 1
    return period is None or _overlap(period, layout)


def _is_valid_when_made(name: str, layout: Layout) -> bool:
    """Whether a layout is valid on the last day a file covers: one that reaches over a change has the later form.

    Open where the layout has no validity, and where the name does not say which day that is.
    """
    if not _ends(layout):
        return True
    try:
        made, period = named_export_day(name, layout), _said_period(name, layout)
    except ExportRefused:
        return False
    return made is None or period is None or _overlap((min(made, period[1]),) * 2, layout)


def _ends(layout: Layout) -> bool:
    return layout.valid_from is not None or layout.valid_to is not None


def _overlap(period: tuple[date, date], layout: Layout) -> bool:
    return (layout.valid_from or date.min) <= period[1] and period[0] <= (layout.valid_to or date.max)
