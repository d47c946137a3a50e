"""Whether crimes repeat near by within a week beyond chance, and which cells stand open to it now."""

from typing import TYPE_CHECKING, Any

import polars as pl

from transforms.briefing.page.material import Material
from transforms.briefing.page.numbers import answer, cell, day, said
from transforms.briefing.page.places.ours import Ours
from transforms.meeting.places.near_repeat import WEEK, reaches

if TYPE_CHECKING:
    from markupsafe import Markup

LISTED = 8
"""Open cells a station's page names; the table holds all."""
KNOX, OPEN = "near_repeat", "near_repeat_open"


def repeats(made_of: Material, ours: Ours, crimes: list[str]) -> list["Markup"]:
    """Of each crime type that repeats near by: how much more than by chance, how near, and the cells it opens now.

    One sentence that none does, where it was looked into and none does; nothing where it could not be looked into.
    """
    table = made_of.tables[KNOX].filter(pl.col("crime_type").is_in(crimes))
    if table.is_empty():
        return []
    near = reaches(table)
    if not near:
        return [made_of.say("places_repeat_none")]
    made = []
    for crime in (one for one in crimes if one in near):
        made += [_told(made_of, crime, near[crime]), _open(made_of, ours, crime)]
    return made


def _told(made_of: Material, crime: str, metres: int) -> "Markup":
    """The farthest band that shows it, without and with pairs of the same day."""
    own = {"crime_type": crime, "to_metres": metres, "to_days": WEEK}
    without, together = (made_of.row(KNOX, **own, same_day=same) for same in (False, True))
    values: dict[str, Any] = {"crime": made_of.crime(crime)}
    if without is None or together is None:
        raise ValueError(f"near_repeat lacks a row of {crime}, {metres} m and a week")
    values |= {"ratio": cell(without, KNOX, "ratio", "decimal"), "together": cell(together, KNOX, "ratio", "decimal")}
    if metres == 0:
        return made_of.say("places_repeat_same", **values)
    return made_of.say("places_repeat_near", metres=cell(without, KNOX, "to_metres"), **values)


def _open(made_of: Material, ours: Ours, crime: str) -> "Markup":
    """How many of the audience's cells stand open; on a station's page the first of them with their last day."""
    own = ours.rows(made_of.tables[OPEN]).filter(pl.col("crime_type") == crime)
    if own.is_empty():
        return made_of.say("places_open_none", crime=made_of.crime(crime))
    from markupsafe import Markup

    count = answer(own.height, f"select count(*) {ours.source(OPEN, crime_type=crime)}")
    if ours.station is None:
        return made_of.say("places_open", crime=made_of.crime(crime), count=count)
    first = own.sort("incidents", "until", "cell", descending=[True, True, False]).head(LISTED)
    listed = [
        made_of.say("places_open_cell", cell=said(row["cell"]), day=day(row["until"])) for row in first.to_dicts()
    ]
    return made_of.say("places_open_cells", crime=made_of.crime(crime), count=count, cells=Markup(", ").join(listed))
