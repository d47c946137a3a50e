"""A run by hand with nothing to do: found out in plain Python, for Prefect takes longer to start than that takes."""

import os
import stat
from pathlib import Path

import duckdb

from expectations.sentences import Failure
from flows.beginning.opened import opened
from flows.beginning.scheduled import Look
from flows.beginning.tidying import in_order
from flows.ending.ended import Monthly
from flows.month import bring_nothing_new
from flows.places.home import Home
from flows.planning.terms import Terms
from flows.progress import holding
from flows.settings import Settings


def unchanged(settings: Settings, terms: Terms) -> Monthly | Look | None:
    """What a run says of what stands published already; None where there may be anything to do.

    Nothing is decided here that the flow would decide otherwise: it is asked where this says None, and whatever keeps
    this from an answer it meets, too, and tells. A run whose server PREFECT_API_URL names is the server's.
    """
    if os.environ.get("PREFECT_API_URL") or terms.out or terms.accept or terms.sure:
        return None
    try:
        if _newer(settings.home) or not in_order(settings.home):
            return None
        with holding() as show, opened(settings, terms, wait_seconds=0) as begun:
            ended = bring_nothing_new(begun.warehouse, begun.run, scheduled=terms.scheduled)
    except (Failure, OSError, duckdb.Error):
        return None
    if ended is not None:
        show()
    return ended


def _newer(home: Home) -> bool:
    """Whether the inbox has anything that came or was written since the publication: not worth a second look."""
    if not home.strategy.exists():
        return True
    since = home.strategy.stat().st_mtime_ns
    inside = (Path(folder, name) for folder, _, names in os.walk(home.inbox) for name in names)
    return any(_changed(path) >= since for path in inside)


def _changed(path: Path) -> int:
    """When a file was last written or laid there: a copy bears its original's time of writing, a link none."""
    state = path.lstat()
    return max(state.st_ctime_ns, state.st_mtime_ns) if stat.S_ISREG(state.st_mode) else 0
