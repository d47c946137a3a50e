"""When the places of the two highest grades are to be expected full: weekdays and blocks of two hours."""

from typing import Any

import polars as pl

from transforms.briefing.page.material import Material
from transforms.briefing.page.numbers import answer
from transforms.briefing.page.places.ours import Ours

WEEKDAYS, BLOCK, DAY = 7, 2, 24
SHADES = 5


def hours(made_of: Material, ours: Ours, crime: str) -> dict[str, Any] | None:
    """Expected crimes of a crime type by weekday and two hours, over the audience's cells that have hours."""
    own = ours.rows(made_of.tables["place_hour"]).filter(pl.col("crime_type") == crime)
    if own.is_empty():
        return None
    summed = own.sort("cell", "weekday", "from_hour").group_by("weekday", "from_hour").agg(pl.col("expected").sum())
    sums = {(weekday, hour): expected for weekday, hour, expected in summed.iter_rows()}
    largest = max(sums.values())
    source = ours.source("place_hour", crime_type=crime)
    return {
        "crime": made_of.crime(crime),
        "cells": answer(own["cell"].n_unique(), f"select count(distinct cell) {source}"),
        "every": answer(float(own["expected"].sum()), f"select sum(expected) {source}"),
        "days": [
            {
                "name": made_of.say(f"weekday_{weekday}"),
                "blocks": [
                    _block(sums.get((weekday, hour), 0.0), largest, source, weekday, hour)
                    for hour in range(0, DAY, BLOCK)
                ],
            }
            for weekday in range(1, WEEKDAYS + 1)
        ],
    }


def _block(expected: float, largest: float, source: str, weekday: int, hour: int) -> dict[str, Any]:
    """One block, shaded in five steps of the fullest."""
    shade = 0 if largest <= 0 else min(SHADES - 1, int(SHADES * expected / largest))
    query = f"select coalesce(sum(expected), 0) {source} and weekday = {weekday} and from_hour = {hour}"
    return {"expected": answer(expected, query), "shade": shade}
