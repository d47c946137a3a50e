"""Readers who query what is published in a loop while one publication after another takes its place.

    .venv/bin/python -m benchmarks.resilience.readers --home chian-demo [--publications 20]

The home is one made by `chian demo`; its publication is copied and published again and again under another run's id,
every count of crimes raised by one more each time. Eight processes ask meanwhile, each in its own way (`WAYS`), one of
them as an ordinary account; a ninth, as an ordinary account too, keeps trying to open the database for writing. Exit
status 0 where nobody met an error, every answer belongs to one publication, and no attempt to write came through.
"""

import argparse
import multiprocessing
import os
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from benchmarks.measuring import machine
from flows.places.home import Home
from flows.publishing import build_strategy, publish, staging, write_parquet
from flows.publishing.publication import opened

NOBODY = 65534
PAUSE_SECONDS = 0.02
# Every table that names its run, in one query; and a count that is another one in every publication.
QUERY = """
select list_sort(list_distinct(list(run_id))), (select sum(incidents) from {crime_month}) from (
    select run_id from {publication} union all select run_id from {run} union all select run_id from {validation_result}
    union all select run_id from {forecast} where origin_month = (select max(origin_month) from {forecast})
)
"""
TABLES = ("crime_month", "publication", "run", "validation_result", "forecast")
QUOTED = {name: f'"{name}"' for name in TABLES}

Answer = tuple[tuple[str, ...], int]
Ask = Callable[[Path, str], Iterator[Answer]]


@dataclass
class Heard:
    """What one reader heard.

    Attributes:
        way: How it asked.
        answers: Each answer, runs and count, with how often it came.
        errors: What went wrong, a line each.
        slowest: Seconds the slowest answer took.
    """

    way: str
    answers: Counter[Answer] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    slowest: float = 0.0


@dataclass(frozen=True)
class Told:
    """Everything that was published and heard.

    Attributes:
        published: Count by run.
        refused: Attempts to write that were refused at once.
        came_through: Attempts to write that were not.
        slowest_refusal: Seconds.
    """

    published: Mapping[str, int]
    heard: Sequence[Heard]
    refused: int
    came_through: int
    slowest_refusal: float

    @property
    def mixed(self) -> list[str]:
        """Answers that belong to no publication, or to more than one."""
        right = {((run,), count) for run, count in self.published.items()}
        return [f"{one.way}: {answer}" for one in self.heard for answer in one.answers if answer not in right]

    @property
    def errors(self) -> list[str]:
        """Everything that went wrong for a reader."""
        return [f"{one.way}: {error}" for one in self.heard for error in one.errors]

    def lines(self) -> list[str]:
        """The figures."""
        counted = [
            f"  {one.way:22} {one.answers.total():6,} answers of {len({a for (a, _) in one.answers})} publications, "
            f"slowest {one.slowest:.2f} s, {len(one.errors)} errors"
            for one in self.heard
        ]
        return [
            f"{len(self.published)} publications, {len(self.heard)} readers",
            *counted,
            f"  answers of no one publication: {len(self.mixed)}, errors: {len(self.errors)}",
            f"  opened for writing: {self.came_through} of {self.refused + self.came_through} attempts",
            f"  refused at once: the slowest took {self.slowest_refusal:.2f} s",
            *(f"    {line}" for line in (*self.mixed, *self.errors)),
        ]


def by_path(published: Path, month: str) -> Iterator[Answer]:
    """As from Python: the file opened by its path."""
    del month
    with duckdb.connect(str(published / "strategy.duckdb"), read_only=True) as con:
        yield _answer(con, QUOTED)


def attached(published: Path, month: str) -> Iterator[Answer]:
    """As from a client with a database of its own: attached, asked, detached."""
    del month
    with duckdb.connect() as con:
        con.execute(f"attach '{published / 'strategy.duckdb'}' as published (read_only)")
        con.execute("use published")
        yield _answer(con, QUOTED)
        con.execute("use memory")
        con.execute("detach published")


def held_open(published: Path, month: str) -> Iterator[Answer]:
    """As from a notebook left open: asked twice with a pause in one connection, which must hear the same."""
    del month
    with opened(published / "strategy.duckdb") as con:
        first = _answer(con, QUOTED)
        time.sleep(0.3)
        if (second := _answer(con, QUOTED)) != first:
            raise ValueError(f"one connection heard {first}, then {second}")
        yield first


def parquet(published: Path, month: str) -> Iterator[Answer]:
    """The Parquet folder: who reads several files looks before and after which publication they are of."""
    folder = published / month / "parquet"
    files = {name: f"read_parquet('{folder / name}.parquet')" for name in TABLES}
    which = f"select run_id from {files['publication']}"
    with duckdb.connect() as con:
        before = con.execute(which).fetchall()
        answer = _answer(con, files)
        if con.execute(which).fetchall() == before:
            yield answer


def _answer(con: duckdb.DuckDBPyConnection, tables: Mapping[str, str]) -> Answer:
    [(runs, count)] = con.execute(QUERY.format(**tables)).fetchall()
    return tuple(runs), int(count)


WAYS: tuple[tuple[str, Ask, bool], ...] = (
    ("by its path", by_path, False), ("by its path, again", by_path, False), ("by its path, ordinary", by_path, True),
    ("attached", attached, False), ("attached, again", attached, False), ("attached, a third", attached, False),
    ("held open", held_open, False), ("parquet folder", parquet, False),
)  # fmt: skip
"""Name of each reader, how it asks, and whether it does so as an ordinary account where this one is root."""


