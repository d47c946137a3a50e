"""`chian publish --external`: the tables that may leave the agency, small counts hidden, in a folder to hand out."""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from expectations.agency import Agency, AgencyError, load_agency
from expectations.contracts.release import RELEASED
from expectations.sentences import sentence
from flows.commands.asking.answer import write_csv
from flows.commands.error import CommandError
from flows.home import Home
from flows.run import parse_month
from flows.settings import Settings

if TYPE_CHECKING:
    import polars as pl

    from transforms.release import Release

_ABOUT = "release.json"
_ATTEMPTS = 5
_TOLD = ("month", "as_of", "agency", "agency_name", "complete", "generated", "version")


def publish_external(settings: Settings, out: Path, month: str | None = None) -> None:
    """Write the released tables of a published month to a new folder, as Parquet and CSV, with what they are.

    Args:
        settings: Whose home and agency folder; the folder says from which count on a figure may be shown.
        out: Folder to make; appears whole or not at all.
        month: Published month, e.g. 2024-03; default the one readers see.

    Raises:
        CommandError: The month is not published, or by another agency, or anew each time it is read; or the folder
            cannot be made.
        RunError: `month` is no month.
    """
    from transforms.release import release

    home = settings.home
    try:
        agency = load_agency(settings.agency)
    except AgencyError as error:
        raise CommandError("agency_unusable", why=error) from error
    about, tables = _publication(home, parse_month(month) if month else None)
    if about["agency"] != agency.code:
        raise CommandError("home_other_agency", home=home.root, found=about["agency"], wanted=agency.code)
    target = out.expanduser().resolve()
    if home.root == target or home.root in target.parents or (target.exists() and not _is_empty(target)):
        raise CommandError("release_occupied", folder=out)
    k = agency.meeting.suppress_below
    made = release(tables, k)
    with _whole(target) as aside:
        _write(made, aside)
        (aside / _ABOUT).write_text(_about(made, about, k), "utf-8")
    _tell(made, agency, about, out, settings.language)


def _publication(home: Home, month: date | None) -> tuple[dict[str, object], "dict[str, pl.DataFrame]"]:
    """The row of table `publication` and the tables of a published month, all of one run.

    They are files of their own, and a run may put others in their place between two of them.
    """
    for _ in range(_ATTEMPTS):
        folder = _parquet(home, month)
        about = _about_row(folder)
        tables = {one.name: _read(folder, one.name) for one in RELEASED}
        if _about_row(folder)["run_id"] == about["run_id"]:
            return about, tables
    raise CommandError("release_overtaken", folder=folder)


def _about_row(folder: Path) -> dict[str, object]:
    return _read(folder, "publication").row(0, named=True)


def _parquet(home: Home, month: date | None) -> Path:
    """Folder of a published month's Parquet files."""
    from flows.publishing.error import PublishingError
    from flows.publishing.publication import published

    try:
        info = published(home)
    except PublishingError as error:
        raise CommandError(error.code, **error.values) from error
    if info is None:
        raise CommandError("nothing_published", home=home.root)
    folder = home.published / (f"{month:%Y-%m}" if month else info.folder) / "parquet"
    if not folder.is_dir():
        known = sorted(path.parent.name for path in home.published.glob("[0-9]*-[0-9]*/parquet"))
        raise CommandError("release_no_month", month=folder.parent.name, known=", ".join(known))
    return folder


def _read(folder: Path, table: str) -> "pl.DataFrame":
    import polars as pl

    path = folder / f"{table}.parquet"
    try:
        return pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise CommandError("publication_unreadable", file=path, why=str(error).splitlines()[0]) from error


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


@contextmanager
def _whole(target: Path) -> Iterator[Path]:
    """A folder beside `target` to write to, given its name only once everything is written."""
    aside = target.with_name(f".{target.name}.part")
    try:
        try:
            shutil.rmtree(aside, ignore_errors=True)
            aside.mkdir(parents=True)
            yield aside
            # An empty folder of the name gives way; any other does not.
            aside.replace(target)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    except OSError as error:
        raise CommandError("query_unwritable", file=target, why=error.strerror or error) from error


def _write(made: "Release", folder: Path) -> None:
    for name, frame in made.tables.items():
        frame.write_parquet(folder / f"{name}.parquet", compression="zstd", statistics=True)
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            write_csv(file, frame.columns, frame.iter_rows())


def _about(made: "Release", publication: dict[str, object], k: int) -> str:
    """What the reader outside has to know, as JSON; the run, its files and its rows are no business of theirs."""
    tables = {
        one.name: {
            "grain": one.table.grain,
            "columns": {column.name: column.description for column in one.table.columns},
            "caveats": list(one.table.caveats),
            "shown": made.shown[one.name],
            "suppressed": made.hidden[one.name],
        }
        for one in RELEASED
    }
    told = {name: publication[name] for name in _TOLD}
    return json.dumps({**told, "suppress_below": k, "tables": tables}, ensure_ascii=False, indent=1, default=str) + "\n"


def _tell(made: "Release", agency: Agency, about: dict[str, object], out: Path, lang: str) -> None:
    month = f"{about['month']:%Y-%m}"
    hidden, counts = sum(made.hidden.values()), sum(made.hidden.values()) + sum(made.shown.values())
    k = agency.meeting.suppress_below
    lines = [
        sentence("release_done", lang, month=month, folder=os.path.relpath(out), hidden=hidden, counts=counts, k=k)
    ]
    if about["generated"]:
        lines.append(sentence("generated_data", lang))
    if not about["complete"]:
        lines.append(sentence("run_incomplete", lang, month=month))
    sys.stdout.write("\n".join(lines) + "\n")
