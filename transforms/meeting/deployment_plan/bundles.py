"""Many pieces at once: a station's pieces of a shift by what they save, some of them bound together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transforms.meeting.deployment_plan.gains import Vector, Whole
from transforms.meeting.deployment_plan.program import Pieces


@dataclass(frozen=True)
class Ranked:
    """Pieces by slot and station, those that save most first; only so many as the shift's teams could do.

    Where nothing binds an area over shifts, of equally many pieces of a slot and station the first ones are best, so a
    plan is how many there are of each (a concave function of that number: gains fall).

    Attributes:
        pieces: In the order of group and rank.
        group: By piece, the number of its slot and station.
        rank: Its place in the group, from 0.
    """

    pieces: Pieces
    group: Whole
    rank: Whole

    def bundles(self, size: int) -> Pieces:
        """So many neighbours bound together, which go whole or, divided, in equal parts."""
        return self._bound(self.rank // size)[0]

    def around(self, many: Vector, width: int) -> tuple[Pieces, NDArray[np.bool_]]:
        """Those surely chosen bound together, one bundle a group, and the pieces beside the edge each for itself.

        Args:
            many: By group, how many are about to be chosen.
            width: Pieces on either side of the edge.

        Returns:
            These entries, and whether each is surely chosen.
        """
        first = np.floor(many - width).clip(0).astype(np.int64)[self.group]
        near = np.flatnonzero(self.rank < np.ceil(many + width)[self.group])
        kept = Ranked(self.pieces.of(near), self.group[near], self.rank[near])
        made, label = kept._bound(np.maximum(kept.rank - first[near] + 1, 0))
        return made, label == 0

    def chosen(self, many: Whole) -> Pieces:
        """The first so many of each group."""
        return self.pieces.of(np.flatnonzero(self.rank < many[self.group]))

    def _bound(self, label: Whole) -> tuple[Pieces, Whole]:
        """Pieces of one group and label, which never falls with the rank, as one entry; and its label."""
        new = np.append(True, (np.diff(self.group) > 0) | (np.diff(label) > 0))
        begins = np.flatnonzero(new)
        one = self.pieces.of(begins)
        count = np.diff(np.append(begins, len(label)))
        area = np.where(count > 1, -1, one.area)
        gain = np.add.reduceat(self.pieces.gain, begins)
        return Pieces(one.slot, one.station, area, gain, one.hours, count), label[begins]


def ranked(pieces: Pieces, stations: int, room: Whole) -> Ranked:
    """Pieces of each slot and station by what they save; equal ones as they stood.

    Args:
        pieces: Single ones.
        stations: How many there are.
        room: By slot, pieces that all teams of its turns could do.
    """
    group = pieces.slot * stations + pieces.station
    order = np.lexsort((-pieces.gain, group))
    ordered = group[order]
    rank = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    within = rank < room[pieces.slot[order]]
    return Ranked(pieces.of(order[within]), ordered[within], rank[within])
