"""Run as a program: does one thing to copies of a home, killed just before one change of the disk after another.

Each time in a child that is forked, because starting Python anew would take most of the test's time. The first is not
killed and tells what changes there are: renamed, exchanged and removed names, bytes brought to the disk. Of a series of
the same change the first two will do, one where nothing of the series is done and one where it is begun; what follows
the series finds it finished.

    python -m tests.publishing.killed BEFORE HOMES back
    python -m tests.publishing.killed BEFORE HOMES exchange|aside READY
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from flows.places.home import Home
from flows.publishing import history, place, publish, staging
from flows.publishing.swap import put_entry

ROOT = Path(__file__).resolve().parents[2]
CHANGES = ("rename", "replace", "unlink", "fsync", "rmdir")


def killed_homes(before: Path, homes: Path, *words: str) -> list[Path]:
    """Copies of a home as the kills left them, in the order of the changes they were killed before."""
    homes.mkdir()
    command = [sys.executable, "-m", "tests.publishing.killed", str(before), str(homes), *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return sorted((path for path in homes.glob("[1-9]*")), key=lambda path: int(path.name))


def _worth_it(made: Sequence[str], way: str) -> list[int]:
    """Numbers of the changes to be killed before, from 1; by way of a name aside those where that is another way."""
    if way == "aside":
        renamed = [number for number, name in enumerate(made, 1) if name == "rename"]
        return sorted({*renamed, *(number + 1 for number in renamed)})
    series = [list(group) for _, group in groupby(enumerate(made, 1), key=lambda change: change[1])]
    return [number for group in series for number, _ in group[:2]]


def _counting(made: list[str], kill_at: int) -> None:
    """From now on this process counts its changes, and is killed before one of them."""

    def counted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def change(*args: Any, **kwargs: Any) -> Any:
            made.append(name)
            if len(made) == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **kwargs)

        return change

    place._exchange = counted("exchange", place._exchange)
    for name in CHANGES:
        setattr(os, name, counted(name, getattr(os, name)))


def _act(home: Home, words: Sequence[str], kill_at: int) -> list[str]:
    """What is done; its changes, where it is not killed."""
    made: list[str] = []
    if words[0] == "back":
        _counting(made, kill_at)
        put_entry(home, history.entries(home)[0])
        return made
    with staging(home, "bb") as staged:
        shutil.copytree(words[1], staged.root, dirs_exist_ok=True)
        if words[0] == "aside":
            place._exchange = lambda one, other: False
        _counting(made, kill_at)
        publish(home, staged)
    return made


def _in_a_child(before: Path, homes: Path, words: Sequence[str], kill_at: int) -> None:
    home = Home(shutil.copytree(before, homes / str(kill_at)), homes / "inbox")
    child = os.fork()
    if child == 0:
        made = _act(home, words, kill_at)
        (homes / "changes").write_text("\n".join(made), "utf-8")
        os._exit(0)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert ended == (-signal.SIGKILL if kill_at else 0), (kill_at, ended)


def main(before: Path, homes: Path, words: Sequence[str]) -> None:
    """Undisturbed, then killed."""
    _in_a_child(before, homes, words, 0)
    for kill_at in _worth_it((homes / "changes").read_text("utf-8").split(), words[0]):
        _in_a_child(before, homes, words, kill_at)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
