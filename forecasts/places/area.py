"""The study area: square cells of one grid, each cut into finer squares on which densities are smoothed."""

from dataclasses import dataclass
from math import ceil

import numpy as np
import polars as pl
from numpy.typing import NDArray

from expectations.sentences import Failure

Vector = NDArray[np.float64]
Places = NDArray[np.int64]

LARGEST_RASTER = 64_000_000
"""Squares of the raster around an area: half a gigabyte each time one is smoothed. A country at 100 m has fewer."""


class PlacesError(Failure, ValueError):
    """Cells or crimes the engine of places cannot work on; the sentence says what was found and what to do."""


@dataclass(frozen=True)
class StudyArea:
    """Cells in order of their names, and where their squares lie on a raster.

    Squares are numbered cell by cell, so that a vector of squares, laid out as cells × squares of each, adds up to its
    cells by rows. What lies in no cell has no number: a crime there is left off.

    Attributes:
        names: of the cells, sorted.
        left: x of the raster's lower left corner, metres.
        low: y of it.
        cell_metres: side of a cell.
        fine_metres: side of a square; a whole number of them make up the side of a cell.
        numbers: the raster's cells, rows × columns: the number of each one's cell, −1 where there is none.
    """

    names: pl.Series
    left: float
    low: float
    cell_metres: int
    fine_metres: int
    numbers: Places

    @property
    def cells(self) -> int:
        """How many cells."""
        return len(self.names)

    @property
    def across(self) -> int:
        """Squares along the side of a cell."""
        return self.cell_metres // self.fine_metres

    @property
    def squares(self) -> int:
        """How many squares."""
        return self.cells * self.across**2

    def squares_of(self, x: Vector, y: Vector) -> Places:
        """Number of the square each point lies in, lower and left edges included; −1 outside every cell."""
        column = np.floor((x - self.left) / self.fine_metres)
        row = np.floor((y - self.low) / self.fine_metres)
        rows, columns = (side * self.across for side in self.numbers.shape)
        inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)  # NaN is in no cell
        column, row = (np.where(inside, place, 0).astype(np.int64) for place in (column, row))
        cell = self.numbers[row // self.across, column // self.across]
        square = (cell * self.across + row % self.across) * self.across + column % self.across
        return np.where(inside & (cell >= 0), square, -1)

    def raster_of(self, squares: Vector) -> Vector:
        """Squares laid out on the raster, rows × columns; 0 outside the cells."""
        blocks = np.zeros((self.cells + 1, self.across, self.across))
        blocks[:-1] = squares.reshape(self.cells, self.across, self.across)  # the last one is that of no cell
        rows, columns = self.numbers.shape
        laid = blocks[self.numbers].transpose(0, 2, 1, 3)
        return laid.reshape(rows * self.across, columns * self.across)

    def cells_of_raster(self, raster: Vector) -> Vector:
        """What a raster of squares adds up to in each cell."""
        rows, columns = self.numbers.shape
        sums = raster.reshape(rows, self.across, columns, self.across).sum(axis=(1, 3))
        made = np.empty(self.cells)
        within = self.numbers >= 0
        made[self.numbers[within]] = sums[within]
        return made

    def cells_of(self, squares: Vector) -> Vector:
        """What a vector of squares adds up to in each cell."""
        return squares.reshape(self.cells, -1).sum(axis=1)


def study_area(cells: pl.DataFrame, cell_metres: int, fine_metres: int) -> StudyArea:
    """The area that cells make up; their grid's origin is taken from them.

    Args:
        cells: cell (String), x and y (lower left corner, metres); one row a cell, in any order.
        cell_metres: side of a cell.
        fine_metres: side of the squares.

    Raises:
        PlacesError: There is no cell; one stands twice, or lies on another grid than the first; a cell's side is no
            whole number of squares; or the cells lie so far apart that no raster holds them.
    """
    if cells.is_empty():
        raise PlacesError("places_no_cells")
    if fine_metres < 1 or cell_metres % fine_metres:
        raise PlacesError("places_sides", cell=cell_metres, fine=fine_metres)
    tidy = cells.select(pl.col("cell").cast(pl.String), pl.col("x", "y").cast(pl.Float64)).sort("cell")
    corners = [tidy[name].to_numpy() for name in ("x", "y")]
    if not all(np.isfinite(one).all() for one in corners):
        raise PlacesError("places_no_corner")
    left, low = (float(one.min()) for one in corners)
    column, row = ((one - least) / cell_metres for one, least in zip(corners, (left, low), strict=True))
    beside = np.maximum(np.abs(column - np.rint(column)), np.abs(row - np.rint(row))) * cell_metres
    if beside.any():
        # How far, and not where: what was given for cells may be crimes.
        values = {"cell": cell_metres, "count": int((beside > 0).sum()), "metres": ceil(beside.max())}
        raise PlacesError("places_other_grid", **values)
    shape = (int(row.max()) + 1, int(column.max()) + 1)
    if shape[0] * shape[1] * (cell_metres // fine_metres) ** 2 > LARGEST_RASTER:
        raise PlacesError("places_too_wide", high=shape[0] * cell_metres, wide=shape[1] * cell_metres)
    numbers = np.full(shape, -1, dtype=np.int64)
    numbers[row.astype(np.int64), column.astype(np.int64)] = np.arange(tidy.height)
    twice = tidy.height - int((numbers >= 0).sum())
    if twice or tidy["cell"].is_duplicated().any():
        raise PlacesError("places_cell_twice", count=max(twice, int(tidy["cell"].is_duplicated().sum())))
    return StudyArea(tidy["cell"], left, low, cell_metres, fine_metres, numbers)
