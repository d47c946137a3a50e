"""What anybody can rank cells by: the counts of the last months, and a map of their density."""

from datetime import date

import numpy as np

from expectations.months import add_months
from forecasts.places.area import StudyArea, Vector
from forecasts.places.counted import Counted, cell_counts
from forecasts.places.kernel import smoothed

COUNTED_MONTHS = (3, 12, 36)
DENSITY_METRES, DENSITY_MONTHS = 250.0, 12
RIVALS = (*(f"counts_{months}" for months in COUNTED_MONTHS), "kernel_density")
"""A year's counts are what a forecast has to be shown beside: none of the published ones is ahead of them by much."""


def rivals(crimes: Counted, area: StudyArea, month: date) -> dict[str, Vector]:
    """By name in `RIVALS`, what each ranks the cells by for a month, from the months before it; at least 0.

    Args:
        crimes: of the type, in the area.
        area: of them.
        month: first day of the one that is ranked for.
    """
    made = {f"counts_{back}": cell_counts(crimes, area, add_months(month, -back), month) for back in COUNTED_MONTHS}
    own = crimes.between(add_months(month, -DENSITY_MONTHS), month)
    squares = np.bincount(own.square, own.incidents, minlength=area.squares).astype(np.float64)
    return made | {"kernel_density": np.maximum(smoothed(squares, area, DENSITY_METRES), 0.0)}
