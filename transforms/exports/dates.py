"""When a row of an export counts: its day, month or year, in one column or several, and what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

import polars as pl

from expectations.formats.reading import folded
from expectations.kinds import KINDS
from expectations.layout import Layout
from transforms.exports.cells.values import MOMENT, example, has_time, moments, named_days, times
from transforms.exports.facts import Fault, Source, need, nothing
from transforms.exports.refusals import ExportRefused

DEFAULT_FORMATS: Mapping[str, tuple[str, ...]] = {
    "at": (
        "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M",
        "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M%z", "%Y-%m-%d %H:%M:%S%z", "%Y-%m-%d %H:%M:%S %z",
        "%Y-%m-%d %H:%M%z", "%Y%m%dT%H%M%S", "%Y%m%dT%H%M%S%z",
    ),
    "date": ("%Y-%m-%d", "%Y%m%d"),
    "time": ("%H:%M:%S", "%H:%M"),
    "month": ("%Y-%m", "%Y%m"),
    "year": ("%Y",),
    "day": ("%d",),
    "hour": ("%H",),
}  # fmt: skip
"""Formats of a column whose layout names none, by the end of its name."""
MONTH_NUMBER = ("%m",)
"""The same of a month whose year stands in a column of its own."""
SHOWN = 4
"""Formats a sentence shows, at most."""
MIDNIGHTS = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S")
"""How programs write a day that know only moments; read, too, where a layout names no formats."""
DATE_CELL, TIME_CELL = "%Y-%m-%d %H:%M:%S", "%H:%M:%S"
"""How a workbook's true dates and times come as text, whatever the layout says of those typed as text."""


@dataclass(frozen=True)
class Moment:
    """When something happened.

    Attributes:
        day: Its day, in the export's time zone; null where the row does not say, or says something impossible.
        at: Its moment, same zone; null where the row gives no time of day. None where no row can.
        missing: Rows that say nothing.
        column: The column that names the day.
        faults: Rows that name a day or time that cannot be.
    """

    day: pl.Series
    at: pl.Series | None
    missing: pl.Series
    column: str
    faults: list[Fault]

    def day_in(self, source: Source) -> pl.Series:
        """The day it counts on: of the agency's zone, and of 24:00 the day the row names, whose end it is."""
        if self.at is None or source.clock == source.agency.timezone:
            return self.day
        return source.zone(self.at).dt.date().fill_null(self.day)


def formats_of(layout: Layout, column: str) -> tuple[str, ...]:
    """The formats a layout reads a column by."""
    own = layout.columns[column].formats if column in layout.columns else ()  # a year may stand in the headers
    if own:
        return own
    if (column == "month" and layout.year_apart) or column.endswith("_month"):
        return MONTH_NUMBER
    return DEFAULT_FORMATS.get(column.rsplit("_", 1)[-1], DEFAULT_FORMATS["at"])


def _tried(layout: Layout, column: str) -> tuple[str, ...]:
    """Those, days written as moments and, in workbooks, the text of a true date or time."""
    formats = formats_of(layout, column)
    if column.endswith("_date") and not layout.columns[column].formats:
        formats += MIDNIGHTS
    if layout.format != "excel":
        return formats
    cells = (TIME_CELL, DATE_CELL) if column.endswith("_time") else (DATE_CELL,)
    return tuple(dict.fromkeys((*formats, *cells)))


def stamp(rows: pl.DataFrame, column: str, source: Source) -> tuple[pl.Series, list[Fault]]:
    """One column as moments, with the rows that name an impossible one."""
    layout = source.layout
    null_before = layout.columns[column].null_before
    found, impossible = moments(rows.get_column(column), _tried(layout, column), null_before, source.clock)
    return found, _impossible(column, impossible, formats_of(layout, column))


def moment_of(rows: pl.DataFrame, event: str, source: Source) -> Moment | None:
    """When `event` ("received", "occurred", "recorded") happened: from one column, or a day and a time of day."""
    whole, day = f"{event}_at", f"{event}_date"
    if whole in rows.columns:
        return _whole_moment(rows, whole, source)
    if day in rows.columns:
        found, faults = stamp(rows, day, source)
        days = named_days(rows.get_column(day), found, _tried(source.layout, day))
    elif f"{event}_day" in rows.columns:
        day = f"{event}_day"
        found, faults = _spread_day(rows, event, source.layout)
        days = found.dt.date()
    else:
        return None
    missing = found.is_null() & ~faults[0].rows
    clock = next((name for name in (f"{event}_time", f"{event}_hour") if name in rows.columns), None)
    if clock is None:
        return Moment(days, None, missing, day, faults)
    since, impossible = times(rows.get_column(clock), _tried(source.layout, clock))
    faults = faults + _impossible(clock, impossible, formats_of(source.layout, clock))
    return Moment(days, days.cast(MOMENT) + since, missing, day, faults)


