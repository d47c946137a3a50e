"""Work mapped over chunks of series, as Prefect tasks on the runner the settings name."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE

from flows.computing.processes import Map, Processes, mapping
from flows.settings import Settings


@contextmanager
def fitting(settings: Settings, others: Processes | None = None) -> Iterator[Map]:
    """A `map` that is one Prefect task each time, whatever the runner the settings name.

    Prefect's own runners start a server in every worker, which takes longer than the forecasts; and a task a chunk
    would cost the run and its server more than many a chunk takes.

    Whoever calls it works with one BLAS thread from then on, and so do the workers: with two, sums have another order
    and other last bits.

    Args:
        settings: What is asked.
        others: The run's processes, where the settings name processes.

    Raises:
        ClusterError: The runner is dask, and its cluster cannot be worked with.
    """
    with mapping(settings, others) as mapper:

        def mapped(function: Callable[[Any], Any], chunks: Iterable[Any]) -> list[Any]:
            # Without parameters, for Prefect would look through whatever they hold.
            @task(name="fit", cache_policy=NO_CACHE, persist_result=False)
            def fit() -> list[Any]:
                return list(mapper(function, chunks))

            return fit()

        yield mapped
