"""The home opened for one run: its terms read, its store under the lock, what a killed run left cleared away."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from expectations.agency import load_agency
from flows.beginning.tidying import tidy
from flows.computing.following import folder_entries
from flows.places.scratch import clear_scratch
from flows.planning.run import WITHOUT_LOST, Run, parse_month, plan
from flows.planning.terms import Terms
from flows.settings import Settings
from flows.warehouse import Warehouse
from forecasts.tables.engine import engine


@dataclass(frozen=True)
class Opened:
    """A run that may begin.

    Attributes:
        accept: Months whose loss or fall is confirmed.
    """

    warehouse: Warehouse
    run: Run
    accept: tuple[date, ...]


@contextmanager
def opened(settings: Settings, terms: Terms, wait_seconds: float) -> Iterator[Opened]:
    """See that the run can be what it is asked for, then open its home until it is done.

    Raises:
        Failure: A term, the agency's folder or the home cannot be used, or another run works on it for longer than
            `wait_seconds`.
    """
    run = plan(settings, load_agency(settings.agency), terms)
    accept = tuple(parse_month(text) for text in terms.accept)
    engine(run.agency)  # a model's name misspelt should not be found out after an hour of reading
    folder_entries(run.agency)  # nor a row of its register that cannot be read
    home = settings.home
    restored = home.claim(run.agency.code)
    rebuilt = not home.warehouse.exists() and home.received.exists()
    without_lost = WITHOUT_LOST in run.sure
    memory = f"{settings.memory_megabytes}MB"
    with Warehouse.open(
        home.root, wait_seconds=wait_seconds, memory_limit=memory, without_lost=without_lost
    ) as warehouse:
        tidy(home, settings.language, restored=restored, rebuilt=rebuilt)
        clear_scratch()
        home.make_inbox()
        # Runs are entered by the second: one that waited for another may have been started in the same.
        yield Opened(warehouse, replace(run, started_at=warehouse.free_start(run.started_at)), accept)
