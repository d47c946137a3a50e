"""Reads one export file: raw text → facts, with an account of every row."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import polars as pl

from expectations.agency import Agency
from expectations.kinds import KINDS, REGISTERS
from expectations.layout import Layout
from expectations.layout.counts import COUNT_KINDS
from transforms.exports.cells.districts import DistrictNames
from transforms.exports.counts.cells import known_types
from transforms.exports.counts.lost import lost_lines
from transforms.exports.counts.repeated import repeated_counts
from transforms.exports.counts.unread_columns import unread_axes
from transforms.exports.error_cells import ERROR_REASONS, error_faults
from transforms.exports.facts import Facts, Fault, Source, others
from transforms.exports.files.archives import ExportFile, refuse_protected
from transforms.exports.files.content_period import Filled, Stretch, filled
from transforms.exports.files.limits import Clock
from transforms.exports.files.names import named_export_day, named_period
from transforms.exports.fill_down import FillDown, fill_down
from transforms.exports.formats import RawBatch, raw_rows
from transforms.exports.mapped_texts import mapped_texts
from transforms.exports.natural_keys import NaturalKeys
from transforms.exports.outcome import LISTED, TYPED, Outcome, Tally
from transforms.exports.parts import named_part, outside_scope, part_of, told_part
from transforms.exports.personal_data import refuse_personal_data
from transforms.exports.refusals import UNFORESEEN, ExportRefused, Note, unreadable
from transforms.exports.rows.of_kind import raw_table_rows, typed_rows
from transforms.exports.rows.registers import refuse_large
from transforms.exports.setting_aside import set_aside, set_aside_misfits

NOT_AGAIN = pl.Series("row_number", [], dtype=pl.Int64)
COUNTS = ("incidents", "cleared", "month", "year")


def read_export(
    file: ExportFile, layout: Layout, agency: Agency, received_on: date, *, needed: tuple[str, ...] = ()
) -> "Reading":
    """Begin reading a file by its layout; the rows come from `Reading.batches`.

    Args:
        file: The file's bytes.
        layout: How it looks, as `match` found it.
        agency: Whose it is.
        received_on: The day it was first seen, agency time zone; its export day where the name says none.
        needed: Columns of a register no row may leave empty, beside those its kind needs.

    Raises:
        ExportRefused: The file is empty, or larger than a list kept by hand; its name says no period, or one that has
            not begun, or not which part it is.
    """
    if file.size == 0:
        raise ExportRefused("empty_file", file=file.name)
    register = REGISTERS.get(layout.kind)
    if register is not None:
        refuse_large(file.size, register, file.name)
    refuse_protected(file)
    layout = layout.of_file(file.name)
    exported = named_export_day(file.name, layout)
    seen_by = exported or received_on
    period = named_period(file.name, layout) if register is None else (received_on, received_on)
    if period is not None and register is None:
        if period[0] > seen_by:
            raise ExportRefused("period_not_begun", file=file.name, period=period[0], seen=seen_by)
        period = (period[0], min(period[1], seen_by))
    source = Source(layout, agency, period, seen_by, DistrictNames(agency, layout.levels), file.name, needed)
    return Reading(file, source, exported, named_part(file.name, layout))


class Reading:
    """One file being read. Its rows come once, from `batches`; then `outcome` and the period are final.

    Attributes:
        file: The file.
        layout: How it looks.
        stretches: First and last day of each stretch the file covers, none later than the day it was made or first
            seen; one where its name says it, none until all is read where its content does. A register covers none:
            it stands from the day it was first seen, which is told in their place.
        exported_on: The day its name says it was made; None where it says none.
        part: Part of its period the file is, empty where the layout has none; where its rows say it, None until read.
    """

    def __init__(self, file: ExportFile, source: Source, exported_on: date | None, part: str | None) -> None:
        self.file = file
        self.layout = source.layout
        self.exported_on = exported_on
        self.part = part
        self.stretches: tuple[Stretch, ...] = (source.period,) if source.period else ()
        self._source = source
        self._outcome: Outcome | None = None

    @property
    def period_from(self) -> date | None:
        """First day the file covers; None until that is known."""
        return self.stretches[0][0] if self.stretches else None

    @property
    def period_to(self) -> date | None:
        """Last day it covers; None until that is known."""
        return self.stretches[-1][1] if self.stretches else None

    @property
    def outcome(self) -> Outcome:
        """The account of every row.

        Raises:
            RuntimeError: The batches have not been read to their end.
        """
        if self._outcome is None:
            raise RuntimeError(f"{self.file.name}: the outcome is known once batches() has been read to its end")
        return self._outcome

    def batches(self) -> Iterator[pl.DataFrame]:
        """Yield accepted rows in file order, in the columns and types of the kind's raw contract without `file_id`.

        Rows whose natural key stands again further down are handed out too and listed in `outcome.superseded`.

        Raises:
            ExportRefused: The file cannot be stored; what was yielded so far must be discarded.
        """
        tally = Tally(self.file.name, self._source.agency.language, has_points=self._source.layout.points is not None)
        try:
            yield from self._batches(tally)
        except ExportRefused as refused:
            refused.values.update(tally.quoted(refused.values))
            raise
        except UNFORESEEN as error:
            raise unreadable(self.file.name, self.layout.name, error) from error

    def _batches(self, tally: Tally) -> Iterator[pl.DataFrame]:
        # Of counts `key` only says more of what is counted: which of two that differ is right, no order of rows tells.
        keys = NaturalKeys(() if self.layout.kind in COUNT_KINDS else self.layout.key)
        clock = Clock(self.file.name, self.file.limits)
        with raw_rows(self.file, self.layout) as rows:
            tally.names, tally.positions = rows.header.names, rows.header.positions
            tally.unknown_columns = rows.header.untold
            fill = fill_down(rows.header, self._source)
            at_once = self.layout.points is not None or self.layout.kind in (*COUNT_KINDS, *REGISTERS)
            batches = _whole(rows.batches) if at_once else rows.batches
            for raw in batches:
                clock.look()
                accepted = self._accepted(raw, tally, keys, fill)
                if accepted.height:
                    yield accepted
            extra = rows.header.extra
            tally.noticed.extend(rows.notes)
        if self.layout.kind not in REGISTERS:  # a list may be empty, and a cell in it merged with none
            self._refuse_if_empty(tally)
            self._refuse_if_merged(tally)
        if self.part is None:
            raise ExportRefused("part_not_told", file=self.file.name, source=self.layout.name)
        told = self._close_period(tally)
        unread = unread_axes(extra, self._source)
        self._outcome = tally.outcome(keys.superseded(), extra, told.strays, unread)

    def _accepted(self, raw: RawBatch, tally: Tally, keys: NaturalKeys, fill: FillDown) -> pl.DataFrame:
        """Judge one batch: misfits, personal data, rows set aside, faults; what is left are facts."""
        source = self._source
        misfits = set_aside_misfits(raw.misfits, source.layout, tally)
        tally.misfits(misfits)
        tally.unread(raw.faults)
        tally.rows_read += raw.frame.height
        broken = [*(m.row_number for m in raw.misfits if m.found), *(fault.row_number for fault in raw.faults)]
        texts = fill.filled(mapped_texts(raw.frame, source.layout), raw.frame, broken)
        # From here on the points are in `texts` alone, of which nothing is told.
        raw = replace(raw, frame=raw.frame.drop(source.layout.axes or (), strict=False))
        _look_for_people(raw.frame, tally)
        rows = set_aside(texts, raw, source.layout, tally)
        if not rows.height:
            return rows
        first = [*_wide_faults(rows, raw, source.layout), *error_faults(rows, raw.frame, source.layout)]
        facts = typed_rows(rows, source, _numbers(rows, first))
        facts.faults[:0] = first
        self.part = told_part(rows, source.layout, tally) if self.part is None else self.part
        if self.part is not None and source.layout.kind in KINDS:
            part = part_of(source.layout, self.part, source.agency)
            facts.faults += outside_scope(facts, part, source.agency)
            facts.types = part.crime_types
        if facts.cells is not None:
            facts.lost = lost_lines(misfits, raw.faults, source)
        sound = _reject(facts, rows, raw.frame, tally)
        columns = facts.columns
        if sound is not None:
            columns = {name: series.filter(sound) for name, series in columns.items()}
        kept = rows if sound is None else rows.filter(sound)
        keys.add(kept)
        _look_for_repeats(kept, facts, raw, source, (keys, tally))
        if source.layout.points is not None:
            from transforms.exports.rows.points import cells_of  # numpy, which no command needs that reads nothing

            placed = cells_of(kept, columns, source)
            columns["cell"], tally.placeable = placed.cell, placed.may_be
            tally.unplaced.update(placed.unused)
        again = keys.superseded() if source.layout.kind in COUNT_KINDS else NOT_AGAIN  # of others only the end can tell
        stored = raw_table_rows(columns, facts, source, again)
        units = stored.get_column("unit") if source.layout.kind in KINDS else pl.Series("unit", [], pl.Date)
        tally.inside(len(columns["row_number"]), units)
        _count(tally.unknown_codes, facts.unknown_code, sound)
        _count(tally.unknown_districts, facts.unknown_district, sound)
        if facts.unknown_urgency is not None:
            _count(tally.unknown_urgencies, facts.unknown_urgency, sound)
        for column, emptied in facts.emptied.items():
            tally.emptied.update({column: int((emptied if sound is None else emptied & sound).sum())})
        tally.emptied += Counter()  # leaves out the columns of which no cell was
        _look_at_codes(kept, source, tally)
        _look_at_blanks(rows, facts, source, tally)
        _look_at_cells(columns, facts, tally)
        return stored

    def _refuse_if_empty(self, tally: Tally) -> None:
        """A file without a fact would count as a period in which nothing happened."""
        outside = tally.reasons["outside_period"]
        if self._source.period and outside > tally.accepted:
            raise ExportRefused(
                "not_what_its_name_says",
                file=self.file.name,
                n=outside,
                found_from=tally.first_outside,
                found_to=tally.last_outside,
                period_from=self.period_from,
                period_to=self.period_to,
            )
        if tally.accepted == 0 and tally.reasons:
            reason, n = tally.reasons.most_common(1)[0]
            values = {"n": tally.rows_read, "reason": reason, "rows": n, "example": tally.example(reason)}
            raise ExportRefused("no_row_accepted", file=self.file.name, **values)
        if tally.accepted == 0:
            raise ExportRefused("no_rows", file=self.file.name)

    def _refuse_if_merged(self, tally: Tally) -> None:
        """Single crimes or calls below a merged cell would be nobody's, and their district short of them."""
        column = tally.district_column
        if self.layout.kind not in COUNT_KINDS and tally.looks_merged:
            raise ExportRefused(
                "merged_districts",
                file=self.file.name,
                column=tally.names.get(column, column),
                canonical=column,
                n=tally.blank_districts,
            )

    def _close_period(self, tally: Tally) -> Filled:
        """Where the content says the period: the stretches its rows fill, and those that stray outside them."""
        if self._source.period is not None:
            return Filled(self.stretches, {})
        told = filled(tally.units, self.layout.period, self._source.seen_by)
        self.stretches = told.stretches
        return told


