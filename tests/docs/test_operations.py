"""The runbook's table of messages is the catalogue's, and holds every message that an error can show."""

import ast
from collections.abc import Iterator

import pytest

from expectations.sentences import catalogue
from expectations.sentences.message_reference import GROUPS, codes_of, message_reference
from tests.docs.pages import ROOT, between, page

RAISED = ("Error", "Refused", "Refusal", "Busy", "Fault", "_refusal")


def raised() -> Iterator[tuple[str, str]]:
    """Codes of the catalogue that stand in the making of an error, with the file."""
    for room in ("expectations", "flows", "forecasts", "transforms"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.endswith(RAISED):
                    for argument in node.args:
                        if isinstance(argument, ast.Constant) and argument.value in catalogue():
                            yield str(argument.value), str(path.relative_to(ROOT))


@pytest.mark.parametrize(("lang", "name"), [("en", "docs/operations.md"), ("ko", "docs/ko/operators.md")])
def test_the_table_is_the_catalogues(lang: str, name: str) -> None:
    shown = between(page(name), "messages", "end of messages").strip()
    assert shown == message_reference(lang).strip(), (
        f"put what `python -m expectations.sentences.message_reference {lang}` prints between the markers of {name}"
    )


def test_every_message_of_an_error_is_in_the_table() -> None:
    found = dict(raised())
    assert len(found) > 90
    listed = {code for heading in GROUPS for code in codes_of(heading)}
    assert {code: file for code, file in found.items() if code not in listed} == {}


def test_every_entry_of_the_groups_names_a_message() -> None:
    for names in GROUPS.values():
        for name in names:
            assert any(code == name or (name.endswith("_") and code.startswith(name)) for code in catalogue()), name
