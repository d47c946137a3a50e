"""What the folders that headquarters name hold: an agency's month, or the reason why it cannot be taken."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from expectations.contracts import PUBLISHED, TABLES
from expectations.contracts.ddl import polars_schema
from expectations.sentences import LANGUAGES, sentence
from flows.ending.refusal import CommandError

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_CODE = re.compile(r"\w[\w-]{0,63}")
_UNREADABLE = (OSError, pl.exceptions.PolarsError)
_PUBLISHED, _PARQUET = "published", "parquet"


@dataclass(frozen=True)
class Asked:
    """One folder that was named, and what was found in it.

    Attributes:
        folder: As it was named.
        status: A word of `nation_agency.status`.
        parquet: Folder of the month's tables; None where there is none to take.
        newest: Newest month published there.
        about: The row of table `publication`; empty where it is not known.
        tables: Names of the published tables that keep this program's contract.
        told: Why it is not, or not wholly, taken: a code of the catalogue and its values.
    """

    folder: str
    status: str
    parquet: Path | None = None
    newest: date | None = None
    about: dict[str, Any] | None = None
    tables: tuple[str, ...] = ()
    told: tuple[str, dict[str, object]] | None = None

    @property
    def agency(self) -> str:
        """Its agency's code."""
        return str((self.about or {}).get("agency", ""))

    @property
    def left_out(self) -> list[str]:
        """Tables it does not give."""
        return [table.name for table in PUBLISHED if table.name not in self.tables]

    def sentence(self, lang: str) -> str | None:
        """Why it is not, or not wholly, taken; None where it is."""
        return sentence(self.told[0], lang, **self.told[1]) if self.told else None

    def but(self, status: str, code: str, **values: object) -> "Asked":
        """The same with a reason why it is not wholly taken."""
        return replace(self, status=status, told=(code, {"folder": self.folder, **values}))

    def row(self) -> dict[str, Any]:
        """Its row of table `nation_agency`."""
        about = {name: (self.about or {}).get(name) for name in _ABOUT}
        told = {f"told_{lang}": self.sentence(lang) for lang in LANGUAGES}
        left_out = ", ".join(self.left_out) if self.status == "partly" else None
        return (
            {"folder": self.folder, "status": self.status, "newest": self.newest, "left_out": left_out} | about | told
        )


_ABOUT = ("agency", "agency_name", "as_of", "run_id", "complete", "generated", "version")


def look(folders: Iterable[str], month: date | None, version: str) -> tuple[date, list[Asked]]:
    """What the folders hold of a month, in the order of the agencies' codes, those without one last.

    Args:
        folders: Homes, or their published folders.
        month: Month wanted; default the newest that any of them has published.
        version: This program's.

    Raises:
        CommandError: A folder or an agency is named twice, or none of them has published anything.
    """
    named = list(folders)
    if len({Path(one).resolve() for one in named}) < len(named):
        raise CommandError("nation_folder_twice", folders=", ".join(sorted(named)))
    months = {folder: _months(folder) for folder in named}
    newest = max(
        (newest for found in months.values() if isinstance(found, list) for newest in found[-1:]), default=None
    )
    wanted = month or newest
    if wanted is None:
        raise CommandError("nation_nothing", folders=", ".join(named))
    found = [_asked(folder, months[folder], wanted, version) for folder in named]
    known = [one.agency for one in found if one.about]
    for code in sorted(known):
        if known.count(code) > 1:
            folders_of = ", ".join(one.folder for one in found if one.agency == code)
            raise CommandError("nation_agency_twice", agency=code, folders=folders_of)
    return wanted, sorted(found, key=lambda one: (one.agency == "", one.agency, one.folder))


def again(one: Asked) -> bool:
    """Whether its folder still holds the same run's tables: a run may publish between two looks."""
    try:
        return one.parquet is not None and _publication(one.parquet)["run_id"] == (one.about or {})["run_id"]
    except (*_UNREADABLE, ValueError):
        return False


def _months(folder: str) -> list[date] | OSError:
    """Months published there, oldest first; or why nobody can tell."""
    try:
        published = _published(folder)
        names = sorted(one.name for one in published.iterdir()) if published.is_dir() else []
        return [
            date.fromisoformat(f"{n}-01") for n in names if _MONTH.fullmatch(n) and (published / n / _PARQUET).is_dir()
        ]
    except OSError as error:
        return error


def _published(folder: str) -> Path:
    """The published folder of a home; or the folder itself, where only that is shared with headquarters."""
    inside = Path(folder) / _PUBLISHED
    return inside if inside.is_dir() else Path(folder)


def _asked(folder: str, months: list[date] | OSError, month: date, version: str) -> Asked:
    if isinstance(months, OSError):
        why = months.strerror or str(months)
        return Asked(folder, "unreadable").but("unreadable", "nation_unreadable", file=folder, why=why)
    if not months:
        return Asked(folder, "missing").but("missing", "nation_missing")
    published = _published(folder)
    here = month if month in months else months[-1]
    parquet = published / f"{here:%Y-%m}" / _PARQUET
    try:
        one = Asked(folder, "taken", parquet, months[-1], _publication(parquet))
    except (*_UNREADABLE, ValueError) as error:
        why = str(error).splitlines()[0]
        return Asked(folder, "unreadable", newest=months[-1]).but(
            "unreadable", "nation_unreadable", file=parquet / "publication.parquet", why=why
        )
    if here != month:
        return one.but("other_month", "nation_other_month", month=f"{month:%Y-%m}", found=f"{months[-1]:%Y-%m}")
    return _compared(one, version)


def _publication(parquet: Path) -> dict[str, Any]:
    """The row of table `publication`.

    Raises:
        ValueError: It is not one row of an agency.
    """
    rows = pl.read_parquet(parquet / "publication.parquet").to_dicts()
    about = {name: rows[0].get(name) for name in ("month", *_ABOUT)} if len(rows) == 1 else {}
    if not about or not _CODE.fullmatch(str(about["agency"] or "")) or not about["run_id"]:
        raise ValueError(f"{len(rows)} rows that name agency {about.get('agency')!r}, not one row of a run")
    return about


def _compared(one: Asked, version: str) -> Asked:
    """With the tables that keep this program's contract; another version's may lack some or have other columns."""
    assert one.parquet is not None
    kept: list[str] = []
    other: list[str] = []
    for table in PUBLISHED:
        path = one.parquet / f"{table.name}.parquet"
        try:
            same = path.is_file() and pl.read_parquet_schema(path) == polars_schema(TABLES[table.name])
        except _UNREADABLE as error:
            why = str(error).splitlines()[0]
            return one.but("unreadable", "nation_unreadable", file=path, why=why)
        (kept if same else other).append(table.name)
    with_tables = replace(one, tables=tuple(kept))
    if not other:
        return with_tables
    found = (one.about or {})["version"]
    return with_tables.but("partly", "nation_other_version", found=found, version=version, tables=", ".join(other))
