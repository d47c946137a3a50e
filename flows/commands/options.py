"""The options that several commands have, and the words some of them take."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from expectations.months import LONGEST


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


AgencyOption = Annotated[
    Path | None, typer.Option("--agency", help="Agency folder; default CHIAN_AGENCY, else Gwangju.")
]
Month = Annotated[
    str | None, typer.Option(help="Month the meeting looks at, e.g. 2024-03; default the one before the as-of's.")
]
AsOf = Annotated[
    str | None, typer.Option("--as-of", help="Day whose knowledge to use, e.g. 2024-04-10; default today.")
]


def _number(value: float) -> float:
    """Not-a-number is neither too small nor too large."""
    if value != value:
        raise typer.BadParameter("expected a number")
    return value


Timeout = Annotated[
    float,
    typer.Option(
        min=0,
        max=366 * 86_400,
        envvar="CHIAN_QUERY_SECONDS",
        callback=_number,
        help="Seconds after which the question is ended; 0: never.",
    ),
]
Memory = Annotated[
    float,
    typer.Option(
        min=0,
        max=1e9,
        envvar="CHIAN_QUERY_MEGABYTES",
        callback=_number,
        help="Megabytes it may hold in memory, at most half of the machine's; 0: all there is.",
    ),
]


def _days(value: str) -> str:
    """Days are numbers, and a month has 31 at most."""
    if not all(word.strip().isdecimal() and int(word) <= LONGEST for word in value.split(",")):
        raise typer.BadParameter(f"{value!r}: expected days of a month such as 0,10,17")
    return value


DaysSoFar = Annotated[
    str, typer.Option(callback=_days, help="Days of a month after which it is forecast; 0 is before its first.")
]


ClockIsRight = Annotated[
    bool, typer.Option("--clock-is-right", help="Go on by this machine's day though what is known contradicts it.")
]
