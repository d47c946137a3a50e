"""What somebody outside can compute about hidden counts from those shown: the test every release has to pass."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from transforms.release.sums import Family, Sum, families


@dataclass(frozen=True)
class Bounds:
    """The range in which a hidden count must lie.

    Attributes:
        lower: The least it can be, one a count; a shown one's own value.
        upper: The most it can be; infinite where no sum bounds it.
    """

    lower: np.ndarray
    upper: np.ndarray

    @property
    def width(self) -> np.ndarray:
        """How much remains unknown."""
        return self.upper - self.lower


def attack(counts: Sequence[int], hidden: np.ndarray, sums: Sequence[Sum]) -> Bounds:
    """Bound every hidden count by two linear programmes, from the shown counts, the sums, and that none is negative.

    Written without regard to how counts were hidden: it knows what a reader of the release knows, and no more.
    """
    values = np.asarray(counts, dtype=float)
    lower, upper = np.where(hidden, 0.0, values), np.where(hidden, np.inf, values)
    for family in families(counts, sums):
        secret = np.concatenate([hidden[family.members], np.ones(len(family.values) - len(family.members), dtype=bool)])
        for place in np.flatnonzero(hidden[family.members]):
            cell = family.members[place]
            lower[cell], upper[cell] = (_extreme(family, secret, int(place), sign) for sign in (1.0, -1.0))
    return Bounds(lower, upper)


def _extreme(family: Family, secret: np.ndarray, place: int, sign: float) -> float:
    """The least (sign 1) or the most (sign −1) one count can be."""
    unknown = family.equations[:, secret]
    known = -(family.equations[:, ~secret] @ family.values[~secret])
    aim = np.zeros(int(secret.sum()))
    aim[np.flatnonzero(secret).searchsorted(place)] = sign
    found = linprog(aim, A_eq=unknown, b_eq=known, bounds=(family.floor, None))
    if found.status == 3:  # noqa: PLR2004  (linprog's word for unbounded)
        return sign * -np.inf
    if not found.success:
        raise ArithmeticError(f"the figures shown contradict each other: {found.message}")
    return float(sign * found.fun)