def _whole(batches: Iterator[RawBatch]) -> Iterator[RawBatch]:
    """All rows of a table of counts, of a list, or of a file with points, at once.

    Whether one is the total of the others, bears a number that stands above, or has a point that many others have,
    shows in none of them alone.
    """
    parts = list(batches)
    if parts:
        lines = [part.lines for part in parts if part.lines is not None]
        rest = [part.rest for part in parts if part.rest is not None]
        yield RawBatch(
            pl.concat([part.frame for part in parts]),
            tuple(misfit for part in parts for misfit in part.misfits),
            tuple(fault for part in parts for fault in part.faults),
            pl.concat(lines) if lines else None,
            pl.concat(rest) if rest else None,
            tuple(number for part in parts for number in part.wide),
        )


def _look_for_repeats(
    rows: pl.DataFrame, facts: Facts, raw: RawBatch, source: Source, taken: tuple[NaturalKeys, Tally]
) -> None:
    """Rows of a table of counts that stand twice are one; a file that tells one count in two ways is refused."""
    keys, tally = taken
    if facts.cells is None or raw.rest is None:
        return
    cells = facts.cells.filter(pl.col("row_number").is_in(rows.get_column("row_number").implode()))
    number = pl.col("row_number")
    block = pl.sum_horizontal(pl.lit(0), *(number > header for header in tally.headers))
    unread = raw.frame.select("row_number", raw.rest.alias("rest")).with_columns(block=block)
    told = repeated_counts(cells, rows, unread, source)
    keys.supersede(told.again)
    if told.again.len():
        listed = ", ".join(str(number) for number in told.again.head(LISTED))
        values = {"n": told.again.len(), "listed": listed + (", …" if told.again.len() > LISTED else "")}
        tally.noticed.append(Note("note_counts_twice", {"file": tally.file, **values}))
    if told.parts:
        tally.noticed.append(Note("note_counts_parts", {"file": tally.file, "n": told.parts}))


