"""The text of a cell → the text, number, day or moment it stands for; whole columns at a time."""

import re
from collections.abc import Sequence
from datetime import date, datetime

import polars as pl

from expectations.layout import ColumnSource, Layout

MOMENT = pl.Datetime("us")
EARLIEST, LATEST = datetime(1000, 1, 1), datetime(9000, 1, 1)  # noqa: DTZ001  (compared with moments without a zone)
"""No day or moment of an export lies outside: what does is a slip of the pen, or a way to say nothing."""
NO_DAY = " 01"
QUARTER = "%q"
MONTHS_A_QUARTER = 3
SAMPLE = 1000
FEW = 4  # rows a kind of text, at least, for it to pay to look at each kind once


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
    if texts.head(SAMPLE).n_unique() * FEW > min(SAMPLE, texts.len()):
        return texts
    kinds = texts.unique(maintain_order=True)
    return kinds if kinds.len() * FEW <= texts.len() else texts


def _spread(texts: pl.Series, kinds: pl.Series, *found: pl.Series) -> list[pl.Series]:
    """What was found of each kind of text, for every row that holds it."""
    told = pl.DataFrame([kinds.alias("kind"), *(series.alias(str(n)) for n, series in enumerate(found))])
    rows = texts.alias("kind").to_frame().join(told, on="kind", how="left", nulls_equal=True, maintain_order="left")
    return [rows.get_column(str(n)).alias(series.name) for n, series in enumerate(found)]


def _text(raw: pl.Series, source: ColumnSource, layout: Layout) -> pl.Series:
    cell = pl.col(raw.name)
    cell = cell.str.replace_all(r"\s+", "") if source.strip == "all" else cell.str.strip_chars()
    if source.values:
        cell = cell.replace(source.values)
    for prefix in source.strip_prefixes:
        cell = cell.str.strip_prefix(prefix)
    for suffix in source.strip_suffixes:
        cell = cell.str.strip_suffix(suffix)
    if source.strip_prefixes or source.strip_suffixes:
        cell = cell.str.strip_chars()
    if source.upper:
        cell = cell.str.to_uppercase()
    nulls = sorted({"", *layout.nulls, *source.nulls})
    cell = pl.when(~cell.is_in(nulls)).then(cell)
    if source.zero_fill:
        cell = cell.str.zfill(source.zero_fill)
    if source.divide:
        cell = (cell.cast(pl.Int64, strict=False) // source.divide).cast(pl.String)
    if source.extract:
        cell = cell.str.extract(source.extract, 1)
    return raw.to_frame().select(cell.alias(raw.name)).to_series()


def whole_number(texts: pl.Series, thousands: str) -> pl.Series:
    """Int64; null where the text is no whole number ("1,234" with a separator, "7.000" without one, both are)."""
    plain = texts.str.replace_all(thousands, "", literal=True) if thousands else texts
    numbers = plain.cast(pl.Int64, strict=False)
    if numbers.null_count() > texts.null_count():
        numbers = plain.str.replace(r"\.0+$", "").cast(pl.Int64, strict=False)
    return numbers


def has_time(form: str) -> bool:
    """Whether a format names a time of day."""
    return form == "hms" or any(mark in form for mark in ("%H", "%I", "%T", "%R"))


def moments(texts: pl.Series, formats: Sequence[str], null_before: str | None = None) -> tuple[pl.Series, pl.Series]:
    """Days and moments named by texts, formats tried in order on what the earlier ones could not read.

    A format without a day means the first of its month, one without a month January; `%q` is the quarter of a year and
    means its first month. A fraction of a second may follow `%S` and is kept to the microsecond.

    Returns:
        The moments (microseconds, no time zone; null where nothing could be read or it lies before `null_before`), and
        whether each text names something that no format can read.
    """
    kinds = distinct(texts)
    if kinds.len() < texts.len():
        found, impossible = _spread(texts, kinds, *_moments(kinds, formats, null_before))
        return found, impossible
    return _moments(texts, formats, null_before)


def _moments(texts: pl.Series, formats: Sequence[str], null_before: str | None) -> tuple[pl.Series, pl.Series]:
    found = pl.Series(texts.name, [None], dtype=MOMENT).new_from_index(0, texts.len())
    for form in formats:
        if found.null_count() == texts.null_count():
            break
        parsed = _parse(texts, form)
        found = parsed if found.null_count() == found.len() else pl.select(pl.coalesce(found, parsed)).to_series()
    impossible = texts.is_not_null() & found.is_null()
    if null_before:
        first = datetime.combine(date.fromisoformat(null_before), datetime.min.time())
        found = found.set((found < first).fill_null(value=False), None)
    beyond = ~found.is_between(EARLIEST, LATEST).fill_null(value=True)
    if beyond.any():  # Python and SQL have no year 0, and none of five digits
        found, impossible = found.set(beyond, None), impossible | beyond
    return found, impossible


def times(texts: pl.Series, formats: Sequence[str]) -> tuple[pl.Series, pl.Series]:
    """Times of day as durations since midnight, and whether each text names something that is none."""
    found = pl.Series(texts.name, [None], dtype=pl.Duration("us")).new_from_index(0, texts.len())
    for form in formats:
        if found.null_count() == texts.null_count():
            break
        if form == "hms":
            parsed = _parse("1970-01-01 " + texts.str.zfill(6), "%Y-%m-%d %H%M%S")
        elif "%d" in form:
            parsed = _parse(texts, form)
        else:
            parsed = _parse("1970-01-01 " + texts, f"%Y-%m-%d {form}")
        since = parsed - parsed.dt.truncate("1d")
        found = since if found.null_count() == found.len() else pl.select(pl.coalesce(found, since)).to_series()
    return found, texts.is_not_null() & found.is_null()


def _parse(texts: pl.Series, form: str) -> pl.Series:
    if QUARTER in form:
        return _quarters(texts, form)
    if "%d" not in form and "%j" not in form:
        texts = texts + (NO_DAY if "%m" in form or "%b" in form or "%B" in form else f" 01{NO_DAY}")
        form = form + (" %d" if "%m" in form or "%b" in form or "%B" in form else " %m %d")
    parsed = texts.str.to_datetime(form, strict=False, cache=False, time_unit="us")
    if "%S" in form and parsed.null_count() > texts.null_count():
        fraction = form.replace("%S", "%S%.f")
        late = texts.str.to_datetime(fraction, strict=False, cache=False, time_unit="us")
        parsed = pl.select(pl.coalesce(parsed, late)).to_series()
    return parsed.alias(texts.name)


def example(form: str) -> str:
    """What a format reads, for people who do not write formats: the afternoon of 31 March 2024.

    One that only reads, such as %Z, is shown as it is.
    """
    written = {"hms": "%H%M%S"}.get(form, form).replace(QUARTER, "1")
    afternoon = pl.Series([datetime(2024, 3, 31, 14, 5, 9)])  # noqa: DTZ001  (exports have no zone)
    try:
        return str(afternoon.dt.to_string(written).item())
    except pl.exceptions.PolarsError:
        return form


def _quarters(texts: pl.Series, form: str) -> pl.Series:
    pattern = re.escape(form).replace("%Y", r"(?P<year>\d{4})").replace(QUARTER, "(?P<quarter>[1-4])")
    groups = pl.col(texts.name).str.extract_groups(f"^{pattern}$").struct
    year = groups.field("year").cast(pl.Int32)
    month = groups.field("quarter").cast(pl.Int32) * MONTHS_A_QUARTER - (MONTHS_A_QUARTER - 1)
    return texts.to_frame().select(pl.datetime(year, month, 1, time_unit="us").alias(texts.name)).to_series()
