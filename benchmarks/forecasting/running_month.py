"""What days of a running month are worth: `chian nowcast` on daily counts, scored by ../shared/bench/running_month.py.

.venv/bin/python -m benchmarks.forecasting.running_month [DAYS.parquet …] [--months 24]
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measuring import Cost, children_cpu, machine

SHARED = Path(__file__).resolve().parents[3] / "shared"
SCORER, DAYS = SHARED / "bench" / "running_month.py", SHARED / "data" / "days"
CHIAN = str(Path(sys.executable).with_name("chian"))


def scored(days: Path, months: str, out: Path) -> int:
    """Print what one panel's nowcast cost and how it scores; the scorer's exit status."""
    wall, cpu = time.perf_counter(), children_cpu()
    command = [CHIAN, "nowcast", str(days), "--days", "0,3,10,17,24", "--months", months, "--out", str(out)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    spent = Cost(time.perf_counter() - wall, children_cpu() - cpu)
    print(f"chian nowcast {days.name}: {spent}", flush=True)
    return subprocess.run([sys.executable, str(SCORER), str(days), str(out)], check=False).returncode


def main() -> int:
    """Exit status 0 where every count has its forecast."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("panels", type=Path, nargs="*", help="else every panel of ../shared/data/days")
    parser.add_argument("--months", default="24", help="the scorer looks at the last 24")
    given = parser.parse_args()
    panels = given.panels or sorted(DAYS.glob("*.parquet"))
    if not panels or not SCORER.is_file():
        parser.error("no ../shared/bench and ../shared/data/days beside this checkout")
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        return max(scored(panel, given.months, Path(folder, panel.name)) for panel in panels)


if __name__ == "__main__":
    raise SystemExit(main())
