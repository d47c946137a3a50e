"""Publications as they were, kept so that one can be put back and two compared.

`history/<number>-<month>-<as-of>-<run_id>/` holds a publication's strategy.duckdb, its month's folder as `month/`, and
manifest.json: the sha256 of every file, and the run whose publication it took the place of. The files are those of the
publication copied, so that whatever harms what is published does not harm what is kept of it; what the publication kept
before says in the same bytes is that one's file. The folder is the operator's alone, so that readers do not take an old
publication for the new.
The number counts the publications of this home in the order they were made.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flows.places.home import Home
from flows.places.strategy_file import PublishingError
from flows.publishing.carried import take
from flows.publishing.place import NEW, make_folder, remove, sync
from flows.publishing.publication import PublicationInfo, published

AS_OF = "as-of-"
UNDERWAY = ".incoming"
"""In a month's folder from before it is put in place until strategy.duckdb and the issue have followed."""
_STRATEGY, _MONTH, _MANIFEST = "strategy.duckdb", "month", "manifest.json"
_NAME = re.compile(r"(?P<number>\d{6})-(?P<month>\d{4}-\d{2})-(?P<as_of>\d{4}-\d{2}-\d{2})-(?P<run_id>\w+)")
_CHECKSUM = "checksum"
_PRIVATE = 0o700


