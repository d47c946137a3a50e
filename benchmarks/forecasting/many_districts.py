"""What a backtest of a large agency costs: 300 districts with two crime types, ten years, 24 origins, 3 months ahead.

Counts are simulated: districts of 5 to 200 crimes a month, all in one city. The aim is at most 30 minutes on two cores.

    .venv/bin/python -m benchmarks.forecasting.many_districts [--districts 300] [--origins 24] [--workers 2]
"""

import argparse
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import partial
from multiprocessing import get_context

import numpy as np
import polars as pl

from benchmarks.forecasting.simulated_crimes import long, simulated_city
from benchmarks.measuring import cost, machine
from expectations.months import add_months, month_range
from forecasts.backtest import backtest
from forecasts.scores import score_forecasts
from forecasts.settings import EngineSettings

LAST = date(2024, 12, 1)
MONTHS = 120
LIMIT = 1800.0


def panel(districts: int) -> pl.DataFrame:
    """District, crime_type, month, count."""
    months = month_range(add_months(LAST, 1 - MONTHS), LAST)
    parts = []
    for seed, crime_type in enumerate(("theft", "violence")):
        rng = np.random.default_rng(seed)
        counts = simulated_city(rng, np.exp(rng.uniform(np.log(5), np.log(200), districts)), months)
        parts.append(long({f"d{place:03}": row for place, row in enumerate(counts)}, crime_type, months))
    return pl.concat(parts)


def forecasts(counts: pl.DataFrame, origins: int, workers: int) -> pl.DataFrame:
    """The backtest, its processes included."""
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return backtest(counts, origins, 3, EngineSettings(), mapper=pool.map)


def main() -> int:
    """Exit status 0 where the promise is kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--districts", type=int, default=300)
    parser.add_argument("--origins", type=int, default=24)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    counts = panel(given.districts)
    print(machine(), flush=True)
    spent, made = cost(partial(forecasts, counts, given.origins, given.workers))
    print(f"{2 * given.districts} series, {given.origins} origins, 3 months ahead, {given.workers} processes")
    print(f"  backtest {spent}   {made.height:,} rows   (at most {LIMIT:.0f} s)")
    scored = score_forecasts(made, counts)
    held = ", ".join(f"{level} % {scored[f'covered_{level}'].mean():.3f}" for level in (50, 80, 95))
    print(f"  intervals held: {held}")
    return 0 if spent.wall <= LIMIT else 1


if __name__ == "__main__":
    raise SystemExit(main())
