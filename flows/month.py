"""The month on one page: collect, store, resolve, count, check, forecast, score, follow, check, brief, publish.

It is walked in plain Python: `bring` is the whole month, `begin` and `compute` are its first two parts, for whom no
more is wanted. `flows/monthly.py` has every step carried out as a Prefect task.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, replace
from datetime import date
from typing import ParamSpec, Protocol, TypeVar

from expectations.gate import Finding, warnings
from flows import steps
from flows.beginning.scheduled import Look, look
from flows.computing.deployment import has_deployments, undeployed
from flows.computing.kept import Mapper
from flows.computing.places import has_points, nowhere
from flows.computing.plans.tables import has_units, unplanned
from flows.computing.processes import Processes, mapping, processes
from flows.computing.vulnerability import has_factors, unlisted
from flows.ending.ended import Monthly, signals
from flows.ending.validation_report import stop_if_critical
from flows.planning.run import WITHOUT_LOST, Run
from flows.publishing import Placement, to_date
from flows.record import Identity, identify, recorded, warnings_and_outlook
from flows.settings import Settings
from flows.steps import Aside, Tables
from flows.warehouse import Collected, Warehouse

P = ParamSpec("P")
R = TypeVar("R")


class Manner(Protocol):
    """How steps are carried out."""

    def step(self, function: Callable[P, R]) -> Callable[P, R]:
        """What carries a step out, called as the step itself is."""

    def mapping(self, settings: Settings, others: Processes | None) -> AbstractContextManager[Mapper]:
        """What maps forecasts over series, and the reading of much over files; over the run's processes, if any."""


class Plain:
    """Steps are called, forecasts mapped over plain processes: no server, nothing that looks on."""

    def step(self, function: Callable[P, R]) -> Callable[P, R]:
        """The step itself."""
        return function

    def mapping(self, settings: Settings, others: Processes | None) -> AbstractContextManager[Mapper]:
        """A map in this process, or over as many processes as the settings name."""
        return mapping(settings, others)


PLAIN = Plain()


@dataclass(frozen=True)
class Begun:
    """A month up to the first check, and nothing of it published.

    Attributes:
        arrived: What lies in the inbox.
        changed: Months of the core tables that were made again, as "core_crime 2024-03".
        identity: What the run is.
        already_published: The publication where it is what this run would make; nothing is counted then.
        tables: The months counted, final counts expected.
        aside: Those of them that are in files of the run's scratch.
        findings: What the gate found in the files and the counts.
    """

    arrived: Collected
    changed: tuple[str, ...]
    identity: Identity
    already_published: Placement | None
    tables: Tables
    aside: Aside
    findings: list[Finding]


def bring(
    warehouse: Warehouse, run: Run, accept: Sequence[date] = (), *, scheduled: bool = False, manner: Manner = PLAIN
) -> Monthly | Look:
    """Bring one month from the agency's exports to the tables the strategy meeting reads.

    Args:
        warehouse: Open, and under its lock until this returns.
        run: The terms.
        accept: Months whose loss or fall is confirmed.
        scheduled: Publish only when it is time; what is said instead is returned.
        manner: How steps are carried out.

    Raises:
        RunStopped: A critical expectation failed; nothing was published.
    """
    with ExitStack() as entered:
        others = entered.enter_context(processes(run.settings))

        def enter(identity: Identity) -> None:
            entered.enter_context(recorded(warehouse, run, identity))

        begun = begin(warehouse, run, accept, scheduled=scheduled, manner=manner, enter=enter, others=others)
        if isinstance(begun, Look):
            return begun
        if begun.already_published:
            return _as_published(begun.already_published, run.running)
        outlook, findings, placement = _finish(warehouse, begun, run, manner, others)
    steps.forget(run.settings)
    in_order = sorted(
        warnings(findings), key=lambda finding: (finding.table_name, finding.expectation, finding.column_name)
    )
    sentences = tuple(finding.sentence(run.settings.language) for finding in in_order)
    return Monthly(placement, sentences, signals(outlook), to_date(placement.strategy), run.running)


def bring_nothing_new(warehouse: Warehouse, run: Run, *, scheduled: bool = False) -> Monthly | Look | None:
    """What is to be said of a publication that stands, nothing new having come; else None, and nothing is entered.

    As `bring` says it, whose first steps these are.
    """
    arrived = steps.collect(warehouse, run)
    if arrived.files or arrived.refused:
        return None
    begun = _compared(warehouse, arrived, run, scheduled=scheduled, manner=PLAIN)
    if isinstance(begun, Look):
        return begun
    if begun.already_published is None:
        return None
    with recorded(warehouse, run, begun.identity):
        return _as_published(begun.already_published, run.running)


