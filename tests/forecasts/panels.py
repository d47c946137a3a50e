"""Panels whose answer can be seen: what tests feed the engine."""

from collections.abc import Callable
from datetime import date

import numpy as np
import polars as pl

from expectations.months import add_months

FIRST = date(2018, 1, 1)
DISTRICTS = pl.DataFrame(
    [
        ("agency", "agency", None),
        ("north", "station", "agency"),
        ("south", "station", "agency"),
        ("unknown-agency", "station", "agency"),
        ("n1", "box", "north"),
        ("n2", "box", "north"),
        ("n3", "box", "north"),
        ("unknown-north", "box", "north"),
    ],
    schema=["district", "level", "parent"],
    orient="row",
)


def series(
    count: Callable[[int], float], months: int, district: str = "A", crime_type: str = "theft", first: date = FIRST
) -> pl.DataFrame:
    """One series: count(0), count(1), …, one a month."""
    return pl.DataFrame(
        {
            "district": [district] * months,
            "crime_type": [crime_type] * months,
            "month": [add_months(first, step) for step in range(months)],
            "count": [float(count(step)) for step in range(months)],
        }
    )


def noisy(months: int, mean: float, district: str = "A", crime_type: str = "theft", seed: int = 0) -> pl.DataFrame:
    """Poisson counts around a mean with a summer, the same for the same seed."""
    rng = np.random.default_rng(seed)
    levels = [mean * (1 + 0.3 * np.sin(2 * np.pi * step / 12)) for step in range(months)]
    counts = rng.poisson(levels)
    return series(lambda step: counts[step], months, district, crime_type)


def small(months: int = 50) -> pl.DataFrame:
    """Two districts with two crime types each, large enough for every candidate."""
    return pl.concat(
        [
            noisy(months, 60, "A", "theft", 1),
            noisy(months, 90, "A", "violence", 2),
            noisy(months, 20, "B", "theft", 3),
            noisy(months, 2, "B", "violence", 4),
        ]
    )


def summed(*parts: pl.DataFrame, name: str) -> pl.DataFrame:
    """The parts added up under one name."""
    total = pl.concat(parts).group_by("crime_type", "month").agg(pl.col("count").sum())
    return total.select(pl.lit(name).alias("district"), "crime_type", "month", "count")


def agency(months: int = 40) -> pl.DataFrame:
    """North with boxes of one and three quarters, a box where nothing happens; south without boxes."""
    boxes = [
        noisy(months, 10, "n1", seed=1),
        noisy(months, 30, "n2", seed=2),
        series(lambda _: 0, months, "n3"),
        series(lambda step: step % 5 == 0, months, "unknown-north"),
    ]
    north = summed(*boxes, name="north")
    south = noisy(months, 60, "south", seed=3).select(north.columns)
    unplaced = series(lambda _: 0, months, "unknown-agency").select(north.columns)
    whole = summed(north, south, unplaced, name="agency")
    return pl.concat([*(box.select(north.columns) for box in boxes), north, south, unplaced, whole])
