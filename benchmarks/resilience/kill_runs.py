"""Runs killed with SIGKILL at random instants: what they leave behind, and whether the next run finishes the work.

    .venv/bin/python -m benchmarks.resilience.kill_runs [--home chian-demo | --town] [--runs 100] [--minutes 60]

The home is one made by `chian demo`; it is copied and left alone. With `--town` it is that of a small town made here,
whose runs are shorter: more kills in the same time. Each round lays a correction of the last month but one's crimes
into the inbox, so that a new publication is due, and starts `chian run` a few times over, killing it and all it started
at an instant drawn uniformly over the time an undisturbed run takes. After every kill each file of the home is read to
its end; then one run is left to finish, and the home is held against one where nothing was killed: the same tables, the
same files, the same names. Exit status 0 where nothing was corrupt, half, different or left over.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb

from benchmarks.measuring import machine
from benchmarks.resilience.whole_home import look_at, names, published_bytes
from flows.places.home import Home
from flows.publishing import tables_equal
from tests.flows import town
from tests.flows.places import CHIAN, Place, months

MONTH, AS_OF = "2024-03", "2024-04-10"
CORRECTED = "시연_발생사건_202402_20240403.csv"
CORRECTION_DAYS = ("20240405", "20240406", "20240407")
DONE = "✔ "
STARTING = "starting"
GRACE_SECONDS = 2.0


@dataclass(frozen=True)
class Work:
    """What is run, and what makes a new publication due.

    Attributes:
        words: The command.
        environment: Its environment variables but CHIAN_HOME and TMPDIR.
        exports: Name and bytes of the file each round lays into the inbox, one after another.
    """

    words: Sequence[str]
    environment: Mapping[str, str]
    exports: Sequence[tuple[str, bytes]]


@dataclass(frozen=True)
class Undisturbed:
    """A home after a run nobody killed.

    Attributes:
        seconds: How long the run took.
        steps: Its steps in order, as the terminal names them.
        folder: Copies of its databases.
    """

    seconds: float
    steps: tuple[str, ...]
    run_id: str | None
    names: frozenset[str]
    files: Mapping[str, str]
    folder: Path


@dataclass
class Figures:
    """What is counted.

    Attributes:
        instants: Kills by the step they fell into.
        stands: Kills by which publication stood afterwards: the old one or the new.
        underway: Kills between the renames of a swap, each part whole, which the next run finished.
        early: Runs that had ended before the instant drawn for them; no kills.
        faults: By kind, a line each.
    """

    kills: int = 0
    rounds: int = 0
    early: int = 0
    underway: int = 0
    instants: Counter[str] = field(default_factory=Counter)
    stands: Counter[str] = field(default_factory=Counter)
    faults: dict[str, list[str]] = field(
        default_factory=lambda: {kind: [] for kind in (*AFTER_A_KILL, *AFTER_THE_NEXT_RUN)}
    )


AFTER_A_KILL = ("corrupt files", "half publications", "processes left")
AFTER_THE_NEXT_RUN = ("runs that failed", "tables that differ", "files that differ", "leftovers")


class Killing:
    """A home that lives through killed runs, beside one that does not.

    Attributes:
        figures: What came of it so far.
    """

    def __init__(self, work: Work, home: Path, folder: Path, seed: int, in_a_row: int = 3) -> None:
        """Bring the home up to date and follow every round of it undisturbed.

        Args:
            work: What is run.
            home: The home to begin with, its inbox within; it is changed by the first run, so hand over a copy.
            folder: An empty folder for homes and temporary files.
            seed: Of the instants.
            in_a_row: At most so many runs of a round are killed before one is left to finish.

        Raises:
            RuntimeError: An undisturbed run fails.
        """
        self.figures = Figures()
        self._work, self._base, self._folder, self._in_a_row = work, home, folder, in_a_row
        self._random = random.Random(seed)
        self._run_whole(home)
        self._victim = folder / "killed"
        self._undisturbed = self._follow(folder / "undisturbed")
        self.steps = (STARTING, *self._undisturbed[0].steps, "ending")

    @property
    def seconds(self) -> float:
        """How long an undisturbed run takes: the mean of them all."""
        return sum(one.seconds for one in self._undisturbed) / len(self._undisturbed)

    def round(self, most: int) -> None:
        """One correction, at most `most` runs killed in a row, one that finishes, and the comparison."""
        number = self.figures.rounds % len(self._work.exports)
        if number == 0:
            _copy(self._base, self._victim)
        self.figures.rounds += 1
        _lay(self._victim, self._work.exports[number])
        expected = self._undisturbed[number]
        for _ in range(min(most, self._random.randint(1, self._in_a_row))):
            if not self._kill(expected):
                break
        self._finish(expected)

    def _kill(self, expected: Undisturbed) -> bool:
        """Start a run and kill it; whether the same can be done again: there is still something to publish."""
        log, instant = self._folder / "killed.log", self._random.uniform(0, expected.seconds)
        with log.open("w") as said:
            process = subprocess.Popen(
                list(self._work.words),
                env=self._environment(self._victim),
                stdout=subprocess.DEVNULL,
                stderr=said,
                start_new_session=True,
            )
            try:
                process.wait(instant)
                self.figures.early += 1
                return False
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.figures.kills += 1
        reached = min(len(_steps(log)) + (log.stat().st_size > 0), len(self.steps) - 1)
        self.figures.instants[self.steps[reached]] += 1
        self._faults("processes left", _left(self._victim))
        found = look_at(_home(self._victim))
        self._faults("corrupt files", found.corrupt)
        self._faults("half publications", found.half)
        self.figures.underway += found.underway
        is_new = found.run_id == expected.run_id
        self.figures.stands["new" if is_new else "old"] += 1
        return not is_new

    def _finish(self, expected: Undisturbed) -> None:
        home, log = _home(self._victim), self._folder / "finished.log"
        if self._run(self._victim, log) != 0:
            self._faults("runs that failed", log.read_text("utf-8").splitlines()[-1:])
            return
        for name in (home.strategy.name, home.warehouse.name):
            there = home.strategy if name == home.strategy.name else home.warehouse
            try:
                self._faults("tables that differ", tables_equal(expected.folder / name, there))
            except duckdb.Error as error:
                self._faults("tables that differ", [f"{there}: {error}"])
        files = published_bytes(home)
        self._faults("files that differ", sorted({name for name, _ in files.items() ^ expected.files.items()}))
        self._faults("leftovers", sorted(names(home) - expected.names))
        self._faults("leftovers", sorted(f"temporary: {path.name}" for path in self._temporary.iterdir()))

    def _follow(self, home: Path) -> list[Undisturbed]:
        """Every round once, without a kill, in a home of its own."""
        _copy(self._base, home)
        followed = []
        for number, export in enumerate(self._work.exports):
            _lay(home, export)
            seconds, steps = self._run_whole(home)
            found, kept = look_at(_home(home)), self._folder / f"round-{number}"
            if found.corrupt or found.half:
                raise RuntimeError(f"an undisturbed run left {[*found.corrupt, *found.half]}")
            kept.mkdir()
            for path in (_home(home).strategy, _home(home).warehouse):
                shutil.copy(path, kept)
            there = frozenset(names(_home(home)))
            followed.append(Undisturbed(seconds, steps, found.run_id, there, published_bytes(_home(home)), kept))
        return followed

    def _run_whole(self, home: Path) -> tuple[float, tuple[str, ...]]:
        log, began = self._folder / "undisturbed.log", time.monotonic()
        if self._run(home, log) != 0:
            raise RuntimeError(f"an undisturbed run failed: {log.read_text('utf-8')}")
        return time.monotonic() - began, tuple(_steps(log))

    def _run(self, home: Path, log: Path) -> int:
        with log.open("w") as said:
            return subprocess.run(
                list(self._work.words), env=self._environment(home), stdout=subprocess.DEVNULL, stderr=said, check=False
            ).returncode

    def _environment(self, home: Path) -> dict[str, str]:
        self._temporary.mkdir(exist_ok=True)
        inherited = {name: value for name, value in os.environ.items() if name != "PREFECT_HOME"}
        places = {"CHIAN_HOME": str(home), "CHIAN_INBOX": str(home / "inbox"), "TMPDIR": str(self._temporary)}
        return inherited | dict(self._work.environment) | places | {"CHIAN_LANG": "en"}

    @property
    def _temporary(self) -> Path:
        """The system's temporary folder, as the runs see it."""
        return self._folder / "tmp"

    def _faults(self, kind: str, found: Sequence[str]) -> None:
        self.figures.faults[kind] += [f"round {self.figures.rounds}: {one}" for one in found]


