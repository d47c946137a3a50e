"""Whole columns of texts → moments and times of day, by a format; the only place where dates of exports are read."""

from datetime import datetime

import polars as pl

from expectations.formats.directives import (
    AFTERNOON,
    BUDDHIST,
    DAYS,
    DAYS_KOREAN,
    MONTHS,
    PIVOT,
    ROC,
    SERIAL_ZERO,
    Directive,
    Form,
    form_of,
)

MOMENT = pl.Datetime("us")
FAST = {"year", "year2", "month", "day", "hour", "minute", "second"}
"""Groups that the library's own reader of dates takes as this language does, where text stands between them."""
FAST_NEEDED = {"month", "day"}
EARLIEST = datetime(1000, 1, 1)  # noqa: DTZ001  (compared with moments without a zone)
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  (as above)
MICROSECONDS = 1_000_000
DAY_IN_MILLISECONDS = 86_400_000
FIRST_SERIAL, LAST_SERIAL = 61, 2_958_465
"""Serial days of 1 March 1900 and 31 December 9999; before the first, spreadsheets count a day that never was."""
SECONDS_TEXT = r"^-?[0-9]{1,11}(?:\.[0-9]{1,9})?$"
MILLISECONDS_TEXT = r"^-?[0-9]{1,14}$"
KEYBOARD = {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)} | {"\u3000": " ", "−": "-"}
SERIAL_TEXT = r"^[0-9]{1,7}(?:\.[0-9]+)?$"


def read_moments(texts: pl.Series, text: str, zone: str) -> pl.Series:
    """Moments by one format, without a zone; null where a text is none of it.

    Args:
        texts: One text a row.
        text: The format.
        zone: Of what names an offset or counts from 1970, the moment by this zone's clock.
    """
    form = form_of(text)
    if form.is_word:
        return _word(texts, text, zone)
    found = _fast(texts, form)
    if found.null_count() == texts.null_count():
        return found
    left = texts.is_not_null() & found.is_null()
    if not left.any():
        return found
    return found.scatter(left.arg_true(), _parsed(texts.filter(left), form, zone).get_column("at"))


def read_times(texts: pl.Series, text: str) -> pl.Series:
    """Times of day since midnight by one format, 24:00 among them; of a text that names a day, its time of day."""
    form = form_of(text)
    if text == "hms":
        return _hms(texts)
    if text == "excel":
        part = texts.str.extract(r"^([0-9]*\.[0-9]+|0)$", 1).cast(pl.Float64, strict=False) % 1
        milliseconds = (part * DAY_IN_MILLISECONDS).round().cast(pl.Int64, strict=False)
        return milliseconds.cast(pl.Duration("ms")).cast(pl.Duration("us")).alias(texts.name)
    if "day" in form.fields or form.is_word:
        at = read_moments(texts, text, "UTC").set(ends_its_day(texts, text), None)
        return (at - at.dt.truncate("1d")).alias(texts.name)
    return (read_moments("1970-01-01|" + texts, f"%Y-%m-%d|{text}", "UTC") - EPOCH).alias(texts.name)


def ends_its_day(texts: pl.Series, text: str) -> pl.Series:
    """Which texts name the end of a day as 24:00: the moment is the next day's first, the day is the one named."""
    form = form_of(text)
    if "hour" not in form.groups():
        return pl.repeat(value=False, n=texts.len(), dtype=pl.Boolean, eager=True)
    maybe = texts.str.contains("24", literal=True).fill_null(value=False)
    late = pl.repeat(value=False, n=texts.len(), dtype=pl.Boolean, eager=True)
    if not maybe.any():
        return late
    return late.scatter(maybe.arg_true(), _parsed(texts.filter(maybe), form, "UTC").get_column("late"))


def folded(texts: pl.Series) -> pl.Series:
    """Full-width letters and digits, and the minus sign, as they stand on a keyboard.

    No more than those: a footnote's ² or ① is no digit of the number it stands behind.
    """
    return texts.str.replace_many(list(KEYBOARD), list(KEYBOARD.values()))


def _fast(texts: pl.Series, form: Form) -> pl.Series:
    """What the library's own reader, three times as fast, makes of a plain format; all null where it is none."""
    groups = {token.group for token in form.tokens if isinstance(token, Directive)}
    plain = "".join(token for token in form.tokens if isinstance(token, str))
    beside = any(
        isinstance(a, Directive) and isinstance(b, Directive)
        for a, b in zip(form.tokens, form.tokens[1:], strict=False)
    )
    if beside or not (groups <= FAST and groups >= FAST_NEEDED) or any(c.isdigit() or c == "%" for c in plain):
        return pl.Series(texts.name, [None], dtype=MOMENT).new_from_index(0, texts.len())
    spelled = {"year": "%Y", "year2": "%y", "month": "%m", "day": "%d", "hour": "%H", "minute": "%M", "second": "%S"}
    written = "".join(t if isinstance(t, str) else spelled[t.group] for t in form.tokens)
    try:
        found = texts.str.to_datetime(written, strict=False, cache=False, time_unit="us")
    except pl.exceptions.PolarsError:  # it wants hours and minutes both, say
        return pl.Series(texts.name, [None], dtype=MOMENT).new_from_index(0, texts.len())
    return found.set((found < EARLIEST).fill_null(value=False), None)  # a year of fewer digits than it has


