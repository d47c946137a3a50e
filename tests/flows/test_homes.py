"""A home belongs to one agency and to one run at a time."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from flows.commands.demo import run_demo
from flows.settings import read_settings
from flows.warehouse.lock import LOCK, locked
from tests.flows import town
from tests.flows.places import ROOT, Place, environment, months

pytestmark = pytest.mark.slow
WALKED = """
from flows.cli import main
from tests.resilience.walked import without_prefect
with without_prefect():
    main()
"""


def test_second_agency_is_refused(new_town: Callable[..., Place], agencies: Path) -> None:
    place = new_town()
    place.home.claim("town")
    other = Place(place.root, agencies / "st_louis", place.inbox)
    said = other.walk("2024-03", "2024-04-10")
    assert said.status == 1
    assert f"{place.root}: this home belongs to agency 'town'; give 'st_louis' a CHIAN_HOME of its own." in said.err
    assert not place.home.warehouse.exists()


@pytest.mark.parametrize("content", ["letter.txt", "home.json"])
def test_demo_refuses_a_home_that_holds_something_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    (tmp_path / content).write_text(json.dumps({"agency": "gwangju", "demo": False}))
    with environment({"CHIAN_HOME": str(tmp_path)}):
        assert run_demo(read_settings(os.environ), critical_fault=False) == 1
    assert f"{tmp_path}: holds something other than an earlier demonstration" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == [content]


def test_month_without_its_export_is_refused_after_the_deadline_too(new_town: Callable[..., Place]) -> None:
    place = new_town(3, first=date(2023, 12, 1))
    stopped = place.walk("2024-03", "2024-04-05")
    assert stopped.status == 2
    assert "2024-03" in stopped.err
    assert not place.home.strategy.exists()
    late = place.walk("2024-03", "2024-04-11")
    assert late.status == 2
    assert "The newest month with rows is 2024-02" in late.err
    assert not place.home.strategy.exists()


@pytest.mark.parametrize(
    ("month", "as_of", "sentence"),
    [
        ("2024-13", None, "--month: found '2024-13', expected a month such as 2024-03"),
        ("2024-03", "10.4.2024", "--as-of: found '10.4.2024', expected a day such as 2024-04-10"),
        ("2024-05", "2024-04-10", "--month 2024-05 begins after --as-of 2024-04-10"),
        ("2024-03", "2199-01-01", "--as-of 2199-01-01 lies in the future"),
    ],
)
def test_terms_that_cannot_be_are_refused(
    new_town: Callable[..., Place], month: str, as_of: str | None, sentence: str
) -> None:
    said = new_town().walk(month, as_of)
    assert said.status == 1
    assert sentence in said.err


def test_demo_leaves_the_real_inbox_and_agency_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`chian demo` empties its inbox first; CHIAN_INBOX may name the one the agency's exports arrive in."""
    inbox, home = tmp_path / "share", tmp_path / "demo"
    inbox.mkdir()
    (inbox / "export.csv").write_text("real")
    home.mkdir()
    # A file in the place of the folder ends the demonstration where it has begun to write its exports.
    (home / "home.json").write_text(json.dumps({"agency": "gwangju", "demo": True}))
    (home / "inbox").write_text("")
    with environment({"CHIAN_HOME": str(home), "CHIAN_INBOX": str(inbox), "CHIAN_AGENCY": str(tmp_path)}):
        assert run_demo(read_settings(os.environ), critical_fault=False) == 1
    assert "inbox" in capsys.readouterr().err
    assert (inbox / "export.csv").read_text() == "real"


def test_demo_waits_for_a_run_to_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "home.json").write_text(json.dumps({"agency": "gwangju", "demo": True}))
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "export.csv").write_text("being read")
    with environment({"CHIAN_HOME": str(tmp_path)}), locked(tmp_path / LOCK, 0):
        assert run_demo(read_settings(os.environ), critical_fault=False) == 1
    assert "another run holds the warehouse" in capsys.readouterr().err
    assert (tmp_path / "inbox" / "export.csv").read_text() == "being read"


@pytest.fixture
def working(new_town: Callable[..., Place]) -> Iterator[tuple[Place, subprocess.Popen[str]]]:
    """A town whose `chian run`, in a process of its own and without Prefect, looks over the inbox for two minutes."""
    place = new_town(14)
    slow = {**os.environ, **place.environment, "CHIAN_LOOK_SECONDS": "120"}
    words = [sys.executable, "-c", WALKED, "run", "--month", "2022-02", "--as-of", "2022-03-10"]
    process = subprocess.Popen(
        words, cwd=ROOT, env=slow, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        lock = place.root / LOCK
        deadline = time.monotonic() + 240
        while not (lock.is_file() and lock.read_text("utf-8").strip()):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline, "the run did not take the lock"
            time.sleep(0.2)
        yield place, process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def test_second_run_says_who_works(working: tuple[Place, subprocess.Popen[str]]) -> None:
    place, process = working
    said = place.walk("2022-02", "2022-03-10")
    assert said.status == 1
    assert f"another run holds the warehouse (process {process.pid} on " in said.err
    assert "since 20" in said.err
    assert "run --month 2022-02 --as-of 2022-03-10" in said.err
    assert len(said.err.strip().splitlines()) == 1

    status = place.says("status")
    assert f"pid {process.pid}" in status.out + status.err

    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM
    assert told.strip().splitlines()[-1] == (
        "chian: interrupted; the previous publication stands, and the next run completes the work."
    )
    place.bring("2022-02", "2022-03-10")
    assert months(town.FIRST, 14)[-1] == place.table("publication")["month"].item()


def test_inbox_may_be_read_only_and_is_never_written_to(new_town: Callable[..., Place]) -> None:
    place = new_town(14)
    before = {path: path.stat().st_mtime_ns for path in (place.inbox, *place.inbox.iterdir())}
    for path in before:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        place.bring("2022-02", "2022-03-08")
    finally:
        place.inbox.chmod(0o755)
    assert {path: path.stat().st_mtime_ns for path in (place.inbox, *place.inbox.iterdir())} == before


def test_an_inbox_that_is_not_there_is_said(new_town: Callable[..., Place]) -> None:
    place = new_town()
    shutil.rmtree(place.inbox)
    place.root.mkdir()
    said = place.walk("2024-03", "2024-04-10")
    assert said.status == 1
    assert f"{place.inbox}: the inbox is not there" in said.err
