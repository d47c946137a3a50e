"""When each list of a register was delivered: by the day its name says, and in the order received.jsonl saw it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from expectations.agency import Agency
from expectations.kinds import REGISTERS, RegisterKind
from flows.warehouse.received import every_sighting
from flows.warehouse.registers.names import named_day, stem
from flows.warehouse.statements import transaction
from transforms.exports.files.names import base_name, register_of


@dataclass(frozen=True)
class Delivery:
    """One delivery of a list: the same bytes may come again after others, and then count again.

    Attributes:
        file_id: Its bytes.
        name: What the file was called.
        stem: The list it is a delivery of.
        day: It counts from this day on: the one in its name, else the one it was seen on. A later day than that it
            cannot have been made on.
        number: Of one day's deliveries the highest stands: the one seen last.
        ahead: Whether the day in its name is later than the one it was seen on.
    """

    file_id: str
    name: str
    stem: str
    day: date
    number: int
    ahead: bool


def remember_deliveries(con: duckdb.DuckDBPyConnection, home: Path, agency: Agency) -> None:
    """Make table `register_sighting` say what received.jsonl says, and the deliveries of every register follow it.

    Comes after the names that files bear now were entered.
    """
    lines = (one for one in every_sighting(home) if register_of(one.name, agency) is not None)
    told = [(number, one.sha256[:16], one.name, one.received_on) for number, one in enumerate(lines, 1)]
    if con.execute("from register_sighting order by number").fetchall() != told:
        with transaction(con):
            con.execute("delete from register_sighting")
            con.executemany("insert into register_sighting values (?, ?, ?, ?)", told)
    with transaction(con):
        enter_days(con, agency)


def enter_days(con: duckdb.DuckDBPyConnection, agency: Agency, file_id: str | None = None) -> None:
    """Enter the days registers were delivered, of one file or of all, where they are not those entered before."""
    days: dict[str, set[date]] = defaultdict(set)
    for register in REGISTERS.values():
        for one in deliveries(con, register, agency):
            days[one.file_id].add(one.day)
    for own in sorted(days) if file_id is None else [file_id]:
        known = con.execute("select exported_on from delivery where file_id = ? order by 1", [own]).fetchall()
        if [day for (day,) in known] != sorted(days[own]):
            con.execute("delete from delivery where file_id = ?", [own])
            con.executemany(
                "insert into delivery values ($1, $2, 1, $2, $2, 0)", [(own, day) for day in sorted(days[own])]
            )
        con.execute(
            "update received_file set exported_on = $2, period_from = $2, period_to = $2 "
            "where file_id = $1 and exported_on <> $2",
            [own, min(days[own])],
        )


def deliveries(con: duckdb.DuckDBPyConnection, register: RegisterKind, agency: Agency) -> list[Delivery]:
    """Every delivery of a register's files, by day and then in the order they were seen; what was refused, too.

    A file counts for the lists whose names it bears now, on all the days it came under one of theirs: a file put right
    under another list's name leaves the first.
    """
    files = con.execute("select file_id, name, received_on from received_file where kind = ?", [register.name])
    seen: dict[str, list[tuple[int, str, date]]] = {one: [(0, name, on)] for one, name, on in files.fetchall()}
    lines: dict[str, list[tuple[int, str, date]]] = defaultdict(list)
    for number, file_id, name, on in con.execute("from register_sighting order by number").fetchall():
        layout = register_of(name, agency) if file_id in seen else None
        if layout is not None and REGISTERS[layout.kind] is register:
            lines[file_id].append((number, name, on))
    seen |= lines
    bears = con.execute("select file_id, list(name order by name) from file_name group by file_id")
    borne = dict(bears.fetchall())
    found = (one for file_id, told in seen.items() for one in _of_file(file_id, told, borne.get(file_id, ())))
    return sorted(found, key=lambda one: (one.day, one.number, one.file_id))


def _of_file(file_id: str, told: list[tuple[int, str, date]], borne: Iterable[str]) -> list[Delivery]:
    first: dict[str, str] = {}
    for _, name, _ in told:  # put into another folder it is the list it was: an archive is no second one
        first.setdefault(base_name(name), stem(name))
    lists = {first.get(base_name(name), stem(name)) for name in borne}
    found = []
    for number, name, on in told:
        said, own = named_day(name), first[base_name(name)]
        if own in lists or not lists:
            ahead = said is not None and said > on
            found.append(Delivery(file_id, name, own, on if said is None or ahead else said, number, ahead))
    return found
