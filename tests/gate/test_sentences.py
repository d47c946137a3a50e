import tomllib
from importlib.resources import files
from string import Formatter

import pytest

from expectations.gate.finding import Finding, Words

CATALOGUE = tomllib.loads((files("expectations.sentences") / "gate.toml").read_text("utf-8"))


def named(text: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(text) if field}


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_both_languages_name_the_same_things(code: str) -> None:
    assert named(CATALOGUE[code]["ko"]) == named(CATALOGUE[code]["en"])


@pytest.mark.parametrize(
    "code", sorted(code for code in CATALOGUE if code.endswith("_broken") and not code.startswith("page_"))
)
def test_a_breach_says_what_to_do_next(code: str) -> None:
    assert "십시오" in CATALOGUE[code]["ko"]
    assert CATALOGUE[code[: -len("_broken")]]


def test_names_follow_the_language() -> None:
    one = Finding("t", "e", "*", "info", True, "page_file")
    named_both = Finding("t", "e", "*", "info", True, "gate_table_there", {"table": Words("표", "table")})
    assert (one.sentence("ko"), one.sentence("en")) == ("파일", "File")
    assert named_both.sentence("ko").startswith("표:")
    assert named_both.sentence("en").startswith("table:")
