"""Headings of tables on the terminal come from the catalogue."""

import ast
from pathlib import Path

import pytest

import flows.commands.asking
from expectations.sentences import catalogue, headings

CODES = [code for code in catalogue() if code.startswith("headings_") and code != "headings_yes"]


@pytest.mark.parametrize("code", CODES)
def test_both_languages_have_as_many_headings(code: str) -> None:
    assert len(headings(code, "ko")) == len(headings(code, "en")) > 1


def test_commands_that_ask_hold_no_word_of_korean() -> None:
    found = [
        (path.name, node.value)
        for path in sorted(Path(next(iter(flows.commands.asking.__path__))).glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and any("가" <= c <= "힣" for c in node.value)
    ]
    assert found == []
