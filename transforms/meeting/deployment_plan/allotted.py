"""How many pieces of patrol each area has in each shift, and how many teams are on: the most saved within limits."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transforms.meeting.deployment_plan.assumed import Limits, PlanError
from transforms.meeting.deployment_plan.bundles import Ranked, ranked
from transforms.meeting.deployment_plan.duty import Duty
from transforms.meeting.deployment_plan.gains import Vector, Whole, most_gain, piece_gains, saved
from transforms.meeting.deployment_plan.program import Pieces, Program, pieces_of

MOST_GAP = 0.01
"""A plan that saves at least 99 % of what any plan within the limits would is good enough: HiGHS looks no further."""
SMALL = 5_000
"""Pieces up to which all is asked at once where two steps leave more of a gap than that."""
TEAMS_GAP, PIECES_GAP = 0.009, 0.0005
"""Of it, what is left to the first step, which settles how many teams are on duty when, and to the second."""
BUNDLES, BUNDLES_GAP = 24, 0.002
"""Bundles that a shift's pieces are bound into where there are many, and what of the gap is left to them."""
HALF, ROUNDING = 0.5, 1e-6
"""From where a part of a piece is rounded up, and what is but the error of a computation."""
AT_THE_EDGE = (2, 8, None)
"""Pieces of a shift and station beside the edge between chosen and not that the second step may change; None: all."""


@dataclass(frozen=True)
class Allotment:
    """A plan's numbers.

    Attributes:
        pieces: slots × areas.
        on_duty: By turn, teams.
        saved: What it is assumed to save.
        bound: What no plan within the limits can save more than.
    """

    pieces: Whole
    on_duty: Whole
    saved: float
    bound: float

    @property
    def gap(self) -> float:
        """Share of the bound that the plan may be short of the best one."""
        return max(0.0, 1 - self.saved / self.bound) if self.bound > 0 else 0.0


def hours_of_pieces(duty: Duty) -> Vector:
    """By slot the hours of a piece in it; equal for all units, because a shift is as long for all of them."""
    made = np.zeros(len(duty.slots))
    for turn in duty.turns:
        made[turn.slot] = turn.piece_hours
    return made


def allotted(expected: Vector, duty: Duty, limits: Limits, station: Whole, floors: Vector) -> Allotment:
    """The plan of most Σ r (1 − exp(−θ h)): by greedy where that keeps all limits, else by HiGHS.

    HiGHS is asked twice. First how many teams are on in each turn, pieces left divisible: what is proved of that is a
    bound of any plan. Then, with these teams, for whole pieces, where only those at the edge between chosen and not may
    change: all but a handful are whole already. Where there are many pieces, and nothing binds an area over shifts, a
    station's pieces of a shift go in bundles first (`bundles`).

    Args:
        expected: slots × areas, weighted crimes.
        duty: Turns of the units' teams.
        limits: What is kept to.
        station: By area, the number of its station.
        floors: By station, its least share of the hours.

    Raises:
        PlanError: No plan keeps the limits.
    """
    piece_hours = hours_of_pieces(duty)
    allowed = np.floor(limits.most_in_shift / piece_hours + 1e-9).clip(1).astype(np.int64)
    gains = piece_gains(expected, piece_hours, limits.theta, int(allowed.max()))
    gains[np.arange(len(gains))[:, None] >= allowed[None, :]] = 0.0
    if _all_on(duty, limits):
        pieces, on_duty = _by_greedy(gains, duty)
        if _kept(pieces, piece_hours, limits, station, floors):
            value = saved(pieces, expected, piece_hours, limits.theta)
            return Allotment(pieces, on_duty, value, value)
    return _by_highs(pieces_of(gains, piece_hours, station), duty, limits, floors, expected.shape)


def _all_on(duty: Duty, limits: Limits) -> bool:
    """Whether every team can take every turn: then none saves more than all, and greedy with all bounds any plan."""
    for number, unit in enumerate(duty.units):
        most = duty.most_turns(number)
        if most is not None and most < unit.teams * sum(turn.unit == number for turn in duty.turns):
            return False
    return not duty.at_once(limits.rest_hours)


