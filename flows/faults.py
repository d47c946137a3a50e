"""What nobody foresaw: one report file that a programmer can find the fault by, and nothing of an export in it."""

import hashlib
import os
import platform
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path

from expectations.sentences import printable
from transforms.exports.refusals import ExportRefused

LONGEST = 300
"""Letters of an error's own text that are kept."""
NAMED = "fault-{}.txt"
_LETTERS = str.maketrans("0123456789", "ghijklmnop")
"""Ten digits in a row of a report's name would be hidden where it is told, as every telephone number is."""


def write_report(error: BaseException, folder: Path) -> Path | None:
    """Write down where an error was raised, once for equal ones; None where nothing can be written anywhere.

    Args:
        error: Its chain is told, each with its kind and the lines of the program it passed, never with values.
        folder: Where to; the system's folder for temporary files where that is not there or full.
    """
    text = _told(error)
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
    name = NAMED.format(digest.translate(_LETTERS))
    for place in (folder, Path(tempfile.gettempdir())):
        try:
            if place.parent.is_dir() and place == folder:
                place.mkdir(mode=0o700, exist_ok=True)
            handle = os.open(place / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
                file.write(text)
        except OSError:
            continue
        return place / name
    return None


def reported(refused: ExportRefused, folder: Path) -> ExportRefused:
    """A file's refusal; where the program met what it did not foresee, with the report the fault can be found by."""
    if refused.code != "unreadable_by_layout" or refused.__cause__ is None:
        return refused
    report = write_report(refused.__cause__, folder)
    if report is None:
        return refused
    # By its name alone: the sentence is published, and where the home lies is nobody's business.
    where = f"{report.parent.name}/{report.name}"
    return ExportRefused("unreadable_reported", **refused.values, report=where)


def chain(error: BaseException) -> Iterator[BaseException]:
    """An error, what it was raised from or while, and so on, where a library hides that, too."""
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or one.__context__


def _told(error: BaseException) -> str:
    from flows.program import code_version

    lines = [f"chian {code_version()}, Python {platform.python_version()}, {platform.system()} {platform.machine()}"]
    for one in chain(error):
        lines += ["", f"{type(one).__module__}.{type(one).__qualname__}"]
        # What the error says may be what a cell holds; where it was raised is enough.
        lines += [frame.rstrip() for frame in traceback.format_tb(one.__traceback__)]
    return "\n".join(map(_line, lines)) + "\n"


def _line(text: str) -> str:
    return "\n".join(printable(part)[:LONGEST] for part in text.splitlines()) or ""
