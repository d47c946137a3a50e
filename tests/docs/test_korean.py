"""The Korean documents keep step with the English ones: same commands, same tables, nothing left out."""

import re

import pytest

from expectations.contracts import PUBLISHED
from tests.docs.pages import blocks, page, without_blocks

PAIRS = [("README.md", "README.ko.md"), ("docs/operations.md", "docs/ko/operators.md")]
GUIDES = ("docs/ko/analysts.md", "docs/ko/deployment.md")
HANGUL = re.compile("[가-힣]")


def commands(name: str) -> list[str]:
    """Lines of the shell blocks of a page, comments left out."""
    lines = (line for block in blocks(page(name)) if block.lang == "sh" for line in block.text.splitlines())
    return [bare for line in lines if (bare := re.sub(r"(^|\s+)#.*", "", line).strip())]


@pytest.mark.parametrize(("english", "korean"), PAIRS)
def test_the_commands_are_the_same(english: str, korean: str) -> None:
    assert len(commands(english)) > 5
    assert sorted(commands(korean)) == sorted(commands(english))


def test_the_korean_readme_shows_what_the_readme_shows() -> None:
    """The same run as it is printed, the same answer, and that answer from the Korean view."""
    english, korean = page("README.md"), page("README.ko.md")
    run, answer = (block.text for block in blocks(english) if block.lang == "text")
    told = [block.text for block in blocks(korean) if block.lang == "text"]
    assert told[:2] == [run, answer], "copy the README's output to README.ko.md"
    asked = [line.split()[2:4] for line in answer.splitlines()[2:]]
    (view,) = told[2:]
    assert view.startswith("$ CHIAN_HOME=chian-demo .venv/bin/chian query")
    assert [line.split()[2:4] for line in view.splitlines()[3:]] == asked
    for kind in (r"^## ", r"^- \*\*", r"^!\["):
        assert len(re.findall(kind, english, re.MULTILINE)) == len(re.findall(kind, korean, re.MULTILINE)), kind
    assert set(re.findall(r"\]\((docs/[\w-]+\.md|benchmarks/)", english)) - set(
        re.findall(r"\]\((docs/(?:ko/)?[\w-]+\.md|benchmarks/)", korean.replace("docs/ko/", "docs/"))
    ) <= {"docs/operations.md"}, "docs/ko/operators.md is that page"


@pytest.mark.parametrize("name", ["README.ko.md", *GUIDES, "docs/ko/operators.md", "docs/ko/queries.md"])
def test_the_prose_is_korean(name: str) -> None:
    prose = [line for line in without_blocks(page(name)).splitlines() if len(line) > 20 and not line.startswith("<!--")]
    assert [line for line in prose if not HANGUL.search(line)] == []


def test_the_analysts_guide_sends_to_the_dictionary_which_names_every_table_by_both_names() -> None:
    assert "](data-dictionary.md)" in page("docs/ko/analysts.md")
    headings = re.findall(r"^## (\S+) · (\w+)$", page("docs/ko/data-dictionary.md"), flags=re.MULTILINE)
    assert headings == [(table.label, table.name) for table in PUBLISHED]


@pytest.mark.parametrize("name", GUIDES)
def test_columns_the_guide_names_exist(name: str) -> None:
    columns = {column.name for table in PUBLISHED for column in table.columns}
    tables = {table.name for table in PUBLISHED}
    named = set(re.findall(r"`([a-z]+(?:_[a-z0-9]+)+)`", page(name)))
    assert named - columns - tables == set()
