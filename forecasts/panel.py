"""Monthly counts in one tidy shape, refused with one sentence where they are not what they should be."""

import re
from datetime import date

import polars as pl

from forecasts.panel_month import EXPECTED, first_of_month

SERIES = ["city", "district", "crime_type"]
"""Columns that name one series; city is "" where the panel has no cities."""


class PanelError(ValueError):
    """A panel the engine cannot work on; the message is one sentence saying what was found and what to do."""


def tidy_panel(frame: pl.DataFrame) -> pl.DataFrame:
    """One row per city, district, crime_type and month with a known count, sorted by these.

    A missing row, or a count that is null or NaN, is a month nobody knows, not a month of zero. A panel without cities
    gets city "" and keeps it (see `has_cities`). Tidy frames come back equal.

    Args:
        frame: columns district, crime_type, month (see `first_of_month`), count and, if series are pooled within
            cities, city. Other columns are not read.

    Returns:
        city, district, crime_type (String), month (Date, first of month), count (Float64, ≥ 0).

    Raises:
        PanelError: a column is missing, a key is null or doubled, a month is none, a count is
            negative or infinite, or there is no row.
    """
    missing = [name for name in ("district", "crime_type", "month", "count") if name not in frame.columns]
    if missing:
        raise PanelError(f"panel: columns {missing} are missing among {frame.columns}; rename or add them")
    city = pl.col("city").cast(pl.String) if "city" in frame.columns else pl.lit("")
    panel = frame.select(
        city.alias("city"),
        pl.col("district").cast(pl.String),
        pl.col("crime_type").cast(pl.String),
        _month(frame).alias("month"),
        _count(frame).alias("count"),
    )
    _refuse_bad_keys(panel, frame)
    _refuse_bad_counts(panel)
    known = panel.filter(pl.col("count").is_not_null()).sort(*SERIES, "month")
    if known.is_empty():
        raise PanelError("panel: no row has a count; a forecast needs at least one known month")
    return known


def _month(frame: pl.DataFrame) -> pl.Series:
    """The month column as Date; what is no month becomes null and is refused with the keys."""
    month = first_of_month(frame["month"])
    if month is None:
        raise PanelError(f"panel: column month is {frame.schema['month']}; expected a date or text, so {EXPECTED}")
    return month


def _count(frame: pl.DataFrame) -> pl.Expr:
    """The count column as Float64."""
    kind = frame.schema["count"]
    if not kind.is_numeric():
        raise PanelError(f"panel: column count is {kind}; expected numbers")
    return pl.col("count").cast(pl.Float64).fill_nan(None)


def _refuse_bad_keys(panel: pl.DataFrame, frame: pl.DataFrame) -> None:
    """Stop at the first key that is null, no month, or there twice."""
    for name in SERIES:
        if panel[name].null_count():
            raise PanelError(f"panel: column {name} is null in {panel[name].null_count()} rows; fill or drop them")
    wrong = frame["month"].filter(panel["month"].is_null())
    if wrong.len():
        raise PanelError(f"panel: {_no_month(wrong)} ({wrong.len()} rows like it); {EXPECTED}")
    doubled = panel.filter(panel.select(*SERIES, "month").is_duplicated()).sort(*SERIES, "month")
    if doubled.height:
        first = doubled.row(0, named=True)
        raise PanelError(
            f"panel: {_named(first)} stands more than once ({doubled.height} rows like it); add the counts up first"
        )


def _refuse_bad_counts(panel: pl.DataFrame) -> None:
    """Stop at the first count that is negative or no number."""
    bad = panel.filter(~pl.col("count").is_finite() | (pl.col("count") < 0)).sort(*SERIES, "month")
    if bad.height:
        first = bad.row(0, named=True)
        raise PanelError(
            f"panel: {_named(first)} has count {first['count']:g} ({bad.height} rows like it); "
            "expected 0 or more, so settle reversals with their month first"
        )


def _no_month(wrong: pl.Series) -> str:
    """What a value of column month is, where it is no month."""
    given = str(wrong.cast(pl.String)[0])
    if wrong[0] is None:
        return "column month is null"
    if isinstance(wrong.dtype, pl.Datetime) and wrong.dtype.time_zone is not None:
        zone = wrong.dtype.time_zone
        return f"month {given!r} is not midnight of the first day of a month, in {zone} or on one other clock"
    if re.fullmatch(r"\s*\d{4}(\.0)?\s*", given):
        return f"month {given!r} is a year, and months are forecast"
    if re.fullmatch(r"\s*\d{1,2}(\.0)?\s*", given):
        return f"month {given!r} does not say of which year"
    return f"month {given!r} is not the first day of a month"


def _named(row: dict[str, object]) -> str:
    """How a message names one row."""
    city = f"{row['city']}, " if row["city"] else ""
    return f"{city}{row['district']}, {row['crime_type']}, {row['month']:%Y-%m}"


def has_cities(panel: pl.DataFrame) -> bool:
    """Whether a tidy panel came with cities, so that its forecasts name them too."""
    return bool((panel["city"] != "").any())


def as_given(forecasts: pl.DataFrame, panel: pl.DataFrame) -> pl.DataFrame:
    """The forecasts without the column city where the panel had none."""
    return forecasts if has_cities(panel) else forecasts.drop("city")


def first_and_last_month(panel: pl.DataFrame) -> tuple[date, date]:
    """The earliest and the latest month a tidy panel knows of any series."""
    months: list[date] = panel["month"].to_list()
    return min(months), max(months)
