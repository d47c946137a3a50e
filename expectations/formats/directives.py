"""The words of a format: what each directive reads, how it is written, and which of them go together."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from expectations.field_faults import FieldFault

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAYS_KOREAN = "월화수목금토일"
MORNING, AFTERNOON = ("am", "a.m.", "오전"), ("pm", "p.m.", "오후")
ROC, BUDDHIST = 1911, 543
"""Years between these calendars and the common one: ROC 113 and Buddhist 2567 are 2024."""
PIVOT = 69
"""Two-digit years from here on are of the last century, as in POSIX."""
SERIAL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001  (days of a spreadsheet have no zone)
WORDS = ("hms", "epoch", "epoch_ms", "excel")
"""Formats that are no pattern: an integer time, seconds and milliseconds since 1970 (UTC), serial days of a sheet."""
_COMPOSITE = {"F": "%Y-%m-%d", "D": "%m/%d/%y", "T": "%H:%M:%S", "R": "%H:%M", "r": "%I:%M:%S %p", "n": " ", "t": " "}
_WORD = re.compile(r"%(?:(roc|be)|([-#.:]{0,2}[0-9]?[a-zA-Z])|(%))")


@dataclass(frozen=True)
class Directive:
    """One directive.

    Attributes:
        field: What it says: year, month, day, hour, minute …; a format says each once.
        group: Name of its group in the pattern.
        pattern: What it reads beside text.
        fixed: What it reads beside other digits, where nothing but its width tells where it ends.
        write: How a moment is written by it.
        spaced: Whether spaces may stand before it in the place of a zero.
    """

    field: str
    group: str
    pattern: str
    fixed: str
    write: Callable[[datetime], str]
    spaced: bool = False


def _number(field: str, group: str, fixed: int, write: Callable[[datetime], str], most: int = 2) -> Directive:
    least = fixed if group in ("year", "year2", "buddhist") else 1
    return Directive(field, group, f"[0-9]{{{least},{most}}}", f"[0-9]{{{fixed}}}", write)


def _names(field: str, group: str, words: tuple[str, ...], write: Callable[[datetime], str]) -> Directive:
    longest = sorted(words, key=lambda word: (-len(word), word))
    pattern = "|".join(re.escape(word) for word in longest)
    return Directive(field, group, pattern, pattern, write)


_MONTH_WORDS = tuple(dict.fromkeys((*MONTHS, *(name[:3] for name in MONTHS), "Sept")))
_DAY_WORDS = (*DAYS, *(name[:3] for name in DAYS), *(f"{name}요일" for name in DAYS_KOREAN), *DAYS_KOREAN)
_OFFSET = "Z|[+-][0-9]{2}(?::?[0-9]{2})?"
_FRACTION = Directive("fraction", "fraction", "[0-9]{1,9}", "[0-9]{1,9}", lambda at: f"{at.microsecond:06d}")

_DAY = _number("day", "day", 2, lambda at: f"{at.day:02d}")
_HOUR = _number("hour", "hour", 2, lambda at: f"{at.hour:02d}")
_TWELVE = _number("hour", "twelve", 2, lambda at: f"{(at.hour + 11) % 12 + 1:02d}")
_MONTH = _number("month", "month", 2, lambda at: f"{at.month:02d}")
_MINUTE = _number("minute", "minute", 2, lambda at: f"{at.minute:02d}")
_SECOND = _number("second", "second", 2, lambda at: f"{at.second:02d}")
_HALF = _names("half", "half", (*MORNING, *AFTERNOON), lambda at: "PM" if at.hour >= 12 else "AM")  # noqa: PLR2004
_ZONE = Directive("offset", "offset", _OFFSET, _OFFSET, lambda _: "+0900")
_NAMED = _names("month", "month_name", _MONTH_WORDS, lambda at: MONTHS[at.month - 1][:3])

DIRECTIVES: Mapping[str, Directive] = {
    "Y": _number("year", "year", 4, lambda at: f"{at.year:04d}", most=4),
    "y": _number("year", "year2", 2, lambda at: f"{at.year % 100:02d}"),
    "roc": Directive("year", "roc", "[0-9]{2,3}", "[0-9]{2,3}", lambda at: str(at.year - ROC)),
    "be": _number("year", "buddhist", 4, lambda at: str(at.year + BUDDHIST), most=4),
    "m": _MONTH, "b": _NAMED, "h": _NAMED,
    "B": _names("month", "month_name", _MONTH_WORDS, lambda at: MONTHS[at.month - 1]),
    "q": Directive("month", "quarter", "[1-4]", "[1-4]", lambda at: str((at.month + 2) // 3)),
    "d": _DAY, "e": Directive("day", "day", _DAY.pattern, _DAY.fixed, lambda at: f"{at.day:2d}", spaced=True),
    "j": _number("day", "of_year", 3, lambda at: f"{at.timetuple().tm_yday:03d}", most=3),
    "H": _HOUR, "k": Directive("hour", "hour", _HOUR.pattern, _HOUR.fixed, lambda at: f"{at.hour:2d}", spaced=True),
    "I": _TWELVE,
    "l": Directive("hour", "twelve", _TWELVE.pattern, _TWELVE.fixed, lambda at: f"{int(_TWELVE.write(at)):2d}",
                   spaced=True),
    "M": _MINUTE, "S": _SECOND, "f": _FRACTION,
    "p": _HALF, "P": _HALF,
    "a": _names("weekday", "weekday", _DAY_WORDS, lambda at: DAYS[at.weekday()][:3]),
    "A": _names("weekday", "weekday", _DAY_WORDS, lambda at: DAYS[at.weekday()]),
    "z": _ZONE, ":z": Directive("offset", "offset", _OFFSET, _OFFSET, lambda _: "+09:00"), "#z": _ZONE,
    "s": Directive("epoch", "epoch", r"-?[0-9]{1,11}", r"-?[0-9]{1,11}", lambda at: str(_seconds(at))),
}  # fmt: skip
"""Beside these: %F %D %T %R %r, composed of them, %% %n %t, and %-m %-d %-H %-I %-M %-S without leading zeros."""
UNPADDED = {f"-{name}": name for name in "mdHIMSjy"}
NUMERIC = {"year", "year2", "roc", "buddhist", "month", "quarter", "day", "of_year", "hour", "twelve", "minute",
           "second", "fraction", "epoch"}  # fmt: skip


@dataclass(frozen=True)
class Form:
    """A format, taken apart.

    Attributes:
        text: As the layout has it.
        tokens: Literal texts and directives in order; of a word of its own (`hms`) none.
        pattern: Regular expression of the engine, anchored, with the directives' groups.
        fields: What it says.
    """

    text: str
    tokens: tuple[str | Directive, ...]
    pattern: str
    fields: frozenset[str]

    @property
    def is_word(self) -> bool:
        """Whether it is one of the formats that are no pattern."""
        return not self.tokens

    def groups(self) -> tuple[str, ...]:
        """Names of the pattern's groups."""
        return tuple(re.findall(r"\(\?P<(\w+)>", self.pattern))

    def write(self, at: datetime) -> str:
        """A moment as a text this format reads."""
        if self.is_word:
            return _written(self.text, at)
        return "".join(token if isinstance(token, str) else token.write(at) for token in self.tokens)


