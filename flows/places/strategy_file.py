"""What a strategy.duckdb is: its one row of table `publication`, read from any path."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import duckdb

from expectations.contracts.ddl import literal
from expectations.sentences import Failure
from flows.places.beside import told_beside


class PublishingError(Failure):
    """A publication that cannot be made or read; the previous one stands."""


@dataclass(frozen=True)
class PublicationInfo:
    """The row of table `publication`.

    Attributes:
        month: Month the meeting looks at, first day.
        as_of: Day whose knowledge the run used.
        complete: Whether every required export of the month had come.
        generated: Whether any of it comes from generated demonstration exports.
    """

    month: date
    as_of: date
    run_id: str
    complete: bool
    generated: bool
    version: str
    agency: str
    agency_name: str

    @property
    def folder(self) -> str:
        """Name of the month's folder beside strategy.duckdb."""
        return f"{self.month:%Y-%m}"


def read_publication(path: Path) -> PublicationInfo:
    """What a strategy.duckdb is.

    Raises:
        PublishingError: It is none, or is damaged.
    """
    if found := told_beside(path):
        raise PublishingError("publication_beside", **found)
    try:
        known = path.stat()
    except OSError as error:
        raise PublishingError("publication_unreadable", file=path, why=error.strerror) from error
    # Every change of a file's bytes is one of its ctime, which no program can set back.
    return _read(path, (known.st_dev, known.st_ino, known.st_size, known.st_mtime_ns, known.st_ctime_ns))


@lru_cache(maxsize=64)
def _read(path: Path, _unchanged: tuple[int, ...]) -> PublicationInfo:
    """Read once for as long as the file is the same: a run asks a dozen times what stands there."""
    columns = ", ".join(PublicationInfo.__dataclass_fields__)
    try:
        with opened(path) as con:
            rows = con.sql(f"SELECT {columns} FROM publication").fetchall()
    except duckdb.Error as error:
        raise PublishingError("publication_unreadable", file=path, why=str(error).splitlines()[0]) from error
    if len(rows) != 1:
        raise PublishingError("publication_unreadable", file=path, why=f"table publication has {len(rows)} rows, not 1")
    return PublicationInfo(*rows[0])


@contextmanager
def opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A strategy.duckdb, read-only, as it lies on disk now.

    Attached to a database of its own: connecting by path would hand out whatever this process already holds open under
    that path, which may be the publication before.

    Raises:
        PublishingError: A log lies beside it, which DuckDB would read as part of it.
    """
    if found := told_beside(path):
        raise PublishingError("publication_beside", **found)
    # Nothing of it is spilled where whoever calls happens to stand.
    with duckdb.connect(config={"temp_directory": ""}) as con:
        con.execute(f"ATTACH {literal(str(path))} AS strategy (READ_ONLY)")
        con.execute("USE strategy")
        yield con
