"""The gate's report as one page that opens anywhere: no link, font or script from outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from importlib.resources import files as package_files
from typing import TYPE_CHECKING

import polars as pl

from expectations.agency import Agency
from expectations.gate import Finding, critical, warnings
from expectations.gate.finding import source_title
from expectations.sentences import sentence, shown_name
from expectations.visible import visible
from transforms.register.left import why_left

if TYPE_CHECKING:
    from jinja2 import Template

TEMPLATE = "validation_page.html.j2"
ROWS = ("rows_read", "rows_accepted", "rows_rejected", "rows_superseded", "rows_set_aside")
ORDER = {"critical": 0, "warning": 1, "info": 2}


@dataclass(frozen=True)
class ReportedRun:
    """The run a report is about.

    Attributes:
        month: First day of the month the meeting looks at.
        as_of: Day whose knowledge the run used.
        run_id: The run.
        generated: Whether any export was demonstration data: every page made from it says so.
    """

    month: date
    as_of: date
    run_id: str
    generated: bool


def validation_page(
    findings: Sequence[Finding],
    files: pl.DataFrame,
    left_alone: Sequence[str],
    agency: Agency,
    run: ReportedRun,
    lang: str,
) -> str:
    """One self-contained HTML page: what was found, worst first, then the files, then every promise.

    Args:
        findings: Of every check of the run, kept promises included.
        files: Contract `source_file`.
        left_alone: Names of files no layout knows.
        agency: Whose month it is.
        run: What is reported on.
        lang: ko or en; notes of files stand in the agency's language.

    Returns:
        HTML; equal inputs give equal bytes.
    """
    ordered = sorted(findings, key=lambda f: (ORDER[f.severity], f.table_name, f.expectation, f.column_name))
    stopped, warned = critical(ordered), warnings(ordered)
    page = _template().render(
        lang=lang,
        say=partial(sentence, lang=lang),
        agency=agency.name if lang == agency.language else agency.name_en,
        month=f"{run.month:%Y-%m}",
        run=run,
        state="stopped" if stopped else "warned" if warned else "passed",
        groups=[("critical", stopped), ("warnings", warned), ("infos", _told(ordered))],
        findings=ordered,
        files=_files(files, agency, lang),
        sums={name: files.get_column(name).sum() for name in ROWS},
        rows=ROWS,
        left_alone=[(shown_name(name), why_left(name, agency, lang)) for name in sorted(left_alone)],
    )
    return visible(page)


@cache
def _template() -> "Template":
    """The page without what it says, compiled once for a process."""
    # Imported here: commands that write no page should not pay for it.
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["count"] = lambda value: f"{value:,}"
    return environment.from_string((package_files("transforms.briefing") / TEMPLATE).read_text("utf-8"))


def _told(findings: Sequence[Finding]) -> list[Finding]:
    return [f for f in findings if f.severity == "info" and not f.success]


def _files(files: pl.DataFrame, agency: Agency, lang: str) -> list[dict[str, object]]:
    """Rows of the files' table: refused ones first, then the newest."""
    refused_first = files.with_columns((pl.col("status") != "refused").alias("_read")).sort(
        "_read", "exported_on", "name", "file_id", descending=[False, True, False, False], nulls_last=True
    )
    return [
        {**row, "title": _title(agency, row["source"], lang), "period": _period(row["period_from"], row["period_to"])}
        for row in refused_first.iter_rows(named=True)
    ]


def _title(agency: Agency, source: str | None, lang: str) -> str:
    if source is None:
        return "–"
    words = source_title(agency, source)
    return words.ko if lang == "ko" else words.en


def _period(first: date | None, last: date | None) -> str:
    if first is None or last is None:
        return "–"
    return f"{first}" if first == last else f"{first} – {last}"
