"""`chian nation`: agencies' published months as one database and a page, for headquarters."""

import sys
from collections.abc import Sequence
from pathlib import Path

from expectations.agency import load_agency
from expectations.agency.words import agency_words
from expectations.sentences import sentence
from flows.nation.out import database_path
from flows.planning.run import parse_month
from flows.progress import from_here
from flows.settings import Settings


def write_nation(settings: Settings, folders: Sequence[Path], out: Path, month: str | None, *, copy: bool) -> int:
    """Write the nation's database and page, and say of each agency that is not wholly in it why.

    Args:
        settings: Language; the agency folder, whose words name crime types; the home, which is not written to.
        folders: Homes of the agencies, or their published folders.
        out: Database to write.
        month: Month wanted, e.g. 2024-03; default the newest that any of them has published.
        copy: Whether rows are copied into it.

    Returns:
        Exit status: 0 where every agency is wholly in it, 1 where one is not, 2 where none is and nothing was written.

    Raises:
        AgencyError: The agency folder cannot be used.
        CommandError: The folders or `out` cannot be used.
        OutError: `out` lies where nothing may be written.
        RunError: `month` is no month.
    """
    from flows.nation.make import make_nation

    lang = settings.language
    wanted = parse_month(month) if month else None
    target = database_path(settings, out)
    words = agency_words(load_agency(settings.agency), lang)["crime_type"]
    named = [str(one) for one in folders]
    made = make_nation(named, target, wanted, words, lang, copy=copy, wait_seconds=settings.wait_seconds)
    for one in made.named:
        print("chian:", one.sentence(lang), file=sys.stderr)
    shown = f"{made.month:%Y-%m}"
    if made.database is None or made.page is None:
        print("chian:", sentence("nation_nobody", lang, month=shown), file=sys.stderr)
        return made.status
    told = sentence(
        "nation_done",
        lang,
        month=shown,
        taken=made.taken,
        asked=len(made.asked),
        out=from_here(made.database),
        page=from_here(made.page),
    )
    print(told)
    return made.status
