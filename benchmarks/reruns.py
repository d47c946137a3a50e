"""What a rerun costs with nothing changed, and with one corrected month, on the demonstration's data.

    .venv/bin/python -m benchmarks.reruns --home chian-demo [--rounds 3]

The home is copied, its month run once so that this program has made it, then run again as it is, and once more for each
round after February's crimes have come again with a few rows less. Every run is a `chian run` of its own; beside it
stands what Prefect and Great Expectations cost alone: their import, and a flow that does nothing.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.measuring import Cost, children_cpu, machine, median

MONTH, AS_OF = "2024-03", "2024-04-10"
CORRECTED = "시연_발생사건_202402_20240403.csv"
CORRECTION_DAYS = ("20240405", "20240406", "20240407", "20240408", "20240409")
AIMS = {"nothing changed": 30.0, "one month corrected": 90.0}
START = """
import os
from flows.settings import prepare_environment, prepare_prefect, read_settings
settings = read_settings(os.environ)
prepare_environment(settings)
prepare_prefect(settings.home)
from prefect import flow
import great_expectations
flow(name="nothing")(lambda: None)()
"""


def spent(command: Sequence[str], environment: Mapping[str, str]) -> Cost:
    """One command in a process of its own, its children with it.

    Raises:
        subprocess.CalledProcessError: It failed.
    """
    wall, cpu = time.perf_counter(), children_cpu()
    subprocess.run(command, check=True, capture_output=True, env=dict(environment))
    return Cost(time.perf_counter() - wall, children_cpu() - cpu)


def correct(inbox: Path, number: int) -> None:
    """February's crimes once more, exported on a later day and without their last rows."""
    lines = (inbox / CORRECTED).read_bytes().splitlines(keepends=True)
    name = CORRECTED.replace(CORRECTED.rpartition("_")[2], f"{CORRECTION_DAYS[number]}.csv")
    (inbox / name).write_bytes(b"".join(lines[: -5 * (number + 1)]))


def show(name: str, costs: Sequence[Cost], start: Cost) -> bool:
    """Print the median and what of it is the program's own; whether the promise is kept."""
    middle = median(costs)
    own = Cost(middle.wall - start.wall, middle.cpu - start.cpu)
    kept = middle.wall <= AIMS[name]
    print(
        f"  {name:20} {middle}   beyond the start: {own}   (at most {AIMS[name]:.0f} s: {'kept' if kept else 'BROKEN'})"
    )
    return kept


def main() -> int:
    """Exit status 0 where both promises are kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=Path("chian-demo"), help="a home made by `chian demo`; left alone")
    parser.add_argument("--rounds", type=int, default=3, choices=range(1, len(CORRECTION_DAYS) + 1))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        shutil.copytree(given.home, home, ignore=shutil.ignore_patterns("prefect"))
        environment = os.environ | {"CHIAN_HOME": str(home), "CHIAN_LANG": "en"}
        chian = str(Path(sys.executable).with_name("chian"))
        run = [chian, "run", "--month", MONTH, "--as-of", AS_OF, "--reason", "benchmark"]
        print(machine())
        print(f"  {'once, to begin with':20} {spent(run, environment)}")
        start = median([spent([sys.executable, "-c", START], environment) for _ in range(given.rounds)])
        print(f"  {'Prefect and GX alone':20} {start}   medians of {given.rounds} from here on")
        unchanged = [spent(run, environment) for _ in range(given.rounds)]
        corrected = []
        for number in range(given.rounds):
            correct(home / "inbox", number)
            corrected.append(spent(run, environment))
        kept = [show(name, costs, start) for name, costs in zip(AIMS, (unchanged, corrected), strict=True)]
        print(machine())
    return 0 if all(kept) else 1


if __name__ == "__main__":
    raise SystemExit(main())
