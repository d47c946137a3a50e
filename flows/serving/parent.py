"""Processes that end with the one that started them, however it ends."""

import os
import select
import signal
from threading import Thread
from typing import NoReturn


def end_with_parent(parent: int) -> None:
    """Kill this process as soon as its parent of that number is gone.

    SIGKILL leaves a parent no moment to end what it started. A handle of the process is watched, rather than having the
    kernel send a signal at the parent's death: that would already come at the end of the parent's *thread*.
    """
    try:
        handle = os.pidfd_open(parent)
    except ProcessLookupError:
        _end()
    if os.getppid() != parent:  # it has ended meanwhile, and its number may be another's by now
        _end()
    Thread(target=_wait, args=(handle,), name="end with parent", daemon=True).start()


def _wait(handle: int) -> None:
    watch = select.poll()
    watch.register(handle, select.POLLIN)
    watch.poll()
    _end()


def _end() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise SystemExit  # never reached
