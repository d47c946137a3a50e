"""The day each export was first seen, under each of its names; and each time other bytes lay under a name."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from flows.warehouse.received.lines import append_lines, damaged, read_lines


@dataclass(frozen=True, order=True)
class Sighting:
    """A file's bytes under one name, and the day they were seen there after others or none.

    Attributes:
        name: Name within the inbox, NFC.
        path: What the file is told apart from others of that name by; empty where that is the name.
    """

    received_on: date
    name: str
    sha256: str
    path: str = ""

    @property
    def place(self) -> str:
        """Where the bytes lay, by the bytes of the path."""
        return self.path or self.name


def sightings(home: Path) -> dict[tuple[str, str], Sighting]:
    """First sighting of every (sha256, name); a home that has none gives an empty one.

    Raises:
        WarehouseError: A line is damaged.
    """
    first: dict[tuple[str, str], Sighting] = {}
    for seen in every_sighting(home):
        first.setdefault((seen.sha256, seen.name), seen)
    return first


def every_sighting(home: Path) -> Iterator[Sighting]:
    """Every sighting in the order they were written; bytes may lie under a name again after others.

    Raises:
        WarehouseError: A line is damaged.
    """
    for number, said in read_lines(home):
        if "received_on" not in said:
            continue
        try:
            day = date.fromisoformat(said["received_on"])
            yield Sighting(day, said["name"], said["sha256"], said.get("path", ""))
        except (KeyError, TypeError, ValueError) as error:
            raise damaged(home, number) from error


def remember(con: duckdb.DuckDBPyConnection, home: Path, new: Iterable[Sighting]) -> None:
    """Append sightings and wait until they are on disk.

    Raises:
        OSError: The file cannot be written.
    """
    append_lines(con, home, (_line(one) for one in new))


def first_days(seen: Mapping[tuple[str, str], Sighting]) -> dict[str, date]:
    """The day each file's bytes were first seen under whatever name, by sha256."""
    days: dict[str, date] = {}
    for sighting in seen.values():
        days[sighting.sha256] = min(days.get(sighting.sha256, sighting.received_on), sighting.received_on)
    return days


def _line(sighting: Sighting) -> dict[str, object]:
    said: dict[str, object] = {
        "sha256": sighting.sha256,
        "name": sighting.name,
        "received_on": sighting.received_on.isoformat(),
    }
    return said | ({"path": sighting.path} if sighting.path else {})
