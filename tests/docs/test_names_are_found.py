"""A name that stands in a table, or in the catalogue of sentences, is found in the code by looking for it."""

import re

from expectations.contracts import PUBLISHED
from expectations.sentences import catalogue
from tests.docs.pages import ROOT

CODE = "\n".join(
    path.read_text("utf-8")
    for room in ("expectations", "transforms", "forecasts", "flows")
    for path in sorted((ROOT / room).rglob("*"))
    if path.suffix in (".py", ".sql", ".j2")
)
WORDS = frozenset(re.findall(r"[A-Za-z0-9_]+", CODE))
OPEN = frozenset(re.findall(r"([a-z]+(?:_[a-z]+)*_)(?:\{|\" [~+])", CODE))
"""What a code begins with where the rest of it is a value: of a column, a kind, a status."""
OTHERWISE = ("_broken", "_late", "_aside")
"""What follows the code of a sentence in the one that is said in its place."""


def _is_found(code: str) -> bool:
    begins = (code[: end.end()] for end in re.finditer("_", code))
    return (
        code in WORDS
        or any(code.removesuffix(end) in WORDS for end in OTHERWISE if code.endswith(end))
        or bool(OPEN & set(begins))
    )


def test_every_published_column_stands_literally_in_the_code() -> None:
    columns = {name for table in PUBLISHED for name in table.names}
    assert len(columns) > 100
    assert sorted(columns - WORDS) == []


def test_every_sentence_is_found_by_its_code_or_by_what_it_begins_with() -> None:
    assert [code for code in catalogue() if not _is_found(code)] == []
    assert not _is_found("nobody_says_this")
