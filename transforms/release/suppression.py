"""Which counts of a release are hidden: those below k, and those from which they could be computed."""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import hstack

from transforms.release.sums import Family, Sum, families

# What hiding a hidden count once more costs: nothing, but for keeping the flow from wandering.
_IDLE = 1e-6
_WHOLE = 1e-6


def protect(counts: Sequence[int], sums: Sequence[Sum], k: int) -> np.ndarray:
    """Which counts to hide, so that nobody can narrow a hidden one down to a range below `k`.

    Hidden first (primary suppression) are counts from 1 to k − 1, and negative ones, which tell of a reversal. A zero
    tells of no one and stays. Then (secondary suppression), for every hidden count, comes whatever must be hidden too
    so that another table exists which shows the same figures and holds k more (or k less) in its place: a linear
    programme finds the cheapest change that keeps every sum, and what it changes is hidden. Costs grow with the
    logarithm of a count, so totals are hidden last. Such a table exists in whole numbers for each hidden count, so what
    an outsider can compute about it is a range of at least k: the construction is the proof, and `attack` checks it.

    References:
        Cell suppression by network flow and linear programming: Willenborg & de Waal (2001), Elements of Statistical
        Disclosure Control, ch. 6; Hundepool et al. (2012), Statistical Disclosure Control, ch. 4.

    Args:
        counts: Every figure of the release that is a count, totals among them.
        sums: How they add up; one that is left out here protects nothing.
        k: Smallest count that may be shown; with 0 or 1 nothing is hidden.

    Returns:
        One Boolean a count.
    """
    values = np.asarray(counts, dtype=np.int64)
    hidden = ((values > 0) & (values < k)) | (values < 0)
    if k <= 1:
        return np.zeros(len(values), dtype=bool)
    for family in families(counts, sums):
        hidden[family.members] = _Cover(family, hidden[family.members], k).complete()
    return hidden


class _Cover:
    """Hides more and more counts of one family until each that is hidden has company enough."""

    def __init__(self, family: Family, hidden: np.ndarray, k: int) -> None:
        rests = len(family.values) - len(family.members)
        self.family, self.k = family, k
        self.hidden = np.concatenate([hidden, np.ones(rests, dtype=bool)])
        self.counted = np.concatenate([np.ones(len(hidden), dtype=bool), np.zeros(rests, dtype=bool)])
        self.cost = 1.0 + np.log1p(np.abs(family.values))
        self.equations = hstack([family.equations, -family.equations]).tocsc()
        # How far tables that show the same figures are known to lie above and below the true counts.
        self.above = np.zeros(len(family.values))
        self.below = np.zeros(len(family.values))

    def complete(self) -> np.ndarray:
        """The family's own counts that end up hidden."""
        while (open_ := self._open()).size:
            # The largest first: what it needs is seldom needed twice, and protects smaller ones on the way.
            self._cover(int(open_[np.argmax(self.family.values[open_])]))
        return self.hidden[: len(self.family.members)]

    def _open(self) -> np.ndarray:
        return np.flatnonzero(self.hidden & self.counted & (self.above + self.below < self.k))

    def _cover(self, cell: int) -> None:
        """Find the cheapest table with k more in this cell, or k less, and hide every count it changes."""
        price, change = self._change(cell, self.k)
        if price >= 1 and self.family.values[cell] - self.k >= self.family.floor:
            price, change = min((price, change), self._change(cell, -self.k), key=lambda found: found[0])
        self.hidden |= change != 0
        self.above = np.maximum(self.above, change)
        self.below = np.maximum(self.below, -change)

    def _change(self, cell: int, by: int) -> tuple[float, np.ndarray]:
        """Whole numbers to add to every count: `by` in the cell, no sum disturbed, none below the floor; and its price.

        Raises:
            ArithmeticError: The solver found none, though adding k along the totals always is one.
        """
        number = len(self.family.values)
        cost = np.tile(np.where(self.hidden, _IDLE, self.cost), 2)
        low, high = np.zeros(2 * number), np.full(2 * number, np.inf)
        high[number:] = self.family.values - self.family.floor
        high[[cell, number + cell]] = 0
        place = cell if by > 0 else number + cell
        low[place] = high[place] = abs(by)
        limits = np.column_stack([low, high])
        found = linprog(cost, A_eq=self.equations, b_eq=np.zeros(self.equations.shape[0]), bounds=limits)
        if not found.success or np.abs(found.x - np.round(found.x)).max() > _WHOLE:
            # Sums in three or more directions are no network: their cheapest change need not be whole.
            found = milp(
                cost,
                integrality=np.ones(2 * number),
                bounds=Bounds(low, high),
                constraints=LinearConstraint(self.equations, 0, 0),
            )
        if not found.success:
            raise ArithmeticError(f"no table protects count {cell} of {number}: {found.message}")
        change = np.round(found.x[:number]) - np.round(found.x[number:])
        if np.abs(self.family.equations @ change).max() > 0 or (self.family.values + change).min() < self.family.floor:
            raise ArithmeticError(f"the change found for count {cell} of {number} does not keep every sum")
        return float(found.fun), change
