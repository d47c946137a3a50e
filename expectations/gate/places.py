"""Whether tables of places hold together: cells add up to stations, hours to cells, grades follow what is expected."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from expectations.gate.finding import Finding, row_keys, verdict

COHERENT = 1e-9
"""Relative error left to the order in which floating-point means are added."""
GRADES = 10
KEY = ("cell", "crime_type", "month")


def check_places(tables: Mapping[str, pl.DataFrame], month: date) -> list[Finding]:
    """Hold tables of places against each other and against the forecasts they spread.

    Args:
        tables: `place_risk`, `place_hour`, `place_score`, `forecast` and `running_month`.
        month: First day of the month the meeting looks at.
    """
    risk = tables["place_risk"]
    return [
        _add_up(risk, tables["forecast"], tables["running_month"], month),
        _graded(risk),
        _hours(tables["place_hour"], risk),
        _known_before(tables["place_score"], month),
        _finite(tables["place_score"]),
    ]


def _add_up(risk: pl.DataFrame, forecast: pl.DataFrame, running: pl.DataFrame, month: date) -> Finding:
    """Cells of a station that is forecast add up to its month's mean, the running month's where that has moved it."""
    key = ["station", "crime_type", "month"]
    summed = risk.group_by(key, maintain_order=True).agg(pl.col("expected").sum())
    own = forecast.filter(pl.col("origin_month") == month)
    given = pl.concat([running.select("district", *key[1:], "mean"), own.select("district", *key[1:], "mean")])
    means = given.unique(["district", *key[1:]], keep="first", maintain_order=True).rename({"district": "station"})
    beside = summed.join(means, on=key, how="left", maintain_order="left")
    apart = (pl.col("expected") - pl.col("mean")).abs() > COHERENT * pl.max_horizontal(pl.col("mean"), pl.lit(1e-3))
    elsewhere = ~pl.col("month").is_in(own["month"].unique().implode())
    return verdict("place_risk", "cells_add_up", "gate_cells", row_keys(beside.filter(apart | elsewhere), key))


def _graded(risk: pl.DataFrame) -> Finding:
    """Bounds are in order, the more is expected the higher rank and grade, and no grade begins before its tenth."""
    of_type = risk.sort("crime_type", "rank")
    before = (pl.col("share").cum_sum() - pl.col("share")).over("crime_type")
    follows = pl.col("rank") == pl.int_range(1, pl.len() + 1).over("crime_type")
    falls = (pl.col("expected").diff().over("crime_type").fill_null(0) <= 0) & (
        pl.col("grade").cast(pl.Int64).diff().over("crime_type").fill_null(0) <= 0
    )
    tenth = (GRADES - pl.col("grade") - before * GRADES).abs() <= 1 + COHERENT * GRADES
    whole = (pl.col("share").sum().over("crime_type") - 1).abs() <= COHERENT * GRADES
    in_order = pl.col("lower_80") <= pl.col("upper_80")
    faults = of_type.filter(~(follows & falls & tenth & whole & in_order))
    return verdict("place_risk", "grades_follow_risk", "gate_grades", row_keys(faults, KEY))


def _hours(hours: pl.DataFrame, risk: pl.DataFrame) -> Finding:
    """A cell's blocks of the week add up to what is expected in it."""
    summed = hours.group_by(KEY, maintain_order=True).agg(pl.col("expected").sum())
    beside = summed.join(risk.select(*KEY, of_cell="expected"), on=KEY, how="left", maintain_order="left")
    apart = (pl.col("expected") - pl.col("of_cell")).abs() > COHERENT * pl.max_horizontal("of_cell", pl.lit(1e-3))
    faults = row_keys(beside.filter(apart | pl.col("of_cell").is_null()), KEY)
    return verdict("place_hour", "hours_add_up", "gate_hours", faults)


def _known_before(scores: pl.DataFrame, month: date) -> Finding:
    """Places were named before the month they are scored by, and that month is over."""
    early = scores.filter((pl.col("origin_month") >= pl.col("month")) | (pl.col("month") > month))
    faults = row_keys(early, ("month", "crime_type", "method"))
    return verdict("place_score", "named_before", "gate_named_before", faults)


def _finite(scores: pl.DataFrame) -> Finding:
    """Every score that is told is a number."""
    told = ("pai", "pei", "ig")
    endless = scores.filter(~pl.all_horizontal(pl.col(told).is_finite().fill_null(value=True)))
    faults = row_keys(endless, ("month", "crime_type", "method"))
    return verdict("place_score", "scores_are_finite", "gate_scores_finite", faults)
