"""The month on one page: collect, store, resolve, count, check, forecast, score, follow, check, brief, publish."""

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar, cast

from prefect import flow
from prefect.states import Completed

from expectations.agency import load_agency
from expectations.gate import warnings
from expectations.sentences import sentence
from flows import steps
from flows.computing import forecasting
from flows.computing.following import folder_entries
from flows.notices import Signal, signals, tell
from flows.progress import from_here
from flows.publishing import Outcome, ToDate, to_date
from flows.record import identify, recorded, told
from flows.record.rehearsal import Rehearsal, rehearse
from flows.run import WITHOUT_LOST, Run, parse_month, plan
from flows.scheduled import Look, look
from flows.scratch import clear_scratch
from flows.settings import prepare_environment, read_settings
from flows.tidying import tidy
from flows.warehouse import Warehouse

T = TypeVar("T")
SHOWN = 10
"""Warnings told in full at the end of a run; the report has them all."""
TOLD = {"publication": "published", "beside": "aside", "out": "out"}


@dataclass(frozen=True)
class Monthly:
    """What a run that got through says of itself.

    Attributes:
        warned: Sentences of the warnings, which the report has too.
        to_date: The month still running at the as-of, as far as it is told.
        asked: The month that was asked for where it is still running.
    """

    outcome: Outcome
    warned: tuple[str, ...]
    signals: tuple[Signal, ...] = ()
    to_date: ToDate | None = None
    asked: date | None = None

    @property
    def warnings(self) -> int:
        """How many warnings there were."""
        return len(self.warned)

    def lines(self, lang: str) -> list[str]:
        """What the terminal prints at the end: what was published, and every warning, the first ones in full."""
        info, kind = self.outcome.info, TOLD[self.outcome.kind]
        month = f"{info.month:%Y-%m}"
        values = {"month": month, "path": from_here(self.outcome.strategy), "run_id": info.run_id, "as_of": info.as_of}
        told = [
            sentence(f"run_{kind if self.outcome.changed else 'unchanged'}", lang, warnings=self.warnings, **values)
        ]
        told += [f"  ! {' '.join(one.split())}" for one in self.warned[:SHOWN]]
        if self.warnings > SHOWN:
            told.append("  ! " + sentence("run_more_warnings", lang, count=self.warnings - SHOWN))
        if self.to_date:
            running, through = f"{self.to_date.month:%Y-%m}", self.to_date.through
            told.append(sentence("run_to_date", lang, running=running, through=through, month=month))
        elif self.asked:
            told.append(sentence("run_no_days", lang, running=f"{self.asked:%Y-%m}", month=month))
        return told if info.complete else [*told, sentence("run_incomplete", lang, month=month)]


