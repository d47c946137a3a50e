"""What forecasts of calls by three hours are worth: `chian demand`, scored by ../shared/bench/demand.py, and its cost.

Beside them the share of blocks that intervals of 80 % would hold if calls were independent and their means known: where
counts are small, 0 and 1 are most of what there is, and intervals hold 80 % on average at best. Then the same of
six months forecast from 91 days, from a year, and from all days before each; last, a million blocks and more at once.

    .venv/bin/python -m benchmarks.calls.demand [BLOCKS.parquet …] [--country US] [--months 12]
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.measuring import Cost, machine
from expectations.months import add_months, last_of_month
from forecasts.demand.spread import Spread

SHARED = Path(__file__).resolve().parents[3] / "shared"
SCORER, CALLS = SHARED / "bench" / "demand.py", SHARED / "data" / "calls"
CHIAN = str(Path(sys.executable).with_name("chian"))
ORIGINS = 6
HISTORIES = {"91 days": 91, "a year": 365, "all": 100_000}
MANY = 1_000_000


def forecast(blocks: Path, months: int, country: str | None, out: Path) -> str:
    """Have the command forecast, in a process of its own; what that cost."""
    asked = [CHIAN, "demand", str(blocks), "--months", str(months), "--out", str(out)]
    wall = time.perf_counter()
    running = subprocess.Popen([*asked, *(["--country", country] if country else [])], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(running.pid, 0)
    if status:
        raise SystemExit(f"chian demand ended with {os.waitstatus_to_exitcode(status)}")
    spent = Cost(time.perf_counter() - wall, used.ru_utime + used.ru_stime)
    return f"{spent}, {used.ru_maxrss / 1024:,.0f} MiB"


def scored(blocks: Path, out: Path, months: int) -> int:
    """Print the scorer's lines; its exit status."""
    return subprocess.run([sys.executable, str(SCORER), str(blocks), str(out), str(months)], check=False).returncode


def independent(out: Path) -> float:
    """Share of independent calls of the forecasts' own means that intervals of 80 % around these hold."""
    mean = pl.read_parquet(out).filter(pl.col("block").is_not_null())["mean"].to_numpy()
    quantiles = Spread(1.0, 0.0).quantiles(mean)
    counts = np.random.default_rng(0).poisson(mean)
    return float(((quantiles[:, 3] <= counts) & (counts <= quantiles[:, 4])).mean())


def short(blocks: Path, folder: Path, country: str | None) -> int:
    """Score the last months from so many days before each."""
    counts = pl.read_parquet(blocks)
    newest: date = counts["date"].sort()[-1]
    status, cut, out = 0, folder / "cut.parquet", folder / "short.parquet"
    for name, days in HISTORIES.items():
        parts = []
        for month in (add_months(newest, -back) for back in range(ORIGINS - 1, -1, -1)):
            own = pl.col("date").is_between(month - timedelta(days=days), last_of_month(month))
            counts.filter(own).write_parquet(cut)
            forecast(cut, 1, country, out)
            parts.append(pl.read_parquet(out))
        pl.concat(parts).write_parquet(out)
        print(f"{blocks.stem}, last {ORIGINS} months, each from {name}:", flush=True)
        status = max(status, scored(blocks, out, ORIGINS))
    return status


def many(blocks: Path, folder: Path) -> None:
    """A million blocks and more, of areas named anew: what they take beside one of the copies."""
    counts, out = pl.read_parquet(blocks), folder / "many.parquet"
    for copies in (1, 1 + MANY // counts.height):
        path = folder / f"{copies}.parquet"
        pl.concat([counts.with_columns(pl.col("area") + f"-{n}") for n in range(copies)]).write_parquet(path)
        print(f"{copies * counts.height:,} blocks, 12 months: {forecast(path, 12, None, out)}", flush=True)


def main() -> int:
    """Exit status 0 where every block has a forecast."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("blocks", type=Path, nargs="*", help="else every file of blocks of ../shared/data/calls")
    parser.add_argument("--country", help="whose holidays are told")
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--quick", action="store_true", help="neither short histories nor a million blocks")
    given = parser.parse_args()
    files = given.blocks or sorted(CALLS.glob("blocks_*.parquet"))
    if not files or not SCORER.is_file():
        parser.error("no ../shared/bench and ../shared/data/calls beside this checkout")
    print(machine(), flush=True)
    status = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        out = folder / "out.parquet"
        for blocks in files:
            print(f"chian demand {blocks.name}: {forecast(blocks, given.months, given.country, out)}", flush=True)
            status = max(status, scored(blocks, out, given.months))
            print(f"80 % of independent calls: {independent(out):.3f}", flush=True)
        if not given.quick:
            status = max([status, *(short(blocks, folder, given.country) for blocks in files)])
            many(files[-1], folder)
    return status


if __name__ == "__main__":
    raise SystemExit(main())
