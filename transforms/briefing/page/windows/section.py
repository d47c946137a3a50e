"""Where and when to patrol next month: the windows of the week for which most crimes are expected."""

from typing import TYPE_CHECKING, Any

import polars as pl

from expectations.contracts.ddl import literal
from transforms.briefing.page.material import Material
from transforms.briefing.page.numbers import answer, cell, when
from transforms.meeting.patrol.profiles import HOURS

if TYPE_CHECKING:
    from markupsafe import Markup

TABLE = "patrol_window"
TOLD = 10


def windows(made_of: Material) -> dict[str, Any]:
    """The audience's ten windows of each crime type and what they hold, and of how many places nothing is told."""
    table = made_of.tables[TABLE]
    month = table["month"].min()
    crimes = [_of_crime(made_of, crime) for crime in made_of.crime_types]
    return {
        "month": None if month is None else when(month, made_of.lang),
        "crimes": [one for one in crimes if one["rows"]],
        "left_out": [
            line for crime in made_of.crime_types if month is not None and (line := _left_out(made_of, crime))
        ],
    }


def _of_crime(made_of: Material, crime: str) -> dict[str, Any]:
    """The windows of one crime type, most expected first; a table of two crime types stands side by side."""
    rank = "agency_rank" if made_of.is_agency else "station_rank"
    own = made_of.tables[TABLE].filter(pl.col("crime_type") == crime)
    condition = f"crime_type = {literal(crime)}"
    if not made_of.is_agency:
        code = made_of.audience.code
        own = own.filter((pl.col("district") == code) | (pl.col("parent") == code))
        condition += f" and (district = {literal(code)} or parent = {literal(code)})"
    top = own.filter(pl.col(rank) <= TOLD).sort(rank)
    return {
        "crime": made_of.crime(crime),
        "rows": [_line(made_of, row) for row in top.to_dicts()],
        "held": _held(made_of, crime, own, top, f"from {TABLE} where {condition}", rank),
    }


def _line(made_of: Material, row: dict[str, Any]) -> dict[str, Any]:
    from_hour = row["from_hour"]
    return {
        "name": made_of.name(row["district"]),
        "station": made_of.name(row["parent"]) if row["level"] == "box" and made_of.is_agency else None,
        "when": made_of.say(
            "window_when",
            weekday=made_of.say(f"weekday_{row['weekday']}"),
            start=f"{from_hour:02}",
            end=f"{from_hour + HOURS:02}",
        ),
        "expected": cell(row, TABLE, "expected"),
        "any": cell(row, TABLE, "probability_any", "share"),
        "ratio": cell(row, TABLE, "ratio", "ratio"),
    }


def _held(
    made_of: Material, crime: str, own: pl.DataFrame, top: pl.DataFrame, source: str, rank: str
) -> "Markup | None":
    """How much of what is expected in the month the windows told hold together."""
    every, inside = float(own["expected"].sum()), float(top["expected"].sum())
    if every <= 0:
        return None
    told = f"sum(expected) filter ({rank} <= {TOLD})"
    return made_of.say(
        "windows_held",
        crime=made_of.crime(crime),
        windows=answer(top.height, f"select count(*) {source} and {rank} <= {TOLD}"),
        count=answer(inside, f"select {told} {source}"),
        every=answer(every, f"select sum(expected) {source}"),
        share=answer(inside / every, f"select {told} / sum(expected) {source}", "share"),
        all=answer(own.height, f"select count(*) {source}"),
    )


def _left_out(made_of: Material, crime: str) -> "Markup | None":
    """Of how many of the audience's places the hours are not known well enough."""
    stations = made_of.stations if made_of.is_agency else (made_of.audience,)
    with_boxes = {box.parent for box in made_of.boxes}
    places = {d.code for d in (*made_of.boxes, *(one for one in stations if one.code not in with_boxes))}
    forecast = made_of.tables["forecast"].filter(
        pl.col("origin_month") == made_of.month, pl.col("crime_type") == crime, pl.col("district").is_in(sorted(places))
    )
    told = made_of.tables[TABLE].filter(pl.col("crime_type") == crime)["district"]
    missing = sorted(set(forecast["district"]) - set(told))
    if not missing:
        return None
    listed = ", ".join(literal(code) for code in missing)
    query = (
        f"select count(distinct district) from forecast where origin_month = '{made_of.month}' "
        f"and crime_type = {literal(crime)} and district in ({listed}) "
        f"and district not in (select district from {TABLE} where crime_type = {literal(crime)})"
    )
    return made_of.say("windows_left_out", crime=made_of.crime(crime), count=answer(len(missing), query))
