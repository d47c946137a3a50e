"""Every command that writes a home, at once and for minutes, while readers hold transactions open on what is published.

    .venv/bin/python -m benchmarks.resilience.all_at_once [--minutes 10] [--seed 1]

A small town's home is published twice (so that there is something to go back to). Then, each in a loop of its own:
`chian run` of one meeting and another in turns, `chian withdraw` and its `--undo`, `chian rollback`, `chian briefing`,
`chian status`, and four readers, each of which asks twice within one open transaction. Commands wait for each other's
lock; one that finds nothing to do must say so in a sentence. Afterwards every file of the home is read to its end. Exit
status 0 where no command or reader failed, every answer belongs to one publication, and the home is whole.
"""

import argparse
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from benchmarks.measuring import machine
from benchmarks.resilience.whole_home import look_at
from flows.publishing.publication import opened
from tests.flows import town
from tests.flows.places import CHIAN, Place, months

MONTHS = 16
READERS = 4
MEETINGS = (("2022-03", "2022-04-10"), ("2022-04", "2022-05-10"))
WITHDRAWN = "incidents_2022-02_x20220303.csv"
SECONDS_A_COMMAND = 300
HELD_SECONDS = 0.3
QUERY = """
select list_sort(list_distinct(list(run_id))), (select sum(incidents) from crime_month) from (
    select run_id from publication union all select run_id from run semi join publication using (run_id)
    union all select run_id from validation_result
)
"""
EACH = "{number}"
"""In a command, the number of the turn: pages are written to a folder of their own."""
MAY_REFUSE = {"rollback": (0, 1)}
"""Exit statuses of commands that may find nothing to do; the others must end with 0."""


@dataclass
class Heard:
    """What one loop saw.

    Attributes:
        name: The command, or which reader.
        ended: Commands by exit status, or readers' answers by the run and the count they name.
        faults: What went wrong, a line each.
    """

    name: str
    ended: Counter[Any] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def delivered(folder: Path) -> Place:
    """A town with sixteen months delivered; nothing has been run."""
    (folder / "inbox").mkdir(parents=True)
    place = Place(folder / "home", town.write_agency(folder / "agency"), folder / "inbox")
    place.variables |= {"CHIAN_LANG": "en", "CHIAN_WAIT_SECONDS": str(SECONDS_A_COMMAND)}
    for month in months(town.FIRST, MONTHS):
        town.put(place, month)
        town.put(place, month, town.exported(month) + timedelta(days=20), east=month.month % 3)
    place.root.mkdir()
    return place


def town_home(folder: Path) -> Place:
    """The town with two meetings published."""
    place = delivered(folder)
    for month, as_of in MEETINGS:
        _must(place, "run", "--month", month, "--as-of", as_of)
    return place


def everything_at_once(place: Place, seconds: float, seed: int) -> list[Heard]:
    """Let every loop go until the time is over; what each of them saw."""
    context = multiprocessing.get_context("spawn")
    stop, queue = context.Event(), context.Queue()
    commands = (
        ("run", [["run", "--month", month, "--as-of", as_of, "--reason", "again"] for month, as_of in MEETINGS]),
        ("withdraw", [["withdraw", WITHDRAWN, "--reason", "try"], ["withdraw", WITHDRAWN, "--undo"]]),
        ("rollback", [["rollback", "--reason", "try"]]),
        ("briefing", [["briefing", "--lang", "en", "--out", str(place.root.parent / f"pages-{EACH}")]]),
        ("status", [["status"]]),
    )
    loops = [
        context.Process(target=_command_loop, args=(name, words, place.environment, stop, queue, seed + n))
        for n, (name, words) in enumerate(commands)
    ]
    loops += [context.Process(target=_read_loop, args=(n, place.home.strategy, stop, queue)) for n in range(READERS)]
    for loop in loops:
        loop.start()
    time.sleep(seconds)
    stop.set()
    heard = [queue.get(timeout=2 * SECONDS_A_COMMAND) for _ in loops]
    for loop in loops:
        loop.join()
    return sorted(heard, key=lambda one: one.name)