def lines(killing: Killing) -> list[str]:
    """The figures, and every fault."""
    figures = killing.figures
    old, new = figures.stands["old"], figures.stands["new"]
    steps = [f"{step} {figures.instants[step]}" for step in dict.fromkeys(killing.steps) if figures.instants[step]]
    counts = {kind: len(found) for kind, found in figures.faults.items()}
    return [
        f"{figures.kills} runs killed in {figures.rounds} rounds; undisturbed each takes {killing.seconds:.1f} s",
        f"  killed while: {', '.join(steps)}",
        f"  then stood: the old publication {old}, the new {new}; between the renames of a swap {figures.underway}",
        f"  no kills: {figures.early} runs had ended before their instant",
        f"  after a kill: {', '.join(f'{kind} {counts[kind]}' for kind in AFTER_A_KILL)}",
        f"  after the next run: {', '.join(f'{kind} {counts[kind]}' for kind in AFTER_THE_NEXT_RUN)}",
        *(f"    {kind}: {one}" for kind, found in figures.faults.items() for one in found),
    ]


def corrections(inbox: Path) -> list[tuple[str, bytes]]:
    """February's crimes of the demonstration, exported again on later days without their last rows."""
    rows = (inbox / CORRECTED).read_bytes().splitlines(keepends=True)
    stem = CORRECTED.rpartition("_")[0]
    return [(f"{stem}_{day}.csv", b"".join(rows[: -5 * (number + 1)])) for number, day in enumerate(CORRECTION_DAYS)]


