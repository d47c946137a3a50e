"""`chian run --dry-run`: what a run would read, compute and publish, found out on a copy that is thrown away."""

import fcntl
import os
import re
import shutil
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, cast

from expectations.agency import load_agency
from expectations.gate import Finding, critical
from expectations.sentences import sentence, shown_name
from flows.places.home import Home, require_sound
from flows.places.scratch import clear_scratch, scratch_folder
from flows.planning.terms import Terms
from flows.settings import Settings, prepare_environment

if TYPE_CHECKING:
    import polars as pl

    from flows.month import Begun
    from flows.planning.run import Run
    from flows.planning.vintage import Vintage
    from flows.publishing.publication import PublicationInfo
    from flows.warehouse import Collected, Warehouse
    from flows.warehouse.facts.history import Missing

POLL_SECONDS = 0.5
_LINE_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
"""What a file's name could end a line with."""
COPIED = ("warehouse.duckdb", "warehouse.duckdb.wal", "received.jsonl")


@dataclass(frozen=True)
class Rehearsal:
    """What a run would do.

    Attributes:
        vintage: The month, as of its day.
        run_id: Id the run would have.
        read: Files it would read, each with the sentence of what would become of it.
        arrived: What lies in the inbox.
        withdrawn: Names of files it would not see because they were withdrawn.
        missing: What the required sources lack of the month.
        months: Months whose facts changed, as "core_crime 2024-03".
        origins: Origins whose forecasts would be computed.
        stops: What the gate would stop the run for, as far as the exports and counts tell.
        target: Where it would publish.
        replaced: What it would take the place of; None where nothing.
        already_published: Whether that is published already.
    """

    vintage: "Vintage"
    run_id: str
    read: tuple[tuple[str, str], ...]
    arrived: "Collected"
    withdrawn: tuple[str, ...]
    missing: "tuple[Missing, ...]"
    months: tuple[str, ...]
    origins: tuple[date, ...]
    stops: tuple[Finding, ...]
    target: Path
    replaced: "PublicationInfo | None"
    already_published: bool

    def lines(self, lang: str, *, quoting: bool = True) -> list[str]:
        """What the terminal prints.

        Args:
            lang: `ko` or `en`.
            quoting: Whether sentences that may quote an export are told. Where what is told is kept, as by Prefect,
                files and promises are named only.
        """
        from transforms.register.left import left_registers

        say = partial(sentence, lang=lang)
        month = f"{self.vintage.month:%Y-%m}"
        lines = [say("dry_title", month=month, as_of=self.vintage.as_of)]
        lines += [
            say("dry_read", count=len(self.read)),
            *(f"  - {told if quoting else name}" for name, told in self.read),
        ]
        for code, names in (
            ("dry_left", self.arrived.left_alone),
            ("dry_growing", self.arrived.growing),
            ("dry_unreadable", self.arrived.unreadable),
            ("dry_withdrawn", self.withdrawn),
        ):
            if names:
                lines.append(say(code, files=", ".join(names)))
        lines += [f"  - {told}" for told in left_registers(self.arrived.left_alone, self.vintage.agency, lang)]
        lines += [f"  - {gap.sentence(lang)}" for gap in self.missing] or [say("dry_nothing_missing", month=month)]
        lines += [say("dry_months", table=table, months=", ".join(months)) for table, months in _by_table(self.months)]
        lines += [] if self.months else [say("dry_months_none")]
        if self.already_published:
            lines.append(say("dry_stands", run_id=self.run_id, path=self.target))
        elif self.stops:
            lines += [say("dry_stops", run_id=self.run_id), *(f"  - {told}" for told in self._stops(lang, quoting))]
        else:
            lines.append(_origins(self.origins, lang))
            code = "dry_publishes_over" if self.replaced else "dry_publishes"
            old = {"old": self.replaced.run_id, "old_month": self.replaced.folder} if self.replaced else {}
            lines.append(say(code, run_id=self.run_id, path=self.target, **old))
        return [_LINE_BREAKS.sub(" ", line) for line in lines]

    def _stops(self, lang: str, quoting: bool) -> list[str]:
        if quoting:
            return [finding.sentence(lang) for finding in self.stops]
        return list(dict.fromkeys(finding.promise for finding in self.stops))


def rehearse(settings: Settings, terms: Terms) -> Rehearsal:
    """Go through a run's steps up to the forecasts on a copy of the working store, and say what would follow.

    Nothing of the home or the inbox is written to. The copy lies in the system's temporary folder (TMPDIR), readable by
    this account alone, and is gone when this returns.

    Raises:
        RunError: Month or as-of cannot be used.
        HomeError: The home is another agency's.
        WarehouseBusy: A run is working on the store, and goes on for longer than this one waits.
    """
    require_sound(settings.home)
    with _copied(settings.home, settings.wait_seconds) as copy:
        if "prefect" not in sys.modules:
            # What Prefect writes once it is imported goes to the copy, too; within a run of its own it stands already.
            prepare_environment(replace(settings, home=copy))
            os.environ["PREFECT_HOME"] = str(copy.prefect)
        from flows.planning.run import WITHOUT_LOST, parse_month, plan
        from flows.warehouse import Warehouse

        agency = load_agency(settings.agency)
        settings.home.check(agency.code)
        run = plan(settings, agency, replace(terms, reason="dry run"))
        with Warehouse.open(copy.root, wait_seconds=0, without_lost=WITHOUT_LOST in run.sure) as warehouse:
            return _rehearse(warehouse, run, [parse_month(text) for text in terms.accept])