def faults(place: Place, heard: Sequence[Heard]) -> list[str]:
    """Everything that must not be: of commands, of readers' answers, and of the home that is left."""
    found = [f"{one.name}: {fault}" for one in heard for fault in one.faults]
    answers = {answer for one in heard if one.name.startswith("reader") for answer in one.ended}
    found += [f"an answer of several runs: {runs}" for runs, _ in answers if len(runs) != 1]
    counts = Counter(runs for runs, _ in answers)
    found += [f"several counts of run {runs[0]}" for runs, n in counts.items() if n > 1]
    whole = look_at(place.home)
    return [*found, *whole.corrupt, *whole.half]


def _must(place: Place, *words: str) -> None:
    said = place.command(*words, timeout=SECONDS_A_COMMAND)
    if said.status:
        raise RuntimeError(f"chian {' '.join(words)}: {said.err}")


def _command_loop(
    name: str, words: Sequence[Sequence[str]], environment: Mapping[str, str], stop: Event, queue: Any, seed: int
) -> None:
    """Run the commands in turns until it is over; one at least."""
    heard, chance = Heard(name), random.Random(seed)
    for number, command in enumerate(cycle(words)):
        command = [word.replace(EACH, str(number)) for word in command]
        said = subprocess.run(
            [str(CHIAN), *command],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=2 * SECONDS_A_COMMAND,
        )
        heard.ended[said.returncode] += 1
        is_told = not said.returncode or "chian: " in said.stderr
        if said.returncode not in MAY_REFUSE.get(name, (0,)) or not is_told or "Traceback" in said.stdout + said.stderr:
            heard.faults.append(f"exit status {said.returncode}: {said.stderr.strip()[-300:]}")
        if stop.wait(chance.uniform(0, 2)):
            break
    queue.put(heard)


def _read_loop(number: int, strategy: Path, stop: Event, queue: Any) -> None:
    """Ask twice within one open connection until it is over: what is published between must not be seen."""
    heard = Heard(f"reader {number + 1}")
    while not (stop.is_set() and (heard.ended or heard.faults)):
        try:
            first, second = _asked_twice(strategy)
            heard.ended[first] += 1
            if first != second:
                heard.faults.append(f"one connection heard {first}, then {second}")
        except Exception as error:  # noqa: BLE001  (whatever a reader runs into is what is looked for)
            heard.faults.append(f"{type(error).__name__}: {str(error).splitlines()[0]}")
    queue.put(heard)


def _asked_twice(strategy: Path) -> Iterator[tuple[tuple[str, ...], int]]:
    answers = []
    with opened(strategy) as con:
        con.execute("begin transaction")
        for pause in (HELD_SECONDS, 0):
            [(runs, count)] = con.execute(QUERY).fetchall()
            answers.append((tuple(runs), int(count)))
            time.sleep(pause)
    return iter(answers)


def lines(heard: Sequence[Heard], found: Sequence[str]) -> list[str]:
    """The figures."""
    told = []
    for one in heard:
        if one.name.startswith("reader"):
            runs = len({runs for runs, _ in one.ended})
            told.append(f"  {one.name:9} {one.ended.total():6,} transactions over {runs} runs")
        else:
            ended = ", ".join(f"{n} ended with {status}" for status, n in sorted(one.ended.items()))
            told.append(f"  {one.name:9} {ended}")
    return [*told, f"  faults: {len(found)}", *(f"    {fault}" for fault in found)]


def main() -> int:
    """Exit status 0 where every promise was kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory(prefix="chian-at-once-") as folder:
        place = town_home(Path(folder))
        heard = everything_at_once(place, given.minutes * 60, given.seed)
        found = faults(place, heard)
    print(f"{given.minutes:g} minutes, {READERS} readers", *lines(heard, found), machine(), sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
