"""A published month's tables as its Parquet files hold them, and a folder that is made whole or not at all."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.agency import Agency, load_agency
from flows.commands.error import CommandError
from flows.places.home import Home
from flows.places.outside import require_folder_outside
from flows.planning.run import parse_month
from flows.settings import Settings

if TYPE_CHECKING:
    import polars as pl


_ATTEMPTS = 5


def published_by(
    settings: Settings, month: str | None, names: Iterable[str]
) -> tuple[Agency, dict[str, Any], "dict[str, pl.DataFrame]"]:
    """The agency folder, and of a month it published the row of table `publication` and these tables.

    Args:
        settings: Whose home and agency folder.
        month: Published month, e.g. 2024-03; default the one readers see.
        names: Tables.

    Raises:
        AgencyError: The agency folder cannot be used.
        CommandError: As `published_month` says; or another agency published it.
        PublishingError: What is published cannot be read.
        RunError: `month` is no month.
    """
    agency = load_agency(settings.agency)
    about, tables = published_month(settings.home, parse_month(month) if month else None, names)
    if about["agency"] != agency.code:
        raise CommandError("home_other_agency", home=settings.home.root, found=about["agency"], wanted=agency.code)
    return agency, about, tables


def published_month(
    home: Home, month: date | None, names: Iterable[str]
) -> tuple[dict[str, Any], "dict[str, pl.DataFrame]"]:
    """The row of table `publication` and these tables of a published month, all of one run.

    They are files of their own, and a run may put others in their place between two of them.

    Args:
        home: Whose publication.
        month: Published month; default the one readers see.
        names: Tables.

    Raises:
        CommandError: Nothing is published, or not that month; a table cannot be read; or runs publish again and again.
        PublishingError: What is published cannot be read.
    """
    wanted = list(names)
    for _ in range(_ATTEMPTS):
        folder = month_folder(home, month)
        about = _about_row(folder)
        tables = {name: read_table(folder, name) for name in wanted}
        if _about_row(folder)["run_id"] == about["run_id"]:
            return about, tables
    raise CommandError("release_overtaken", folder=folder)


def _about_row(folder: Path) -> dict[str, Any]:
    return read_table(folder, "publication").row(0, named=True)


def month_folder(home: Home, month: date | None) -> Path:
    """Folder of a published month's Parquet files; without a month, of the one readers see.

    Raises:
        CommandError: Nothing is published, or not that month.
        PublishingError: What is published cannot be read.
    """
    from flows.publishing.publication import published

    info = published(home)
    if info is None:
        raise CommandError("nothing_published", home=home.root)
    folder = home.published / (f"{month:%Y-%m}" if month else info.folder) / "parquet"
    if not folder.is_dir():
        known = sorted(path.parent.name for path in home.published.glob("[0-9]*-[0-9]*/parquet"))
        raise CommandError("release_no_month", month=folder.parent.name, known=", ".join(known))
    return folder


def read_table(folder: Path, table: str) -> "pl.DataFrame":
    """One table of that folder.

    Raises:
        CommandError: It cannot be read.
    """
    import polars as pl

    path = folder / f"{table}.parquet"
    try:
        return pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise CommandError("publication_unreadable", file=path, why=str(error).splitlines()[0]) from error


def free_folder(settings: Settings, out: Path) -> Path:
    """Where to hand something out to: a folder outside the home that is new or empty.

    Raises:
        CommandError: It is neither, or lies in the home.
        OutError: It is a link, or overlaps the inbox or the agency folder.
    """
    home, target = settings.home, out.expanduser().resolve()
    is_free = not target.exists() or (target.is_dir() and not any(target.iterdir()))
    if home.root == target or home.root in target.parents or not is_free:
        raise CommandError("release_occupied", folder=out)
    return require_folder_outside(home, out, settings.agency)


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
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
