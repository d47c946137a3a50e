"""Processes that work beside the one that made them."""

import atexit
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing, contextmanager, nullcontext
from functools import partial
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Any, cast

from flows.cluster import Cluster, lent
from flows.settings import Settings, one_blas_thread

Map = Callable[..., Iterable[Any]]
_INTERRUPTED = 130


def process_pool(workers: int) -> ProcessPoolExecutor:
    """Plain processes that end with the one that made them, even where it is killed and cannot tell them."""
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_begin)


class Processes:
    """Plain processes kept for all that a run hands them: each imports once what reading, fitting and pages take.

    They begin with the first work there is, for a run may find that nothing has to be computed. Use `processes` to
    begin and end them.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def map(self, function: Callable[[Any], Any], chunks: Iterable[Any]) -> Iterator[Any]:
        """What a function makes of each chunk, in their order, each as soon as it and those before it are made.

        One that was killed while there was nothing to do is replaced by others.

        Raises:
            BrokenExecutor: One is killed over the work; what is handed on after that is for others.
        """
        work = list(chunks)
        try:
            made = self._begun().map(function, work)
        except BrokenExecutor:
            self.close()
            made = self._begun().map(function, work)
        return self._each(made)

    def close(self) -> None:
        """End them, once each is done with what it is at; what waits is given up."""
        if self._pool:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _begun(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # Set before they begin, and for whoever shares what they make.
            one_blas_thread()
            self._pool = process_pool(self._workers)
        return self._pool

    def _each(self, made: Iterator[Any]) -> Iterator[Any]:
        try:
            yield from made
        except BrokenExecutor:
            self.close()
            raise


@contextmanager
def processes(settings: Settings) -> Iterator[Processes | None]:
    """As many as the settings name, where they name processes and more than one; they end with the block."""
    if settings.runner != "processes" or settings.workers == 1:
        yield None
        return
    with closing(Processes(settings.workers)) as made:
        yield made


@contextmanager
def mapping(settings: Settings, others: Processes | None = None) -> Iterator[Map]:
    """A `map` over the processes or the cluster the settings name, else in this one; rows are the same, bit for bit.

    Whoever calls it works with one BLAS thread from then on: with two, sums have another order and other last bits.

    Args:
        settings: What is asked.
        others: The run's processes, where the settings name processes; without them some are made for this map.

    Raises:
        ClusterError: The runner is dask, and its cluster cannot be worked with.
    """
    one_blas_thread()
    if settings.runner == "dask":
        with lent(settings) as borrow:
            yield lambda function, chunks: _map_on_cluster(borrow, function, list(chunks))
    elif settings.runner == "processes" and settings.workers > 1:
        with nullcontext(others) if others else processes(settings) as used:
            yield cast(Processes, used).map
    elif settings.workers > 1:
        with ThreadPoolExecutor(settings.workers) as threads:
            yield threads.map
    else:
        yield map


def _map_on_cluster(borrow: Callable[[], Cluster], function: Callable[[Any], Any], chunks: Sequence[Any]) -> list[Any]:
    if not chunks:
        return []
    with ThreadPoolExecutor(borrow().at_once) as threads:
        return list(threads.map(partial(borrow().hand_over, function), chunks))


def _begin() -> None:
    """Have a process end at once: with its parent, at Ctrl-C, and when it is let go."""
    # A terminal's Ctrl-C is for every process in it; the run says what there is to say.
    signal.signal(signal.SIGINT, lambda number, frame: os._exit(_INTERRUPTED))
    # What it has loaded would be taken down module by module, for half a second.
    atexit.register(os._exit, 0)
    Thread(target=_end_with_parent, name="end with parent", daemon=True).start()


def _end_with_parent() -> None:
    """Wait for the parent's end beside the work: a worker whose parent was killed would wait for work forever."""
    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(1)
