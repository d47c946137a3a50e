"""Panels whose answer can be seen: what tests feed the engine."""

from collections.abc import Callable
from datetime import date

import numpy as np
import polars as pl

from forecasts.calendar import add_months

FIRST = date(2018, 1, 1)


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
