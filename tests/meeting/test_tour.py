"""Rounds whose shortest order is known: by trying all of them, or because the stops lie on a circle."""

from itertools import pairwise, permutations

import numpy as np
import pytest

from transforms.meeting.patrol.tour import MOST, metres_between, shortest_tour


def length(metres: np.ndarray, order: list[int]) -> int:
    round_ = [0, *order, 0]
    return int(sum(metres[a, b] for a, b in pairwise(round_)))


@pytest.mark.parametrize("seed", range(5))
def test_no_order_of_seven_stops_is_shorter(seed: int) -> None:
    """And of the equally short ones it is the first in the order of the points' numbers."""
    rng = np.random.default_rng(seed)
    metres = metres_between(rng.integers(0, 30, 8) * 100, rng.integers(0, 30, 8) * 100)
    every = [list(order) for order in permutations(range(1, 8))]
    shortest = min(length(metres, order) for order in every)
    assert shortest_tour(metres) == next(order for order in every if length(metres, order) == shortest)


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
