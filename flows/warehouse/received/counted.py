"""Files that once counted, as received.jsonl remembers them: a home made again without one must not be silent."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from flows.warehouse.received.lines import append_lines, read_lines
from flows.warehouse.received.sightings import every_sighting
from flows.warehouse.received.withdrawn import WITHDRAWN

COUNTED, MISSED = "counted_from", "missed_on"


@dataclass(frozen=True, order=True)
class Lost:
    """A file that once counted and is neither in the warehouse nor in the inbox.

    Attributes:
        first: First month that it had rows of.
        last: Last month that it had rows of.
        missed: Whether somebody said that runs go on without it.
    """

    name: str
    sha256: str
    first: date
    last: date
    missed: bool


def note_counted(con: duckdb.DuckDBPyConnection, home: Path) -> None:
    """Write down which files count, and for which months, where that is not written yet."""
    told = {
        said["sha256"]: (said["source"], said[COUNTED], said["counted_to"])
        for _, said in read_lines(home)
        if COUNTED in said
    }
    rows = con.execute(
        "select file.sha256, file.name, file.source, strftime(min(held.month), '%Y-%m-%d'), "
        "strftime(max(held.month), '%Y-%m-%d') from received_file as file join file_unit as held using (file_id) "
        "where file.status = 'accepted' group by all order by file.name, file.sha256"
    ).fetchall()
    append_lines(
        con,
        home,
        (
            {"sha256": sha256, "name": name, "source": source, COUNTED: first, "counted_to": last}
            for sha256, name, source, first, last in rows
            if told.get(sha256) != (source, first, last)
        ),
    )


def go_on_without(con: duckdb.DuckDBPyConnection, home: Path, lost: Iterable[Lost], on: date, reason: str) -> None:
    """Write down that runs go on without files; one that comes back counts again."""
    append_lines(
        con,
        home,
        (
            {"sha256": one.sha256, "name": one.name, MISSED: on.isoformat(), "reason": reason}
            for one in lost
            if not one.missed
        ),
    )


def lost_files(
    con: duckdb.DuckDBPyConnection, home: Path, sources: Collection[str], left_alone: Collection[str], as_of: date
) -> list[Lost]:
    """Files that once counted and of which nothing is left, as far as the as-of day would count them; by name.

    Not those that it sees withdrawn, or that lie in the inbox unread because no layout knows them any more, nor those
    over which others were written by then.

    Args:
        con: The warehouse.
        home: CHIAN_HOME.
        sources: Names of the agency's layouts.
        left_alone: Names in the inbox that no layout knows.
        as_of: Whose view is asked for.
    """
    counted, missed = {}, set()
    for _, said in read_lines(home):
        if COUNTED in said:
            counted[said["sha256"]] = said
        elif MISSED in said:
            missed.add(said["sha256"])
    here = {sha256 for (sha256,) in con.execute("select sha256 from received_file").fetchall()}
    gone = con.execute(f"select file_id from {WITHDRAWN}", {"as_of": as_of}).fetchall()
    withdrawn = {file_id for (file_id,) in gone}
    away = [
        said
        for sha256, said in counted.items()
        if sha256 not in here
        and sha256[:16] not in withdrawn
        and said["source"] in sources
        and said["name"] not in left_alone
    ]
    standing = _standing(home, as_of) if away else set()
    return sorted(
        Lost(
            said["name"],
            said["sha256"],
            date.fromisoformat(said[COUNTED]),
            date.fromisoformat(said["counted_to"]),
            said["sha256"] in missed,
        )
        for said in away
        if said["sha256"] in standing
    )


def _standing(home: Path, as_of: date) -> set[str]:
    """sha256 of what lay at each place last, as far as the day knows; what came first stands for days before it."""
    lay: dict[str, str] = {}
    for seen in every_sighting(home):
        if seen.place not in lay or seen.received_on <= as_of:
            lay[seen.place] = seen.sha256
    return set(lay.values())
