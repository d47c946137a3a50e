"""A nation's database and page, from the folders that headquarters name: built aside, put in place at once."""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl

from expectations.contracts.nation.added import ADDED
from expectations.contracts.nation.nation_agency import NATION_AGENCY
from flows.ending.refusal import CommandError
from flows.nation.asked import Asked, look
from flows.nation.database import build
from flows.nation.parts import drop, lay
from flows.nation.reading import COMPARED, contradicted, own_rows, together
from flows.places.outside import OutError
from flows.program import code_version
from flows.publishing.place import NEW, put_folder, remove
from flows.warehouse.failure import WarehouseBusy
from flows.warehouse.lock import locked
from transforms.nation.added import added
from transforms.nation.nation_funnel import by_forecast, by_residents, nation_funnel
from transforms.nation.nation_outlook import nation_outlook
from transforms.nation.page.nation_page import nation_page

NOTHING, SOME, ALL = 2, 1, 0
"""Exit statuses: no agency could be taken; some are not, or not wholly, in it; all are."""


@dataclass(frozen=True)
class Made:
    """What was made.

    Attributes:
        month: The month.
        asked: Every folder named, in the order of the agencies' codes.
        database: The file; None where no agency could be taken, and nothing was written.
        page: The page beside it.
    """

    month: date
    asked: tuple[Asked, ...]
    database: Path | None = None
    page: Path | None = None

    @property
    def taken(self) -> int:
        """How many agencies are in it, wholly or in part."""
        return len(_taken(self.asked))

    @property
    def named(self) -> list[Asked]:
        """Those that are not, or not wholly, in it."""
        return [one for one in self.asked if one.told]

    @property
    def status(self) -> int:
        """Exit status of the command."""
        if self.database is None:
            return NOTHING
        return SOME if self.named else ALL


def make_nation(
    folders: Sequence[str],
    out: Path,
    month: date | None,
    words: Mapping[str, str],
    lang: str,
    *,
    copy: bool = False,
    wait_seconds: float = 0,
) -> Made:
    """Make the nation's database at `out`, and its page beside it.

    Whoever reads meets the one before or the new one. Agencies' folders are read and never written to, and of a home
    nothing but published/.

    Args:
        folders: Homes or their published folders, one an agency.
        out: The database. Its page, and the folder of the files that its views read, are named after it.
        month: Month wanted; default the newest that any of them has published.
        words: What crime types are called on the page.
        lang: Language of the page.
        copy: Whether rows are copied into the database, which then stands by itself.
        wait_seconds: How long to wait for another run that makes the same database.

    Raises:
        CommandError: A folder or an agency is named twice, nothing is published, an agency publishes meanwhile, or
            another run makes the same database.
        OutError: `out` lies in one of the folders.
    """
    for folder in folders:
        if Path(folder).resolve() in out.parents:
            raise OutError("out_within", path=out, place=folder)
    with _alone(out, wait_seconds):
        return _made(folders, out, month, words, lang, copy=copy)


def _made(
    folders: Sequence[str], out: Path, month: date | None, words: Mapping[str, str], lang: str, *, copy: bool
) -> Made:
    version = code_version()
    wanted, asked = look(folders, month, version)
    kept = out.with_suffix("")  # its files, a folder a nation
    with _aside(kept) as aside:
        lay(aside, _taken(asked))
        asked, own = _read(aside, asked)
        taken = _taken(asked)
        if not taken:
            return Made(wanted, tuple(asked))
        nation = _about(wanted, asked, version)
        tables = _tables(nation, asked, own)
        page = nation_page(tables, words, lang)
        lasting = kept / nation["nation_id"]
        if not copy:
            put_folder(aside, lasting)
        _replace(out, lambda path: build(path, tables, taken, aside if copy else lasting, copy=copy))
    _replace(out.with_suffix(".html"), lambda path: _write(path, page))
    _clear(kept, None if copy else lasting)
    return Made(wanted, tuple(asked), out, out.with_suffix(".html"))


def _taken(asked: Sequence[Asked]) -> list[Asked]:
    return [one for one in asked if one.status in ("taken", "partly")]


