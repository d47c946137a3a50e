"""Why a file was not read, or what was noticed reading it: a code of the catalogue and its sentence's values."""

import csv
from dataclasses import dataclass
from typing import Any

import polars as pl

from expectations.sentences import Failure, sentence


@dataclass(frozen=True)
class Note:
    """Something worth knowing about a file that was read; stops nothing."""

    code: str
    values: dict[str, Any]

    def sentence(self, lang: str) -> str:
        """The note as its reader sees it."""
        return sentence(self.code, lang, **self.values)


@dataclass(frozen=True)
class Refusal:
    """A file, or a member of an archive, that cannot even be opened as an export.

    Attributes:
        name: File name; an archive's member as archive/member.
        sha256: Of the refused bytes, hex; of a member that cannot be read, of its archive's hash and its name.
        size: Of those bytes; of the whole archive where a member cannot be read.
        code: Reason in the catalogue of sentences.
        values: What its sentence names.
    """

    name: str
    sha256: str
    size: int
    code: str
    values: dict[str, Any]

    def sentence(self, lang: str) -> str:
        """What was found, what was expected, what to do next."""
        return sentence(self.code, lang, **self.values)


class ExportRefused(Failure, ValueError):
    """A file that must not be stored; nothing read from it so far may be kept. `file` is among its values."""


UNFORESEEN = (
    pl.exceptions.PolarsError, pl.exceptions.PanicException, csv.Error, ArithmeticError, LookupError, TypeError,
    ValueError, AttributeError, AssertionError,
)  # fmt: skip
"""What the libraries, or the program, raise over data nobody foresaw; the other files must not suffer for it.

Of Arrow's errors those over data are ValueErrors; the world's (OSError, MemoryError) are not of the file's making.
"""


def unreadable(file: str, source: str, error: BaseException) -> ExportRefused:
    """Refuse a file over an error nobody foresaw; its text is left out, for it may hold what a cell holds."""
    return ExportRefused("unreadable_by_layout", file=file, source=source, problem=type(error).__name__)