@contextmanager
def _copied(home: Home, wait_seconds: float) -> Iterator[Home]:
    """A copy of what a run begins with.

    Raises:
        WarehouseBusy: A run is working on it, or has worked on it again and again meanwhile.
    """
    clear_scratch()
    with scratch_folder("dry-run") as folder:
        copy = Home(folder, home.inbox)
        deadline = time.monotonic() + wait_seconds
        while not _copy(home, copy):
            if time.monotonic() >= deadline:
                _refuse(home)
            time.sleep(POLL_SECONDS)
        yield copy


def _copy(home: Home, copy: Home) -> bool:
    """Whether a whole copy was made: nobody worked on the home when it began, nor since."""
    before = _looked_at(home)
    for name in before or ():
        shutil.copyfile(home.root / name, copy.root / name)
    return before is not None and _looked_at(home) == before


def _looked_at(home: Home) -> dict[str, tuple[int, int]] | None:
    """Size and time of each file a run begins with; None while a run works. The lock is looked at, never taken."""
    from flows.warehouse.lock import LOCK

    if (home.root / LOCK).exists():
        handle = os.open(home.root / LOCK, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.lockf(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            return None
        finally:
            os.close(handle)
    states = {name: (home.root / name).stat() for name in COPIED if (home.root / name).exists()}
    return {name: (state.st_size, state.st_mtime_ns) for name, state in states.items()}


def _refuse(home: Home) -> NoReturn:
    from flows.warehouse import WarehouseBusy
    from flows.warehouse.lock import LOCK, holder

    raise WarehouseBusy("warehouse_busy", home=home.root, **holder(home.root / LOCK))


def _rehearse(warehouse: "Warehouse", run: "Run", accept: Sequence[date]) -> Rehearsal:
    """The month on the copy, up to the first check."""
    from flows import steps
    from flows.computing.kept import to_compute
    from flows.month import begin
    from forecasts.tables.forecast import foresight_work

    begun = cast("Begun", begin(warehouse, run, accept))
    files = warehouse.source_files(run.agency, run.as_of)
    stops = tuple(critical(begun.findings))
    origins: tuple[date, ...] = ()
    if not begun.already_published and not stops:
        districts = warehouse.con.sql("from core_district order by sort_order").pl()
        kept = replace(steps.kept_rows(run.settings), only_look=True)
        work = foresight_work(begun.tables["crime_month"], districts, run.agency, run.month)
        origins = to_compute(kept, *work) if work else ()
    target, replaced = (run.out, None) if run.out else _destination(run.vintage, run.settings.home)
    return Rehearsal(
        run.vintage,
        begun.identity.run_id,
        _fates(begun.arrived, files),
        begun.arrived,
        tuple(files.filter(files["status"] == "withdrawn")["name"].sort()),
        warehouse.missing(run.agency, run.month, run.as_of),
        begun.changed,
        origins,
        stops,
        target,
        replaced,
        begun.already_published is not None,
    )


def _fates(arrived: "Collected", files: "pl.DataFrame") -> tuple[tuple[str, str], ...]:
    """The files to be read: name, and rows or why it would be refused; of later ones than the as-of the name alone."""
    known = {row["file_id"]: row for row in files.iter_rows(named=True)}
    told = []
    for new in arrived.files:
        row = known.get(new.file.file_id)
        rows = f" ({row['rows_accepted']}/{row['rows_read']})" if row and row["status"] == "accepted" else ""
        name = shown_name(new.file.name) + rows
        told.append((name, row["note"] if row and row["status"] == "refused" else name))
    return (*told, *((shown_name(file.name), file.sentence or shown_name(file.name)) for file in arrived.refused))


def _destination(vintage: "Vintage", home: Home) -> "tuple[Path, PublicationInfo | None]":
    """Where a run would publish, and what it would take the place of; as `publishing.publish` decides."""
    from flows.publishing.history import AS_OF
    from flows.publishing.publication import published

    current = published(home)
    if current and (current.month, current.as_of) > (vintage.month, vintage.as_of):
        return home.published / f"{vintage.month:%Y-%m}" / f"{AS_OF}{vintage.as_of}", None
    return home.strategy, current


def _by_table(months: Iterable[str]) -> list[tuple[str, list[str]]]:
    tables: dict[str, list[str]] = defaultdict(list)
    for line in months:
        table, month = line.split()
        tables[table].append(month)
    return sorted(tables.items())


def _origins(origins: tuple[date, ...], lang: str) -> str:
    if not origins:
        return sentence("dry_origins_none", lang)
    return sentence("dry_origins", lang, count=len(origins), months=", ".join(f"{origin:%Y-%m}" for origin in origins))
