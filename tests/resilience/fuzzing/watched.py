"""Work done in a process of its own, so that one that hangs or dies is seen, ended and told of."""

import os
import resource
import signal
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any

from tests.resilience.walked import FORKED

MEMORY = 6 << 30
"""Bytes of address space the process may have: a file that asks for more ends it, not the machine."""
STARTING = 300
"""Seconds a process may take to start: it imports what it works with."""
ENDING = 60


@dataclass(frozen=True)
class Ended:
    """How a piece of work ended otherwise than by an answer.

    Attributes:
        how: traceback, hang, or died.
        told: The traceback, or what the process said last.
    """

    how: str
    told: str


class Watched:
    """A process that is given work one piece at a time, and a new one where it was lost.

    Attributes:
        lost: How often the process had to be replaced.
    """

    def __init__(self, begin: Callable[..., Callable[[Any], Any]], *given: Any, seconds: float) -> None:
        """Begin in a new process by calling `begin`, which returns the function that is given each piece of work."""
        self.begin, self.given, self.seconds = begin, given, seconds
        self.lost = 0
        self._start()

    def __enter__(self) -> "Watched":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._pipe.send(None)
        self._process.join(ENDING)  # what it has started itself ends with it
        self._end()

    def __call__(self, work: Any) -> Any:
        """The answer, or how the work `Ended`."""
        self._pipe.send(work)
        try:
            if self._pipe.poll(self.seconds):
                return self._pipe.recv()
            ended = Ended("hang", f"no answer within {self.seconds:g} s")
        except EOFError:
            self._process.join(10)
            ended = Ended("died", f"exit status {self._process.exitcode}")
        self.lost += 1
        self._end()
        self._start()
        return ended

    def _start(self) -> None:
        self._pipe, theirs = FORKED.Pipe()
        self._process = FORKED.Process(target=_serve, args=(theirs, self.begin, self.given), daemon=True)
        self._process.start()
        theirs.close()
        if not self._pipe.poll(STARTING):
            self._end()
            raise TimeoutError(f"the watched process did not start within {STARTING} s")
        try:
            self._pipe.recv()
        except EOFError:
            raise RuntimeError("the watched process did not start: its traceback stands above") from None

    def _end(self) -> None:
        """End the process and whatever it has started."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid or 0, signal.SIGKILL)
        self._process.join()
        self._pipe.close()


def _serve(pipe: Connection, begin: Callable[..., Callable[[Any], Any]], given: tuple[Any, ...]) -> None:
    os.setsid()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answer = begin(*given)
    pipe.send("ready")
    while True:
        try:
            work = pipe.recv()
        except EOFError:
            return
        if work is None:
            return
        try:
            pipe.send(answer(work))
        except BaseException:  # noqa: BLE001 (a panic of a compiled library is no Exception, and is what is looked for)
            pipe.send(Ended("traceback", traceback.format_exc()))
