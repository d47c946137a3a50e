"""How the units' registers came together: lists that share entries, bare deliveries, days ahead, what was left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from expectations.gate.finding import Finding, broken, kept

TABLE = "source_file"


@dataclass(frozen=True)
class Remarks:
    """What the meeting should hear of one register, everything by the names of files.

    Attributes:
        twice: Files of two lists that hold the same entries: the newer, the older, how many.
        bare: A newest delivery without an entry, and the earlier one that stands in its place.
        ahead: A file whose name says a later day than it came on, that day, and the day it counts from.
        left_out: A file with entries of a district, crime type or shift that the agency no longer has, and how many.
    """

    twice: Sequence[tuple[str, str, int]] = ()
    bare: Sequence[tuple[str, str]] = ()
    ahead: Sequence[tuple[str, date, date]] = ()
    left_out: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True)
class Clash:
    """Rows of rosters none of which is more specific than the others, for one shift of a district.

    Attributes:
        district: Its name.
        shift: Name of the shift.
        first: First of the days.
        days: How many days.
        rows: Lists and numbers of the rows.
    """

    district: str
    shift: str
    first: date
    days: int
    rows: Sequence[str]


@dataclass(frozen=True)
class Repeated:
    """Rows of the lists of events that tell the same event of the same hours.

    Attributes:
        name: What the event is called.
        first: First of the days.
        days: How many days.
        rows: Lists and numbers of the rows.
    """

    name: str
    first: date
    days: int
    rows: Sequence[str]


def check_entries(registers: Sequence[Remarks]) -> list[Finding]:
    """One warning per file, or pair of files, that something is to be said of; nothing here stops a run."""
    found: list[Finding] = []
    for one in registers:
        found += [
            broken(
                TABLE,
                f"entry_stands_once({file}, {other})",
                "warning",
                "gate_entry_twice",
                f"{count:,}",
                file=file,
                other=other,
                count=count,
            )
            for file, other, count in one.twice
        ]
        found += [
            broken(
                TABLE, f"register_has_entries({file})", "warning", "gate_register_bare", file, file=file, stands=other
            )
            for file, other in one.bare
        ]
        found += [
            broken(
                TABLE,
                f"register_is_not_ahead({file})",
                "warning",
                "gate_register_ahead",
                f"{said} > {day}",
                file=file,
                said=said,
                day=day,
            )
            for file, said, day in one.ahead
        ]
        found += [
            broken(
                TABLE,
                f"entry_is_of_agency({file})",
                "warning",
                "gate_entries_left_out",
                f"{count:,}",
                file=file,
                count=count,
            )
            for file, count in one.left_out
        ]
    return found or [kept(TABLE, "registers_are_whole", "warning", "gate_registers_whole")]


def check_rosters(clashes: Sequence[Clash]) -> list[Finding]:
    """One warning per shift of a district for which rows of the rosters contradict each other."""
    if not clashes:
        return [kept(TABLE, "roster_is_plain", "warning", "gate_roster_plain")]
    return [
        broken(
            TABLE,
            f"roster_is_plain({one.district}, {one.shift}, {', '.join(one.rows)})",
            "warning",
            "gate_roster_clash",
            f"{one.days:,}",
            district=one.district,
            shift=one.shift,
            first=one.first,
            days=one.days,
            rows=list(one.rows),
        )
        for one in clashes
    ]


def check_events(repeated: Sequence[Repeated]) -> list[Finding]:
    """One warning per set of rows that tell the same event, of which one counts."""
    if not repeated:
        return [kept("special_day", "event_stands_once", "warning", "gate_events_once")]
    return [
        broken(
            "special_day",
            f"event_stands_once({', '.join(one.rows)})",
            "warning",
            "gate_event_twice",
            f"{one.days:,}",
            name=one.name,
            first=one.first,
            days=one.days,
            rows=list(one.rows),
        )
        for one in repeated
    ]
