"""A run's processes: one that is killed is replaced for the work after it, and Ctrl-C ends them without a word."""

import os
import signal
from concurrent.futures import BrokenExecutor
from contextlib import closing

import pytest

from flows.computing.processes import Processes

pytestmark = pytest.mark.slow


def own_number(_: int) -> int:
    return os.getpid()


def ended_by(number: int) -> None:
    os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_one_that_ends_over_its_work_is_told_and_replaced(number: int, capfd: pytest.CaptureFixture[str]) -> None:
    with closing(Processes(1)) as one:
        first = list(one.map(own_number, [1, 2]))
        with pytest.raises(BrokenExecutor):
            list(one.map(ended_by, [number]))
        then = list(one.map(own_number, [1, 2]))
    assert len(set(first)) == len(set(then)) == 1
    assert first != then
    for gone in (first[0], then[0]):
        with pytest.raises(ProcessLookupError):
            os.kill(gone, 0)
    assert capfd.readouterr().err == ""