def _parsed(texts: pl.Series, form: Form, zone: str) -> pl.DataFrame:
    """`at`, the moment of each text, and `late`, whether it is written as 24:00 of the day before."""
    groups = form.groups()
    told = texts.alias("text").to_frame().select(pl.col("text").str.extract_groups(form.pattern)).to_series()
    parts = (
        told.struct.unnest().with_columns(told.struct.field(groups[0]).is_not_null().alias("read"))
        if groups
        else pl.DataFrame({"read": texts.is_null() & False})
    )
    if "epoch" in groups:
        return pl.DataFrame({"at": _since_1970(parts.get_column("epoch"), SECONDS_TEXT, 1, zone), "late": False})
    dates = parts.select(
        "read",
        _year(groups).alias("year"),
        _month(groups).alias("month"),
        _day(groups).alias("day"),
        _hour(groups).alias("hour"),
        _part(groups, "minute").alias("minute"),
        _part(groups, "second").alias("second"),
        _microseconds(groups).alias("microsecond"),
        _offset(groups).alias("offset"),
        _weekday(groups).alias("weekday"),
    )
    leap = (pl.col("year") % 4 == 0) & ((pl.col("year") % 100 != 0) | (pl.col("year") % 400 == 0))
    month, february = pl.col("month"), pl.col("month") == 2  # noqa: PLR2004
    short = month.is_in([4, 6, 9, 11])
    length = pl.when(february).then(28 + leap.cast(pl.Int64)).when(short).then(30).otherwise(31)
    if "of_year" in groups:
        length = 365 + leap.cast(pl.Int64)
    late = (pl.col("hour") == 24) & (pl.col("minute") == 0) & (pl.col("second") == 0) & (pl.col("microsecond") == 0)  # noqa: PLR2004
    sound = (
        pl.col("read")
        & month.is_between(1, 12)
        & pl.col("day").is_between(1, length)
        & (pl.col("hour").is_between(0, 23) | late)
        & pl.col("minute").is_between(0, 59)
        & pl.col("second").is_between(0, 59)
        & pl.col("year").is_between(0, 9999)
    ).fill_null(value=False)
    first = pl.when(sound).then(pl.col("year")).otherwise(2000), pl.when(sound).then(month).otherwise(1)
    clock = (pl.col("hour") * 3600 + pl.col("minute") * 60 + pl.col("second")) * MICROSECONDS + pl.col("microsecond")
    since = (pl.col("day") - 1) * DAY_IN_MILLISECONDS * 1000 + clock
    day = pl.datetime(*first, 1, time_unit="us") + ((pl.col("day") - 1) * DAY_IN_MILLISECONDS * 1000).cast(
        pl.Duration("us")
    )
    at = pl.datetime(*first, 1, time_unit="us") + since.cast(pl.Duration("us"))
    named = pl.col("weekday").is_null() | (day.dt.weekday() == pl.col("weekday"))
    found = dates.select(pl.when(sound & named).then(at).alias("at"), (sound & late).alias("late"), "offset")
    if "offset" in groups:
        utc = found.get_column("at") - (found.get_column("offset") * 60 * MICROSECONDS).cast(pl.Duration("us"))
        found = found.with_columns(_by_clock(utc, zone).alias("at"), pl.lit(value=False).alias("late"))
    return found.select("at", "late")


def _int(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Int64, strict=False)


def _part(groups: tuple[str, ...], name: str, default: int = 0) -> pl.Expr:
    return _int(name) if name in groups else pl.lit(default, pl.Int64)


def _year(groups: tuple[str, ...]) -> pl.Expr:
    if "year2" in groups:
        return _int("year2") + pl.when(_int("year2") < PIVOT).then(2000).otherwise(1900)
    if "roc" in groups:
        return _int("roc") + ROC
    return _int("buddhist") - BUDDHIST if "buddhist" in groups else _part(groups, "year", EPOCH.year)


def _month(groups: tuple[str, ...]) -> pl.Expr:
    if "quarter" in groups:
        return _int("quarter") * 3 - 2
    if "month_name" in groups:
        short = pl.col("month_name").str.to_lowercase().str.slice(0, 3)
        return short.replace_strict(
            {name[:3].lower(): n for n, name in enumerate(MONTHS, 1)}, default=None, return_dtype=pl.Int64
        )
    return _part(groups, "month", 1)


def _day(groups: tuple[str, ...]) -> pl.Expr:
    return _int("of_year") if "of_year" in groups else _part(groups, "day", 1)


