"""The first screen of a month of which only 112 calls are known: what it says of crimes elsewhere, said of calls."""

from typing import TYPE_CHECKING

import polars as pl

from expectations.months import add_months
from transforms.briefing.page.call_outlook import ahead_told, headline_row
from transforms.briefing.page.material import ALL, Material, where
from transforms.briefing.page.numbers import answer, cell, when
from transforms.briefing.page.stretches import stretches

if TYPE_CHECKING:
    from markupsafe import Markup


def only_calls(made_of: Material) -> bool:
    """Whether the month has calls of the audience and crimes of nobody."""
    told = made_of.rows("call_month", district=made_of.audience.code, month=made_of.month)
    return bool(told) and made_of.tables["outlook"].is_empty()


def calls_changed(made_of: Material) -> list["Markup"]:
    """The month's calls beside those of the month before and of the year before, and stations that lack any."""
    key = {"district": made_of.audience.code, "call_group": ALL, "urgency": ALL}
    row = made_of.row("call_month", **key, month=made_of.month)
    if row is None:
        return []
    then = [made_of.row("call_month", **key, month=add_months(made_of.month, -back)) for back in (1, 12)]
    before, last_year = (answer(None, "") if one is None else cell(one, "call_month", "calls") for one in then)
    values = {"district": made_of.name(row["district"]), "month": when(made_of.month, made_of.lang)}
    code = "calls_changed" if row["complete"] else "calls_changed_incomplete"
    told = [made_of.say(code, calls=cell(row, "call_month", "calls"), before=before, last_year=last_year, **values)]
    return [*told, *_missing(made_of)]


def calls_watch(made_of: Material) -> list["Markup"]:
    """That calls carry no signal, and how many the next month will bring."""
    row = headline_row(made_of)
    ahead = None if row is None else ahead_told(made_of, row)
    return [made_of.say("calls_no_signal"), *([] if ahead is None else [ahead])]


def calls_concentrate(made_of: Material) -> list["Markup"]:
    """The stretches of the week that held more of the last twelve months' calls than an even share."""
    district, first = made_of.audience.code, add_months(made_of.month, -11)
    rows = made_of.tables["call_hour"].filter(
        pl.col("district") == district, pl.col("call_group") == ALL, pl.col("month").is_between(first, made_of.month)
    )
    condition = where(district=district, call_group=ALL)
    source = f"from call_hour where {condition} and month between '{first}' and '{made_of.month}'"
    return stretches(made_of, rows, "calls", made_of.say("calls_title"), source)


def _missing(made_of: Material) -> list["Markup"]:
    reported = set(
        made_of.tables["call_month"].filter(pl.col("month") == made_of.month, pl.col("level") == "station")["district"]
    )
    absent = [d for d in made_of.stations if d.code not in reported] if made_of.is_agency and reported else []
    if not absent:
        return []
    names = ", ".join(made_of.name(d.code) for d in absent)
    return [made_of.say("stations_missing", districts=names, month=when(made_of.month, made_of.lang))]