def _look_at_codes(rows: pl.DataFrame, source: Source, tally: Tally) -> None:
    """Codes counted in a group only because their list says which one all others are."""
    column = KINDS[source.layout.kind].coded if source.layout.kind in KINDS else None
    if column not in rows.columns:
        return
    known = set(source.agency.codes.get(source.layout.codes, {}))
    if source.layout.kind in COUNT_KINDS:
        known |= set(known_types(source.agency, source.layout))
    found = others(rows.get_column(column), known)
    if found is not None:
        _count(tally.other_codes, found, None)


def _look_at_blanks(rows: pl.DataFrame, facts: Facts, source: Source, tally: Tally) -> None:
    """Rows whose district is left blank: whether they look like the rows of merged cells decides what is advised."""
    column = next((level for level in source.layout.levels if level in rows.columns), None)
    if column is None or source.layout.columns[column].fill_down:
        return
    texts = rows.get_column(column) if facts.idle is None else rows.get_column(column).filter(~facts.idle)
    if tally.district_rows == 0 and texts.len():
        tally.begins_blank = texts[0] is None
    tally.district_rows += texts.len()
    tally.blank_districts += texts.null_count()
    tally.district_column = column
    tally.blank_is_nothing = source.layout.columns[column].fill_down is False


def _look_at_cells(columns: dict[str, pl.Series], facts: Facts, tally: Tally) -> None:
    """What the cells of a table of counts have to be told of."""
    if facts.cells is None:
        return
    cells = facts.cells.filter(pl.col("row_number").is_in(columns["row_number"].implode()))
    tally.empty_counts += cells.get_column("value").null_count()
    for name, counts in facts.beside.items():
        tally.beside[name].update(counts)
    if facts.unknown_district.null_count() == facts.unknown_district.len():
        _count(tally.unknown_districts, cells.get_column("unknown"), None)
    if facts.unknown_code.null_count() == facts.unknown_code.len():
        _count(tally.unknown_codes, cells.get_column("unlisted"), None)


