"""One writer at a time: an operating-system lock on the home, and a note of who holds it."""

import fcntl
import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from flows.warehouse.failure import WarehouseBusy

LOCK = "warehouse.lock"
"""Name of the lock file in a home."""
POLL_SECONDS = 0.1
# A record lock does not stop the process that holds it from taking it again, so that is remembered here.
_held: set[Path] = set()


@contextmanager
def locked(path: Path, wait_seconds: float) -> Iterator[None]:
    """Hold the lock file while the block runs.

    A record lock belongs to the process alone: it ends with it however it ends, and worker processes forked from it do
    not keep it alive. The file stays and holds, while locked, one JSON object: pid, host, since, command.

    Raises:
        WarehouseBusy: Another holder kept the lock longer than `wait_seconds`.
        OSError: The file cannot be made or written.
    """
    path = path.resolve()
    deadline = time.monotonic() + wait_seconds
    # Before anything is opened: closing any descriptor of the file would free a lock this process holds.
    while path in _held:
        _wait(path, deadline)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while not _try(descriptor):
            _wait(path, deadline)
        _held.add(path)
        try:
            _write(descriptor, json.dumps(_holder(), ensure_ascii=False) + "\n")
            yield
        finally:
            _held.discard(path)
            _write(descriptor, "")
    finally:
        os.close(descriptor)


def holder(path: Path) -> dict[str, object]:
    """Who wrote into the lock file last: pid, host, since, command; `?` for what it does not say.

    Only for another process than the holder's.
    """
    unknown: dict[str, object] = dict.fromkeys(("pid", "host", "since", "command"), "?")
    try:
        said = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return unknown
    return unknown | {name: said[name] for name in unknown if name in said}


def _try(descriptor: int) -> bool:
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _wait(path: Path, deadline: float) -> None:
    if time.monotonic() >= deadline:
        who = _holder() if path in _held else holder(path)
        raise WarehouseBusy("warehouse_busy", home=path.parent, **who)
    time.sleep(POLL_SECONDS)


def _holder() -> dict[str, object]:
    return {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": datetime.now().astimezone().isoformat(sep=" ", timespec="seconds"),
        "command": " ".join([Path(sys.argv[0]).name, *sys.argv[1:]]).strip() or "python",
    }


def _write(descriptor: int, text: str) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, text.encode(), 0)
