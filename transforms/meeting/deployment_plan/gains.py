"""What each further piece of patrol saves, and the best choice of pieces where nothing but their number binds."""

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Whole = NDArray[np.int64]


def piece_gains(expected: Vector, piece_hours: Vector, theta: float, levels: int) -> Vector:
    """Crimes that each further piece of patrol is assumed to save: levels × slots × areas.

    With h hours in a slot of r expected crimes r (1 − exp(−θ h)) are saved (exponential detection, Koopman 1957,
    Operations Research 5:613), so the l-th piece of p hours saves r exp(−θ p (l − 1)) (1 − exp(−θ p)): less than the
    one before it, and a plan of pieces is the same problem made linear piece by piece.

    Args:
        expected: slots × areas, weighted.
        piece_hours: By slot.
        theta: Per hour.
        levels: Pieces that a slot may have at most.
    """
    left = np.exp(-theta * piece_hours)
    by_level = left[None, :] ** np.arange(levels)[:, None] * (1 - left)[None, :]
    return np.asarray(by_level[:, :, None] * expected[None, :, :])


def most_gain(gains: Vector, budget: int, group: Whole | None = None, least: Whole | None = None) -> NDArray[np.bool_]:
    """Which pieces to choose: by marginal gain, after each group has had its best up to its least.

    Optimal: pieces are independent and of one price, so an exchange of a chosen piece for one that was left can gain
    only where it breaks a group's least (greedy over a separable concave objective, Ibaraki & Katoh 1988, Resource
    Allocation Problems, chapter 4). Where areas' gains fall with every further piece, a further one is never chosen
    before the one it comes after. Equal pieces are taken in the order in which they stand.

    Args:
        gains: One a piece, at least 0; of one slot and area the first piece before the second.
        budget: Pieces to choose.
        group: By piece, the number of its group.
        least: By group, pieces of it at least. Of all groups together no more than the budget.

    Returns:
        By piece, whether it is chosen.
    """
    order = np.argsort(-gains, kind="stable")
    chosen = np.zeros(len(gains), dtype=bool)
    if group is not None and least is not None:
        for number, own in enumerate(least.tolist()):
            chosen[order[group[order] == number][:own]] = True
    rest = order[~chosen[order]]
    chosen[rest[: max(0, budget - int(chosen.sum()))]] = True
    return chosen


def saved(pieces: Whole, expected: Vector, piece_hours: Vector, theta: float) -> float:
    """Σ r (1 − exp(−θ h)) of a plan of pieces: slots × areas."""
    return float((expected * -np.expm1(-theta * pieces * piece_hours[:, None])).sum())
