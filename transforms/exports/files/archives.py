"""From a path to the export files in it: itself, or the members of a zip or gzip archive, opened safely."""

import errno
import gzip
import hashlib
import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from expectations.limits import MEGABYTE, USUAL, Limits
from transforms.exports.files.limits import Clock
from transforms.exports.files.protected import HEAD, protection_of
from transforms.exports.refusals import ExportRefused, Refusal

CHUNK = 1 << 20
ARCHIVES = (".zip", ".gz", ".7z", ".rar", ".tar", ".tgz", ".bz2", ".xz")
UTF8_NAME = 0x800
ENCRYPTED = 0x1
UNREADABLE = (
    zipfile.BadZipFile, gzip.BadGzipFile, EOFError, zlib.error, lzma.LZMAError, struct.error, NotImplementedError,
    ValueError,
)  # fmt: skip
"""What the libraries raise over a damaged archive: ValueError for names and offsets that cannot be."""
PROBLEM = 200


@dataclass(frozen=True)
class ExportFile:
    """One file of export rows, wherever its bytes lie.

    Attributes:
        name: File name; an archive's member as archive/member.
        sha256: Of its bytes (a member's own, not the archive's), hex.
        size: In bytes.
        open: Opens it for reading from its first byte.
        limits: What reading it may take.
    """

    name: str
    sha256: str
    size: int
    open: Callable[[], BinaryIO]
    limits: Limits = USUAL

    @property
    def file_id(self) -> str:
        """What the file is known by in every table."""
        return self.sha256[:16]


class _TooLarge(Exception):
    """More bytes came out of an archive than its limit allows: the code and values that tell it."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def expand(path: Path, name: str, limits: Limits | None = None) -> Iterator[ExportFile | Refusal]:
    """Yield the export files at a path: the file itself, or every member of a .zip or .gz.

    Nothing is unpacked to disk. An archive that is unreadable, empty, locked, larger than `limits`, or names a path
    outside itself is refused whole; an archive inside an archive is refused alone. What is larger than `limits` allows
    is told by its size alone, and not read.

    Args:
        path: A local file.
        name: What to call it in sentences and tables.
        limits: Of each file and of archives; the defaults of `Limits` where None.

    Raises:
        OSError: The file cannot be opened or read.
    """
    bounds = limits or USUAL
    size = path.stat().st_size
    if size > bounds.file:
        values = {"file": name, **_megabytes(size, bounds.file)}
        yield Refusal(name, _by_name(name, size), size, "file_too_large", values)
        return
    try:
        yield from _expanded(path, name, bounds)
    except ExportRefused as refused:  # it took too long
        yield Refusal(name, _by_name(name, size), size, refused.code, refused.values)


def _expanded(path: Path, name: str, limits: Limits) -> Iterator[ExportFile | Refusal]:
    suffix = path.suffix.lower()
    if suffix == ".zip":
        yield from _zip_members(path, name, limits)
    elif suffix == ".gz":
        yield _gzip_member(path, name, limits)
    else:
        opened = partial(_open, path)
        sha256, size = _digest(opened, Clock(name, limits))
        yield ExportFile(name, sha256, size, opened, limits)


def _by_name(name: str, size: int) -> str:
    """What stands for the sha256 of a file that is too large or too slow to be hashed."""
    return hashlib.sha256(f"{name}/{size}".encode("utf-8", "surrogateescape")).hexdigest()


def _megabytes(found: int, limit: int) -> dict[str, object]:
    """Both numbers as a sentence tells them, the found one rounded up."""
    return {"found": -(-found // MEGABYTE), "limit": limit // MEGABYTE}


def _open(path: Path) -> BinaryIO:
    return path.open("rb")


def _open_gzip(path: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path, "rb"))


def _open_member(path: Path, member: zipfile.ZipInfo) -> BinaryIO:
    """Open one member; closing it closes the archive, which nothing else holds."""
    with zipfile.ZipFile(path) as archive:
        return cast(BinaryIO, archive.open(member))


def _digest(
    opened: Callable[[], BinaryIO], clock: Clock | None = None, limits: Limits | None = None, packed: int = 0
) -> tuple[str, int]:
    """sha256 and length of a stream, read in pieces; of one that is unpacked with its limits and its packed size."""
    digest, size = hashlib.sha256(), 0
    with _damage_told(), opened() as handle:
        while chunk := handle.read(CHUNK):
            size += len(chunk)
            if clock is not None:
                clock.look()
            if limits is not None:
                _hold(size, packed, limits)
            digest.update(chunk)
    return digest.hexdigest(), size


def _hold(size: int, packed: int, limits: Limits) -> None:
    """See that what has been unpacked so far is within its limits.

    Raises:
        _TooLarge: It is not.
    """
    if limits.too_dense(packed, size):
        raise _TooLarge("archive_too_dense", ratio=limits.ratio)
    if size > limits.expanded:
        raise _TooLarge("archive_too_large", limit=limits.expanded)
    if size > limits.file:
        raise _TooLarge("file_too_large", **_megabytes(size, limits.file))


@contextmanager
def _damage_told() -> Iterator[None]:
    """Tell a disk that does not answer from bytes that make no sense, for which the libraries raise OSError, too."""
    try:
        yield
    except OSError as error:
        if error.errno in (None, errno.EINVAL):
            raise zipfile.BadZipFile(str(error)) from error
        raise


def _problem(error: Exception) -> str:
    """What a library says, which may repeat a member's name of any length."""
    return str(error)[:PROBLEM] or type(error).__name__


