"""What a header of a wide table says of the numbers below it."""

import calendar
import re
import unicodedata
from dataclasses import dataclass

from expectations.layout.counts import Wide, WideColumn
from transforms.exports.cells.totals import TOTALS, folded

MONTHS = {
    name.lower(): n for names in (calendar.month_name, calendar.month_abbr) for n, name in enumerate(names) if name
}
CENTURY = 2000
LAST_MONTH = 12


@dataclass(frozen=True)
class HeaderMeaning:
    """What one header says; None where the row's own columns, or the file's name, say it.

    Attributes:
        crime_type: Code where `is_code`, else text as in a column of crime types.
        is_code: Whether the layout itself says which crime type it is.
        measure: incidents or cleared; None where rows say it.
        month: 1 to 12.
        year: Four digits.
        district: Text, as in a column of districts.
    """

    crime_type: str | None = None
    is_code: bool = False
    measure: str | None = None
    month: int | None = None
    year: int | None = None
    district: str | None = None


def header_says(name: str, wide: Wide | None) -> HeaderMeaning | None:
    """What a header says, from the layout's own list or else by its pattern; None where it is no column of counts."""
    if wide is None:
        return None
    plain = _same(name)
    for listed, column in wide.columns.items():
        if _same(listed) == plain:
            return _listed(column)
    return _by_pattern(plain, wide) if wide.pattern else None


def _same(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip()


def _listed(column: WideColumn) -> HeaderMeaning:
    return HeaderMeaning(
        column.crime_type or None,
        bool(column.crime_type),
        column.measure,
        column.month_number,
        column.year_number,
        column.district or None,
    )


def _by_pattern(name: str, wide: Wide) -> HeaderMeaning | None:
    found = re.fullmatch(unicodedata.normalize("NFC", wide.pattern or ""), name, re.IGNORECASE)
    if found is None:
        return None
    parts = {group: text.strip() for group, text in found.groupdict().items() if text and text.strip()}
    named = [parts.get("district", ""), *({parts.get("crime_type", "")} - set(wide.crime_types))]
    if any(folded(text) in TOTALS for text in named):
        return None  # a total of the columns beside it
    try:
        month, year = _month(parts), _year(parts)
    except (KeyError, ValueError):
        return None
    crime, measure = parts.get("crime_type"), wide.measures.get(parts.get("measure", ""))
    asked = re.compile(wide.pattern or "").groupindex
    if ("measure" in asked and measure is None) or ("crime_type" in asked and not crime):
        return None
    code = wide.crime_types.get(crime or "")
    return HeaderMeaning(code or crime, code is not None, measure, month, year, parts.get("district"))


def _month(parts: dict[str, str]) -> int | None:
    if "month_name" in parts:
        return MONTHS[parts["month_name"].casefold().rstrip(".")]
    if "month" not in parts:
        return None
    number = int(parts["month"])
    if not 1 <= number <= LAST_MONTH:
        raise ValueError(f"no month {number}")
    return number


def _year(parts: dict[str, str]) -> int | None:
    if "year" in parts:
        return int(parts["year"])
    return CENTURY + int(parts["year2"]) if "year2" in parts else None
