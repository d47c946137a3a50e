"""CHIAN_WORKERS, CHIAN_RUNNER and the operator's threads change how long forecasts take and nothing else."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from prefect import flow

from expectations.months import add_months
from flows.computing.fitting import fitting
from flows.settings import THREADS, Settings, openblas, read_settings
from forecasts.hierarchy import coherent_forecasts
from forecasts.settings import EngineSettings
from tests.forecasts.panels import DISTRICTS, FIRST, agency

pytestmark = pytest.mark.slow
ENGINE = EngineSettings(horizon=2, learning_origins=2, country="KR")
LAST = add_months(FIRST, 39)
MAPS = [("threads", 1), ("threads", 3), ("processes", 1), ("processes", 2), ("dask", 2)]
several_cores = pytest.mark.skipif(len(os.sched_getaffinity(0)) == 1, reason="BLAS takes one thread on one core")


def settings(folder: Path, runner: str, workers: int) -> Settings:
    """What a run on this runner, with so many workers, is told."""
    said = read_settings({"CHIAN_HOME": str(folder), "CHIAN_RUNNER": runner, "CHIAN_WORKERS": str(workers)})
    assert (said.runner, said.workers) == (runner, workers)
    return said


def on(said: Settings, work: Callable[[Any], Any]) -> Any:
    """What the work makes with the map of a run."""

    @flow
    def mapped() -> Any:
        with fitting(said) as mapper:
            return work(mapper)

    return mapped()


def all_levels(mapper: Any = map) -> pl.DataFrame:
    """Agency, stations and boxes, two crime types each."""
    counts = agency(40)
    counts = pl.concat([counts, counts.with_columns(crime_type=pl.lit("violence"), count=pl.col("count") * 2 + 1)])
    return coherent_forecasts(counts, DISTRICTS, [LAST], ENGINE, mapper)


@pytest.fixture(scope="module")
def alone() -> pl.DataFrame:
    """What this process gives by itself."""
    return all_levels()


@pytest.mark.parametrize(("runner", "workers"), MAPS)
def test_runner_and_workers_change_no_bit(runner: str, workers: int, tmp_path: Path, alone: pl.DataFrame) -> None:
    assert alone.height > 0
    assert on(settings(tmp_path, runner, workers), all_levels).equals(alone)


@pytest.fixture
def long_sum() -> tuple[np.ndarray, np.ndarray]:
    """Two vectors long enough for BLAS to share their product among threads."""
    random = np.random.default_rng(0)
    return random.normal(size=1_000_001), random.normal(size=1_000_001)


@pytest.fixture
def two_threads(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process whose BLAS was loaded with two threads, as the operator's variables say."""
    for name in THREADS:
        monkeypatch.setenv(name, "2")
    for set_threads in openblas("set_num_threads"):
        set_threads(2)
    yield
    for set_threads in openblas("set_num_threads"):
        set_threads(1)


@several_cores
@pytest.mark.parametrize(("runner", "workers"), [("threads", 3), ("processes", 1)])
def test_the_operators_threads_change_no_bit(
    runner: str, workers: int, tmp_path: Path, long_sum: tuple[np.ndarray, np.ndarray], request: pytest.FixtureRequest
) -> None:
    left, right = long_sum
    alone = left @ right
    request.getfixturevalue("two_threads")
    assert left @ right != alone, "two threads do not add in another order here: the test shows nothing"
    sums = on(settings(tmp_path, runner, workers), lambda mapper: list(mapper(partial(np.dot, left), [right] * 3)))
    assert sums == [alone] * 3
    assert left @ right == alone, "what follows in the run's own process is summed by one thread as well"


SAID = """
import os, sys
from ctypes import c_int
if "first" in sys.argv: import numpy, scipy.linalg
from flows.settings import openblas, prepare_environment, read_settings
prepare_environment(read_settings({"CHIAN_HOME": "home"}))
import numpy, polars, scipy.linalg
one = [threads() for threads in openblas("get_num_threads", c_int)]
print(one, os.environ["OMP_NUM_THREADS"], polars.thread_pool_size())
"""


@several_cores
@pytest.mark.parametrize("imported", ["first", "after"])
def test_a_run_has_one_thread_whatever_the_operator_set(imported: str, tmp_path: Path) -> None:
    threads = dict.fromkeys((*THREADS, "POLARS_MAX_THREADS"), "2")
    said = subprocess.run(
        [sys.executable, "-c", SAID, imported],
        env=os.environ | threads,
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert said.stdout.split("\n")[0] == "[1, 1] 1 1"
