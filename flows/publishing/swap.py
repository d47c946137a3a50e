"""The swap: a staged publication takes the place of the one before, or stands beside it."""

import filecmp
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import duckdb

from flows.places.beside import foreign
from flows.places.home import Home
from flows.places.strategy_file import PublishingError
from flows.publishing import history
from flows.publishing.carried import share
from flows.publishing.compare import tables_equal
from flows.publishing.history import AS_OF, UNDERWAY, Entry, history_folder
from flows.publishing.issued import (
    Pending,
    commit,
    issued_calls,
    issued_folder,
    issued_folders,
    issued_places,
    issued_plans,
    prepare,
    prepare_rows,
)
from flows.publishing.place import (
    NEW,
    OLD,
    copy_file,
    copy_folder,
    link_folder,
    make_folder,
    put_back,
    put_folder,
    remove,
    seal,
    sync,
)
from flows.publishing.publication import PublicationInfo, opened, published, read_publication

_STRATEGY = "strategy.duckdb"
_ISSUES = ("issue", "place_issue", "call_issue", "plan_issue")
"""What a mark calls the issues that are to follow, in the order of `issued_folders`."""
_PLANS = """
SELECT $month::DATE AS origin_month, plan.*, (SELECT any_value(grid) FROM place_risk) AS grid
FROM deployment_plan AS plan
WHERE plan.month > $as_of
ORDER BY ALL
"""
"""What was planned of months that had not begun, and the grid of its cells."""
# Tells when runs were made, so it alone may differ between equal publications.
_MOMENTS = Path("parquet") / "run.parquet"

Kind = Literal["publication", "beside", "out"]


@dataclass(frozen=True)
class Staged:
    """Where a run builds what it will publish.

    Attributes:
        root: The staging folder, on the file system it will be published on.
        out: Folder given by --out; None for the home's own publication.
    """

    root: Path
    out: Path | None = None

    @property
    def strategy(self) -> Path:
        """The database to build."""
        return self.root / _STRATEGY

    @property
    def folder(self) -> Path:
        """The month's folder to fill: parquet/, validation.html, a folder per district."""
        return self.root / "month"

    @property
    def parquet(self) -> Path:
        """Folder of the Parquet copies."""
        return self.folder / "parquet"


@dataclass(frozen=True)
class Placement:
    """What became of a staged publication.

    Attributes:
        kind: publication (readers see it now), beside (something later is published; it lies in as-of-<date>/) or out.
        changed: False where the same publication was there already and its files were left as they are.
        folder: The month's folder, now in place.
        strategy: The database, now in place.
    """

    kind: Kind
    changed: bool
    folder: Path
    strategy: Path
    info: PublicationInfo


@contextmanager
def staging(home: Home, run_id: str, out: Path | None = None) -> Iterator[Staged]:
    """A folder to build a publication in, removed at the end; first finishes or removes what a killed run left.

    The caller holds the warehouse lock: two stagings of one home at once would remove each other's.

    Raises:
        PublishingError: `out` holds something else, or the disk refuses.
    """
    where = out.parent if out else home.published
    staged = Staged(where / f"{NEW}{out.name if out else run_id}", out)
    try:
        if out:
            _check_out(home, out)
        make_folder(where)
        if not out:
            home.readers.admit(where, home.readers.folder)
        _clean(home, staged)
        staged.folder.mkdir(parents=True)
        try:
            yield staged
        finally:
            _clean(home, staged)
    except (OSError, duckdb.IOException) as error:
        raise PublishingError("publishing_failed", folder=where, why=str(error).splitlines()[0]) from error


def publish(home: Home, staged: Staged) -> Placement:
    """Put a staged publication where it belongs, so that readers see the old one or the new one and nothing between.

    It becomes the publication unless what is published is of a later month, or of the same month with a later as-of;
    then it goes to published/<month>/as-of-<date>/, its strategy.duckdb with it. The order is: the month's folder, then
    strategy.duckdb, then the issues of its forecasts, places and calls; whoever is killed in between has everything
    ready on disk, and `recover` does the rest.

    Raises:
        PublishingError: The staged or the published database cannot be read.
    """
    info = read_publication(staged.strategy)
    if staged.out:
        return _put_alone(home, staged, staged.out, "out", info)
    current = _present(home)
    if current:
        share(staged.folder, home.published / f"{current.month:%Y-%m}")
    if current and (current.month, current.as_of) > (info.month, info.as_of):
        return _put_alone(home, staged, home.published / info.folder / f"{AS_OF}{info.as_of}", "beside", info)
    return _put_publication(home, staged, info, current)


