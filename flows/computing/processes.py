"""Processes that work beside the one that made them."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Any

from flows.cluster import Cluster, lent
from flows.settings import Settings, one_blas_thread


def process_pool(workers: int) -> ProcessPoolExecutor:
    """Plain processes that end with the one that made them, even where it is killed and cannot tell them."""
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_end_with_parent)


@contextmanager
def mapping(settings: Settings) -> Iterator[Callable[..., list[Any]]]:
    """A `map` over the processes or the cluster the settings name, else in this one; rows are the same, bit for bit.

    Whoever calls it works with one BLAS thread from then on: with two, sums have another order and other last bits.

    Raises:
        ClusterError: The runner is dask, and its cluster cannot be worked with.
    """
    one_blas_thread()
    if settings.runner == "dask":
        with lent(settings) as borrow:
            yield lambda function, chunks: _map_on_cluster(borrow, function, list(chunks))
    elif settings.runner == "processes" and settings.workers > 1:
        with process_pool(settings.workers) as pool:
            yield lambda function, chunks: list(pool.map(function, chunks))
    else:
        yield _map_here


def _map_on_cluster(borrow: Callable[[], Cluster], function: Callable[[Any], Any], chunks: Sequence[Any]) -> list[Any]:
    if not chunks:
        return []
    with ThreadPoolExecutor(borrow().at_once) as threads:
        return list(threads.map(partial(borrow().hand_over, function), chunks))


def _map_here(function: Callable[[Any], Any], chunks: Iterable[Any]) -> list[Any]:
    return [function(chunk) for chunk in chunks]


def _end_with_parent() -> None:
    """Wait for the parent's end beside the work: a worker whose parent was killed would wait for work forever."""

    def wait() -> None:
        if (parent := parent_process()) is not None:
            parent.join()
            os._exit(1)

    Thread(target=wait, name="end with parent", daemon=True).start()
