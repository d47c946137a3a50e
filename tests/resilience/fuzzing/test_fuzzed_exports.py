"""A short fuzz: benchmarks/resilience/fuzz_exports.py does the same with thousands of mutants."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.resilience.fuzzing.checked import OUTCOMES, Checking, told
from tests.resilience.fuzzing.mutants import kinds, mutants
from tests.resilience.fuzzing.mutations import Mutant
from tests.resilience.fuzzing.through_run import Running
from tests.resilience.fuzzing.watched import Ended, Watched
from tests.resilience.small_exports import small_exports

MUTANTS = 150
SECONDS = 180


def _hang(work: str) -> str:
    while work == "hang":
        pass
    if work == "raise":
        raise KeyError(work)
    return work


def _begin_hanging() -> Callable[[str], str]:
    return _hang


@pytest.mark.slow
def test_what_hangs_or_raises_is_seen_and_the_next_piece_of_work_is_done() -> None:
    with Watched(_begin_hanging, seconds=2) as watched:
        hung, raised, done = watched("hang"), watched("raise"), watched("done")
    assert isinstance(hung, Ended)
    assert isinstance(raised, Ended)
    assert (hung.how, raised.how, done, watched.lost) == ("hang", "traceback", "done", 1)
    assert "KeyError" in raised.told


def test_every_layout_is_damaged_and_the_same_seed_gives_the_same_mutants() -> None:
    assert {name for export in small_exports() for name in kinds(export)} >= {"bytes_flipped", "zip_bomb", "json_odd"}
    first, again = (list(mutants(60, seed=7)) for _ in range(2))
    assert [(m.kind, m.name, m.data) for m in first] == [(m.kind, m.name, m.data) for m in again]
    assert sum(m.data != m.export.data for m in first) > 50


@pytest.mark.slow
def test_sound_exports_are_read_where_the_damaged_ones_are(tmp_path: Path) -> None:
    """Else all that is said below of damaged workbooks or archives would be said of files nobody can read."""
    with Watched(Checking, tmp_path, seconds=SECONDS) as check:
        for export in small_exports():
            outcome, why = told(check(Mutant("none", export, export.name, export.data)))
            assert outcome in OUTCOMES[:2], f"{export.name}: {outcome} {why}"


@pytest.mark.slow
def test_damaged_exports_are_refused_with_a_sentence_or_accounted_row_by_row(tmp_path: Path) -> None:
    seen: Counter[str] = Counter()
    faults = []
    with Watched(Checking, tmp_path, seconds=SECONDS) as check:
        for mutant in mutants(MUTANTS, seed=20240410):
            outcome, why = told(check(mutant))
            seen[outcome] += 1
            if outcome not in OUTCOMES:
                faults.append(f"{mutant.kind} of {mutant.name}: {outcome}: {why}")
    assert not faults, "\n".join(faults)
    assert all(seen[outcome] > MUTANTS // 20 for outcome in OUTCOMES), seen


@pytest.mark.slow
def test_runs_over_damaged_exports_publish_or_stop_and_leave_what_is_published(tmp_path: Path) -> None:
    some = [m for m in mutants(MUTANTS, seed=20240410) if m.export.agency == "gwangju" and "bomb" not in m.kind]
    decided = [
        m for m in some if "발생사건_202403" in m.name and m.kind in ("nearly_empty", "another_kind", "file_cut")
    ]
    # Another export of a month that was told otherwise stops a run, sound or damaged.
    others = [m for m in some if "발생사건" not in m.export.name]
    with Watched(Running, tmp_path, seconds=600) as run:
        verdicts = [run(others[:4]), run([decided[0], *others[4:7]])]
    assert not [verdict for verdict in verdicts if isinstance(verdict, Ended) or verdict.wrong]
    assert [verdict.outcome for verdict in verdicts] == ["published", "stopped"]