def _present(home: Home) -> PublicationInfo | Entry | None:
    """What is published; where its file is damaged or another, what was kept last, so that a run can take its place.

    Raises:
        PublishingError: The published file cannot be read and nothing was kept: it may be somebody else's.
    """
    kept = history.entries(home)
    try:
        info = published(home)
    except PublishingError:
        if not kept:
            raise
        return kept[-1]
    if info is None:  # gone, where something is kept
        return kept[-1] if kept else None
    return info if history.is_genuine(home) is not False else history.current(home)


def recover(home: Home) -> None:
    """Finish the publication a killed run had begun to swap in, and remove every other temporary name.

    So goes what lies beside a published database and is not chian's: DuckDB would read it as part of it.
    The caller holds the warehouse lock. A run calls it by way of `staging`.
    """
    # First of all, for what follows asks what is published.
    for path in foreign(home.strategy):
        remove(path)
    for folder in (home.published, *home.published.glob("[0-9]*-[0-9]*")):
        put_back(folder)
    for mark in sorted(home.published.glob(f"[0-9]*-[0-9]*/{UNDERWAY}")):
        _finish(home, mark)
    for folder in (home.published, *issued_folders(home), history_folder(home)):
        for leftover in folder.glob(NEW + "*"):
            remove(leftover)
    # Made by a release that kept none, or lost since: what is published now must not be gone with the next one.
    history.keep(home)


def is_settled(home: Home) -> bool:
    """Whether `recover` would find nothing that a killed run left."""
    months = list(home.published.glob("[0-9]*-[0-9]*"))
    folders = (home.published, *months, *issued_folders(home), history_folder(home))
    left = any(any(folder.glob(f"{name}*")) for folder in folders for name in (NEW, OLD))
    return not (left or foreign(home.strategy) or any((month / UNDERWAY).exists() for month in months))


def put_entry(home: Home, entry: Entry) -> Placement:
    """Put a publication that was kept in the place of the present one, as `publish` does: readers see either.

    The folders of later months, which are not published any more then, go; what stands beside them (as-of-<date>/)
    stays. Issued forecasts stay: what a meeting was told is not unsaid. Whoever is killed in between leaves everything
    ready on disk, and `recover` does the rest.

    Raises:
        PublishingError: The entry's files are not what they were, or the disk refuses.
    """
    if not entry.is_whole:
        raise PublishingError("rollback_damaged", run_id=entry.run_id, folder=entry.folder)
    with staging(home, entry.run_id) as staged:
        remove(staged.folder)
        copy_folder(entry.month_folder, staged.folder)
        copy_file(entry.strategy, staged.strategy)
        info = read_publication(staged.strategy)
        later = sorted(
            folder.name
            for folder in home.published.glob("[0-9]*-[0-9]*")
            if folder.is_dir() and folder.name > info.folder
        )
        still_to_do = {"gone": later, "again": False, **_names({})}
        _swap_in(home, staged, home.published / info.folder, still_to_do)
    return Placement("publication", True, home.published / info.folder, home.strategy, info)


def _put_publication(
    home: Home, staged: Staged, info: PublicationInfo, current: PublicationInfo | Entry | None
) -> Placement:
    target = home.published / info.folder
    with opened(staged.strategy) as con:
        forecast = con.sql("FROM forecast").pl()
        places = con.sql("FROM place_risk WHERE issued").pl()
        calls = con.sql("FROM call_forecast").pl()
        plans = con.sql(_PLANS, params={"month": info.month, "as_of": info.as_of}).pl()
    pending = {
        "issue": prepare(issued_folder(home), forecast, info.as_of, info.run_id),
        "place_issue": prepare_rows(issued_places(home), places, info.as_of, info.run_id),
        "call_issue": prepare(issued_calls(home), calls, info.as_of, info.run_id),
        "plan_issue": prepare_rows(issued_plans(home), plans, info.as_of, info.run_id),
    }
    changed = current is None or current.run_id != info.run_id or not _same(staged, target, home.strategy)
    if changed:
        _swap_in(home, staged, target, {"before": current.run_id if current else None, **_names(pending)})
    else:
        for one in pending.values():
            if one:
                commit(one)
        history.keep(home, again=True)
    return Placement("publication", changed, target, home.strategy, info)