def _whole_moment(rows: pl.DataFrame, column: str, source: Source) -> Moment:
    """A day and a time of day in one column; a row may say the day alone."""
    layout, texts = source.layout, rows.get_column(column)
    found, faults = stamp(rows, column, source)
    formats, tried = formats_of(layout, column), _tried(layout, column)
    timed = tuple(form for form in tried if has_time(form))
    at = found if len(timed) == len(tried) else None
    if at is None and any(has_time(form) for form in formats):
        # What is no midnight was read by a format with a time, and the first of them that can reads it again.
        maybe = found.is_null() | (found == found.dt.truncate("1d"))
        at = found
        if maybe.any():
            some, _ = moments(texts.filter(maybe), timed, layout.columns[column].null_before, source.clock)
            at = found.clone().scatter(maybe.arg_true(), some)  # which edits the series it is called on
    if at is not None and "excel" in formats:  # a serial day without a fraction says no time
        at = at.set(folded(texts).str.contains(r"^[0-9]{1,7}$").fill_null(value=False), None)
    return Moment(named_days(texts, found, tried), at, found.is_null() & ~faults[0].rows, column, faults)


def _spread_day(rows: pl.DataFrame, event: str, layout: Layout) -> tuple[pl.Series, list[Fault]]:
    """A day whose year, month and day stand in columns of their own."""
    parts = [f"{event}_{part}" for part in ("year", "month", "day")]
    lacking = [part for part in parts if part not in rows.columns]
    if lacking:
        return nothing(rows.height, MOMENT), [Fault("missing_value", lacking[0], pl.repeat(value=True, n=rows.height,
                                              dtype=pl.Boolean, eager=True), "")]  # fmt: skip
    texts = rows.select(pl.concat_str(parts, separator="|").alias(parts[-1])).to_series()
    found, impossible = moments(texts, _joined(layout, *parts))
    return found, _impossible(parts[-1], impossible, formats_of(layout, parts[-1]))


def _joined(layout: Layout, *columns: str) -> tuple[str, ...]:
    """Formats of texts put together from columns, one for each choice of theirs."""
    return tuple("|".join(forms) for forms in product(*(formats_of(layout, column) for column in columns)))


def month_of(rows: pl.DataFrame, source: Source) -> Moment | None:
    """The month (or year) a row names in a column of its own; the year may stand apart from the month."""
    layout = source.layout
    if "month" in rows.columns and "year" in rows.columns:
        texts = rows.get_column("year") + "|" + rows.get_column("month")
        found, impossible = moments(texts.alias("month"), _joined(layout, "year", "month"))
        faults = _impossible("month", impossible, formats_of(layout, "month"))
        return Moment(found.dt.date(), None, texts.is_null(), "month", faults)
    column = "year" if KINDS[layout.kind].is_annual else "month"  # a year alone says no month
    if column not in rows.columns:
        return None
    found, faults = stamp(rows, column, source)
    days = named_days(rows.get_column(column), found, _tried(layout, column))
    return Moment(days, None, rows.get_column(column).is_null(), column, faults)


def first_of_name(rows: pl.DataFrame, source: Source, *, months: int) -> date:
    """First day of the month, or of the year, in which all rows of a file count that name none themselves.

    Raises:
        ExportRefused: Its name says no period; or one of more than that: nothing tells which row is of which month.
    """
    if source.period is None:
        need(rows, source, "year" if months > 1 else "month")
    first, last = source.period or (source.seen_by, source.seen_by)
    units = {(day.year, 1 if months > 1 else day.month) for day in (first, last)}
    if len(units) > 1:
        raise ExportRefused("not_one_month", file=source.file, source=source.layout.name, first=first, last=last)
    return date(*units.pop(), 1)


def dated(moment: Moment, unit: pl.Series, source: Source, earliest: date | None) -> list[Fault]:
    """What may be wrong with the date a row is counted by: impossible, missing, or outside the file's period.

    Args:
        moment: The date.
        unit: Its day, or the first of its month or year.
        source: The file's period; without one, no date may be later than the day the file was seen, nor lie outside the
            months its layout is valid in.
        earliest: First unit of the period; None where only the end is known.
    """
    last = source.period[1] if source.period else source.seen_by
    if source.layout.valid_to and not source.period:
        last = min(last, source.layout.valid_to)
    if source.layout.valid_from and not source.period:
        earliest = _unit(source.layout.valid_from, source.layout)
    expected = f"{earliest or '…'} – {last}"
    outside = unit > last if earliest is None else (unit > last) | (unit < earliest)
    return [
        *moment.faults,
        Fault("missing_value", moment.column, moment.missing, _examples(formats_of(source.layout, moment.column))),
        Fault("outside_period", moment.column, outside.fill_null(value=False), expected),
    ]


def unit_grain(layout: Layout) -> str:
    """day, month or year: the units by which files of a layout replace each other."""
    by_month = KINDS[layout.kind].may_count_by_month and layout.counted_by == "month" and layout.period.by == "counted"
    return "month" if by_month else KINDS[layout.kind].unit


def _unit(day: date, layout: Layout) -> date:
    """First day of the unit a day lies in."""
    return day.replace(**{"day": {}, "month": {"day": 1}, "year": {"month": 1, "day": 1}}[unit_grain(layout)])


def _impossible(column: str, rows: pl.Series, formats: Sequence[str]) -> list[Fault]:
    return [Fault("impossible_date", column, rows, _examples(formats))]


def _examples(formats: Sequence[str]) -> str:
    return ", ".join(list(dict.fromkeys(example(form) for form in formats))[:SHOWN])
