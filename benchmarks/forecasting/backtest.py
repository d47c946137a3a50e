"""CPU of `chian backtest` on panels, and its scores beside the stored peers' where these are at hand.

The comparison is ../shared/bench/compare.py beside the checkout; it knows the panels of ../shared/data/panels by name,
which are taken where none is given. With --peers its models are run again on every panel, after ours, to compare CPU:
name a Python that has statsforecast, which chian does not need.

    .venv/bin/python -m benchmarks.forecasting.backtest [PANEL.parquet …] [--origins 24] [--horizon 3] [--country KR]
        [--peers PYTHON]
"""

import argparse
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from benchmarks.measuring import Cost, children_cpu, machine
from forecasts.intervals import LEVELS
from forecasts.scores import score_forecasts

SHARED = Path(__file__).resolve().parents[3] / "shared"
BENCH, PANELS, PEERS = SHARED / "bench", SHARED / "data" / "panels", SHARED / "data" / "peers"
RATIO = re.compile(r"chian / SFMedian = ([\d.]+); chian / best peer \((\w+)\) = ([\d.]+)")


@dataclass(frozen=True)
class Result:
    """What one panel gave.

    Attributes:
        name: of the panel.
        ours: what `chian backtest` cost.
        peers: what the peers' models cost; None where they were not run.
        coverage: share of counts in the 50, 80 and 95 % intervals.
        compared: what the comparison says in its last line; empty where there is none.
        status: the comparison's exit status.
    """

    name: str
    ours: Cost
    peers: Cost | None
    coverage: tuple[float, ...]
    compared: str
    status: int

    def __str__(self) -> str:
        """One line of the summary."""
        found = RATIO.search(self.compared)
        ratios = f"{found[1]} {found[3]} ({found[2]})" if found else "not compared"
        held = " ".join(f"{share:.3f}" for share in self.coverage)
        beside = f"   peers {self.peers.cpu:,.0f} s, ratio {self.ours.cpu / self.peers.cpu:.2f}" if self.peers else ""
        return f"  {self.name:28} {ratios:26} {held}   {self.ours.cpu:,.0f} s of CPU{beside}"


def measured(panel: Path, options: list[str], out: Path, peers: Path | None) -> Result:
    """The backtest of one panel, its comparison printed as it comes.

    Raises:
        subprocess.CalledProcessError: The backtest, or the peers, failed.
    """
    chian = str(Path(sys.executable).with_name("chian"))
    ours = _cost([chian, "backtest", str(panel), "--out", str(out), *options])
    print(f"chian backtest {panel.name}: {ours}", flush=True)
    theirs = None
    if peers:
        again = [str(peers), str(BENCH / "peers.py"), str(panel), str(out.with_suffix(".peers")), "--quick"]
        theirs = _cost([*again, *options[:4]])
        print(f"peers.py --quick {panel.name}: {theirs}", flush=True)
    scores = score_forecasts(pl.read_parquet(out).filter(pl.col("model") == "chian"), pl.read_parquet(panel))
    coverage = tuple(float(scores[f"covered_{level}"].sum()) / scores.height for level in LEVELS)
    if not (PEERS / panel.name).is_file():
        print(f"no peers to compare with: no {panel.name} in ../shared/data/peers beside this checkout", flush=True)
        return Result(panel.stem, ours, theirs, coverage, "", 0)
    compare = [sys.executable, str(BENCH / "compare.py"), panel.stem, str(out)]
    done = subprocess.run(compare, check=False, stdout=subprocess.PIPE, text=True)
    print(done.stdout, flush=True)
    return Result(panel.stem, ours, theirs, coverage, done.stdout, done.returncode)


def _cost(command: list[str]) -> Cost:
    wall, cpu = time.perf_counter(), children_cpu()
    subprocess.run(command, check=True)
    return Cost(time.perf_counter() - wall, children_cpu() - cpu)


def main() -> int:
    """Exit status 0 where every comparison has a counterpart for each of the peers' forecasts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("panels", type=Path, nargs="*", help="else every panel of ../shared with stored peers")
    parser.add_argument("--origins", default="24")
    parser.add_argument("--horizon", default="3")
    parser.add_argument("--country")
    parser.add_argument("--peers", type=Path, help="Python to run ../shared/bench/peers.py --quick with as well")
    parser.add_argument("--out", type=Path, help="folder to keep the forecasts in; else they are thrown away")
    given = parser.parse_args()
    panels = given.panels or [PANELS / path.name for path in sorted(PEERS.glob("*.parquet"))]
    if not panels:
        parser.error("no panel given, and no ../shared/data/peers beside this checkout")
    options = ["--origins", given.origins, "--horizon", given.horizon]
    options += ["--country", given.country] if given.country else []
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        out = given.out or Path(folder)
        out.mkdir(parents=True, exist_ok=True)
        results = [measured(panel, options, out / f"{panel.stem}.parquet", given.peers) for panel in panels]
    print("panel: scaled WIS / SFMedian, / best single peer; coverage of 50, 80, 95 %; CPU")
    for result in results:
        print(result)
    return max(result.status for result in results)


if __name__ == "__main__":
    raise SystemExit(main())
