"""Folders for one block, in the system's temporary folder (TMPDIR); those of killed runs are cleared away."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
    folder, handle = _made(purpose)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # a program within may still be ending; the next run takes the rest
        os.close(handle)


def clear_scratch() -> None:
    """Remove this account's scratch folders that nobody holds."""
    for folder in Path(tempfile.gettempdir()).glob(_NAMED + "*"):
        # Another account's, gone meanwhile, or held by a living run: none of that is worth a word.
        with suppress(OSError):
            handle = _locked(folder)
            try:
                if os.fstat(handle).st_uid == os.getuid():
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(handle)


def _made(purpose: str) -> tuple[Path, int]:
    """A new folder and the handle that holds its lock."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=f"{_NAMED}{purpose}-"))
        # Another run may take it for a killed one's in the moment before it is held.
        with suppress(FileNotFoundError, BlockingIOError):
            handle = _locked(folder)
            if folder.is_dir():
                return folder, handle
            os.close(handle)


def _locked(folder: Path) -> int:
    """A handle that holds the folder's lock until it is closed.

    Raises:
        OSError: Another process holds it; or the folder is not there, or not this account's to open.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle
