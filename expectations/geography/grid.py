"""The agency's grid: squares of a projected reference system, each named by a code; all of a place that is kept.

Korea's national grid is EPSG:5179 cut at whole metres, and its codes name squares of 100 m as the national point number
(국가지점번호) names those of 10 m, with one digit less on each axis. Its origin lies 700 km south and 300 km west of
that of EPSG:5179 (Enforcement Decree of the Road Name Address Act, article 37): x 700,000 m and y 1,300,000 m.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # commands that only read an agency folder start without numpy
    import numpy as np
    from numpy.typing import NDArray

    Metres = NDArray[np.float64]

NATIONAL, NATIONAL_METRES = "EPSG:5179", 100
"""The reference system and the size of cell that codes of the national grid name."""
SMALLEST = 100
"""Metres of the smallest cell an agency may have without saying why: about a block, so that no cell is one house."""
_LETTERS = "가나다라마바사아"
_WEST, _SOUTH, _SQUARE = 700_000, 1_300_000, 100_000
_NATIONAL = re.compile(rf"([{_LETTERS}])([{_LETTERS}])([0-9]{{3}})([0-9]{{3}})")
_PLAIN = re.compile(r"x(-?[0-9]{1,9})y(-?[0-9]{1,9})")
_FARTHEST = 10**8
"""Metres from the origin beyond which there is no place on Earth in any system."""

_WIDER = 4 * _FARTHEST
_EXAMPLE = (954_000, 1_952_000)


@dataclass(frozen=True)
class Grid:
    """Squares of one size, cut from (0, 0) of a metric reference system.

    Attributes:
        crs: Name of the system, such as EPSG:5179; its unit is the metre.
        cell_metres: Length of a side.
    """

    crs: str = NATIONAL
    cell_metres: int = NATIONAL_METRES

    @property
    def name(self) -> str:
        """What tells it from other grids, whose codes may look the same: EPSG:5179/100."""
        return f"{self.crs.upper()}/{self.cell_metres}"

    @property
    def is_national(self) -> bool:
        """Whether its squares have codes of the national grid."""
        return (self.crs.upper(), self.cell_metres) == (NATIONAL, NATIONAL_METRES)

    def corners(self, x: Metres, y: Metres) -> tuple[Metres, Metres]:
        """Lower-left corners of the cells that points lie in; a point on a border is of the cell above and right of it.

        Args:
            x: Metres east in the grid's system, finite.
            y: Metres north.

        Raises:
            ValueError: A number is none that a place can have.
        """
        return _floored(x, self.cell_metres), _floored(y, self.cell_metres)

    def codes(self, x: Metres, y: Metres) -> NDArray[np.str_]:
        """Codes of the cells that points lie in, such as 다라403846, elsewhere x475500y4413500 (corner in metres).

        Args:
            x: Metres east in the grid's system, finite.
            y: Metres north.

        Raises:
            ValueError: A number is none that a place can have.
        """
        import numpy as np

        east, north = self.corners(x, y)
        if not east.size:
            return np.empty(0, dtype=np.str_)
        whole = east.astype(np.int64) * _WIDER + north.astype(np.int64)  # one number a cell: half the time of two
        _, first, which = np.unique(whole, return_index=True, return_inverse=True)
        return self._codes(east[first].astype(np.int64), north[first].astype(np.int64))[which]

    def corner(self, code: str) -> tuple[float, float]:
        """Lower-left corner of the cell a code names, in metres.

        Raises:
            ValueError: The code names no cell of this grid.
        """
        found = self._corner(code)
        if found is None or self._code(*found) != code:
            raise ValueError(f"{code!r} is no cell of {self.cell_metres} m in {self.crs}")
        return float(found[0]), float(found[1])

    @property
    def example(self) -> str:
        """A code that shows what codes of this grid look like."""
        x, y = (along // self.cell_metres * self.cell_metres for along in _EXAMPLE)
        return self._code(x, y)

    def _corner(self, code: str) -> tuple[int, int] | None:
        if (plain := _PLAIN.fullmatch(code)) is not None:
            x, y = int(plain[1]), int(plain[2])
            return None if x % self.cell_metres or y % self.cell_metres else (x, y)
        if not self.is_national or (national := _NATIONAL.fullmatch(code)) is None:
            return None
        first, second, east, north = national.groups()
        return (
            _WEST + _LETTERS.index(first) * _SQUARE + int(east) * NATIONAL_METRES,
            _SOUTH + _LETTERS.index(second) * _SQUARE + int(north) * NATIONAL_METRES,
        )

    def _codes(self, x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.str_]:
        """`_code` of many cells, those of the national grid all at once."""
        import numpy as np

        (column, east), (row, north) = divmod(x - _WEST, _SQUARE), divmod(y - _SOUTH, _SQUARE)
        known = (np.minimum(column, row) >= 0) & (np.maximum(column, row) < len(_LETTERS))
        if not (self.is_national and known.all()):
            return np.array([self._code(*corner) for corner in zip(x.tolist(), y.tolist(), strict=True)])
        letters = np.array(list(_LETTERS))
        digits = np.array([list(f"{number:03d}") for number in range(_SQUARE // NATIONAL_METRES)])
        signs = [
            letters[column, None],
            letters[row, None],
            digits[east // NATIONAL_METRES],
            digits[north // NATIONAL_METRES],
        ]
        return np.ascontiguousarray(np.concatenate(signs, axis=1)).view("U8")[:, 0]

    def _code(self, x: int, y: int) -> str:
        """Code of the cell with this corner; where the national grid has none, that of any other grid."""
        (column, east), (row, north) = divmod(x - _WEST, _SQUARE), divmod(y - _SOUTH, _SQUARE)
        if self.is_national and 0 <= column < len(_LETTERS) and 0 <= row < len(_LETTERS):
            digits = f"{east // NATIONAL_METRES:03d}{north // NATIONAL_METRES:03d}"
            return f"{_LETTERS[column]}{_LETTERS[row]}{digits}"
        return f"x{x}y{y}"


def _floored(along: Metres, metres: int) -> Metres:
    import numpy as np

    if not bool(np.all(np.abs(along) <= _FARTHEST)):  # nor is one that is no number
        raise ValueError("a place has finite metres")
    return np.floor(np.asarray(along, dtype=np.float64) / metres) * metres + 0.0  # no negative zero