@cache
def form_of(text: str) -> Form:
    """Take a format apart.

    Raises:
        FieldFault: It holds a directive there is none of, says one thing twice, or half of a thing.
    """
    if text in WORDS:
        fields = {"hms": {"hour", "minute", "second"}}.get(text, {"epoch"} if text != "excel" else {"serial"})
        return Form(text, (), "", frozenset(fields))
    tokens = _tokens(unicodedata.normalize("NFC", text), text)
    said = [token.field for token in tokens if isinstance(token, Directive)]
    twice = next((field for field in said if said.count(field) > 1), None)
    if twice is not None:
        raise FieldFault("toml_format_twice", found=text, field=twice)
    groups = {token.group for token in tokens if isinstance(token, Directive)}
    if "twelve" in groups and "half" not in groups:
        raise FieldFault("toml_format_lacks", found=text, missing="%p")
    if "half" in groups and "twelve" not in groups:
        raise FieldFault("toml_format_lacks", found=text, missing="%I")
    for finer, coarser, missing in (
        ("minute", "hour", "%H"),
        ("second", "minute", "%M"),
        ("fraction", "second", "%S"),
        ("offset", "hour", "%H"),
        ("day", "month", "%m"),
    ):
        if finer in said and coarser not in said and not (finer == "day" and ("of_year" in groups or said == ["day"])):
            raise FieldFault("toml_format_lacks", found=text, missing=missing)
    if "epoch" in said and len(said) > 1:
        raise FieldFault("toml_format_twice", found=text, field="epoch")
    return Form(text, tokens, _pattern(tokens), frozenset(said) | ({"month"} if "of_year" in groups else set()))


