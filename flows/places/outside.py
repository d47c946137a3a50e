"""Where a command may write what `--out` names: never over what is chian's, an agency's or the system's."""

import stat
from collections.abc import Iterable
from pathlib import Path

from expectations.sentences import Failure
from flows.places.home import OWN, Home

_OF_THE_SYSTEM = (Path("/dev"), Path("/proc"), Path("/sys"))
_MEMORY = Path("/dev/shm")  # a place for files like any other


class OutError(Failure):
    """An `--out` that must not be written to."""


def require_file_outside(home: Home, out: Path, agency: Path | None = None) -> Path:
    """A file to write: new, or an ordinary one to take the place of, in a folder that is nobody else's; its real path.

    Raises:
        OutError: It is a link, a device, a pipe or a folder; or lies in the inbox, the agency folder, or among what
            chian keeps in its home.
    """
    target = _target(out)
    if target.exists() and not stat.S_ISREG(target.stat().st_mode):
        raise OutError("out_no_file", path=out)
    _require_apart(home, target, out, agency)
    if target.parent == home.root.resolve():
        raise OutError("out_within", path=out, place=home.root)
    return target


def require_folder_outside(home: Home, out: Path, agency: Path | None = None) -> Path:
    """A folder to write: new, or one of its own, apart from everybody else's; its real path.

    Raises:
        OutError: It is a link or no folder; or it lies in, or holds, the inbox, the agency folder, or what chian keeps
            in its home.
    """
    target = _target(out)
    if target.exists() and not target.is_dir():
        raise OutError("out_no_folder", path=out)
    _require_apart(home, target, out, agency)
    for place in _places(home, agency):
        if target in place.parents:
            raise OutError("out_within", path=out, place=place)
    return target


def _target(out: Path) -> Path:
    """Where a path leads, its last part not followed: a link would be replaced, or what it leads to."""
    try:
        named = out.expanduser()
    except RuntimeError:  # of an account that is not there: a folder of that name, as a shell takes it
        named = out
    if named.is_symlink():
        raise OutError("out_link", path=out, target=named.readlink())
    return named.resolve()


def _require_apart(home: Home, target: Path, out: Path, agency: Path | None) -> None:
    for place in _places(home, agency):
        if target == place or place in target.parents:
            raise OutError("out_within", path=out, place=place)
    for place in _OF_THE_SYSTEM:
        if target == place or (place in target.parents and _MEMORY not in target.parents):
            raise OutError("out_within", path=out, place=place)


def _places(home: Home, agency: Path | None) -> Iterable[Path]:
    yield home.inbox.resolve()
    if agency is not None:
        yield agency.resolve()
    yield from (home.root.resolve() / name for name in OWN)
