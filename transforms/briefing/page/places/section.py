"""Persistent places: maps of cells by grade, hotspots, hours, rounds, and how well such places were named before."""

from typing import TYPE_CHECKING, Any

import polars as pl

from transforms.briefing.page.material import Material
from transforms.briefing.page.numbers import answer, cell, when
from transforms.briefing.page.places.drawing import drawing
from transforms.briefing.page.places.hours import hours
from transforms.briefing.page.places.ours import Ours
from transforms.briefing.page.places.repeats import repeats
from transforms.briefing.page.places.rounds import rounds
from transforms.briefing.page.places.scores import coverage, scores

if TYPE_CHECKING:
    from markupsafe import Markup

HOTSPOTS = 8
"""Of each crime type told on the page; the workbook and the database hold all."""
DARK = 9
"""From this grade on cells hold a fifth of what is expected: the ones whose hours are told."""


def places(made_of: Material) -> dict[str, Any] | None:
    """The audience's cells by crime type, a map each; nothing where none of its cells is known."""
    risk = made_of.tables["place_risk"]
    ours = Ours.of(made_of)
    own = ours.rows(risk)
    if own.is_empty():
        return None
    known = set(own["crime_type"])
    crimes = [label.code for label in made_of.agency.crime_labels if label.code in known]
    maps = [_map(made_of, ours, own.filter(pl.col("crime_type") == crime), crime) for crime in crimes]
    return {
        "month": when(own["month"].max(), made_of.lang),
        "maps": maps,
        "enlarged": any(one["drawing"]["enlarged"] for one in maps),
        "hotspots": [one for crime in crimes if (one := _hotspots(made_of, ours, crime))],
        "hours": [one for crime in crimes if (one := hours(made_of, ours, crime))],
        "rounds": rounds(made_of),
        "scores": scores(made_of, crimes),
        "repeats": repeats(made_of, ours, crimes),
        "coverage": coverage(made_of, crimes),
    }


def _map(made_of: Material, ours: Ours, own: pl.DataFrame, crime: str) -> dict[str, Any]:
    spots = ours.rows(made_of.tables["hotspot"]).filter(pl.col("crime_type") == crime).sort("hotspot").head(HOTSPOTS)
    return {
        "crime": made_of.crime(crime),
        "drawing": drawing(made_of, own, spots, crime),
        "held": _held(made_of, ours, own, crime),
    }


def _held(made_of: Material, ours: Ours, own: pl.DataFrame, crime: str) -> "Markup":
    """How few cells hold how much of what is expected."""
    dark = own.filter(pl.col("grade") >= DARK)
    every = float(own["expected"].sum())
    source, told = ours.source("place_risk", crime_type=crime), f"filter (grade >= {DARK})"
    return made_of.say(
        "places_held",
        crime=made_of.crime(crime),
        cells=answer(dark.height, f"select count(*) {told} {source}"),
        all=answer(own.height, f"select count(*) {source}"),
        every=answer(every, f"select sum(expected) {source}"),
        share=answer(
            float(dark["expected"].sum()) / every if every else None,
            f"select coalesce(sum(expected) {told}, 0) / sum(expected) {source}",
            "share",
        ),
    )


def _hotspots(made_of: Material, ours: Ours, crime: str) -> dict[str, Any] | None:
    """The audience's hotspots of a crime type, most crimes first, and how many there are beside them."""
    own = ours.rows(made_of.tables["hotspot"]).filter(pl.col("crime_type") == crime).sort("hotspot")
    if own.is_empty():
        return None
    source = ours.source("hotspot", crime_type=crime)
    return {
        "crime": made_of.crime(crime),
        "rows": [_hotspot(made_of, row) for row in own.head(HOTSPOTS).to_dicts()],
        "more": None
        if own.height <= HOTSPOTS
        else made_of.say(
            "places_more_hotspots",
            count=answer(own.height, f"select count(*) {source}"),
            told=answer(HOTSPOTS, f"select least(count(*), {HOTSPOTS}) {source}"),
        ),
    }


def _hotspot(made_of: Material, row: dict[str, Any]) -> dict[str, Any]:
    code = row["box"] or row["station"]
    return {
        "number": cell(row, "hotspot", "hotspot"),
        "name": made_of.name(code),
        "cell": row["cell"],
        "station": made_of.name(row["station"]) if made_of.is_agency and row["box"] else None,
        "cells": cell(row, "hotspot", "cells"),
        "months": cell(row, "hotspot", "months_in_top"),
        "incidents": cell(row, "hotspot", "incidents"),
        "share": cell(row, "hotspot", "share", "fine_share"),
        "range": made_of.range(row, "hotspot", "share_lower", "share_upper", "fine_share"),
    }
