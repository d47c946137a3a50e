"""Work handed to Dask's workers, those of this machine or those a scheduler elsewhere has.

The cluster and the client are those of prefect-dask's task runner. Its tasks are not: a Prefect task that is carried
out on a worker asks the worker's own Prefect for its state, which starts a server in each and takes longer than the
forecasts; on another machine it could not reach this run's server at all. So tasks stay in the run, each handing its
work on, and a worker loads nothing of Prefect.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from threading import Event, Lock
from typing import Any

from expectations.sentences import Failure
from flows.cluster.environment import environment, first_difference
from flows.places.scratch import scratch_folder
from flows.settings import Settings

WAIT_SECONDS = 30.0
"""How long a scheduler is waited for, and one that has no worker."""
LOOK_SECONDS = 2.0
"""Between two looks at whether anybody is there who works."""
AHEAD = 2
"""Pieces of work handed over for each thread that works: the next is there when one is done."""
HERE = "127.0.0.1"
QUIET = {
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.comm.timeouts.connect": f"{WAIT_SECONDS:g}s",
    "distributed.admin.large-graph-warning-threshold": "1 GB",
}
"""Nothing is shown by HTTP, and a panel is no graph to be warned of."""


class ClusterError(Failure):
    """A cluster that cannot be worked with; the sentence names what it lacks."""


@dataclass(frozen=True)
class Cluster:
    """Workers that have said they are as this process is.

    Attributes:
        client: Dask's.
        address: Of the scheduler.
        here: This process's environment.
        at_once: How many pieces of work are worth handing over at once.
        fetching: Held while a result is fetched. Dask fetches those asked for together in one go, and one that runs out
            of time, as where the worker that held it is gone, would take the others with it.
    """

    client: Any
    address: str
    here: Mapping[str, str]
    at_once: int
    fetching: Lock = field(default_factory=Lock, repr=False, compare=False)

    def hand_over(self, function: Callable[[Any], Any], chunk: Any) -> Any:
        """What the function makes of a chunk on a worker; where one is lost, another takes up its work.

        Raises:
            ClusterError: A worker differs, all are gone, or the scheduler is.
        """
        from distributed.client import FutureCancelledError
        from distributed.comm.core import CommClosedError
        from distributed.scheduler import KilledWorker

        try:
            return self._result(self.client.submit(carry_out, self.here, function, chunk, pure=False))
        except (KilledWorker, FutureCancelledError, CancelledError, CommClosedError) as lost:
            raise ClusterError("cluster_lost", why=type(lost).__name__) from lost

    def _result(self, future: Any) -> Any:
        """Once it is there; a scheduler without any worker would let it be waited for forever."""
        done, last_seen = Event(), time.monotonic()
        future.add_done_callback(lambda _: done.set())
        while True:
            if done.wait(LOOK_SECONDS):
                if future.status == "error":
                    return future.result()  # raises what the work raised, or that its workers died
                with self.fetching, suppress(TimeoutError):
                    return future.result(timeout=WAIT_SECONDS)
            if self._working():
                last_seen = time.monotonic()
            elif time.monotonic() - last_seen > WAIT_SECONDS:
                future.cancel()
                raise ClusterError("cluster_no_workers", address=self.address, seconds=f"{WAIT_SECONDS:g}")

    def _working(self) -> bool:
        """Whether the scheduler has a worker; one that is gone is told as such."""
        try:
            return bool(self.client.nthreads())
        except (OSError, RuntimeError) as gone:
            raise ClusterError("cluster_lost", why=type(gone).__name__) from gone


@contextmanager
def cluster(settings: Settings) -> Iterator[Cluster]:
    """The workers of the scheduler the settings name, else processes of this machine's own, one thread each.

    Those of this machine listen to the loopback alone, and to nobody who lacks the certificate that is made for them:
    whoever may hand a worker work runs programs as its account.

    Raises:
        ClusterError: The packages are missing, nobody answers, or a worker differs from this process.
    """
    _require_packages()
    import dask.config
    import distributed  # noqa: F401  (its own settings have to be there before some are set for a while)

    logging.getLogger("distributed").setLevel(logging.WARNING)  # its news are nobody's beside the steps of a run
    with ExitStack() as entered:
        entered.enter_context(dask.config.set(QUIET))
        client = entered.enter_context(_client(settings))
        address = client.scheduler.address
        try:
            client.wait_for_workers(1, timeout=WAIT_SECONDS)
        except TimeoutError:
            raise ClusterError("cluster_no_workers", address=address, seconds=f"{WAIT_SECONDS:g}") from None
        here = environment()
        _compare(client.run(environment, on_error="return"), here)
        yield Cluster(client, address, here, AHEAD * sum(client.nthreads().values()))


@contextmanager
def lent(settings: Settings) -> Iterator[Callable[[], Cluster]]:
    """Gives the cluster, begun when it is first asked for: a step may find that there is nothing to compute.

    Raises:
        ClusterError: As `cluster` says, whoever asks.
    """
    with ExitStack() as entered:
        yield cache(lambda: entered.enter_context(cluster(settings)))


def carry_out(here: Mapping[str, str], function: Callable[[Any], Any], chunk: Any) -> Any:
    """On a worker: the work, where its environment is that of whoever asks.

    Asked again with each piece of work, because a worker may have come after all were asked.

    Raises:
        ClusterError: It is another.
    """
    from distributed import get_worker

    _compare({get_worker().address: environment()}, here)
    return function(chunk)


def _compare(there: Mapping[str, Any], here: Mapping[str, str]) -> None:
    for worker, told in sorted(there.items()):
        if isinstance(told, BaseException):
            why = str(told).splitlines()[0] if str(told) else type(told).__name__
            raise ClusterError("cluster_no_chian", worker=worker, why=why)
        if differs := first_difference(told, here):
            what, its, own = differs
            raise ClusterError("cluster_differs", worker=worker, what=what, there=its, here=own)


@contextmanager
def _client(settings: Settings) -> Iterator[Any]:
    """Dask's client, connected; with a cluster of this machine's own, where none is named, that ends with the block."""
    from prefect_dask.task_runners import DaskTaskRunner

    with ExitStack() as entered:
        if settings.scheduler:
            runner = DaskTaskRunner(address=settings.scheduler)
        else:
            folder = entered.enter_context(scratch_folder("dask"))
            runner = DaskTaskRunner(cluster_kwargs=_own(settings.workers, str(folder)))
        entered.enter_context(runner)
        try:
            client = runner.client
        except (OSError, TypeError, ValueError, RuntimeError) as error:  # certificates fail as any of these
            why = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise ClusterError("cluster_unreachable", address=settings.scheduler or HERE, why=why) from error
        yield client


def _own(workers: int, folder: str) -> dict[str, Any]:
    """What a cluster of this machine's own is made with; its files, if any, lie in the folder."""
    return {
        "n_workers": workers,
        "threads_per_worker": 1,
        "host": HERE,
        "security": True,
        "local_directory": folder,
        "silence_logs": logging.ERROR,
        "memory_limit": 0,  # as plain processes have none
        # Without an address Dask's web servers, whose pages are taken away, would listen to everybody.
        "dashboard_address": None,
        "worker_dashboard_address": f"{HERE}:0",
        "scheduler_kwargs": {"dashboard_address": f"{HERE}:0"},
    }


def _require_packages() -> None:
    from importlib.util import find_spec

    for name in ("distributed", "prefect_dask"):
        if find_spec(name) is None:
            raise ClusterError("cluster_no_packages", name=name.replace("_", "-"))
