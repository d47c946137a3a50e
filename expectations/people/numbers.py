"""Numbers that lead to a person, in the forms people and programs write them: one table, for exports and file names.

A text is made plain first: width, composition, invisible characters, kinds of
dash, of dot and of white space say nothing. A form is then one expression without look-around, so that polars can look
for it in millions of cells; what only Python can tell (no such day, no check digit) is asked of the few that are found.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import polars as pl

_DASHES = "\u2212\u30fc\u2500\u2501\u00af\u02d7\u2043"
_DOTS = "\u00b7\u30fb\uff65\u2027\u2022\u2219\u22c5\u318d\u119e\u2024\u0387\u16eb\u25e6\u2981"
_SLASHES = "\u2044\u2215\u29f8\u29f5"
_PLAIN = re.compile("[ -~\uac00-\ud7a3]*")
"""What is plain as it stands, but for the backslash: most of what is looked at."""
_UNSEEN = ("Cf", "Cc", "Mn", "Me")
_FILLERS = "\u115f\u1160\u3164"
_BLANK_BRAILLE = 0x2800
DOT = "\u00b7"
"""What every kind of middle dot is made into; the full stop is left apart, for it stands in decimals."""
MASK = r"[*#?xXoO\u00d7\u25cb\u25cf\u25ef\u25a0\u25a1\u25c6\u25c7\u2605\u2606\u2217\u3147]"
ANY = r"(?:[^0-9A-Za-z\uac00-\ud7a3]{1,3})"
"""One to three signs that are neither digit nor letter."""
DASH = rf"(?:[-{DOT} /()\[\]_~|]{{1,3}})"
"""The same without full stop, comma and colon, by which decimals, amounts and times are told."""
MIDDLE = rf"(?:[-{DOT}. /()\[\]_~|]{{1,3}})"
AREA = r"0(?:2|[3-6][0-9]|70|80|50[0-9]?)"
MOBILE = "01[016789]"
SERVICE = (
    "1(?:5(?:22|33|44|66|77|88|99)|6(?:00|11|22|33|44|55|60|61|66|68|70|77|80|88|99)|8(?:00|11|33|44|55|66|77|99))"
)
"""Numbers of the whole country, answered by whoever rents them: 1588-1234."""
WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
MODULUS = 11
CENTURY = {"1": 1900, "2": 1900, "3": 2000, "4": 2000, "5": 1900, "6": 1900, "7": 2000, "8": 2000}
_LEAST_HIDDEN = 3
FEWEST = 7
"""Digits of the shortest of these numbers."""
_REST = r"[0-9][-.,/]$"
"""What stands before a number that is only the rest of a longer one: a case number, a decimal, a date."""
_DECIMALS = r"[0-9][.,]$"
Among = Literal["text", "moments", "identifiers"]
"""What a column holds: moments and identifiers have forms of their own, which some numbers look like."""
_LEFT_OUT: dict[Among, tuple[str, ...]] = {"text": (), "moments": ("moment",), "identifiers": ("moment", "identifier")}


@dataclass(frozen=True)
class Form:
    """One way to write a number.

    Attributes:
        name: What it is, for tests and for those who add one.
        pattern: Expression over plain text; a digit on either side of it is never part of a number.
        holds: Whether what was found is such a number; given the match.
        like: What else is written so: an identifier, or a moment (milliseconds since 1970, hours) as well.
        not_after: Expression of what may not stand before it; empty: anything but a digit may.
    """

    name: str
    pattern: str
    holds: Callable[[re.Match[str]], bool] = lambda found: True
    like: Literal["", "identifier", "moment"] = ""
    not_after: str = ""


def _born(found: re.Match[str]) -> bool:
    """Whether six digits are a day of birth in the century that the seventh says."""
    birth, rest = _digits(found["birth"]), _digits(found["rest"])
    return _is_day(CENTURY[rest[0]], birth)


def _checked(found: re.Match[str]) -> bool:
    """The same, and the last digit follows from the others, as in every number given before October 2020."""
    digits = _digits(found["birth"]) + _digits(found["rest"])
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=False))
    return _born(found) and (MODULUS - total % MODULUS) % 10 == int(digits[-1])


def _born_and_masked(found: re.Match[str]) -> bool:
    """A day of birth before a number of which a part is hidden: it still says the day, and mostly the sex."""
    birth, rest = found["birth"], found["rest"]
    hidden = len(birth + rest) - len(_digits(birth + rest))
    if not hidden or (len(rest) != len("1234567") and hidden < _LEAST_HIDDEN):
        return False
    if rest[0] not in CENTURY and not (hidden >= len(rest) and "-" in found["sign"]):
        return False
    centuries = [CENTURY[rest[0]]] if rest[0] in CENTURY else [1900, 2000]
    return not birth.isdigit() or any(_is_day(century, birth) for century in centuries)


def _is_day(century: int, birth: str) -> bool:
    try:
        date(century + int(birth[:2]), int(birth[2:4]), int(birth[4:]))
    except ValueError:
        return False
    return True


def _no_year(found: re.Match[str]) -> bool:
    """02/2024/1234 is the number of a case of a year."""
    return not ("/" in found[0] and re.search(r"/(?:19|20)[0-9]{2}/", found[0]))


def _no_day(found: re.Match[str]) -> bool:
    """02-20240305 is a day, 02-20240001 the number of a case of a year."""
    return re.match("(?:19|20)[0-9]{6}$", found["rest"]) is None


def _shows_enough(found: re.Match[str]) -> bool:
    """Whether a number is masked in part only: 010-****-5678, not 010-****-****."""
    rest = found["rest"]
    return bool(re.search(MASK, rest)) and len(_digits(rest)) >= 4  # noqa: PLR2004  (half of it)


def _no_time(found: re.Match[str]) -> bool:
    """1600-1800 is from four to six."""
    first, last = _digits(found[0])[:4], _digits(found[0])[4:]
    return not (_is_time(first) and _is_time(last))


def _is_time(digits: str) -> bool:
    return int(digits[:2]) <= 24 and int(digits[2:]) < 60  # noqa: PLR2004  (a day's hours, an hour's minutes)


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


_RESIDENT = r"(?P<birth>[0-9]{6})%s(?P<rest>[1-8][0-9]{6})"
_GROUPED = rf"(?P<birth>[0-9]{{2}} ?[0-9]{{2}} ?[0-9]{{2}}) ?{DASH} ?(?P<rest>[1-8] ?[0-9]{{3}} ?[0-9]{{3}})"
_HIDDEN = rf"(?:[1-8]|{MASK})[0-9]{{0,5}}{MASK}{{1,6}}[0-9]{{0,5}}"
_MASKED = rf"(?P<birth>[0-9]{{2}}(?:[0-9]|{MASK}){{4}})(?P<sign>[-{DOT}. /]{{0,3}})"
_MASKED_MOBILE = rf"(?:[0-9]|{MASK}){{3,4}}[^0-9A-Za-z*]{{0,3}}(?:[0-9]|{MASK}){{4}}"
_FROM_ABROAD = rf"(?:\+|00[0-9]{{0,3}}{DASH}?)?82{MIDDLE}?0?{MIDDLE}?(?:1[016789]|2|[3-6][1-5]|70|50)"
FORMS = (
    Form("resident number", _RESIDENT % DASH, _born),
    Form("resident number in groups", _GROUPED, _born),
    Form("resident number with full stop or comma", _RESIDENT % "[.,:] ?", _checked, not_after=_REST),
    Form("resident number in one piece", _RESIDENT % "", _checked, like="moment"),
    Form("masked resident number", rf"{_MASKED}(?P<rest>{_HIDDEN})", _born_and_masked),
    Form("resident number with masked birth", rf"{_MASKED}(?P<rest>[1-8][0-9]{{6}})", _born_and_masked),
    Form(
        "mobile number", rf"{MOBILE}(?:{ANY}[0-9]{{3,4}}{ANY}?[0-9]{{4}}|[0-9]{{3,4}}{ANY}[0-9]{{4}})",
        not_after=_DECIMALS,
    ),
    Form("mobile number in one piece", rf"{MOBILE}[0-9]{{7,8}}", like="identifier", not_after=_REST),
    Form("masked mobile number", rf"{MOBILE}[^0-9A-Za-z*]{{0,3}}(?P<rest>{_MASKED_MOBILE})", _shows_enough),
    Form("telephone number", rf"{AREA}{MIDDLE}[0-9]{{3,4}}{MIDDLE}[0-9]{{4}}", _no_year, not_after=_REST),
    Form("telephone number with one sign", rf"{AREA}{DASH}(?P<rest>[2-9][0-9]{{6,7}})", _no_day, not_after=_REST),
    Form(
        "telephone number from abroad", rf"{_FROM_ABROAD}{MIDDLE}[0-9]{{3,4}}{MIDDLE}?[0-9]{{4}}", not_after=_REST,
    ),
    Form("telephone number with +82", rf"\+ ?82{MIDDLE}?0?(?:1[016789]|2|[3-6][1-5]|70)[0-9]{{7,8}}"),
    Form(
        "mobile number with 82 in one piece", rf"(?:00)?82{DASH}?1[016789][0-9]{{7,8}}", like="identifier",
        not_after=_REST,
    ),
    Form(
        "number of the whole country", rf"{SERVICE} ?[-{DOT}~ ] ?[0-9]{{4}}", _no_time, like="moment", not_after=_REST,
    ),
)  # fmt: skip


def plain(text: str) -> str:
    """A text as the forms expect it: width, composition, what is not seen, kinds of dash, dot and space made one."""
    if _PLAIN.fullmatch(text):
        return text.replace("\\", "/")
    made = unicodedata.normalize("NFKD", text).translate(_spaces())
    made = "".join(letter for letter in made if unicodedata.category(letter) not in _UNSEEN and letter not in _FILLERS)
    return "".join(map(_made_plain, unicodedata.normalize("NFKC", made)))


@cache
def _spaces() -> dict[int, str]:
    return {code: " " for code in range(0x3001) if chr(code).isspace() or code == _BLANK_BRAILLE}


@cache
def _made_plain(letter: str) -> str:
    """A sign as the forms have it, and a digit of another script or in a circle as the digit it is."""
    if letter.isascii():
        return "/" if letter == "\\" else letter
    if unicodedata.category(letter) == "Pd" or letter in _DASHES:
        return "-"
    if letter in _DOTS:
        return DOT
    if letter in _SLASHES:
        return "/"
    digit = unicodedata.decimal(letter, None)
    return letter if digit is None else str(digit)


def found_in(text: str, among: Among = "text") -> Iterator[tuple[int, int]]:
    """Where numbers stand in a plain text: the first place, and the one behind the last.

    Args:
        text: As `plain` gives it.
        among: What the text's column holds.
    """
    for form, expression in _compiled():
        if form.like in _LEFT_OUT[among]:
            continue
        for found in expression.finditer(text):
            before = text[max(0, found.start() - 2) : found.start()]
            if not (form.not_after and re.search(form.not_after, before)) and form.holds(found):
                yield found.span()


def numbers_in(texts: "pl.Series", among: Among = "text") -> list[str]:
    """Those of a column's texts that hold a person's number, as they stand there.

    Args:
        texts: Distinct texts; empty ones hold nothing.
        among: What the column holds.
    """
    texts = texts.drop_nulls()
    texts = texts.filter(texts.str.len_bytes() >= FEWEST)
    # Most of millions are plain as they stand: polars looks them through. Only the others have to be made so.
    odd = r"[^ -~\x{ac00}-\x{d7a3}]|\\"
    suspect = texts.filter(texts.str.contains(rf"{odd}|{_superset(among)}"))
    return sorted({text for text in suspect if any(found_in(plain(text), among))})


@cache
def _compiled() -> tuple[tuple[Form, re.Pattern[str]], ...]:
    return tuple((form, re.compile(rf"(?<![0-9])(?:{form.pattern})(?![0-9])")) for form in FORMS)


@cache
def _superset(among: Among) -> str:
    """What any of the forms finds, and more: the engine of polars knows no look-around."""
    patterns = [re.sub(r"\?P<\w+>", "?:", form.pattern) for form in FORMS if form.like not in _LEFT_OUT[among]]
    return "|".join(rf"(?:^|[^0-9])(?:{pattern})(?:[^0-9]|$)" for pattern in patterns)