def _refusal(path: Path, name: str, code: str, **values: object) -> Refusal:
    if code == "unreadable_archive":
        with path.open("rb") as handle:
            whose = protection_of(handle.read(HEAD))
        if whose:
            code, values = "protected_file", {"program": whose}
    sha256, size = _digest(partial(_open, path))
    return Refusal(name, sha256, size, code, {"file": name, **values})


def _gzip_member(path: Path, name: str, limits: Limits) -> ExportFile | Refusal:
    inner = PurePosixPath(name).name[: -len(".gz")]
    if inner.lower().endswith(ARCHIVES):
        return _refusal(path, name, "nested_archive", member=inner)
    opened = partial(_open_gzip, path)
    try:
        sha256, size = _digest(opened, Clock(name, limits), limits, path.stat().st_size)
    except _TooLarge as error:
        return _refusal(path, name, error.code, **error.values)
    except UNREADABLE as error:
        return _refusal(path, name, "unreadable_archive", problem=_problem(error))
    return ExportFile(f"{name}/{inner}", sha256, size, opened, limits)


def _zip_members(path: Path, name: str, limits: Limits) -> Iterator[ExportFile | Refusal]:
    try:
        with _damage_told(), zipfile.ZipFile(path) as archive:
            # By their names, not by is_dir(): that ends in an IndexError over a name that is empty.
            members = [m for m in archive.infolist() if not m.filename.endswith("/")]
            members = [m for m in members if not m.filename.startswith("__MACOSX/")]
    except UNREADABLE as error:
        yield _refusal(path, name, "unreadable_archive", problem=_problem(error))
        return
    fault = _zip_fault(members, limits)
    if fault:
        code, values = fault
        yield _refusal(path, name, code, **values)
        return
    for member in sorted(members, key=_member_name):
        yield _zip_member(path, name, member, limits)


def _zip_fault(members: list[zipfile.ZipInfo], limits: Limits) -> tuple[str, dict[str, object]] | None:
    """Why an archive is refused whole, judged from its table of contents alone."""
    if not members:
        return "empty_archive", {}
    if len(members) > limits.members:
        return "archive_too_many", {"found": len(members), "limit": limits.members}
    if sum(m.file_size for m in members) > limits.expanded:
        return "archive_too_large", {"limit": limits.expanded}
    if any(limits.too_dense(m.compress_size, m.file_size) for m in members):
        return "archive_too_dense", {"ratio": limits.ratio}
    for member in members:
        inner = PurePosixPath(_member_name(member))
        if not (member.filename and inner.parts):
            return "unreadable_archive", {"problem": "a member without a name"}
        drive = inner.parts[0].endswith(":")
        if inner.is_absolute() or ".." in inner.parts or drive or stat.S_ISLNK(member.external_attr >> 16):
            return "unsafe_archive", {"member": str(inner)}
        if member.flag_bits & ENCRYPTED:
            return "locked_archive", {"member": str(inner)}
    return None


def _zip_member(path: Path, name: str, member: zipfile.ZipInfo, limits: Limits) -> ExportFile | Refusal:
    inner = _member_name(member)
    full = f"{name}/{inner}"
    opened = partial(_open_member, path, member)
    try:
        sha256, size = _digest(opened, Clock(full, limits), limits, member.compress_size)
    except (_TooLarge, *UNREADABLE) as error:
        archive, size = _digest(partial(_open, path))
        sha256 = hashlib.sha256(f"{archive}/{inner}".encode()).hexdigest()
        if isinstance(error, _TooLarge):
            return Refusal(full, sha256, size, error.code, {"file": full, **error.values})
        return Refusal(full, sha256, size, "unreadable_archive", {"file": full, "problem": _problem(error)})
    if inner.lower().endswith(ARCHIVES):
        return Refusal(full, sha256, size, "nested_archive", {"file": full, "member": inner})
    return ExportFile(full, sha256, size, opened, limits)


def _member_name(member: zipfile.ZipInfo) -> str:
    """A member's name with forward slashes; Korean Windows writes names in CP949 without saying so."""
    name = member.orig_filename
    if not member.flag_bits & UTF8_NAME:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "cp949"):
            try:
                name = raw.decode(encoding)
            except UnicodeDecodeError:
                continue
            break
    return name.replace("\\", "/")


def refuse_protected(file: ExportFile) -> None:
    """Hold that a file is not wrapped by an office's document security.

    Raises:
        ExportRefused: `protected_file`, it is.
    """
    with file.open() as handle:
        whose = protection_of(handle.read(HEAD))
    if whose is not None:
        raise ExportRefused("protected_file", file=file.name, program=whose)
