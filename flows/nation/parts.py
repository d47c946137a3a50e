"""The agencies' Parquet files beside each other, one folder an agency: what the database's views read.

`<table>/agency=<code>/<table>.parquet`, the layout that DuckDB, Spark and Arrow take for a column. The files are those
of the homes by hard links where the file system allows it, so that nothing is read or stored twice, and what a home
publishes later changes nothing here: a run puts other files in place, it never writes to one.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

from flows.ending.refusal import CommandError
from flows.nation.asked import Asked, again
from flows.publishing.place import link_file


def lay(folder: Path, taken: Sequence[Asked]) -> None:
    """Lay the agencies' tables into a folder.

    Raises:
        CommandError: An agency publishes while its files are taken.
        OSError: A file cannot be linked or copied.
    """
    for one in taken:
        assert one.parquet is not None
        for table in one.tables:
            target = part(folder, table, one.agency)
            target.parent.mkdir(parents=True, exist_ok=True)
            link_file(one.parquet / target.name, target)
        if not again(one):
            raise CommandError("release_overtaken", folder=one.parquet)


def part(folder: Path, table: str, agency: str) -> Path:
    """The file of an agency's table."""
    return folder / table / f"agency={agency}" / f"{table}.parquet"


def drop(folder: Path, agency: str) -> None:
    """Take an agency's files away again."""
    for one in sorted(folder.glob(f"*/agency={agency}")):
        shutil.rmtree(one)
