"""The plan as a mixed-integer program: pieces of patrol by shift and area, teams by turn, and rows that bind them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transforms.meeting.deployment_plan.assumed import Limits
from transforms.meeting.deployment_plan.duty import Duty
from transforms.meeting.deployment_plan.gains import Vector, Whole

NODES = 2_000
"""Nodes HiGHS looks at most: a count, not a time, so that a slower machine makes the same plan."""


@dataclass(frozen=True)
class Pieces:
    """Pieces that save something, or bundles of them, one an entry.

    Attributes:
        slot: Of the month.
        station: Number of the station.
        area: Number of the area; −1 of a bundle, whose pieces lie in several.
        gain: What it saves.
        hours: How long it is.
        count: Pieces it is.
    """

    slot: Whole
    station: Whole
    area: Whole
    gain: Vector
    hours: Vector
    count: Whole

    def of(self, chosen: Whole) -> "Pieces":
        """These entries alone."""
        return Pieces(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


def pieces_of(gains: Vector, piece_hours: Vector, station: Whole) -> Pieces:
    """The pieces of levels × slots × areas that save anything, first levels first."""
    level, slot, area = (axis.astype(np.int64) for axis in np.nonzero(gains > 0))
    return Pieces(slot, station[area], area, gains[level, slot, area], piece_hours[slot], np.ones_like(slot))


class Program:
    """Variables: the pieces (0 to 1), pieces by slot and station (their sums), teams by turn.

    Stations' sums have variables of their own: the rows that hold floors and shifts name these few, not all pieces.
    """

    def __init__(self, pieces: Pieces, duty: Duty, limits: Limits, floors: Vector) -> None:
        """Set up all rows.

        Args:
            pieces: That may be chosen.
            duty: Turns of teams.
            limits: What is kept to.
            floors: By station, its least share of all hours.
        """
        self.pieces, self.duty, self.limits, self.floors = pieces, duty, limits, floors
        self.stations = len(floors)
        self.group = pieces.slot * self.stations + pieces.station
        self.sums = len(duty.slots) * self.stations
        self.width = len(pieces.gain) + self.sums + len(duty.turns)
        self._columns: list[Whole] = []
        self._values: list[Vector] = []
        self._lower: list[float] = []
        self._upper: list[float] = []
        self._summed()
        self._shifts()
        self._rest()
        self._floors(floors)
        self._areas()

    def _row(self, columns: Whole, values: Vector, lower: float, upper: float) -> None:
        self._columns.append(columns)
        self._values.append(values)
        self._lower.append(lower)
        self._upper.append(upper)

    def _sum(self, slot: int) -> Whole:
        return len(self.pieces.gain) + slot * self.stations + np.arange(self.stations)

    def _turn(self, numbers: list[int]) -> Whole:
        return np.array(numbers, dtype=np.int64) + len(self.pieces.gain) + self.sums

    def _summed(self) -> None:
        order = np.argsort(self.group, kind="stable")
        edges = np.searchsorted(self.group[order], np.arange(self.sums + 1))
        for number in range(self.sums):
            own = order[edges[number] : edges[number + 1]]
            values = np.append(self.pieces.count[own].astype(float), -1.0)
            self._row(np.append(own, len(self.pieces.gain) + number), values, 0, 0)

    def _shifts(self) -> None:
        """Pieces of a shift: at most those of the teams on duty."""
        for slot in range(len(self.duty.slots)):
            turns = [at for at, turn in enumerate(self.duty.turns) if turn.slot == slot]
            given = np.array([-self.duty.turns[at].pieces for at in turns], dtype=float)
            columns = np.concatenate([self._sum(slot), self._turn(turns)])
            self._row(columns, np.concatenate([np.ones(self.stations), given]), -np.inf, 0)

    def _rest(self) -> None:
        """A team takes one turn at a time, rests after it, and works no more in the month than it may."""
        for clique in self.duty.at_once(self.limits.rest_hours):
            teams = self.duty.units[self.duty.turns[clique[0]].unit].teams
            self._row(self._turn(clique), np.ones(len(clique)), -np.inf, teams)
        for number in range(len(self.duty.units)):
            most = self.duty.most_turns(number)
            own = [at for at, turn in enumerate(self.duty.turns) if turn.unit == number]
            if most is not None:
                self._row(self._turn(own), np.ones(len(own)), -np.inf, most)

    def _floors(self, floors: Vector) -> None:
        """A station's hours are at least its least share of all hours."""
        by_slot = np.zeros(len(self.duty.slots))
        for turn in self.duty.turns:
            by_slot[turn.slot] = turn.piece_hours
        columns = np.concatenate([self._sum(slot) for slot in range(len(by_slot))])
        hours = np.repeat(by_slot, self.stations)
        of = np.tile(np.arange(self.stations), len(by_slot))
        for number, floor in enumerate(floors):
            if floor > 0:
                self._row(columns, hours * (floor - (of == number)), -np.inf, 0)

    def _areas(self) -> None:
        """An area's hours in the month."""
        if self.limits.most_in_month is None:
            return
        for area in np.unique(self.pieces.area):
            own = np.flatnonzero(self.pieces.area == area)
            if self.pieces.hours[own].sum() > self.limits.most_in_month:
                self._row(own, self.pieces.hours[own], -np.inf, self.limits.most_in_month)

    def solved(self, least: Vector, most: Vector, whole: NDArray[np.bool_], gap: float) -> Any:
        """What HiGHS finds (Huangfu & Hall 2018, Mathematical Programming Computation 10:119).

        Args:
            least: By piece and turn, lower bound.
            most: The same, upper bound.
            whole: The same, whether it is a whole number.
            gap: Share of the bound at which it may stop.
        """
        from scipy.optimize import Bounds, LinearConstraint, milp

        return milp(
            self._cost(),
            integrality=self._spread(whole.astype(float), 0.0),
            bounds=Bounds(self._spread(least, 0.0), self._spread(most, np.inf)),
            constraints=LinearConstraint(self._matrix(), lb=np.array(self._lower), ub=np.array(self._upper)),
            options={"mip_rel_gap": gap, "node_limit": NODES},
        )

    def relaxed(self, least: Vector, most: Vector) -> Any:
        """The same with everything divisible, and what a piece more in each sum would be worth (`eqlin.marginals`)."""
        from scipy.optimize import linprog

        rows, upper = self._matrix(), np.array(self._upper)
        cut = self.sums
        return linprog(
            self._cost(),
            A_ub=rows[cut:],
            b_ub=upper[cut:],
            A_eq=rows[:cut],
            b_eq=upper[:cut],
            bounds=np.stack([self._spread(least, 0.0), self._spread(most, np.inf)], axis=1),
            method="highs",
        )

    def _cost(self) -> Vector:
        return np.concatenate([-self.pieces.gain, np.zeros(self.width - len(self.pieces.gain))])

    def _matrix(self) -> Any:
        from scipy.sparse import csr_array

        ends = np.concatenate([[0], np.cumsum([len(own) for own in self._columns])])
        cells = (np.concatenate(self._values), np.concatenate(self._columns), ends)
        return csr_array(cells, shape=(len(self._lower), self.width))

    def _spread(self, values: Vector, of_sums: float) -> Vector:
        """Values of pieces and turns with one for the sums between them."""
        cut = len(self.pieces.gain)
        return np.concatenate([values[:cut], np.full(self.sums, of_sums), values[cut:]])

    def taken(self, x: Vector) -> tuple[Vector, Vector]:
        """A solution's pieces, and its teams by turn."""
        cut = len(self.pieces.gain)
        return x[:cut], x[cut + self.sums :]
