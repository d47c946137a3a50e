"""The shortest closed tour over a few stops, exactly."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

MOST = 12
"""Stops that a tour may have: its table has 2 ** stops rows."""
_FAR = np.int64(2**60)


def metres_between(x: Sequence[float], y: Sequence[float]) -> NDArray[np.int64]:
    """Straight-line distances between points in whole metres, so that sums of them are exact and ties are ties."""
    across, up = np.asarray(x, float), np.asarray(y, float)
    return np.rint(np.hypot(across[:, None] - across, up[:, None] - up)).astype(np.int64)


def shortest_tour(metres: NDArray[np.int64]) -> list[int]:
    """The order in which a round from point 0 visits every other point and comes back, as short as any order can be.

    Dynamic programming over the sets of stops (Held & Karp 1962, Journal of the SIAM 10:196; Bellman 1962, Journal of
    the ACM 9:61). Of equally short tours, such as one and its reverse, it is the one that goes first to the point with
    the smaller number, at every step.

    Args:
        metres: points × points, whole numbers, symmetrical; point 0 is where the round begins and ends.

    Returns:
        The other points' numbers, each once.

    Raises:
        ValueError: More than `MOST` stops beside the start.
    """
    stops = len(metres) - 1
    if stops > MOST:
        raise ValueError(f"a tour of {stops} stops was asked for; at most {MOST} are solved exactly")
    if stops < 1:
        return []
    ending = _shortest_paths(metres)
    order: list[int] = []
    at, left = 0, 2**stops - 1
    while left:
        # What is left is a path from the start, read backwards, whose last stop is the next one here.
        onward = ending[left] + metres[at, 1:]
        at = int(np.argmin(onward)) + 1
        order.append(at)
        left &= ~(1 << (at - 1))
    return order


def _shortest_paths(metres: NDArray[np.int64]) -> NDArray[np.int64]:
    """By set of stops (a bit each) and last stop in it: the shortest path from the start over them; else far."""
    stops = len(metres) - 1
    sets = np.arange(2**stops)
    sizes = np.bitwise_count(sets)
    ending = np.full((len(sets), stops), _FAR, dtype=np.int64)
    ending[1 << np.arange(stops), np.arange(stops)] = metres[0, 1:]
    for size in range(2, stops + 1):
        for last in range(stops):
            with_last = sets[(sizes == size) & (sets >> last & 1 == 1)]
            before = ending[with_last ^ (1 << last)]
            ending[with_last, last] = (before + metres[1:, last + 1]).min(axis=1)
    return ending
