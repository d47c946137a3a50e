"""The densities a place forecast is made of: where crimes were, short and long ago, near and further off."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from forecasts.places.area import StudyArea, Vector
from forecasts.places.bayes import LOCAL, OWN_DAYS, rates
from forecasts.places.counted import Counted, cell_counts, day_number
from forecasts.places.decayed import decayed, exposure
from forecasts.places.kernel import smoothed


@dataclass(frozen=True)
class Density:
    """One way to say where crimes happen.

    Attributes:
        tau: days after which a crime counts 1/e.
        bandwidth: metres a crime is spread by; None where it counts in its own cell alone.
        others: whether it looks at the crimes of all other types in the place of the type's own.
        weight: crimes in a hundred that are laid to it before any are seen.
    """

    tau: float
    bandwidth: float | None = None
    others: bool = False
    weight: float = 2.0


LOCAL_DENSITY = Density(*LOCAL, weight=20)
"""The one that empirical Bayes takes its local means from."""
DENSITIES = (
    Density(60, weight=20),
    Density(250, weight=30),
    Density(1500, weight=15),
    LOCAL_DENSITY,
    Density(1500, 400, weight=10),
    Density(1000, others=True, weight=4),
    Density(3000),
    Density(1500, 75),
    Density(3000, 150),
    Density(365, others=True),
    Density(1000, 150, others=True),
)
EVEN_WEIGHT = 1.0
"""Of the last density, which is the same everywhere: no cell's share is 0."""


@dataclass(frozen=True)
class Looked:
    """What is known of every cell on one day, from the crimes before it.

    Attributes:
        day: the first day that is not known.
        densities: densities × cells, each adding up to 1: those of `DENSITIES`, then the even one.
        crimes: each cell's own of the year before (`OWN_DAYS`).
        local: crimes a day that are usual around each cell.
        exposure: days in which `crimes` came about.
        seen: whether any crime of the type is known.
    """

    day: date
    densities: Vector
    crimes: Vector
    local: Vector
    exposure: float
    seen: bool

    def bayes(self, prior: float) -> Vector:
        """Shares by empirical Bayes, adding up to 1, all above 0.

        Args:
            prior: how many crimes what is usual around a cell is worth.
        """
        return shares_of(rates(self.crimes, self.local, self.exposure, prior))


def looked(own: Counted, others: Counted, area: StudyArea, days: Sequence[date]) -> Iterator[Looked]:
    """What is known on each day, in order; the same bits whichever other days are asked for (see `decayed`).

    Args:
        own: crimes of the type that is forecast.
        others: crimes of all other types.
        area: of them.
        days: none before the one before it.
    """
    wanted = dict.fromkeys((one.others, one.tau) for one in DENSITIES)
    crimes = {False: own, True: others}
    sums = {key: decayed(crimes[key[0]], area.squares, key[1], days) for key in wanted}
    for day in days:
        now = {key: next(one) for key, one in sums.items()}
        yield _on_day(day, now, own, area)


def _on_day(day: date, sums: dict[tuple[bool, float], Vector], own: Counted, area: StudyArea) -> Looked:
    """What decayed sums of squares say of one day."""
    by_cell = []
    for one in DENSITIES:
        squares = sums[one.others, one.tau]
        by_cell.append(area.cells_of(squares) if one.bandwidth is None else smoothed(squares, area, one.bandwidth))
    local = by_cell[DENSITIES.index(LOCAL_DENSITY)]
    span = float(max(day_number(day) - own.day[0], 0)) if len(own.day) else 0.0
    seen = span > 0
    mean = np.maximum(local, 0.0) / exposure(span, LOCAL_DENSITY.tau) if seen else np.zeros(area.cells)
    densities = np.stack([shares_of(one) for one in (*by_cell, np.ones(area.cells))])
    crimes = cell_counts(own, area, day - timedelta(days=OWN_DAYS), day)
    return Looked(day, densities, crimes, mean, min(span, float(OWN_DAYS)), seen)


def shares_of(values: Vector) -> Vector:
    """Values as shares of their sum, those below 0 taken for 0; even where nothing is above 0."""
    kept = np.maximum(values, 0.0)
    total = kept.sum()
    return np.asarray(kept / total if total > 0 else np.full(len(kept), 1 / len(kept)))
