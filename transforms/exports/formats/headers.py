"""Which column of a file is which column of the layout."""

import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NoReturn

import polars as pl

from expectations.kinds import REGISTERS
from expectations.layout import Layout
from expectations.layout.counts import COUNT_KINDS
from transforms.exports.formats.wide_headers import header_says
from transforms.exports.refusals import ExportRefused, Note

WIDE = "wide:"
BOM = "\ufeff"
SHOWN = 30


@dataclass(frozen=True)
class Header:
    """Where the mapped columns stand in one file.

    Attributes:
        width: Fields a row has.
        positions: Position by target: a canonical column, or `wide:<header name>`.
        names: The header's own spelling by target.
        extra: Columns neither mapped nor listed as `ignored`, in file order.
        named: Fields up to the last one with a name.
        untold: Of a register: number of further such columns. Where the first row is no header somebody's entry stands
            in its place, so of headers nobody reads only those are told that some register has; None of an export.
    """

    width: int
    positions: dict[str, int]
    names: dict[str, str]
    extra: tuple[str, ...]
    named: int = 0
    untold: int | None = None


@dataclass(frozen=True)
class Misfit:
    """A row whose number of fields is not the header's: nothing in it can be trusted to stand in its column.

    `found` is 0 for a blank line. `cells` are looked at to see whether the layout names such lines, and never kept: any
    of them may be personal data.
    """

    row_number: int
    found: int
    expected: int
    cells: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class RowFault:
    """A row that its format already cannot give as text, and why.

    Attributes:
        row_number: Its number in the file.
        reason: Code in the catalogue of sentences.
        column: Target of the column the reason lies in.
        found: What stands there, as the sentence says it.
        expected: What should.
        cells: Texts of its other columns, never kept, as those of a misfit.
    """

    row_number: int
    reason: str
    column: str
    found: str
    expected: str
    cells: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class RawBatch:
    """Some consecutive rows of a file.

    Attributes:
        frame: `row_number` and the mapped columns by target, all text, "" where the cell is empty.
        misfits: Rows with too few or too many fields, which `frame` leaves out.
        wide: Numbers of rows of `frame` that have more fields than the header, where the layout's rows have its width.
        faults: Rows the format could not give as text, which `frame` leaves out.
        lines: The first cell of each row of `frame` that is not blank, mapped or not; None where no rule asks for it.
        rest: A hash of the cells of each row of `frame` that nothing reads; None where nobody asks for it.
    """

    frame: pl.DataFrame
    misfits: tuple[Misfit, ...] = ()
    faults: tuple[RowFault, ...] = ()
    lines: pl.Series | None = None
    rest: pl.Series | None = None
    wide: tuple[int, ...] = ()


@dataclass(frozen=True)
class RawRows:
    """A file opened in its format.

    Attributes:
        header: Where its columns stand.
        batches: Its data rows in file order.
        notes: What the format noticed; complete once the batches have been read.
    """

    header: Header
    batches: Iterator[RawBatch] = field(repr=False)
    notes: list[Note] = field(default_factory=list)


@lru_cache(maxsize=4096)  # a few names, in thousands of files
def cleaned(name: str) -> str:
    """A header name as it is compared: no BOM, no space around it, NFC."""
    return unicodedata.normalize("NFC", name).replace(BOM, "").strip()


def compared(name: str, layout: Layout) -> str:
    """A header name as the layout compares it with its own."""
    text = cleaned(name)
    # Keys of json are paths, not headings somebody typed.
    loose = layout.header_match == "loose" and layout.format != "json"
    return "".join(text.casefold().split()) if loose else text


def known_names(layout: Layout) -> set[str]:
    """Every header name the layout gives a meaning, as it compares them."""
    wide = layout.wide.columns if layout.wide else {}
    return {compared(n, layout) for n in (*wide, *(n for source in layout.columns.values() for n in source.names))}


def knows_any(names: Iterable[str], layout: Layout) -> bool:
    """Whether the layout gives any of a row's cells a meaning as a header."""
    return not known_names(layout).isdisjoint(compared(name, layout) for name in names)


def asks_for_lines(layout: Layout) -> bool:
    """Whether a rule looks at the first cell of a line, mapped or not."""
    return any(rule.line_prefixes for rule in layout.set_aside)


def asks_for_rest(layout: Layout) -> bool:
    """Whether rows have to be compared whole: a count that stands twice beside other cells may be two of a sum."""
    return layout.kind in COUNT_KINDS


def rest_of(whole: pl.DataFrame, read: Collection[str]) -> pl.Series:
    """A hash of the cells of each row outside the columns that are read."""
    unread = [name for name in whole.columns if name not in read]
    if not unread:
        return pl.zeros(whole.height, dtype=pl.UInt64, eager=True).alias("rest")
    return whole.select(pl.col(unread).str.strip_chars()).hash_rows().alias("rest")


def first_cells(whole: pl.DataFrame) -> pl.Series:
    """The first cell of each row that is not blank, "" where all are."""
    filled = [
        pl.when(pl.col(name).str.strip_chars() != "").then(pl.col(name).str.strip_chars()) for name in whole.columns
    ]
    return whole.select(pl.coalesce(*filled, pl.lit("")).alias("line")).to_series()


