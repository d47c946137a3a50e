"""The validation report of a run: beside what it publishes, or in the place of it where the gate stops the run."""

from pathlib import Path

import polars as pl

from expectations.gate import Finding, critical
from flows.ending.failure import RunStopped
from flows.planning.vintage import Vintage
from flows.warehouse import Collected, Warehouse
from transforms.meeting.publication import is_generated


def stop_if_critical(
    warehouse: Warehouse, arrived: Collected, findings: list[Finding], vintage: Vintage, run_id: str, reports: Path
) -> None:
    """Write a report and end the run where a critical promise was broken; nothing has been published by then.

    Args:
        warehouse: Open.
        arrived: What lies in the inbox.
        findings: What the gate found.
        vintage: The month, as of its day.
        run_id: Named in the report.
        reports: Folder to write to.

    Raises:
        RunStopped: One was.
    """
    broken = critical(findings)
    if not broken:
        return
    reports.mkdir(mode=0o700, exist_ok=True)
    report = reports / f"{vintage.month:%Y-%m}-{vintage.as_of}-{run_id}.html"
    files = warehouse.source_files(vintage.agency, vintage.as_of)
    report.write_text(validation_report(files, arrived, findings, vintage, run_id), "utf-8")
    raise RunStopped(broken, report)


def validation_report(
    files: pl.DataFrame, arrived: Collected, findings: list[Finding], vintage: Vintage, run_id: str
) -> str:
    """The validation page of a run, in the agency's language."""
    from transforms.briefing.validation_page import ReportedRun, validation_page

    agency, generated = vintage.agency, is_generated(files, vintage.agency)
    reported = ReportedRun(month=vintage.month, as_of=vintage.as_of, run_id=run_id, generated=generated)
    return validation_page(findings, files, arrived.left_alone, agency, reported, agency.language)