def publish_meanwhile(
    home: Home, tables: Mapping[str, pl.DataFrame], publications: int, pause: float = 0, start: str = "spawn"
) -> Told:
    """Publish the tables so many times, each time as another run's, while everybody asks.

    Args:
        home: A home of its own, in a folder everybody may pass through; nothing is published in it yet.
        tables: Every published table of one run.
        publications: How many.
        pause: Seconds from one to the next.
        start: How the readers' processes are begun.
    """
    context = multiprocessing.get_context(start)
    stop, queue, ready = context.Event(), context.Queue(), context.Semaphore(0)
    month = f"{tables['publication']['month'].item():%Y-%m}"
    # Built before anybody asks: the fewer seconds all ask for, the denser the moments that matter.
    built = [_build(home, tables, number) for number in range(publications)]
    _publish(home, built[0])
    readers = [
        context.Process(target=_read, args=(way, ask, ordinary, home.published, month, stop, ready, queue))
        for way, ask, ordinary in WAYS
    ]
    readers.append(context.Process(target=_try_to_write, args=(home.strategy, stop, ready, queue)))
    for reader in readers:
        reader.start()
    for _ in readers:
        ready.acquire()
    for one in built[1:]:
        _publish(home, one)
        time.sleep(pause)
    time.sleep(1)
    stop.set()
    said = [queue.get(timeout=60) for _ in readers]
    for reader in readers:
        reader.join()
    heard = sorted((one for one in said if isinstance(one, Heard)), key=lambda one: one.way)
    [(refused, came_through, slowest)] = [one for one in said if not isinstance(one, Heard)]
    return Told({one.run_id: one.count for one in built}, heard, refused, came_through, slowest)


@dataclass(frozen=True)
class _Built:
    """A publication that is to be put in place, and the count it publishes."""

    run_id: str
    count: int
    folder: Path


def _build(home: Home, tables: Mapping[str, pl.DataFrame], number: int) -> _Built:
    """Build the tables as the run of that number."""
    old, new = tables["publication"]["run_id"].item(), f"run{number:04d}"
    made = {
        name: table.with_columns(run_id=pl.col("run_id").replace(old, new)) if "run_id" in table.columns else table
        for name, table in tables.items()
    }
    made["run"] = made["run"].filter(pl.col("run_id") == new).tail(1)
    made["crime_month"] = made["crime_month"].with_columns(pl.col("incidents") + number)
    folder = home.root.parent / new
    (folder / "month").mkdir(parents=True)
    build_strategy(folder / "strategy.duckdb", made)
    write_parquet(folder / "month" / "parquet", made)
    (folder / "month" / "validation.html").write_text(new, "utf-8")
    return _Built(new, made["crime_month"]["incidents"].sum(), folder)


def _publish(home: Home, built: _Built) -> None:
    """Put it in place as its run does."""
    with staging(home, built.run_id) as staged:
        shutil.copytree(built.folder, staged.root, dirs_exist_ok=True)
        assert publish(home, staged).changed
    shutil.rmtree(built.folder)


def _read(way: str, ask: Ask, ordinary: bool, published: Path, month: str, stop: Event, ready: Any, queue: Any) -> None:
    """Ask until it is over."""
    heard, chance = Heard(way), random.Random(way)
    if ordinary:
        _become_ordinary()
    ready.release()
    while not stop.is_set():
        began = time.monotonic()
        try:
            heard.answers.update(ask(published, month))
        except Exception as error:  # noqa: BLE001  (whatever a reader runs into is what is looked for)
            heard.errors.append(f"{type(error).__name__}: {str(error).splitlines()[0]}")
        heard.slowest = max(heard.slowest, time.monotonic() - began)
        time.sleep(chance.uniform(0, PAUSE_SECONDS))
    queue.put(heard)


def _try_to_write(strategy: Path, stop: Event, ready: Any, queue: Any) -> None:
    """Open the database as clients do unless told otherwise: for writing."""
    refused, came_through, slowest = 0, 0, 0.0
    _become_ordinary()
    ready.release()
    while not stop.is_set():
        began = time.monotonic()
        try:
            duckdb.connect(str(strategy)).close()
            came_through += 1
        except duckdb.IOException:
            refused += 1
        slowest = max(slowest, time.monotonic() - began)
        time.sleep(PAUSE_SECONDS)
    queue.put((refused, came_through, slowest))


def _become_ordinary() -> None:
    """Give up root for good; who is not root is ordinary already."""
    duckdb.connect().close()
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def read_tables(strategy: Path) -> dict[str, pl.DataFrame]:
    """Every table of a strategy.duckdb."""
    with opened(strategy) as con:
        names = con.execute("select table_name from duckdb_tables() where database_name = 'strategy'").fetchall()
        return {name: con.sql(f'from "{name}"').pl() for (name,) in names}


@contextmanager
def passable_folder() -> Iterator[Path]:
    """A temporary folder every account may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="chian-readers-"))
    try:
        folder.chmod(0o711)
        yield folder
    finally:
        shutil.rmtree(folder)


def main() -> int:
    """Exit status 0 where every promise was kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=Path("chian-demo"), help="a home made by `chian demo`; left alone")
    parser.add_argument("--publications", type=int, default=20)
    given = parser.parse_args()
    print(machine())
    with passable_folder() as folder:
        home = Home(folder / "home", folder / "inbox")
        home.claim("gwangju")
        told = publish_meanwhile(home, read_tables(given.home / "published" / "strategy.duckdb"), given.publications)
    print(*told.lines(), machine(), sep="\n")
    return 1 if told.errors or told.mixed or told.came_through else 0


if __name__ == "__main__":
    raise SystemExit(main())
