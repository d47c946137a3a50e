"""Damaged exports through the reader and gate of `chian check`, and some of them through `chian run`.

    .venv/bin/python -m benchmarks.resilience.fuzz_exports [--mutants 2000] [--layouts 500] [--runs 100] [--seed 1]

Small sound exports of every layout of the packaged agency, and of a town, are damaged in some forty ways. Each is
checked in a process that is ended after 20 s, and stored in a warehouse as a run stores it. No mutant may end in a
traceback, hang or bring the process to an end; each is refused with a sentence, or every row of it has exactly one
fate. Of those checked, `--runs` go into the inbox of a small published home, a few for each `chian run`: where the run
stops, not a byte of what is published may change. The same seed gives the same mutants.

`--layouts` mutates source layouts instead: every field of the model in turn is removed, given another type, another
value or another name, or the file is garbled. Each then reads a clean export and a damaged one. The folder is refused
with a sentence, or the exports get a verdict; "other" are those by which the clean one is read to other facts and
nothing beside the summary tells: what somebody may have meant, listed to be looked at.
"""

import argparse
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measuring import machine
from tests.resilience.fuzzing.checked import OUTCOMES, Checking, told
from tests.resilience.fuzzing.layouts_checked import LAYOUT_OUTCOMES, CheckingLayouts
from tests.resilience.fuzzing.mutants import mutants
from tests.resilience.fuzzing.mutated_layouts import mutated_layouts
from tests.resilience.fuzzing.mutations import Mutant
from tests.resilience.fuzzing.through_run import Running, RunVerdict
from tests.resilience.fuzzing.watched import Ended, Watched

SECONDS = 20
"""Longest a check may take before it counts as hanging."""
RUN_SECONDS = 300
LAYOUT_SECONDS = 90
"""Of a layout: the folder is read, an export checked and stored, another one checked, on a machine that does more."""
BAD = ("traceback", "hang", "died", "wrong")
DECIDING = "발생사건_202403"
"""In the name of the newest delivery of the month the runs look at: refused, it stops them."""
SOUND_A_RUN, REFUSED_A_RUN = 2, 4
"""Mutants for one run: those that are read mostly alone, so that a later step's fault has one cause."""


def main() -> int:
    """Check and run the mutants and print what became of them; 1 where one did what none may."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mutants", type=int, default=2000)
    parser.add_argument("--layouts", type=int, default=500, help="mutated layouts, each with two exports")
    parser.add_argument("--runs", type=int, default=100, help="how many of them go through chian run")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(machine())
    began = time.perf_counter()
    faults, checked = check_all(options.mutants, options.seed)
    print(f"  {options.mutants:,} mutants in {time.perf_counter() - began:,.0f} s\n")
    if options.layouts:
        began = time.perf_counter()
        faults += check_layouts(options.layouts, options.seed)
        print(f"  {options.layouts:,} layouts in {time.perf_counter() - began:,.0f} s\n")
    if options.runs:
        began = time.perf_counter()
        faults += run_some(checked, options.runs)
        print(f"  in {time.perf_counter() - began:,.0f} s")
    return 1 if faults else 0


def check_all(count: int, seed: int) -> tuple[int, dict[str, list[Mutant]]]:
    """Check every mutant and print the table; how many did what none may, and the others by outcome."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    checked: dict[str, list[Mutant]] = defaultdict(list)
    slowest = 0.0
    with TemporaryDirectory() as folder, Watched(Checking, Path(folder), seconds=SECONDS) as check:
        for number, mutant in enumerate(mutants(count, seed)):
            began = time.perf_counter()
            outcome, why = told(check(mutant))
            slowest = max(slowest, time.perf_counter() - began)
            seen[mutant.kind][outcome] += 1
            if outcome in BAD:
                print(f"! mutant {number}, {mutant.kind} of {mutant.name}: {outcome}\n{why}", file=sys.stderr)
            elif mutant.export.agency == "gwangju" and len(checked[outcome]) < count:
                checked[outcome].append(mutant)
    faults = print_table("mutants", seen, OUTCOMES)
    print(f"  slowest {slowest:.1f} s of the {SECONDS} s one may take")
    return faults, checked


