"""What a cluster buys and costs: a backtest on plain processes and on Dask's, and what goes over the wire.

The districts are those of `benchmarks.forecasting.many_districts`; the map is the one a run is given, without Prefect's
tasks.

    .venv/bin/python -m benchmarks.distributed [--districts 40] [--origins 6] [--workers 1 2]
    CHIAN_DASK_SCHEDULER=tls://… .venv/bin/python -m benchmarks.distributed      # and on a cluster of other machines
"""

import argparse
import os
import pickle
import tempfile
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.forecasting.many_districts import panel
from benchmarks.measuring import cost, machine
from flows.computing.processes import mapping
from flows.settings import Settings, read_settings
from forecasts.backtest import backtest
from forecasts.settings import EngineSettings


def weighed(mapper: Callable[..., Iterable[Any]], bytes_moved: list[int]) -> Callable[..., list[Any]]:
    """The map, and how many bytes its work and its results are, pickled, as processes are handed them."""

    def mapped(function: Callable[[Any], Any], chunks: Iterable[Any]) -> list[Any]:
        given = list(chunks)
        made = list(mapper(function, given))
        bytes_moved.extend(len(pickle.dumps((function, chunk))) for chunk in given)
        bytes_moved.extend(len(pickle.dumps(rows)) for rows in made)
        return made

    return mapped


def once(settings: Settings, counts: pl.DataFrame, origins: int, moved: list[int]) -> pl.DataFrame:
    """The backtest with the map of the settings, its processes' start and end included."""
    with mapping(settings) as mapper:
        return backtest(counts, origins, 3, EngineSettings(), mapper=weighed(mapper, moved))


def main() -> int:
    """Exit status 0 where every map gives the same rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--districts", type=int, default=40)
    parser.add_argument("--origins", type=int, default=6)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    given = parser.parse_args()
    counts, scheduler = panel(given.districts), os.environ.get("CHIAN_DASK_SCHEDULER", "")
    print(machine(), flush=True)
    print(f"{2 * given.districts} series, {given.origins} origins, 3 months ahead; seconds include start and end")
    first: pl.DataFrame | None = None
    same = True
    with tempfile.TemporaryDirectory() as home:
        runs = [(runner, workers, "") for workers in given.workers for runner in ("processes", "dask")]
        for runner, workers, address in [*runs, *([("dask", 0, scheduler)] if scheduler else [])]:
            said = {"CHIAN_HOME": str(Path(home)), "CHIAN_RUNNER": runner, "CHIAN_WORKERS": str(workers or 1)}
            settings = read_settings(said | ({"CHIAN_DASK_SCHEDULER": address} if address else {}))
            moved: list[int] = []
            spent, made = cost(partial(once, settings, counts, given.origins, moved))
            first = made if first is None else first
            same = same and made.equals(first)
            where = address or f"{workers} of this machine"
            print(
                f"  {runner:9} {where:18} {spent}   {sum(moved) / 1e6:6.1f} MB moved in {len(moved) // 2} pieces",
                flush=True,
            )
    print("  every map gave the same rows" if same else "  the rows DIFFER")
    return 0 if same else 1


if __name__ == "__main__":
    raise SystemExit(main())
