"""CPU of `chian backtest` on a panel, and its scores beside the stored peers' where these are at hand.

The comparison is ../shared/bench/compare.py beside the checkout; it knows the panels of ../shared/data/panels by name.

    .venv/bin/python benchmarks/backtest.py PANEL.parquet [--origins 24] [--horizon 3] [--country KR]
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measuring import children_cpu, machine

PEERS = Path(__file__).resolve().parents[2] / "shared" / "bench" / "compare.py"


def main() -> int:
    """Exit status of the comparison, 0 where there is none."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("panel", type=Path)
    parser.add_argument("--origins", default="24")
    parser.add_argument("--horizon", default="3")
    parser.add_argument("--country")
    parser.add_argument("--out", type=Path, help="where to keep the forecasts; else they are thrown away")
    given = parser.parse_args()
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        out = given.out or Path(folder) / "backtest.parquet"
        chian = str(Path(sys.executable).with_name("chian"))
        words = ["backtest", str(given.panel), "--out", str(out)]
        words += ["--origins", given.origins, "--horizon", given.horizon]
        words += ["--country", given.country] if given.country else []
        wall, cpu = time.perf_counter(), children_cpu()
        subprocess.run([chian, *words], check=True)
        wall, cpu = time.perf_counter() - wall, children_cpu() - cpu
        print(f"chian backtest {given.panel.name}: {cpu:,.0f} s of CPU, {wall:,.0f} s on the clock", flush=True)
        if not PEERS.is_file():
            print("no peers to compare with: ../shared/bench/compare.py is not beside this checkout")
            return 0
        return subprocess.run([sys.executable, str(PEERS), given.panel.stem, str(out)], check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
