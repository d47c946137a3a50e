"""Shares of a month's crimes by cell: persistent places, as a mixture of densities pooled with empirical Bayes."""

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
import polars as pl

from forecasts.places.area import StudyArea, Vector, study_area
from forecasts.places.bayes import PRIOR, PRIORS
from forecasts.places.counted import cell_counts, counted, located, months_before
from forecasts.places.densities import DENSITIES, EVEN_WEIGHT, Looked, looked
from forecasts.places.mixture import mixture_weights, pool_powers, pooled

LEARNED_MONTHS = 6
"""Months before an origin from which it is learned how much each density tells."""
LEAST_MONTHS = 3
"""With fewer that have a crime before them nothing is learned: empirical Bayes stands alone."""
BEFORE = np.array([*(one.weight for one in DENSITIES), EVEN_WEIGHT])
BEFORE = BEFORE / BEFORE.sum()
POWERS_BEFORE = np.array([1.0, 0.0])
"""Of the mixture and of empirical Bayes."""


def place_shares(
    events: pl.DataFrame, cells: pl.DataFrame, crime_type: str, origin: date, *, cell_metres: int, fine_metres: int
) -> pl.DataFrame:
    """One row per cell of the study area: its share of the crimes of the month that begins on a day.

    Only what happened before that day is read. Crimes outside the area are left off; without any inside it before
    that day every cell has the same share. The same whatever order rows come in.

    Args:
        events: one row per crime: crime_type, day (Date), incidents (signed), x and y (metres): the point or, where
            only its cell is known, the cell's lower left corner.
        cells: the study area: cell, x and y (lower left corner, metres).
        crime_type: the one that is forecast; those of other types tell a little, too.
        origin: the first day that is not known.
        cell_metres: side of a cell.
        fine_metres: side of the squares on which densities are smoothed: 50 where points are known; where only cells
            are, `cell_metres`.

    Returns:
        cell, share (Float64, above 0, adding up to 1), by cell.

    Raises:
        PlacesError: the cells are none, or not those of one grid.
    """
    area = study_area(cells, cell_metres, fine_metres)
    crimes = located(events.filter(pl.col("day") < origin), area)
    (share,) = rolling_shares(crimes, area, crime_type, [origin])
    return pl.DataFrame({"cell": area.names, "share": share})


def rolling_shares(crimes: pl.DataFrame, area: StudyArea, crime_type: str, origins: Sequence[date]) -> Iterator[Vector]:
    """Shares of the area's cells on each origin, in order, as `place_shares` has them, bit for bit, at less cost.

    What was known at the start of a month is looked up once and used by every origin that learns from it.

    Args:
        crimes: rows of `located`, of every crime type; those on or after an origin are not used for it.
        area: that they were located in.
        crime_type: the one that is forecast.
        origins: first days that are not known, each after the one before it.
    """
    own = counted(crimes.filter(pl.col("crime_type") == crime_type))
    others = counted(crimes.filter(pl.col("crime_type") != crime_type))
    learned = {origin: months_before(origin, LEARNED_MONTHS) for origin in origins}
    days = sorted({*origins} | {first for months in learned.values() for first, _ in months})
    known: dict[date, Looked] = {}
    actual: dict[date, Vector] = {}
    ahead = looked(own, others, area, days)
    for origin in origins:
        months = learned[origin]
        oldest = months[0][0]
        known = {day: one for day, one in known.items() if day >= oldest}
        while origin not in known:
            one = next(ahead)
            known[one.day] = one
        for first, after in months:
            if first not in actual:
                actual[first] = cell_counts(own, area, first, after)
        actual = {day: counts for day, counts in actual.items() if day >= oldest}
        past = [(known[first], actual[first]) for first, _ in months if known[first].seen]
        yield _shares(known[origin], past)


def _shares(now: Looked, past: list[tuple[Looked, Vector]]) -> Vector:
    """Shares on one day, learned from what was known before each of the last months and what then happened in it."""
    if len(past) < LEAST_MONTHS:
        return now.bayes(PRIOR)
    prior = max(PRIORS, key=lambda one: sum(float(crimes @ np.log(then.bayes(one))) for then, crimes in past))
    held = [(one.densities[:, crimes > 0].T, crimes[crimes > 0]) for one, crimes in past]
    weights = mixture_weights(np.concatenate([part for part, _ in held]), np.concatenate([n for _, n in held]), BEFORE)

    def logs(one: Looked) -> Vector:
        return np.log(np.stack([weights @ one.densities, one.bayes(prior)], axis=1))

    powers = pool_powers([logs(one) for one, _ in past], [crimes for _, crimes in past], POWERS_BEFORE)
    return pooled(logs(now), powers)
