"""The month as a Prefect flow: the steps of `flows/month.py` as tasks, and what Prefect's pages show of them."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

import polars as pl
from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed

from expectations.gate import Finding
from flows import steps
from flows.beforehand.rehearsal import Rehearsal, rehearse
from flows.beginning.opened import opened
from flows.beginning.scheduled import Look
from flows.briefing import Documents
from flows.computing.fitting import fitting
from flows.computing.kept import Mapper
from flows.computing.processes import Processes
from flows.ending.ended import Monthly
from flows.month import bring
from flows.notices import tell
from flows.planning.run import Run
from flows.planning.terms import Terms
from flows.publishing import Placement
from flows.settings import Settings, prepare_environment, read_settings
from flows.warehouse import Collected

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
SHOWN = [
    "district_name",
    "crime_type",
    "incidents",
    "foreseen",
    "surprise",
    "signal",
    "three_year_mean",
    "forecast_mean",
]


class AsTasks:
    """Steps are carried out as Prefect tasks of their names, forecasts on the runner the settings name."""

    def step(self, function: Callable[P, R]) -> Callable[P, R]:
        """A task that is always carried out: what it works on, a connection among it, cannot be a cache's key."""
        name = function.__name__.replace("_", " ")
        work = cast("Callable[P, R]", _publish) if name == "publish" else function
        return cast("Callable[P, R]", task(name=name, cache_policy=NO_CACHE, persist_result=False)(work))

    def mapping(self, settings: Settings, others: Processes | None) -> AbstractContextManager[Mapper]:
        """A map whose calls are tasks, too."""
        return fitting(settings, others)


@flow(name="monthly", persist_result=False, on_completion=[tell], on_failure=[tell], on_crashed=[tell])
def monthly(
    month: str | None = None,
    as_of: str | None = None,
    reason: str = "scheduled",
    out: str | None = None,
    scheduled: bool = False,
    dry_run: bool = False,
    accept: list[str] | None = None,
    sure: list[str] | None = None,
) -> Monthly | Look | Rehearsal:
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
    terms = Terms(month, as_of, reason, out, scheduled, accept or (), sure or (), dry_run)
    return walk(read_settings(os.environ), terms)


def by_hand(settings: Settings, terms: Terms) -> Monthly | Look | Rehearsal:
    """The same flow for the command line, which has read the settings already.

    Raises:
        RunStopped: As the flow says.
    """

    @wraps(monthly.fn)
    def walked(**asked: Any) -> Monthly | Look | Rehearsal:
        return walk(settings, terms)

    own = flow(name=monthly.name, persist_result=False, on_completion=[tell], on_failure=[tell], on_crashed=[tell])
    given = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(terms).items()}
    return own(walked)(**given)


def walk(settings: Settings, terms: Terms) -> Monthly | Look | Rehearsal:
    """The month within a flow, each step a task.

    Raises:
        Failure: Terms, home or agency folder cannot be used.
        RunStopped: A critical expectation failed; nothing was published.
    """
    settings.home.require()
    prepare_environment(settings)
    if terms.dry_run:
        rehearsed = rehearse(settings, terms)
        _show_rehearsal(rehearsed, settings.language)
        return _completed(rehearsed, "Rehearsed", rehearsed.lines("en", quoting=False)[0])
    with opened(settings, terms, settings.wait_seconds) as begun:
        ended = bring(begun.warehouse, begun.run, begun.accept, scheduled=terms.scheduled, manner=AsTasks())
    if isinstance(ended, Look):
        name = {"waiting": "Waiting", "stands": "Unchanged"}[ended.kind]
        return _completed(ended, name, ended.sentence("en"))
    return ended


def _completed(ended: T, name: str, message: str) -> T:
    """A run that publishes nothing and went as it should: completed in Prefect, under a name that says what it found.

    Not failed, or people would be called for a month that is merely not there yet; nor cancelled, for nobody did.
    Prefect takes the state for the run's own and hands its data to the caller.
    """
    return cast(T, Completed(name=name, message=message, data=ended))


def _publish(
    arrived: Collected,
    tables: steps.Tables,
    aside: steps.Aside,
    findings: list[Finding],
    pages: Documents,
    run: Run,
    run_id: str,
) -> Placement:
    """The step, and what it published shown with its task."""
    placement = steps.publish(arrived, tables, aside, findings, pages, run, run_id)
    _show(tables["outlook"], placement)
    return placement


def _show_rehearsal(rehearsal: Rehearsal, lang: str) -> None:
    """What a dry run says, for readers of Prefect's pages; Prefect keeps it, so nothing of an export is quoted."""
    create_markdown_artifact(
        key="dry-run", markdown="\n".join(f"    {line}" for line in rehearsal.lines(lang, quoting=False))
    )


def _show(outlook: pl.DataFrame, placement: Placement) -> None:
    """The outlook and where everything lies, for readers of Prefect's pages."""
    rows = outlook.select(SHOWN).with_columns(pl.col(pl.Float64).round(2)).to_dicts()
    create_table_artifact(
        key="outlook", table=rows, description=f"Outlook {placement.info.month:%Y-%m}, as of {placement.info.as_of}"
    )
    create_markdown_artifact(
        key="publication",
        markdown=f"- database: `{placement.strategy}`\n- briefings: `{placement.folder}/<district>/briefing.html`\n"
        f"- report: `{placement.folder}/validation.html`\n",
    )
