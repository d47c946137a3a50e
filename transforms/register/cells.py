"""One cell of a register → what it means; people write these files by hand, in spreadsheets of any make."""

import re
import unicodedata
from datetime import date, time

from expectations.agency import Agency
from expectations.contracts.demand.entries import WEEKDAYS as ALL_WEEKDAYS
from expectations.people.names import is_unit, names_host, names_person

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
WEEKDAYS = {
    **{day: day for day in ALL_WEEKDAYS},
    **{f"{ko}{end}": day for ko, day in zip("월화수목금토일", ALL_WEEKDAYS, strict=True) for end in ("", "요일")},
    "monday": "mon", "tuesday": "tue", "wednesday": "wed", "thursday": "thu", "friday": "fri", "saturday": "sat",
    "sunday": "sun", "weekdays": "weekdays", "weekday": "weekdays", "평일": "weekdays",
    "weekend": "weekend", "weekends": "weekend", "주말": "weekend",
}  # fmt: skip
HOURS = re.compile(r"(\d{1,2})(?::(\d{2})|시)?\s*[-~–∼〜]\s*(\d{1,2})(?::(\d{2})|시)?")
COUNT = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.0+)?\s*(?:명|조|팀|대|개)?")
"""A workbook keeps 3 as 3.0."""
MIDNIGHT_HOUR = 24
LARGEST = 100_000_000
"""More than anybody counts by hand: what is larger is a telephone number."""
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
LIKE_CELL = re.compile(
    r"[가나다라마바사아자차카타파하]{2}\s*(?:\d{3}\s*\d{3}|\d{4}\s*\d{4}|\d{5}\s*\d{5})|x\s*-?\d+\s*y\s*-?\d+"
)
"""What looks like the code of a cell, of whatever grid, and so is no name."""
HOME = re.compile(r"\d+\s*(?:동|층)\s*\d+\s*호(?![선기])|(?<!\d)\d{3,4}\s*호(?![가-힣])")
"""A flat of a house: who lives there is known by it."""
ALL = ("전체", "모두", "모든죄종", "전죄종", "all")


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


def weekday(text: str) -> str:
    """A day of the week, weekdays or weekend.

    Raises:
        Unreadable: None of them.
    """
    if folded(text) not in WEEKDAYS:
        raise Unreadable("register_weekday", "월, 화 … 일, 평일, 주말 (mon … sun, weekdays, weekend)")
    return WEEKDAYS[folded(text)]


def hours(text: str) -> str:
    """Whole hours of a day as 18-23: minutes begin the hour they stand in and end with it, 18:30–22:10 is 18-23.

    Raises:
        Unreadable: It is none, lies beyond the hours there are, or ends in the hour in which it begins.
    """
    found = HOURS.fullmatch(text.strip())
    if found is None:
        raise Unreadable("register_hours", "18-23")
    begins, ends = (int(found[1]), int(found[2] or 0)), (int(found[3]), int(found[4] or 0))
    try:
        first = time(*begins).hour
        last = MIDNIGHT_HOUR if ends in ((0, 0), (MIDNIGHT_HOUR, 0)) else time(*ends).hour + (ends[1] > 0)
    except ValueError:
        raise Unreadable("register_hours", "18-23") from None
    if first == last:  # one hour, none, or a whole day: who wrote 18-18 has to say
        raise Unreadable("register_hours", "18-23")
    return f"{first:02d}-{last:02d}"


def count(text: str) -> int:
    """A whole number, not below zero: "3", "5,000명".

    Raises:
        Unreadable: It is none.
    """
    found = COUNT.fullmatch(text.strip())
    if found is None or int(found[1].replace(",", "")) > LARGEST:
        raise Unreadable("register_count", "3")
    return int(found[1].replace(",", ""))


def number(text: str) -> str:
    """What a row is called by.

    Raises:
        Unreadable: It holds more than letters, digits and a few signs, or names a person.
    """
    if not NUMBERED.fullmatch(text):
        raise Unreadable("register_number", "A-12")
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


def event(text: str) -> str:
    """What an event is called.

    Raises:
        Unreadable: It is a report, or names a person: whom it is held by, for or against.
    """
    line = short(text)
    if names_host(line):
        raise Unreadable("register_host")
    return line


def ground(text: str) -> str:
    """What an area is called, or what a deployment there was for.

    Raises:
        Unreadable: It is a report, names a person, or the flat of one.
    """
    line = event(text)
    if HOME.search(line):
        raise Unreadable("register_home")
    return line


class Names:
    """An agency's districts, crime types and shifts by any of their names."""

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
        self._listed = ", ".join(f"{t.code} ({t.name})" for t in agency.crime_types)
        self._shifts = {folded(name): s.code for s in agency.shifts for name in (s.name, s.name_en, s.code) if name}
        self._shift_names = ", ".join(f"{s.code} ({s.name})" for s in agency.shifts)

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

    def ground(self, text: str) -> str:
        """A district's code, that of a cell of the agency's grid, or else the name of an area as it is written.

        Raises:
            Unreadable: More than one district has the name, it looks like a cell and is none, or names a person.
        """
        try:
            return self.area("".join(text.split()) if LIKE_CELL.fullmatch(text) else text)
        except Unreadable as fault:
            if fault.code != "register_area":
                raise
        if LIKE_CELL.fullmatch(text):
            raise Unreadable("register_cell", self._grid.example)
        return ground(text)

    def ground_name(self, text: str) -> str:
        """The name of an area, which is nothing else.

        Raises:
            Unreadable: A district or a cell has the name, or it names a person.
        """
        if folded(text) in self._districts:
            raise Unreadable("register_ground_name", "districts.csv")
        if LIKE_CELL.fullmatch(text):
            raise Unreadable("register_ground_name", self._grid.example)
        return ground(text)

    def cell(self, text: str) -> str:
        """The code of a cell of the agency's grid.

        Raises:
            Unreadable: It is none.
        """
        code = "".join(text.split())
        try:
            self._grid.corner(code)
        except ValueError:
            raise Unreadable("register_cell", self._grid.example) from None
        return code

    def crime_type_or_all(self, text: str) -> str | None:
        """A crime type's code; None: all of them.

        Raises:
            Unreadable: The agency has none of that name.
        """
        return None if folded(text) in ALL and folded(text) not in self._types else self.crime_type(text)

    def crime_type(self, text: str) -> str:
        """A crime type's code.

        Raises:
            Unreadable: The agency has none of that name.
        """
        if folded(text) not in self._types:
            raise Unreadable("register_crime_type", self._listed)
        return self._types[folded(text)]

    def shift(self, text: str) -> str:
        """A shift's code.

        Raises:
            Unreadable: The agency has none of that name.
        """
        if folded(text) not in self._shifts:
            raise Unreadable("register_shift", self._shift_names)
        return self._shifts[folded(text)]
