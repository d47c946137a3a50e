"""What every kind of export has in common: when a row counts, where it lies, and what is wrong with it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from itertools import product
from operator import or_

import polars as pl

from expectations.agency import OTHERS, UNKNOWN, Agency
from expectations.contracts import TABLES
from expectations.formats.reading import folded
from expectations.kinds import KINDS
from expectations.layout import Layout
from expectations.layout.counts import COUNT_KINDS
from transforms.exports.cells.districts import DistrictNames
from transforms.exports.cells.totals import total_words
from transforms.exports.cells.values import MOMENT, example, has_time, moments, named_days, times
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

TYPES: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "VARCHAR": pl.String, "BIGINT": pl.Int64, "INTEGER": pl.Int32, "DATE": pl.Date, "TIMESTAMP": MOMENT,
    "DOUBLE": pl.Float64, "BOOLEAN": pl.Boolean,
}  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """Rows that cannot be facts, for one reason.

    Attributes:
        reason: Code in the catalogue of sentences.
        column: Canonical column the reason lies in.
        rows: Which rows, one Boolean a row.
        expected: What the column should hold, as the sentence says it.
        beside: Column of the row that says it instead; empty where none does.
    """

    reason: str
    column: str
    rows: pl.Series
    expected: str
    beside: str = ""


@dataclass(frozen=True)
class Lost:
    """What is known of where a lost row counts; None is not known: it may be any.

    Attributes:
        unit: First of the month or year.
        districts: Codes of the districts it may be.
        crime_type: Code of the crime type.
    """

    unit: date | None
    districts: frozenset[str] | None
    crime_type: str | None


@dataclass
class Facts:
    """Typed columns of the rows of a batch, aligned with them.

    Attributes:
        columns: By the names of the raw contract, `unit` among them.
        faults: In the order in which they are looked for; the first that applies is a row's reason.
        unknown_code: The code no list holds; null where it is known.
        unknown_district: The text that names no district; null where it does.
        unknown_urgency: The urgency the agency does not have; null where it has it.
        cells: Of a counts table, its numbers with what each is the number of; a row may have several.
        idle: Of a counts table, rows that say nothing and are set aside.
        beside: Of a counts table, columns to be told of, with their cells, by what is to be said of them.
        lost: Of a counts table, what is known of the rows that could not be read at all.
        types: Of a counts table, the crime types the file speaks of; empty = all of the agency's.
        emptied: Rows by column that name an impossible date there, of which nothing depends on it: it is left empty.
        told: Of a register, `row_number` and what may be told of a row that is rejected; None: the text of its columns.
    """

    columns: dict[str, pl.Series]
    faults: list[Fault]
    unknown_code: pl.Series
    unknown_district: pl.Series
    unknown_urgency: pl.Series | None = None
    cells: pl.DataFrame | None = None
    idle: pl.Series | None = None
    beside: dict[str, dict[str, int]] = field(default_factory=dict)
    lost: list[Lost] = field(default_factory=list)
    types: tuple[str, ...] = ()
    emptied: dict[str, pl.Series] = field(default_factory=dict)
    told: pl.DataFrame | None = None


@dataclass(frozen=True)
class Source:
    """What reading one file depends on.

    Attributes:
        layout: How it looks.
        agency: Whose it is.
        period: First and last day its name says it covers; None where the content says it.
        seen_by: The day it was made, or first seen: nothing in it can be later.
        districts: Finds the agency's districts by name.
        file: Its name, for sentences.
        needed: Columns of a register no row may leave empty, beside those its kind needs.
    """

    layout: Layout
    agency: Agency
    period: tuple[date, date] | None
    seen_by: date
    districts: DistrictNames = field(repr=False)
    file: str = ""
    needed: tuple[str, ...] = ()

    @property
    def clock(self) -> str:
        """The export's time zone."""
        return self.layout.timezone or self.agency.timezone

    def zone(self, moment: pl.Series) -> pl.Series:
        """A moment of the export's time zone in the agency's; as it stands where they are the same."""
        own, home = self.clock, self.agency.timezone
        if own == home:
            return moment
        aware = moment.dt.replace_time_zone(own, ambiguous="earliest", non_existent="null")
        return aware.dt.convert_time_zone(home).dt.replace_time_zone(None)

    def home_day(self, moment: "Moment") -> pl.Series:
        """The day it counts on: of the agency's zone, and of 24:00 the day the row names, whose end it is."""
        if moment.at is None or self.clock == self.agency.timezone:
            return moment.day
        return self.zone(moment.at).dt.date().fill_null(moment.day)


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


