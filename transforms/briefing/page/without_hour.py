"""Crimes whose hour is not known: how many the weekday × hour tables leave out."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from transforms.briefing.page.material import Material, where
from transforms.briefing.page.numbers import answer

if TYPE_CHECKING:
    from markupsafe import Markup


@dataclass(frozen=True)
class WithoutHour:
    """What a weekday × hour table lacks, each number with its query.

    Attributes:
        count: Crimes without an hour.
        counted: Crimes of the same months, with or without one.
        share: The first of the second.
    """

    count: "Markup"
    counted: "Markup"
    share: "Markup"


def without_hour(made_of: Material, district: str, crime: str, first: date) -> WithoutHour | None:
    """The crimes of a district and type, from a month to the run's, that no hour holds; None where there are none."""
    series = {"district": district, "crime_type": crime}
    own = (pl.col("district") == district) & (pl.col("crime_type") == crime)
    own &= pl.col("month").is_between(first, made_of.month)
    counted, timed = (
        int(made_of.tables[table].filter(own)["incidents"].sum()) for table in ("crime_month", "crime_hour")
    )
    if counted <= 0 or counted <= timed:
        return None
    condition = f"{where(**series)} and month between '{first}' and '{made_of.month}'"
    every, with_hour = (
        f"(select coalesce(sum(incidents), 0) from {table} where {condition})"
        for table in ("crime_month", "crime_hour")
    )
    return WithoutHour(
        answer(counted - timed, f"select {every} - {with_hour}"),
        answer(counted, f"select {every}"),
        answer((counted - timed) / counted, f"select ({every} - {with_hour}) / {every}", "share"),
    )
