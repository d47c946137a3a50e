"""`chian withdraw`: a file that was accepted and is wrong counts no more, from today on."""

import hashlib
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from expectations.agency import load_agency
from expectations.sentences import sentence
from flows.commands.error import foreseen
from flows.places.home import Home
from flows.settings import Settings
from flows.warehouse import Clock, Warehouse


def withdraw(settings: Settings, file: str, reason: str, undo: bool, clock_is_right: bool = False) -> None:
    """Withdraw a file, or have it counted again; written down in received.jsonl by sha256 and day.

    Args:
        settings: Whose home.
        file: A path, a name it came under, a file_id or a sha256.
        reason: Why; shown in table `source_file`.
        undo: Whether it is to be counted again.
        clock_is_right: Whether to go on by a day that what is known contradicts.

    Raises:
        CommandError: No file is meant, or several; the file is in that state already; or the clock cannot be right.
    """
    lang = settings.language
    with foreseen(lang):
        agency = load_agency(settings.agency)
        settings.home.claim(agency.code, new=False)
        today = datetime.now(ZoneInfo(agency.timezone)).date()
        with Warehouse.open(settings.home.root, wait_seconds=settings.wait_seconds) as warehouse:
            if warehouse.mended:
                sys.stderr.write(f"chian: {warehouse.mended.sentence(lang)}\n")
            # The file is named: as with a month, that its agency delivers nothing new is no sign of a wrong clock.
            warehouse.check_clock(Clock(today, terms_given=True, is_right=clock_is_right))
            done = warehouse.withdraw(_words(file, settings.home), today, reason, undo=undo)
    made = done.withdrawal
    values = {"file": made.name, "file_id": made.sha256[:16], "on": made.decided_on}
    sys.stdout.write(sentence("withdraw_undone" if undo else "withdraw_done", lang, **values) + "\n")
    if len(done.names) > 1:
        sys.stdout.write(sentence("withdraw_names", lang, names=", ".join(done.names)) + "\n")


def _words(file: str, home: Home) -> list[str]:
    """What the file may be known by, surest first: its bytes, its name in the inbox, its own name.

    An archive is known by its name alone: what was received is what lay in it.
    """
    path = Path(file).expanduser().resolve()
    if not path.is_file():
        return [file]
    inside = [str(path.relative_to(home.inbox))] if path.is_relative_to(home.inbox) else []
    return [_sha256(path), *inside, path.name]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