@flow(name="monthly", persist_result=False, on_completion=[tell], on_failure=[tell], on_crashed=[tell])
def monthly(
    month: str | None = None, as_of: str | None = None, reason: str = "scheduled", out: str | None = None,
    scheduled: bool = False, dry_run: bool = False, accept: list[str] | None = None,
    sure: list[str] | None = None,
) -> Monthly | Look | Rehearsal:  # fmt: skip
    """Bring one month from the agency's exports to the tables the strategy meeting reads.

    Safe to run again for any month: every step replaces that month whole, and readers keep the previous publication
    until the last gate has passed.

    Args:
        month: Month the meeting looks at, e.g. 2024-03; default the one before the as-of's month. For a month still
            running it looks at the one before, with the running one to date.
        as_of: Day whose knowledge to use, e.g. 2024-04-10; default today in the agency's timezone.
        reason: Why it is run; kept in table run.
        out: Folder to write to, leaving what is published alone.
        scheduled: Publish only when it is time: until the deadline a month that lacks a required export is waited for,
            and one that stands published with nothing new is left alone. The run is then completed, by the name of
            Waiting or Unchanged.
        dry_run: Say what would be read, computed and published, and change nothing. The run is then completed, by the
            name of Rehearsed; what it says stands in its artifact.
        accept: Months, e.g. 2022-05, whose loss or fall against what was delivered or published before is confirmed,
            from this as-of day on; kept in received.jsonl and told in table run.
        sure: What to go on against: `clock-is-right`, the day of the clock; `without-lost`, files and lines of
            received.jsonl of which nothing is left.

    Raises:
        RunStopped: A critical expectation failed; nothing was published.
    """
    settings = read_settings(os.environ)
    settings.home.require()
    prepare_environment(settings.home)
    if dry_run:
        rehearsed = rehearse(settings, month, as_of, Path(out) if out else None, accept or (), sure or ())
        steps.show_rehearsal(rehearsed, settings.language)
        return _completed(rehearsed, "Rehearsed", rehearsed.lines("en", quoting=False)[0])
    run = plan(settings, load_agency(settings.agency), month, as_of, reason, out, sure or ())
    months = [parse_month(text) for text in accept or ()]
    forecasting.engine(run.agency)  # a model's name misspelt should not be found out after an hour of reading
    folder_entries(run.agency)  # nor a row of its register that cannot be read
    restored = settings.home.claim(run.agency.code)
    rebuilt = not settings.home.warehouse.exists() and settings.home.received.exists()
    with Warehouse.open(
        settings.home.root, wait_seconds=settings.wait_seconds, without_lost=WITHOUT_LOST in run.sure
    ) as warehouse:
        tidy(settings.home, settings.language, restored=restored, rebuilt=rebuilt)
        clear_scratch()
        return _bring(warehouse, run, months, scheduled)


def _bring(warehouse: Warehouse, run: Run, accept: list[date], scheduled: bool) -> Monthly | Look:
    """The month's path, under the warehouse's lock."""
    arrived = steps.collect(warehouse, run)
    warehouse.accept(accept, run.as_of, run.reason)
    steps.store(warehouse, arrived, run)
    steps.resolve(warehouse, run)
    if scheduled and (looked := look(warehouse, run)) is not None:
        name = {"waiting": "Waiting", "stands": "Unchanged"}[looked.kind]
        return _completed(looked, name, looked.sentence("en"))
    identity = identify(warehouse, arrived, run)
    run_id = identity.run_id
    with recorded(warehouse, run, identity):
        if (stands := steps.standing(warehouse, run, identity)) is not None:
            warned, outlook = told(stands)
            return Monthly(stands, tuple(warned), signals(outlook.to_dicts()), to_date(stands.strategy), run.running)
        tables = steps.count(warehouse, run)
        tables |= steps.late_reports(warehouse, tables, run)
        findings = steps.check_inputs(warehouse, tables, run, arrived.stale)
        steps.stop_if_critical(warehouse, arrived, findings, run, run_id)
        tables |= steps.forecast(warehouse, tables, run, run_id)
        tables |= steps.score(warehouse, tables, run)
        tables |= steps.follow(warehouse, tables, run, run_id)
        tables |= steps.describe(warehouse, tables, run, run_id)
        findings += steps.check_publication(tables, run, run_id)
        steps.stop_if_critical(warehouse, arrived, findings, run, run_id)
        tables |= steps.conclude(findings, run, run_id)
        made = steps.brief(tables, run)
        outcome = steps.publish(arrived, tables, findings, made, run, run_id)
    steps.forget(run)
    found = signals(tables["outlook"].to_dicts())
    in_order = sorted(warnings(findings), key=lambda one: (one.table_name, one.expectation, one.column_name))
    sentences = tuple(one.sentence(run.settings.language) for one in in_order)
    return Monthly(outcome, sentences, found, to_date(outcome.strategy), run.running)


def _completed(ended: T, name: str, message: str) -> T:
    """A run that publishes nothing and went as it should: completed in Prefect, under a name that says what it found.

    Not failed, or people would be called for a month that is merely not there yet; nor cancelled, for nobody did.
    Prefect takes the state for the run's own and hands its data to the caller.
    """
    return cast(T, Completed(name=name, message=message, data=ended))