def _hour(groups: tuple[str, ...]) -> pl.Expr:
    if "twelve" not in groups:
        return _part(groups, "hour")
    afternoon = pl.col("half").str.to_lowercase().is_in(list(AFTERNOON))
    hour = _int("twelve")
    return pl.when(hour.is_between(1, 12)).then(hour % 12 + afternoon.cast(pl.Int64) * 12)


def _microseconds(groups: tuple[str, ...]) -> pl.Expr:
    if "fraction" not in groups:
        return pl.lit(0, pl.Int64)
    digits = pl.col("fraction").fill_null("0").str.slice(0, 6)
    return (digits + pl.lit("00000")).str.slice(0, 6).cast(pl.Int64, strict=False)


def _offset(groups: tuple[str, ...]) -> pl.Expr:
    """Minutes east of Greenwich; null where there are none such."""
    if "offset" not in groups:
        return pl.lit(0, pl.Int64)
    digits = pl.col("offset").str.replace(r"(?i)^z$", "+0000").str.replace(":", "", literal=True).str.pad_end(5, "0")
    hours, minutes = (digits.str.slice(at, 2).cast(pl.Int64, strict=False) for at in (1, 3))
    total = pl.when((hours <= 18) & (minutes <= 59)).then(hours * 60 + minutes)  # noqa: PLR2004
    return pl.when(digits.str.starts_with("-")).then(-total).otherwise(total)


def _weekday(groups: tuple[str, ...]) -> pl.Expr:
    if "weekday" not in groups:
        return pl.lit(None, pl.Int64)
    known = {name[:3].lower(): n for n, name in enumerate(DAYS, 1)} | {c: n for n, c in enumerate(DAYS_KOREAN, 1)}
    said = pl.col("weekday").str.to_lowercase().str.strip_suffix("요일").str.slice(0, 3)
    return said.replace_strict(known, default=None, return_dtype=pl.Int64)


def _by_clock(utc: pl.Series, zone: str) -> pl.Series:
    return utc.dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.replace_time_zone(None)


def _since_1970(texts: pl.Series, pattern: str, a_second: int, zone: str) -> pl.Series:
    """Moments of numbers that count from 1970, kept to the microsecond."""
    plain = texts.to_frame().select(pl.when(texts.str.contains(pattern)).then(pl.lit(texts))).to_series()
    count = plain.str.extract(r"^(-?[0-9]+)", 1).cast(pl.Int64, strict=False)
    part = (plain.str.extract(r"\.([0-9]+)$", 1).fill_null("0") + "00000").str.slice(0, 6).cast(pl.Int64, strict=False)
    signed = (
        part * pl.select(pl.when(plain.str.starts_with("-").fill_null(value=False)).then(-1).otherwise(1)).to_series()
    )
    micros = count * (MICROSECONDS // a_second) + signed
    sound = micros.is_between(-62_000_000_000 * MICROSECONDS, 250_000_000_000 * MICROSECONDS).fill_null(value=False)
    return _by_clock(micros.set(~sound, None).cast(MOMENT), zone).alias(texts.name)


def _word(texts: pl.Series, word: str, zone: str) -> pl.Series:
    if word == "hms":
        return pl.Series(texts.name, [None], dtype=MOMENT).new_from_index(0, texts.len())
    if word != "excel":
        pattern, a_second = (SECONDS_TEXT, 1) if word == "epoch" else (MILLISECONDS_TEXT, 1000)
        return _since_1970(texts, pattern, a_second, zone)
    serial = texts.str.extract(f"({SERIAL_TEXT})", 1).cast(pl.Float64, strict=False)
    serial = serial.set(~serial.is_between(FIRST_SERIAL, LAST_SERIAL + 1, closed="left").fill_null(value=True), None)
    since = (serial * DAY_IN_MILLISECONDS).round().cast(pl.Int64, strict=False).cast(pl.Duration("ms"))
    return (since.cast(pl.Duration("us")) + SERIAL_ZERO).cast(MOMENT).alias(texts.name)


def _hms(texts: pl.Series) -> pl.Series:
    """Integer times: 7 is 00:00:07, 240000 the end of the day; a fraction of a second may follow."""
    number = texts.str.extract(r"^([0-9]{1,6})(?:\.[0-9]{1,9})?$", 1).cast(pl.Int64, strict=False)
    part = (texts.str.extract(r"\.([0-9]+)$", 1).fill_null("0") + "00000").str.slice(0, 6).cast(pl.Int64, strict=False)
    hour, minute, second = number // 10_000, number // 100 % 100, number % 100
    sound = ((hour < 24) | ((number == 240_000) & (part == 0))) & (minute < 60) & (second < 60)  # noqa: PLR2004
    micros = ((hour * 60 + minute) * 60 + second) * MICROSECONDS + part
    return micros.set(~sound.fill_null(value=False), None).cast(pl.Duration("us")).alias(texts.name)
