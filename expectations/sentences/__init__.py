"""The catalogue: every sentence people read, in Korean and English, keyed by reason code."""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from expectations.people.shown import LONGEST, beginning, without_numbers, without_people
from expectations.sentences.particles import with_particles

LANGUAGES = ("ko", "en")
QUOTED = frozenset(
    {
        "code",
        "codes",
        "columns",
        "example",
        "file",
        "files",
        "found",
        "hidden",
        "held",
        "listed",
        "member",
        "name",
        "names",
        "newest",
        "one",
        "other",
        "standing",
        "unknown",
        "values",
        "wanted",
        "word",
    }
)
"""Values of sentences that are names of files or what somebody wrote: no person's name is quoted of them."""
FORMATTED = (bool, int, float, Decimal, date, time, timedelta, type(None))
"""Values that sentences format by themselves; everything else is text."""


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Sentences by code, then language, merged from this package's TOML files.

    Raises:
        ValueError: A code stands in two files or lacks a language.
    """
    return merged(p for p in files("expectations.sentences").iterdir() if p.name.endswith(".toml"))


def merged(paths: Iterable[Traversable]) -> dict[str, dict[str, str]]:
    """Sentences of some TOML files by code, then language: this package's, or those that lie beside what says them.

    Raises:
        ValueError: A code stands in two files or lacks a language.
    """
    made: dict[str, dict[str, str]] = {}
    for path in sorted(paths, key=str):
        for code, texts in tomllib.loads(path.read_text("utf-8")).items():
            if code in made or set(texts) != set(LANGUAGES):
                raise ValueError(f"{path}: {code!r} stands twice or lacks one of {', '.join(LANGUAGES)}")
            made[code] = texts
    return made


def sentence(code: str, lang: str, **values: Any) -> str:
    """Return one sentence with its values filled in, control characters among them made visible.

    A value that is a `Failure` is told in the same language. A number that leads to a person is shown by its form, in
    whatever value it stands; a person's name in none of those that quote what somebody wrote.

    Raises:
        KeyError: The catalogue has no such code, or the sentence names a value that is not given.
    """
    told = {name: value.sentence(lang) if isinstance(value, Failure) else value for name, value in values.items()}
    shown = {name: value if isinstance(value, FORMATTED) else _shown(name, str(value)) for name, value in told.items()}
    text = catalogue()[code][lang].format(**shown)
    return with_particles(text) if lang == "ko" else text


def headings(code: str, lang: str) -> tuple[str, ...]:
    """Headings of a table, which the catalogue holds as one sentence with bars between them."""
    return tuple(sentence(code, lang).split(" | "))


class Failure(Exception):
    """An expected failure, which a sentence of the catalogue tells; as text it is the English one.

    Attributes:
        code: Key of the catalogue.
        values: What its sentence names.
    """

    def __init__(self, code: str, **values: Any) -> None:
        """Keep the code and its values, so that whoever tells it can choose the language."""
        super().__init__(code, values)
        self.code, self.values = code, values

    def __str__(self) -> str:
        """What an English reader sees."""
        return self.sentence("en")

    def __reduce__(self) -> tuple[Any, ...]:
        """How it comes back from a worker process: by its code and values."""
        return _again, (type(self), self.code, self.values)

    def sentence(self, lang: str) -> str:
        """What was found, what was expected and what to do next."""
        return sentence(self.code, lang, **self.values)


def _again(kind: type[Failure], code: str, values: dict[str, Any]) -> Failure:
    return kind(code, **values)


def _shown(name: str, text: str) -> str:
    shown = printable(beginning(text, without_people if name in QUOTED else without_numbers))
    more = len(text) - LONGEST
    return f"{shown}… (+{more:,})" if more > 0 else shown


def shown_name(name: str) -> str:
    """The name of a file as it may be shown, where it stands outside a sentence."""
    return printable(without_people(name))


def printable(text: str) -> str:
    """Text from a file as it may be shown: a control character could drive the reader's terminal or turn a line round.

    Ends of lines, white space other than the blank, what is not seen and halves of characters are made visible, too.
    """
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text) if not text.isprintable() else text


def reader_language(environment: Mapping[str, str]) -> str:
    """Language chosen by CHIAN_LANG, else by the locale's variables; Korean unless they say something else.

    The locale C (or POSIX) names no language: it is what machines have that nobody has told.
    """
    given = (environment.get(name, "") for name in ("CHIAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"))
    chosen = next((value for value in given if value and value.partition(".")[0].upper() not in ("C", "POSIX")), "ko")
    return "ko" if chosen.lower().startswith("ko") else "en"
