"""`chian run`: one month, in this process, without a server."""

import os
import sys
from typing import TYPE_CHECKING

from expectations.sentences import sentence
from flows.places.home import HomeError
from flows.planning.terms import Terms
from flows.serving.messengers import start_messengers
from flows.settings import Settings, prepare_environment, prepare_prefect

if TYPE_CHECKING:
    from flows.beforehand.rehearsal import Rehearsal
    from flows.beginning.scheduled import Look
    from flows.ending.ended import Monthly

PUBLISHED, FAILED, STOPPED = 0, 1, 2
SHOWN = 10


def run_month(settings: Settings, terms: Terms) -> int:
    """Run the monthly flow; exit status 0 published (or, scheduled, not yet), 2 stopped by the gate, 1 otherwise.

    Whatever else ends it says so in one sentence on stderr.
    """
    if not _is_home(settings):
        return FAILED
    _prepare(settings)
    from flows.ending.failure import RunStopped, explain

    try:
        ended = _brought(settings, terms)
    except RunStopped as stopped:
        for finding in stopped.findings[:SHOWN]:
            print("chian:", finding.sentence(settings.language), file=sys.stderr)
        print("chian:", sentence("run_stopped", settings.language, report=stopped.report), file=sys.stderr)
        return STOPPED
    except Exception as error:
        if not _tell(explain(error, settings.language) or _no_room(settings)):
            raise
        return FAILED
    return _said(ended, settings)


def begin_prefect(settings: Settings) -> None:
    """Have the run's small server come up beside whatever is done before the run asks for it.

    Raises:
        OSError: Prefect's folder cannot be made, or has no room.
    """
    from flows.serving.alone import begin_alone

    _prepare(settings)
    prepare_prefect(settings.home)
    begin_alone()


def _prepare(settings: Settings) -> None:
    # The command itself says how the run ended; Prefect's traceback of an expected stop would bury the sentence, and so
    # would those of its server, which goes on for a while on a full disk.
    for name in ("PREFECT_LOGGING_LEVEL", "PREFECT_LOGGING_SERVER_LEVEL"):
        os.environ.setdefault(name, "CRITICAL")
    prepare_environment(settings)


def _brought(settings: Settings, terms: Terms) -> "Monthly | Look | Rehearsal":
    """The month, without Prefect where nothing is to be done."""
    from flows.beforehand.unchanged import unchanged
    from flows.notices import tell_of
    from flows.serving.alone import prepare_alone

    if ended := unchanged(settings, terms):
        tell_of(ended, settings.hooks, settings.language)
        return ended
    begin_prefect(settings)
    from flows.monthly import by_hand  # takes as long as the server does

    prepare_alone()
    start_messengers()
    return by_hand(settings, terms)


def _said(ended: "Monthly | Look | Rehearsal", settings: Settings) -> int:
    for line in ended.lines(settings.language):
        print(line)
    return PUBLISHED


def _is_home(settings: Settings) -> bool:
    """Whether there is a home to run in; a forgotten CHIAN_HOME must not make a second one where nobody looks."""
    try:
        settings.home.require(chosen=settings.home_named)
    except HomeError as error:
        return not _tell(error.sentence(settings.language))
    return True


def rehearse_month(settings: Settings, terms: Terms) -> int:
    """Print what a run would do and touch nothing; exit status 0, or 1 with one sentence on stderr."""
    from flows.ending.failure import explain

    try:
        from flows.beforehand.rehearsal import rehearse

        rehearsal = rehearse(settings, terms)
    except Exception as error:
        if not _tell(explain(error, settings.language)):
            raise
        return FAILED
    for line in rehearsal.lines(settings.language):
        print(line)
    return PUBLISHED


def _tell(why: str | None) -> bool:
    """Say on stderr why a run failed; whether there was a sentence for it."""
    if why is not None:
        print("chian:", why, file=sys.stderr)
    return why is not None


def _no_room(settings: Settings) -> str | None:
    """The sentence of a full disk, where it is full: then that is why Prefect failed, whatever it says itself."""
    from flows.ending.failure import explain

    try:
        prepare_prefect(settings.home)
    except OSError as error:
        return explain(error, settings.language)
    return None
