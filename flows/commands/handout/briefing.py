"""`chian briefing`: the briefing of a published month once more, in the language asked for, in a folder of its own."""

import sys
from pathlib import Path

from expectations.sentences import sentence
from flows.commands.error import CommandError
from flows.commands.handout.published_month import free_folder, published_by, whole_folder
from flows.progress import from_here
from flows.settings import Settings


def write_briefing(settings: Settings, out: Path, month: str | None, lang: str | None, district: str | None) -> None:
    """Write each audience's page, and its print where a Chromium is there, from the published tables.

    Args:
        settings: Whose home, agency folder and Chromium.
        out: Folder to make, outside the home; appears whole or not at all.
        month: Published month, e.g. 2024-03; default what readers see.
        lang: ko or en; default the reader's.
        district: One audience's code; default all.

    Raises:
        CommandError: The month is not published, or by another agency; the audience is not one; or the folder cannot
            be made.
        RunError: `month` is no month.
    """
    from expectations.contracts import PUBLISHED
    from flows.briefing import documents, prints, readers
    from flows.computing.processes import processes

    agency, about, tables = published_by(settings, month, [table.name for table in PUBLISHED])
    target = free_folder(settings, out)
    with processes(settings) as others:
        made = documents(tables, agency, lang or settings.language, others=others)
    if district is not None:
        known = sorted({name.split("/")[0] for name in made if "/" in name})
        if district not in known:
            raise CommandError(
                "briefing_unknown_district", district=district, month=f"{about['month']:%Y-%m}", known=", ".join(known)
            )
        made = {name: content for name, content in made.items() if name.split("/")[0] == district}
    printed = prints(made, settings.chromium, about["as_of"])
    with whole_folder(target) as aside:
        for name, content in (made | printed.files).items():
            (aside / name).parent.mkdir(parents=True, exist_ok=True)
            (aside / name).write_bytes(content)
    if warning := printed.warning(settings.language):
        print("chian:", warning, file=sys.stderr)
    told = sentence(
        "briefing_done",
        settings.language,
        month=f"{about['month']:%Y-%m}",
        pages=readers(made),
        folder=from_here(target),
    )
    print(told)
