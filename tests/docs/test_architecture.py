"""docs/architecture.md draws the rooms as they are, and the paths it names are there."""

import re

import pytest

from tests.docs import rooms
from tests.docs.pages import ROOT, page

NAMED = re.compile(r"`((?:expectations|transforms|forecasts|flows|tests|docs)/[\w./]*)`")


@pytest.mark.slow
def test_the_rooms_are_drawn_as_they_are() -> None:
    text = page("docs/architecture.md")
    assert rooms.drawn(text) == text, "make rooms draws them anew"


def test_what_it_names_is_there() -> None:
    named = NAMED.findall(page("docs/architecture.md"))
    assert len(named) > 10
    assert not [path for path in named if not (ROOT / path).exists()]


@pytest.mark.parametrize(
    ("folder", "module", "holds"),
    [
        ("transforms/exports/rows/", "calls.py", "response_seconds"),
        ("transforms/meeting/", "call_response.py", "quantile"),
        ("expectations/contracts/meeting/", "outlook.py", "OUTLOOK"),
        ("transforms/meeting/", "outlook.py", "def "),
    ],
)
def test_a_question_of_where_is_answered_by_the_folder(folder: str, module: str, holds: str) -> None:
    text = page("docs/architecture.md")
    assert f"`{folder}`" in text
    assert f"`{module}`" in text
    assert holds in (ROOT / folder / module).read_text("utf-8")