def _read(folder: Path, asked: Sequence[Asked]) -> tuple[list[Asked], dict[str, dict[str, pl.DataFrame]]]:
    """Each agency's own rows by its code; those that are damaged or contradict themselves are put out and named."""
    names = (*(of.table.name for of in ADDED), *(name for name in COMPARED if name != "crime_month"))
    seen, own = [], {}
    for one in asked:
        found = one
        if one in _taken(asked):
            try:
                rows = own_rows(folder, one, names)
                wrong = contradicted(folder, one, rows)
            except (OSError, pl.exceptions.PolarsError) as error:
                why = str(error).splitlines()[0]
                found = one.but("unreadable", "nation_unreadable", file=one.parquet, why=why)
            else:
                if wrong:
                    found = one.but("contradictory", "nation_contradictory", columns=", ".join(wrong))
                else:
                    own[one.agency] = rows
            if found is not one:
                drop(folder, one.agency)
        seen.append(found)
    return seen, own


def _about(month: date, asked: Sequence[Asked], version: str) -> dict[str, Any]:
    """The row of table `nation`."""
    taken = _taken(asked)
    runs = [(one.agency, (one.about or {})["run_id"], one.tables) for one in taken]
    told = [(one.folder, one.status) for one in asked]
    number = sha256(repr((month, version, runs, told)).encode()).hexdigest()[:16]
    whole = all(one.status == "taken" and bool((one.about or {})["complete"]) for one in asked)
    return {
        "month": month, "nation_id": number, "asked": len(asked), "taken": len(taken), "complete": whole,
        "generated": any((one.about or {})["generated"] for one in taken), "version": version,
    }  # fmt: skip


def _tables(
    nation: dict[str, Any], asked: Sequence[Asked], own: Mapping[str, Mapping[str, pl.DataFrame]]
) -> dict[str, pl.DataFrame]:
    """The nation's own tables by name."""
    month = nation["month"]
    names = {one.agency: str((one.about or {})["agency_name"]) for one in asked if one.agency in own}
    rows = {name: together(own, name, names) for name in COMPARED}
    sums = {
        of.nation.name: added(
            [tables[of.table.name] for tables in own.values() if of.table.name in tables], of, len(asked)
        )
        for of in ADDED
    }
    compared = pl.concat(
        [by_residents(rows["crime_rate"], month), by_forecast(rows["crime_month"], rows["forecast"], month)]
    )
    schema = [column.name for column in NATION_AGENCY.columns]
    return sums | {
        "nation": pl.DataFrame([nation]),
        "nation_agency": pl.DataFrame([one.row() for one in asked], infer_schema_length=None).select(schema),
        "nation_outlook": nation_outlook(
            rows["forecast"], rows["forecast_score"], rows["crime_month"], pl.lit(month)
        ),
        "nation_funnel": nation_funnel(compared, month),
    }  # fmt: skip


@contextmanager
def _alone(out: Path, wait_seconds: float) -> Iterator[None]:
    """One run at a time: what ends last would take the files away that the other's views read."""
    lock = out.with_name(f".{out.name}.lock")
    with ExitStack() as held:
        try:
            held.enter_context(locked(lock, wait_seconds))
        except WarehouseBusy as busy:
            raise CommandError("nation_busy", **busy.values | {"out": out}) from busy
        except OSError as error:
            raise CommandError("query_unwritable", file=out, why=error.strerror or error) from error
        yield


@contextmanager
def _aside(kept: Path) -> Iterator[Path]:
    """A folder to lay files in, beside those that are read; gone afterwards unless it was put in their place."""
    try:
        kept.mkdir(parents=True, exist_ok=True)
        folder = kept / f"{NEW}{os.getpid()}"
        remove(folder)
        folder.mkdir()
    except OSError as error:
        raise CommandError("query_unwritable", file=kept, why=error.strerror or error) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if not any(kept.iterdir()):
            kept.rmdir()


def _replace(target: Path, write: Any) -> None:
    """Have a file written beside its place and put there whole."""
    new = target.with_name(f"{NEW}{os.getpid()}-{target.name}")
    try:
        new.unlink(missing_ok=True)
        write(new)
        new.replace(target)
    finally:
        new.unlink(missing_ok=True)


def _write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")


def _clear(kept: Path, lasting: Path | None) -> None:
    """Remove the files of nations before this one: their database is gone."""
    for one in sorted(kept.glob("[0-9a-f]" * 16)):
        if one != lasting:
            shutil.rmtree(one)
    if kept.is_dir() and not any(kept.iterdir()):
        kept.rmdir()
