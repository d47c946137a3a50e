"""Headquarters' month as a Prefect flow, for whoever schedules it on a server of theirs."""

import os
from pathlib import Path
from typing import cast

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.states import Completed

from expectations.agency import load_agency
from expectations.agency.words import agency_words
from flows.ending.refusal import CommandError
from flows.nation.make import Made, make_nation
from flows.nation.out import database_path
from flows.planning.run import parse_month
from flows.settings import prepare_environment, read_settings


@flow(name="nation", persist_result=False)
def nation(folders: list[str], out: str, month: str | None = None, copies: bool = False) -> Made:
    """Bring the agencies' published months together.

    Safe to run again: the database and its page are replaced whole. Where an agency is not, or not wholly, in it, the
    run is completed by the name of Incomplete; where none is, it fails.

    Args:
        folders: Homes of the agencies, or their published folders.
        out: Database to write, e.g. nation.duckdb.
        month: Month wanted, e.g. 2024-03; default the newest that any of them has published.
        copies: Whether rows are copied into the database; else its views read the Parquet files beside it.

    Raises:
        Failure: The folders or `out` cannot be used, or no agency could be taken.
    """
    settings = read_settings(os.environ)
    prepare_environment(settings)
    words = agency_words(load_agency(settings.agency), settings.language)["crime_type"]
    target = database_path(settings, Path(out))
    made = make_nation(
        folders, target, parse_month(month) if month else None, words, settings.language, copy=copies,
        wait_seconds=settings.wait_seconds,
    )  # fmt: skip
    told = [f"- {one.sentence(settings.language)}" for one in made.named]
    create_markdown_artifact(key="nation", markdown="\n".join([f"{made.taken} / {len(made.asked)}", "", *told]))
    if made.database is None:
        raise CommandError("nation_nobody", month=f"{made.month:%Y-%m}")
    name = "Incomplete" if made.named else "Completed"
    return cast(Made, Completed(name=name, message=f"{made.taken} of {len(made.asked)} agencies", data=made))
