"""What making the levels add up does to each of them: WAPE and coverage before and after.

Simulated agencies of five stations with eight boxes each, 5 to 20 crimes a box and month, over ten years. Before is
each level forecast by itself, after is what is published. The aim is that no level's WAPE grows by more than 0.5 %.

    .venv/bin/python -m benchmarks.forecasting.coverage_by_level [--seeds 6] [--origins 24] [--workers 2]
"""

import argparse
import tempfile
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import polars as pl

from benchmarks.forecasting.simulated_crimes import simulated_hierarchy
from benchmarks.measuring import cost, machine
from flows.computing.kept import Kept, keeping
from forecasts.backtest import backtest
from forecasts.hierarchy import coherent_forecasts
from forecasts.intervals import LEVELS
from forecasts.scores import score_forecasts
from forecasts.settings import EngineSettings

STATIONS, BOXES, MONTHS, HORIZON = 5, 8, 120, 3
LAST = date(2024, 12, 1)
LIMIT = 1.005
NEVER_PRUNED = 10**12


def scored(seed: int, origins: int) -> pl.DataFrame:
    """One row per forecast of one simulated agency, before and after the levels add up, with its level and scores."""
    made = simulated_hierarchy(seed, STATIONS, BOXES, MONTHS, LAST)
    settings = EngineSettings(horizon=HORIZON)
    levels = made.districts.select("district", "level")
    apart = made.history.join(levels.rename({"level": "city"}), on="district")
    with tempfile.TemporaryDirectory() as folder:
        # Both ways begin with the same candidates, so the second finds them kept.
        mapper = keeping(map, Kept(Path(folder), NEVER_PRUNED, ""))
        before = backtest(apart, origins, HORIZON, settings, mapper=mapper).drop("city", "model")
        from_origins = before["origin"].unique().sort().to_list()
        after = coherent_forecasts(made.history, made.districts, from_origins, settings, mapper)
    keys = ["district", "crime_type", "origin", "month"]
    parts = []
    for when, rows in (("before", before), ("after", after)):
        scores = score_forecasts(rows, made.history).join(rows.select(*keys, "mean"), on=keys, validate="1:1")
        parts.append(scores.with_columns(when=pl.lit(when)))
    return pl.concat(parts).join(levels, on="district")


def summary(scores: pl.DataFrame) -> pl.DataFrame:
    """One row per level and when: WAPE of mean and median, weighted interval score per crime, coverage."""
    crimes = pl.col("observed").sum()
    table = scores.group_by("level", "when", maintain_order=True).agg(
        pl.len().alias("n"),
        ((pl.col("observed") - pl.col("mean")).abs().sum() / crimes).alias("wape"),
        (pl.col("error").abs().sum() / crimes).alias("wape_of_median"),
        (pl.col("wis").sum() / crimes).alias("wis"),
        *(pl.col(f"covered_{level}").mean() for level in LEVELS),
    )
    depth = pl.col("level").replace_strict({"agency": 0, "station": 1, "box": 2})
    return table.sort(depth, "when", descending=[False, True])


def main() -> int:
    """Exit status 0 where no level gets worse by more than it may."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--origins", type=int, default=24)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    print(machine(), flush=True)

    def work() -> pl.DataFrame:
        with ProcessPoolExecutor(given.workers, mp_context=get_context("spawn")) as pool:
            return pl.concat(pool.map(partial(scored, origins=given.origins), range(given.seeds)))

    spent, scores = cost(work)
    print(
        f"{given.seeds} agencies of {STATIONS} stations and {STATIONS * BOXES} boxes, {given.origins} origins, "
        f"{HORIZON} months ahead: {spent}"
    )
    table = summary(scores)
    intervals = "".join(f"{level:>6} %" for level in LEVELS)
    print(f"{'level':8} {'when':7} {'rows':>6} {'WAPE':>7} {'median':>7} {'WIS':>7}{intervals}")
    for row in table.iter_rows(named=True):
        held = "".join(f"{row[f'covered_{level}']:8.3f}" for level in LEVELS)
        print(
            f"{row['level']:8} {row['when']:7} {row['n']:6,} {row['wape']:7.4f} {row['wape_of_median']:7.4f} "
            f"{row['wis']:7.4f}{held}"
        )
    worst = 0.0
    for level in table["level"].unique(maintain_order=True):
        ratios = {}
        for name in ("wape", "wape_of_median", "wis"):
            of = dict(table.filter(level=level).select("when", name).iter_rows())
            ratios[name] = of["after"] / of["before"]
        worst = max(worst, ratios["wape"])
        print(
            f"{level:8} after / before: WAPE {ratios['wape']:.4f}, of the median {ratios['wape_of_median']:.4f}, "
            f"WIS {ratios['wis']:.4f}"
        )
    return 0 if worst <= LIMIT else 1


if __name__ == "__main__":
    raise SystemExit(main())
