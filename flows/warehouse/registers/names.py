"""What the name of a register's file says: which list it is, and the day it was made."""

import re
import unicodedata
from datetime import date
from pathlib import PurePosixPath

from transforms.exports.files.names import base_name

DAY = re.compile(r"(?<!\d)(20\d{2})[-_.]?(\d{2})[-_.]?(\d{2})(?!\d)")
_DATED = re.compile(
    r"(?<!\d)20\d{2}[-_.]?\d{2}(?:[-_.]?\d{2})?(?!\d)|(?:(?<!\d)20\d{2}년\s*)?(?<!\d)\d{1,2}월(?:\s*\d{1,2}일)?"
)
_YEAR = re.compile(r"20\d{2}년?")
_BETWEEN = re.compile(r"[\s_.()-]+")


def named_day(name: str) -> date | None:
    """The day a file's name says; None where it says none of the calendar."""
    found = DAY.search(base_name(name))
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def stem(name: str) -> str:
    """The name by which deliveries of one list are told from those of another: without days, months and the suffix.

    The folders count, or two stations' `추진사항.csv` would be one list; those that only say when do not.
    """
    path = PurePosixPath(unicodedata.normalize("NFC", name).casefold())
    *folders, own = path.parts
    kept = [_undated(folder) for folder in folders if not _YEAR.fullmatch(folder)]
    return "/".join(part for part in (*kept, _undated(own.removesuffix(path.suffix))) if part)


def _undated(part: str) -> str:
    return _BETWEEN.sub("_", _DATED.sub(" ", part)).strip("_")
