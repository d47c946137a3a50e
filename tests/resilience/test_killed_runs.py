"""Runs killed at any instant leave a whole home, and the next run finishes the work.

Most are killed in a process that does nothing but walk the month; whole commands are ended as an operator ends them, or
the kernel. benchmarks/resilience/kill_runs.py kills hundreds of whole commands.
"""

import http.client
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from benchmarks.resilience.whole_home import look_at, names, published_bytes
from flows.publishing import tables_equal
from flows.serving.address import holders_of
from tests.flows import town
from tests.flows.places import CHIAN, Place, months
from tests.flows.plainly import ONE_READER, TABLES
from tests.flows.prefect_records import lay_records
from tests.resilience.walked import at_instant, before_step, forked

pytestmark = pytest.mark.slow
MONTH, AS_OF = "2022-02", "2022-03-08"
WORDS = [str(CHIAN), "run", "--month", MONTH, "--as-of", AS_OF]
ROUNDS = (tuple(range(1, 9)), tuple(range(9, 17)))
"""Steps before which one run after the other is killed, until one is left to finish; 16 is behind the last."""
DRAWN = 6
"""Instants drawn from all of a run's, at which one run after the other is killed."""
ROOT = Path(__file__).resolve().parents[2]
POOL = """
import time
from flows.computing.processes import process_pool
if __name__ == "__main__":
    with process_pool(2) as pool:
        list(pool.map(abs, range(4)))
        print(*pool._processes, flush=True)
        time.sleep(60)
"""


