"""Turns a unit's teams can take in a month: which day and shift, how long, how much of it at stops, and who rests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import floor

import polars as pl

from expectations.months import days_of_month
from transforms.meeting.deployment_plan.assumed import STAY_HOURS, Limits, PlanError
from transforms.meeting.patrol.patrol_stop import Shift
from transforms.meeting.patrol.tour import MOST

DAY_HOURS = 24
UNITS = {"unit": pl.String, "teams": pl.Int64, "shift": pl.String, "home": pl.String, "most_hours": pl.Float64}
"""Columns that are looked at of the list of units; home and most_hours may be empty."""


@dataclass(frozen=True)
class Unit:
    """A unit of alike teams: how many, where they begin, and the most hours each may work in a month."""

    name: str
    teams: int
    home: str | None
    most_hours: float | None


@dataclass(frozen=True)
class Turn:
    """One shift of one day that teams of a unit can take.

    Attributes:
        unit: Whose.
        slot: Which of the month's (day, shift) it is.
        begin: Hours from the month's first midnight.
        hours: How long it is.
        pieces: Equal pieces of patrol that a team has in it, twelve at most: a stop is one or more.
        piece_hours: Hours at a stop that a piece is, whole stays.
    """

    unit: int
    slot: int
    begin: int
    hours: int
    pieces: int
    piece_hours: float


@dataclass(frozen=True)
class Duty:
    """All turns of a month: `slots` in the order of day and shift, `turns` in the order of unit and begin."""

    units: tuple[Unit, ...]
    slots: tuple[tuple[date, str], ...]
    turns: tuple[Turn, ...]

    def most_turns(self, unit: int) -> int | None:
        """Turns that all teams of a unit may take in the month, by its longest shift; None without a limit."""
        longest = max(turn.hours for turn in self.turns if turn.unit == unit)
        most = self.units[unit].most_hours
        return None if most is None else self.units[unit].teams * floor(most / longest + 1e-9)

    def least_teams(self, part: float) -> list[int]:
        """By turn, teams at least: a part of an even share of the unit's teams, and of the turns they may take."""
        made = []
        for number, unit in enumerate(self.units):
            own = [turn for turn in self.turns if turn.unit == number]
            a_day = max(1, len(own) // len({day for day, _ in self.slots}))
            most = self.most_turns(number)
            even = unit.teams / a_day if most is None else min(unit.teams / a_day, most / len(own))
            made += [floor(part * even + 1e-9)] * len(own)
        return made

    def at_once(self, rest_hours: float) -> list[list[int]]:
        """Sets of turns of which a team can take but one: each is on, or rests from another, at one moment.

        Turns with the rest after them are intervals, so a choice of turns can be shared out among so many teams if and
        only if at no moment more of them run (an interval graph is perfect).
        """
        made: list[list[int]] = []
        for number in range(len(self.units)):
            own = [at for at, turn in enumerate(self.turns) if turn.unit == number]
            for at in own:
                now = self.turns[at].begin
                clique = [one for one in own if self.turns[one].begin <= now < self.ends(one, rest_hours)]
                if len(clique) > 1 and not any(set(clique) <= set(other) for other in made):
                    made = [other for other in made if not set(other) <= set(clique)] + [clique]
        return made

    def ends(self, turn: int, rest_hours: float) -> float:
        """When a team that took it may begin again."""
        return self.turns[turn].begin + self.turns[turn].hours + rest_hours


def duty(units: pl.DataFrame, month: date, shifts: Sequence[Shift], limits: Limits) -> Duty:
    """Every turn of the month: each unit, day and shift of the unit.

    Args:
        units: unit, teams, shift, home, most_hours: a row per unit and shift, what is said of the unit the same in all.
        month: First day.
        shifts: The agency's.
        limits: For how much of a shift is spent at stops.

    Raises:
        PlanError: There is no unit, one contradicts itself, has a shift that is unknown, or none that holds a stay.
    """
    known = {shift.code: shift for shift in shifts}
    asked = units.select(*(pl.col(name).cast(of) for name, of in UNITS.items())).sort("unit", "shift")
    if asked.is_empty():
        raise PlanError("plan_no_unit")
    slots = _slots(month, shifts, known, asked["shift"].to_list())
    at = {slot: number for number, slot in enumerate(slots)}
    made: list[Unit] = []
    turns: list[Turn] = []
    for (name,), rows in asked.group_by("unit", maintain_order=True):
        told = rows.select("teams", "home", "most_hours").unique()
        if told.height != 1 or rows["shift"].n_unique() != rows.height:
            raise PlanError("plan_unit_twice", unit=name)
        teams, home, most = told.row(0)
        if teams is None or teams < 1:
            raise PlanError("plan_no_team", unit=name, found=teams)
        own = [
            _turn(len(made), at[day, code], day, month, known[code], limits)
            for day, code in slots
            if code in set(rows["shift"])
        ]
        made.append(Unit(str(name), teams, home, most))
        turns += sorted(own, key=lambda turn: (turn.begin, turn.slot))
    return Duty(tuple(made), tuple(slots), tuple(turns))


def _slots(
    month: date, shifts: Sequence[Shift], known: Mapping[str, Shift], asked: Sequence[str]
) -> list[tuple[date, str]]:
    missing = sorted(set(asked) - set(known))
    if missing:
        raise PlanError("plan_no_shift", found=missing[0], known=", ".join(known))
    return [(day, shift.code) for day in days_of_month(month) for shift in shifts if shift.code in set(asked)]


def _turn(unit: int, slot: int, day: date, month: date, shift: Shift, limits: Limits) -> Turn:
    hours = len(shift.hours)
    stays = floor(hours * limits.at_stops / STAY_HOURS + 1e-9)
    if stays < 1:
        raise PlanError("plan_shift_short", shift=shift.code, hours=hours)
    stays_a_piece = -(-stays // MOST)
    begin = DAY_HOURS * (day - month).days + shift.from_hour
    return Turn(unit, slot, begin, hours, stays // stays_a_piece, stays_a_piece * STAY_HOURS)


def roster(duty: Duty, on_duty: Sequence[int], rest_hours: float) -> list[list[int]]:
    """By turn the numbers of the teams that take it, from 1: of those who have rested the ones with the fewest hours.

    Equal ones by how long they have rested, then by number: with shifts of one length the teams take turns, so that
    nobody works more than one shift more than another. Where every rested team has its most hours, a turn has fewer
    teams than were asked for.

    Args:
        duty: The month's turns.
        on_duty: By turn, teams asked for.
        rest_hours: Between two turns of a team.
    """
    taken: list[list[int]] = []
    hours: dict[tuple[int, int], int] = {}
    free: dict[tuple[int, int], float] = {}
    for at, (turn, wanted) in enumerate(zip(duty.turns, on_duty, strict=True)):
        unit = duty.units[turn.unit]
        most = float("inf") if unit.most_hours is None else unit.most_hours
        rested = [
            team
            for team in range(1, unit.teams + 1)
            if free.get((turn.unit, team), float("-inf")) <= turn.begin
            and hours.get((turn.unit, team), 0) + turn.hours <= most + 1e-9
        ]
        rested.sort(
            key=lambda team: (hours.get((turn.unit, team), 0), free.get((turn.unit, team), float("-inf")), team)
        )
        taken.append(sorted(rested[:wanted]))
        for team in taken[-1]:
            hours[turn.unit, team] = hours.get((turn.unit, team), 0) + turn.hours
            free[turn.unit, team] = duty.ends(at, rest_hours)
    return taken
