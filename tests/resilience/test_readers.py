"""Eight readers ask in a loop while eight publications pass: the benchmark, on a publication of two districts."""

from datetime import date

import pytest

from benchmarks.resilience import readers
from flows.places.home import Home
from tests.publishing.small_publication import tables
from tests.resilience.walked import FORKED

pytestmark = pytest.mark.slow
PUBLICATIONS = 8
PAUSE_SECONDS = 0.2
"""Between two of them: long enough for a reader to hear some, not every one."""


def test_every_answer_belongs_to_one_publication_and_nobody_writes() -> None:
    with readers.passable_folder() as folder:
        home = Home(folder / "home", folder / "inbox")
        home.claim("gj")
        made = tables(date(2024, 3, 1), date(2024, 4, 10), "aa")
        told = readers.publish_meanwhile(home, made, PUBLICATIONS, PAUSE_SECONDS, FORKED.get_start_method())
    figures = "\n".join(told.lines())
    assert (told.mixed, told.errors, told.came_through) == ([], [], 0), figures
    assert len(told.published) == PUBLICATIONS
    assert len(set(told.published.values())) == PUBLICATIONS, "else a mixed answer would not be seen"
    assert len(told.heard) == 8
    assert all(len(one.answers) > PUBLICATIONS / 4 for one in told.heard), figures
    assert told.refused > PUBLICATIONS, figures
