"""Prefect's database as the runs before left it, empty: making one takes longer than most of what is tested with it.

That a home begins without one is shown where a newcomer's is: tests/demonstration/test_demo.py, test_full_disk.py.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

SHARED = "CHIAN_TEST_RECORDS"
"""Names the folder of this session's one database, for all processes that test."""
NAME = "prefect.db"
_MAKE = """
import asyncio
from prefect.server.database import provide_database_interface
asyncio.run(provide_database_interface().create_db())
"""


def lay_records(home: Path) -> None:
    """Put the database into a PREFECT_HOME that has none."""
    if not (home / NAME).exists():
        home.mkdir(parents=True, exist_ok=True)
        made = _made(Path(os.environ[SHARED]))
        if made != home / NAME:  # a session of one process has its own there
            shutil.copy(made, home / NAME)


def _made(folder: Path) -> Path:
    """The database, made by whichever process is the first to want it."""
    ready = folder / NAME
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            making = folder / "making"
            subprocess.run([sys.executable, "-c", _MAKE], env={**os.environ, "PREFECT_HOME": str(making)}, check=True)
            (making / NAME).replace(ready)
    return ready
