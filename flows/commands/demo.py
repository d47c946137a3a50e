"""`chian demo`: generated exports for Gwangju into a home of their own, their newest month run and published."""

import shlex
import shutil
import sys
from dataclasses import replace
from pathlib import Path

from expectations.agency import load_agency, packaged
from expectations.sentences import sentence
from flows.places.home import Home, HomeError, private_files
from flows.planning.terms import Terms
from flows.progress import from_here
from flows.settings import Settings

MONTH, AS_OF = "2024-03", "2024-04-17"
QUESTION = (
    "select district_name, crime_type, incidents, foreseen, surprise, signal from outlook where level = 'station'"
)


def run_demo(settings: Settings, critical_fault: bool) -> int:
    """Write the exports, run the month and say where to look; the run's exit status.

    It is always Gwangju's and in an inbox of its own: that inbox is emptied first, which must never happen to the one
    CHIAN_INBOX names.
    """
    from flows.commands.run import begin_prefect, run_month
    from flows.ending.failure import explain
    from flows.warehouse.failure import WarehouseBusy
    from flows.warehouse.lock import LOCK, locked

    root = settings.home.root
    settings = replace(settings, home=replace(settings.home, inbox=root / "inbox"), agency=packaged(), home_named=True)
    try:
        settings.home.claim(load_agency(packaged()).code, demo=True)
        begin_prefect(settings)  # its server takes as long as the exports
        with private_files(), locked(root / LOCK, settings.wait_seconds):
            _write_exports(settings.home, critical_fault)
    except (HomeError, WarehouseBusy) as error:
        print("chian:", error.sentence(settings.language), file=sys.stderr)
        return 1
    except OSError as error:
        print("chian:", explain(error, settings.language), file=sys.stderr)
        return 1
    reason = "demonstration with a planted critical fault" if critical_fault else "demonstration"
    status = run_month(settings, Terms(MONTH, AS_OF, reason))
    if status == 0:
        home = settings.home
        month = home.published / MONTH
        places = {
            "inbox": home.inbox,
            "published": home.strategy,
            "briefing": month / packaged().name / "briefing.html",
            "report": month / "validation.html",
        }
        shown = {name: from_here(path) for name, path in places.items()}
        print(sentence("demo_done", settings.language, query=_query(home), **shown))
    return status


def _write_exports(home: Home, critical_fault: bool) -> None:
    """Put exactly the generated files into the inbox and let the warehouse forget an earlier demonstration's.

    The publication stays until the run replaces it: the demonstration keeps the promise every run keeps.
    """
    from itertools import chain

    from transforms.demonstration import demonstration_exports, demonstration_registers

    for stale in (home.inbox, home.root / "reports"):
        shutil.rmtree(stale, ignore_errors=False) if stale.exists() else None
    for stale in (home.warehouse, home.received):
        stale.unlink(missing_ok=True)
    made = chain(demonstration_exports(critical_fault=critical_fault), demonstration_registers())
    for name, content in made:
        path = home.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _query(home: Home) -> str:
    command = "chian" if sys.argv[0].endswith(".py") else from_here(Path(sys.argv[0]))
    return f'CHIAN_HOME={shlex.quote(from_here(home.root))} {shlex.quote(command)} query "{QUESTION}"'
