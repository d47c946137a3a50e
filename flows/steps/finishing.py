"""Steps that end the month: what the publication says of itself, its check, its pages, and putting it in place."""

import logging
from datetime import date

import polars as pl

from expectations.agency import Agency
from expectations.agency.words import agency_words
from expectations.contracts import TABLES
from expectations.contracts.ddl import conform
from expectations.contracts.examples import examples
from expectations.gate import Finding, findings_table
from expectations.gate import check_publication as check_finished
from expectations.sentences import sentence
from flows import record
from flows.briefing import Documents, by_audience, printing, readers
from flows.computing.kept import checking
from flows.computing.processes import Processes
from flows.ending.validation_report import validation_report
from flows.planning.run import Run
from flows.planning.vintage import Vintage
from flows.program import code_version
from flows.progress import from_here
from flows.publishing import Placement, build_strategy, staging, write_documents, write_parquet
from flows.publishing import publish as put_in_place
from flows.record import local_now, run_table
from flows.settings import Settings
from flows.steps.telling import Aside, Tables, checked, kept_rows, telling
from flows.warehouse import Collected, Warehouse
from transforms.meeting.district import district
from transforms.meeting.publication import is_generated, is_whole

_BESIDE_PRINTS = 3
"""Processes from which on they make documents beside a Chromium: it has more to do than they, and counts as one."""


def describe(warehouse: Warehouse, tables: Tables, run: Run, run_id: str) -> Tables:
    """The tables that say what the publication is and what it was made from."""
    agency, as_of = run.agency, run.as_of
    files = warehouse.source_files(agency, as_of)
    made = {
        "source_file": files,
        "rejected_row": warehouse.rejected_rows(as_of),
        "revision": warehouse.revisions(agency, as_of),
        "run": run_table(warehouse, run_id, run.started_at, local_now(agency)),
        "example_query": pl.DataFrame(list(examples())),
        "district": district(agency),
        "publication": pl.DataFrame([_publication(warehouse, tables, files, run.vintage, run_id)]),
    }
    return {name: conform(frame, TABLES[name]) for name, frame in made.items()}


def _publication(
    warehouse: Warehouse, tables: Tables, files: pl.DataFrame, vintage: Vintage, run_id: str
) -> dict[str, object]:
    agency, month, as_of = vintage.agency, vintage.month, vintage.as_of
    return {
        "month": month, "as_of": as_of, "run_id": run_id, "version": code_version(),
        "complete": not warehouse.missing(agency, month, as_of) and is_whole(tables, agency, month),
        "generated": is_generated(files, agency),
        "agency": agency.code, "agency_name": agency.name,
    }  # fmt: skip


def check_publication(
    tables: Tables, aside: Aside, agency: Agency, month: date, run_id: str, settings: Settings
) -> list[Finding]:
    """What the gate finds in the tables about to be published."""
    with telling("step_check", settings.language) as shown:
        kept = kept_rows(settings)
        findings = check_finished(tables, agency, month, run_id, checking(kept), aside)
        kept.prune()
        shown.done = checked(findings, settings.language)
    return findings


def conclude(findings: list[Finding], run_id: str, lang: str) -> Tables:
    """Table `validation_result`: what the gate found, which the briefing tells, too, in the agency's language."""
    results = findings_table(findings, run_id, lang)
    return {"validation_result": conform(results, TABLES["validation_result"])}


def brief(
    tables: Tables, aside: Aside, agency: Agency, as_of: date, settings: Settings, others: Processes | None = None
) -> Documents:
    """What every audience reads and takes away; prints and pictures where a Chromium is there and does its work.

    Args:
        tables: Every table to be published.
        aside: Those of them that are in files.
        agency: Whose they are.
        as_of: Day of the run.
        settings: Language and Chromium.
        others: Processes that make them; None: this one.
    """
    lang = settings.language
    with telling("step_brief", lang) as shown:
        made: Documents = {}
        with printing(settings.chromium, as_of) as press:
            apart = others if settings.chromium is None or settings.workers >= _BESIDE_PRINTS else None
            for theirs in by_audience(tables, agency, agency.language, aside, apart):
                press.take(theirs)
                made |= theirs
        printed = press.printed
        code = "briefed_and_printed" if printed.files else "briefed"
        shown.done = sentence(code, lang, pages=readers(made), prints=printed.pages)
        if warning := printed.warning(lang):
            shown.notes.append(warning)
    return made | printed.files


def publish(
    arrived: Collected,
    tables: Tables,
    aside: Aside,
    findings: list[Finding],
    pages: Documents,
    run: Run,
    run_id: str,
) -> Placement:
    """Build the database and the month's folder aside and swap them in."""
    with telling("step_publish", run.settings.language) as shown:
        with staging(run.settings.home, run_id, run.out) as staged:
            written = write_parquet(staged.parquet, tables, aside)
            words = agency_words(run.vintage.agency, "ko")
            build_strategy(staged.strategy, tables, words, written, run.settings.memory_megabytes)
            write_documents(staged.folder, pages)
            page = validation_report(tables["source_file"], arrived, findings, run.vintage, run_id)
            (staged.folder / "validation.html").write_text(page, "utf-8")
            placement = put_in_place(run.settings.home, staged)
        shown.done = from_here(placement.strategy)
    return placement


def forget(settings: Settings) -> None:
    """Remove what is kept no longer; that it cannot be removed is said and changes nothing of the publication."""
    try:
        record.forget_old(settings)
    except OSError as error:
        why = f"{error.filename}: {error.strerror}"
        logging.getLogger("chian.retention").warning(sentence("retention_failed", settings.language, why=why))
