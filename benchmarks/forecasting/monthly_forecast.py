"""What the forecasts of one monthly run cost: Gwangju's agency, stations and boxes, theft and violence, ten years.

Counts are the demonstration's. Measured as the flow works: every scored origin of the agency folder and those they
learn from, on a pool of processes; first from nothing, then a month later with what was kept, then the same where late
reports have also changed the two months before. The aim is at most three minutes, and 30 s with what was kept.

    .venv/bin/python -m benchmarks.forecasting.monthly_forecast [--workers 2] [--years 10]
"""

import argparse
import tempfile
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import polars as pl

from benchmarks.forecasting.simulated_crimes import demonstration_counts
from benchmarks.measuring import Cost, cost, machine
from expectations.agency import Agency, load_agency, packaged
from expectations.months import add_months, month_range
from flows.computing.kept import Kept, code_hash, keeping
from forecasts.tables.forecast import Foresight, foresee

LAST = date(2024, 1, 1)
NEVER_PRUNED = 10**12
FROM_NOTHING, FROM_KEPT = 180.0, 30.0


def forecast_month(crime_month: pl.DataFrame, agency: Agency, month: date, kept: Kept, workers: int) -> Foresight:
    """The forecasts of one month's run, its processes included."""
    districts = pl.DataFrame(
        [(one.code, one.level, one.parent) for one in agency.districts],
        schema=["district", "level", "parent"],
        orient="row",
    )
    seen = crime_month.filter(pl.col("month") <= month)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return foresee(seen, districts, agency, month, keeping(pool.map, kept))


def revised(crime_month: pl.DataFrame, months: int) -> pl.DataFrame:
    """The same with one crime more per district in the months before the newest."""
    newest = month_range(add_months(LAST, -months), add_months(LAST, -1))
    more = pl.col("month").is_in(newest).cast(pl.Float64)
    return crime_month.with_columns(expected_final=pl.col("expected_final") + more)


def told(name: str, spent: Cost, made: Foresight, aim: float) -> bool:
    """Print one line; whether the aim was kept."""
    rows = made.own.height + made.retrospective.height
    print(f"  {name:44} {spent}   {rows:,} rows, {made.own.height} of them new   (at most {aim:.0f} s)", flush=True)
    return spent.wall <= aim


def main() -> int:
    """Exit status 0 where both promises are kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--years", type=int, default=10)
    given = parser.parse_args()
    agency = load_agency(packaged())
    months = month_range(add_months(LAST, -12 * given.years), LAST)
    counts = demonstration_counts(agency, months)
    levels = counts.join(
        pl.DataFrame([(one.code, one.level) for one in agency.districts], schema=["district", "level"], orient="row"),
        on="district",
    )
    print(machine())
    sizes = levels.group_by("level", maintain_order=True).agg(pl.col("district").n_unique()).rows()
    print(
        f"{', '.join(f'{count} of level {level}' for level, count in sizes)}; {len(months)} months, "
        f"{agency.meeting.score_origins + 1} origins, {given.workers} processes"
    )
    before = add_months(LAST, -1)
    with tempfile.TemporaryDirectory() as folder:
        kept = Kept(Path(folder), NEVER_PRUNED, code_hash())
        spent, made = cost(lambda: forecast_month(counts, agency, before, kept, given.workers))
        good = told("from nothing", spent, made, FROM_NOTHING)
        size = sum(path.stat().st_size for path in kept.folder.glob("*/*.arrow"))
        spent, made = cost(lambda: forecast_month(counts, agency, LAST, kept, given.workers))
        good &= told("a month later", spent, made, FROM_KEPT)
        spent, made = cost(lambda: forecast_month(revised(counts, 2), agency, LAST, kept, given.workers))
        good &= told("a month later, two months revised", spent, made, FROM_KEPT)
    print(f"  kept on disk: {size / 1e6:.1f} MB")
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
