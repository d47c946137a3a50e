"""Steps from the inbox to the core tables: what is there, read, stored, and known on the as-of day."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import date

from expectations.agency import Agency
from expectations.sentences import sentence, shown_name
from flows import record
from flows.computing.kept import Mapper
from flows.places.home import Home
from flows.planning.run import CLOCK_IS_RIGHT, Run
from flows.publishing import Placement
from flows.record import Identity
from flows.steps.telling import telling
from flows.warehouse import Clock, Collected, ReadFile, Warehouse
from flows.warehouse.reading_apart import is_much
from transforms.register.left import left_registers

FIRST = 5


def collect(warehouse: Warehouse, run: Run) -> Collected:
    """What lies in the inbox: files to read, files read before, and what is left alone."""
    lang = run.settings.language
    with telling("step_collect", lang) as shown:
        clock = Clock(run.today, run.terms_given, CLOCK_IS_RIGHT in run.sure)
        arrived = warehouse.collect(
            run.settings.home.inbox,
            run.agency,
            run.today,
            look_seconds=run.settings.look_seconds,
            limits=run.settings.limits,
            clock=clock,
        )
        shown.done = sentence(
            "collected",
            lang,
            new=len(arrived.files),
            known=len(arrived.known),
            left=len(arrived.left_alone),
            growing=len(arrived.growing),
        )
        for code, names in (
            ("collected_left_alone", arrived.left_alone),
            ("collected_growing", arrived.growing),
            ("collected_unreadable", arrived.unreadable),
            ("collected_stale", arrived.stale),
        ):
            if names:
                shown.notes.append(sentence(code, lang, files=_listed(names)))
        if warehouse.mended:
            shown.notes.append(warehouse.mended.sentence(lang))
        if skewed := warehouse.skewed(run.today, lang):
            shown.notes.append(skewed)
        shown.notes += left_registers(arrived.left_alone, run.agency, lang)
    return arrived


def _listed(names: Sequence[str]) -> str:
    more = len(names) - FIRST
    return ", ".join(names[:FIRST]) + (f" … (+{more})" if more > 0 else "")


@contextmanager
def read(
    warehouse: Warehouse, arrived: Collected, run: Run, mapping: AbstractContextManager[Mapper]
) -> Iterator[Mapping[str, ReadFile]]:
    """Where much has come, what other processes have read of it, by file_id; its rows are gone with the block."""
    settings = run.settings
    if settings.workers == 1 or settings.runner == "threads" or not is_much(arrived.files):
        yield {}
        return
    with ExitStack() as held:
        with telling("step_read_apart", settings.language) as shown:
            found = held.enter_context(warehouse.reading(arrived, run.agency, mapping))
            shown.done = sentence("read_apart", settings.language, files=len(found), new=len(arrived.files))
        yield found


def store(
    warehouse: Warehouse, arrived: Collected, agency: Agency, lang: str, read: Mapping[str, ReadFile] | None = None
) -> None:
    """Read every new file and store its rows; each row of each file is accounted for, or the run fails.

    Args:
        warehouse: Open.
        arrived: What has come.
        agency: Whose it is.
        lang: Of what is said.
        read: What other processes have read of it.
    """
    with telling("step_read", lang) as shown:
        stored = warehouse.store_all(arrived.files, agency, read)
        for file in stored:
            if file.status == "left":
                shown.notes.append(file.sentence or shown_name(file.name))
        outcomes = [file.outcome for file in stored if file.outcome]
        rows = {
            fate: sum(getattr(outcome, f"rows_{fate}") for outcome in outcomes)
            for fate in ("read", "accepted", "rejected", "superseded", "set_aside")
        }
        warehouse.note_counted()
        refused = len(arrived.refused) + sum(file.status == "refused" for file in stored)
        shown.done = sentence("stored", lang, files=len(outcomes), refused=refused, **rows)


def resolve(warehouse: Warehouse, agency: Agency, as_of: date, lang: str) -> tuple[str, ...]:
    """Make the core tables what the agency knew on the as-of day; which months of them changed."""
    with telling("step_resolve", lang) as shown:
        changed = warehouse.resolve(agency, as_of)
        shown.done = sentence("resolved", lang, as_of=as_of, files=len(warehouse.current_files(as_of)))
    return changed


def compare(warehouse: Warehouse, home: Home | None, identity: Identity, lang: str) -> Placement | None:
    """The publication where it is what this run would make, so that nothing is computed again; else None.

    Args:
        warehouse: Open.
        home: Whose publication; None for a run that writes elsewhere and leaves it alone.
        identity: What the run is.
        lang: Of what is said.
    """
    with telling("step_compare", lang) as shown:
        found = record.already_published(warehouse, home, identity) if home else None
        shown.done = sentence("compared_equal" if found else "compared", lang, run_id=identity.run_id)
    return found
