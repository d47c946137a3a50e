"""Which files are withdrawn as one day sees it; what received.jsonl says of them stands in the warehouse, too."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from expectations.people.shown import without_people
from expectations.sentences import sentence
from flows.warehouse.failure import WarehouseError
from flows.warehouse.received.sightings import Sighting, sightings
from flows.warehouse.received.withdrawals import Withdrawal, decide, withdrawals
from flows.warehouse.statements import transaction

WITHDRAWN = (
    "(select file_id, arg_max(decided_on, number) as withdrawn_on, arg_max(reason, number) as withdrawn_why "
    "from withdrawal where decided_on <= $as_of group by file_id having arg_max(is_withdrawn, number))"
)
"""SQL: one row per file that the as-of day sees withdrawn, with the day and the reason of the last decision by then."""
FEWEST_DIGITS = 8
"""Of a sha256, so that a short name made of hex digits is not taken for one."""
SHOWN = 5


@dataclass(frozen=True)
class Decided:
    """A file withdrawn or seen again.

    Attributes:
        names: Every name its bytes came under, the first seen first.
    """

    withdrawal: Withdrawal
    names: tuple[str, ...]


def bring_up_to_date(con: duckdb.DuckDBPyConnection, home: Path) -> None:
    """Make table `withdrawal` say what received.jsonl says, from which a rebuild knows it."""
    told = [
        (number, made.sha256[:16], made.decided_on, made.is_withdrawn, made.reason)
        for number, made in enumerate(withdrawals(home), 1)
    ]
    if con.execute("from withdrawal order by number").fetchall() == told:
        return
    with transaction(con):
        con.execute("delete from withdrawal")
        if told:
            con.executemany("insert into withdrawal values (?, ?, ?, ?, ?)", told)


def withdraw(
    con: duckdb.DuckDBPyConnection, home: Path, wanted: Sequence[str], on: date, reason: str, *, undo: bool
) -> Decided:
    """Decide that a file is not seen from a day on, or is seen again, and write that down.

    Args:
        con: The warehouse.
        home: CHIAN_HOME, whose received.jsonl knows every file there has been.
        wanted: The file by its name, its file_id, its sha256 or the beginning of that; the first by which a file is
            known.
        on: First as-of day the decision holds for.
        reason: Why, in the operator's words.
        undo: Whether the file is to be seen again.

    Raises:
        WarehouseError: No file is meant, or several; or the file is in that state already.
    """
    sha256, names = _meant(sightings(home).values(), wanted)
    last = [made for made in withdrawals(home) if made.sha256 == sha256][-1:]
    if any(made.is_withdrawn for made in last) != undo:
        if undo:
            raise WarehouseError("withdraw_not_withdrawn", file=names[0])
        raise WarehouseError("withdraw_already", file=names[0], on=last[0].decided_on)
    made = Withdrawal(sha256, names[0], on, not undo, " ".join(reason.split()))
    decide(con, home, made)
    bring_up_to_date(con, home)
    return Decided(made, names)


def note(lang: str, on: date, reason: str) -> str:
    """What table `source_file` says of a withdrawn file."""
    return sentence("file_withdrawn_because" if reason else "file_withdrawn", lang, on=on, reason=reason)


def _meant(seen: Iterable[Sighting], called: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """sha256 and names of the one file that is meant by the first of these words by which any is."""
    names: dict[str, list[str]] = {}
    for sighting in sorted(seen):
        names.setdefault(sighting.sha256, []).append(sighting.name)
    for wanted in called:
        if found := _called(names, wanted):
            return found
    raise WarehouseError("withdraw_unknown", wanted=called[-1])


def _called(names: Mapping[str, Sequence[str]], wanted: str) -> tuple[str, tuple[str, ...]] | None:
    """The file called so.

    A whole name goes before the last part of one, so that a file in a folder does not hide one beside it.
    """
    wanted = unicodedata.normalize("NFC", wanted)
    tests = (
        lambda sha256, name: name == wanted,
        lambda sha256, name: name.endswith(f"/{wanted}"),
        lambda sha256, name: name.startswith(f"{wanted}/"),
        lambda sha256, name: without_people(name) == wanted,
        lambda sha256, name: len(wanted) >= FEWEST_DIGITS and sha256.startswith(wanted.lower()),
    )
    for is_meant in tests:
        found = [sha256 for sha256, called in names.items() if any(is_meant(sha256, name) for name in called)]
        if len(found) > 1:
            listed = ", ".join(f"{names[sha256][0]} ({sha256[:16]})" for sha256 in found[:SHOWN])
            raise WarehouseError("withdraw_ambiguous", wanted=wanted, count=len(found), files=listed)
        if found:
            return found[0], tuple(names[found[0]])
    return None
