"""What lies in the inbox: exports to read, those read before, and what is left alone. Nothing is ever written there."""

import errno
import os
import stat
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from expectations.agency import Agency
from expectations.layout import Layout
from flows.warehouse.failure import WarehouseError
from transforms.exports import ExportFile, ExportRefused, Limits, Refusal, expand, match

SKIPPED_PREFIXES = (".", "~", "__MACOSX")
SKIPPED_SUFFIXES = (".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".swp", "~")
SKIPPED_NAMES = ("thumbs.db", "desktop.ini")
ARCHIVES = (".zip", ".gz")
LOST = frozenset({
    errno.EIO, errno.ESTALE, errno.ENOTCONN, errno.ENODEV, errno.ENXIO, errno.EREMOTEIO, errno.ESHUTDOWN,
    errno.ETIMEDOUT, errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ENETDOWN, errno.ENETUNREACH, errno.ECONNRESET,
    errno.ECONNABORTED,
})  # fmt: skip
"""What the system answers where a share or a disk fails, and not one file of it alone."""


@dataclass(frozen=True)
class FileState:
    """A file of the inbox as it was when looked at; equal states mean nobody wrote in between."""

    path: Path
    size: int
    modified_ns: int
    inode: int

    @property
    def unchanged(self) -> bool:
        """Whether the file is still as it was.

        Raises:
            OSError: The share it lies on has failed.
        """
        try:
            return state_of(self.path) == self
        except OSError as error:
            if error.errno in LOST:
                raise
            return False


@dataclass(frozen=True)
class InboxFile:
    """One export file of the inbox, a plain one or an archive's member, with what it is to be read as.

    Attributes:
        file: The file, or why it cannot be one.
        layout: The source layout its name matches; None where it is refused.
        refused: Why it is refused before it is read; None where it is not.
        state: The file of the inbox that holds it, as it was.
        path: What it is told apart from others of that name by; empty where that is the name.
    """

    name: str
    sha256: str
    file: ExportFile | None
    layout: Layout | None
    refused: ExportRefused | Refusal | None
    state: FileState
    path: str = ""


@dataclass(frozen=True)
class Contents:
    """One look over the inbox, everything in name order."""

    found: tuple[InboxFile, ...]
    left_alone: tuple[str, ...]
    growing: tuple[str, ...]
    unreadable: tuple[str, ...]


def look_over(inbox: Path, agency: Agency, look_seconds: float, limits: Limits | None = None) -> Contents:
    """Look at every file twice, `look_seconds` apart, and name those that stood still.

    Raises:
        WarehouseError: The inbox is not there, or stops answering: a share that is not mounted must not look like a
            month without exports, nor half of one like the whole.
    """
    require(inbox)
    try:
        contents = _look_over(inbox, agency, look_seconds, limits)
    except OSError as error:
        raise unreadable_inbox(inbox, error) from error
    if contents.growing or contents.unreadable:
        require(inbox)
    return contents


def require(inbox: Path) -> None:
    """See that the inbox is there.

    Raises:
        WarehouseError: It is not, or not any more.
    """
    try:
        if inbox.is_dir():
            return
    except OSError as error:
        raise unreadable_inbox(inbox, error) from error
    raise WarehouseError("inbox_missing", path=inbox)


def unreadable_inbox(path: Path, error: OSError) -> WarehouseError:
    """The error of an inbox, or of a file in it, whose share does not answer."""
    return WarehouseError("inbox_unreadable", path=path, why=error.strerror or error)


def _look_over(inbox: Path, agency: Agency, look_seconds: float, limits: Limits | None) -> Contents:
    files, unreadable = _files(inbox)
    first = [(name, raw, _state_or_none(path)) for name, raw, path in files]
    time.sleep(look_seconds if first else 0)
    found: list[InboxFile] = []
    left_alone: list[str] = []
    growing: list[str] = []
    for name, raw, seen in first:
        if seen is None:
            unreadable.append(name)
        elif not seen.unchanged:
            growing.append(name)
        else:
            try:
                inside, unknown = _inside(name, raw, seen, agency, limits)
            except OSError as error:
                if error.errno in LOST:
                    raise
                unreadable.append(name)
                continue
            found += inside
            left_alone += unknown
    return Contents(tuple(found), tuple(left_alone), tuple(growing), tuple(sorted(unreadable)))


def state_of(path: Path) -> FileState:
    """How a file is now.

    Raises:
        OSError: It is gone, must not be looked at, or is no file: a pipe would never come to an end.
    """
    state = path.stat()
    if not stat.S_ISREG(state.st_mode):
        raise OSError(errno.EINVAL, "no regular file", str(path))
    return FileState(path, state.st_size, state.st_mtime_ns, state.st_ino)


def _state_or_none(path: Path) -> FileState | None:
    try:
        return state_of(path)
    except OSError as error:
        if error.errno in LOST:
            raise
        return None


def _files(inbox: Path) -> tuple[list[tuple[str, bytes, Path]], list[str]]:
    """Names of the inbox's files, with the bytes of them and their paths; names of folders not to be looked into.

    In order of names and bytes: two files whose names differ only in how Hangul is composed are two files.

    Raises:
        OSError: The inbox itself may not be, or the share has failed.
    """
    closed: list[str] = []

    def tell(error: OSError) -> None:
        path = Path(error.filename)
        if error.errno in LOST or path == inbox:
            raise error
        closed.append(_readable_name(path.relative_to(inbox)))

    return sorted(_walk(inbox, tell)), closed


def _walk(inbox: Path, tell: Callable[[OSError], None]) -> Iterator[tuple[str, bytes, Path]]:
    """Names within the inbox, with their bytes, and paths of its files; hidden and temporary ones left out."""
    for folder, folders, names in os.walk(inbox, onerror=tell):
        folders[:] = [f for f in folders if not f.startswith(SKIPPED_PREFIXES)]
        # A link to a folder is never followed: what lies in the inbox is read under its own name, what does not is not
        # the inbox's, whoever laid the link.
        for linked in (Path(folder, f) for f in folders if Path(folder, f).is_symlink()):
            if inbox.resolve() not in (target := linked.resolve()).parents and target != inbox.resolve():
                tell(OSError(errno.EXDEV, "a link that leads out of the inbox", str(linked)))
        for name in names:
            low = name.lower()
            if name.startswith(SKIPPED_PREFIXES) or low.endswith(SKIPPED_SUFFIXES) or low in SKIPPED_NAMES:
                continue
            path = Path(folder, name)
            within = path.relative_to(inbox)
            yield _readable_name(within), os.fsencode(within.as_posix()), path


def _readable_name(path: Path) -> str:
    """A name every table and log can hold: composed Hangul, and bytes that are no UTF-8 shown as U+FFFD."""
    return unicodedata.normalize("NFC", os.fsencode(path.as_posix()).decode("utf-8", "replace"))


def _inside(
    name: str, raw: bytes, seen: FileState, agency: Agency, limits: Limits | None
) -> tuple[list[InboxFile], list[str]]:
    """Exports that a file of the inbox is or holds, and names no layout knows."""
    found: list[InboxFile] = []
    unknown: list[str] = []
    # What no layout knows need not be hashed, however large it is.
    if not name.lower().endswith(ARCHIVES) and _unknown(name, agency):
        return [], [name]
    places: Counter[bytes] = Counter()
    for item in expand(seen.path, name, limits):
        shown = unicodedata.normalize("NFC", item.name)
        place = raw + item.name.removeprefix(name).encode("utf-8", "backslashreplace")
        places[place] += 1
        path = _place(shown, place, places[place])
        if not isinstance(item, ExportFile):
            found.append(InboxFile(shown, item.sha256, None, None, item, seen, path))
            continue
        try:
            layout = match(shown, agency)
        except ExportRefused as refused:
            found.append(InboxFile(shown, item.sha256, None, None, refused, seen, path))
            continue
        if layout is None:
            unknown.append(shown)
        else:
            found.append(InboxFile(shown, item.sha256, replace(item, name=shown), layout, None, seen, path))
    return found, unknown


def _place(name: str, raw: bytes, number: int) -> str:
    """What a file is told apart from others of its name by: its path's bytes; empty where they are the name.

    An archive may even hold a name twice.
    """
    if number == 1 and raw == name.encode("utf-8", "replace"):
        return ""
    return f"//{quote(raw)}" + (f"//{number}" if number > 1 else "")


def _unknown(name: str, agency: Agency) -> bool:
    try:
        return match(name, agency) is None
    except ExportRefused:
        return False
