"""CPU of the commands that answer at once, on a published demonstration.

    .venv/bin/python -m benchmarks.light_commands --home chian-demo [--rounds 5]

Each command is a process of its own; user and system time of all its threads.
"""

import argparse
import os
import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks.measuring import children_cpu, machine

AIM = 1.0
COMMANDS = {
    "chian --help": ["--help"],
    "chian query": ["query", "select district_name, crime_type, incidents, z, signal from outlook"],
    "chian tables": ["tables"],
    "chian tables crime_month": ["tables", "crime_month"],
}
BESIDE = {"chian status": ["status"]}
"""Measured too, but no second was promised for it: it reads the agency's folder and the warehouse."""


def cpu_of(command: list[str], home: Path) -> float:
    """Seconds of CPU, user and system, of one command in a process of its own.

    Raises:
        subprocess.CalledProcessError: It failed.
    """
    before = children_cpu()
    chian = str(Path(sys.executable).with_name("chian"))
    environment = os.environ | {"CHIAN_HOME": str(home)}
    subprocess.run([chian, *command], check=True, capture_output=True, env=environment)
    return children_cpu() - before


def main() -> int:
    """Exit status 0 where every command keeps its promise."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=Path("chian-demo"), help="a home with a published month")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    print(machine())
    worst = 0.0
    for name, words in (COMMANDS | BESIDE).items():
        spent = [cpu_of(words, given.home) for _ in range(given.rounds)]
        middle = statistics.median(spent)
        worst = max(worst, middle) if name in COMMANDS else worst
        print(f"  {name:26} {middle:5.2f} s of CPU, median of {given.rounds} ({min(spent):.2f} to {max(spent):.2f})")
    print(f"  dearest of the first {len(COMMANDS)}: {worst / AIM:.2f} of the second it may take")
    return 0 if worst <= AIM else 1


if __name__ == "__main__":
    raise SystemExit(main())
