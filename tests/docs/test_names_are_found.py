"""A name that stands in a table, or in the catalogue of sentences, is found in the code by looking for it."""

import re
from functools import cache

from expectations.contracts import PUBLISHED
from expectations.sentences import catalogue
from tests.docs.pages import ROOT

OTHERWISE = ("_broken", "_late", "_aside")
"""What follows the code of a sentence in the one that is said in its place."""


@cache
def code() -> str:
    return "\n".join(
        path.read_text("utf-8")
        for room in ("expectations", "transforms", "forecasts", "flows")
        for path in sorted((ROOT / room).rglob("*"))
        if path.suffix in (".py", ".sql", ".j2")
    )


@cache
def words() -> frozenset[str]:
    return frozenset(re.findall(r"[A-Za-z0-9_]+", code()))


@cache
def begun() -> frozenset[str]:
    """What a code begins with where the rest of it is a value: of a column, a kind, a status."""
    return frozenset(re.findall(r"([a-z]+(?:_[a-z]+)*_)(?:\{|\" [~+])", code()))


def _is_found(name: str) -> bool:
    begins = (name[: end.end()] for end in re.finditer("_", name))
    return (
        name in words()
        or any(name.removesuffix(end) in words() for end in OTHERWISE if name.endswith(end))
        or bool(begun() & set(begins))
    )


def test_every_published_column_stands_literally_in_the_code() -> None:
    columns = {name for table in PUBLISHED for name in table.names}
    assert len(columns) > 100
    assert sorted(columns - words()) == []


def test_every_sentence_is_found_by_its_code_or_by_what_it_begins_with() -> None:
    assert [name for name in catalogue() if not _is_found(name)] == []
    assert not _is_found("nobody_says_this")
