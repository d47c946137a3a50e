"""Refuses a file whose mapped columns turn out to hold people: a layout may point at the wrong column."""

import re
from datetime import date

import polars as pl

from transforms.exports.cells import distinct
from transforms.exports.outcome import IDENTIFIERS, TYPED
from transforms.exports.refusals import ExportRefused

RESIDENT = r"(\d{6})[-‐‑–—−ー－ ]+([1-8]\d{6})"
RESIDENT_PLAIN = r"(\d{6})([1-8]\d{6})"
# As a spreadsheet or a person writes them: every kind of dash, spaces, dots and brackets.
DASH = "[-‐‑–—−ー－ .)]"
PHONE = rf"(?:^|\D)0(?:1[016789]|2|[3-6]\d|[57]0){DASH}+\d{{3,4}}{DASH}+\d{{4}}(?:\D|$)"
PHONE_ABROAD = rf"\+82{DASH}*1[016789]{DASH}*\d{{3,4}}{DASH}*\d{{4}}(?:\D|$)"
PHONE_PLAIN = r"(?:^|\D)01[016789]\d{7,8}(?:\D|$)"
SHORTEST = 9
"""Bytes of the shortest text that could hold such a number."""
WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
MODULUS = 11
CENTURY = {"1": 1900, "2": 1900, "3": 2000, "4": 2000, "5": 1900, "6": 1900, "7": 2000, "8": 2000}


def refuse_personal_data(rows: pl.DataFrame, names: dict[str, str], file: str) -> None:
    """Look for resident-registration and telephone numbers in every text column.

    A resident number is six digits that are a day of birth and seven that begin with 1 to 8; written without a dash it
    must also have the right check digit, for other numbers have thirteen digits, too. A telephone number has an area or
    mobile prefix and three groups, or is a mobile number in one piece.

    Args:
        rows: `row_number`, and mapped columns as text.
        names: The file's own spelling of each column.
        file: Name of the file.

    Raises:
        ExportRefused: `personal_data`, naming the row and the column and never the value.
    """
    for column in rows.drop("row_number"):
        counted = column.name.endswith(TYPED)  # milliseconds since 1970 are thirteen digits, too
        found = _people(distinct(column), plain=column.name not in IDENTIFIERS, counted=counted)
        if found:
            at = rows.filter(pl.col(column.name).is_in(found)).get_column("row_number")[0]
            raise ExportRefused("personal_data", file=file, column=names.get(column.name, column.name), row=at)


def _people(texts: pl.Series, *, plain: bool, counted: bool) -> list[str]:
    """Texts that hold a person's number."""
    suspect = texts.filter((texts.str.len_bytes() >= SHORTEST).fill_null(value=False))
    phones = f"{PHONE}|{PHONE_ABROAD}|{PHONE_PLAIN}" if plain else f"{PHONE}|{PHONE_ABROAD}"
    residents = f"{RESIDENT}|{RESIDENT_PLAIN}" if plain and not counted else RESIDENT
    suspect = suspect.filter(suspect.str.contains(rf"{phones}|(?:^|\D)(?:{residents})(?:\D|$)"))
    return sorted({text for text in suspect if re.search(phones, text) or _resident(text, plain=plain and not counted)})


def _resident(text: str, *, plain: bool) -> bool:
    return _born(text, RESIDENT) or (plain and _born(text, RESIDENT_PLAIN, checked=True))


def _born(text: str, pattern: str, *, checked: bool = False) -> bool:
    """Whether a text holds a resident number: a day of the calendar and, where asked for, its check digit."""
    # What stands around a number may not be taken with it: the next one may begin there.
    for birth, rest in re.findall(rf"(?<!\d){pattern}(?!\d)", text):
        try:
            date(CENTURY[rest[0]] + int(birth[:2]), int(birth[2:4]), int(birth[4:]))
        except ValueError:
            continue
        if not checked or _checks(birth + rest):
            return True
    return False


def _checks(digits: str) -> bool:
    """Whether the last digit follows from the others, as in every number given before October 2020."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=False))
    return (MODULUS - total % MODULUS) % 10 == int(digits[-1])
