"""What a publication has in common with one before: the same file under a second name, its bytes once on the disk.

What decides are the bytes themselves: neither a date nor a recorded hash could carry on a file that was damaged since.
Files once published are never written to, so either publication can go and the other stays whole.
"""

from pathlib import Path

from flows.publishing.place import NEW, copy_file, try_link

_CHUNK = 1 << 20
_ASIDE = f"{NEW}same"


def share(folder: Path, before: Path) -> None:
    """Let each file of a staged folder that an earlier one holds with the same bytes be that very file.

    A file stays as it was built where no link is allowed.
    """
    for path in sorted(folder.rglob("*")):
        there = before / path.relative_to(folder)
        if is_same(path, there) and not path.samefile(there):
            aside = path.with_name(_ASIDE)
            if try_link(there, aside):
                aside.replace(path)


def take(source: Path, target: Path, before: Path | None) -> None:
    """Let `target`, its folders made, hold the bytes of `source`: the file `before` where that does, else a copy."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if before is None or not is_same(source, before) or not try_link(before, target):
        copy_file(source, target)


def is_same(one: Path, other: Path) -> bool:
    """Whether both are files of one owner, neither of them a link to one, of the same bytes.

    One that cannot be read is not the same: it must not stand in the way of what takes its place. Another owner's would
    be given the rights of this publication, which is not ours to do.
    """
    try:
        return _is_same(one, other)
    except OSError:
        return False


def _is_same(one: Path, other: Path) -> bool:
    if any(path.is_symlink() or not path.is_file() for path in (one, other)):
        return False
    here, there = one.stat(), other.stat()
    if (here.st_size, here.st_uid) != (there.st_size, there.st_uid):
        return False
    with one.open("rb") as this, other.open("rb") as that:
        while chunk := this.read(_CHUNK):
            if chunk != that.read(_CHUNK):
                return False
    return True
