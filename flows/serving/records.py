"""Prefect's database without a record: made once with the environment, laid into homes that have none.

Prefect builds a new one by a hundred migrations, which take four seconds of CPU. A server migrates one laid here like
any other, so one that an older Prefect made is brought up to date by it; without one it makes its own.
"""

import asyncio
import os
import shutil
import sqlite3
import sys
import tempfile
from contextlib import closing, suppress
from pathlib import Path

EMPTY = Path("share", "chian", "prefect.db")
"""Where it lies in an environment."""
_SQLITE = "sqlite+aiosqlite:///"


def lay_records(url: str, environment: Path) -> None:
    """Put the empty database where an address has a file, unless there is one, or none to put there.

    Args:
        url: As Prefect's settings name its database.
        environment: `sys.prefix` of the server.
    """
    empty, target = environment / EMPTY, Path(url.removeprefix(_SQLITE))
    is_file = url.startswith(_SQLITE) and target.is_absolute() and "?" not in url
    # A log without its database would be played back into this one.
    if not is_file or target.exists() or target.with_name(f"{target.name}-wal").exists() or not empty.is_file():
        return
    # What the disk refuses the server meets, too, and says.
    with suppress(OSError), tempfile.TemporaryDirectory(dir=target.parent, prefix=".chian-") as aside:
        whole = Path(aside) / target.name
        shutil.copyfile(empty, whole)
        with whole.open("rb") as written:
            os.fsync(written.fileno())
        os.link(whole, target)  # fails where another server was quicker


def make_records(environment: Path) -> None:
    """Make the empty database of an environment, in place of an earlier one."""
    target = environment / EMPTY
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as aside:
        for name in [name for name in os.environ if name.startswith("PREFECT_")]:
            del os.environ[name]  # another database may be named
        os.environ["PREFECT_HOME"] = aside  # before Prefect is imported: it reads it once
        from prefect.server.database import provide_database_interface

        database = provide_database_interface()
        asyncio.run(database.create_db())
        whole = Path(aside) / "whole.db"
        with closing(sqlite3.connect(database.database_config.connection_url.removeprefix(_SQLITE))) as made:
            made.execute("vacuum into ?", (str(whole),))
        whole.replace(target)


if __name__ == "__main__":
    make_records(Path(sys.prefix))
