"""What every command does with its words: settings from the environment, one sentence where it fails."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from flows.ending.outermost import report_in

if TYPE_CHECKING:
    from flows.settings import Settings


def fail(error: Exception, status: int = 1) -> NoReturn:
    """Say one sentence on stderr, in the reader's language where the catalogue has it, and exit."""
    tell(error)
    raise typer.Exit(status)


def tell(error: Exception) -> None:
    """Say one sentence on stderr, in the reader's language where the catalogue has it."""
    from expectations.sentences import Failure, reader_language

    told = error.sentence(reader_language(os.environ)) if isinstance(error, Failure) else error
    typer.echo(f"chian: {told}", err=True)


def settings_of(agency: Path | None = None, home: str = "chian-data") -> "Settings":
    """What the environment says, but for the agency folder where the command names one: read here, and passed on."""
    from expectations.sentences import Failure
    from flows.settings import read_settings

    try:
        settings = read_settings(os.environ, home, agency)
    except Failure as error:
        fail(error)
    report_in(settings.home.reports)
    return settings


def default_home() -> str:
    """The working home, or the demonstration's where only that has been made here."""
    return "chian-data" if Path("chian-data").is_dir() or not Path("chian-demo").is_dir() else "chian-demo"
