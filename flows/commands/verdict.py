"""What `chian check` says of one file: its rows by fate, what they were read from, and what to do about the rest."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from expectations.agency import Agency
from expectations.kinds import REGISTERS
from expectations.layout import Layout, SetAside
from expectations.sentences import sentence, shown_name
from flows.commands.hiding import Delivered, read_through
from transforms.exports import ExportFile, Outcome, Reading, match, read_export
from transforms.exports.files.names import export_day_read_from, period_read_from
from transforms.register.left import why_left

CLEAN, REJECTED, REFUSED = 0, 1, 2
SHOWN = 10
"""Entries of a list told unless all are asked for."""
FATES = ("read", "accepted", "rejected", "superseded", "set_aside")


@dataclass(frozen=True)
class Verdict:
    """One file's.

    Attributes:
        status: Exit status it asks for.
        lines: What is printed.
        rows: Its rows by fate; none where it is refused.
        delivered: What other exports are compared with it by; None where it is none.
        file: Its name, of a list.
        areas: Number and area of each entry, of a ledger of deployments.
        named: Names of areas it gives, of a list of areas.
    """

    status: int
    lines: list[str]
    rows: Mapping[str, int] = field(default_factory=dict)
    delivered: Delivered | None = None
    file: str = ""
    areas: tuple[tuple[str, str], ...] = ()
    named: frozenset[str] = frozenset()


def refused_verdict(told: str) -> Verdict:
    """A file nothing is read of."""
    return Verdict(REFUSED, [told])


def verdict_of(file: ExportFile, agency: Agency, lang: str, whole: bool) -> Verdict:
    """Read a file whole and say what a run would make of it.

    Raises:
        ExportRefused: A run would store nothing of it.
    """
    layout = match(file.name, agency)
    if layout is None:
        left = why_left(file.name, agency, lang)
        return refused_verdict(left or sentence("check_no_layout", lang, file=file.name, agency=agency.code))
    if layout.kind in REGISTERS:
        return _of_register(file, layout, agency, lang, whole)
    return _of_export(file, layout, agency, lang, whole)


def _of_export(file: ExportFile, layout: Layout, agency: Agency, lang: str, whole: bool) -> Verdict:
    today = datetime.now(ZoneInfo(agency.timezone)).date()
    reading = read_export(file, layout, agency, today)
    delivered = read_through(reading, today)
    outcome, rows = reading.outcome, _rows(reading.outcome)
    period = {"period_from": reading.period_from, "period_to": reading.period_to}
    lines = [sentence("check_summary", lang, file=file.name, source=layout.name, **period, **rows)]
    lines += [_read_from(reading, today, lang)]
    lines += [f"  {note.sentence(lang)}" for note in outcome.notes]
    lines += [f"  {line}" for line in _to_paste(outcome, layout, lang, whole)]
    lines += [f"  {line}" for line in _set_aside(outcome, layout, lang)]
    return Verdict(_status(outcome), [*lines, *_rejected(outcome, lang, whole)], rows, delivered)


def _of_register(file: ExportFile, layout: Layout, agency: Agency, lang: str, whole: bool) -> Verdict:
    """The verdict of a list, which covers no days and is compared with no other file."""
    reading = read_export(file, layout, agency, datetime.now(ZoneInfo(agency.timezone)).date())
    register = REGISTERS[layout.kind]
    told_by = {column.read: column.name for column in register.columns}
    areas: list[tuple[str, str]] = []
    named: set[str] = set()
    for batch in reading.batches():
        if ground := told_by.get("ground"):
            areas += batch.select(register.key[0], ground).rows()
        if name := told_by.get("ground_name"):
            named |= set(batch[name])
    outcome, rows = reading.outcome, _rows(reading.outcome)
    title = layout.title if lang == "ko" else layout.title_en
    lines = [sentence("check_register", lang, file=file.name, title=title, **rows)]
    lines += [
        f"  {sentence('rows_set_aside_by', lang, reason=why, rows=n)}" for why, n in sorted(outcome.set_aside.items())
    ]
    lines += [f"  {note.sentence(lang)}" for note in outcome.notes]
    labels = {one.name: one.label for one in register.columns} if lang == "ko" else {}
    told = [*lines, *_rejected(outcome, lang, whole, labels)]
    return Verdict(_status(outcome), told, rows, file=file.name, areas=tuple(areas), named=frozenset(named))


def _rows(outcome: Outcome) -> dict[str, int]:
    return {fate: getattr(outcome, f"rows_{fate}") for fate in FATES}


def _status(outcome: Outcome) -> int:
    return REJECTED if outcome.rows_rejected else CLEAN


def _read_from(reading: Reading, today: date, lang: str) -> str:
    """The period and the export day, each with what it was read from."""
    period = period_read_from(reading.layout)
    exported = export_day_read_from(reading.file.name, reading.layout)
    return "  " + sentence(
        "check_read_from",
        lang,
        exported=reading.exported_on or today,
        period_from=reading.period_from,
        period_to=reading.period_to,
        by_period=sentence(f"check_from_{period}", lang),
        by_exported=sentence(f"check_from_{exported}", lang),
    )


def _to_paste(outcome: Outcome, layout: Layout, lang: str, whole: bool) -> Iterator[str]:
    """Lines for the agency folder: codes that no list holds, with their rows, and columns the layout does not know."""
    codes = {code: n for code, n in outcome.unknown_codes.items() if code}
    if codes and layout.codes:
        listed = ", ".join(f"{code} ({n:,})" for code, n in _some(list(codes.items()), whole))
        yield sentence("check_paste_codes", lang, list=f"codes/{layout.codes}.csv", codes=listed, count=len(codes))
        for code, _ in _some(list(codes.items()), whole):
            yield f"  {_csv_line(shown_name(code), '', '')}"
        yield from _more(len(codes), lang, whole)
    if outcome.extra_columns:
        ignored = [*layout.ignored, *map(shown_name, outcome.extra_columns)]
        yield sentence("check_paste_columns", lang, file=f"sources/{layout.name}.toml")
        yield f"  ignored = {json.dumps(ignored, ensure_ascii=False)}"
    districts = [(text, n) for text, n in outcome.unknown_districts.items() if text]
    if whole and len(districts) > SHOWN:
        yield sentence("check_districts", lang, count=len(districts))
        yield from (f"  {shown_name(text)} ({n:,})" for text, n in districts)


def _some(entries: list[tuple[str, int]], whole: bool) -> list[tuple[str, int]]:
    return entries if whole else entries[:SHOWN]


def _more(count: int, lang: str, whole: bool) -> Iterator[str]:
    if not whole and count > SHOWN:
        yield sentence("check_more_entries", lang, count=count - SHOWN)


def _csv_line(*cells: str) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()


def _set_aside(outcome: Outcome, layout: Layout, lang: str) -> Iterator[str]:
    """Rows that are no fact, by reason, with the rules of the layout that say so."""
    for reason, count in outcome.set_aside.items():
        rules = [_rule(rule) for rule in layout.set_aside if rule.reason == reason]
        code = "check_set_aside_by_rule" if rules else "check_set_aside"
        yield sentence(code, lang, reason=reason, count=count, rules=" / ".join(rules))


def _rule(rule: SetAside) -> str:
    if rule.line_prefixes:
        return f"line_prefixes = {json.dumps(list(rule.line_prefixes), ensure_ascii=False)}"
    said = {"keep": rule.keep, "drop": rule.drop, "drop_prefixes": rule.drop_prefixes}
    listed = (f"{name} = {json.dumps(list(values), ensure_ascii=False)}" for name, values in said.items() if values)
    return f'column = "{rule.column}", ' + ", ".join(listed)


def _rejected(outcome: Outcome, lang: str, whole: bool, labels: Mapping[str, str] = MappingProxyType({})) -> list[str]:
    """Each rejected row with what it held under the columns' labels, the first ones unless all are asked for."""
    lines = []
    shown = outcome.rejected if whole else outcome.rejected.head(SHOWN)
    for row in shown.iter_rows(named=True):
        lines.append(f"  {row['sentence']}")
        held = ", ".join(
            f"{labels.get(name, name)} = {' '.join(str(value).split())}"
            for name, value in json.loads(row["values"]).items()
        )
        if held:
            lines.append("    " + sentence("check_held", lang, values=held))
    if outcome.rows_rejected > shown.height:
        lines.append("  " + sentence("check_more", lang, count=outcome.rows_rejected - shown.height))
    return lines
