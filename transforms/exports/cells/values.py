"""The text of a cell → the text, number, day or moment it stands for; whole columns at a time."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

import polars as pl

from expectations.formats import form_of, has_time
from expectations.formats.reading import MOMENT, ends_its_day, folded, read_moments, read_times
from expectations.layout import ColumnSource, Layout

__all__ = [
    "MOMENT",
    "as_read",
    "distinct",
    "every",
    "example",
    "has_time",
    "moments",
    "named_days",
    "text",
    "times",
    "whole_number",
]

EARLIEST, LATEST = datetime(1000, 1, 1), datetime(9000, 1, 1)  # noqa: DTZ001  (compared with moments without a zone)
"""No day or moment of an export lies outside: what does is a slip of the pen, or a way to say nothing."""
SPACES = " \u00a0\u2007\u2009\u202f\u3000"
"""As thousands separators these are one: what a program writes depends on its fonts, not on what it means."""
SAMPLE = 1000
FEW = 4  # rows a kind of text, at least, for it to pay to look at each kind once
SHORT = 200
"""Of so few rows each is read by itself: that costs less than to find out which are alike."""


def text(raw: pl.Series, source: ColumnSource, layout: Layout) -> pl.Series:
    """Text as the layout reads it; null where the cell says nothing.

    In this order: spaces, value map, prefixes and suffixes, upper case, spellings of nothing, leading zeros, division,
    extraction.
    """
    kinds = distinct(raw)
    if kinds.len() < raw.len():
        return _spread(raw, kinds, _text(kinds, source, layout))[0]
    return _text(raw, source, layout)


def distinct(texts: pl.Series) -> pl.Series:
    """Each text once, where few different ones stand in the column as codes and names do; else the column itself.

    A pattern is tried on thousands of names of one station as fast as on one of them.
    """
    if texts.len() <= SHORT or texts.head(SAMPLE).n_unique() * FEW > min(SAMPLE, texts.len()):
        return texts
    kinds = texts.unique(maintain_order=True)
    return kinds if kinds.len() * FEW <= texts.len() else texts


def every(value: object, rows: int, dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
    """A column that holds one value in every row."""
    return pl.Series("", [value], dtype).new_from_index(0, rows)


def _spread(texts: pl.Series, kinds: pl.Series, *found: pl.Series) -> list[pl.Series]:
    """What was found of each kind of text, for every row that holds it."""
    told = pl.DataFrame([kinds.alias("kind"), *(series.alias(str(n)) for n, series in enumerate(found))])
    rows = texts.alias("kind").to_frame().join(told, on="kind", how="left", nulls_equal=True, maintain_order="left")
    return [rows.get_column(str(n)).alias(series.name) for n, series in enumerate(found)]


def _text(raw: pl.Series, source: ColumnSource, layout: Layout) -> pl.Series:
    return raw.to_frame().select(as_read(raw.name, source, layout)).to_series()


class _Rules(NamedTuple):
    """What a layout's column says of its text, in the order in which it is done; what `ColumnSource` calls the same."""

    strip: str
    values: tuple[tuple[str, str], ...]
    strip_prefixes: tuple[str, ...]
    strip_suffixes: tuple[str, ...]
    upper: bool
    nulls: tuple[str, ...]
    zero_fill: int
    divide: int | None
    extract: str | None


def as_read(column: str, source: ColumnSource, layout: Layout) -> pl.Expr:
    """A column of texts as `text` reads it."""
    rules = _Rules(
        strip=source.strip, values=tuple(source.values.items()), strip_prefixes=source.strip_prefixes,
        strip_suffixes=source.strip_suffixes, upper=source.upper,
        nulls=tuple(sorted({"", *layout.nulls, *source.nulls})), zero_fill=source.zero_fill, divide=source.divide,
        extract=source.extract,
    )  # fmt: skip
    return _as_read(column, rules)


