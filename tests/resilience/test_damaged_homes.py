"""A damaged file of a home is told and mended or refused, never read for other numbers: the benchmark, short."""

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.resilience import damaged_homes
from benchmarks.resilience.damaged_homes import KINDS, Figures, Setting
from tests.flows.places import Place
from tests.flows.plainly import TABLES
from tests.resilience.walked import FORKED, enter, forked

pytestmark = pytest.mark.slow
HOMES = 12
EARLIER, MONTH, AS_OF = ("2022-01", "2022-02-08"), "2022-02", "2022-03-08"


def test_no_damaged_home_shows_a_wrong_number_or_a_traceback(new_town: Callable[..., Place], tmp_path: Path) -> None:
    """A home of two publications without pages; the first harms of the benchmark, every kind of file among them.

    What is in received.jsonl has checksums of its own, and tests of its own.
    """
    place = new_town(14)
    for terms in (EARLIER, (MONTH, AS_OF)):
        assert forked(place, *terms, manner=TABLES).said
    setting = Setting(place.root, place.inbox, place.agency, MONTH, AS_OF)
    made = damaged_homes.harms(place.root, 3 * HOMES, seed=13)
    made = [one for one in made if one.group != "received.jsonl"][::2][:HOMES]
    folder = tmp_path / "damaged"
    folder.mkdir()
    figures = Figures(list(damaged_homes.judged(setting, made, folder, start=FORKED.get_start_method(), enter=enter)))
    assert not figures.faults(), "\n".join(damaged_homes.lines(figures))
    assert len(figures.verdicts) == HOMES
    assert {one.harm.kind for one in figures.verdicts} == set(KINDS)