def _kept(pieces: Whole, piece_hours: Vector, limits: Limits, station: Whole, floors: Vector) -> bool:
    """Whether a plan of pieces gives each station its least share and no area too many hours."""
    hours = (pieces * piece_hours[:, None]).sum(axis=0)
    by_station = np.bincount(station, hours, minlength=len(floors))
    within = limits.most_in_month is None or bool((hours <= limits.most_in_month + 1e-9).all())
    return within and bool((by_station >= floors * hours.sum() - 1e-9).all())


def _by_greedy(gains: Vector, duty: Duty) -> tuple[Whole, Whole]:
    on_duty = np.array([duty.units[turn.unit].teams for turn in duty.turns], dtype=np.int64)
    budgets = np.zeros(len(duty.slots), dtype=np.int64)
    for turn, teams in zip(duty.turns, on_duty, strict=True):
        budgets[turn.slot] += turn.pieces * teams
    pieces = np.zeros(gains.shape[1:], dtype=np.int64)
    for slot, budget in enumerate(budgets):
        own = gains[:, slot].ravel()
        chosen = most_gain(own, int(budget)) & (own > 0)
        pieces[slot] = chosen.reshape(gains[:, slot].shape).sum(axis=0)
    return pieces, on_duty


def _by_highs(pieces: Pieces, duty: Duty, limits: Limits, floors: Vector, shape: tuple[int, ...]) -> Allotment:
    """How many teams are on in each turn with pieces bound together, then which whole pieces; few ones all at once."""
    many = len(pieces.gain) > SMALL and limits.most_in_month is None
    program = Program(pieces, duty, limits, floors)
    return _in_bundles(program, shape) if many else _by_piece(program, shape)


