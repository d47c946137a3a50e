"""Forecasts mapped over chunks of series, as Prefect tasks on the runner the settings name."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows.cluster import Cluster, lent
from flows.computing.processes import process_pool
from flows.settings import Settings, one_blas_thread


@task(name="fit", cache_policy=NO_CACHE, persist_result=False)
def fit(function: Callable[[Any], Any], chunk: Any) -> Any:
    """One chunk of series; which process works on it is the mapper's business."""
    return function(chunk)


@contextmanager
def fitting(settings: Settings) -> Iterator[Callable[..., list[Any]]]:
    """A `map` whose calls are Prefect tasks on the runner the settings name.

    With `processes` and `dask` the tasks run on threads that each hand their chunk to another process: Prefect's own
    runners of both kinds start a server in every worker, which takes longer than the forecasts.

    Whoever calls it works with one BLAS thread from then on, and so do the workers: with two, sums have another order
    and other last bits.

    Raises:
        ClusterError: The runner is dask, and its cluster cannot be worked with.
    """
    one_blas_thread()
    if settings.runner == "dask":
        with lent(settings) as borrow:
            yield lambda function, chunks: _map_on_cluster(borrow, function, list(chunks))
    elif settings.runner == "processes" and settings.workers > 1:
        with process_pool(settings.workers) as pool, _threads(settings.workers) as runner:
            yield lambda function, chunks: _map_on(runner, partial(_hand_over, pool, function), chunks)
    else:
        with _threads(settings.workers) as runner:
            yield partial(_map_on, runner)


def _threads(at_once: int) -> TaskRunner[Any]:
    return ThreadPoolTaskRunner(max_workers=at_once)


def _map_on(runner: TaskRunner[Any], function: Callable[[Any], Any], chunks: Iterable[Any]) -> list[Any]:
    futures = [runner.submit(fit, {"function": function, "chunk": chunk}) for chunk in chunks]
    return [future.result() for future in futures]


def _map_on_cluster(borrow: Callable[[], Cluster], function: Callable[[Any], Any], chunks: Sequence[Any]) -> list[Any]:
    if not chunks:
        return []
    with _threads(borrow().at_once) as runner:
        return _map_on(runner, partial(borrow().hand_over, function), chunks)


def _hand_over(pool: ProcessPoolExecutor, function: Callable[[Any], Any], chunk: Any) -> Any:
    return pool.submit(function, chunk).result()
