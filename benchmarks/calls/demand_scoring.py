"""What scoring calls by the hour takes in memory: a million blocks held, few or many of their months scored.

.venv/bin/python -m benchmarks.calls.demand_scoring
"""

import argparse
import os
import resource
import subprocess
import sys
from datetime import date

import numpy as np

from benchmarks.measuring import machine
from expectations.months import add_months, month_range
from forecasts.demand.days import Days
from forecasts.demand.districts import Level
from forecasts.demand.rolling import Rolling
from forecasts.demand.spans import BLOCK, BLOCK_HOURS, HOURS, WHOLE_DAY, Span
from forecasts.tables.calls import call_demand_score

SERIES, FIRST, LAST = 36, date(2014, 1, 1), date(2023, 12, 31)
SCORED = (12, 24, 48, 96)
A_DAY = 30.0
"""Calls of a series' day."""


def score(months: int) -> None:
    """Score so many months of invented calls, and print what was held and the most this process took."""
    days = (LAST - FIRST).days + 1
    counts = np.random.default_rng(0).poisson(A_DAY / HOURS, (SERIES, days, HOURS)).astype(float)
    keys = tuple((f"station {n:02}", "dispatched") for n in range(SERIES))
    eves = month_range(add_months(FIRST, 6), LAST.replace(day=1))
    monthly = {
        month: [np.full(SERIES, A_DAY * (add_months(at, 1) - at).days) for at in (month, add_months(month, 1))]
        for month in eves
    }
    level = Level("station", Rolling(Days(keys, FIRST, counts), monthly, {}, more=1))
    call_demand_score.SCORED = months
    rows = call_demand_score.call_demand_score([level], [Span(BLOCK), Span(WHOLE_DAY)], LAST.replace(day=1))
    held, peak = counts.size // BLOCK_HOURS, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    scored = int(rows.filter(span=BLOCK)["n"].sum())
    print(f"{held:,} blocks held, {scored:,} of {months} months scored: {peak:,.0f} MiB", flush=True)


def main() -> None:
    """Each number of months in a process of its own, for the most a process took never falls again."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--months", type=int, help="score so many in this process")
    given = parser.parse_args()
    if given.months:
        score(given.months)
        return
    print(machine(), flush=True)
    for months in SCORED:
        again = [sys.executable, "-m", "benchmarks.calls.demand_scoring", "--months", str(months)]
        subprocess.run(again, check=True, env=os.environ)


if __name__ == "__main__":
    main()