def demonstration_work(demonstration: Path, folder: Path) -> tuple[Path, Work]:
    """A copy of a home made by `chian demo`, and its month with February corrected."""
    base = folder / "home"
    shutil.copytree(demonstration, base, ignore=shutil.ignore_patterns("prefect"))
    words = [str(CHIAN), "run", "--month", MONTH, "--as-of", AS_OF, "--reason", "kill test"]
    return base, Work(words, {}, corrections(base / "inbox"))


def town_work(folder: Path) -> tuple[Path, Work]:
    """The home of a town of fourteen months, its inbox within, and its last month with January corrected."""
    base = folder / "home"
    place = Place(base, town.write_agency(folder / "agency"), base / "inbox")
    delivered = months(town.FIRST, 14)
    for month in delivered:
        town.put(place, month)
    aside = Place(folder, place.agency, folder / "aside")
    exports = []
    for more in (1, 2, 3):
        path = town.put(aside, delivered[-2], date(2022, 3, 3 + more), east=more)
        exports.append((path.name, path.read_bytes()))
    words = [str(CHIAN), "run", "--month", f"{delivered[-1]:%Y-%m}", "--as-of", "2022-03-08", "--reason", "kill test"]
    return base, Work(words, place.environment, exports)


def _home(root: Path) -> Home:
    return Home(root, root / "inbox")


def _copy(base: Path, home: Path) -> None:
    """The home as it was to begin with; Prefect's records of the runs killed before stay."""
    for path in home.iterdir() if home.is_dir() else ():
        if path != _home(home).prefect:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    unwanted = ("prefect",) if home.is_dir() else ()
    shutil.copytree(base, home, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*unwanted))


def _lay(home: Path, export: tuple[str, bytes]) -> None:
    (home / "inbox" / export[0]).write_bytes(export[1])


def _steps(log: Path) -> list[str]:
    """Steps a run's terminal says are done."""
    said = log.read_text("utf-8", errors="replace").splitlines()
    return [line.removeprefix(DONE).split(" · ")[0] for line in said if line.startswith(DONE)]


def _left(home: Path) -> list[str]:
    """Processes whose environment names the home: what a killed run left alive."""
    wanted, deadline = f"CHIAN_HOME={home}".encode(), time.monotonic() + GRACE_SECONDS
    while True:
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if wanted in (folder / "environ").read_bytes().split(b"\0"):
                    words = (folder / "cmdline").read_bytes().split(b"\0")
                    found.append(b" ".join(words).decode(errors="replace").strip())
            except OSError:
                continue
        if not found or time.monotonic() > deadline:
            return found
        time.sleep(0.05)


def main() -> int:
    """Exit status 0 where every promise was kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=Path("chian-demo"), help="a home made by `chian demo`; left alone")
    parser.add_argument("--town", action="store_true", help="a small town made here instead")
    parser.add_argument("--runs", type=int, default=100, help="how many runs to kill")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--in-a-row", type=int, default=3, help="how many at most before one is left to finish")
    parser.add_argument("--minutes", type=float, default=120, help="begin no round after so many")
    given = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        base, work = town_work(Path(name)) if given.town else demonstration_work(given.home, Path(name))
        print(machine(), flush=True)
        killing = Killing(work, base, Path(name), given.seed, given.in_a_row)
        while killing.figures.kills < given.runs and time.monotonic() - began < given.minutes * 60:
            killing.round(given.runs - killing.figures.kills)
            print(lines(killing)[0], flush=True)
        print(*lines(killing), machine(), sep="\n")
    return 1 if any(killing.figures.faults.values()) else 0


if __name__ == "__main__":
    raise SystemExit(main())