@dataclass(frozen=True, order=True)
class Entry:
    """One publication kept.

    Attributes:
        number: Its place among the publications of the home.
        month: Month it looks at, first day.
    """

    number: int
    month: date
    as_of: date
    run_id: str
    folder: Path

    @property
    def strategy(self) -> Path:
        """Its database."""
        return self.folder / _STRATEGY

    @property
    def month_folder(self) -> Path:
        """Its month's folder."""
        return self.folder / _MONTH

    @property
    def manifest(self) -> dict[str, str]:
        """sha256 of its files as they were published, by name below the entry; empty where it cannot be read."""
        files = self.said.get("files")
        return dict(files) if isinstance(files, dict) else {}

    @property
    def tells_before(self) -> bool:
        """Whether it says what it took the place of: one kept afterwards, by `recover`, cannot know."""
        return "before" in self.said

    @property
    def before(self) -> str | None:
        """Run whose publication it took the place of; None where there was none, or it is not told."""
        return self.said.get("before")

    @property
    def said(self) -> dict[str, Any]:
        """What its manifest says; nothing where it is not what was written."""
        try:
            said = json.loads((self.folder / _MANIFEST).read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(said, dict):
            return {}
        checksum = said.pop(_CHECKSUM, None)  # an earlier version wrote none
        return said if checksum in (None, _checksum(said)) else {}

    @property
    def is_whole(self) -> bool:
        """Whether its files are what they were when they were published."""
        return bool(self.manifest) and self.manifest == hashes(self.strategy, self.month_folder)


def history_folder(home: Home) -> Path:
    """Where publications are kept: beside published/, because they are not for readers."""
    return home.root / "history"


def entries(home: Home) -> list[Entry]:
    """Every publication kept, oldest first."""
    found = []
    for folder in history_folder(home).glob("[0-9]*"):
        name = _NAME.fullmatch(folder.name)
        if name:
            month, as_of = date.fromisoformat(f"{name['month']}-01"), date.fromisoformat(name["as_of"])
            found.append(Entry(int(name["number"]), month, as_of, name["run_id"], folder))
    return sorted(found)


def current(home: Home) -> Entry | None:
    """The entry of what is published at the moment; None where nothing is, it is not kept, or it cannot be read."""
    info = _published(home)
    return next((e for e in reversed(entries(home)) if info and e.run_id == info.run_id), None)


def before(home: Home, present: Entry) -> Entry | None:
    """The publication that `present` took the place of; None where it is kept no more, or there was none.

    Not the one numbered before it: after a rollback that is the one rolled back from.
    """
    known = entries(home)
    if present.tells_before:
        return next((e for e in reversed(known) if e.run_id == present.before), None)
    return next((e for e in reversed(known) if e < present and e.run_id != present.run_id), None)


def intact(home: Home, run_id: str) -> Entry | None:
    """The entry of what is published, where a run of that id made it and no file of it has changed since."""
    entry = current(home)
    if entry is None or entry.run_id != run_id:
        return None
    same = entry.manifest == hashes(home.strategy, home.published / f"{entry.month:%Y-%m}")
    return entry if same else None


def is_genuine(home: Home) -> bool | None:
    """Whether the published database is, byte for byte, what its run published.

    None where nobody can tell: nothing is published, its run is not kept, or another account asks, whom the history is
    closed to, or a swap has begun that the next run is to finish.
    """
    if not home.strategy.is_file() or any(home.published.glob(f"[0-9]*-[0-9]*/{UNDERWAY}")):
        return None
    try:
        if _published(home) is None and entries(home):
            return False  # no run publishes what cannot be read
        entry = current(home)
        said = entry.manifest.get(_STRATEGY) if entry else None
        return None if said is None else said == _sha256(home.strategy)
    except OSError:
        return None


def damaged(home: Home) -> list[Entry]:
    """Publications whose kept files are not what was published, oldest first; each is read to its end."""
    return [entry for entry in entries(home) if not entry.is_whole]


def keep(home: Home, *, again: bool = False, before: Mapping[str, str | None] | None = None) -> None:
    """Keep what is published now.

    Args:
        home: Whose publication.
        again: Whether the newest entry is to be replaced where it is of the same run: it has just been published anew.
            Otherwise a publication that is kept already stays as it was kept, for it may have been damaged since; and
            one that cannot be read is not kept.
        before: Under `before` the run whose publication it took the place of; nothing where that is not known.
    """
    info = _published(home)
    known = entries(home)
    same = [entry for entry in known if info and entry.run_id == info.run_id]
    if info is None or (same and not again):
        return
    folder = history_folder(home)
    make_folder(folder, _PRIVATE)
    month = home.published / info.folder
    made = hashes(home.strategy, month)
    replaced = known[-1] if known and known[-1].run_id == info.run_id else None
    if replaced and (before is None or before["before"] == info.run_id):
        before = {"before": replaced.before} if replaced.tells_before else None
    told = {"files": made, **(before or {})}
    if replaced and replaced.said == told and replaced.is_whole:
        return
    number = 1 + (known[-1].number if known else 0)
    building = folder / f"{NEW}{info.run_id}"
    remove(building)
    building.mkdir(mode=_PRIVATE)
    last = known[-1].folder if known else None
    for name in made:
        source = home.strategy if name == _STRATEGY else month / Path(name).relative_to(_MONTH)
        take(source, building / name, last / name if last else None)
    _write_manifest(building / _MANIFEST, told)
    building.rename(folder / f"{number:06d}-{info.folder}-{info.as_of}-{info.run_id}")
    sync(folder)
    if replaced:
        remove(replaced.folder)


def prune(home: Home, earlier: int) -> int:
    """Remove the oldest publications kept beyond so many earlier than the present one; how many went."""
    known = entries(home)
    present = current(home)
    old = [entry for entry in known if present is None or entry.run_id != present.run_id]
    gone = old[: max(0, len(old) - earlier)]
    for entry in gone:
        remove(entry.folder)
    return len(gone)


def hashes(strategy: Path, month: Path) -> dict[str, str]:
    """sha256 of a publication's files by the names they have in the history; what stands beside it is left out."""
    named: dict[str, Path] = {_STRATEGY: strategy} if strategy.is_file() else {}
    for path in sorted(month.rglob("*")):
        relative = path.relative_to(month)
        if path.is_file() and not relative.parts[0].startswith((AS_OF, ".")):
            named[str(Path(_MONTH) / relative)] = path
    return {name: _sha256(path) for name, path in named.items()}


def _published(home: Home) -> PublicationInfo | None:
    """What is published, as far as it can be read: that it cannot is for the run to say, or for `chian status`."""
    try:
        return published(home)
    except PublishingError:
        return None


def _write_manifest(path: Path, said: Mapping[str, object]) -> None:
    told = {**said, _CHECKSUM: _checksum(said)}
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    sync(path)
    for folder in sorted({path.parent, *(p.parent for p in path.parent.rglob("*"))}):
        sync(folder)


def _checksum(said: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(said, ensure_ascii=True, sort_keys=True).encode()).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
