"""Folders for one block, in the system's temporary folder (TMPDIR); those of killed runs are cleared away."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NAMED = "chian-scratch-"


@contextmanager
def scratch_folder(purpose: str) -> Iterator[Path]:
    """An empty folder for this account alone, gone with all in it when the block is left.

    Where the process is killed it stays, until `clear_scratch` finds it: the kernel then has let go of its lock. A lock
    and no process id, which another process may bear by then, or one in a container of its own that shares the folder.

    Args:
        purpose: Part of its name, for whoever looks into the temporary folder.

    Raises:
        OSError: It cannot be made.
    """
    folder, held = _locked(purpose)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # a program within may still be ending; the next run takes the rest
        os.close(held)


def clear_scratch() -> None:
    """Remove this account's scratch folders that nobody holds."""
    for folder in Path(tempfile.gettempdir()).glob(_NAMED + "*"):
        try:
            held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:  # another account's, or gone meanwhile
            continue
        try:
            if os.fstat(held).st_uid == os.getuid() and _lock(held):
                shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(held)


def _locked(purpose: str) -> tuple[Path, int]:
    """A new folder and the handle that holds its lock."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=f"{_NAMED}{purpose}-"))
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        if _lock(held) and folder.is_dir():
            return folder, held
        os.close(held)  # another run cleared it away in the moment before it was held


def _lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