def _swap_in(home: Home, staged: Staged, target: Path, more: dict[str, Any]) -> None:
    """Put a staged publication in place, after a mark that tells `recover` what is still to follow."""
    for kept in sorted(target.glob(AS_OF + "*")):
        link_folder(kept, staged.folder / kept.name)
    seal(staged.root, home.readers)
    mark = staged.folder / UNDERWAY
    mark.write_text(json.dumps({"staging": staged.root.name, **more}) + "\n", "utf-8")
    sync(mark)
    sync(staged.folder)
    put_folder(staged.folder, target)
    _finish(home, target / UNDERWAY)


def _finish(home: Home, mark: Path) -> None:
    """The month's folder is in place: let strategy.duckdb and what else is to follow. Repeatable after a kill."""
    said = json.loads(mark.read_text("utf-8"))
    strategy = home.published / Path(said["staging"]).name / _STRATEGY
    if strategy.exists():
        strategy.replace(home.strategy)
        sync(home.published)
    for name, folder in zip(_ISSUES, issued_folders(home), strict=True):
        if said.get(name):  # a mark of an earlier release names fewer
            commit(Pending(folder / said[f"{name}_temporary"], folder / said[name]))
    for name in said.get("gone", []):
        _take_away(home, home.published / Path(name).name)
    before = {"before": said["before"]} if "before" in said else None
    history.keep(home, again=said.get("again", True), before=before)
    mark.unlink()
    sync(mark.parent)


def _take_away(home: Home, folder: Path) -> None:
    """Take a month's own files from the publication; what stands beside it stays where it is."""
    if not folder.exists():
        return
    rest = home.published / f"{NEW}rest-{folder.name}"
    remove(rest)
    beside = sorted(folder.glob(AS_OF + "*"))
    if beside:
        for one in beside:
            link_folder(one, rest / one.name)
        seal(rest, home.readers)
        put_folder(rest, folder)
    else:
        folder.rename(rest)
    remove(rest)


def _names(pending: Mapping[str, Pending | None]) -> dict[str, str | None]:
    """What a mark says of the issues to follow, by `_ISSUES`: the name each has and is to have in its folder."""
    names: dict[str, str | None] = {}
    for name in _ISSUES:
        one = pending.get(name)
        names[name] = str(one.final.relative_to(one.temporary.parent)) if one else None
        names[f"{name}_temporary"] = one.temporary.name if one else None
    return names


def _put_alone(home: Home, staged: Staged, target: Path, kind: Kind, info: PublicationInfo) -> Placement:
    """One folder that holds its own strategy.duckdb, in place in one step."""
    strategy = target / _STRATEGY
    changed = not (
        strategy.is_file() and read_publication(strategy).run_id == info.run_id and _same(staged, target, strategy)
    )
    if changed:
        staged.strategy.rename(staged.folder / _STRATEGY)
        seal(staged.folder, home.readers)
        make_folder(target.parent)
        if kind == "beside":  # what --out lies in is somebody else's
            home.readers.admit(target.parent, home.readers.folder)
        put_folder(staged.folder, target)
    return Placement(kind, changed, target, strategy, info)


def _same(staged: Staged, folder: Path, strategy: Path) -> bool:
    """Whether what is in place says what was built: the same tables, and the same files but for moments in `run`."""
    built, there = _files(staged.folder), _files(folder)
    try:
        differ = tables_equal(staged.strategy, strategy)
    except duckdb.Error:
        # The one just built has been read already: it is the one in place that cannot be, and is to be replaced.
        return False
    return (
        built == there
        and not differ
        and all(filecmp.cmp(staged.folder / f, folder / f, shallow=False) for f in built - {_MOMENTS})
    )


def _files(folder: Path) -> set[Path]:
    """Relative names of a month's own files."""
    found = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    return {path for path in found if not path.parts[0].startswith(AS_OF)} - {Path(_STRATEGY), Path(UNDERWAY)}


def _check_out(home: Home, out: Path) -> None:
    """Refuse to take the place of anything but an empty folder or what --out made before."""
    inside = home.published == out or home.published in out.parents or out in home.published.parents
    earlier = (out / _STRATEGY).is_file() and (out / "parquet" / "publication.parquet").is_file()
    free = not out.exists() or (out.is_dir() and not any(out.iterdir()))
    if inside or not (earlier or free):
        raise PublishingError("out_occupied", folder=out)


def _clean(home: Home, staged: Staged) -> None:
    if staged.out is None:
        recover(home)
        return
    # Beside --out lie other people's folders: only names made from its own are touched.
    aside = staged.out.with_name(OLD + staged.out.name)
    if aside.exists() and not staged.out.exists():
        aside.rename(staged.out)
    for leftover in (aside, staged.root):
        remove(leftover)
