"""What the figures of a release add up to: every way by which a hidden one could be computed from those shown."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

Key = tuple[Hashable, ...]


@dataclass(frozen=True)
class Sum:
    """One figure that is the sum of others.

    Attributes:
        total: Position of the sum among the counts.
        parts: Positions of what is summed.
        rest: What the total holds beyond its parts, as where a station has not reported: nobody outside knows it.
    """

    total: int
    parts: tuple[int, ...]
    rest: int = 0


def sums_of(counts: Sequence[int], keys: Sequence[Key], ways: Iterable[Iterable[tuple[Key, Key]]]) -> list[Sum]:
    """The sums among counts.

    Args:
        counts: The figures.
        keys: Of the counts, in their order.
        ways: For each way of summing (districts, months, …) the pairs of a part's key and its total's. A pair of which
            either has no count is passed over; a total less than its parts says nothing about them and is no sum.
    """
    place = {key: n for n, key in enumerate(keys)}
    made = []
    for way in ways:
        parts: dict[int, list[int]] = defaultdict(list)
        for part, total in way:
            if part in place and total in place:
                parts[place[total]].append(place[part])
        for at, members in sorted(parts.items()):
            rest = int(counts[at]) - sum(int(counts[member]) for member in members)
            if rest >= 0:
                made.append(Sum(at, tuple(sorted(members)), rest))
    return made


@dataclass(frozen=True)
class Family:
    """Counts that hang together by sums, and the equations between them.

    Attributes:
        members: Their positions, in order.
        values: Their counts, then the rests of sums that have one.
        equations: One row a sum: total − parts − rest = 0.
        floor: The least any of them can be for who looks from outside: 0, unless a count is negative.
    """

    members: np.ndarray
    values: np.ndarray
    equations: csr_array
    floor: float


def families(counts: Sequence[int], sums: Sequence[Sum]) -> list[Family]:
    """Counts in groups that know nothing of each other; counts that stand in no sum are left out."""
    if not sums:
        return []
    ends = [(one.total, part) for one in sums for part in one.parts]
    graph = coo_array((np.ones(len(ends)), tuple(np.array(ends).T)), shape=(len(counts), len(counts)))
    _, label = connected_components(graph, directed=False)
    grouped: dict[int, list[Sum]] = defaultdict(list)
    for one in sums:
        grouped[int(label[one.total])].append(one)
    values = np.asarray(counts, dtype=float)
    return [_family(np.flatnonzero(label == name), own, values) for name, own in sorted(grouped.items())]


def _family(members: np.ndarray, sums: Sequence[Sum], counts: np.ndarray) -> Family:
    place = {int(position): n for n, position in enumerate(members)}
    rows, columns, signs = [], [], []
    rests: list[float] = []
    for row, one in enumerate(sums):
        terms = [(place[one.total], 1.0), *((place[part], -1.0) for part in one.parts)]
        if one.rest:
            terms.append((len(members) + len(rests), -1.0))
            rests.append(float(one.rest))
        for column, sign in terms:
            rows.append(row)
            columns.append(column)
            signs.append(sign)
    values = np.concatenate([counts[members], rests])
    equations = coo_array((signs, (rows, columns)), shape=(len(sums), len(values))).tocsr()
    return Family(members, values, equations, min(0.0, float(values.min())))
