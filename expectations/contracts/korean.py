"""What the contracts say in English, in Korean."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def translations() -> Mapping[str, str]:
    """Korean by English sentence.

    Raises:
        ValueError: A sentence is translated twice.
    """
    text = (files("expectations.contracts") / "korean.toml").read_text("utf-8")
    pairs = [(one["en"], one["ko"]) for one in tomllib.loads(text)["text"]]
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(en for en, _ in pairs if [e for e, _ in pairs].count(en) > 1)
        raise ValueError(f"korean.toml: {twice!r} stands twice")
    return found


def told(text: str, lang: str) -> str:
    """A contract's sentence in the reader's language; English where nobody has translated it (raw and core tables)."""
    return translations().get(text, text) if lang == "ko" else text
