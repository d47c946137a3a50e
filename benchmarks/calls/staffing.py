"""What units needed are worth: a queue simulated call by call, on Alexandria's day and on its week.

Poisson calls by the hour, lognormal service times (mean 45 minutes, CV 1.57), first come first served; the target is
that 90 % of the calls find a free unit at once, or within 60 seconds. Units by block of three hours from the block's
highest modified offered load, as table unit_need has them, stand beside Erlang's C of the block's own mean
(block-wise). Printed: units of all blocks together, those of the first over those of the second, and of either the
share of late calls over all blocks, that of the worst block, and how many lie above target by more than .02.

    .venv/bin/python -m benchmarks.calls.staffing [--calls 400000]
"""

import argparse

import numpy as np

from benchmarks.measuring import machine
from forecasts.staffing.erlang import units_needed
from forecasts.staffing.needed import needed_by_hour, work_of
from forecasts.staffing.offered_load import LAG_HOURS, ServiceTime
from tests.forecasts.staffing.queue import SERVICE_CV, SERVICE_MINUTES, day_of, share_late, week_of

SHARE, SLACK, SEED = 0.9, 0.02, 5
HOURS = 3


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=400_000, help="how many are simulated for each line")
    arguments = parser.parse_args()
    print(machine())
    for name, hours_of in (("day", day_of), ("week", week_of)):
        for wait in (0.0, 60.0):
            for an_hour in (5, 20):
                _line(f"{name}, {an_hour} calls an hour, {wait:.0f} s", hours_of(an_hour), wait, arguments.calls)
    return 0


def _line(name: str, hours: np.ndarray, wait: float, calls: int) -> None:
    work = work_of([(np.r_[hours[-LAG_HOURS:], hours], ServiceTime(SERVICE_MINUTES, SERVICE_CV, 0))])
    blocks = len(hours) // HOURS
    needed = needed_by_hour(work, np.zeros(len(hours)), wait, SHARE).reshape(blocks, HOURS).max(axis=1)
    own = hours.reshape(blocks, HOURS).mean(axis=1) * SERVICE_MINUTES / 60
    block_wise = units_needed(own, np.zeros(blocks), wait / 60 / SERVICE_MINUTES, SHARE)
    rounds = int(calls / hours.sum())
    told = []
    for units in (needed, block_wise):
        late = share_late(hours, units, wait / 60, rounds, SEED)
        share = (late * hours.reshape(blocks, HOURS).sum(axis=1)).sum() / hours.sum()
        told.append(f"{share:.3f} worst {late.max():.3f}, {(late > 1 - SHARE + SLACK).sum():2d} of {blocks} late")
    print(f"{name:<30} {needed.sum():5d} / {block_wise.sum():5d} = {needed.sum() / block_wise.sum():.3f}   "
          f"needed {told[0]}   block-wise {told[1]}")  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
