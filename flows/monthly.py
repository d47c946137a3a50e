"""The month on one page: collect, store, resolve, count, late reports, check, forecast, score, check, publish."""

import os
from dataclasses import dataclass

from prefect import flow

from expectations.agency import load_agency
from expectations.gate import warnings
from expectations.sentences import sentence
from flows import forecasting, steps
from flows.publishing import Outcome, recover
from flows.record import recorded
from flows.run import Run, plan
from flows.settings import prepare_environment, read_settings
from flows.warehouse import Warehouse

TOLD = {"publication": "published", "beside": "aside", "out": "out"}


@dataclass(frozen=True)
class Monthly:
    """What a run that got through says of itself."""

    outcome: Outcome
    warnings: int

    def lines(self, lang: str) -> list[str]:
        """What the terminal prints at the end."""
        info, kind = self.outcome.info, TOLD[self.outcome.kind]
        month = f"{info.month:%Y-%m}"
        values = {"month": month, "path": self.outcome.strategy, "run_id": info.run_id, "as_of": info.as_of}
        told = [
            sentence(f"run_{kind if self.outcome.changed else 'unchanged'}", lang, warnings=self.warnings, **values)
        ]
        return told if info.complete else [*told, sentence("run_incomplete", lang, month=month)]


@flow(name="monthly", persist_result=False)
def monthly(
    month: str | None = None, as_of: str | None = None, reason: str = "scheduled", out: str | None = None
) -> Monthly:
    """Bring one month from the agency's exports to the tables the strategy meeting reads.

    Safe to run again for any month: every step replaces that month whole, and readers keep the previous publication
    until the last gate has passed.

    Args:
        month: Month the meeting looks at, e.g. 2024-03; default the one before the as-of's month.
        as_of: Day whose knowledge to use, e.g. 2024-04-10; default today in the agency's timezone.
        reason: Why it is run; kept in table run.
        out: Folder to write to, leaving what is published alone.

    Raises:
        RunStopped: A critical expectation failed; nothing was published.
    """
    settings = read_settings(os.environ)
    prepare_environment(settings.home)
    run = plan(settings, load_agency(settings.agency), month, as_of, reason, out)
    forecasting.engine(run.agency)  # a model's name misspelt should not be found out after an hour of reading
    settings.home.claim(run.agency.code)
    with Warehouse.open(settings.home.root, wait_seconds=settings.wait_seconds) as warehouse:
        recover(settings.home)
        return _bring(warehouse, run)


def _bring(warehouse: Warehouse, run: Run) -> Monthly:
    """The month's path, under the warehouse's lock."""
    arrived = steps.collect(warehouse, run)
    steps.store(warehouse, arrived, run)
    steps.resolve(warehouse, run)
    run_id, inputs = steps.identify(warehouse, run)
    with recorded(warehouse, run, run_id, inputs):
        tables = steps.count(warehouse, run)
        tables |= steps.late_reports(warehouse, tables, run)
        findings = steps.check_inputs(warehouse, tables, run, arrived.stale)
        steps.stop_if_critical(warehouse, arrived, findings, run, run_id)
        tables |= steps.forecast(warehouse, tables, run, run_id)
        tables |= steps.score(warehouse, tables, run)
        tables |= steps.describe(warehouse, tables, run, run_id)
        findings += steps.check_publication(tables, run, run_id)
        steps.stop_if_critical(warehouse, arrived, findings, run, run_id)
        outcome = steps.publish(arrived, tables, findings, run, run_id)
    return Monthly(outcome, len(warnings(findings)))
