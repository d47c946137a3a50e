"""`chian check`: read exports and say what a run would make of them, touching nothing."""

import errno
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from expectations.agency import Agency, AgencyError, load_agency
from expectations.sentences import sentence
from flows.commands.hiding import findings
from flows.commands.ledger_areas import unknown_areas
from flows.commands.verdict import CLEAN, FATES, REFUSED, REJECTED, Verdict, refused_verdict, verdict_of
from flows.faults import reported
from flows.settings import Settings
from transforms.exports import ExportRefused, Refusal, expand
from transforms.exports.files.names import told_name

NOT_THERE = (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP)
"""What the system answers where there is nothing of that name."""


def check_files(settings: Settings, paths: list[Path], *, whole: bool = False) -> int:
    """Print one verdict a file, and what they come to where there are several.

    Args:
        settings: Names the agency folder and the language.
        paths: Files to read.
        whole: Whether lists are told in full.

    Returns:
        Exit status: 0 clean, 1 rows rejected, 2 refused, known to no layout, or one that would hide another in a way
        that stops a run; of several files the highest.
    """
    try:
        agency = load_agency(settings.agency)
    except AgencyError as error:
        print(f"chian: {error.sentence(settings.language)}", file=sys.stderr)
        return REFUSED
    verdicts = []
    for path in paths:
        for verdict in _verdicts(path, agency, settings, whole):
            verdicts.append(verdict)
            print(*verdict.lines, sep="\n", file=sys.stderr if verdict.status == REFUSED else sys.stdout)
    stops = list(findings((one.delivered for one in verdicts if one.delivered), agency))
    for stop in stops:
        print(stop.sentence(settings.language), file=sys.stderr)
    try:
        for told in unknown_areas(verdicts, agency, settings.home, settings.language):
            print(told)
    except AgencyError as error:
        print(f"chian: {error.sentence(settings.language)}", file=sys.stderr)
        return REFUSED
    if len(verdicts) > 1:
        print(_summary(verdicts, settings.language))
    return REFUSED if stops else max((verdict.status for verdict in verdicts), default=CLEAN)


def _verdicts(path: Path, agency: Agency, settings: Settings, whole: bool) -> Iterator[Verdict]:
    lang = settings.language
    no_file = why_no_file(path)
    if no_file:
        yield refused_verdict(sentence(no_file, lang, file=path))
        return
    try:
        for file in expand(path, _name(path, agency), settings.limits):
            if isinstance(file, Refusal):
                yield refused_verdict(file.sentence(lang))
                continue
            try:
                yield verdict_of(file, agency, lang, whole)
            except ExportRefused as refused:
                yield refused_verdict(reported(refused, settings.home.reports).sentence(lang))
    except OSError as error:
        yield refused_verdict(sentence("check_unreadable", lang, file=path.name, why=error.strerror or str(error)))


def why_no_file(path: Path) -> str | None:
    """The code of the sentence that says why there is nothing to read at a path; None where there is a file."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return "check_no_file" if error.errno in NOT_THERE else None
    if stat.S_ISREG(mode):
        return None
    return "check_folder" if stat.S_ISDIR(mode) else "check_pipe"


def _summary(verdicts: list[Verdict], lang: str) -> str:
    """All files in one line: how many of each kind, and their rows by fate."""
    kinds = {
        name: sum(one.status == status for one in verdicts)
        for name, status in (("clean", CLEAN), ("faulty", REJECTED), ("refused", REFUSED))
    }
    rows = {fate: sum(one.rows.get(fate, 0) for one in verdicts) for fate in FATES}
    return sentence("check_all", lang, files=len(verdicts), **kinds, **rows)


def _name(path: Path, agency: Agency) -> str:
    """What a file is called: its own name, or with the folders it was named with where a layout reads them."""
    of_path = any(told_name("folder/name", layout) != "name" for layout in agency.layouts)
    return path.as_posix() if of_path else path.name