@dataclass(frozen=True)
class Undisturbed:
    """The home after a run that nobody killed.

    Attributes:
        seconds: CPU the run took.
    """

    place: Place
    run_id: str
    seconds: float


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A town of 14 months, published; January was corrected since, so that a new publication is due."""
    folder = tmp_path_factory.mktemp("base")
    made = Place(folder / "home", town.write_agency(folder / "agency"), folder / "inbox", {"CHIAN_LANG": "en"})
    for month in months(town.FIRST, 14):
        town.put(made, month)
    lay_records(made.home.prefect)
    assert forked(made, MONTH, AS_OF, manner=TABLES).said
    town.put(made, date(2022, 1, 1), date(2022, 3, 4), east=3)
    return made


def copied(base: Place, folder: Path) -> Place:
    """The same home, its temporary files in a folder of its own."""
    (folder / "tmp").mkdir()
    shutil.copytree(base.root, folder / "home")
    return replace(base, root=folder / "home", variables=base.variables | {"TMPDIR": str(folder / "tmp")})


@pytest.fixture(scope="module")
def undisturbed(base: Place, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    place = copied(base, tmp_path_factory.mktemp("undisturbed"))
    ended = forked(place, MONTH, AS_OF, manner=ONE_READER)
    assert ended.said
    assert ended.said.status == 0, ended.said.err
    return Undisturbed(place, place.run_id(), ended.seconds)


@pytest.fixture
def place(base: Place, tmp_path: Path) -> Place:
    return copied(base, tmp_path)


def whole(place: Place, *runs: str) -> str:
    """The run whose publication stands whole: one of these."""
    found = look_at(place.home)
    assert (found.corrupt, found.half) == ((), ())
    assert found.run_id in runs
    return found.run_id


def finish(place: Place, undisturbed: Undisturbed) -> None:
    """The next run makes of the home what it would be had nothing been killed."""
    said = forked(place, MONTH, AS_OF, manner=ONE_READER).said
    assert said
    assert said.status == 0, said.err
    other = undisturbed.place.home
    assert tables_equal(other.strategy, place.home.strategy) == []
    assert tables_equal(other.warehouse, place.home.warehouse) == []
    assert published_bytes(place.home) == published_bytes(other)
    assert names(place.home) <= names(other)
    assert not list((place.root.parent / "tmp").iterdir())


@pytest.mark.parametrize("steps", ROUNDS, ids=lambda steps: f"before step {steps[0]} and on")
def test_before_whatever_step_the_home_is_whole_and_the_next_run_finishes(
    place: Place, base: Place, undisturbed: Undisturbed, steps: tuple[int, ...]
) -> None:
    old = base.run_id()
    # As a run leaves it that is killed while it prints: here nothing is printed, and yet every run clears it away.
    (place.root.parent / "tmp" / "chian-scratch-chromium-left" / "Default").mkdir(parents=True)
    for number in steps:
        assert forked(place, MONTH, AS_OF, before_step(number), ONE_READER).signal == signal.SIGKILL
        assert whole(place, old, undisturbed.run_id) == (old if number < ROUNDS[-1][-1] else undisturbed.run_id)
    finish(place, undisturbed)


def test_whatever_instant_the_home_is_whole_and_the_next_run_finishes(
    place: Place, base: Place, undisturbed: Undisturbed
) -> None:
    chance, old = random.Random(1), base.run_id()
    for _ in range(DRAWN):
        ended = forked(place, MONTH, AS_OF, at_instant(chance.uniform(0, undisturbed.seconds)), ONE_READER)
        assert ended.said or ended.signal == signal.SIGPROF
        whole(place, old, undisturbed.run_id)
    finish(place, undisturbed)


def test_workers_end_with_the_run_that_was_killed_alone(tmp_path: Path) -> None:
    """As the kernel kills where memory runs out: the largest process, and not those it started."""
    script = tmp_path / "pool.py"
    script.write_text(POOL)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, str(script)], env=environment, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        workers = [int(pid) for pid in parent.stdout.readline().split()]
        assert workers
        parent.kill()
    deadline = time.monotonic() + 30
    while alive(workers):
        assert time.monotonic() < deadline, f"still there: {alive(workers)}"
        time.sleep(0.1)


def test_a_command_killed_alone_takes_its_guarded_server_along_and_the_next_run_finishes(
    place: Place, base: Place, undisturbed: Undisturbed
) -> None:
    """As the kernel kills where memory runs out."""
    # What runs in this process have set for themselves is not the operator's.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment |= place.environment
    with subprocess.Popen(
        WORDS, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as run:
        deadline = time.monotonic() + 300
        while not ((started := children(run.pid)) and answer(port_of(started[0]), "/api/health") == 200):
            assert time.monotonic() < deadline
            assert run.poll() is None
            time.sleep(0.1)
        port = port_of(started[0])
        assert answer(port, "/api/version") == answer(port, "/openapi.json") == 401
        assert answer(port, "/api/health", Host="evil.example") == 421
        assert answer(port, "/api/health", Origin="http://evil.example") == 403
        assert run.stderr is not None
        assert any(line.startswith("✔ count") for line in run.stderr)
        run.kill()
    deadline = time.monotonic() + 30
    while alive(started):
        assert time.monotonic() < deadline, f"still there: {alive(started)}"
        time.sleep(0.1)
    while held := list(holders_of(port)):
        assert time.monotonic() < deadline, f"listened to by {held}"
        time.sleep(0.1)
    assert list(place.home.prefect.glob("*.db")), "Prefect's records are among what is looked at"
    whole(place, base.run_id())
    finish(place, undisturbed)


def test_a_run_whose_whole_group_is_told_to_end_says_so_in_one_sentence(place: Place) -> None:
    """As a service is stopped: its server hears it, too, and must not be gone before the run has told it."""
    status, said, left = told_to_end(place, "✔ follow up", 0)
    assert status == 128 + signal.SIGTERM, said
    assert said[-1].startswith("chian: interrupted"), said
    assert other_than_steps(said) == said[-1:]
    assert not left
    # While the process that has published ends there is nothing left to interrupt.
    status, said, left = told_to_end(place, "✔ publish", 1)
    assert not other_than_steps(said) or (status, said[-1:]) == (128 + signal.SIGTERM, other_than_steps(said))
    assert status in (0, 128 + signal.SIGTERM)
    assert not left


def told_to_end(place: Place, step: str, later: float) -> tuple[int, list[str], list[int]]:
    """The end of a run whose group gets SIGTERM so many seconds after a step: status, what it said, servers left."""
    # What runs in this process have set for themselves is not the operator's.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment |= place.environment
    said: list[str] = []
    with subprocess.Popen(
        WORDS,
        cwd=ROOT,
        env=environment | {"CHIAN_LANG": "en"},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as run:
        assert run.stderr is not None
        for line in run.stderr:
            said.append(line)
            if line.startswith(step):
                started = children(run.pid)
                time.sleep(later)
                os.killpg(run.pid, signal.SIGTERM)
    return run.returncode, said, alive(started)


def other_than_steps(said: list[str]) -> list[str]:
    return [line for line in said if not line.startswith(("✔", "✘", "  !"))]


def children(parent: int) -> list[int]:
    """The small server that a run has started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"flows.serving.server" in words and str(parent).encode() in words:
            found.append(int(folder.name))
    return found


def port_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0").split(b"\0")[-1])


def answer(port: int, path: str, **headers: str) -> int:
    """Status of an answer; 0 where nobody answers yet."""
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        asking.request("GET", path, headers=headers)
        return asking.getresponse().status
    except OSError:
        return 0
    finally:
        asking.close()


def alive(pids: list[int]) -> list[int]:
    """Processes that have not ended; one that nobody has asked how it ended has."""
    found = []
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        found += [pid] if state != "Z" else []
    return found
