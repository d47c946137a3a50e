"""One cell of a register → what it means; people write these files by hand, in spreadsheets of any make."""

import re
import unicodedata
from datetime import date

from expectations.agency import Agency
from expectations.people.names import is_unit, names_person

LONGEST = 200
"""Characters of a text: a title, not a report."""
LEAST_CHANGE = -100.0
"""Per cent: nothing falls by more than everything."""
LEAST_CERTAIN = 10.0
"""Per cent: nobody expects a change of a thousand per cent, so a number beyond it is no share."""
DAY = re.compile(r"(\d{4})\s*[-./년]\s*(\d{1,2})\s*[-./월]\s*(\d{1,2})\s*[.일]?")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
MIDNIGHT = re.compile(r"[ T]00:00(?::00(?:\.0+)?)?$")
"""How programs write a day that know only moments, and how a workbook's day comes as text."""
NUMBER = re.compile(r"([+\-−–]?)\s*(\d+(?:\.\d+)?)\s*%?")
DIRECTIONS = {
    "up": "up", "증가": "up", "상승": "up", "down": "down", "감소": "down", "하락": "down",
    "same": "same", "유지": "same", "보합": "same",
}  # fmt: skip
NUMBERED = re.compile(r"[A-Za-z0-9가-힣_./#-]{1,40}")
"""What a row is called by: no blanks, so no sentences."""
FIRST_YEAR, LAST_YEAR = 1900, 2200
"""A day beyond them is a slip of the hand, and the calendar ends at 9999."""


YEAR = re.compile(r"(\d{4})(?:\.0)?\s*년?")
AMOUNT = re.compile(r"([+\-−–]?)(\d+|\d{1,3}(?:,\d{3})+)(\.\d+)?(?:[eE]([+-]?\d{1,2}))?\s*%?")
"""A number as offices and workbooks write it: 1,234.5, −3, 1.2e-05."""
DENOMINATORS = {
    "residents": "residents", "주민수": "residents", "주민등록인구": "residents", "인구": "residents",
    "visitors": "visitors", "방문인구": "visitors", "생활인구": "visitors", "유동인구": "visitors",
}  # fmt: skip
"""Names of what crimes are held against; any other names a factor."""


class Unreadable(ValueError):
    """A cell that does not say what its column is for.

    Attributes:
        code: Reason in the catalogue of sentences.
        expected: What the column should hold, as the sentence says it.
    """

    def __init__(self, code: str, expected: str = "") -> None:
        super().__init__(code, expected)
        self.code, self.expected = code, expected


def folded(text: str) -> str:
    """A name as it is compared: composed, no spaces, any case."""
    return "".join(unicodedata.normalize("NFC", text).casefold().split())


def day(text: str) -> date:
    """A day of the calendar as offices write it.

    Raises:
        Unreadable: It is none, or lies beyond what a measure or an opinion can be about.
    """
    text = MIDNIGHT.sub("", text)
    found = DAY.fullmatch(text) or COMPACT.fullmatch(text)
    try:
        read = date(*map(int, found.groups())) if found else date.fromisoformat(text)
    except ValueError:
        raise Unreadable("register_day", "2024-03-31") from None
    if not FIRST_YEAR <= read.year <= LAST_YEAR:
        raise Unreadable("register_day_far", f"{FIRST_YEAR}–{LAST_YEAR}")
    return read


def per_cent(text: str) -> float:
    """A change in per cent: "-20", "−20 %", "+5".

    Raises:
        Unreadable: It is none, or a fall by more than everything.
    """
    found = NUMBER.fullmatch(text)
    value = float(found[2]) * (-1 if found[1] in ("-", "−", "–") else 1) if found else None
    if value is None or value < LEAST_CHANGE:
        raise Unreadable("register_per_cent", "-20")
    return value


def per_cent_of_workbook(text: str) -> float:
    """The same in a cell of a workbook, which keeps −20 % as −0.2 and 200 % as 2 and does not tell which was meant.

    Below zero a whole number is no share but −1: nothing falls by twice of what there is.

    Raises:
        Unreadable: It is none, or it may be a share.
    """
    value = per_cent(text)
    is_whole = value.is_integer() and (value < -1 or value == 0)
    if "%" not in text and abs(value) < LEAST_CERTAIN and not is_whole:
        raise Unreadable("register_per_cent_share", "-20")
    return value


