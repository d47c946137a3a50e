"""Every command that writes a home at once, and readers with transactions open: the benchmark, for half a minute."""

from pathlib import Path

import pytest

from benchmarks.resilience import all_at_once

SECONDS = 30


@pytest.mark.slow
def test_commands_and_readers_at_once_meet_no_fault(tmp_path: Path) -> None:
    place = all_at_once.town_home(tmp_path)
    heard = all_at_once.everything_at_once(place, SECONDS, seed=3)
    found = all_at_once.faults(place, heard)
    assert found == [], "\n".join(all_at_once.lines(heard, found))
    assert {one.name for one in heard} >= {"run", "withdraw", "rollback", "briefing", "status", "reader 4"}
    assert all(one.ended.total() > 0 for one in heard)
