"""However many processes share the work, every published bit is the same."""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import polars as pl
import pytest

from expectations.months import add_months
from forecasts.backtest import backtest
from forecasts.candidates import Mapper, mapped_means
from forecasts.hierarchy import coherent_forecasts
from forecasts.models import FORECASTERS
from forecasts.panel import tidy_panel
from forecasts.settings import EngineSettings
from tests.forecasts.panels import DISTRICTS, FIRST, agency, small

pytestmark = pytest.mark.slow
ALL = EngineSettings(horizon=2, candidates=tuple(FORECASTERS), country="KR")
DEFAULT = EngineSettings(horizon=2, learning_origins=2, country="KR")
LAST = add_months(FIRST, 39)


def two_cities() -> pl.DataFrame:
    """Four pools, so that three workers have something to share."""
    return pl.concat([small(40).with_columns(city=pl.lit(name)) for name in ("east", "west")])


@pytest.fixture(scope="module")
def workers() -> Iterator[Mapper]:
    """The map of three processes, started as a run starts them; of one and of two: tests/flows/test_workers.py."""
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        yield pool.map


def every_candidate(mapper: Mapper = map) -> pl.DataFrame:
    """Four series by all candidates."""
    panel = tidy_panel(two_cities().filter(district="A"))
    return mapped_means(panel, [LAST], ALL, mapper)


def whole_backtest(mapper: Mapper = map) -> pl.DataFrame:
    """Eight series by the default ones, and their combination."""
    return backtest(two_cities(), 2, 2, DEFAULT, models=True, mapper=mapper)


def all_levels(mapper: Mapper = map) -> pl.DataFrame:
    """Agency, stations and boxes from one origin."""
    return coherent_forecasts(agency(), DISTRICTS, [LAST], DEFAULT, mapper)


@pytest.fixture(scope="module")
def alone() -> dict[str, pl.DataFrame]:
    """What this process gives by itself."""
    return {work.__name__: work() for work in (every_candidate, whole_backtest, all_levels)}


@pytest.mark.parametrize("work", [every_candidate, whole_backtest, all_levels])
def test_the_rows_are_those_of_one_process(
    work: Callable[..., pl.DataFrame], workers: Mapper, alone: dict[str, pl.DataFrame]
) -> None:
    assert work(workers).equals(alone[work.__name__])


def test_twice_the_same(alone: dict[str, pl.DataFrame]) -> None:
    for work in (every_candidate, whole_backtest, all_levels):
        assert work().equals(alone[work.__name__])
    known = alone["every_candidate"].filter(pl.col("mean").is_not_null())
    assert known["model"].unique().sort().to_list() == sorted(FORECASTERS)
