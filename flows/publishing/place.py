"""Putting folders and files in place so that a reader, or a kill, never meets a half of them."""

import ctypes
import errno
import os
import shutil
from functools import cache
from pathlib import Path
from typing import Any

from flows.places.home import Readers
from flows.places.home import sync as sync  # part of putting in place

NEW, OLD = ".chian-new-", ".chian-old-"
_FOLDER = 0o755
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
# What kernels and file systems answer that cannot exchange two names (old kernels, NFS, some FUSE).
_CANNOT = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM}


def put_folder(source: Path, target: Path) -> None:
    """Make `source` the folder `target` in one step.

    Linux exchanges the two names at once (renameat2), so `target` is at every instant either the old folder or the new
    one, and the old one then lies at `source`. Where the file system cannot, the old folder is first renamed to
    `.chian-old-<name>` beside it; a kill between the two renames leaves it there, and `put_back` returns it. Removing
    the old folder is left to the caller's cleaning up, so that nothing slow stands between this and what must follow.
    """
    if not target.exists():
        source.rename(target)
    elif not _exchange(source, target):
        aside = target.with_name(OLD + target.name)
        target.rename(aside)
        source.rename(target)
    sync(target.parent)


def put_back(folder: Path) -> None:
    """Return or remove what a kill left under `.chian-old-` names in a folder: returned where its name is free."""
    for aside in sorted(folder.glob(OLD + "*")):
        target = aside.with_name(aside.name.removeprefix(OLD))
        if target.exists():
            remove(aside)
        else:
            aside.rename(target)
            sync(folder)


def seal(folder: Path, readers: Readers) -> None:
    """Make a folder's files readable to readers and writable to none, its folders enterable, all of it safe on disk."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_symlink():
            continue
        readers.admit(path, readers.folder if path.is_dir() else readers.file)
        sync(path)
    readers.admit(folder, readers.folder)
    sync(folder)


def make_folder(path: Path, mode: int = _FOLDER) -> None:
    """Make a folder with its parents, their names safe on disk."""
    if path.is_dir():
        return
    make_folder(path.parent)
    path.mkdir(exist_ok=True)
    path.chmod(mode)
    sync(path.parent)


def link_folder(source: Path, target: Path) -> None:
    """Let `target` hold the same read-only files as `source`, their bytes once on disk where it can."""
    shutil.copytree(source, target, copy_function=_link)


def try_link(source: Path, target: Path) -> bool:
    """Let `target` be the same file as `source`; False where no link is allowed, and nothing is done."""
    try:
        os.link(source, target)
    except OSError as error:
        # EACCES: rules of the system that allow a file to be written but not to be linked.
        if error.errno not in (errno.EXDEV, errno.EMLINK, errno.EACCES, *_CANNOT):
            raise
        return False
    return True


def link_file(source: Path, target: Path) -> None:
    """Let `target` be the same read-only file as `source`; a copy where no link is allowed."""
    _link(str(source), str(target))


def copy_folder(source: Path, target: Path) -> None:
    """Let `target` hold the same bytes as `source` in files of its own: what harms one does not harm the other."""
    shutil.copytree(source, target, copy_function=_copy)


def copy_file(source: Path, target: Path) -> None:
    """Let `target`, its folders made, hold the same bytes as `source` in a file of its own."""
    target.parent.mkdir(parents=True, exist_ok=True)
    _copy(str(source), str(target))


def remove(path: Path) -> None:
    """Remove a file or a whole folder that may already be gone."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _link(source: str, target: str) -> None:
    if not try_link(Path(source), Path(target)):
        shutil.copy2(source, target)


def _copy(source: str, target: str) -> None:
    shutil.copy2(source, target)
    sync(Path(target))


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two names at once; False where the system cannot."""
    renameat2 = _renameat2()
    if renameat2 is None:
        return False
    if renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _CANNOT:
        return False
    raise OSError(code, os.strerror(code), str(one), None, str(other))


@cache
def _renameat2() -> Any:
    """The C library's function, or None where it has none (glibc before 2.28)."""
    function = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if function is not None:
        function.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    return function
