"""Who can read what of a home after a real run, and what listens while it works."""

import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from flows.places.home import Home, HomeError, Readers, private_files
from flows.publishing import history
from flows.publishing.swap import put_entry
from flows.settings import SettingsError, read_settings
from tests.flows import town
from tests.flows.places import CHIAN, Place, months
from tests.publishing.small_publication import put

NOBODY = 65534
MARCH, APRIL, SEEN, LATER = date(2024, 3, 1), date(2024, 4, 1), date(2024, 4, 10), date(2024, 5, 10)
LISTENING = "0A"
LOOPBACK = ("0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F")

# Imports first, for an ordinary user may not reach the interpreter's own files; then the account is dropped for good.
READER = """
import os, sys
from pathlib import Path
import duckdb
home = Path(sys.argv[1])
os.setgroups([int(g) for g in sys.argv[2:]]); os.setgid(65534); os.setuid(65534)
def can(action):
    try:
        action()
    except (OSError, StopIteration, duckdb.Error):
        return False
    return True
def ask():
    with duckdb.connect(str(home / "published" / "strategy.duckdb"), read_only=True) as con:
        assert con.execute("select count(*) from crime_month").fetchall()[0][0] > 0
print("ask", can(ask))
print("write", can(lambda: duckdb.connect(str(home / "published" / "strategy.duckdb"))))
print("page", can(lambda: next(home.glob("published/2*/validation.html")).read_bytes()))
print("parquet", can(lambda: next(home.glob("published/2*/parquet/outlook.parquet")).read_bytes()))
print("list", can(lambda: os.listdir(home)))
for name in ("warehouse.duckdb", "received.jsonl", "home.json", "warehouse.lock"):
    print(name, can(lambda: (home / name).read_bytes()))
for name in ("reports", "issued", "history", "kept", "prefect", "inbox"):
    print(name, can(lambda: os.listdir(home / name)))
"""
needs_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can give files to a group it is not in")
OPEN = {"ask", "page", "parquet"}
CLOSED = {
    "write", "list", "warehouse.duckdb", "received.jsonl", "home.json", "warehouse.lock", "reports", "issued",
    "history", "kept", "prefect", "inbox",
}  # fmt: skip


@dataclass(frozen=True)
class Ran:
    """A home after a run under a generous umask, and every address its processes listened on meanwhile."""

    place: Place
    listened: set[str]


