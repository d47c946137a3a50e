"""Where a series may be based: a surface over cells, by three methods side by side.

None of them can tell a hand that works around its base from one that comes from elsewhere: for the latter all three
point to the crimes themselves, and are wrong.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.spatial import cKDTree
from scipy.stats import rankdata

from transforms.series.evidence import Reals

LEAST = 5
"""Crimes below which there is no profile (Rossmo 2000)."""
F = G = 1.2
"""Exponents of Rossmo's decay beyond and within the buffer."""
MOST_CELLS = 250_000
"""Cells of a search area; a series that needs more is spread too far for a base to be looked for."""
METHODS = ("rossmo", "centre", "decay")
_STEPS = 200
_NEAR = 0.01
_DIGITS = 10


class NoProfile(ValueError):
    """A series of which nothing can be said; its text is the code of the sentence that says why."""


@dataclass(frozen=True)
class Profile:
    """Where a series may be based.

    Attributes:
        cells: A row a cell of the search area: x, y (lower-left corner), and of each method its height, 1 the highest,
            and the share of the area that is searched once it is reached, the highest cells first.
        incidents: Crimes it is made of.
        buffer_metres: Half the mean distance to the nearest other crime: closer than that a base is less likely.
    """

    cells: pl.DataFrame
    incidents: int
    buffer_metres: float


def profile(x: Reals, y: Reals, cell_metres: int, area: pl.DataFrame | None = None) -> Profile:
    """The surface of a series.

    - `rossmo`: criminal geographic targeting (Rossmo 2000, Geographic Profiling) in its continuous form: the sum over
      the crimes of 1 / d^f beyond the buffer B and B^(g − f) / (2B − d)^g within it, d the distance along streets that
      run north and east; f = g = 1.2, B half the mean distance to the nearest other crime.
    - `centre`: the nearer to the centre of minimum distance, the higher.
    - `decay`: the sum of e^(−d/m), m the mean distance between two of the crimes (Canter et al. 2000, Journal of
      Quantitative Criminology 16:457: negative exponential, in units of the series).

    Args:
        x: Metres east of the crimes' cells, lower-left corners.
        y: Metres north.
        cell_metres: Side of a cell.
        area: Cells to search, with x and y; default a square with the crimes in its middle third.

    Raises:
        NoProfile: Fewer than five crimes, all in one cell, or spread over more than can be searched.
    """
    if len(x) < LEAST:
        raise NoProfile("profile_too_few")
    if len(np.unique(np.column_stack([x, y]), axis=0)) == 1:
        raise NoProfile("profile_one_cell")
    half = cell_metres / 2
    crimes = np.column_stack([x, y]) + half
    corners = _around(crimes, cell_metres) if area is None else area.select("x", "y").unique().sort("y", "x").to_numpy()
    heights, buffer = _heights(corners + half, crimes, half)
    cells = pl.DataFrame({"x": corners[:, 0], "y": corners[:, 1]})
    # Rounded, so that cells that are alike by symmetry are alike to the last bit.
    shown = {name: np.round(values / values.max(), _DIGITS) for name, values in heights.items()}
    # Equal cells are searched half before and half after each other.
    searched = {f"{name}_searched": rankdata(-values) / len(values) for name, values in shown.items()}
    return Profile(cells.with_columns(**_series(shown), **_series(searched)), len(x), buffer)


def _series(values: dict[str, Reals]) -> dict[str, pl.Series]:
    return {name: pl.Series(name, of) for name, of in values.items()}


def _around(crimes: Reals, cell_metres: int) -> Reals:
    """Corners of the cells of a square with the crimes in its middle third."""
    low, high = crimes.min(axis=0), crimes.max(axis=0)
    reach = max(float((high - low).max()), 5.0 * cell_metres)
    middle = (low + high) / 2
    first = np.floor((middle - 1.5 * reach) / cell_metres)
    wide = int(np.ceil(3 * reach / cell_metres))
    if wide * wide > MOST_CELLS:
        raise NoProfile("profile_too_wide")
    east, north = np.meshgrid(first[0] + np.arange(wide), first[1] + np.arange(wide))
    return np.column_stack([east.ravel(), north.ravel()]) * cell_metres


def _heights(cells: Reals, crimes: Reals, half: float) -> tuple[dict[str, Reals], float]:
    """Of each cell by method, and the buffer; distances end at half a cell, which is as near as anything is known."""
    nearest, _ = cKDTree(crimes).query(crimes, k=2)
    buffer = max(float(nearest[:, 1].mean()) / 2, half)
    apart = np.hypot(*(crimes[:, None, :] - crimes[None, :, :]).transpose(2, 0, 1))
    mean = float(apart[np.triu_indices(len(crimes), 1)].mean())
    rossmo, decay = np.zeros(len(cells)), np.zeros(len(cells))
    for crime in crimes:
        along = np.abs(cells - crime)
        streets = np.maximum(along.sum(axis=1), half)
        within = buffer ** (G - F) / np.maximum(2 * buffer - streets, half) ** G
        rossmo += np.where(streets > buffer, streets**-F, within)
        decay += np.exp(-np.hypot(*along.T) / mean)
    centre = np.hypot(*(cells - centre_of_minimum_distance(crimes)).T)
    return {"rossmo": rossmo, "centre": 1 / (1 + centre / mean), "decay": decay}, buffer


def centre_of_minimum_distance(points: Reals) -> Reals:
    """The point whose distances to all of some add up to least (Weiszfeld's iteration).

    Args:
        points: Rows of x and y, in metres.
    """
    centre = points.mean(axis=0)
    for _ in range(_STEPS):
        away = np.maximum(np.hypot(*(points - centre).T), _NEAR)
        moved = (points / away[:, None]).sum(axis=0) / (1 / away).sum()
        if np.hypot(*(moved - centre)) < _NEAR:
            return np.asarray(moved)
        centre = moved
    return np.asarray(centre)
