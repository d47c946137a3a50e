"""kill -9 at every step of a swap: the old publication or the new one, and the next run puts the rest right."""

import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from flows.places.home import Home
from flows.publishing import build_strategy, publish, published, recover, staging, write_parquet
from flows.publishing.issued import issued_folder, issues
from tests.publishing.small_publication import put, tables

ROOT = Path(__file__).resolve().parents[2]
MARCH, EARLY, SEEN = date(2024, 3, 1), date(2024, 4, 5), date(2024, 4, 10)

# In child after child: takes a copy of the home, publishes what lies ready, and is killed just before one change of
# the disk's names or bytes; the first child is not killed and tells how many there are. Each is a fork, because
# starting Python anew would take most of the test's time.
PUBLISHER = """
import os, shutil, signal, sys
from pathlib import Path
from flows.places.home import Home
from flows.publishing import place, publish, staging

before, ready, homes, exchange = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4] == "exchange"
made = 0

def counted(function, kill_at):
    def step(*args, **kwargs):
        global made
        made += 1
        if made == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **kwargs)
    return step

def publish_until(kill_at):
    home = Home(homes / str(kill_at), homes / "inbox")
    with staging(home, "bb") as staged:
        shutil.copytree(ready, staged.root, dirs_exist_ok=True)
        place._exchange = counted(place._exchange, kill_at) if exchange else lambda one, other: False
        for name in ("rename", "replace", "unlink", "fsync", "rmdir"):
            setattr(os, name, counted(getattr(os, name), kill_at))
        publish(home, staged)
        (homes / "steps").write_text(str(made))

def in_a_child(kill_at):
    shutil.copytree(before, homes / str(kill_at))
    child = os.fork()
    if child == 0:
        publish_until(kill_at)
        os._exit(0)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert ended == (-signal.SIGKILL if kill_at else 0), (kill_at, ended)

in_a_child(0)
steps = int((homes / "steps").read_text())
# Until the last dozen steps only the staging folder changes, so two of those before will do; then every one, and the
# first two of cleaning up.
for kill_at in (2, steps // 2, *range(steps - 12, steps + 3)):
    in_a_child(kill_at)
"""
BETWEEN = """
import os, shutil, signal, sys
from pathlib import Path
from flows.places.home import Home
from flows.publishing import publish, staging, swap

swap._finish = lambda home, mark: os.kill(os.getpid(), signal.SIGKILL)
home = Home(Path(sys.argv[1]), Path("inbox"))
with staging(home, "bb") as staged:
    shutil.copytree(sys.argv[2], staged.root, dirs_exist_ok=True)
    publish(home, staged)
"""


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    """A publication built and not yet put in place."""
    folder = tmp_path_factory.mktemp("ready")
    made = tables(MARCH, SEEN, "bb", 11)
    build_strategy(folder / "strategy.duckdb", made)
    write_parquet(folder / "month" / "parquet", made)
    (folder / "month" / "validation.html").write_text("checked", "utf-8")
    return folder


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    """A home whose publication is the one before, with an as-of folder beside it."""
    root = tmp_path_factory.mktemp("before") / "home"
    put(Home(root, root / "inbox"), MARCH, EARLY, "aa", 10)
    put(Home(root, root / "inbox"), MARCH, date(2024, 4, 3), "00", 9)
    return root


def publish_whole(home, ready):
    with staging(home, "bb") as staged:
        shutil.copytree(ready, staged.root, dirs_exist_ok=True)
        publish(home, staged)


def run_of(month):
    """The run a month's folder belongs to, all of its files there."""
    assert {"parquet", "validation.html", "as-of-2024-04-03"} <= {p.name for p in month.iterdir()}
    assert len(list((month / "parquet").iterdir())) == len(tables(MARCH, SEEN, "bb"))
    return pl.read_parquet(month / "parquet" / "publication.parquet")["run_id"].item()


def check_killed(home, way):
    """What a kill left is one publication or the other, and `recover` makes its folder and its file agree."""
    assert published(home).run_id in {"aa", "bb"}
    month = home.published / "2024-03"
    if way == "exchange" or month.exists():
        assert run_of(month) in {published(home).run_id, "bb"}
    recover(home)
    assert run_of(month) == published(home).run_id
    assert not list(home.root.rglob(".*"))


@pytest.mark.slow
@pytest.mark.parametrize("way", ["exchange", "aside"])
def test_killed_at_any_step_either_stands_whole_and_the_next_run_completes_it(before, ready, tmp_path, way):
    homes = tmp_path / "homes"
    homes.mkdir()
    command = [sys.executable, "-c", PUBLISHER, str(before), str(ready), str(homes), way]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    killed = sorted((p for p in homes.iterdir() if p.is_dir() and p.name != "0"), key=lambda p: int(p.name))
    assert len(killed) == 17
    seen = []
    for root in killed:
        home = Home(root, root / "inbox")
        check_killed(home, way)
        seen.append(published(home).run_id)
        publish_whole(home, ready)
        assert run_of(home.published / "2024-03") == published(home).run_id == "bb"
        assert home.strategy.read_bytes() == (ready / "strategy.duckdb").read_bytes()
        assert [i.run_id for i in issues(issued_folder(home))] == ["aa", "bb"]
        assert sorted(p.name for p in home.published.iterdir()) == ["2024-03", "strategy.duckdb"]
    assert seen == sorted(seen), "from some step on it is the new one"
    assert set(seen) == {"aa", "bb"}


def test_killed_between_folder_and_file_recovery_brings_the_file(before, ready, tmp_path):
    root = shutil.copytree(before, tmp_path / "home")
    home = Home(root, root / "inbox")
    command = [sys.executable, "-c", BETWEEN, str(root), str(ready)]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -9
    assert published(home).run_id == "aa", "the file readers open is still the old one"
    assert run_of(home.published / "2024-03") == "bb", "the folder is in place first"
    recover(home)
    assert published(home).run_id == run_of(home.published / "2024-03") == "bb"
    assert [i.run_id for i in issues(issued_folder(home))] == ["aa", "bb"]
    assert home.strategy.stat().st_mode & 0o777 == 0o444