def check_layouts(count: int, seed: int) -> int:
    """Check every mutated layout and print the table; how many did what none may."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    silent: Counter[str] = Counter()
    with TemporaryDirectory() as folder, Watched(CheckingLayouts, Path(folder), seconds=LAYOUT_SECONDS) as check:
        for number, mutant in enumerate(mutated_layouts(count, seed)):
            outcome, why = told(check(mutant))
            seen[mutant.kind][outcome] += 1
            what = f"{mutant.kind}, {mutant.where} of {mutant.source}"
            if outcome in BAD:
                print(f"! layout {number}, {what}, with {mutant.exports[-1].kind}: {outcome}\n{why}", file=sys.stderr)
            elif outcome == LAYOUT_OUTCOMES[-1]:
                silent[what] += 1
    faults = print_table("layouts", seen, LAYOUT_OUTCOMES)
    for what, times in sorted(silent.items()):
        print(f"  other: {what} ({times})")
    return faults


def print_table(what: str, seen: dict[str, Counter[str]], outcomes: Sequence[str]) -> int:
    """A line for each kind of damage; how many did what none may."""
    total = sum(seen.values(), Counter())
    heads = (*outcomes, *BAD)
    print(f"{'':22}" + "".join(f"{head:>15}" for head in (what, *heads)))
    for kind, found in (*sorted(seen.items()), ("all", total)):
        print(f"{kind:22}" + "".join(f"{n:15,}" for n in (found.total(), *(found[head] for head in heads))))
    return sum(total[bad] for bad in BAD)


def run_some(checked: dict[str, list[Mutant]], wanted: int) -> int:
    """Run mutants of every outcome and print what became of the runs; how many did what none may."""
    verdicts: list[RunVerdict] = []
    faults = mutants_run = 0
    with TemporaryDirectory() as folder, Watched(Running, Path(folder), seconds=RUN_SECONDS) as run:
        for group in groups(checked, wanted):
            answer = run(group)
            mutants_run += len(group)
            if isinstance(answer, Ended) or answer.wrong:
                faults += 1
                what = ", ".join(f"{mutant.kind} of {mutant.name}" for mutant in group)
                why = answer.told if isinstance(answer, Ended) else answer.wrong
                print(f"! run with {what}:\n{why}", file=sys.stderr)
            else:
                verdicts.append(answer)
    outcomes = Counter(verdict.outcome for verdict in verdicts)
    accepted, refused = (sum(getattr(v, fate) for v in verdicts) for fate in ("accepted", "refused"))
    archives = mutants_run - accepted - refused
    print(
        f"{mutants_run:,} mutants in {len(verdicts) + faults:,} runs: {outcomes['published']} published, "
        f"{outcomes['stopped']} stopped with not a byte of the publication changed, {faults} with faults; "
        f"of the mutants {accepted} were accepted, {refused} refused, {archives} archives"
    )
    return faults


def groups(checked: dict[str, list[Mutant]], wanted: int) -> Iterator[Sequence[Mutant]]:
    """Mutants for runs: as many that were read as that were refused, apart, each kind of damage in turn."""
    sound = _spread([mutant for outcome in OUTCOMES[:2] for mutant in checked[outcome]], wanted - wanted // 2)
    yield from (sound[at : at + SOUND_A_RUN] for at in range(0, len(sound), SOUND_A_RUN))
    runs = -(-(wanted // 2) // REFUSED_A_RUN)
    deciding = _spread([mutant for mutant in checked[OUTCOMES[2]] if DECIDING in mutant.name], runs)
    others = _spread(
        [mutant for mutant in checked[OUTCOMES[2]] if DECIDING not in mutant.name], wanted // 2 - len(deciding)
    )
    for number, first in enumerate(deciding):
        yield [first, *others[number :: len(deciding)]]


def _spread(some: list[Mutant], wanted: int) -> list[Mutant]:
    """So many of them, one of each kind before a second of any."""
    turn: Counter[str] = Counter()
    ranked = []
    for mutant in some:
        turn[mutant.kind] += 1
        ranked.append((turn[mutant.kind], len(ranked), mutant))
    return [mutant for _, _, mutant in sorted(ranked, key=lambda one: one[:2])[:wanted]]


if __name__ == "__main__":
    sys.exit(main())