def has_time(text: str) -> bool:
    """Whether a format names a time of day."""
    return bool({"hour", "epoch", "serial"} & form_of(text).fields)


def _tokens(text: str, whole: str) -> tuple[str | Directive, ...]:
    tokens: list[str | Directive] = []
    at = 0
    while at < len(text):
        if text[at] != "%":
            end = text.find("%", at)
            end = len(text) if end < 0 else end
            tokens.append(text[at:end])
            at = end
            continue
        found = _WORD.match(text, at)
        name = found and (found[1] or found[2] or found[3])
        tokens += _meant(str(name), whole) if found and name else _unknown("%" + text[at + 1 : at + 2], whole)
        at = found.end() if found else len(text)
    return tuple(tokens)


def _meant(name: str, whole: str) -> list[str | Directive]:
    if name == "%":
        return ["%"]
    if name in _COMPOSITE:
        return list(_tokens(_COMPOSITE[name], whole))
    if name in UNPADDED:
        padded = DIRECTIVES[UNPADDED[name]]
        return [
            Directive(padded.field, padded.group, padded.pattern, padded.fixed, lambda at: str(int(padded.write(at))))
        ]
    if re.fullmatch(r"\.[369]?f", name):
        return [".", _FRACTION]
    if re.fullmatch(r"[369]f", name):
        return [_FRACTION]
    return [DIRECTIVES[name]] if name in DIRECTIVES else _unknown(f"%{name}", whole)


def _unknown(part: str, whole: str) -> list[str | Directive]:
    raise FieldFault("toml_format_unknown", found=whole, part=part)


def _pattern(tokens: tuple[str | Directive, ...]) -> str:
    """The regular expression: numbers beside numbers have their full width, a space may be any or none."""
    parts = []
    for place, token in enumerate(tokens):
        before, after = (tokens[i] if 0 <= i < len(tokens) else "" for i in (place - 1, place + 1))
        if isinstance(token, str):
            parts.append(_literal(token, both=_ends_in_digit(before) and _begins_with_digit(after)))
            continue
        beside = token.group in NUMERIC and (_ends_in_digit(before) or _begins_with_digit(after))
        space = r"\s*" if token.spaced and not beside else ""
        parts.append(f"{space}(?P<{token.group}>{token.fixed if beside else token.pattern})")
        if token.group == "second" and not _begins_with_fraction(tokens[place + 1 :]):
            parts.append("(?:[.,](?P<fraction>[0-9]{1,9}))?")
    return f"^(?i:{''.join(parts)})$"


def _literal(text: str, *, both: bool) -> str:
    """Any white space stands for any; between two numbers at least one must stand, else nothing tells them apart."""
    return "".join(
        (r"\s+" if both and text.isspace() else r"\s*") if part.isspace() else re.escape(part)
        for part in re.split(r"(\s+)", text)
        if part
    )


def _ends_in_digit(token: str | Directive) -> bool:
    return token[-1:].isdigit() if isinstance(token, str) else token.group in NUMERIC


def _begins_with_digit(token: str | Directive) -> bool:
    return token[:1].isdigit() if isinstance(token, str) else token.group in NUMERIC


def _begins_with_fraction(tokens: tuple[str | Directive, ...]) -> bool:
    return any(isinstance(token, Directive) and token.group == "fraction" for token in tokens[:2])


def _seconds(at: datetime) -> int:
    return (at - datetime(1970, 1, 1)) // timedelta(seconds=1)  # noqa: DTZ001  (both without a zone)


def _written(word: str, at: datetime) -> str:
    if word == "hms":
        return f"{at:%H%M%S}"
    if word == "excel":
        return f"{(at - SERIAL_ZERO) / timedelta(days=1):.10f}".rstrip("0").rstrip(".")
    return str(_seconds(at) * (1000 if word == "epoch_ms" else 1))
