"""`chian check`: read exports and say what a run would make of them, touching nothing."""

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from expectations.agency import Agency, AgencyError, load_agency
from expectations.registers import Register, register_of
from expectations.sentences import sentence
from flows.settings import Settings
from transforms.exports import ExportFile, ExportRefused, Outcome, Refusal, expand, match, read_export
from transforms.exports.file_names import told_name
from transforms.register.reading import LARGEST, read_register

CLEAN, REJECTED, REFUSED = 0, 1, 2
SHOWN = 10
ROWS = ("rows_read", "rows_accepted", "rows_rejected", "rows_superseded", "rows_set_aside")


def check_files(settings: Settings, paths: list[Path]) -> int:
    """Print one verdict a file; exit status 0 clean, 1 rows rejected, 2 refused or known to no layout, the highest."""
    try:
        agency = load_agency(settings.agency)
    except AgencyError as error:
        print(f"chian: {error.sentence(settings.language)}", file=sys.stderr)
        return REFUSED
    worst = CLEAN
    for path in paths:
        for status, lines in _verdicts(path, agency, settings.language):
            worst = max(worst, status)
            print(*lines, sep="\n", file=sys.stderr if status == REFUSED else sys.stdout)
    return worst


def _verdicts(path: Path, agency: Agency, lang: str) -> Iterator[tuple[int, list[str]]]:
    if not path.is_file():
        yield REFUSED, [sentence("check_no_file", lang, file=path)]
        return
    try:
        for file in expand(path, _name(path, agency)):
            yield _told(file, agency, lang)
    except OSError as error:
        yield REFUSED, [sentence("check_unreadable", lang, file=path.name, why=error.strerror or str(error))]


def _name(path: Path, agency: Agency) -> str:
    """What a file is called: its own name, or with the folders it was named with where a layout reads them."""
    of_path = any(told_name("folder/name", layout) != "name" for layout in agency.layouts)
    return path.as_posix() if of_path else path.name


def _told(file: ExportFile | Refusal, agency: Agency, lang: str) -> tuple[int, list[str]]:
    if not isinstance(file, ExportFile):
        return REFUSED, [file.sentence(lang)]
    try:
        return _verdict(file, agency, lang)
    except ExportRefused as refused:
        return REFUSED, [refused.sentence(lang)]


def _verdict(file: ExportFile, agency: Agency, lang: str) -> tuple[int, list[str]]:
    layout = match(file.name, agency)
    register = register_of(file.name) if layout is None else None
    if register is not None:
        return _entries_verdict(file, register, agency, lang)
    if layout is None:
        return REFUSED, [sentence("check_no_layout", lang, file=file.name, agency=agency.code)]
    today = datetime.now(ZoneInfo(agency.timezone)).date()
    reading = read_export(file, layout, agency, today)
    for _ in reading.batches():
        pass
    outcome = reading.outcome
    rows = {name.removeprefix("rows_"): getattr(outcome, name) for name in ROWS}
    period = {"period_from": reading.period_from, "period_to": reading.period_to}
    lines = [sentence("check_summary", lang, file=file.name, source=layout.name, **period, **rows)]
    lines += [f"  {note.sentence(lang)}" for note in outcome.notes]
    return _with_rejected(lines, outcome, lang)


def _entries_verdict(file: ExportFile, register: Register, agency: Agency, lang: str) -> tuple[int, list[str]]:
    """The verdict of a register, which units keep by hand."""
    with file.open() as source:
        reading = read_register(register, file.name, source.read(LARGEST + 1), agency)
    outcome = reading.outcome
    rows = {name.removeprefix("rows_"): getattr(outcome, name) for name in ROWS}
    lines = [sentence("check_register", lang, file=file.name, title=_title(register, lang), **rows)]
    return _with_rejected([*lines, *(f"  {remark}" for remark in reading.remarks(lang))], outcome, lang)


def _title(register: Register, lang: str) -> str:
    return register.title if lang == "ko" else register.title_en


def _with_rejected(lines: list[str], outcome: Outcome, lang: str) -> tuple[int, list[str]]:
    rejected = outcome.rejected.head(SHOWN)
    lines += [f"  {row['sentence']}" for row in rejected.iter_rows(named=True)]
    if outcome.rows_rejected > SHOWN:
        lines.append("  " + sentence("check_more", lang, count=outcome.rows_rejected - SHOWN))
    return (REJECTED if outcome.rows_rejected else CLEAN), lines
