"""Scratch folders: gone with their block, cleared by the next run where the process was killed, left where it lives."""

import fcntl
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from flows.places.scratch import clear_scratch, scratch_folder
from tests.resilience.test_killed_runs import ROOT, alive

HOLDING = """
import time
from flows.places.scratch import scratch_folder
with scratch_folder("test") as folder:
    (folder / "held").write_text("")
    print(folder, flush=True)
    time.sleep(60)
"""
BROWSING = """
import os, sys, time
from pathlib import Path
from flows.briefing.chromium import chromium
with chromium(Path(sys.argv[1]), os.environ, 60) as browser, browser.page():
    print("browsing", flush=True)
    time.sleep(60)
"""
SECONDS = 30


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's temporary folder, one of this test's own; for the processes it starts, too."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@contextmanager
def running(script: str, *words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that has said its first line, killed at the latest at the end."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", script, *words]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def test_a_folder_is_gone_with_its_block_also_where_that_fails(temporary: Path) -> None:
    def failing() -> None:
        with scratch_folder("test") as folder:
            (folder / "file").write_text("")
            assert folder.stat().st_mode & 0o077 == 0
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing()
    assert not list(temporary.iterdir())


def test_what_a_killed_process_left_is_cleared_and_what_a_living_one_holds_is_not(temporary: Path) -> None:
    theirs = temporary / "somebody-elses"
    theirs.mkdir()
    (theirs / "file").write_text("")
    (temporary / "chian-scratch-link").symlink_to(theirs)
    with scratch_folder("own") as own, running(HOLDING) as (process, said):
        clear_scratch()
        assert Path(said, "held").exists()
        process.kill()
        process.wait()
        assert Path(said, "held").exists()
        clear_scratch()
        assert not Path(said).exists()
        assert own.is_dir()
    assert (theirs / "file").exists()


@pytest.mark.parametrize("moment", ["before it is opened", "while it is cleared"])
def test_a_folder_cleared_away_before_it_is_held_is_made_again(
    temporary: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    make, taken = tempfile.mkdtemp, []
    clearing = ExitStack()

    def overtaken(*, prefix: str) -> str:
        made = make(prefix=prefix)
        if not taken:
            taken.append(made)
            if moment == "before it is opened":
                clear_scratch()
            else:
                handle = os.open(made, os.O_RDONLY)
                clearing.callback(os.close, handle)
                fcntl.flock(handle, fcntl.LOCK_EX)
        return made

    monkeypatch.setattr(tempfile, "mkdtemp", overtaken)
    with clearing, scratch_folder("test") as folder:
        assert folder.is_dir()
        assert [str(folder)] != taken
        clear_scratch()
        assert folder.is_dir()


@pytest.mark.slow
def test_chromium_ends_with_the_run_that_was_killed_and_what_it_wrote_is_cleared(
    temporary: Path, chromium_program: Path
) -> None:
    with running(BROWSING, str(chromium_program)) as (process, said):
        assert said == "browsing"
        browsers = using(temporary)
        assert browsers
        process.kill()
    deadline = time.monotonic() + SECONDS
    while alive(browsers):
        assert time.monotonic() < deadline, f"still there: {alive(browsers)}"
        time.sleep(0.1)
    assert list(temporary.iterdir())
    clear_scratch()
    assert not list(temporary.iterdir())


def using(folder: Path) -> list[int]:
    """Chromium's processes that keep their profile below a folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if f"--user-data-dir={folder}".encode() in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found
