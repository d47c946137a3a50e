"""Runs killed at random instants leave a whole home, and the next run finishes the work: the benchmark, cut short."""

import http.client
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.resilience import kill_runs
from flows.serving.address import holders_of
from tests.flows import town
from tests.flows.places import CHIAN, Place, months

pytestmark = pytest.mark.slow
MONTH, AS_OF = "2022-02", "2022-03-08"
WORDS = [str(CHIAN), "run", "--month", MONTH, "--as-of", AS_OF]
KILLS = 4
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


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A town of 14 months, its inbox within its home, where the benchmark expects it."""
    made = Place(tmp_path / "home", town.write_agency(tmp_path / "agency"), tmp_path / "home" / "inbox")
    for month in months(town.FIRST, 14):
        town.put(made, month)
    return made


def correction(place: Place, folder: Path, day: int, more: int) -> tuple[str, bytes]:
    """January's crimes once more, some thefts added to them."""
    aside = Place(folder, place.agency, folder)
    path = town.put(aside, months(town.FIRST, 13)[-1], months(town.FIRST, 15)[-1].replace(day=day), east=more)
    return path.name, path.read_bytes()


def test_whatever_instant_the_home_is_whole_and_the_next_run_finishes(place: Place, tmp_path: Path) -> None:
    exports = [correction(place, tmp_path / "aside", day, more) for day, more in ((4, 3),)]
    folder = tmp_path / "killing"
    folder.mkdir()
    # As a run leaves it that is killed while it prints: here nothing is printed, and yet every run clears it away.
    (folder / "tmp" / "chian-scratch-chromium-left" / "Default").mkdir(parents=True)
    killing = kill_runs.Killing(kill_runs.Work(WORDS, place.environment, exports), place.root, folder, seed=11)
    while killing.figures.kills < KILLS:
        killing.round(KILLS - killing.figures.kills)
    told = "\n".join(kill_runs.lines(killing))
    assert not any(killing.figures.faults.values()), told
    assert sum(killing.figures.instants.values()) == sum(killing.figures.stands.values()) == KILLS, told


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


def test_the_small_server_of_a_run_is_guarded_and_ends_with_the_run_that_was_killed_alone(place: Place) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PREFECT_HOME"} | place.environment
    with subprocess.Popen(WORDS, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as run:
        deadline = time.monotonic() + 120
        while not ((started := children(run.pid)) and answer(port_of(started[0]), "/api/health") == 200):
            assert time.monotonic() < deadline
            assert run.poll() is None
            time.sleep(0.1)
        port = port_of(started[0])
        assert answer(port, "/api/version") == answer(port, "/openapi.json") == 401
        assert answer(port, "/api/health", Host="evil.example") == 421
        assert answer(port, "/api/health", Origin="http://evil.example") == 403
        run.kill()
    while alive(started):
        assert time.monotonic() < deadline + 30, f"still there: {alive(started)}"
        time.sleep(0.1)
    while held := list(holders_of(port)):
        assert time.monotonic() < deadline + 30, f"listened to by {held}"
        time.sleep(0.1)


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
    environment = {name: value for name, value in os.environ.items() if name != "PREFECT_HOME"} | place.environment
    said: list[str] = []
    with subprocess.Popen(
        WORDS, cwd=ROOT, env=environment | {"CHIAN_LANG": "en"}, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    ) as run:  # fmt: skip
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