@pytest.fixture(scope="module")
def ran() -> Iterator[Ran]:
    """One month published by `chian run` with umask 0, in a folder that others may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="chian-access-"))
    folder.chmod(0o711)
    place = Place(folder / "home", town.write_agency(folder / "agency"), folder / "home" / "inbox")
    for month in months(town.FIRST, 14):
        town.put(place, month)
    place.inbox.chmod(0o700)
    place.home.reports.mkdir(mode=0o777)
    place.home.reports.chmod(0o777)
    inherited = {name: value for name, value in os.environ.items() if name != "PREFECT_HOME"}
    words = [str(CHIAN), "run", "--month", "2022-02", "--as-of", "2022-03-08"]
    process = subprocess.Popen(
        words, env=inherited | place.environment, umask=0, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    listened: set[str] = set()
    try:
        while process.poll() is None:
            listened |= addresses(process.pid)
            time.sleep(0.1)
        assert process.stdout is not None
        assert process.returncode == 0, process.stdout.read()
        yield Ran(place, listened)
    finally:
        process.kill()
        shutil.rmtree(folder)


def tree(pid: int) -> set[int]:
    """A process and all it started, as far as they live."""
    found, waiting = set(), {pid}
    while waiting:
        one = waiting.pop()
        found.add(one)
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                waiting |= {int(child) for child in task.read_text().split()} - found
            except OSError:
                continue
    return found


def addresses(pid: int) -> set[str]:
    """Addresses (hex, as the kernel writes them) that a process tree listens on by TCP."""
    held = set()
    for one in tree(pid):
        try:
            handles = list(Path(f"/proc/{one}/fd").iterdir())
        except OSError:
            continue
        for handle in handles:
            try:
                held.add(os.readlink(handle).removeprefix("socket:[").removesuffix("]"))
            except OSError:
                continue
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        rows = Path(table).read_text().splitlines()[1:] if Path(table).exists() else []
        found |= {row[1].split(":")[0] for row in map(str.split, rows) if row[3] == LISTENING and row[9] in held}
    return found


def answers(home: Home, *groups: int) -> dict[str, bool]:
    """What an ordinary account can do in a home."""
    command = [sys.executable, "-c", READER, str(home.root), *map(str, groups)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {name: told == "True" for name, told in map(str.split, done.stdout.splitlines())}


@pytest.mark.slow
def test_nothing_but_the_publication_is_open_whatever_the_umask(ran: Ran) -> None:
    root = ran.place.root
    assert stat.S_IMODE(root.stat().st_mode) == 0o711
    for path in root.rglob("*"):
        mode, name = stat.S_IMODE(path.lstat().st_mode), path.relative_to(root)
        if name.parts[0] == "published":
            assert mode == (0o755 if path.is_dir() else 0o444), name
        elif len(name.parts) == 1:
            assert mode == (0o700 if path.is_dir() else 0o600), name
    for path in (root / "issued").rglob("*.parquet"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o400


@pytest.mark.slow
@pytest.mark.skipif(os.getuid() != 0, reason="only root can act as another account")
def test_an_ordinary_account_reads_the_publication_and_nothing_else(ran: Ran) -> None:
    told = answers(ran.place.home)
    assert {name for name, can in told.items() if can} == OPEN
    assert {name for name, can in told.items() if not can} == CLOSED


@pytest.mark.slow
@needs_root
def test_with_a_readers_group_its_members_alone_read(ran: Ran) -> None:
    """The next run of the home (here: what it does first) takes the publication from everybody else."""
    home = Home(ran.place.root, ran.place.inbox, Readers(group=NOBODY - 1))
    try:
        home.claim("town")
        assert stat.S_IMODE(home.root.stat().st_mode) == 0o710
        assert stat.S_IMODE(home.published.stat().st_mode) == 0o750
        assert {name for name, can in answers(home).items() if can} == set()
        assert {name for name, can in answers(home, NOBODY - 1).items() if can} == OPEN
    finally:
        Home(ran.place.root, ran.place.inbox).claim("town")


@pytest.mark.slow
def test_a_run_listens_on_the_loopback_alone(ran: Ran) -> None:
    assert ran.listened, "Prefect's own server was not seen"
    assert ran.listened <= set(LOOPBACK)


def test_published_files_are_given_to_the_readers_group(tmp_path: Path) -> None:
    own = os.getgid()
    path = tmp_path / "file"
    path.write_text("")
    readers = Readers(group=own)
    readers.admit(path, readers.file)
    assert (stat.S_IMODE(path.stat().st_mode), path.stat().st_gid) == (0o440, own)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home", tmp_path / "home" / "inbox")


def shut(home: Home) -> list[Path]:
    """What of a publication its readers cannot read, or others can."""
    readers, found = home.readers, []
    for path in (home.published, *home.published.rglob("*")):
        state = path.stat()
        right = stat.S_IMODE(state.st_mode) == (readers.folder if path.is_dir() else readers.file)
        if not right or readers.group not in (None, state.st_gid):
            found.append(path)
    return found


@pytest.mark.slow
def test_a_rollback_leaves_open_what_stands_beside_a_month_that_goes(home: Home) -> None:
    with private_files():
        put(home, MARCH, SEEN, "aa")
        put(home, APRIL, LATER, "bb")
        put(home, APRIL, date(2024, 5, 3), "cc")
        put_entry(home, history.entries(home)[0])
    assert [path.name for path in (home.published / "2024-04").iterdir()] == ["as-of-2024-05-03"]
    assert shut(home) == []


@pytest.mark.slow
@needs_root
def test_what_is_published_beside_is_the_readers_groups_too(home: Home) -> None:
    home = replace(home, readers=Readers(group=NOBODY - 1))
    with private_files():
        put(home, APRIL, LATER, "aa")
        put(home, MARCH, SEEN, "bb")
    assert (home.published / "2024-03" / "as-of-2024-04-10").is_dir()
    assert shut(home) == []


@needs_root
def test_another_readers_group_gets_what_was_published_before(home: Home) -> None:
    home.claim("gj")
    put(home, MARCH, SEEN, "aa")
    for group in (NOBODY - 1, NOBODY - 2, None):
        home = replace(home, readers=Readers(group=group))
        home.claim("gj")
        assert shut(home) == []


@needs_root
def test_giving_the_publication_to_a_group_goes_on_where_it_was_broken_off(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(home, MARCH, SEEN, "aa")
    home, admit = replace(home, readers=Readers(group=NOBODY - 1)), Readers.admit
    left = 6

    def few(self: Readers, path: Path, mode: int) -> None:
        nonlocal left
        left -= 1
        if not left:
            raise KeyboardInterrupt
        admit(self, path, mode)

    monkeypatch.setattr(Readers, "admit", few)
    with pytest.raises(KeyboardInterrupt):
        home.claim("gj")
    monkeypatch.undo()
    assert shut(home)
    home.claim("gj")
    assert shut(home) == []


def test_whose_home_it_is_is_on_disk_before_it_counts(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    fsync = os.fsync

    def noted(handle: int) -> None:
        where = Path(os.readlink(f"/proc/self/fd/{handle}"))
        synced.append(f"{where.name} {(home.root / 'home.json').exists()}")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", noted)
    home.claim("gj")
    assert synced == [f".home-{os.getpid()}.json False", "home True"]


def test_a_group_the_machine_does_not_have_is_told() -> None:
    with pytest.raises(SettingsError, match="CHIAN_READERS_GROUP: found 'no-such-group', expected a group"):
        read_settings({"CHIAN_READERS_GROUP": "no-such-group"})


@pytest.mark.skipif(os.getuid() != 0, reason="only root can make a home that belongs to another account")
def test_a_home_of_another_account_is_refused_in_one_sentence() -> None:
    folder = Path(tempfile.mkdtemp(prefix="chian-access-"))
    try:
        folder.chmod(0o777)
        code = (
            "import os, sys; from pathlib import Path; from expectations.sentences import catalogue\n"
            "from flows.places.home import Home, HomeError; catalogue(); os.setuid(65534)\n"
            "try: Home(Path(sys.argv[1]), Path(sys.argv[1]) / 'inbox').claim('town')\n"
            "except HomeError as error: print(error)"
        )
        done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=False)
        names = {"owner": "root", "account": pwd.getpwuid(NOBODY).pw_name}
        expected = HomeError("home_of_another", path=folder, home=folder, **names)
        assert done.stdout == str(expected) + "\n", done.stderr
    finally:
        shutil.rmtree(folder)
