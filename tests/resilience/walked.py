"""A run whose month is walked in plain Python: all that it says and leaves behind, without Prefect's share of its time.

Here and in processes forked from one that has imported everything, which can be killed on the way.
"""

import multiprocessing
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from types import ModuleType
from unittest.mock import patch

from flows import steps
from flows.beginning.opened import opened
from flows.beginning.scheduled import Look
from flows.ending.ended import Monthly
from flows.month import PLAIN, Plain, bring
from flows.planning.terms import Terms
from flows.settings import Settings, prepare_environment
from flows.steps import telling
from tests.flows.places import Place, Said
from tests.flows.plainly import TABLES

FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload(["tests.resilience.imported"])
_UNTIL_THE_END = ExitStack()
SECONDS = 600
"""How long a run in a process of its own may take on the clock: many times what it does on a busy machine."""


@dataclass(frozen=True)
class Ended:
    """How a run in a process of its own came to its end.

    Attributes:
        said: Where it was not killed.
        seconds: Of CPU, likewise.
        signal: That killed it, or 0.
    """

    said: Said | None
    seconds: float
    signal: int


def _by_hand(manner: Plain, settings: Settings, terms: Terms) -> Monthly | Look:
    """What the flow does, its steps called one after another."""
    settings.home.require()
    prepare_environment(settings)
    with opened(settings, terms, settings.wait_seconds) as begun:
        return bring(begun.warehouse, begun.run, begun.accept, scheduled=terms.scheduled, manner=manner)


@contextmanager
def without_prefect(manner: Plain = PLAIN) -> Iterator[None]:
    """`chian run` in this process never imports Prefect; whatever else it does and says is the command's own.

    Args:
        manner: `TABLES` where nobody looks at pages, workbooks and the check of the finished tables.
    """
    flow = ModuleType("flows.monthly")
    flow.by_hand = partial(_by_hand, manner)  # type: ignore[attr-defined]
    before = sys.modules.get("flows.monthly")
    sys.modules["flows.monthly"] = flow
    try:
        with (
            patch("flows.serving.alone.begin_alone", lambda: None),
            patch("flows.serving.alone.prepare_alone", lambda: None),
            patch("flows.commands.run.start_messengers", lambda: None),
        ):
            yield
    finally:
        del sys.modules["flows.monthly"]
        if before:
            sys.modules["flows.monthly"] = before


def enter(environment: Mapping[str, str]) -> None:
    """Begin a process whose runs are all walked so, as far as their tables."""
    os.environ.update(environment)
    _UNTIL_THE_END.enter_context(without_prefect(TABLES))


def walked(place: Place, month: str, as_of: str, manner: Plain = PLAIN) -> Said:
    """`Place.run`, walked so."""
    with without_prefect(manner):
        return place.run_here(month, as_of)


def publish(place: Place, month: str, as_of: str, manner: Plain = PLAIN) -> None:
    """`Place.publish`, walked so."""
    said = walked(place, month, as_of, manner)
    assert said.status == 0, said.err


def forked(
    place: Place, month: str, as_of: str, dying: Callable[[], None] | None = None, manner: Plain = PLAIN
) -> Ended:
    """The run in a process of its own, which may be told how to die."""
    ours, theirs = FORKED.Pipe(duplex=False)
    process = FORKED.Process(target=_serve, args=(theirs, place, month, as_of, dying, manner))
    process.start()
    theirs.close()
    try:
        if not ours.poll(SECONDS):  # true as well where the process is gone
            process.kill()
            raise TimeoutError(
                f"the run of {month} as of {as_of} in {place.root} neither ended nor died within {SECONDS} s; "
                f"its process {process.pid} was killed"
            )
        said, seconds = ours.recv()
    except EOFError:
        said, seconds = None, 0.0
    process.join()
    return Ended(said, seconds, -(process.exitcode or 0))


def _serve(
    pipe: Connection, place: Place, month: str, as_of: str, dying: Callable[[], None] | None, manner: Plain
) -> None:
    tempfile.tempdir = None  # asked for before the fork, it would not be the place's own
    if dying:
        dying()
    said = walked(place, month, as_of, manner)
    signal.setitimer(signal.ITIMER_PROF, 0)
    pipe.send((said, time.process_time()))


def before_step(number: int) -> Callable[[], None]:
    """Has a process killed just before the so-manieth step of its run; one further than the last: behind them all."""
    return partial(_die_before, number)


def _die_before(number: int) -> None:
    left, showing, forget = number, telling.showing, steps.forget

    def counted(title: str) -> object:
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return showing(title)

    def behind(run: object) -> None:
        if left == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        forget(run)  # type: ignore[arg-type]

    telling.showing, steps.forget = counted, behind  # type: ignore[assignment]


def at_instant(seconds: float) -> Callable[[], None]:
    """Has a process killed once it has worked so long, whatever it is in the middle of.

    By the kernel's timer of CPU, whose signal nobody answers: it ends a process as SIGKILL does.
    """
    return partial(signal.setitimer, signal.ITIMER_PROF, seconds)
