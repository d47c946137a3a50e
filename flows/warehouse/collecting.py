"""From a look over the inbox to what is to be read: files by their bytes, told apart from those read before."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from expectations.agency import Agency
from expectations.layout import Layout
from flows.warehouse.deliveries import enter_again
from flows.warehouse.inbox import Contents, FileState, InboxFile
from flows.warehouse.received import Sighting, every_sighting, first_days, remember
from flows.warehouse.received.accepted import bring_acceptances
from flows.warehouse.received.clock import Clock, check_clock, newest_known
from flows.warehouse.received.counted import note_counted
from flows.warehouse.received.sighted import bring_sightings
from flows.warehouse.received.withdrawn import bring_up_to_date
from flows.warehouse.received_files import Known, forget, known_by_hash, reading_hashes, rename, show_name
from flows.warehouse.registers import remember_deliveries
from flows.warehouse.statements import transaction
from flows.warehouse.storing import StoredFile, refuse
from transforms.exports import ExportFile, ExportRefused
from transforms.exports.files.names import copy_order, named_export_day, named_period, told_name

Seen = Mapping[tuple[str, str], Sighting]


@dataclass(frozen=True)
class Incoming:
    """An export to read.

    Attributes:
        received_on: Day its bytes were first seen, which may be long before today.
        state: The file of the inbox that holds it, as it was when its sha256 was taken.
    """

    file: ExportFile
    layout: Layout
    received_on: date
    state: FileState


@dataclass(frozen=True)
class Collected:
    """What a look over the inbox found, everything in name order.

    Attributes:
        files: Exports to read.
        known: Names of exports read before by the same layout and agency folder.
        refused: Files refused before they are read, entered among the files received already.
        left_alone: Names no layout knows.
        growing: Names of files that changed between two looks; the next run takes them.
        unreadable: Names of files that could not be opened.
        stale: Names of files read by an older layout or agency folder that are no longer in the inbox to be read again.
    """

    files: tuple[Incoming, ...]
    known: tuple[str, ...]
    refused: tuple[StoredFile, ...]
    left_alone: tuple[str, ...]
    growing: tuple[str, ...]
    unreadable: tuple[str, ...]
    stale: tuple[str, ...]


def collect(
    con: duckdb.DuckDBPyConnection,
    home: Path,
    contents: Contents,
    agency: Agency,
    received_on: date,
    clock: Clock | None = None,
) -> Collected:
    """Say what is to be read; remember what is seen for the first time, and under which names each file came.

    A file is its bytes. Under several names it is read once, as the one first seen (of one day's, the first in order).
    Other bytes under a name are a delivery of their own, as are the first ones where they lie there again.

    Raises:
        WarehouseError: The clock contradicts what is known; nothing is written down.
    """
    if clock is not None:
        check_clock(con, home, clock, max([*_days_made(contents.found), newest_known(con) or date.min]))
    bring_up_to_date(con, home)
    bring_acceptances(con, home)
    seen = _remember(con, home, contents.found, received_on)
    days = first_days(seen)
    copies = _copies(contents.found, seen)
    before, hashes = known_by_hash(con), reading_hashes(agency)
    renamed = _enter_names(con, copies, seen)
    seen_again = bring_sightings(con, home)
    files: list[Incoming] = []
    known: list[str] = []
    refused: list[StoredFile] = []
    for sha256, same in copies.items():
        first = same[0]
        if first.file is None or first.layout is None:
            reasons = [found.refused for found in same if found.refused is not None]
            refused.append(refuse(con, first.name, sha256, reasons, None, agency, days[sha256]))
        elif _is_known(before.get(sha256), first.name, first.layout, hashes[first.layout.name]):
            known.append(first.name)
            if sha256 in renamed:
                with transaction(con):
                    show_name(con, sha256[:16], first.name)
        else:
            files.append(Incoming(first.file, first.layout, days[sha256], first.state))
    with transaction(con):
        enter_again(con, agency, seen_again | {sha256[:16] for sha256 in renamed})
    _forget_unknown(con, contents.left_alone, copies)
    remember_deliveries(con, home, agency)
    note_counted(con, home)
    return Collected(
        tuple(sorted(files, key=lambda new: new.file.name)),
        tuple(sorted(known)),
        tuple(refused),
        contents.left_alone,
        contents.growing,
        contents.unreadable,
        _stale(before, copies, hashes),
    )


def _days_made(files: Iterable[InboxFile]) -> Iterator[date]:
    """When exports were made as far as their names say; else the last day they cover."""
    for file in files:
        if file.layout is not None:
            with suppress(ExportRefused):
                period = named_period(file.name, file.layout)
                day = named_export_day(file.name, file.layout) or (period[1] if period else None)
                if day is not None and day != date.max:
                    yield day


def _remember(con: duckdb.DuckDBPyConnection, home: Path, files: Sequence[InboxFile], received_on: date) -> Seen:
    """First sightings of everything found, the new ones written down before anything relies on them.

    New is what lies where other bytes lay before, or none.
    """
    seen: dict[tuple[str, str], Sighting] = {}
    lay: dict[str, str] = {}
    for sighting in every_sighting(home):
        seen.setdefault((sighting.sha256, sighting.name), sighting)
        lay[sighting.place] = sighting.sha256
    # The warehouse remembers what received.jsonl of an earlier version may have lost: an undated export must not become
    # today's.
    known = dict(con.execute("select sha256, received_on from received_file").fetchall())
    days = {
        sha256: day for sha256, day in known.items() if sha256 not in {sighting.sha256 for sighting in seen.values()}
    }
    new = []
    for file in sorted(files, key=lambda file: (copy_order(file.name), file.path, file.sha256)):
        sighting = Sighting(days.get(file.sha256, received_on), file.name, file.sha256, file.path)
        if lay.get(sighting.place) != file.sha256:
            new.append(sighting)
            seen.setdefault((file.sha256, file.name), sighting)
    remember(con, home, new)
    return seen


def _copies(files: Iterable[InboxFile], seen: Seen) -> dict[str, list[InboxFile]]:
    """What was found by sha256, in order of it; of each, the copy to be read first."""
    copies: dict[str, list[InboxFile]] = defaultdict(list)
    for file in files:
        copies[file.sha256].append(file)
    for same in copies.values():
        same.sort(key=lambda file: (file.file is None or file.layout is None, seen[file.sha256, file.name]))
    return dict(sorted(copies.items()))


def _enter_names(con: duckdb.DuckDBPyConnection, copies: Mapping[str, Sequence[InboxFile]], seen: Seen) -> set[str]:
    """Enter the names files bear now; return the sha256 of those that bore others before."""
    rows = con.execute("select file_id, list((name, received_on)) from file_name group by file_id").fetchall()
    bore = {file_id: set(names) for file_id, names in rows}
    bear = {
        sha256: {(file.name, seen[sha256, file.name].received_on) for file in same} for sha256, same in copies.items()
    }
    renamed = {sha256 for sha256, names in bear.items() if bore.get(sha256[:16]) != names}
    if not renamed:
        return renamed
    with transaction(con):
        rename(con, {sha256[:16]: sorted(bear[sha256]) for sha256 in sorted(renamed)})
    return renamed


def _is_known(before: Known | None, name: str, layout: Layout, hash_now: str) -> bool:
    """Whether reading the file again could not say anything new: what its name says counts too, folders where read."""
    if before is None or before.reading_hash != hash_now:
        return False
    return told_name(before.name, layout) == told_name(name, layout)


def _forget_unknown(con: duckdb.DuckDBPyConnection, left_alone: Sequence[str], copies: Mapping[str, object]) -> None:
    """Files read once that no layout knows any more are as if they had never been read."""
    names = con.execute("select file_id, list(name) from file_name group by file_id order by file_id").fetchall()
    present, unknown = {sha256[:16] for sha256 in copies}, set(left_alone)
    for file_id, bore in names:
        if file_id not in present and unknown.issuperset(bore):
            with transaction(con):
                forget(con, file_id)


def _stale(before: Mapping[str, Known], copies: Mapping[str, object], hashes: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(
        sorted(
            file.name
            for sha256, file in before.items()
            if sha256 not in copies and file.source and file.reading_hash != hashes.get(file.source)
        )
    )
