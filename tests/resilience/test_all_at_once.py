"""Every command that writes a home at once, and readers with transactions open: the benchmark, for some seconds."""

from pathlib import Path

import pytest

from benchmarks.resilience import all_at_once
from tests.flows.plainly import TABLES
from tests.resilience.walked import forked

SECONDS = 4
"""Then every command that has begun is waited for, `chian run` the longest."""


@pytest.mark.slow
def test_commands_and_readers_at_once_meet_no_fault(tmp_path: Path) -> None:
    place = all_at_once.delivered(tmp_path)
    for month, as_of in all_at_once.MEETINGS:
        assert forked(place, month, as_of, manner=TABLES).said
    heard = all_at_once.everything_at_once(place, SECONDS, seed=3)
    found = all_at_once.faults(place, heard)
    assert found == [], "\n".join(all_at_once.lines(heard, found))
    assert {one.name for one in heard} >= {"run", "withdraw", "rollback", "briefing", "status", "reader 4"}
    assert all(one.ended.total() > 0 for one in heard)
