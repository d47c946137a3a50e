"""Every format of a layout on a round trip when the folder is read: written, read back, held against the moment."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache

from expectations.field_faults import FieldFault
from expectations.formats.directives import Form, form_of

TRIED = (
    datetime(2024, 3, 31, 14, 5, 9),  # noqa: DTZ001  (exports have no zone)
    datetime(2023, 7, 20),  # noqa: DTZ001
    datetime(2021, 11, 2, 9, 30, 58),  # noqa: DTZ001
    datetime(2005, 3, 8),  # noqa: DTZ001  (a year that %-y writes with one digit)
    datetime(2022, 6, 12, 12, 40, 7),  # noqa: DTZ001
)
"""Chosen so that days, months and years taken for one another, mornings for afternoons, and noon for midnight show."""
ZONE = "Asia/Seoul"
"""Of which offsets are written."""
NEEDED = {
    "at": ("year", "month"), "date": ("year", "month"), "from": ("year", "month"), "to": ("year", "month"),
    "time": ("hour",), "hour": ("hour",), "year": ("year",), "month": ("month",), "day": ("day",),
}  # fmt: skip
"""What a format must say, by the end of its column's name."""
WRITTEN = {"year": "%Y", "month": "%m", "day": "%d", "hour": "%H"}


def try_formats(formats: Mapping[str, tuple[str, ...]], is_workbook: bool, *, year_apart: bool = False) -> None:
    """Try the formats of every column.

    Args:
        formats: By canonical column.
        is_workbook: Whether true dates of cells may stand in the columns.
        year_apart: Whether the year of a month stands elsewhere, as in headers.

    Raises:
        FieldFault: One cannot do what its column asks; it names the field.
    """
    for column, forms in formats.items():
        for form in forms:
            try:
                _try(form, column.rsplit("_", 1)[-1], _apart(column, year_apart or "year" in formats), is_workbook)
            except FieldFault as fault:
                raise FieldFault("toml_fault", field=f"columns.{column}.formats", why=fault) from fault


def _apart(column: str, year_apart: bool) -> bool:
    """Whether a column says part of a date whose other parts stand in other columns."""
    event, _, part = column.rpartition("_")
    return part in ("month", "day", "year") and (bool(event) or (part == "month" and year_apart))


@cache
def _try(text: str, role: str, apart: bool, is_workbook: bool) -> None:
    form = form_of(text)
    said = form.fields | ({"year", "month", "day", "hour"} if form.fields & {"epoch", "serial"} else set())
    needed = NEEDED.get(role, ()) if not (role == "month" and not apart) else ("year", "month")
    lacking = next((part for part in needed if part not in said), None)
    if lacking:
        raise FieldFault("toml_format_lacks", found=text, missing=WRITTEN[lacking])
    if apart and len(form.fields & {"year", "month", "day", "hour", "epoch", "serial"}) > 1:
        raise FieldFault("toml_format_apart", found=text, expected=WRITTEN[role])
    is_time = role in ("time", "hour")
    for at in TRIED:
        _hold(form, form.write(at), at, is_time)
        if is_workbook and not form.is_word:
            _hold_cell(form, at, is_time)


def _hold(form: Form, written: str, at: datetime, is_time: bool) -> None:
    """Hold that a text the format wrote is read as the moment it was written for, as far as the format says it."""
    read = _read(form, written, is_time)
    expected = _expected(form, at, is_time)
    tolerance = timedelta(milliseconds=1 if "serial" in form.fields else 0)
    if read is None or type(read) is not type(expected) or abs(read - expected) > tolerance:  # type: ignore[operator,arg-type]
        raise FieldFault("toml_format_round_trip", found=form.text, written=written, read="—" if read is None else read)


def _hold_cell(form: Form, at: datetime, is_time: bool) -> None:
    """Hold that a true date of a cell, which comes as text, is not read as another one."""
    written = f"{at:%H:%M:%S}" if is_time else f"{at:%Y-%m-%d %H:%M:%S}"
    read = _read(form, written, is_time)
    if read is not None and read != _expected(form, at, is_time):
        raise FieldFault("toml_format_date_cell", found=form.text, written=written, read=read)


def _read(form: Form, written: str, is_time: bool) -> datetime | timedelta | None:
    import polars as pl

    from expectations.formats.reading import read_moments, read_times

    texts = pl.Series("text", [written])
    zone = ZONE if "offset" in form.fields else "UTC"
    read = (read_times(texts, form.text) if is_time else read_moments(texts, form.text, zone)).item()
    return read if isinstance(read, datetime | timedelta) else None


def _expected(form: Form, at: datetime, is_time: bool) -> datetime | timedelta:
    if form.fields & {"epoch", "serial"}:
        whole = at
    else:
        said = form.fields
        month = at.month if "month" in said else 1
        if "quarter" in form.groups():
            month = (month - 1) // 3 * 3 + 1
        hour, minute, second = (getattr(at, name) if name in said else 0 for name in ("hour", "minute", "second"))
        year, day = at.year if "year" in said else 1970, at.day if "day" in said else 1
        whole = at.replace(year, month, day, hour, minute, second, 0)
    midnight = whole.replace(hour=0, minute=0, second=0)
    return whole - midnight if is_time else whole
