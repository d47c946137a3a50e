"""Rounds whose shortest order is known: by trying all of them, or because the stops lie on a circle."""

import numpy as np
import pytest

from transforms.meeting.patrol.tour import MOST, metres_between, shortest_tour


def every_order(stops: int) -> np.ndarray:
    """All orders of points 1 to `stops`, a row each."""
    made = np.ones((1, 1), dtype=np.int8)
    for one in range(2, stops + 1):
        made = np.concatenate([np.insert(made, at, one, axis=1) for at in range(one)])
    return made


@pytest.mark.parametrize("stops", range(2, 10))
def test_no_order_of_up_to_nine_stops_is_shorter(stops: int) -> None:
    """And of the equally short ones it is the first in the order of the points' numbers."""
    rng = np.random.default_rng(stops)
    metres = metres_between(*rng.integers(0, 30, (2, stops + 1)) * 100)
    every = every_order(stops)
    lengths = metres[0, every[:, 0]] + metres[every[:, -1], 0]
    for at in range(stops - 1):
        lengths = lengths + metres[every[:, at], every[:, at + 1]]
    shortest = every[lengths == lengths.min()]
    assert shortest_tour(metres) == min(shortest.tolist())


def test_stops_on_a_circle_are_visited_along_it() -> None:
    angles = 2 * np.pi * np.arange(MOST + 1) / (MOST + 1)
    mixed = [0, *np.random.default_rng(1).permutation(np.arange(1, MOST + 1))]
    metres = metres_between(5000 * np.cos(angles[mixed]), 5000 * np.sin(angles[mixed]))
    along = [mixed[one] for one in shortest_tour(metres)]
    assert along in ([*range(1, MOST + 1)], [*range(MOST, 0, -1)])


def test_few_stops_and_stops_in_one_place() -> None:
    assert shortest_tour(metres_between([0], [0])) == []
    assert shortest_tour(metres_between([0, 300], [0, 400])) == [1]
    assert shortest_tour(metres_between([5, 5, 5, 5], [7, 7, 7, 7])) == [1, 2, 3]


def test_more_stops_than_are_solved_exactly_are_refused() -> None:
    with pytest.raises(ValueError, match="13 stops"):
        shortest_tour(metres_between(range(MOST + 2), range(MOST + 2)))
