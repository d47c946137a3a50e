"""Lines of received.jsonl: read as far as they are whole, appended so that a crash leaves no half of one."""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from flows.warehouse.failure import WarehouseError

NAME = "received.jsonl"


def read_lines(home: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Number and object of every whole line; a home that has none gives nothing.

    A last line without its newline is the trace of a crash while it was written: it was never relied on.

    Raises:
        WarehouseError: A line is no JSON object.
    """
    path = home / NAME
    if not path.is_file():
        return
    whole = path.read_bytes()[: _whole_size(path)]
    for number, line in enumerate((line for line in whole.split(b"\n") if line), 1):
        try:
            said = json.loads(line)
        except ValueError as error:
            raise damaged(home, number) from error
        if not isinstance(said, dict):
            raise damaged(home, number)
        yield number, said


def damaged(home: Path, line: int) -> WarehouseError:
    """The error of a line that does not say what it should."""
    return WarehouseError("received_damaged", path=home / NAME, line=line)


def append_lines(home: Path, said: Iterable[dict[str, str]]) -> None:
    """Append objects, a line each, and wait until they are on disk.

    Raises:
        OSError: The file cannot be written.
    """
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


def _whole_size(path: Path) -> int:
    """Bytes up to and with the last newline."""
    return path.read_bytes().rfind(b"\n") + 1