def direction(text: str) -> str:
    """up, down or same.

    Raises:
        Unreadable: None of them.
    """
    if folded(text) not in DIRECTIONS:
        raise Unreadable("register_direction", "up, down, same")
    return DIRECTIONS[folded(text)]


def number(text: str) -> str:
    """What a row is called by.

    Raises:
        Unreadable: It holds more than letters, digits and a few signs, or names a person.
    """
    if not NUMBERED.fullmatch(text):
        raise Unreadable("register_number", "A-12, 2024/7")
    return short(text)


def short(text: str) -> str:
    """A title in one line.

    Raises:
        Unreadable: It is a report, or names a person.
    """
    line = " ".join(text.split())
    if len(line) > LONGEST:
        raise Unreadable("register_long", str(LONGEST))
    if names_person(line):
        raise Unreadable("register_person")
    return line


def year(text: str) -> int:
    """A year, as 2024 or 2024년.

    Raises:
        Unreadable: It is none, or none a table can be of.
    """
    found = YEAR.fullmatch(text)
    if not found or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        raise Unreadable("register_year", "2024")
    return int(found[1])


def amount(text: str) -> float:
    """A number with or without thousands separators.

    Raises:
        Unreadable: It is none.
    """
    found = AMOUNT.fullmatch(text)
    if not found:
        raise Unreadable("register_amount", "12345.6")
    digits = found[2].replace(",", "") + (found[3] or "") + (f"e{found[4]}" if found[4] else "")
    return float(digits) * (-1 if found[1] in ("-", "−", "–") else 1)


def factor(text: str) -> str:
    """The name of a factor; of a denominator its code, whatever it is called.

    Raises:
        Unreadable: It is no title.
    """
    line = short(text)
    return DENOMINATORS.get(folded(line), line)


class Names:
    """An agency's districts and crime types by any of their names."""

    def __init__(self, agency: Agency) -> None:
        self._districts: dict[str, set[str]] = {}
        for one in agency.districts:
            if not one.unknown:
                for name in (one.code, one.name, one.name_en, *one.aliases):
                    self._districts.setdefault(folded(name), set()).add(one.code)
        self._types = {folded(name): t.code for t in agency.crime_types for name in (t.code, t.name, t.name_en)}
        self._written = {
            unicodedata.normalize("NFC", name)
            for one in agency.districts
            for name in (one.code, one.name, one.name_en, *one.aliases)
            if name
        }
        self._grid = agency.places.grid
        self._listed = ", ".join(t.code for t in agency.crime_types)

    def unit(self, text: str) -> str:
        """The name of a unit: one of the agency's districts, or what ends as units do.

        Raises:
            Unreadable: It is neither, so it may be a person's name.
        """
        line = short(text)
        if not is_unit(line, self._written):
            raise Unreadable("register_unit")
        return line

    def district(self, text: str) -> str:
        """A district's code.

        Raises:
            Unreadable: No district has the name, or more than one.
        """
        found = self._districts.get(folded(text), set())
        if len(found) == 1:
            return next(iter(found))
        if text in found:
            return text
        if found:
            raise Unreadable("register_district_unclear", ", ".join(sorted(found)))
        raise Unreadable("register_district", "districts.csv")

    def area(self, text: str) -> str:
        """A district's code, or that of a cell of the agency's grid.

        Raises:
            Unreadable: It is no cell, and no district has the name, or more than one.
        """
        try:
            self._grid.corner(text)
        except ValueError:
            pass
        else:
            return text
        try:
            return self.district(text)
        except Unreadable as fault:
            if fault.code != "register_district":
                raise
            raise Unreadable("register_area", f"districts.csv, {self._grid.example}") from None

    def crime_type(self, text: str) -> str:
        """A crime type's code.

        Raises:
            Unreadable: The agency has none of that name.
        """
        if folded(text) not in self._types:
            raise Unreadable("register_crime_type", self._listed)
        return self._types[folded(text)]
