"""Homes with damaged files: whether each is told by name and mended or refused, and never read for other numbers.

    .venv/bin/python -m benchmarks.resilience.damaged_homes [--home chian-demo | --town] [--homes 300] [--minutes 120]

The home is one made by `chian demo`, or another with `--agency`, `--inbox`, `--month` and `--as-of`; it is copied and
left alone. With `--town` it is that of a small town made here, which has published two months: its runs are shorter.
Each copy has one file of it harmed: some bytes turned to others, its end cut off, or the whole file gone.
Then it is asked as an analyst would (`chian query`, `chian status`), run as an operator would (`chian run`), and, where
the harm is to what is kept, gone back in (`chian rollback`). What is published afterwards has to be what an undamaged
home publishes, or nothing at all. Exit status 0 where no number was wrong and no traceback seen.
"""

import argparse
import io
import os
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

import duckdb

from benchmarks.measuring import machine
from flows.places.home import Home
from flows.publishing import PublishingError, history, tables_equal
from tests.flows import town
from tests.flows.places import Place, months

MONTH, AS_OF = "2024-03", "2024-04-10"
KINDS = ("flipped", "cut", "removed")
FLIPPED = 8
QUERY = "select district, crime_type, month, incidents from crime_month order by all"
FAULTS = ("wrong numbers", "tracebacks", "crashes", "untold")
_SAID = io.StringIO()
"""What a command prints. One for all of them: Prefect's log writes for ever to the stream it found first, and reports
with a traceback of its own where that has been closed.
"""


@dataclass(frozen=True)
class Setting:
    """The home that is copied, and what is run in the copies.

    Attributes:
        base: The undamaged home, up to date.
        inbox: Its inbox.
        agency: Its agency folder; None: the packaged one.
    """

    base: Path
    inbox: Path
    agency: Path | None = None
    month: str = MONTH
    as_of: str = AS_OF

    def environment(self, home: Path) -> dict[str, str]:
        """What the commands read; one worker in this process."""
        places = {"CHIAN_HOME": str(home), "CHIAN_INBOX": str(self.inbox), "CHIAN_LANG": "en", "CHIAN_CHROMIUM": "off"}
        quick = {"CHIAN_RUNNER": "threads", "CHIAN_WORKERS": "1", "CHIAN_LOOK_SECONDS": "0"}
        return places | quick | ({"CHIAN_AGENCY": str(self.agency)} if self.agency else {})


@dataclass(frozen=True)
class Harm:
    """One file harmed.

    Attributes:
        group: Which of the files a home keeps.
        name: Its name below the home.
        kind: flipped, cut or removed.
        seed: Of the bytes, and of where the end is.
    """

    group: str
    name: str
    kind: str
    seed: int

    def do(self, home: Path) -> None:
        """Harm the file."""
        path, chance = home / self.name, random.Random(self.seed)
        if self.kind == "removed":
            path.unlink()
            return
        data = bytearray(path.read_bytes())
        if self.kind == "cut":
            del data[chance.randrange(len(data)) :]
        else:
            for _ in range(chance.randint(1, FLIPPED)):
                data[chance.randrange(len(data))] ^= chance.randint(1, 255)
        path.chmod(0o600)
        path.write_bytes(data)


@dataclass(frozen=True)
class Verdict:
    """What became of one damaged home.

    Attributes:
        outcome: `refused`, `mended` (told, and published as ever), `harmless` (not told, and all is as ever), or one of
            the faults.
        said: What the commands said.
    """

    harm: Harm
    outcome: str
    said: str


@dataclass
class Figures:
    """What is counted: verdicts by group of files and by kind."""

    verdicts: list[Verdict] = field(default_factory=list)

    def faults(self) -> list[Verdict]:
        """Homes that broke the promise."""
        return [one for one in self.verdicts if one.outcome in FAULTS]


