"""What is planted in the demonstration exports for the gate to find, in one list."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from expectations.months import add_months

Answer = Literal["reject", "refuse", "note", "replace", "stop"]


@dataclass(frozen=True)
class Fault:
    """One planted fault.

    Attributes:
        name: What it is.
        source: Layout whose file holds it.
        month: Month of the file it stands in.
        rows: Rows concerned; 0 where it is about the whole file.
        answer: What is expected of the reader: reject the row, refuse the file, note it, replace an earlier delivery,
            or stop the run.
    """

    name: str
    source: str
    month: date
    rows: int
    answer: Answer


CRIME, LIST, HUB, TABLE = "gwangju_crime", "gwangju_112_list", "gwangju_112_hub", "five_crimes_csv"

DAMAGED_YEAR = 2014
"""The year whose table lost its letters: not required, so it is refused and the run goes on."""
DISAGREEING_YEAR = 2020
DISAGREEING_STATION = "seobu"
"""That year's table gives that station 6 % more theft than its months hold."""

_PLAN: tuple[tuple[str, str, int, int, Answer], ...] = (
    ("impossible_date", CRIME, 0, 1, "reject"),
    ("outside_period", CRIME, 0, 2, "reject"),
    ("bad_count", CRIME, 3, 2, "reject"),
    ("impossible_time", CRIME, 5, 1, "note"),
    ("repeated_case", CRIME, 1, 3, "note"),
    ("unknown_district", CRIME, 2, 2, "note"),
    ("extra_column", CRIME, 6, 0, "note"),
    ("unknown_offence", CRIME, 7, 2, "note"),
    ("doubled_file", CRIME, 4, 0, "note"),
    ("corrected_delivery", CRIME, 55, 0, "replace"),
    ("impossible_time", LIST, 0, 1, "reject"),
    ("outside_period", LIST, 0, 1, "reject"),
    ("unknown_code", LIST, 1, 4, "note"),
    ("odd_response", LIST, 2, 3, "note"),
    ("sources_disagree", HUB, 22, 0, "note"),
)
"""Name, source, months before the newest, rows, answer."""


def planted(last_month: date, critical_fault: bool = False) -> tuple[Fault, ...]:
    """Faults planted in exports ending with `last_month`; those of annual tables stand at their year's January."""
    found = [
        Fault(name, source, add_months(last_month, -ago), rows, answer) for name, source, ago, rows, answer in _PLAN
    ]
    found.append(Fault("damaged_table", TABLE, date(DAMAGED_YEAR, 1, 1), 0, "refuse"))
    found.append(Fault("table_disagrees", TABLE, date(DISAGREEING_YEAR, 1, 1), 0, "note"))
    if critical_fault:
        found.append(Fault("damaged_delivery", CRIME, last_month, 0, "stop"))
    return tuple(found)


def has(faults: tuple[Fault, ...], name: str, source: str, month: date) -> int:
    """How many rows of a fault stand in a month's file; 1 where a whole file is concerned, 0 where it is not there."""
    return sum(max(f.rows, 1) for f in faults if (f.name, f.source, f.month) == (name, source, month))


def damaged(text: str) -> bytes:
    """A CP949 file opened as UTF-8 and saved again: every Korean letter is lost to U+FFFD, and it still decodes."""
    return text.encode("cp949").decode("utf-8", errors="replace").encode("utf-8")
