"""Hidden counts stay hidden: answers one can see, and an attacker who computes everything the figures allow."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.release import Sum, attack, protect, sums_of

K = 3


def row(*parts: int) -> tuple[list[int], list[Sum]]:
    """Parts and, last, their total."""
    return [*parts, sum(parts)], [Sum(len(parts), tuple(range(len(parts))))]


def grid(body: list[list[int]]) -> tuple[list[int], list[Sum]]:
    """A table with its row totals, column totals and grand total, row by row."""
    table = np.array(body)
    table = np.column_stack([table, table.sum(axis=1)])
    table = np.vstack([table, table.sum(axis=0)])
    height, width = table.shape
    place = np.arange(table.size).reshape(table.shape)
    sums = [Sum(int(place[r, -1]), tuple(map(int, place[r, :-1]))) for r in range(height)]
    sums += [Sum(int(place[-1, c]), tuple(map(int, place[:-1, c]))) for c in range(width)]
    return table.ravel().tolist(), sums


def test_a_count_without_a_sum_is_hidden_alone() -> None:
    assert protect([0, 1, 2, 3, 40], [], K).tolist() == [False, True, True, False, False]


def test_the_smallest_neighbour_is_hidden_with_it() -> None:
    counts, sums = row(2, 50, 20, 90)
    assert protect(counts, sums, K).tolist() == [True, False, True, False, False]


def test_hiding_small_counts_alone_would_have_told_them() -> None:
    counts, sums = row(2, 50, 20, 90)
    alone = np.array([True, False, False, False, False])
    told = attack(counts, alone, sums)
    assert (told.lower[0], told.upper[0]) == (2, 2)
    kept = attack(counts, protect(counts, sums, K), sums)
    assert (kept.lower[0], kept.upper[0]) == (0, 22)


def test_two_small_counts_whose_sum_is_small_need_a_third() -> None:
    counts, sums = row(1, 1, 30)
    hidden = protect(counts, sums, K)
    assert hidden.tolist() == [True, True, True, False]
    assert attack(counts, hidden, sums).width[0] >= K
    pair = np.array([True, True, False, False])
    assert attack(counts, pair, sums).width[0] == 2


def test_a_zero_is_shown_unless_it_is_the_cheapest_company() -> None:
    assert not protect(*row(0, 0, 7), K).any()
    assert protect(*row(2, 0, 700), K).tolist() == [True, False, True, False]
    counts, sums = grid([[2, 50, 900], [50, 0, 900], [900, 900, 900]])
    hidden = protect(counts, sums, K).reshape(4, 4)
    assert hidden[:2, :2].all()
    assert hidden.sum() == 4


def test_in_a_table_the_four_corners_of_a_rectangle_are_hidden() -> None:
    counts, sums = grid([[2, 40, 30], [20, 10, 60], [70, 80, 90]])
    hidden = protect(counts, sums, K).reshape(4, 4)
    assert hidden.sum() == 4
    assert hidden[0, 0]
    assert sorted(hidden.sum(axis=0)) == [0, 0, 2, 2]
    assert sorted(hidden.sum(axis=1)) == [0, 0, 2, 2]
    assert not hidden[-1].any()
    assert not hidden[:, -1].any()


def test_a_station_that_has_not_reported_hides_by_itself() -> None:
    """The total holds 9 of a station without a row: nobody outside can subtract it."""
    counts = [2, 50, 61]
    sums = sums_of(counts, [("a",), ("b",), ("all",)], [[(("a",), ("all",)), (("b",), ("all",))]])
    assert sums == [Sum(2, (0, 1), rest=9)]
    assert protect(counts, sums, K).tolist() == [True, False, False]


def test_a_total_less_than_its_parts_is_no_sum() -> None:
    keys = [("a",), ("b",), ("all",)]
    assert sums_of([5, 5, 9], keys, [[(("a",), ("all",)), (("b",), ("all",))]]) == []


def test_negative_counts_are_hidden() -> None:
    counts, sums = row(-1, 50, 20)
    assert protect(counts, sums, K).tolist() == [True, False, True, False]


@pytest.mark.parametrize("k", [0, 1])
def test_without_a_threshold_nothing_is_hidden(k: int) -> None:
    assert not protect(*row(1, 2, 0), k).any()


counts_of_boxes = st.lists(
    st.lists(st.integers(0, 12), min_size=4, max_size=4), min_size=4, max_size=4
)  # four boxes, four months


@st.composite
def releases(draw: st.DrawFn) -> tuple[list[int], list[Sum], int]:
    """Two stations of two boxes each, by month, by type, with every total: three directions of sums at once."""
    types = draw(st.integers(1, 2))
    boxes = np.array([draw(counts_of_boxes) for _ in range(types)])
    stations = boxes.reshape(types, 2, 2, 4).sum(axis=2)
    cube = np.concatenate([boxes, stations, stations.sum(axis=1, keepdims=True)], axis=1)
    cube = np.concatenate([cube, cube.sum(axis=2, keepdims=True)], axis=2)
    cube = np.concatenate([cube, cube.sum(axis=0, keepdims=True)], axis=0)
    place = np.arange(cube.size).reshape(cube.shape)
    sums = []
    for t in range(types + 1):
        for month in range(5):
            column = place[t, :, month].tolist()
            sums += [Sum(column[4], tuple(column[:2])), Sum(column[5], tuple(column[2:4]))]
            sums.append(Sum(column[6], (column[4], column[5])))
        sums += [Sum(int(place[t, d, 4]), tuple(place[t, d, :4].tolist())) for d in range(7)]
    sums += [Sum(int(place[-1, d, m]), tuple(place[:-1, d, m].tolist())) for d in range(7) for m in range(5)]
    return cube.ravel().tolist(), sums, draw(st.integers(2, 5))


@pytest.mark.slow
@settings(max_examples=25, deadline=None, derandomize=True)
@given(releases())
def test_no_attacker_narrows_a_hidden_count_below_k(made: tuple[list[int], list[Sum], int]) -> None:
    counts, sums, k = made
    hidden = protect(counts, sums, k)
    values = np.array(counts)
    assert hidden[(values > 0) & (values < k)].all()
    known = attack(counts, hidden, sums)
    assert (known.width[hidden] >= k - 1e-6).all()
    assert ((known.lower <= values + 1e-6) & (values <= known.upper + 1e-6)).all()
