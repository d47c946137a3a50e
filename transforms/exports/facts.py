"""What every kind of export has in common: what is read of its rows, where they lie, and what is wrong with them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_

import polars as pl

from expectations.agency import OTHERS, UNKNOWN, Agency
from expectations.contracts import TABLES
from expectations.layout import Layout
from expectations.layout.counts import COUNT_KINDS
from transforms.exports.cells.districts import DistrictNames
from transforms.exports.cells.totals import total_words
from transforms.exports.cells.values import MOMENT, every
from transforms.exports.refusals import ExportRefused

TYPES: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "VARCHAR": pl.String, "BIGINT": pl.Int64, "INTEGER": pl.Int32, "DATE": pl.Date, "TIMESTAMP": MOMENT,
    "DOUBLE": pl.Float64, "BOOLEAN": pl.Boolean, "TINYINT": pl.Int8,
}  # fmt: skip


BY_ONE = 2_000
"""Codes that are looked up one by one: so few take less time than a list of a whole agency's takes to be laid out."""


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


def need(rows: pl.DataFrame, source: Source, *columns: str) -> None:
    """Hold that a file has one of the columns without which its rows cannot be told, all optional by its layout.

    Raises:
        ExportRefused: `missing_needed_column`, it has none.
    """
    if not set(columns) & set(rows.columns):
        values = {"source": source.layout.name, "needed": ", ".join(columns)}
        raise ExportRefused("missing_needed_column", file=source.file, **values)


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
        totals &= reduce(or_, words, every(value=False, rows=rows.height, dtype=pl.Boolean))
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
        return every(UNKNOWN, codes.len(), pl.String), nothing(codes.len(), pl.String), []
    groups, unknown = by_list(codes, {c.code: c.group for c in known.values()})
    faults = []
    if source.layout.codes_closed:
        faults.append(Fault("unknown_code", codes.name, unknown.is_not_null(), f"codes/{source.layout.codes}.csv"))
    return groups.fill_null(UNKNOWN), unknown, faults


def by_list(codes: pl.Series, known: Mapping[str, str]) -> tuple[pl.Series, pl.Series]:
    """Group of each code, null where no entry says it, and then the code; `*` says it of every code not listed."""
    listed = {code: group for code, group in known.items() if code != OTHERS}
    if codes.len() <= BY_ONE:
        groups = pl.Series(codes.name, [listed.get(code) for code in codes.to_list()], pl.String)
    else:
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
    return every(None, rows, dtype)
