"""What cells are worth: `chian places` on a city's points, scored by ../shared/bench/places.py, and what it costs.

.venv/bin/python -m benchmarks.forecasting.places [250 100] [--whole-only]

Each size of cells on all points and on every tenth, which is what a city of Gwangju's size has; then two years of
months at the finest, and one month alone.
"""

import argparse
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measuring import Cost, machine

SHARED = Path(__file__).resolve().parents[3] / "shared"
SCORER, PLACES = SHARED / "bench" / "places.py", SHARED / "data" / "places"
POINTS = PLACES / "philadelphia-points.parquet"
CHIAN = str(Path(sys.executable).with_name("chian"))


def forecast(points: Path, cell: int, first: str, last: str, out: Path) -> None:
    """Have the command forecast, in a process of its own; print what that cost."""
    area = str(PLACES / f"philadelphia-area-{cell}.parquet")
    asked = [CHIAN, "places", str(points), "--area", area, "--cell", str(cell), "--from", first, "--to", last]
    wall = time.perf_counter()
    running = subprocess.Popen([*asked, "--out", str(out)], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(running.pid, 0)
    if status:
        raise SystemExit(f"chian places ended with {os.waitstatus_to_exitcode(status)}")
    spent = Cost(time.perf_counter() - wall, used.ru_utime + used.ru_stime)
    print(f"{points.name}, {cell} m, {first} to {last}: {spent}, {used.ru_maxrss / 1024:,.0f} MiB", flush=True)


def thinned(folder: str) -> Path:
    """Every tenth crime, those the scorer takes with --thin, as a file."""
    spec = importlib.util.spec_from_file_location("bench_places", SCORER)
    assert spec and spec.loader  # noqa: PT018  (it is a file of Python)
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    path = Path(folder, "every-tenth.parquet")
    bench.thinned().write_parquet(path)
    return path


def main() -> int:
    """Exit status 0 where every cell has a forecast."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cells", type=int, nargs="*", default=[250, 100], help="metres; there is an area of each")
    parser.add_argument("--whole-only", action="store_true", help="without the tenth")
    given = parser.parse_args()
    if not SCORER.is_file() or not POINTS.is_file():
        parser.error("no ../shared/bench and ../shared/data/places beside this checkout")
    print(machine(), flush=True)
    status = 0
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "out.parquet")
        for points in [POINTS] if given.whole_only else [POINTS, thinned(folder)]:
            for cell in given.cells:
                forecast(points, cell, "2024-07", "2025-06", out)
                thin = [] if points is POINTS else ["--thin"]
                scored = [sys.executable, str(SCORER), str(out), str(cell), *thin]
                status = max(status, subprocess.run(scored, check=False).returncode)
        forecast(POINTS, min(given.cells), "2023-07", "2025-06", out)
        forecast(POINTS, min(given.cells), "2025-06", "2025-06", out)
    return status


if __name__ == "__main__":
    raise SystemExit(main())
