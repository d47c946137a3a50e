"""One row per crime type over all entries: whether crimes go with hours of patrol."""

from collections import Counter
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl

from expectations.contracts.deployment.deployment_effect import ALL_ENTRIES
from expectations.months import first_of_month, first_whole_month, month_range
from transforms.meeting.deployment.evidence import Evidence
from transforms.meeting.deployment.judged import by_interval, of_entry
from transforms.meeting.deployment.ledger import patrol_hours
from transforms.meeting.deployment.statistics.dose_response import (
    LEAST_AREA_MONTHS,
    NotSettled,
    dose_response,
    patrolled_units,
)
from transforms.meeting.deployment.statistics.placebo import NORMAL
from transforms.meeting.signals.dispersion import Vector

MOST_MONTHS = 60
MOST_UNITS = 100
"""Units without patrol that are looked at beside those with, the fullest: each has an effect of its own to estimate."""


def all_entries(deployments: pl.DataFrame, known: Evidence) -> list[dict[str, Any]]:
    """The dose–response row of each crime type; none of one no area was patrolled against.

    Args:
        deployments: Table `deployment`.
        known: Counts and the ground.
    """
    hours = patrol_hours(deployments, known.crime_types, known.covered[1])
    ground = known.ground
    told = [
        ground.is_counted(area) and known.tells(ground.layer(area), crime_type)
        for area, crime_type in hours.select("area", "crime_type").iter_rows()
    ]
    hours = hours.filter(pl.Series(told, dtype=pl.Boolean))
    return [_row(crime_type, hours.filter(pl.col("crime_type") == crime_type), known)
            for crime_type in known.crime_types if crime_type in hours["crime_type"]]  # fmt: skip


def _row(crime_type: str, hours: pl.DataFrame, known: Evidence) -> dict[str, Any]:
    entry = {"list_name": ALL_ENTRIES, "deployment_id": ALL_ENTRIES, "first_day": known.covered[0],
             **dict.fromkeys(("unit", "area", "area_kind", "district"))}  # fmt: skip
    counts, dose = _panel(crime_type, hours, known)
    row = of_entry(entry, crime_type, "dose_response", 0) | {"day_to": known.covered[1]}
    # By the areas of the ledger: the cells of a named one were patrolled together.
    enough = hours.height >= LEAST_AREA_MONTHS and counts.shape[1] > 1
    try:
        made = dose_response(counts, dose) if enough else None
    except NotSettled:
        return {**row, "verdict": "inconclusive", "why": "no fit"}
    if made is None:
        return {**row, "verdict": "inconclusive", "why": "too few months"}
    estimate, error = made
    lower, upper = estimate - NORMAL * error, estimate + NORMAL * error
    verdict, why = by_interval(lower, upper)
    return {
        **row,
        "estimate": float(np.exp(estimate)),
        "lower_95": float(np.exp(lower)),
        "upper_95": float(np.exp(upper)),
        "standard_error": error,
        "per_cent": 100 * float(np.expm1(estimate)),
        "verdict": verdict,
        "why": why,
    }


def _panel(crime_type: str, hours: pl.DataFrame, known: Evidence) -> tuple[Vector, Vector]:
    """Units × months of counts and of hours: the layer most months of patrol were in, whole months only."""
    first, last = first_whole_month(known.covered[0]), known.covered[1] + timedelta(days=1)
    months = month_range(first, first_of_month(last) - timedelta(days=1))[-MOST_MONTHS:]
    layer, _ = min(Counter(known.ground.layer(area) for area in hours["area"]).items(), key=lambda of: (-of[1], of[0]))
    told = hours.filter(pl.col("area").map_elements(known.ground.layer, return_dtype=pl.String) == layer)
    of_month = {
        month: patrolled_units(
            dict(told.filter(pl.col("month") == month).select("area", "hours").iter_rows()), known.ground.units
        )
        for month in months
    }
    counts = (
        known.counts.filter(pl.col("crime_type") == crime_type)
        .group_by("area", month=pl.col("day").dt.truncate("1mo"), maintain_order=True)
        .agg(pl.col("incidents").sum())
    )
    found = {(area, month): float(count) for area, month, count in counts.iter_rows()}
    patrolled = sorted({unit for of in of_month.values() for unit in of})
    others = [unit for unit in known.units(layer) if unit not in set(patrolled)]
    total, wanted = dict.fromkeys(known.units(layer), 0.0), set(months)
    for (unit, month), count in sorted(found.items()):
        if unit in total and month in wanted:
            total[unit] += count
    units = [*patrolled, *sorted(others, key=lambda unit: (-total[unit], unit))[:MOST_UNITS]]
    return (
        np.array([[found.get((unit, month), 0.0) for month in months] for unit in units]),
        np.array([[of_month[month].get(unit, 0.0) for month in months] for unit in units]),
    )