def begin(
    warehouse: Warehouse,
    run: Run,
    accept: Sequence[date] = (),
    *,
    scheduled: bool = False,
    manner: Manner = PLAIN,
    enter: Callable[[Identity], object] | None = None,
    others: Processes | None = None,
) -> Begun | Look:
    """The month up to the first check: what came, what it would be, the counts, and what the gate finds in them.

    The home is looked at only; what is read and resolved goes to the warehouse.

    Args:
        warehouse: Open.
        run: The terms.
        accept: Months whose loss or fall is confirmed.
        scheduled: Look first whether it is time; what is said instead is returned.
        manner: How steps are carried out.
        enter: Told what the run is as soon as that is known, before anything is computed.
        others: The run's processes, if any; without them some are made where they are worth it.
    """
    step, vintage, settings = manner.step, run.vintage, run.settings
    arrived = step(steps.collect)(warehouse, run)
    warehouse.accept(accept, run.as_of, run.reason)
    begun = _compared(warehouse, arrived, run, scheduled=scheduled, manner=manner, enter=enter, others=others)
    if isinstance(begun, Look) or begun.already_published:
        return begun
    tables, aside = step(steps.count)(warehouse, vintage, settings.language)
    tables |= step(steps.late_reports)(warehouse, tables, run.agency, run.as_of, settings.language)
    lang = settings.language
    findings = step(steps.check_inputs)(warehouse, tables, aside, vintage, settings.home, arrived.stale, lang)
    return replace(begun, tables=tables, aside=aside, findings=findings)


def _compared(
    warehouse: Warehouse,
    arrived: Collected,
    run: Run,
    *,
    scheduled: bool,
    manner: Manner,
    enter: Callable[[Identity], object] | None = None,
    others: Processes | None = None,
) -> Begun | Look:
    """What came read and resolved, and held against what is published; nothing counted yet."""
    step, home, lang = manner.step, run.settings.home, run.settings.language
    with steps.read(warehouse, arrived, run, manner.mapping(run.settings, others)) as read:
        step(steps.store)(warehouse, arrived, run.agency, lang, read)
    if WITHOUT_LOST in run.sure:
        warehouse.go_on_without(warehouse.lost(run.agency, run.as_of), run.today, run.reason)
    changed = step(steps.resolve)(warehouse, run.agency, run.as_of, lang)
    if scheduled and (looked := look(warehouse, run.vintage, home)) is not None:
        return looked
    identity = identify(warehouse, arrived, run.vintage, home)
    if enter:
        enter(identity)
    found = step(steps.compare)(warehouse, None if run.out else home, identity, lang)
    return Begun(arrived, changed, identity, found, {}, {}, [])


def compute(
    warehouse: Warehouse, begun: Begun, run: Run, *, manner: Manner = PLAIN, others: Processes | None = None
) -> tuple[Tables, list[Finding]]:
    """Every table to be published but `validation_result`, and beside `begun.aside`, from the counts.

    And what the gate finds of sums that no published table shows; it stops nothing here.
    """
    run_id, tables, step = begun.identity.run_id, dict(begun.tables), manner.step
    with manner.mapping(run.settings, others) as mapper:
        tables |= steps.forecast(warehouse, tables, run, run_id, nullcontext(mapper))
        by_hour, found = steps.demand(warehouse, tables, begun.aside, run, nullcontext(mapper))
        tables |= by_hour
        tables |= step(steps.running)(warehouse, tables, run.agency, run.month, run.as_of, run.settings.language)
        tables |= step(steps.score)(warehouse, tables, run, mapper)
        placed = has_points(warehouse.con)
        tables |= steps.places(warehouse, tables, run, nullcontext(mapper)) if placed else nowhere()
        tables |= step(steps.follow)(warehouse, tables, run, run_id)
        listed = has_factors(warehouse, run)
        tables |= step(steps.factors)(warehouse, tables, run) if listed else unlisted()
        deployed, unplaced = undeployed(), list[Finding]()
        if has_deployments(warehouse, run):
            deployed, unplaced = step(steps.deployments)(warehouse, tables, run, run_id, mapper)
    planned, unmet = unplanned(), list[Finding]()
    if has_units(warehouse, run):
        planned, unmet = step(steps.plan)(warehouse, tables, run)
    tables |= deployed | planned
    found += unplaced + unmet
    return tables | step(steps.describe)(warehouse, tables, run, run_id), found


def _finish(
    warehouse: Warehouse, begun: Begun, run: Run, manner: Manner, others: Processes | None
) -> tuple[list[dict[str, object]], list[Finding], Placement]:
    """From the first check to the publication: the outlook's rows, what the gate found, and what was published."""
    arrived, run_id, step = begun.arrived, begun.identity.run_id, manner.step
    agency, settings, aside = run.agency, run.settings, begun.aside
    stop_if_critical(warehouse, arrived, begun.findings, run.vintage, run_id, settings.home.reports)
    tables, found = compute(warehouse, begun, run, manner=manner, others=others)
    findings = (
        begun.findings + found + step(steps.check_publication)(tables, aside, agency, run.month, run_id, settings)
    )
    stop_if_critical(warehouse, arrived, findings, run.vintage, run_id, settings.home.reports)
    tables |= steps.conclude(findings, run_id, agency.language)
    documents = step(steps.brief)(tables, aside, agency, run.as_of, settings, others)
    placement = step(steps.publish)(arrived, tables, aside, findings, documents, run, run_id)
    return tables["outlook"].to_dicts(), findings, placement


def _as_published(placement: Placement, running: date | None) -> Monthly:
    warned, outlook = warnings_and_outlook(placement)
    return Monthly(placement, tuple(warned), signals(outlook.to_dicts()), to_date(placement.strategy), running)
