"""What a nation's homes cost: 18 agencies bring a month one after the other, then headquarters adds them up.

    .venv/bin/python -m benchmarks.nation_homes --work nation-homes [--agencies 18] [--part 1.0] [--origins 12]

258 stations and more, 2,000 boxes, a year of 20 million calls and five years of crimes, generated once into the work
folder: agencies of one to six times Gwangju's size. Each month is brought by a process of its own on one worker; one
that was measured before is printed again, not measured again. `chian nation` and the questions of docs/nation.md then
read what these homes published.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.exports.growing import growing_agency, write_exports
from benchmarks.growth import MEASURED, Steps
from benchmarks.measuring import machine
from benchmarks.nation import added_up

SIZES = (6, 6, 5, 4, 4, 3, 3, 3, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1)
"""Of each agency, in times Gwangju's; together 52 times its five stations and forty boxes."""
MONTHS = (12, 60)
"""Of calls, and of crimes."""
MOST_CPU, MOST_MEGABYTES = 6 * 3600.0, 6144.0
OWN = (sys.executable, "-m", "benchmarks.nation_homes")
BRING = (sys.executable, "-m", "benchmarks.growth", "--bring")


def make(root: Path, number: int, part: float, origins: int) -> None:
    """Write an agency and its exports."""
    agency = growing_agency(root / "agency", SIZES[number], origins, number)
    write_exports(root / "home" / "inbox", agency, SIZES[number], part, MONTHS)


def brought(root: Path, number: int, given: argparse.Namespace) -> Steps:
    """An agency's steps, measured now unless they were before."""
    told = root / MEASURED
    if not told.exists():
        if not (root / "home" / "inbox").is_dir():
            same = ["--part", str(given.part), "--origins", str(given.origins), "--make", str(number)]
            subprocess.run([*OWN, "--work", str(root), *same], check=True)
        environment = os.environ | {"CHIAN_WORKERS": "1", "CHIAN_LANG": "en"}
        with (root / "printed.txt").open("w", encoding="utf-8") as printed:
            subprocess.run([*BRING, "--work", str(root)], check=True, env=environment, stdout=printed, stderr=printed)
    steps: Steps = json.loads(told.read_text("utf-8"))
    return steps


def main() -> int:
    """Exit status 0 where homes and headquarters keep to their time and memory."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder for the generated homes; kept")
    parser.add_argument("--agencies", type=int, default=len(SIZES))
    parser.add_argument("--part", type=float, default=1.0, help="of the calls and crimes of one size")
    parser.add_argument("--origins", type=int, default=12, help="months whose forecasts are scored")
    parser.add_argument("--make", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.make is not None:
        make(given.work, given.make, given.part, given.origins)
        return 0
    print(machine())
    spent, top = 0.0, 0.0
    roots = [given.work / f"a{number:02d}" for number in range(given.agencies)]
    for number, root in enumerate(roots):
        steps = brought(root, number, given)
        cpu, mib = sum(step["cpu"] for step in steps.values()), max(step["mib"] for step in steps.values())
        spent, top = spent + cpu, max(top, mib)
        dearest = max(steps, key=lambda name: steps[name]["cpu"])
        print(f"  {root.name} {SIZES[number]}×  {cpu:7.1f} s of CPU, {mib:6,.0f} MiB; dearest {dearest}", flush=True)
    print(f"  all homes {spent / 3600:.2f} h of CPU, {top:,.0f} MiB at most")
    print(f"  {spent / MOST_CPU:.2f} of the time and {top / MOST_MEGABYTES:.2f} of the memory they may take")
    status = added_up([root / "home" for root in roots], given.work, copy=False)
    return max(status, 0 if spent <= MOST_CPU and top <= MOST_MEGABYTES else 1)


if __name__ == "__main__":
    raise SystemExit(main())
