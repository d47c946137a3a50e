"""received.jsonl: the day each export was first seen, kept outside the warehouse so that a rebuild knows it."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flows.warehouse.failure import WarehouseError

NAME = "received.jsonl"


@dataclass(frozen=True, order=True)
class Sighting:
    """A file's bytes under one name, and the day they were first seen so."""

    received_on: date
    name: str
    sha256: str


def sightings(home: Path) -> dict[tuple[str, str], Sighting]:
    """First sighting of every (sha256, name); a home that has none gives an empty one.

    A last line without its newline is the trace of a crash while it was written: that sighting was never relied on.

    Raises:
        WarehouseError: A line is damaged.
    """
    first: dict[tuple[str, str], Sighting] = {}
    for number, line in enumerate(_whole_lines(home / NAME), 1):
        try:
            said = json.loads(line)
            if "received_on" not in said:
                continue
            seen = Sighting(date.fromisoformat(said["received_on"]), said["name"], said["sha256"])
        except (KeyError, TypeError, ValueError) as error:
            raise WarehouseError("received_damaged", path=home / NAME, line=number) from error
        first.setdefault((seen.sha256, seen.name), seen)
    return first


def remember(home: Path, new: Iterable[Sighting]) -> None:
    """Append sightings and wait until they are on disk.

    Raises:
        OSError: The file cannot be written.
    """
    said = ({"sha256": s.sha256, "name": s.name, "received_on": s.received_on.isoformat()} for s in new)
    lines = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in said)
    if not lines:
        return
    path = home / NAME
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "r+b") as handle:
        handle.truncate(_whole_size(path))
        handle.seek(0, os.SEEK_END)
        handle.write(lines.encode())
        handle.flush()
        os.fsync(handle.fileno())


def first_days(seen: Mapping[tuple[str, str], Sighting]) -> dict[str, date]:
    """The day each file's bytes were first seen under whatever name, by sha256."""
    days: dict[str, date] = {}
    for sighting in seen.values():
        days[sighting.sha256] = min(days.get(sighting.sha256, sighting.received_on), sighting.received_on)
    return days


def _whole_lines(path: Path) -> Iterator[bytes]:
    if path.is_file():
        whole = path.read_bytes()[: _whole_size(path)]
        yield from (line for line in whole.split(b"\n") if line)


def _whole_size(path: Path) -> int:
    """Bytes up to and with the last newline."""
    return path.read_bytes().rfind(b"\n") + 1