def header_from(names: list[str], layout: Layout, file: str) -> Header:
    """Find the layout's columns among a file's header names.

    Raises:
        ExportRefused: `header_missing` (no known name at all: the cells may be somebody's data, so they are not shown),
            `missing_column` or `ambiguous_column`.
    """
    spelled = [cleaned(name) for name in names]
    if not knows_any(spelled, layout) and not any(header_says(name, layout.wide) for name in spelled):
        expected = listed([n for source in layout.columns.values() for n in source.names[:1]])
        raise ExportRefused("header_missing", file=file, row=layout.header_row, found=len(names), expected=expected)
    positions: dict[str, int] = {}
    needed = needed_counts(layout)
    for target, source in layout.columns.items():
        if source.names:
            place = _place(target, source.names, spelled, layout, file)
            if place is not None:
                positions[target] = place
            elif source.required or target in needed:
                refuse_missing(target, source.names, spelled, layout, file)
    positions |= _wide_positions(spelled, set(positions.values()), layout, file)
    used = set(positions.values())
    passed_over = {compared(name, layout) for name in layout.ignored}
    extra = tuple(n for i, n in enumerate(spelled) if n and i not in used and compared(n, layout) not in passed_over)
    named = max((place + 1 for place, name in enumerate(spelled) if name), default=0)
    found = {target: spelled[i] for target, i in positions.items()}
    if layout.kind not in REGISTERS:
        return Header(len(names), positions, found, extra, named)
    told = _tellable(extra, layout)
    return Header(len(names), positions, found, told, named, len(extra) - len(told))


def _tellable(names: Iterable[str], layout: Layout) -> tuple[str, ...]:
    """Headers that are names of a register's columns, or of this layout's: no others may be quoted."""
    columns = (column for register in REGISTERS.values() for column in register.columns)
    known = {"".join(name.casefold().split()) for column in columns for name in (column.name, column.label)}
    known |= known_names(layout)
    return tuple(name for name in names if "".join(name.casefold().split()) in known or compared(name, layout) in known)


def needed_counts(layout: Layout) -> tuple[str, ...]:
    """The count of a counts table: without it there would be a row and no number, whatever the layout says of it."""
    if layout.kind not in COUNT_KINDS or layout.wide is not None:
        return ()
    return next(((name,) for name in ("incidents", "cleared") if name in layout.columns), ())


def _place(target: str, wanted: tuple[str, ...], spelled: list[str], layout: Layout, file: str) -> int | None:
    accepted = {compared(name, layout) for name in wanted}
    places = [i for i, name in enumerate(spelled) if compared(name, layout) in accepted]
    if len(places) > 1:
        found = listed([spelled[i] for i in places])
        raise ExportRefused("ambiguous_column", file=file, column=target, found=found, source=layout.name)
    return places[0] if places else None


def _wide_positions(spelled: list[str], used: set[int], layout: Layout, file: str) -> dict[str, int]:
    """Positions of the columns whose header says what the numbers below are.

    Of the columns the layout lists, all that say the same are spellings or parts of it, and one of them has to be
    there. A pattern takes every other header that fits, and has to find one.
    """
    if layout.wide is None:
        return {}
    positions = {}
    for name in layout.wide.columns:
        place = _place(name, (name,), spelled, layout, file)
        if place is not None:
            positions[f"{WIDE}{name}"] = place
    for said in dict.fromkeys(layout.wide.columns.values()):
        names = tuple(name for name, its in layout.wide.columns.items() if its == said)
        if not any(f"{WIDE}{name}" in positions for name in names):
            refuse_missing(said.crime_type or names[0], names, spelled, layout, file)
    if layout.wide.pattern:
        positions |= fitting_headers(spelled, used | set(positions.values()), layout, file)
    return positions


def fitting_headers(spelled: list[str], used: set[int], layout: Layout, file: str) -> dict[str, int]:
    """Positions of the headers that fit the pattern; two that say the same cannot be told apart."""
    assert layout.wide is not None
    passed_over = {compared(name, layout) for name in layout.ignored}
    said = {place: header_says(name, layout.wide) for place, name in enumerate(spelled) if place not in used}
    fitting = {
        place: told
        for place, told in said.items()
        if told is not None and compared(spelled[place], layout) not in passed_over
    }
    if not fitting:
        refuse_missing("wide", (layout.wide.pattern or "",), spelled, layout, file)
    for told in fitting.values():
        alike = [spelled[place] for place, its in fitting.items() if its == told]
        if len(alike) > 1:
            raise ExportRefused("ambiguous_column", file=file, column=alike[0], found=listed(alike), source=layout.name)
    return {f"{WIDE}{spelled[place]}": place for place in fitting}


def refuse_missing(target: str, names: tuple[str, ...], spelled: list[str], layout: Layout, file: str) -> NoReturn:
    """Refuse a file none of whose columns is one that is needed.

    Raises:
        ExportRefused: `missing_column`; of a register `register_column_missing`, which quotes no header nobody knows.
    """
    if layout.kind in REGISTERS:
        told = [name for name in spelled if name]
        known = _tellable(told, layout)
        raise ExportRefused(
            "register_column_missing",
            file=file,
            column=" / ".join(reversed(names)),
            found=listed(list(known)) or "–",
            unknown=len(told) - len(known),
        )
    expected, found = listed(list(names)), listed([name for name in spelled if name])
    row, source = layout.header_row, layout.name
    raise ExportRefused(
        "missing_column", file=file, column=target, expected=expected, found=found, row=row, source=source
    )


def listed(names: list[str]) -> str:
    """Names of columns or sheets as a sentence shows them: the first ones, none of them long."""
    shown = ", ".join(name[:40] for name in names[:SHOWN])
    return f"{shown}, …" if len(names) > SHOWN else shown