def harms(base: Path, count: int, seed: int) -> list[Harm]:
    """So many harms, every group of files and every kind in turn; equal seeds give equal ones."""
    chance, groups = random.Random(seed), dict(_groups(base))
    made = []
    for number in range(count):
        group = list(groups)[number % len(groups)]
        kind = KINDS[(number // len(groups)) % len(KINDS)]
        made.append(Harm(group, chance.choice(groups[group]), kind, chance.randrange(1 << 32)))
    return made


def _groups(base: Path) -> Iterator[tuple[str, list[str]]]:
    patterns = {
        "received.jsonl": "received.jsonl", "home.json": "home.json", "issued": "issued/*/*.parquet",
        "warehouse.duckdb": "warehouse.duckdb", "strategy.duckdb": "published/strategy.duckdb",
        "history": "history/*/**/*", "manifests": "history/*/manifest.json",
        "kept databases": "history/*/strategy.duckdb",
    }  # fmt: skip
    for group, pattern in patterns.items():
        found = sorted(str(path.relative_to(base)) for path in base.glob(pattern) if path.is_file())
        if found:
            yield group, found


def judge(setting: Setting, harm: Harm, folder: Path) -> Verdict:
    """Harm a copy of the home and see what the commands make of it."""
    home = folder / "home"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(setting.base, home, ignore=shutil.ignore_patterns("prefect"))
    before = {entry.run_id: setting.base / entry.strategy.relative_to(home) for entry in _entries(home)}
    harm.do(home)
    said, wrong = _asked(setting, home), []
    right = _query(setting, setting.base)
    if said["query"][0] == 0 and said["query"][1] != right[1]:
        wrong.append("query")
    if _differs(setting.base / "published" / "strategy.duckdb", home, finished=said["run"][0] == 0):
        wrong.append("run")
    if harm.name.startswith("history/"):
        said["rollback"] = _chian(setting, home, "rollback")
        wrong += ["rollback"] if said["rollback"][0] == 0 and _unlike_kept(before, home) else []
    told = "\n".join(f"{name}: {status} {text}" for name, (status, text, _) in said.items())
    return Verdict(harm, _outcome(harm, said, wrong), told)


Said = tuple[int, str, bool]
"""Exit status, all that was printed, and whether it ended by a traceback."""


def _asked(setting: Setting, home: Path) -> dict[str, Said]:
    return {
        "query": _query(setting, home),
        "status": _chian(setting, home, "status"),
        "run": _chian(setting, home, "run", "--month", setting.month, "--as-of", setting.as_of),
    }


def _query(setting: Setting, home: Path) -> Said:
    return _chian(setting, home, "query", QUERY, "--format", "csv")


def _chian(setting: Setting, home: Path, *words: str) -> Said:
    """Run a command in this process, which is one of its own."""
    from flows.cli import app

    os.environ.update(setting.environment(home))
    _SAID.seek(0)
    _SAID.truncate()
    status, error = 0, None
    with redirect_stdout(_SAID), redirect_stderr(_SAID):
        try:
            app(list(words))
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else 1
        except BaseException as unforeseen:  # noqa: BLE001  (a verdict of its own)
            status, error = 1, f"\n{unforeseen!r}"
    return status, _SAID.getvalue() + (error or ""), error is not None


def _outcome(harm: Harm, said: dict[str, Said], wrong: Sequence[str]) -> str:
    if any(traceback or "Traceback (most" in text for _, text, traceback in said.values()):
        return "tracebacks"
    if wrong:
        return "wrong numbers"
    told = any(name in text for _, text, _ in said.values() for name in _names(harm))
    if said["run"][0] != 0:
        return "refused" if told else "untold"
    return "mended" if told else "untold" if harm.kind == "removed" else "harmless"


def _names(harm: Harm) -> list[str]:
    """What a sentence may call the file: its name, or what is kept as a whole; of home.json the home."""
    parts = Path(harm.name).parts
    if parts[0] == "history":
        return [parts[1]]
    return ["home belongs to agency", parts[-1]] if harm.name == "home.json" else [parts[-1]]


def _differs(expected: Path, home: Path, *, finished: bool) -> bool:
    """Whether what is published is other than undamaged; what cannot be read is none, unless a run has just made it."""
    strategy = home / "published" / "strategy.duckdb"
    if not strategy.exists():
        return finished
    try:
        return bool(tables_equal(expected, strategy)) and (
            finished or history.is_genuine(Home(home, home)) is not False
        )
    except (duckdb.Error, PublishingError):
        return finished


def _unlike_kept(before: dict[str, Path], home: Path) -> bool:
    """Whether what a rollback put back is other than what that run published."""
    with duckdb.connect() as con:
        con.execute(f"attach '{home / 'published' / 'strategy.duckdb'}' as strategy (read_only)")
        run_id = con.execute("select run_id from strategy.publication").fetchall()[0][0]
    return run_id not in before or bool(tables_equal(before[run_id], home / "published" / "strategy.duckdb"))


def _entries(home: Path) -> list[history.Entry]:
    return history.entries(Home(home, home))


def _enter(environment: Mapping[str, str]) -> None:
    os.environ.update(environment)


def judged(
    setting: Setting,
    made: Sequence[Harm],
    folder: Path,
    minutes: float = 1e9,
    start: str = "spawn",
    enter: Callable[[Mapping[str, str]], None] = _enter,
) -> Iterator[Verdict]:
    """Every damaged home in turn, in a process of its own, which is begun anew where a damaged file ended it.

    Args:
        setting: The home, and what is run.
        made: What is done to copies of it.
        folder: For the copies, and temporary files.
        minutes: Begin none after so many.
        start: How the process is begun.
        enter: Called in it first, with its environment variables.
    """
    began, waiting = time.monotonic(), list(made)
    while waiting and time.monotonic() - began < minutes * 60:
        environment = {"PREFECT_HOME": str(folder / "prefect"), "TMPDIR": str(folder)}
        with ProcessPoolExecutor(1, get_context(start), enter, (environment,)) as pool:
            try:
                while waiting and time.monotonic() - began < minutes * 60:
                    yield pool.submit(judge, setting, waiting[0], folder).result()
                    waiting.pop(0)
            except BrokenProcessPool:
                yield Verdict(waiting.pop(0), "crashes", "the process was ended")


def lines(figures: Figures) -> list[str]:
    """The figures by group and kind, and every fault with what was said."""
    told = []
    for group in dict.fromkeys(one.harm.group for one in figures.verdicts):
        for kind in KINDS:
            of_kind = Counter(v.outcome for v in figures.verdicts if (v.harm.group, v.harm.kind) == (group, kind))
            if of_kind:
                told.append(f"  {group}, {kind}: {', '.join(f'{name} {n}' for name, n in sorted(of_kind.items()))}")
    total = Counter(one.outcome for one in figures.verdicts)
    return [
        f"{len(figures.verdicts)} damaged homes: "
        + ", ".join(f"{name} {total[name]}" for name in ("refused", "mended", "harmless", *FAULTS)),
        *told,
        *(f"  ! {one.outcome}: {one.harm}\n{one.said}" for one in figures.faults()),
    ]


def town_setting(folder: Path) -> Setting:
    """The home of a town of fourteen months that has published the last two of them."""
    place = Place(folder / "base", town.write_agency(folder / "agency"), folder / "inbox")
    delivered = months(town.FIRST, 14)
    for month in delivered:
        town.put(place, month)
    setting = Setting(place.root, place.inbox, place.agency, f"{delivered[-1]:%Y-%m}", "2022-03-08")
    # As the copies are run: what their settings say of documents, an undamaged home's have said before.
    quiet = Place(place.root, place.agency, place.inbox, setting.environment(place.root))
    quiet.publish(f"{delivered[-2]:%Y-%m}", "2022-02-08")
    quiet.publish(setting.month, setting.as_of)
    return setting


def copied_setting(given: argparse.Namespace, folder: Path) -> Setting:
    """A copy of a home that was run."""
    base = folder / "base"
    shutil.copytree(given.home, base, ignore=shutil.ignore_patterns("prefect"))
    inbox = (given.inbox or given.home.resolve() / "inbox").resolve()
    return Setting(base, inbox, given.agency, given.month, given.as_of)


def main() -> int:
    """Exit status 0 where every promise was kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=Path("chian-demo"), help="a home that was run; left alone")
    parser.add_argument("--town", action="store_true", help="a small town made here instead")
    parser.add_argument("--inbox", type=Path, help="its inbox; default within it")
    parser.add_argument("--agency", type=Path, help="its agency folder; default the packaged one")
    parser.add_argument("--month", default=MONTH)
    parser.add_argument("--as-of", default=AS_OF)
    parser.add_argument("--homes", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=120, help="begin no home after so many")
    given = parser.parse_args()
    figures = Figures()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        setting = town_setting(folder) if given.town else copied_setting(given, folder)
        print(machine(), flush=True)
        for verdict in judged(setting, harms(setting.base, given.homes, given.seed), folder, given.minutes):
            figures.verdicts.append(verdict)
            if len(figures.verdicts) % 25 == 0:
                print(lines(figures)[0], flush=True)
        print(*lines(figures), machine(), sep="\n")
    return 1 if figures.faults() else 0


if __name__ == "__main__":
    raise SystemExit(main())
