"""CHIAN_HOME: where one agency's inbox, warehouse, publications and reports lie."""

import json
import os
import pwd
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from expectations.sentences import Failure

PRIVATE = (
    "home.json", "received.jsonl", "issued.sha256", "issued_places.sha256", "issued_calls.sha256",
    "issued_plans.sha256", "warehouse.duckdb", "warehouse.duckdb.wal", "warehouse.lock", "reports", "issued",
    "issued_places", "issued_calls", "issued_plans", "history", "kept", "prefect", "out", "serve.password",
)  # fmt: skip
"""What in a home is for its owner alone."""
EARLY = ("warehouse.lock", "prefect", "serve.password", "out", "kept")
"""What may lie in a home before its card does: a server makes its own first, and kept rows are nobody's loss."""
SHOWN = 5
"""Names a sentence shows at most."""
OUT = "out"
"""In a home, where runs of a served home write what they are asked to write elsewhere."""
OWN = (*(name for name in PRIVATE if name != OUT), "published", "warehouse.tmp")
"""What in a home chian makes for itself, beside the inbox."""


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

    @property
    def card(self) -> Path:
        """Whose home it is, and whether it is a demonstration."""
        return self.root / "home.json"

    def make_inbox(self) -> None:
        """Have an inbox where it is the home's own; one elsewhere is somebody else's to make."""
        if self.inbox.parent == self.root:
            self.inbox.mkdir(mode=0o700, exist_ok=True)

    def claim(self, agency: str, *, demo: bool = False, new: bool = True) -> bool:
        """Make the home this agency's, or refuse one that is another's; nothing is touched before that is known.

        Where the card is lost, what is published says whose home it is.

        Args:
            agency: Its code.
            demo: Whether it is to be a demonstration's.
            new: Whether a folder that is nobody's home yet may be made one.

        Returns:
            Whether the card was lost, and is written again.

        Raises:
            HomeError: The home belongs to another agency or account, is or is not a demonstration, is no home, or
                cannot be written.
        """
        restored = False
        try:
            if self.card.is_file():
                require_sound(self)
                self._compare(_card(self.card, self.root), agency, demo)
            else:
                if demo and self.root.exists() and any(self.root.iterdir()):
                    raise HomeError("home_not_demo", home=self.root)
                require_sound(self)
                restored = self._write_card(agency, demo, new)
        except OSError as error:
            raise HomeError("home_unusable", home=self.root, why=error.strerror or str(error)) from error
        self._protect()
        return restored

    def _write_card(self, agency: str, demo: bool, new: bool) -> bool:
        published = agency_published(self)
        if published is None and not new:
            raise HomeError("home_none", home=self.root)
        self._compare({"agency": published or agency, "demo": demo}, agency, demo)
        self.root.mkdir(parents=True, exist_ok=True)
        for leftover in self.root.glob(".home-*.json"):
            leftover.unlink(missing_ok=True)
        temporary = self.card.with_name(f".home-{os.getpid()}.json")
        temporary.write_text(json.dumps({"agency": agency, "demo": demo}) + "\n", "utf-8")
        sync(temporary)
        temporary.replace(self.card)
        sync(self.root)
        return published is not None

    def require(self, *, chosen: bool = True) -> None:
        """Look whether the home is there and can be worked in, so that a run does not make one where nobody meant it.

        Args:
            chosen: Whether somebody named it; where nobody did, an inbox elsewhere is no reason to make it.

        Raises:
            HomeError: It is not there, is another account's, or no home.
        """
        if not self.root.exists() and not (chosen and self.inbox.is_dir()):
            raise HomeError("home_absent", home=self.root, inbox=self.inbox)
        require_sound(self)

    def check(self, agency: str) -> None:
        """Look whether the home is this agency's, or nobody's yet; nothing is written.

        Raises:
            HomeError: It is another's, or its card is damaged.
        """
        if self.card.is_file():
            self._compare(_card(self.card, self.root), agency, demo=False)

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


def require_sound(home: Home) -> None:
    """See that a folder is a home, or may become one, of the account that asks; looked at only.

    Raises:
        HomeError: It lies in its inbox, or the inbox among what is chian's; it, or part of it, belongs to another
            account; or it holds other things and no card.
    """
    _require_apart(home)
    _require_owner(home)
    if home.root.is_dir() and not home.card.is_file() and agency_published(home) is None:
        strange = _strange(home)
        if strange:
            raise HomeError("home_no_card", home=home.root, found=", ".join(strange[:SHOWN]))


def agency_published(home: Home) -> str | None:
    """The agency of what is published there; None where nothing is, or it cannot be read."""
    if not home.strategy.is_file():
        return None
    from flows.places.strategy_file import PublishingError, read_publication

    try:
        return read_publication(home.strategy).agency
    except PublishingError:
        return None


def _require_apart(home: Home) -> None:
    root, inbox = home.root.resolve(), home.inbox.resolve()
    if inbox == root or inbox in root.parents:
        raise HomeError("home_in_inbox", home=home.root, inbox=home.inbox)
    for place in (root / name for name in OWN):
        if inbox == place or place in inbox.parents:
            raise HomeError("inbox_in_home", place=place, inbox=home.inbox)


def _require_owner(home: Home) -> None:
    """See that all that is chian's belongs to this account: a run of another one would lock it out of its own home."""
    account = os.geteuid()
    for path in (home.root, *(home.root / name for name in OWN)):
        try:
            owner = path.lstat().st_uid
        except FileNotFoundError:
            continue
        except OSError as error:
            raise HomeError("home_unusable", home=path, why=error.strerror or str(error)) from error
        if owner != account:
            code = "home_of_another" if path == home.root else "home_part_of_another"
            raise HomeError(code, path=path, home=home.root, owner=_name(owner), account=_name(account))


def _strange(home: Home) -> list[str]:
    """What keeps a folder without a card from being made a home: things of chian's names, or others and no inbox.

    What a run makes before it claims, and empty folders, do not.
    """
    ours = [name for name in OWN if name not in EARLY and _holds_something(home.root / name)]
    known = {*OWN, OUT, "inbox"}
    others = sorted(path.name for path in home.root.iterdir() if path.name not in known and path.name[0] != ".")
    return ours or ([] if (home.root / "inbox").is_dir() else others)


def _holds_something(path: Path) -> bool:
    return any(path.iterdir()) if path.is_dir() else path.exists()


def _name(account: int) -> str:
    try:
        return pwd.getpwuid(account).pw_name
    except KeyError:
        return str(account)


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
