"""A folder for the officer who asked: written whole or not at all, open to nobody else, with its limits beside it."""

import sys
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from expectations.sentences import sentence
from flows.commands.asking.answer import write_csv
from flows.commands.handout.published_month import free_folder, whole_folder
from flows.progress import from_here
from flows.settings import Settings

ABOUT = "about.txt"
EXCLUDED = ("series_excluded", "series_excluded_person", "series_excluded_evidence", "series_excluded_search")
"""What neither command is for, as codes of the catalogue."""


def hand_out(
    settings: Settings, out: Path, tables: Mapping[str, pl.DataFrame], told: list[str], files: Mapping[str, str]
) -> None:
    """Write tables as CSV, other files as they are, and what is told of them; print the same.

    Args:
        settings: Whose home the folder must lie outside of, and the language.
        out: Folder to make.
        tables: By name without suffix.
        told: Sentences, before those of excluded uses.
        files: Texts by name.

    Raises:
        CommandError: The folder is not free, or cannot be written.
        OutError: It is a link, or overlaps what is chian's.
    """
    target = free_folder(settings, out)
    lines = [*told, *(sentence(code, settings.language) for code in EXCLUDED)]
    with whole_folder(target) as aside:
        aside.chmod(0o700)
        for name, frame in tables.items():
            # With the mark by which a spreadsheet knows UTF-8: an officer opens it by a double click.
            with (aside / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
                write_csv(file, frame.columns, frame.iter_rows())
        for name, text in files.items():
            (aside / name).write_text(text, "utf-8")
        (aside / ABOUT).write_text("\n".join(lines) + "\n", "utf-8")
    done = sentence("series_done", settings.language, folder=from_here(target))
    sys.stdout.write("\n".join([done, *lines]) + "\n")
