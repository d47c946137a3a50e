"""What the steps of a month cost at so many times Gwangju's size: seconds of CPU, peak memory, and how both grow.

    .venv/bin/python -m benchmarks.growth --work growth [--times 1 3 10] [--part 1.0] [--origins 24]

Exports of each size are written once into the work folder (`benchmarks/exports/growing.py`), and the month is run
in a home that holds nothing else, in a process of its own on one worker. A size measured before is printed again, not
measured again, unless its `measured.json` is removed; `--warehouse` keeps what was read, so that later steps alone can
be measured again.

A step's memory is the largest resident set while it works: the kernel is told to forget the peak before each
(/proc/self/clear_refs, Linux). CPU is that of the process and of children that ended. The exponent of growth between
two sizes is ln(cost ratio) / ln(size ratio): 1 where cost grows as the exports do.
"""

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from benchmarks.measuring import children_cpu, machine, own_cpu

P = ParamSpec("P")
R = TypeVar("R")
OWN = (sys.executable, "-m", "benchmarks.growth")
MEASURED = "measured.json"
KEPT = ("warehouse.duckdb", "received.jsonl", "home.json")
MOST_MEGABYTES, MOST_EXPONENT = 3072, 1.05
NO_SMALLER = 0.5
"""Seconds of CPU below which a step's exponent says nothing."""
Steps = dict[str, dict[str, float]]


def bring(root: Path) -> Steps:
    """Run the month of a home made by `make`; of each step seconds of CPU, on the clock, and its peak in MiB."""
    from expectations.agency import load_agency
    from flows import steps
    from flows.beginning.opened import opened
    from flows.month import bring as bring_month
    from flows.planning.terms import Terms
    from flows.settings import prepare_environment, read_settings

    spent: Steps = {}

    def measured(name: str, function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def step(*args: P.args, **kwargs: P.kwargs) -> R:
            forget_peak()
            wall, cpu = time.perf_counter(), own_cpu() + children_cpu()
            try:
                return function(*args, **kwargs)
            finally:
                told = {"cpu": own_cpu() + children_cpu() - cpu, "wall": time.perf_counter() - wall, "mib": peak()}
                spent[name] = told
                print(f"    {name:17} {told['cpu']:8.2f} s of CPU {told['mib']:8,.0f} MiB", flush=True)

        return step

    for name in steps.__all__:
        work = getattr(steps, name)
        if callable(work) and name not in ("Tables", "kept_rows"):
            setattr(steps, name, measured(name, work))
    home = root / "home"
    settings = read_settings(
        os.environ | {"CHIAN_HOME": str(home), "CHIAN_AGENCY": str(root / "agency"), "CHIAN_CHROMIUM": "off"}
    )
    home.mkdir(exist_ok=True)
    settings.home.claim(load_agency(settings.agency).code)
    prepare_environment(settings)
    with opened(settings, Terms("2024-03", "2024-04-10", "growth"), 5) as begun:
        bring_month(begun.warehouse, begun.run, begun.accept)
    return spent


def forget_peak() -> None:
    """Let the largest resident set be that of now."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")


def peak() -> float:
    """The largest resident set since it was last forgotten, in MiB."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def make(root: Path, times: int, part: float, origins: int) -> None:
    """Write the agency and its exports, unless they stand."""
    from benchmarks.exports.growing import growing_agency, write_exports
    from expectations.agency import load_agency

    folder = root / "agency"
    if (root / "whole").exists():
        return
    agency = load_agency(folder) if folder.is_dir() else growing_agency(folder, times, origins)
    write_exports(root / "home" / "inbox", agency, times, part)
    (root / "whole").touch()


def measure(root: Path, given: argparse.Namespace, times: int) -> Steps:
    """A size's steps, measured now unless they were before."""
    told = root / MEASURED
    if not told.exists():
        same = ["--part", str(given.part), "--origins", str(given.origins), "--times", str(times)]
        subprocess.run([*OWN, "--work", str(root), "--make", *same], check=True)
        for left in (root / "home").iterdir():
            if left.name == "inbox" or (given.warehouse and left.name in KEPT):
                continue
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        environment = os.environ | {"CHIAN_WORKERS": "1"}
        subprocess.run([*OWN, "--work", str(root), "--bring"], check=True, env=environment)
    steps: Steps = json.loads(told.read_text("utf-8"))
    return steps


def show(sizes: dict[int, Steps]) -> bool:
    """Print a line a step; whether memory and growth keep what they are to."""
    first, last = min(sizes), max(sizes)
    print(f"{'step':17}" + "".join(f"{f'{times}×':>20}" for times in sizes) + "  exponent of CPU")
    kept = True
    for name in sizes[first]:
        cells = [sizes[times].get(name, {"cpu": math.nan, "mib": math.nan}) for times in sizes]
        line = "".join(f"{cell['cpu']:8.1f} s {cell['mib']:6,.0f} MiB" for cell in cells)
        few, many = sizes[first][name]["cpu"], sizes[last].get(name, {"cpu": math.nan})["cpu"]
        shown = ""
        if last > first and many >= NO_SMALLER:
            exponent = math.log(many / max(few, NO_SMALLER)) / math.log(last / first)
            shown = f"{exponent:7.2f}"
            kept &= exponent <= MOST_EXPONENT
        print(f"{name:17}{line}{shown}")
        kept &= all(cell["mib"] <= MOST_MEGABYTES for cell in cells)
    sums = [sum(cell["cpu"] for cell in steps.values()) for steps in sizes.values()]
    tops = [max(cell["mib"] for cell in steps.values()) for steps in sizes.values()]
    print(f"{'all':17}" + "".join(f"{cpu:8.1f} s {mib:6,.0f} MiB" for cpu, mib in zip(sums, tops, strict=True)))
    return kept


def main() -> int:
    """Exit status 0 where every step keeps to its memory and its growth."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--work", type=Path, required=True, help="folder for exports, homes and what was measured; kept"
    )
    parser.add_argument("--times", type=int, nargs="+", default=[1, 3, 10])
    parser.add_argument("--part", type=float, default=1.0, help="of the rows of one size")
    parser.add_argument("--origins", type=int, default=24, help="months whose forecasts are scored")
    parser.add_argument("--warehouse", action="store_true", help="keep what was read before")
    parser.add_argument("--make", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--bring", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.make:
        make(given.work, given.times[0], given.part, given.origins)
        return 0
    if given.bring:
        spent = bring(given.work)
        (given.work / MEASURED).write_text(json.dumps(spent, indent=1), "utf-8")
        return 0
    print(machine())
    sizes = {}
    for times in sorted(given.times):
        print(f"  {times}× of {given.part:g}, {given.origins} origins", flush=True)
        sizes[times] = measure(given.work / f"{times}x-{given.part:g}-{given.origins}", given, times)
    return 0 if show(sizes) else 1


if __name__ == "__main__":
    raise SystemExit(main())
