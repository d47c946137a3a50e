"""docs/testing.md names tests that are there, each claim once, and every room of tests."""

import ast
import re
from collections import Counter

from tests.docs.pages import ROOT, page

NAMED = re.compile(r"^\| (?P<claim>.+) \| `(?P<path>tests/[\w/]+\.py)::(?P<test>\w+)` \|$", re.MULTILINE)
ROOM = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)


def defined(path: str) -> set[str]:
    """Names of the tests a file defines."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {one.name for one in tree.body if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")}


def test_every_claim_has_its_test_and_only_one() -> None:
    text = page("docs/testing.md")
    shown = [found.groups() for found in NAMED.finditer(text)]
    assert len(shown) == text.split("## Claims")[1].count("::") > 0, "a line of the table is of another form"
    for claim, path, test in shown:
        assert (ROOT / path).is_file(), f"{claim}: there is no {path}"
        assert test in defined(path), f"{claim}: {path} has no {test}"
    for place in (0, 2):
        twice = [said for said, times in Counter(line[place] for line in shown).items() if times > 1]
        assert not twice, f"told twice: {twice}"


def test_every_room_is_told() -> None:
    rooms = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and any(path.rglob("test_*.py"))}
    assert set(ROOM.findall(page("docs/testing.md"))) == rooms
