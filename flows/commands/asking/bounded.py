"""A question that can be ended: by a signal, by its time and by its memory, whatever DuckDB is doing."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread, current_thread, main_thread
from typing import TYPE_CHECKING, TypeVar

from expectations.sentences import reader_language
from flows.commands.error import CommandError

if TYPE_CHECKING:
    import duckdb

Made = TypeVar("Made")

SECONDS = 300.0
"""What a question may take unless it is said otherwise."""
MEGABYTES = 2000.0
"""What a question may hold in memory unless it is said otherwise; on a small machine half of what there is."""
TIMED_OUT = 124
"""Exit status of a question whose time was up, as `timeout` has it."""
SIGNALLED = 128
"""An exit status of a signal is this and its number."""
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LOOK = 0.1
# DuckDB ends at the next block of rows. A function that makes one value of gigabytes has no next block.
_GRACE = 1.0
# What the interpreter and DuckDB's code take beside the rows of a question.
_BESIDE = 300.0
_MEGABYTE = 1_000_000


class EndedEarly(CommandError):
    """A question that was ended before its answer was whole.

    Attributes:
        status: What the command exits with.
    """

    def __init__(self, code: str, status: int, **values: object) -> None:
        """Keep the sentence's code and values, and the exit status."""
        self.status = status
        super().__init__(code, **values)


@dataclass(frozen=True)
class Limits:
    """What one question may take.

    Attributes:
        seconds: Until its answer is written; 0: as long as it takes.
        megabytes: Of memory; 0: as much as there is. Nothing is spilled to disk.
    """

    seconds: float = SECONDS
    megabytes: float = MEGABYTES

    def of_duckdb(self) -> dict[str, str]:
        """The settings of DuckDB that keep the limit of memory; a reader's question leaves nothing on the disk."""
        spill = {"temp_directory": "", "max_temp_directory_size": "0KB"}
        return spill | ({"memory_limit": f"{self.memory():.0f}MB"} if self.megabytes else {})

    def memory(self) -> float:
        """Megabytes a question may hold: never more than half of the machine's, unless without limit."""
        if not self.megabytes:
            return float("inf")
        machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _MEGABYTE
        return min(self.megabytes, machine / 2)


def bounded(
    con: "duckdb.DuckDBPyConnection", work: Callable[[], Made], limits: Limits, discard: Path | None = None
) -> Made:
    """What `work` makes with a connection, unless a signal or a limit ends it first.

    DuckDB computes in a thread of its own, so that the main one, which alone is told of signals, is free to hear them.
    What does not end when DuckDB is interrupted (one value of gigabytes, a pipe nobody reads) ends with the process.

    Args:
        con: What to interrupt.
        work: What asks and writes the answer.
        limits: Of time and memory.
        discard: A half-written file to remove if the process has to be ended.

    Raises:
        EndedEarly: It was ended.
        Exception: Whatever `work` raises.
    """
    made: list[Made] = []
    failed: list[BaseException] = []
    done = Event()

    def run() -> None:
        try:
            made.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that asked
            failed.append(error)
        finally:
            done.set()

    with _heard() as signals:
        Thread(target=run, name="question", daemon=True).start()
        ended = _wait(con, done, signals, limits, discard)
    if ended is not None and (failed or ended.status > SIGNALLED):
        raise ended from (failed[0] if failed else None)
    if failed:
        raise failed[0]
    return made[0]


def _wait(
    con: "duckdb.DuckDBPyConnection", done: Event, signals: list[int], limits: Limits, discard: Path | None
) -> EndedEarly | None:
    """Wait for the question, interrupt it at the first reason to, and end the process where that does not help."""
    begun = time.monotonic()
    ended: EndedEarly | None = None
    since = begun
    while not done.wait(_LOOK):
        if ended is None:
            ended, since = _reason(time.monotonic() - begun, signals, limits), time.monotonic()
        if ended is None:
            continue
        con.interrupt()
        if time.monotonic() - since > _GRACE or _held() > 2 * limits.memory() + _BESIDE:
            _leave(ended, discard)
    if ended is None and signals:
        ended = _reason(0, signals, limits)
    return ended


def _reason(passed: float, signals: list[int], limits: Limits) -> EndedEarly | None:
    """Why a question has to end now, if it has to."""
    if signals:
        return EndedEarly("query_interrupted", SIGNALLED + signals[0], signal=signal.Signals(signals[0]).name)
    if limits.seconds and passed > limits.seconds:
        return EndedEarly("query_too_long", TIMED_OUT, seconds=f"{limits.seconds:g}")
    if _held() > limits.memory() + _BESIDE:
        return too_large(limits)
    return None


def too_large(limits: Limits) -> EndedEarly:
    """A question that needs more memory than it may have."""
    return EndedEarly("query_too_large", 1, megabytes=f"{limits.memory():.0f}")


def _held() -> float:
    """Megabytes of memory this process holds; 0 where the system does not say (Linux does)."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except (OSError, ValueError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / _MEGABYTE


@contextmanager
def _heard() -> Iterator[list[int]]:
    """The signals that came, instead of what they do; only the main thread may ask for them."""
    came: list[int] = []
    if current_thread() is not main_thread():
        yield came
        return
    before = {number: signal.signal(number, lambda number, frame: came.append(number)) for number in _SIGNALS}
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(ended: EndedEarly, discard: Path | None) -> None:
    """End the process without waiting for its threads: the sentence, no half-written file, the status."""
    with suppress(OSError):
        if discard is not None:
            discard.unlink(missing_ok=True)
        sys.stderr.write(f"chian: {ended.sentence(reader_language(os.environ))}\n")
        sys.stderr.flush()
    os._exit(ended.status)
