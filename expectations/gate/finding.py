"""What a check found: one promise, whether it was kept, how much it matters, and the sentence an analyst would say."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import polars as pl

from expectations.agency import Agency
from expectations.contracts import TABLES
from expectations.sentences import sentence

Severity = Literal["critical", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("critical", "warning", "info")
WHOLE = "*"
"""Column name of a finding about whole rows, a table or a file."""
SHOWN = 5
"""Entries of a list a sentence names before it says how many more there are."""


class GateError(RuntimeError):
    """A check that could not be carried out; a promise nobody looked at does not count as kept."""


@dataclass(frozen=True)
class Words:
    """A name that reads differently in each language."""

    ko: str
    en: str


@dataclass(frozen=True)
class Finding:
    """One promise and whether it was kept.

    Attributes:
        table_name: Table (or export) that was checked.
        expectation: Name of the promise, with what it was applied to where table and column alone do not tell.
        column_name: Column checked; `*` where it is about whole rows or the table.
        severity: How much a broken promise matters: critical stops the run, warning is shown, info is kept.
        success: Whether the promise was kept.
        code: Sentence code of the catalogue.
        values: What the sentence names; `Words` are chosen by language, lists are cut after a few entries.
        observed: What was found, as short text: counts and a few keys, never free text of a row.
    """

    table_name: str
    expectation: str
    column_name: str
    severity: Severity
    success: bool
    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    observed: str | None = None

    @property
    def promise(self) -> str:
        """The promise by name, without anything that was found."""
        return f"{self.table_name}: {self.expectation}"

    def sentence(self, lang: str) -> str:
        """The finding in one sentence, Korean or English."""
        return sentence(self.code, lang, **{name: _shown(value, lang) for name, value in self.values.items()})


def kept(table: str, expectation: str, severity: Severity, code: str, /, **values: object) -> Finding:
    """A promise that was kept; `severity` is what it would have meant had it been broken."""
    return Finding(table, expectation, WHOLE, severity, True, code, values)


def broken(table: str, expectation: str, severity: Severity, code: str, observed: str, /, **values: object) -> Finding:
    """A promise that was broken."""
    return Finding(table, expectation, WHOLE, severity, False, code, values, observed)


def verdict(table: str, expectation: str, code: str, faults: Sequence[str], /, **values: object) -> Finding:
    """A critical promise, broken where there are faults, each of which names a row by its key."""
    if not faults:
        return kept(table, expectation, "critical", code, **values)
    observed = f"{len(faults):,}: {'; '.join(faults[:SHOWN])}"
    return broken(
        table, expectation, "critical", f"{code}_broken", observed, list=list(faults), count=len(faults), **values
    )


def row_keys(rows: pl.DataFrame, columns: Sequence[str]) -> list[str]:
    """Rows by the values of some columns, sorted, as findings name them."""
    return [" ".join(str(value) for value in row) for row in rows.select(columns).sort(columns).iter_rows()]


def critical(findings: Iterable[Finding]) -> list[Finding]:
    """Those that stop a run: broken and critical."""
    return [f for f in findings if f.severity == "critical" and not f.success]


def warnings(findings: Iterable[Finding]) -> list[Finding]:
    """Those the meeting should hear of: broken, and of severity warning."""
    return [f for f in findings if f.severity == "warning" and not f.success]


def findings_table(findings: Sequence[Finding], run_id: str, lang: str) -> pl.DataFrame:
    """One row per finding, as table `validation_result` promises it, sorted by its key.

    Args:
        findings: From any number of checks.
        run_id: Run they belong to.
        lang: Language of the sentences, the agency's, so that equal runs give equal tables.

    Raises:
        GateError: Two findings have the same table, expectation and column: one would hide the other.
    """
    rows = [
        (run_id, f.table_name, f.expectation, f.column_name, f.severity, f.success, f.sentence(lang), f.observed)
        for f in findings
    ]
    keys = [row[1:4] for row in rows]
    twice = next((key for key in keys if keys.count(key) > 1), None) if len(set(keys)) < len(keys) else None
    if twice:
        raise GateError(f"two findings share table, expectation and column {twice}; name what each was applied to")
    text = dict.fromkeys(TABLES["validation_result"].names, pl.String)
    schema = {**text, "success": pl.Boolean}
    return pl.DataFrame(rows, schema, orient="row").sort("table_name", "expectation", "column_name")


def source_title(agency: Agency, name: str) -> Words:
    """Title of a source in both languages; the bare name where the agency folder no longer has it."""
    readable = (*agency.layouts, *agency.registers)
    titles = {layout.name: Words(layout.title, layout.title_en) for layout in readable}
    return titles.get(name, Words(name, name))


def district_names(agency: Agency, codes: Iterable[str]) -> tuple[Words, ...]:
    """Names of districts in both languages, in the agency folder's order."""
    wanted = set(codes)
    return tuple(Words(d.name, d.name_en) for d in agency.districts if d.code in wanted)


def type_name(agency: Agency, code: str) -> Words:
    """Name of a crime type or call group in both languages; the bare code where it has none."""
    label = next((x for x in (*agency.crime_labels, *agency.call_groups) if x.code == code), None)
    return Words(label.name, label.name_en) if label else Words(code, code)


def month_text(month: date) -> str:
    """A month as sentences name it."""
    return f"{month:%Y-%m}"


def _shown(value: object, lang: str) -> object:
    if isinstance(value, Words):
        return value.ko if lang == "ko" else value.en
    if isinstance(value, tuple | list):
        named = ", ".join(str(_shown(entry, lang)) for entry in value[:SHOWN])
        more = len(value) - SHOWN
        if more <= 0:
            return named
        return f"{named} 외 {more:,}" if lang == "ko" else f"{named} and {more:,} more"
    return value
