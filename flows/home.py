"""CHIAN_HOME: where one agency's inbox, warehouse, publications and reports lie."""

import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from expectations.sentences import Failure

PRIVATE = (
    "home.json", "received.jsonl", "warehouse.duckdb", "warehouse.duckdb.wal", "warehouse.lock", "reports", "issued",
    "history", "kept", "prefect", "out", "serve.password",
)  # fmt: skip
"""What in a home is for its owner alone."""


class HomeError(Failure):
    """A home that cannot be used."""


@dataclass(frozen=True)
class Readers:
    """Who may read what is published; nobody may write it.

    Attributes:
        group: Number of the system group whose members may; None: every account of the machine.
    """

    group: int | None = None

    @property
    def folder(self) -> int:
        """Mode of published folders."""
        return 0o755 if self.group is None else 0o750

    @property
    def file(self) -> int:
        """Mode of published files."""
        return 0o444 if self.group is None else 0o440

    @property
    def way(self) -> int:
        """Mode of the home: readers pass through to published/, and cannot list what else there is."""
        return 0o711 if self.group is None else 0o710

    def admit(self, path: Path, mode: int) -> None:
        """Give a path its mode, and the readers' group.

        Raises:
            OSError: It belongs to another account, or this one is no member of the group.
        """
        state = path.stat()
        if self.group is not None and state.st_gid != self.group:
            os.chown(path, -1, self.group)
        if stat.S_IMODE(state.st_mode) != mode:
            path.chmod(mode)


@contextmanager
def private_files() -> Iterator[None]:
    """What is made while the block runs is for its owner alone, whatever the account's umask: spilled pages, too."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@dataclass(frozen=True)
class Home:
    """The folders of one CHIAN_HOME.

    Attributes:
        root: The folder itself.
        inbox: Where exports arrive; never written to by a run, may be read-only.
        readers: Who may read what is published; all else in the home is its owner's alone.
    """

    root: Path
    inbox: Path
    readers: Readers = Readers()

    @property
    def warehouse(self) -> Path:
        """The working store; one writer."""
        return self.root / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """What readers open."""
        return self.root / "published"

    @property
    def strategy(self) -> Path:
        """The published database."""
        return self.published / "strategy.duckdb"

    @property
    def reports(self) -> Path:
        """Validation reports of runs that stopped."""
        return self.root / "reports"

    @property
    def prefect(self) -> Path:
        """Prefect's own database and logs."""
        return self.root / "prefect"

    @property
    def kept(self) -> Path:
        """What was computed for earlier origins; may be deleted at any time, it only saves time."""
        return self.root / "kept"

    @property
    def received(self) -> Path:
        """The day each export was first seen, append-only."""
        return self.root / "received.jsonl"

    def claim(self, agency: str, *, demo: bool = False) -> None:
        """Make the home this agency's, or refuse one that is another's.

        Raises:
            HomeError: The home belongs to another agency, is or is not a demonstration, or cannot be written.
        """
        card = self.root / "home.json"
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            if card.is_file():
                self._compare(_card(card, self.root), agency, demo)
            else:
                if demo and any(self.root.iterdir()):
                    raise HomeError("home_not_demo", home=self.root)
                for leftover in self.root.glob(".home-*.json"):
                    leftover.unlink(missing_ok=True)
                temporary = card.with_name(f".home-{os.getpid()}.json")
                temporary.write_text(json.dumps({"agency": agency, "demo": demo}) + "\n", "utf-8")
                sync(temporary)
                temporary.replace(card)
                sync(self.root)
        except OSError as error:
            raise HomeError("home_unusable", home=self.root, why=error.strerror or str(error)) from error
        self._protect()

    def require(self, *, chosen: bool = True) -> None:
        """Look whether the home is there, so that a run does not make one where nobody meant it.

        Args:
            chosen: Whether somebody named it; where nobody did, an inbox elsewhere is no reason to make it.

        Raises:
            HomeError: It is not there.
        """
        if not self.root.exists() and not (chosen and self.inbox.is_dir()):
            raise HomeError("home_absent", home=self.root, inbox=self.inbox)

    def check(self, agency: str) -> None:
        """Look whether the home is this agency's, or nobody's yet; nothing is written.

        Raises:
            HomeError: It is another's, or its card is damaged.
        """
        card = self.root / "home.json"
        if card.is_file():
            self._compare(_card(card, self.root), agency, demo=False)

    def _protect(self) -> None:
        """Close the home to all but its owner, and open the way through it to what is published.

        Homes made by an earlier version, or under a generous umask, are closed so, too. The inbox is whoever's made it.

        Raises:
            HomeError: A path belongs to another account, or the readers' group is not one of this account's.
        """
        for path in (self.root, self.published, *(self.root / name for name in PRIVATE)):
            try:
                if path == self.root:
                    self.readers.admit(path, self.readers.way)
                elif path == self.published:
                    self._open_published()
                elif (mode := _own(path)) != stat.S_IMODE(path.stat().st_mode):
                    path.chmod(mode)
            except FileNotFoundError:
                continue
            except PermissionError as error:
                raise HomeError("home_unprotected", path=error.filename or path) from error
            except OSError as error:
                raise HomeError("home_unusable", home=path, why=error.strerror or str(error)) from error

    def _open_published(self) -> None:
        """Let the readers, and nobody else, at what was published while others were they, or by an earlier version.

        What each publication makes is theirs from the first. The folder itself comes last: for as long as it is not
        theirs, a later run does this again.
        """
        state = self.published.stat()
        group = state.st_gid if self.readers.group is None else self.readers.group
        if (state.st_gid, stat.S_IMODE(state.st_mode)) == (group, self.readers.folder):
            return
        self._open(self.published)

    def _open(self, folder: Path) -> None:
        for path in folder.iterdir():
            # What a run is building, or left unfinished, has names of its own and is sealed or removed by a run.
            if path.name.startswith(".") or path.is_symlink():
                continue
            with suppress(FileNotFoundError):  # another run may be putting its own in place
                if path.is_dir():
                    self._open(path)
                else:
                    self.readers.admit(path, self.readers.file)
        self.readers.admit(folder, self.readers.folder)

    def _compare(self, card: dict[str, object], agency: str, demo: bool) -> None:
        if card["agency"] != agency:
            raise HomeError("home_other_agency", home=self.root, found=card["agency"], wanted=agency)
        if demo and not card["demo"]:
            raise HomeError("home_not_demo", home=self.root)


def sync(path: Path) -> None:
    """Wait until a file's bytes, or a folder's names, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _own(path: Path) -> int:
    """Mode of what is for its owner alone."""
    return 0o700 if path.is_dir() else 0o600


def _card(path: Path, home: Path) -> dict[str, object]:
    """What home.json says: whose home it is, and whether it is a demonstration's.

    Raises:
        HomeError: It is damaged.
    """
    try:
        said = json.loads(path.read_text("utf-8"))
        return {"agency": said["agency"], "demo": said["demo"]}
    except (ValueError, KeyError, TypeError) as error:
        raise HomeError("home_damaged", home=home, file=path.name) from error
