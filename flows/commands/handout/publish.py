"""`chian publish --external`: the tables that may leave the agency, small counts hidden, in a folder to hand out."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from expectations.agency import Agency
from expectations.contracts.release import INSIDE, RELEASED, STAYS_INSIDE
from expectations.sentences import sentence
from flows.commands.asking.answer import write_csv
from flows.commands.handout.published_month import free_folder, published_by, whole_folder
from flows.progress import from_here
from flows.settings import Settings

if TYPE_CHECKING:
    from transforms.release import Release

_ABOUT = "release.json"
_TOLD = ("month", "as_of", "agency", "agency_name", "complete", "generated", "version")


def publish_external(settings: Settings, out: Path, month: str | None = None) -> None:
    """Write the released tables of a published month to a new folder, as Parquet and CSV, with what they are.

    Args:
        settings: Whose home and agency folder; the folder says from which count on a figure may be shown.
        out: Folder to make; appears whole or not at all.
        month: Published month, e.g. 2024-03; default the one readers see.

    Raises:
        CommandError: The month is not published, or by another agency, or anew each time it is read; or the folder
            cannot be made.
        RunError: `month` is no month.
    """
    from transforms.release import release

    agency, about, tables = published_by(settings, month, [one.name for one in RELEASED])
    target = free_folder(settings, out)
    k = agency.meeting.suppress_below
    made = release(tables, k)
    with whole_folder(target) as aside:
        _write(made, aside)
        (aside / _ABOUT).write_text(_about(made, about, k), "utf-8")
    _tell(made, agency, about, target, settings.language)


def _write(released: "Release", folder: Path) -> None:
    for name, frame in released.tables.items():
        frame.write_parquet(folder / f"{name}.parquet", compression="zstd", statistics=True)
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            write_csv(file, frame.columns, frame.iter_rows())


def _about(released: "Release", publication: dict[str, object], k: int) -> str:
    """What the reader outside has to know, as JSON; the run, its files and its rows are no business of theirs."""
    tables = {
        one.name: {
            "grain": one.table.grain,
            "columns": {column.name: column.description for column in one.table.columns},
            "caveats": [caveat.en for caveat in one.table.caveats],
            "shown": released.shown[one.name],
            "suppressed": released.hidden[one.name],
        }
        for one in RELEASED
    }
    told = {name: publication[name] for name in _TOLD}
    inside = {"tables": INSIDE, "why": {lang: STAYS_INSIDE.told(lang) for lang in ("ko", "en")}}
    about = {**told, "suppress_below": k, "tables": tables, "stays_inside": inside}
    return json.dumps(about, ensure_ascii=False, indent=1, default=str) + "\n"


def _tell(released: "Release", agency: Agency, about: dict[str, object], out: Path, lang: str) -> None:
    month = f"{about['month']:%Y-%m}"
    hidden, counts = sum(released.hidden.values()), sum(released.hidden.values()) + sum(released.shown.values())
    k = agency.meeting.suppress_below
    lines = [
        sentence(
            "release_done",
            lang,
            month=month,
            folder=from_here(out),
            hidden=hidden,
            counts=counts,
            k=k,
        )
    ]
    if about["generated"]:
        lines.append(sentence("generated_data", lang))
    if not about["complete"]:
        lines.append(sentence("run_incomplete", lang, month=month))
    sys.stdout.write("\n".join(lines) + "\n")
