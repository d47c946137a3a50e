"""Rows that are no facts: what the layout names, blank lines, and header rows that stand again among the data."""

from collections.abc import Sequence

import polars as pl

from expectations.layout import ColumnSource, Layout, SetAside
from transforms.exports.cells.values import every, text
from transforms.exports.error_cells import errors_in
from transforms.exports.formats.headers import WIDE, Misfit, RawBatch, compared, known_names
from transforms.exports.formats.wide_headers import header_says
from transforms.exports.outcome import Tally
from transforms.exports.refusals import ExportRefused

LINE, ERROR = "line:", "error:"
REPEATED = "repeated_header"


def set_aside(texts: pl.DataFrame, raw: RawBatch, layout: Layout, tally: Tally) -> pl.DataFrame:
    """Rows that may be facts; the others are counted by the first rule that names them.

    A rule that says what to keep says nothing of a cell that holds an error, nor of a row that is wider or shorter than
    its header, in which a value may have slipped: such a row is left to be rejected.
    """
    frame = raw.frame
    mapped = [name for name in frame.columns if name != "row_number"]
    lines = raw.lines if raw.lines is not None else every("", texts.height, pl.String)
    unsure = _filter_errors(frame, layout) | frame.get_column("row_number").is_in(list(raw.wide))
    rest = texts.with_columns(lines.alias(LINE), unsure.alias(ERROR))
    headers = _headers(frame, layout, tally)
    tally.headers += frame.get_column("row_number").filter(headers).to_list()
    rest = _drop(rest, headers, REPEATED, tally)
    empty = rest.select(pl.all_horizontal(pl.col(mapped).is_null())).to_series()
    if empty.any():
        left = frame.filter(pl.col("row_number").is_in(rest.get_column("row_number").implode()))
        blank = left.select(pl.all_horizontal(pl.col(mapped).str.strip_chars() == "")).to_series()
        blank &= ~left.get_column("row_number").is_in(list(raw.wide))  # what moved stands beyond the header
        blank &= ~_begins(rest.get_column(LINE), [prefix for rule in layout.set_aside for prefix in rule.line_prefixes])
        rest = _drop(rest, blank, "blank_line", tally)
    for rule in layout.set_aside:
        if rule.line_prefixes:
            rest = _drop(rest, _begins(rest.get_column(LINE), rule.line_prefixes), rule.reason, tally)
        elif rule.column in rest.columns:
            rest = _drop(rest, _named(rest.get_column(rule.column), rule, rest.get_column(ERROR)), rule.reason, tally)
    if layout.measures:
        other = ~rest.get_column("measure").is_in(list(layout.measures)).fill_null(value=False)
        rest = _drop(rest, other & ~rest.get_column(ERROR), "other_measure", tally)
    return rest.drop(LINE, ERROR)


def set_aside_misfits(misfits: Sequence[Misfit], layout: Layout, tally: Tally) -> list[Misfit]:
    """Set aside the lines of another width that are known for what they are; return the others.

    Only rules that say what to drop are asked: in a row that slipped by a column, a value that is not among those to
    keep says nothing.
    """
    reasons = _reasons([misfit.cells for misfit in misfits], layout, tally)
    left = []
    for misfit, reason in zip(misfits, reasons, strict=True):
        if reason is None:
            left.append(misfit)
        else:
            tally.rows_read += 1
            tally.set_aside[reason] += 1
            tally.headers += [misfit.row_number] if reason == REPEATED else []
    return left


def _is_header(row: Sequence[str], tally: Tally) -> bool:
    """Whether a row holds the name of each mapped column in its place."""
    return bool(tally.positions) and all(
        place < len(row) and row[place].strip() == tally.names[target] for target, place in tally.positions.items()
    )


def _reasons(rows: Sequence[Sequence[str]], layout: Layout, tally: Tally) -> list[str | None]:
    """Of each row what it is known for: a repeated header, or the first rule that names its column or first cell.

    All rows at once: a quotation mark in the wrong place makes a line of each of a hundred thousand.
    """
    reasons = [REPEATED if _is_header(row, tally) else None for row in rows]
    firsts = [next((cell.strip() for cell in row if cell.strip()), "") for row in rows]
    for rule in layout.set_aside:
        open_ones = [n for n, reason in enumerate(reasons) if reason is None and firsts[n]]
        if rule.keep or not open_ones:
            continue
        if rule.line_prefixes:
            named = [firsts[n].startswith(rule.line_prefixes) for n in open_ones]
        else:
            place = tally.positions.get(rule.column, 0)
            placed = ["".join(rows[n][place : place + 1]) for n in open_ones]
            source = layout.columns.get(rule.column, ColumnSource())
            looked_at = pl.Series("text", [*(firsts[n] for n in open_ones), *placed], pl.String)
            found = _named(text(looked_at, source, layout), rule)
            named = (found.head(len(open_ones)) | found.tail(len(open_ones))).to_list()
        for n, is_named in zip(open_ones, named, strict=True):
            reasons[n] = rule.reason if is_named else None
    return reasons


