"""Daily counts in one tidy shape, and the months they make."""

from datetime import date

import polars as pl

from forecasts.panel import SERIES, PanelError


def tidy_days(frame: pl.DataFrame) -> pl.DataFrame:
    """One row per city, district, crime_type and day with a known count, sorted by these.

    A missing row, or a count that is null or NaN, is a day nobody knows, not a day without an incident.

    Args:
        frame: columns district, crime_type, date (Date or ISO text), count and, if series are pooled within cities,
            city. Other columns are not read.

    Returns:
        city ("" where there are none), district, crime_type (String), date (Date), count (Float64, ≥ 0).

    Raises:
        PanelError: a column is missing, a key is null or doubled, a date is none, a count is negative or infinite, or
            there is no row.
    """
    missing = [name for name in ("district", "crime_type", "date", "count") if name not in frame.columns]
    if missing:
        raise PanelError(f"days: columns {missing} are missing among {frame.columns}; rename or add them")
    if not frame.schema["count"].is_numeric():
        raise PanelError(f"days: column count is {frame.schema['count']}; expected numbers")
    city = pl.col("city").cast(pl.String) if "city" in frame.columns else pl.lit("")
    days = frame.select(
        city.alias("city"),
        pl.col("district", "crime_type").cast(pl.String),
        _day(frame).alias("date"),
        pl.col("count").cast(pl.Float64).fill_nan(None),
    )
    _refuse(days, frame)
    known = days.filter(pl.col("count").is_not_null()).sort(*SERIES, "date")
    if known.is_empty():
        raise PanelError("days: no row has a count")
    return known


def _day(frame: pl.DataFrame) -> pl.Series:
    """The date column as Date; text that is no day becomes null and is refused with the keys."""
    column = frame["date"]
    if column.dtype == pl.Date:
        return column
    if column.dtype == pl.String:
        return column.str.strip_chars().str.to_date("%Y-%m-%d", strict=False)
    if isinstance(column.dtype, pl.Datetime) and column.dtype.time_zone is None and _midnights(column):
        return column.dt.date()
    raise PanelError(f"days: column date is {column.dtype}; expected dates, or text such as 2024-03-17")


def _midnights(column: pl.Series) -> bool:
    return bool((column == column.dt.truncate("1d")).all())


def _refuse(days: pl.DataFrame, frame: pl.DataFrame) -> None:
    """Stop at the first key that is null or there twice, and at the first count that is none."""
    for name in SERIES:
        if days[name].null_count():
            raise PanelError(f"days: column {name} is null in {days[name].null_count()} rows; fill or drop them")
    wrong = frame["date"].filter(days["date"].is_null())
    if wrong.len():
        raise PanelError(f"days: date {wrong.cast(pl.String)[0]!r} is no day ({wrong.len()} rows like it); "
                         "expected such as 2024-03-17")  # fmt: skip
    doubled = days.filter(days.select(*SERIES, "date").is_duplicated()).sort(*SERIES, "date")
    if doubled.height:
        raise PanelError(f"days: {_named(doubled)} stands more than once ({doubled.height} rows like it); "
                         "add the counts up first")  # fmt: skip
    bad = days.filter(~pl.col("count").is_finite() | (pl.col("count") < 0)).sort(*SERIES, "date")
    if bad.height:
        raise PanelError(f"days: {_named(bad)} has count {bad['count'][0]:g} ({bad.height} rows like it); "
                         "expected 0 or more")  # fmt: skip


def _named(rows: pl.DataFrame) -> str:
    row = rows.row(0, named=True)
    city = f"{row['city']}, " if row["city"] else ""
    return f"{city}{row['district']}, {row['crime_type']}, {row['date']:%Y-%m-%d}"


def whole_months(days: pl.DataFrame) -> pl.DataFrame:
    """The months all of whose days a series knows, as a tidy panel: city, district, crime_type, month, count."""
    month = pl.col("date").dt.truncate("1mo")
    made = days.group_by(*SERIES, month.alias("month")).agg(pl.col("count").sum(), pl.len().alias("days"))
    whole = pl.col("days") == pl.col("month").dt.month_end().dt.day()
    return made.filter(whole).drop("days").sort(*SERIES, "month")


def so_far(days: pl.DataFrame, day: int) -> pl.DataFrame:
    """Counts of the first days of every month, where a series knows them all.

    Returns:
        city, district, crime_type, month, so_far, share (of the month's days, 0 to 1).
    """
    length = pl.col("month").dt.month_end().dt.day()
    first = days.filter(pl.col("date").dt.day() <= day)
    made = first.group_by(*SERIES, pl.col("date").dt.truncate("1mo").alias("month")).agg(
        pl.col("count").sum().alias("so_far"), pl.len().alias("days")
    )
    known = made.filter(pl.col("days") == pl.min_horizontal(length, pl.lit(day)))
    return known.select(*SERIES, "month", "so_far", (pl.col("days") / length).alias("share")).sort(*SERIES, "month")


def last_whole_months(months: pl.DataFrame, count: int) -> list[date]:
    """The newest months of a panel, in order of time.

    Raises:
        PanelError: there are fewer.
    """
    known = months["month"].unique().sort().to_list()
    if len(known) < count:
        raise PanelError(f"days: {len(known)} months are whole, every day of them with a row; {count} were asked for")
    return known[-count:]