def _in_bundles(program: Program, shape: tuple[int, ...]) -> Allotment:
    """By bundles of a few in a hundred of what a shift's teams can do, by smaller ones where these leave too much."""
    room = _room(program.duty)
    order = ranked(program.pieces, program.stations, room)
    size = max(1, int(room.max()) // BUNDLES)
    made = _by_bundles_of(size, order, program, shape)
    while made.gap > MOST_GAP and size > 1:
        size //= 2
        made = _by_bundles_of(size, order, program, shape)
    return made


def _by_bundles_of(size: int, order: Ranked, program: Program, shape: tuple[int, ...]) -> Allotment:
    duty, limits, floors = program.duty, program.limits, program.floors
    coarse = Program(order.bundles(size), duty, limits, floors)
    least, most = between(coarse)
    relaxed = _found(coarse.relaxed(least, most))
    bound = bound_of(coarse, program, relaxed)
    turns = np.arange(len(most)) >= len(coarse.pieces.gain)
    first = _found(coarse.solved(least, most, turns, BUNDLES_GAP))
    if size == 1:  # Then HiGHS has looked at whole teams and single pieces, and what it proves is of any plan.
        bound = min(bound, -float(first.mip_dual_bound))
    part, on_duty = coarse.taken(first.x)
    many = np.bincount(coarse.group, part * coarse.pieces.count, minlength=coarse.sums).astype(float)
    held = np.rint(on_duty)
    for width in (size, 4 * size, len(order.rank)):
        made, sure = order.around(many, width)
        fine = Program(made, duty, limits, floors)
        low, high = np.concatenate([sure, held]), np.concatenate([np.ones(len(sure)), held])
        found = fine.solved(low, high, np.concatenate([~sure, np.zeros(len(held), bool)]), PIECES_GAP)
        if found.x is not None:
            taken = np.rint(fine.taken(found.x)[0]) * made.count
            whole = np.bincount(fine.group, taken, minlength=fine.sums).astype(np.int64)
            return _told(order.chosen(whole), held, bound, shape)
    raise PlanError("plan_impossible")


def bound_of(coarse: Program, program: Program, relaxed: Any) -> float:
    """What no plan of single pieces can save more than, by what a piece more is worth in the program of bundles.

    A plan of the relaxed program is worth what its multipliers give (weak duality, Bertsimas & Tsitsiklis 1997,
    Introduction to Linear Optimization, 4.3): all but the pieces stays, and of the pieces, single ones now, each can
    add no more than it saves beyond the worth of its place.
    """
    worth = -np.asarray(relaxed.eqlin.marginals)

    def beyond(of: Program) -> float:
        return float((of.pieces.gain - worth[of.group] * of.pieces.count).clip(0).sum())

    return -float(relaxed.fun) - beyond(coarse) + beyond(program)


def _room(duty: Duty) -> Whole:
    """By slot, pieces of all teams of all its turns."""
    made = np.zeros(len(duty.slots), dtype=np.int64)
    for turn in duty.turns:
        made[turn.slot] += turn.pieces * duty.units[turn.unit].teams
    return made


def between(program: Program) -> tuple[Vector, Vector]:
    """By piece and turn, the least and the most there may be of it."""
    count = len(program.pieces.gain)
    teams = np.array([program.duty.units[turn.unit].teams for turn in program.duty.turns], dtype=float)
    fewest = np.array(program.duty.least_teams(program.limits.least_on_duty), dtype=float)
    return np.concatenate([np.zeros(count), fewest]), np.concatenate([np.ones(count), teams])


def _by_piece(program: Program, shape: tuple[int, ...]) -> Allotment:
    count = len(program.pieces.gain)
    least, most = between(program)
    first = _found(program.solved(least, most, np.arange(len(most)) >= count, TEAMS_GAP))
    bound = -float(first.mip_dual_bound)
    made = _in_whole(program, *program.taken(first.x), bound, shape)
    if made is not None and (made.gap <= MOST_GAP or count > SMALL):
        return made
    # Few pieces do not come out even: then all is asked at once, which takes long only where there are many.
    last = _found(program.solved(least, most, np.ones(len(most), dtype=bool), PIECES_GAP))
    part, turns = program.taken(last.x)
    return _told(program.pieces.of(np.flatnonzero(part > HALF)), turns, min(bound, -float(last.mip_dual_bound)), shape)


def _in_whole(program: Program, part: Vector, turns: Vector, bound: float, shape: tuple[int, ...]) -> Allotment | None:
    """The best whole pieces beside divided ones, with the same teams; None where there are none."""
    on_duty, held = np.rint(turns), np.rint(part)
    for width in AT_THE_EDGE:
        free = _edge(program, part, width)
        least = np.concatenate([np.where(free, 0.0, held), on_duty])
        most = np.concatenate([np.where(free, 1.0, held), on_duty])
        found = program.solved(least, most, np.concatenate([free, np.zeros(len(turns), bool)]), PIECES_GAP)
        if found.x is not None:
            whole = np.flatnonzero(program.taken(found.x)[0] > HALF)
            return _told(program.pieces.of(whole), on_duty, bound, shape)
    return None


def _told(chosen: Pieces, turns: Vector, bound: float, shape: tuple[int, ...]) -> Allotment:
    pieces = np.zeros(shape, dtype=np.int64)
    np.add.at(pieces, (chosen.slot, chosen.area), 1)
    return Allotment(pieces, np.rint(turns).astype(np.int64), float(chosen.gain.sum()), bound)


def _found(result: Any) -> Any:
    if result.x is None:
        raise PlanError("plan_impossible")
    return result


def _edge(program: Program, part: Vector, width: int | None) -> NDArray[np.bool_]:
    """Pieces the second step may change: divided ones, and by shift and station those last chosen and next to be."""
    if width is None:
        return np.ones(len(part), dtype=bool)
    chosen = part > HALF
    free = np.abs(part - np.rint(part)) > ROUNDING
    for side, order in ((chosen, program.pieces.gain), (~chosen, -program.pieces.gain)):
        own = np.flatnonzero(side)
        own = own[np.lexsort((order[own], program.group[own]))]
        begins = np.searchsorted(program.group[own], program.group[own])
        free[own[np.arange(len(own)) - begins < width]] = True
    return free
