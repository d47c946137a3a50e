"""`chian rollback`: an earlier publication comes back, at once and whole."""

import sys
from datetime import datetime
from zoneinfo import ZoneInfo

from expectations.agency import load_agency
from expectations.sentences import sentence
from flows.commands.error import CommandError, foreseen
from flows.places.home import Home
from flows.publishing import PublishingError, history, recover
from flows.publishing.history import Entry
from flows.publishing.publication import opened
from flows.publishing.swap import put_entry
from flows.settings import Settings
from flows.warehouse import Warehouse


def rollback(settings: Settings, to: str | None, reason: str) -> None:
    """Put the publication before the present one back, or that of the run `to`; table `run` of the next one tells.

    Forecasts stay issued: what a meeting was told is not unsaid. The next run publishes again from what it sees.

    Raises:
        CommandError: There is no such publication, or it is damaged; what is published stays.
    """
    home, lang = settings.home, settings.language
    with foreseen(lang):
        agency = load_agency(settings.agency)
        home.claim(agency.code, new=False)
        with Warehouse.open(home.root, wait_seconds=settings.wait_seconds) as warehouse:
            recover(home)
            present = history.current(home)
            target = _target(home, present, to)
            now = warehouse.free_start(datetime.now(ZoneInfo(agency.timezone)).replace(tzinfo=None, microsecond=0))
            replaced = present.run_id if present else "–"
            row = _row(target) | {
                "started_at": now,
                "reason": sentence("rollback_reason", agency.language, run_id=replaced, reason=reason),
            }
            warehouse.start_run(row)
            try:
                placement = put_entry(home, target)
                if history.intact(home, target.run_id) is None:
                    raise PublishingError("rollback_unverified", run_id=target.run_id)
            except BaseException:
                warehouse.finish_run(target.run_id, now, "failed", now)
                raise
            warehouse.finish_run(target.run_id, now, "restored", now)
    info = placement.info
    values = {"month": info.folder, "as_of": info.as_of, "run_id": info.run_id, "replaced": replaced}
    sys.stdout.write(sentence("rollback_done", lang, **values) + "\n")


def _target(home: Home, present: Entry | None, to: str | None) -> Entry:
    """The publication meant: the one before the present, or the newest of a run.

    Raises:
        CommandError: There is none, it is the present one, or several runs begin so.
    """
    kept = history.entries(home)
    if to is None:
        before = history.before(home, present) if present else next(reversed(kept), None)
        if before is None:
            raise CommandError("rollback_none")
        return before
    meant = [entry for entry in kept if entry.run_id.startswith(to)]
    if len({entry.run_id for entry in meant}) != 1:
        runs = ", ".join(dict.fromkeys(entry.run_id for entry in meant or kept)) or "–"
        raise CommandError("diff_ambiguous" if meant else "diff_unknown", wanted=to, runs=runs)
    if present and meant[-1].run_id == present.run_id and history.is_genuine(home) is not False:
        raise CommandError("rollback_present", run_id=present.run_id)
    return meant[-1]


def _row(target: Entry) -> dict[str, object]:
    """The row of table `run` that its own publication has of it."""
    with opened(target.strategy) as con:
        answer = con.execute(
            "select * from run where run_id = ? and status = 'published' order by started_at desc limit 1",
            [target.run_id],
        )
        names = [column[0] for column in answer.description or ()]
        return dict(zip(names, answer.fetchall()[0], strict=True))