@lru_cache(maxsize=1024)  # the columns of a few layouts, in thousands of files
def _as_read(column: str, rules: _Rules) -> pl.Expr:
    cell = pl.col(column)
    cell = cell.str.replace_all(r"\s+", "") if rules.strip == "all" else cell.str.strip_chars()
    if rules.values:
        cell = cell.replace(dict(rules.values))
    for prefix in rules.strip_prefixes:
        cell = cell.str.strip_prefix(prefix)
    for suffix in rules.strip_suffixes:
        cell = cell.str.strip_suffix(suffix)
    if rules.strip_prefixes or rules.strip_suffixes:
        cell = cell.str.strip_chars()
    if rules.upper:
        cell = cell.str.to_uppercase()
    cell = pl.when(~cell.is_in(list(rules.nulls))).then(cell)
    if rules.zero_fill:
        cell = cell.str.zfill(rules.zero_fill)
    if rules.divide:
        cell = (cell.cast(pl.Int64, strict=False) // rules.divide).cast(pl.String)
    if rules.extract:
        cell = cell.str.extract(rules.extract, 1)
    return cell.alias(column)


def whole_number(texts: pl.Series, thousands: str) -> pl.Series:
    """Int64; null where the text is no whole number.

    A thousands separator stands between groups of three or the text is none ("12,5", "7,00", "3,"). Zeros behind the
    other mark change nothing ("12.0", and "1.234,0" with points between the groups). Three zeros behind a point where
    no separator is declared could be thousands ("7.000"), so they are no number either.
    """
    plain = texts.cast(pl.Int64, strict=False)
    if plain.null_count() == texts.null_count():
        return plain
    left = texts.is_not_null() & plain.is_null()
    return plain.scatter(left.arg_true(), _grouped_number(folded(texts.filter(left)).str.strip_chars(), thousands))


def _grouped_number(texts: pl.Series, thousands: str) -> pl.Series:
    between = f"[{SPACES}]" if thousands and thousands in SPACES else re.escape(thousands)
    point = "," if thousands == "." else r"\."
    groups = f"|[1-9][0-9]{{0,2}}(?:{between}[0-9]{{3}})+" if thousands else ""
    found = texts.str.extract(f"^([+-]?(?:[0-9]+{groups}))(?:{point}0+)?$", 1)
    if not thousands or thousands == ".":
        could_be = texts.str.contains(f"^[+-]?[1-9][0-9]{{0,2}}{point}000$").fill_null(value=False)
        found = found.set(could_be, None)
    return found.str.replace_all(r"[^0-9+-]", "").cast(pl.Int64, strict=False)


def moments(
    texts: pl.Series, formats: Sequence[str], null_before: str | None = None, zone: str = "UTC"
) -> tuple[pl.Series, pl.Series]:
    """Days and moments named by texts, formats tried in order on what the earlier ones could not read.

    A format without a day means the first of its month, one without a month January; `%q` is the quarter of a year and
    means its first month. A fraction of a second may follow `%S` and is kept to the microsecond. Full-width digits are
    read as the plain ones.

    Args:
        texts: One text a row.
        formats: Of the layout.
        null_before: Moments before this day say nothing.
        zone: By whose clock a moment with an offset, or counted from 1970, is told.

    Returns:
        The moments (microseconds, no time zone; null where nothing could be read or it lies before `null_before`), and
        whether each text names something that no format can read.
    """
    kinds = distinct(texts)
    if kinds.len() < texts.len():
        found, impossible = _spread(texts, kinds, *_moments(kinds, formats, null_before, zone))
        return found, impossible
    return _moments(texts, formats, null_before, zone)


def _moments(
    texts: pl.Series, formats: Sequence[str], null_before: str | None, zone: str
) -> tuple[pl.Series, pl.Series]:
    found = _first_read(texts, formats, MOMENT, lambda some, form: read_moments(some, form, zone))
    impossible = texts.is_not_null() & found.is_null()
    if null_before:
        first = datetime.combine(date.fromisoformat(null_before), datetime.min.time())
        found = found.set((found < first).fill_null(value=False), None)
    beyond = ~found.is_between(EARLIEST, LATEST).fill_null(value=True)
    if beyond.any():  # Python and SQL have no year 0, and none of five digits
        found, impossible = found.set(beyond, None), impossible | beyond
    return found, impossible


def named_days(texts: pl.Series, found: pl.Series, formats: Sequence[str]) -> pl.Series:
    """The days that texts name whose moments were found: 24:00 on the 31st is a moment of the next day."""
    days = found.dt.date()
    if not any("hour" in form_of(form).groups() for form in formats):
        return days
    maybe = (found == found.dt.truncate("1d")).fill_null(value=False)
    maybe &= texts.str.contains("[2２][4４]").fill_null(value=False)
    if not maybe.any():
        return days
    named = texts.filter(maybe)
    some = folded(named.unique())
    left, late = some, some.clear()
    for form in formats:  # the one that read it
        if "hour" in form_of(form).groups():
            late = late.append(left.filter(ends_its_day(left, form)))
        left = left.filter(read_moments(left, form, "UTC").is_null())
        if not left.len():
            break
    if not late.len():
        return days
    at = maybe.arg_true().filter(folded(named).is_in(late.implode()))
    return days.scatter(at, days.gather(at).dt.offset_by("-1d"))


def times(texts: pl.Series, formats: Sequence[str]) -> tuple[pl.Series, pl.Series]:
    """Times of day as durations since midnight, and whether each text names something that is none."""
    found = _first_read(texts, formats, pl.Duration("us"), read_times)
    return found, texts.is_not_null() & found.is_null()


def _first_read(
    texts: pl.Series, formats: Sequence[str], dtype: pl.DataType, read: Callable[[pl.Series, str], pl.Series]
) -> pl.Series:
    """What the first format that can read a text makes of it; as it stands, else with its digits folded."""
    found = pl.Series(texts.name, [None], dtype=dtype).new_from_index(0, texts.len())
    for form in formats:
        if found.null_count() == texts.null_count():
            return found
        if found.null_count() == texts.len():
            found = read(texts, form)
            continue
        left = texts.is_not_null() & found.is_null()
        found = found.scatter(left.arg_true(), read(texts.filter(left), form))
    if found.null_count() == texts.null_count():
        return found
    left = (texts.is_not_null() & found.is_null()).arg_true()
    plain = folded(texts.gather(left))
    changed = plain != texts.gather(left)
    if not changed.any():
        return found
    return found.scatter(left.filter(changed), _first_read(plain.filter(changed), formats, dtype, read))


def example(form: str) -> str:
    """What a format reads, for people who do not write formats: the afternoon of 31 March 2024."""
    return form_of(form).write(datetime(2024, 3, 31, 14, 5, 9))  # noqa: DTZ001  (exports have no zone)
