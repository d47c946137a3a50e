"""Table `deployment_plan`: which areas each team goes to in each shift of a month, in the order of a round, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from expectations.contracts.ddl import conform, empty
from expectations.contracts.deployment.deployment_plan import DEPLOYMENT_PLAN
from transforms.meeting.deployment_plan.allotted import Allotment, allotted, hours_of_pieces
from transforms.meeting.deployment_plan.assumed import Limits, PlanError
from transforms.meeting.deployment_plan.duty import Duty, duty, roster
from transforms.meeting.deployment_plan.gains import Vector, Whole, most_gain, piece_gains, saved
from transforms.meeting.deployment_plan.rounds import Point, nearest_homes, round_of, shared_out
from transforms.meeting.deployment_plan.shares import least_shares, station_shares
from transforms.meeting.deployment_plan.slots import Expected
from transforms.meeting.patrol.patrol_stop import SHIFTS, Shift

FOR_MOST, FOR_LEAST, FOR_NEXT = "most_saved", "least_share", "next_best"


@dataclass(frozen=True)
class Plan:
    """A month's plan and what it is to be judged by.

    Attributes:
        rows: Table `deployment_plan`.
        stations: Hours of each station against its least share (`station_shares`).
        saved: Weighted crimes the plan is assumed to save, without turns that could not be filled.
        gap: Share of what any plan within the limits could save that this one may be short of.
        turns: Turns that teams take.
        unfilled: Turns for which no rested team had hours left.
    """

    rows: pl.DataFrame
    stations: pl.DataFrame
    saved: float
    gap: float
    turns: int
    unfilled: int


def deployment_plan(
    expected: Expected,
    units: pl.DataFrame,
    starts: Mapping[str, Point],
    limits: Limits | None = None,
    shifts: Sequence[Shift] = SHIFTS,
) -> pl.DataFrame:
    """One row per unit, team, day, shift and stop: as of `planned`, which also says how good it is."""
    return planned(expected, units, starts, limits, shifts).rows


def planned(
    expected: Expected,
    units: pl.DataFrame,
    starts: Mapping[str, Point],
    limits: Limits | None = None,
    shifts: Sequence[Shift] = SHIFTS,
) -> Plan:
    """The plan that saves most within the limits, if each hour saves the assumed share of what is left.

    First how many pieces of patrol each area has in each shift and how many teams are on (`allotted`), then which team
    takes which turn (`roster`), which areas (`shared_out`) and in which order (`round_of`).

    Args:
        expected: Of the month, by area, weekday and hour.
        units: Columns of `duty.UNITS`.
        starts: By district its point in the grid's metres; of those that are not in it nothing is known.
        limits: What is assumed and kept to.
        shifts: The agency's.

    Raises:
        PlanError: No plan can be made; one sentence says why.
    """
    limits = limits or Limits()
    turns = duty(units, expected.month, shifts, limits)
    weighted = expected.in_slots(expected.weighted, turns.slots, shifts)
    crimes = expected.in_slots(expected.crimes, turns.slots, shifts)
    if not weighted.sum() > 0:
        raise PlanError("plan_nothing_in_shifts", shifts=", ".join(units["shift"].unique().sort()))
    if all(turns.most_turns(unit) == 0 for unit in range(len(turns.units))):
        raise PlanError("plan_no_turn", hours=units["most_hours"].max())
    station = expected.station_numbers()
    floors = least_shares(weighted, station, limits.least_share)
    found = allotted(weighted, turns, limits, station, floors)
    if not found.pieces.any():  # Hours of none keep every share; they are no plan.
        raise PlanError("plan_impossible")
    taken = roster(turns, found.on_duty.tolist(), limits.rest_hours)
    unfilled = int(found.on_duty.sum()) - sum(map(len, taken))
    pieces = _within(found, turns, taken, weighted, limits) if unfilled else found.pieces
    why = _why(pieces, turns, weighted, limits, station)
    rows = _rows(expected, turns, taken, _Told(pieces, crimes, weighted, why, limits.theta), starts)
    hours = pieces * hours_of_pieces(turns)[:, None]
    told = saved(pieces, weighted, hours_of_pieces(turns), limits.theta)
    gap = max(0.0, 1 - told / found.bound) if found.bound > 0 else 0.0
    stations = station_shares(hours.sum(axis=0), weighted.sum(axis=0), expected, floors)
    return Plan(rows, stations, told, gap, sum(map(len, taken)), unfilled)


@dataclass(frozen=True)
class _Told:
    """By slot and area: pieces, crimes, weighted crimes and why."""

    pieces: Whole
    crimes: Vector
    weighted: Vector
    why: Any
    theta: float


def _within(found: Allotment, turns: Duty, taken: list[list[int]], weighted: Vector, limits: Limits) -> Whole:
    """The pieces that the teams there are can do: where a turn was not filled, the least ones are left out."""
    room = np.zeros(len(turns.slots), dtype=np.int64)
    for turn, teams in zip(turns.turns, taken, strict=True):
        room[turn.slot] += turn.pieces * len(teams)
    pieces = found.pieces.copy()
    gains = piece_gains(weighted, hours_of_pieces(turns), limits.theta, int(pieces.max()))
    for slot in np.flatnonzero(pieces.sum(axis=1) > room):
        own = np.where(np.arange(len(gains))[:, None] < pieces[slot], gains[:, slot], 0.0)
        pieces[slot] = (most_gain(own.ravel(), int(room[slot])).reshape(own.shape) & (own > 0)).sum(axis=0)
    return pieces


def _why(pieces: Whole, turns: Duty, weighted: Vector, limits: Limits, station: Whole) -> Any:
    """By slot and area: whether it would have been chosen with the shift alone to look at, and if not, for what."""
    hours = hours_of_pieces(turns)
    levels = int(np.floor(limits.most_in_shift / hours.min() + 1e-9))
    gains = piece_gains(weighted, hours, limits.theta, max(levels, 1))
    alone = np.zeros_like(pieces)
    for slot, number in enumerate(pieces.sum(axis=1)):
        allowed = max(1, int(np.floor(limits.most_in_shift / hours[slot] + 1e-9)))
        own = gains[:allowed, slot]
        alone[slot] = (most_gain(own.ravel(), int(number)).reshape(own.shape) & (own > 0)).sum(axis=0)
    by_station = np.zeros((station.max() + 1, 2))
    np.add.at(
        by_station, station, np.stack([(pieces * hours[:, None]).sum(0), (alone * hours[:, None]).sum(0)], axis=1)
    )
    raised = by_station[:, 0] > by_station[:, 1]
    otherwise = np.where(raised[station], FOR_LEAST, FOR_NEXT)
    return np.where(alone > 0, FOR_MOST, otherwise[None, :])


def _rows(
    expected: Expected, turns: Duty, taken: list[list[int]], told: _Told, starts: Mapping[str, Point]
) -> pl.DataFrame:
    points = {
        number: (x, y) for number, (x, y) in enumerate(expected.areas.select("x", "y").iter_rows()) if x is not None
    }
    areas = expected.areas.drop("x", "y").to_dicts()
    by_slot: dict[int, list[tuple[int, int]]] = {}
    for at, teams in enumerate(taken):
        by_slot.setdefault(turns.turns[at].slot, []).extend((at, team) for team in teams)
    rows: list[dict[str, Any]] = []
    for slot, crews in sorted(by_slot.items()):
        here = [(int(area), int(told.pieces[slot, area])) for area in np.flatnonzero(told.pieces[slot])]
        homes = [starts.get(turns.units[turns.turns[at].unit].home or "") for at, _ in crews]
        parts = shared_out(here, points, len(crews)) if crews else []
        whose = nearest_homes(parts, points, homes)
        for (at, team), part, home in zip(crews, whose, homes, strict=True):
            turn = turns.turns[at]
            day, shift = turns.slots[slot]
            key = {
                "month": expected.month,
                "unit": turns.units[turn.unit].name,
                "team": team,
                "date": day,
                "shift": shift,
            }
            for number, stop in enumerate(round_of(parts[part], points, home, told.weighted[slot]), 1):
                covered = -np.expm1(-told.theta * told.pieces[slot, stop.area] * turn.piece_hours)
                rows.append(
                    key
                    | areas[stop.area]
                    | {"stop": number, "hours": stop.pieces * turn.piece_hours, "metres": stop.metres}
                    | {"expected_crimes": float(told.crimes[slot, stop.area]), "share_covered": float(covered)}
                    | {"why": str(told.why[slot, stop.area]), "followed": None}
                )
    if not rows:
        return empty(DEPLOYMENT_PLAN)
    return conform(pl.DataFrame(rows, infer_schema_length=None), DEPLOYMENT_PLAN)
