"""How well places were named before each month, beside a year's counts, and how many crimes have a place at all."""

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from expectations.contracts.ddl import literal
from expectations.months import add_months
from transforms.briefing.page.material import Material, where
from transforms.briefing.page.numbers import answer

if TYPE_CHECKING:
    from markupsafe import Markup

AREA = 0.01
"""Share of the cells that is looked at: about what patrols can be at."""
OURS, RULE = "chian", "counts_12"
ALIKE = 0.05
"""Within this share of each other, two ways of naming places are told to be alike."""
MONTHS = 12


def scores(made_of: Material, crimes: list[str]) -> list["Markup"]:
    """A sentence a crime type: how much of its crimes lay in the cells named, and in those of a year's counts."""
    return [line for crime in crimes if (line := _score(made_of, crime)) is not None]


def _score(made_of: Material, crime: str) -> "Markup | None":
    table = made_of.tables["place_score"].filter(
        pl.col("crime_type") == crime, pl.col("area_share") == AREA, pl.col("pai").is_not_null()
    )
    named = {method: table.filter(pl.col("method") == method) for method in (OURS, RULE)}
    if any(int(one["n"].sum()) <= 0 for one in named.values()):
        return None
    pai = {
        method: float(np.average(one["pai"].to_numpy(), weights=one["n"].to_numpy())) for method, one in named.items()
    }
    source = {
        method: f"from place_score where {where(crime_type=crime, method=method)} and area_share = {AREA} "
        "and pai is not null"
        for method in named
    }
    values: dict[str, Any] = {"crime": made_of.crime(crime)}
    for name, method in (("ours", OURS), ("rule", RULE)):
        query = f"select sum(pai * n) / sum(n) {source[method]}"
        values[name] = answer(pai[method], query, "ratio")
        values[f"{name}_share"] = answer(AREA * pai[method], query.replace("select", f"select {AREA} *"), "share")
    values["months"] = answer(named[OURS].height, f"select count(*) {source[OURS]}")
    line = made_of.say("places_score", **values)
    alike = abs(pai[OURS] - pai[RULE]) <= ALIKE * pai[RULE]
    return line + " " + made_of.say("places_score_alike") if alike else line


def coverage(made_of: Material, crimes: list[str]) -> list["Markup"]:
    """A sentence a crime type: of how many crimes of the last twelve months the place is known, and may not be told."""
    first = add_months(made_of.month, 1 - MONTHS)
    table = made_of.tables["place_coverage"].filter(pl.col("month").is_between(first, made_of.month))
    made = []
    for crime in crimes:
        own = table.filter(pl.col("crime_type") == crime)
        every, known = (int(own[name].sum()) for name in ("incidents", "with_cell"))
        if every <= 0:
            continue
        source = (
            f"from place_coverage where crime_type = {literal(crime)} and month between '{first}' and '{made_of.month}'"
        )
        line = made_of.say(
            "places_coverage",
            crime=made_of.crime(crime),
            months=answer(own.height, f"select count(*) {source}"),
            every=answer(every, f"select sum(incidents) {source}"),
            known=answer(known, f"select sum(with_cell) {source}"),
            share=answer(known / every, f"select sum(with_cell) / sum(incidents) {source}", "share"),
        )
        if (untold := known - int(own["in_area"].sum())) > 0:
            told = answer(untold, f"select sum(with_cell) - sum(in_area) {source}")
            line += " " + made_of.say("places_untold", count=told)
        made.append(line)
    return made
