"""What a run is asked for: in plain words, before anything is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Terms:
    """What a run is asked for, as the command line and Prefect's pages give it; the flow's docstring tells each."""

    month: str | None = None
    as_of: str | None = None
    reason: str = "scheduled"
    out: str | None = None
    scheduled: bool = False
    accept: Sequence[str] = ()
    sure: Sequence[str] = ()
    dry_run: bool = False
