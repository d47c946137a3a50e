"""Lines of received.jsonl: each with its checksum, written to the warehouse first and then to the file."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from flows.places.home import sync
from flows.warehouse.failure import WarehouseError
from flows.warehouse.received.chain import broken_at, check_of, last_check, sealed

NAME = "received.jsonl"
CLOCK = "clock_right_on"
"""Key of a line by which an operator says that the clock is right: no line before it can be of a later day."""
DAYS_SEEN = ("received_on", "withdrawn_on", "reinstated_on", "missed_on")
"""Keys whose day the clock said when the line was written."""
OLD = (
    {"sha256", "name", "received_on"}, {"sha256", "name", "withdrawn_on", "reason"},
    {"sha256", "name", "reinstated_on", "reason"}, {"month", "accepted_on", "reason"},
)  # fmt: skip
"""Keys of the lines that versions before 0.6 wrote, which had no checksum."""


def read_lines(home: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Number and object of every line; a home that has none gives nothing.

    Days later than the one on which the clock was said to be right are that one: the clock had been ahead.

    Raises:
        WarehouseError: A line is not what it was when it was written.
    """
    lines = raw_lines(home)
    wrong = broken_at(lines) if any(check_of(line) for line in lines) else first_foreign(lines)
    if wrong is not None:
        raise damaged(home, wrong + 1)
    said = [json.loads(line) for line in lines]
    latest: str | None = None
    for one in reversed(said):
        if CLOCK in one:
            latest = min(one[CLOCK], latest or one[CLOCK])
        for key in DAYS_SEEN:
            if latest and key in one:
                one[key] = min(one[key], latest)
    yield from enumerate(said, 1)


def raw_lines(home: Path) -> list[bytes]:
    """Every line that is not blank, the last one also without its newline."""
    path = home / NAME
    return [line for line in path.read_bytes().split(b"\n") if line] if path.is_file() else []


def first_foreign(lines: Sequence[bytes]) -> int | None:
    """Place of the first line that no earlier version wrote; None where there is none."""
    return next((place for place, line in enumerate(lines) if not is_old(line)), None)


def is_old(line: bytes) -> bool:
    """Whether an earlier version may have written a line, whole."""
    try:
        said = json.loads(line)
    except ValueError:
        return False
    return isinstance(said, dict) and set(said) in OLD and all(isinstance(value, str) for value in said.values())


def damaged(home: Path, line: int) -> WarehouseError:
    """The error of a line that does not say what it should."""
    return WarehouseError("received_damaged", path=home / NAME, line=line)


def known_lines(con: duckdb.DuckDBPyConnection) -> list[bytes]:
    """The lines as the warehouse has them."""
    return [line.encode() for (line,) in con.execute("select line from received_line order by number").fetchall()]


def know(con: duckdb.DuckDBPyConnection, lines: Sequence[bytes], after: int = 0) -> None:
    """Have the warehouse know these lines behind the first so many, in the place of what it knew there."""
    con.execute("delete from received_line where number > ?", [after])
    con.execute(
        "insert into received_line select unnest($1::integer[]), unnest($2::varchar[])",
        [list(range(after + 1, after + len(lines) + 1)), [line.decode() for line in lines]],
    )


def append_lines(con: duckdb.DuckDBPyConnection, home: Path, said: Iterable[Mapping[str, object]]) -> None:
    """Append objects, a line each, and wait until they are on disk.

    The warehouse has them first: what a crash leaves out of the file, or half in it, is restored from there.

    Raises:
        OSError: The file cannot be written.
    """
    new = list(said)
    if not new:
        return
    known = known_lines(con)
    lines = sealed(new, last_check(known) or "")
    con.begin()
    know(con, lines, len(known))
    con.commit()
    descriptor = os.open(home / NAME, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "ab") as handle:
        handle.write(b"".join(line + b"\n" for line in lines))
        handle.flush()
        os.fsync(handle.fileno())


def write_lines(home: Path, lines: Sequence[bytes]) -> None:
    """Put these lines in the place of the file, at once.

    Raises:
        OSError: It cannot be written.
    """
    for leftover in home.glob(f".{NAME}-*"):
        leftover.unlink(missing_ok=True)
    new = home / f".{NAME}-{os.getpid()}"
    new.write_bytes(b"".join(line + b"\n" for line in lines))
    sync(new)
    new.replace(home / NAME)
    sync(home)