def _headers(frame: pl.DataFrame, layout: Layout, tally: Tally) -> pl.Series:
    """Rows that hold the header again, as pages pasted below each other do.

    Raises:
        ExportRefused: `other_header`, a row holds names of columns in other places: what follows would be misread.
    """
    mapped = [name for name in frame.columns if name != "row_number"]
    nowhere = every(value=False, rows=frame.height, dtype=pl.Boolean)
    if layout.format == "json" or not mapped:
        return nowhere
    known = list(known_names(layout))
    begun = frame.select(pl.any_horizontal(_spelled(mapped[:2], layout).is_in(known))).to_series()
    if not begun.any():
        return nowhere
    trimmed = frame.select(_spelled(mapped, layout))
    own = {name: compared(tally.names[name], layout) for name in mapped}
    same = trimmed.select(pl.all_horizontal(pl.col(name) == own[name] for name in mapped)).to_series()
    names = pl.sum_horizontal(pl.col(name).is_in(known) for name in mapped)
    # Headers of a pattern are known by it alone: a half-year below the other has the same columns with other months.
    headers = [*known, *_fitting(frame.filter(begun), layout)]
    others = pl.sum_horizontal(~pl.col(name).is_in(["", *headers]) for name in mapped)
    other = trimmed.select((names > 1) & (others == 0)).to_series() & ~same
    if other.any():
        row = frame.get_column("row_number").filter(other)[0]
        raise ExportRefused("other_header", file=tally.file, row=row, source=layout.name)
    return same


def _spelled(columns: list[str], layout: Layout) -> pl.Expr:
    """Cells as the layout compares headers."""
    if layout.header_match == "loose":
        return pl.col(columns).str.to_lowercase().str.replace_all(r"\s+", "")
    return pl.col(columns).str.strip_chars()


def _fitting(rows: pl.DataFrame, layout: Layout) -> list[str]:
    """Cells of some rows that the pattern of a wide table takes for headers, spelled as the layout compares them."""
    if layout.wide is None or layout.wide.pattern is None:
        return []
    texts = {text.strip() for name in rows.columns if name.startswith(WIDE) for text in rows.get_column(name) if text}
    fitting = sorted(text for text in texts if text and header_says(text, layout.wide) is not None)
    return (
        pl.DataFrame({"fitting": fitting}, schema={"fitting": pl.String})
        .select(_spelled(["fitting"], layout))
        .to_series()
        .to_list()
    )


def _filter_errors(frame: pl.DataFrame, layout: Layout) -> pl.Series:
    """Rows where a column by which rows are kept holds an error of a spreadsheet."""
    used = {rule.column for rule in layout.set_aside if rule.keep} | ({"measure"} if layout.measures else set())
    found = every(value=False, rows=frame.height, dtype=pl.Boolean)
    for name in sorted(used & set(frame.columns)):
        found |= errors_in(frame.get_column(name), layout.columns[name], layout)
    return found


def _begins(texts: pl.Series, prefixes: Sequence[str]) -> pl.Series:
    begun = every(value=False, rows=texts.len(), dtype=pl.Boolean)
    for prefix in prefixes:
        begun |= texts.str.starts_with(prefix)
    return begun


def _named(texts: pl.Series, rule: SetAside, error: pl.Series | None = None) -> pl.Series:
    if rule.keep:
        other = ~texts.is_in(list(rule.keep)).fill_null(value=False)
        return other if error is None else other & ~error
    named = texts.is_in(list(rule.drop)).fill_null(value=False)
    for prefix in rule.drop_prefixes:
        named = named | texts.str.starts_with(prefix).fill_null(value=False)
    return named


def _drop(rows: pl.DataFrame, which: pl.Series, reason: str, tally: Tally) -> pl.DataFrame:
    number = int(which.sum())
    if not number:
        return rows
    tally.set_aside[reason] += number
    return rows.filter(~which)
