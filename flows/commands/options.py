"""The options that several commands have, and the words some of them take."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from expectations.months import LONGEST
from expectations.sentences import reader_language, sentence


class Format(StrEnum):
    """How an answer is written."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"
    xlsx = "xlsx"


class Language(StrEnum):
    """Language of a page."""

    ko = "ko"
    en = "en"


AgencyOption = Annotated[Path | None, typer.Option("--agency", help="help_agency")]
Month = Annotated[str | None, typer.Option(help="help_run_month")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="help_run_as_of")]


def _number(value: float) -> float:
    """Not-a-number is neither too small nor too large."""
    if value != value:
        raise typer.BadParameter(sentence("usage_expected_number", reader_language(os.environ)))
    return value


Timeout = Annotated[
    float,
    typer.Option(
        min=0,
        max=366 * 86_400,
        envvar="CHIAN_QUERY_SECONDS",
        callback=_number,
        help="help_timeout",
    ),
]
Memory = Annotated[
    float,
    typer.Option(
        min=0,
        max=1e9,
        envvar="CHIAN_QUERY_MEGABYTES",
        callback=_number,
        help="help_memory",
    ),
]


def _days(value: str) -> str:
    """Days are numbers, and a month has 31 at most."""
    if not all(word.strip().isdecimal() and int(word) <= LONGEST for word in value.split(",")):
        raise typer.BadParameter(sentence("usage_expected_days", reader_language(os.environ), found=value))
    return value


DaysSoFar = Annotated[str, typer.Option(callback=_days, help="help_nowcast_days")]


ClockIsRight = Annotated[bool, typer.Option("--clock-is-right", help="help_clock_is_right")]
