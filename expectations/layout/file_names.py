"""Whether a file's name is one of a layout's, and which format the name says it has."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache
from pathlib import PurePosixPath

WORKBOOKS = (".xlsx", ".xls", ".xlsm", ".xlsb")
ENDINGS: Mapping[str, tuple[str, ...]] = {
    "csv": (".csv", ".tsv", ".txt"),
    "excel": WORKBOOKS,
    "json": (".json", ".jsonl", ".ndjson"),
    "table": (".csv", ".tsv", ".txt", *WORKBOOKS),
}
"""How names of files of each format end, in any case."""


def own_name(name: str) -> str:
    """A file's name as it is compared: without folders or archive, composed, any case."""
    return unicodedata.normalize("NFC", PurePosixPath(name).name).casefold()


def fits(name: str, patterns: Sequence[str], words: Sequence[str], form: str) -> bool:
    """Whether one of the patterns fits a file's name, or one of the words stands alone in it.

    Args:
        name: File name; of an archive's member, archive/member.
        patterns: With * and ?.
        words: Letters beside them make another word: `transactions.csv` does not hold "actions".
        form: Format, whose endings a name found by a word has to have.
    """
    own = own_name(name)
    if any(fnmatchcase(own, unicodedata.normalize("NFC", pattern).casefold()) for pattern in patterns):
        return True
    return bool(words) and _alone(tuple(words), ENDINGS[form]).search(own) is not None


def is_workbook(name: str) -> bool:
    """Whether a file's name ends as those of workbooks do."""
    return own_name(name).endswith(WORKBOOKS)


@cache
def _alone(words: tuple[str, ...], endings: tuple[str, ...]) -> re.Pattern[str]:
    told = "|".join(re.escape(unicodedata.normalize("NFC", word).casefold()) for word in words)
    ends = "|".join(map(re.escape, endings))
    return re.compile(rf"(?:^|[\s_.()-])(?:{told})(?:[\s_.()-].*)?(?:{ends})$")