def need(rows: pl.DataFrame, source: Source, *columns: str) -> None:
    """Hold that a file has one of the columns without which its rows cannot be told, all optional by its layout.

    Raises:
        ExportRefused: `missing_needed_column`, it has none.
    """
    if not set(columns) & set(rows.columns):
        values = {"source": source.layout.name, "needed": ", ".join(columns)}
        raise ExportRefused("missing_needed_column", file=source.file, **values)


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
        at, _ = moments(texts, timed, layout.columns[column].null_before, source.clock)
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


def placed(rows: pl.DataFrame, source: Source) -> tuple[pl.Series, pl.Series, list[Fault]]:
    """District of each row, the text that names none ("" where there is none), and what is wrong with it."""
    found = source.districts.places(rows)
    finest = next((level for level in reversed(source.layout.levels) if level in rows.columns), "station")
    named: list[str] = [level for level in ("station", "box") if level in rows.columns] or [finest]
    totals = found["is_total"]
    if source.layout.kind not in COUNT_KINDS and totals.any():
        # Among incidents the agency's own name may be where a case lies; a word for a total never is.
        words = [
            rows[level].is_in(total_words(rows[level].unique()).implode()) for level in named if level in rows.columns
        ]
        totals &= reduce(or_, words, pl.repeat(value=False, n=rows.height, eager=True))
    faults = [Fault("total_row", named[0], totals, "districts.csv")]
    if source.layout.districts_closed:
        faults.append(Fault("unknown_district", finest, found["unknown"].is_not_null(), "districts.csv"))
    return found["district"], found["unknown"], faults


def grouped(codes: pl.Series, source: Source) -> tuple[pl.Series, pl.Series, list[Fault]]:
    """Group of each code, the code no list holds ("" where blank), and the rows to reject where the list is closed.

    A list may say of all other codes which group they are (`*`); of a blank it says nothing.
    """
    known = source.agency.codes.get(source.layout.codes, {})
    if not known:  # a source without codes has none that could be unknown
        return pl.repeat(UNKNOWN, codes.len(), eager=True), nothing(codes.len(), pl.String), []
    groups, unknown = by_list(codes, {c.code: c.group for c in known.values()})
    faults = []
    if source.layout.codes_closed:
        faults.append(Fault("unknown_code", codes.name, unknown.is_not_null(), f"codes/{source.layout.codes}.csv"))
    return groups.fill_null(UNKNOWN), unknown, faults


def by_list(codes: pl.Series, known: Mapping[str, str]) -> tuple[pl.Series, pl.Series]:
    """Group of each code, null where no entry says it, and then the code; `*` says it of every code not listed."""
    listed = {code: group for code, group in known.items() if code != OTHERS}
    groups = codes.replace_strict(listed, default=None, return_dtype=pl.String)
    if OTHERS in known:
        rest = groups.is_null() & codes.is_not_null()
        groups = pl.select(pl.when(rest).then(pl.lit(known[OTHERS])).otherwise(groups)).to_series()
    return groups, codes.fill_null("").set(groups.is_not_null(), None)


def others(codes: pl.Series, known: Collection[str]) -> pl.Series | None:
    """Codes that are counted in a group only because the list says which one all others are; None where it does not."""
    if OTHERS not in known:
        return None
    return codes.set(codes.is_in([code for code in known if code != OTHERS]).fill_null(value=True), None)


def stored(table: str, columns: Mapping[str, pl.Series]) -> pl.DataFrame:
    """Columns in the order and types of a raw contract, `file_id` left out."""
    contract = [c for c in TABLES[table].columns if c.name != "file_id"]
    return pl.DataFrame([columns[c.name].cast(TYPES[c.type]).alias(c.name) for c in contract])


def nothing(rows: int, dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
    """A column no row of the file fills."""
    return pl.repeat(None, rows, dtype=dtype, eager=True)


def _impossible(column: str, rows: pl.Series, formats: Sequence[str]) -> list[Fault]:
    return [Fault("impossible_date", column, rows, _examples(formats))]


def _examples(formats: Sequence[str]) -> str:
    return ", ".join(list(dict.fromkeys(example(form) for form in formats))[:SHOWN])
