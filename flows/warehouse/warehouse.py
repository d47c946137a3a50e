"""The warehouse as the month uses it: collect what has come, store it, and see it as one day saw it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from expectations.agency import Agency
from expectations.kinds import RegisterKind
from expectations.layout import Layout
from expectations.limits import Limits
from expectations.months import first_of_month
from expectations.sentences import sentence
from flows.places.home import private_files
from flows.warehouse import collecting, received_files, runs
from flows.warehouse.collecting import Collected, Incoming
from flows.warehouse.connection import ASIDE, SCRATCH, connected
from flows.warehouse.facts import core, history
from flows.warehouse.facts.history import Missing
from flows.warehouse.facts.source_files import source_files
from flows.warehouse.inbox import FileState, look_over, require
from flows.warehouse.lock import LOCK, locked
from flows.warehouse.read_files import ReadFile
from flows.warehouse.reading_apart import Mapper, reading_apart
from flows.warehouse.received.accepted import accept, accepted
from flows.warehouse.received.clock import Clock, check_clock, newest_known, skewed
from flows.warehouse.received.counted import Lost, go_on_without, lost_files, note_counted
from flows.warehouse.received.lines import NAME as RECEIVED
from flows.warehouse.received.mending import Mended, mend
from flows.warehouse.received.sighted import WrittenOver, seen_order, tied, written_over
from flows.warehouse.received.withdrawn import Decided, withdraw
from flows.warehouse.registers import Standing, register_deliveries, standing_register
from flows.warehouse.storing import StoredFile, Wanted, store_files
from transforms.exports import ExportFile

MEMORY_LIMIT = "768MB"
THREADS = 2


class Warehouse:
    """One home's working store, held by one process at a time.

    Attributes:
        con: The DuckDB connection, with the tables of the raw and core contracts.
        mended: What was restored in received.jsonl when it was opened; None where nothing had to be.
        aside: A folder for tables that are not held in memory, this account's alone; gone when the warehouse is closed.
    """

    def __init__(self, home: Path, con: duckdb.DuckDBPyConnection, mended: Mended | None = None) -> None:
        self.con = con
        self.mended = mended
        self.aside = home / ASIDE
        self._home = home
        self._states: dict[str, FileState] = {}
        self._inbox: Path | None = None
        self._left_alone: frozenset[str] = frozenset()
        self._hashes: list[tuple[Layout, Agency, str]] = []

    @classmethod
    @contextmanager
    def open(
        cls,
        home: Path,
        *,
        wait_seconds: float,
        memory_limit: str = MEMORY_LIMIT,
        threads: int = THREADS,
        without_lost: bool = False,
    ) -> Iterator["Warehouse"]:
        """Hold the home's lock and its warehouse while the block runs; an absent warehouse is made.

        Args:
            home: CHIAN_HOME.
            wait_seconds: How long to wait for another process to let go.
            memory_limit: Of DuckDB; what needs more is spilled to a folder of the home.
            threads: Of DuckDB.
            without_lost: Whether to go on without damaged lines of received.jsonl that nothing can restore.

        Raises:
            WarehouseBusy: Another process holds it; the sentence names the process, its host and since when.
            WarehouseError: The warehouse was made by a newer version, or a line of received.jsonl is damaged for good.
        """
        home.mkdir(parents=True, exist_ok=True)
        with private_files(), locked(home / LOCK, wait_seconds), connected(home, memory_limit, threads) as con:
            yield cls(home, con, mend(con, home, without_lost=without_lost))

    def collect(
        self,
        inbox: Path,
        agency: Agency,
        received_on: date,
        *,
        look_seconds: float = 0.2,
        limits: Limits | None = None,
        clock: Clock | None = None,
    ) -> Collected:
        """Look over the inbox and say what is to be read.

        A file is read again when its layout, the agency's districts or code lists, or its own name change.

        Args:
            inbox: Folder searched with its subfolders; never written to.
            agency: Whose layouts decide.
            received_on: Today, for files not seen before.
            look_seconds: Time between two looks at a file, to tell that it is still growing.
            limits: What reading one file may take; the defaults of `Limits` where None.
            clock: What the day is held against before it is written down; None where it is known to be right.

        Raises:
            WarehouseError: The inbox is not there or stops answering, received.jsonl is damaged, or the clock cannot
                be right.
        """
        self._inbox = inbox
        contents = look_over(inbox, agency, look_seconds, limits)
        collected = collecting.collect(self.con, self._home, contents, agency, received_on, clock)
        self._left_alone = frozenset(contents.left_alone)
        self._states = {new.file.sha256: new.state for new in collected.files}
        return collected

    def reading(
        self, collected: Collected, agency: Agency, mapping: AbstractContextManager[Mapper]
    ) -> AbstractContextManager[Mapping[str, ReadFile]]:
        """What other processes have read of the files a look found, by file_id, until the block is left.

        See `reading_apart`; what is not in it `store` reads itself.
        """
        return reading_apart(self._home / SCRATCH, collected.files, agency, mapping)

    def store(
        self, file: ExportFile, layout: Layout, agency: Agency, received_on: date, read: ReadFile | None = None
    ) -> StoredFile:
        """Read one file into the raw tables, whole or not at all, in the place of an earlier reading of it.

        Args:
            file: The export.
            layout: What it is read as.
            agency: Whose it is.
            received_on: Day it was first seen.
            read: What `reading` gave of it; None: it is read here.

        Raises:
            AccountingError: Its rows do not add up; nothing of it is stored.
            WarehouseError: The inbox is not there any more, or stops answering.
        """
        wanted = Wanted(file, layout, agency, received_on, self._hashed(layout, agency), read)
        (stored,) = self._store([wanted])
        return stored

    def store_all(
        self, files: Iterable[Incoming], agency: Agency, read: Mapping[str, ReadFile] | None = None
    ) -> list[StoredFile]:
        """Read files in their order into the raw tables, as `store` does each; small ones are entered together.

        Args:
            files: As a look found them.
            agency: Whose they are.
            read: What `reading` gave, by file_id; a file that is not in it is read here.

        Returns:
            What became of each, in their order.

        Raises:
            AccountingError: Rows of one do not add up; nothing of it is stored, those before it are.
            WarehouseError: The inbox is not there any more, or stops answering; files before that are stored.
        """
        apart = read or {}
        return self._store(
            Wanted(
                new.file,
                new.layout,
                agency,
                new.received_on,
                self._hashed(new.layout, agency),
                apart.get(new.file.file_id),
            )
            for new in files
        )

    def _store(self, wanted: Iterable[Wanted]) -> list[StoredFile]:
        def stands(one: Wanted) -> bool:
            state = self._states.get(one.file.sha256)
            return state is None or state.unchanged

        stored = store_files(self.con, wanted, stands, self._home / "reports")
        if self._inbox is not None and any(one.status == "left" for one in stored):
            require(self._inbox)
        return stored

    def _hashed(self, layout: Layout, agency: Agency) -> str:
        """`reading_hash`, worked out once for all files of a layout: it holds every district and code."""
        for known, of, hashed in self._hashes:
            if known is layout and of is agency:
                return hashed
        self._hashes.append((layout, agency, received_files.reading_hash(layout, agency)))
        return self._hashes[-1][2]

    def check_clock(self, clock: Clock) -> None:
        """Hold a day against what is known, before anything is written down by it.

        Raises:
            WarehouseError: It cannot be right, and nobody said that it is.
        """
        check_clock(self.con, self._home, clock, newest_known(self.con))

    def skewed(self, today: date, lang: str) -> str | None:
        """What is to be said of days in received.jsonl that a wrong clock must have written; None where of none."""
        found = skewed(self._home, today)
        if found is None:
            return None
        count, line, day = found
        return sentence("received_skewed", lang, path=self._home / RECEIVED, count=count, line=line, day=day)

    def note_counted(self) -> None:
        """Write down in received.jsonl which files count for which months, those that it does not tell yet."""
        note_counted(self.con, self._home)

    def lost(self, agency: Agency, as_of: date) -> list[Lost]:
        """Files that once counted, and would on the as-of day, of which neither warehouse nor inbox has anything.

        Comes after `collect`, which knows what lies in the inbox that no layout knows.
        """
        sources = {layout.name for layout in agency.layouts}
        return lost_files(self.con, self._home, sources, self._left_alone, as_of)

    def go_on_without(self, lost: Sequence[Lost], on: date, reason: str) -> None:
        """Confirm that runs go on without files that are lost; one that comes back counts again."""
        go_on_without(self.con, self._home, lost, on, reason)

    def written_over(self, as_of: date, since: date) -> list[WrittenOver]:
        """Names under which other bytes came since a day, also those the as-of day does not see."""
        return written_over(self.con, as_of, since)

    def seen_order(self, as_of: date) -> dict[str, int]:
        """By file its place in the order in which the newest deliveries by the as-of day were seen."""
        return seen_order(self.con, as_of)

    def tied(self, as_of: date) -> list[tuple[str, str]]:
        """Files of one export day for the same days, each with one that counts before it because it was seen later."""
        return tied(self.con, as_of)

    def withdraw(self, wanted: str | Sequence[str], on: date, reason: str, *, undo: bool = False) -> Decided:
        """Decide that runs of this as-of day and later do not see a file any more, or see it again.

        Args:
            wanted: The file by its name in the inbox, its file_id, its sha256 or the beginning of that;
                of several, the first by which a file is known.
            on: First as-of day the decision holds for.
            reason: Why; kept in received.jsonl and shown in table `source_file`.
            undo: Whether the file is to be seen again.

        Raises:
            WarehouseError: No file is meant, or several; or the file is in that state already.
        """
        called = [wanted] if isinstance(wanted, str) else wanted
        return withdraw(self.con, self._home, called, on, reason, undo=undo)

    def accept(self, months: Sequence[date], on: date, reason: str) -> None:
        """Confirm that months may fall or vanish as the exports known on an as-of day have it."""
        accept(self.con, self._home, months, on, reason)

    def accepted(self, as_of: date) -> dict[date, date]:
        """Months confirmed as the as-of day sees it, each with the last day from which it is."""
        return accepted(self.con, as_of)

    def hidden_rows(self, agency: Agency, as_of: date) -> pl.DataFrame:
        """One row per source, file that newer deliveries hide, and month in which they tell something else."""
        return history.hidden_rows(self.con, agency, as_of)

    def undated(self, agency: Agency, as_of: date) -> list[str]:
        """Names of accepted files that the as-of day does not see because they count from the later day they came."""
        return [name for name, _, _ in received_files.undated_files(self.con, agency, as_of)]

    def resolve(self, agency: Agency, as_of: date) -> tuple[str, ...]:
        """Make the core tables what the agency knew on the as-of day; earlier and later days in any order.

        Returns:
            The months rebuilt, as "core_crime 2024-03"; those whose content is what it was stay as they are.

        Raises:
            AccountingError: Rows that files were stored with are not in the store.
        """
        return core.resolve(self.con, agency, as_of)

    def standing_register(self, register: RegisterKind, agency: Agency, as_of: date) -> Standing:
        """A register as the as-of day knows it, with what is to be told of how its files came together."""
        return standing_register(self.con, register, agency, as_of)

    def register_deliveries(self, agency: Agency, as_of: date) -> Sequence[tuple[str, str, str, str]]:
        """Kind, file, list and day of every delivery of a register by the as-of day, in the order they count."""
        return register_deliveries(self.con, agency, as_of)

    def source_files(self, agency: Agency, as_of: date) -> pl.DataFrame:
        """One row per file the run may see, accepted or refused; columns of `source_file`, ordered by file_id."""
        return source_files(self.con, agency, as_of)

    def doubled(self, as_of: date) -> dict[str, str]:
        """Further names of files whose bytes came more than once, each with the name the file is known by."""
        return received_files.doubled_names(self.con, as_of)

    def rejected_rows(self, as_of: date) -> pl.DataFrame:
        """One row per rejected row of a file the run may see; columns of `rejected_row`, ordered by file and row."""
        return received_files.rejected_rows(self.con, as_of)

    def current_files(self, as_of: date) -> Sequence[tuple[str, str, str, str]]:
        """sha256, name, export day and reading of every file the run may count, in order: what its run_id hashes."""
        return received_files.current_files(self.con, as_of)

    def revisions(self, agency: Agency, as_of: date) -> pl.DataFrame:
        """One row per source, district, crime type, month and export day that changed the count; columns of `revision`.

        Needs `core_district`, so comes after `resolve`.
        """
        return history.revisions(self.con, agency, as_of)

    def reporting_triangle(self, agency: Agency, as_of: date, days: int) -> pl.DataFrame:
        """Counts of every month at every export that covered it whole, up to `days` after its end and one beyond.

        Needs `core_district`, so comes after `resolve`; see `history.reporting_triangle`.
        """
        return history.reporting_triangle(self.con, agency, as_of, days)

    def days_seen(
        self, agency: Agency, as_of: date, source: str, through: date, days: int
    ) -> tuple[pl.DataFrame, dict[date, date]]:
        """How a source's counts of days grew from export to export, and when the month's days were exported.

        See `history.day_triangle` and `history.exported_days`; needs `core_district`, so comes after `resolve`.
        """
        month = first_of_month(through)
        triangle = history.day_triangle(self.con, agency, as_of, source, month, days)
        return triangle, history.exported_days(self.con, source, month, through)

    def missing(self, agency: Agency, month: date, as_of: date) -> tuple[Missing, ...]:
        """What the required sources lack of a month at the as-of day, in the agency's order of them."""
        return history.missing(self.con, agency, month, as_of)

    def free_start(self, moment: datetime) -> datetime:
        """The moment, or the first second after it at which no run of this home has started."""
        return runs.free_start(self.con, moment)

    def start_run(self, row: dict[str, Any]) -> None:
        """Enter a run as running; its row holds every column of `run` but status and finished_at.

        A run still entered as running has been killed: it is marked failed.
        """
        runs.start_run(self.con, row)

    def finish_run(self, run_id: str, started_at: datetime, status: runs.Status, finished_at: datetime) -> None:
        """Say how a run ended.

        Raises:
            KeyError: No such run was started.
        """
        runs.finish_run(self.con, run_id, started_at, status, finished_at)

    def runs(self) -> pl.DataFrame:
        """Every run of this home, oldest first; columns of `run`."""
        return runs.runs(self.con)
