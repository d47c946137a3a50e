"""Sets of cells of a grid as pictures: an area filled in, widened, and closed where gaps are narrow."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Axis = NDArray[np.float64]
Picture = NDArray[np.bool_]
Ring = Sequence[tuple[float, float]]

STEPS = 4
"""A ring is followed by so many steps a cell: what it cuts off a cell unseen is less than a quarter of a side."""
LARGEST = 50_000_000
"""Cells of a picture at most: half a million square kilometres of 100 m, more than Korea and its waters."""


@dataclass(frozen=True)
class Raster:
    """Which cells of a stretch of the grid belong to a set.

    Attributes:
        west: Metres of the left border of the first column.
        south: Metres of the lower border of the first row.
        metres: Length of a cell's side.
        cells: Whether each belongs to it; rows from south to north, columns from west to east.
    """

    west: float
    south: float
    metres: int
    cells: Picture

    def holds(self, x: Axis, y: Axis) -> Picture:
        """Whether each point lies in a cell of the set; no point that is not finite does."""
        found = np.zeros(len(x), dtype=np.bool_)
        with np.errstate(invalid="ignore"):
            column, row = np.floor((x - self.west) / self.metres), np.floor((y - self.south) / self.metres)
        rows, columns = self.cells.shape
        inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
        found[inside] = self.cells[row[inside].astype(np.int64), column[inside].astype(np.int64)]
        return found

    def corners(self) -> tuple[Axis, Axis]:
        """Lower-left corners of its cells, from south to north and west to east."""
        rows, columns = np.nonzero(self.cells)
        east, north = (at.astype(np.float64) * self.metres for at in (columns, rows))
        return self.west + east, self.south + north

    def reaching(self, metres: float) -> "Raster":
        """With every cell that has a point within so many metres of a point of one of them, and some that lie beyond.

        Points of two cells lie as near as their centres but for half a diagonal each.
        """
        return self.widened(metres + np.sqrt(2) * self.metres)

    def widened(self, metres: float) -> "Raster":
        """With every cell whose centre lies within so many metres of the centre of one of them."""
        from scipy.ndimage import binary_dilation

        disk = _disk(metres, self.metres)
        wide = self._padded(len(disk) // 2)
        return Raster(wide.west, wide.south, self.metres, binary_dilation(wide.cells, disk))

    def closed(self, metres: float) -> "Raster":
        """Closed by a disk of so many metres (dilation, then erosion: Serra 1982), and every hole filled."""
        from scipy.ndimage import binary_closing, binary_fill_holes

        disk = _disk(metres, self.metres)
        wide = self._padded(len(disk) + 1)  # what is widened must not meet the picture's edge
        return Raster(wide.west, wide.south, self.metres, binary_fill_holes(binary_closing(wide.cells, disk)))

    def _padded(self, cells: int) -> "Raster":
        edge = cells * self.metres
        return Raster(self.west - edge, self.south - edge, self.metres, np.pad(self.cells, cells))


def raster_of(x: Axis, y: Axis, metres: int) -> Raster:
    """The set of cells with these lower-left corners, at least one.

    Raises:
        ValueError: They lie so far apart that no picture holds them.
    """
    west, south = float(x.min()), float(y.min())
    columns, rows = np.rint((x - west) / metres).astype(np.int64), np.rint((y - south) / metres).astype(np.int64)
    cells = _empty(int(rows.max()) + 1, int(columns.max()) + 1)
    cells[rows, columns] = True
    return Raster(west, south, metres, cells)


def united(parts: Sequence[Raster]) -> Raster:
    """The cells that belong to any of some sets, at least one, of one grid.

    Raises:
        ValueError: They lie so far apart that no picture holds them.
    """
    metres = parts[0].metres
    west, south = min(part.west for part in parts), min(part.south for part in parts)
    begins = [(round((part.south - south) / metres), round((part.west - west) / metres)) for part in parts]
    ends = [(row + p.cells.shape[0], column + p.cells.shape[1]) for (row, column), p in zip(begins, parts, strict=True)]
    cells = _empty(max(row for row, _ in ends), max(column for _, column in ends))
    for part, (row, column), (above, beyond) in zip(parts, begins, ends, strict=True):
        cells[row:above, column:beyond] |= part.cells
    return Raster(west, south, metres, cells)


def touched(rings: Sequence[Ring], metres: int) -> Raster:
    """The cells of which any part lies within rings: those whose centre does, and those a ring leads through.

    Args:
        rings: As of `filled_in`.
        metres: Length of a cell's side.

    Raises:
        ValueError: As of `filled_in`.
    """
    filled = filled_in(rings, metres)
    edges = np.concatenate([_edges(np.asarray(ring, dtype=np.float64)) for ring in rings])
    steps = np.ceil(np.hypot(edges[:, 2] - edges[:, 0], edges[:, 3] - edges[:, 1]) / (metres / STEPS)).astype(np.int64)
    edge = np.repeat(np.arange(len(edges)), steps + 1)
    along = (np.arange(len(edge)) - np.repeat(np.cumsum(steps + 1) - (steps + 1), steps + 1)) / np.maximum(steps, 1)[
        edge
    ]
    x = edges[edge, 0] + along * (edges[edge, 2] - edges[edge, 0])
    y = edges[edge, 1] + along * (edges[edge, 3] - edges[edge, 1])
    rows, columns = filled.cells.shape
    column = np.clip(np.floor((x - filled.west) / metres).astype(np.int64), 0, columns - 1)
    row = np.clip(np.floor((y - filled.south) / metres).astype(np.int64), 0, rows - 1)
    filled.cells[row, column] = True
    return filled


def filled_in(rings: Sequence[Ring], metres: int) -> Raster:
    """The cells whose centre lies within rings, by the even-odd rule: a ring within another is a hole.

    Args:
        rings: Of points in metres of the grid's system; outer ones and holes alike.
        metres: Length of a cell's side.

    Raises:
        ValueError: No picture holds the area, or a point of a ring is not finite.
    """
    points = np.concatenate([np.asarray(ring, dtype=np.float64) for ring in rings])
    if not bool(np.isfinite(points).all()):
        raise ValueError("a ring has a point that is not finite")
    west, south = (np.floor(points.min(axis=0) / metres) * metres).tolist()
    east, north = (np.floor(points.max(axis=0) / metres) * metres).tolist()
    cells = _empty(int((north - south) / metres) + 1, int((east - west) / metres) + 1)
    edges = np.concatenate([_edges(np.asarray(ring, dtype=np.float64)) for ring in rings])
    low, high = edges[:, [1, 3]].min(axis=1), edges[:, [1, 3]].max(axis=1)
    columns = np.arange(cells.shape[1])
    for row in range(cells.shape[0]):
        y = south + (row + 0.5) * metres
        crossed = edges[(low <= y) & (y < high)]
        x = crossed[:, 0] + (y - crossed[:, 1]) / (crossed[:, 3] - crossed[:, 1]) * (crossed[:, 2] - crossed[:, 0])
        before = np.searchsorted(np.sort(x), west + (columns + 0.5) * metres)
        cells[row] = before % 2 == 1
    return Raster(west, south, metres, cells)


def _edges(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    """Edges of a ring as (x, y, next x, next y), the last back to the first."""
    return np.concatenate([ring, np.roll(ring, -1, axis=0)], axis=1)


def _empty(rows: int, columns: int) -> Picture:
    if rows * columns > LARGEST:
        raise ValueError(f"{rows} by {columns} cells are more than a picture holds")
    return np.zeros((rows, columns), dtype=np.bool_)


def _disk(metres: float, cell: int) -> Picture:
    """Cells whose centres lie within so many metres of that of the middle one."""
    reach = int(metres // cell)
    along = np.arange(-reach, reach + 1) * cell
    return np.asarray(along[:, None] ** 2 + along[None, :] ** 2 <= metres**2)
