"""The month column of a panel, in the shapes programs write one, read as the first of its month or not at all."""

import polars as pl

EXPECTED = "give YYYY-MM, or the first of the month as a date"
"""What a message about a month ends with."""
# Midnight of the first, somewhere on earth, as UTC has it: from Tonga's clocks to those of the last to begin the day.
_EAST, _WEST = 13 * 60, -12 * 60
# No place's clock is off by a part of this, so what is off by one is a time of day and no month.
_QUARTER = 15
# Summer time moves a zone's midnight by an hour.
_SUMMER = 60
_TEXT = (
    r"^\s*(?P<year>\d{4})(?:[-/.]?(?P<month>\d{2})(?:[-/.]?(?P<day>\d{2}))?)"
    r"(?:[T ](?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?P<fraction>\.\d+)?)?)?"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?\s*$"
)


def first_of_month(month: pl.Series) -> pl.Series | None:
    """The first of each row's month as Date; null where a row is none; None where the column's type holds no month.

    - A date counts as it stands; so does a moment without a zone: by its day, whatever its time.
    - A moment with a zone is midnight of the first there. Where it is not, but every row is midnight of a first on one
      and the same clock (a column of Seoul's months kept in UTC), that clock's month counts.
    - Text may be YYYY-MM, YYYYMM, YYYY-MM-DD or YYYYMMDD, also with / or ., with a time and an offset.
    - Whole numbers are read as 202403 and 20240301.
    """
    kind = month.dtype
    if kind == pl.Date:
        return _if_first(month)
    if isinstance(kind, pl.Datetime):
        local = month.dt.replace_time_zone(None)
        if kind.time_zone is None:
            return _if_first(local.dt.date())
        return _on_one_clock(local, month.dt.convert_time_zone("UTC").dt.replace_time_zone(None))
    if kind in (pl.String, pl.Categorical, pl.Enum) or kind.is_integer():
        return _of_text(month.cast(pl.String))
    if kind.is_float() and bool((month.is_null() | (month == month.round(0))).all()):
        return _of_text(month.cast(pl.Int64, strict=False).cast(pl.String))
    return None


def _of_text(text: pl.Series) -> pl.Series:
    parts = text.str.extract_groups(_TEXT).struct.unnest()
    two = {name: parts[name].fill_null("00") for name in ("hour", "minute", "second")}
    written = parts["year"] + "-" + parts["month"] + "-" + parts["day"].fill_null("01")
    moment = written + " " + two["hour"] + ":" + two["minute"] + ":" + two["second"]
    local = moment.str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False)
    if parts["zone"].null_count() == text.len():
        return _if_first(local.dt.date())
    zone = parts["zone"].fill_null("Z").str.replace("Z", "+0000").str.replace(":", "")
    sign = (zone.str.slice(0, 1) == "-").cast(pl.Int64) * -2 + 1
    minutes = sign * (zone.str.slice(1, 2).cast(pl.Int64) * 60 + zone.str.slice(3, 2).cast(pl.Int64))
    return _on_one_clock(local, local - (minutes * 60_000_000).cast(pl.Duration("us")))


def _on_one_clock(local: pl.Series, utc: pl.Series) -> pl.Series:
    """The month of moments that are midnight of a first in their own zone, else all of them on one other clock."""
    own = _if_first(local.dt.date()).set(local != local.dt.truncate("1d"), None)
    if own.null_count() == local.null_count():
        return own
    first = utc.dt.offset_by(f"{_EAST}m").dt.truncate("1mo")
    ahead = (first - utc).dt.total_minutes()
    whole = (first - utc).dt.total_seconds() % (_QUARTER * 60) == 0
    known = ahead.drop_nulls().to_list()
    one_clock = bool(known) and min(known) >= _WEST and max(known) - min(known) <= _SUMMER and bool(whole.all())
    return first.dt.date() if one_clock else own


def _if_first(day: pl.Series) -> pl.Series:
    """The days that are the first of a month, null for others."""
    return day.set(day.dt.day() != 1, None)