def _wide_faults(rows: pl.DataFrame, raw: RawBatch, layout: Layout) -> list[Fault]:
    """Rows with a field more than the header: what stands in them may have moved."""
    if not raw.wide:
        return []
    fault = Fault("row_too_wide", "", rows.get_column("row_number").is_in(list(raw.wide)), "")
    return [replace(fault, reason="register_wide") if layout.kind in REGISTERS else fault]


def _numbers(rows: pl.DataFrame, faults: list[Fault]) -> set[int]:
    return {number for fault in faults for number in rows.get_column("row_number").filter(fault.rows)}


def _look_for_people(raw: pl.DataFrame, tally: Tally) -> None:
    """Look through the columns that are kept as text; what is typed is looked at only where it turns out to be odd."""
    plain = [name for name in raw.columns if not name.endswith(TYPED) and name not in (*COUNTS, "row_number")]
    refuse_personal_data(raw.select("row_number", *plain), tally.names, tally.file)


def _reject(facts: Facts, rows: pl.DataFrame, raw: pl.DataFrame, tally: Tally) -> pl.Series | None:
    """Keep the rows that cannot be facts, with the first reason that applies; return which are sound, None for all."""
    sound: pl.Series | None = None
    if facts.idle is not None and facts.idle.any():
        tally.set_aside["no_count"] += int(facts.idle.sum())
        sound = ~facts.idle
    for fault in facts.faults:
        hit = fault.rows if sound is None else fault.rows & sound
        if not hit.any():
            continue
        numbers = rows.get_column("row_number").filter(hit)
        rejected = raw.filter(pl.col("row_number").is_in(numbers.implode()))
        refuse_personal_data(rejected, tally.names, tally.file)
        tally.reject(fault, _to_tell(fault, rejected, None if facts.told is None else facts.told.filter(hit)))
        if fault.reason == "outside_period":
            tally.outside(facts.columns["unit"].filter(hit))
        sound = ~hit if sound is None else sound & ~hit
    return sound


def _to_tell(fault: Fault, rejected: pl.DataFrame, told: pl.DataFrame | None) -> pl.DataFrame:
    """What may be told of rejected rows: of a list only what was read, and errors, which are a spreadsheet's own."""
    if told is None:
        return rejected
    return told.with_columns(rejected.get_column(fault.column)) if fault.reason in ERROR_REASONS else told


def _count(counts: Counter[str], texts: pl.Series, sound: pl.Series | None) -> None:
    if texts.null_count() == texts.len():
        return
    known = (texts if sound is None else texts.filter(sound)).drop_nulls()
    for said, number in known.value_counts().iter_rows():
        counts[said] += number
