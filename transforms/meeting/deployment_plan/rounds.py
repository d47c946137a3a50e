"""One shift's pieces of patrol shared out among its teams, and each team's areas in the shortest round from home."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from transforms.meeting.deployment_plan.gains import Vector
from transforms.meeting.patrol.tour import metres_between, shortest_tour

Point = tuple[float, float]


@dataclass(frozen=True)
class Stop:
    """An area of a round: its number, how many pieces of patrol, and metres from the stop before it where known."""

    area: int
    pieces: int
    metres: float | None


def shared_out(
    pieces: Sequence[tuple[int, int]], points: Mapping[int, Point], teams: int
) -> list[list[tuple[int, int]]]:
    """Areas with their pieces, by team: as they lie around their middle, cut into parts of equally many pieces.

    The sweep of Gillett & Miller (1974), Operations Research 22:340: neighbours by angle go to one team. Areas without
    a point follow each other in the order given. An area on a cut goes to both teams.

    Args:
        pieces: Area and how many pieces, by area.
        points: By area its middle.
        teams: How many; each gets at most one piece more than another.
    """
    known = [points[area] for area, _ in pieces if area in points]
    middle = (sum(x for x, _ in known) / len(known), sum(y for _, y in known) / len(known)) if known else (0.0, 0.0)

    def angle(area: int) -> float:
        x, y = points.get(area, middle)
        return float(np.arctan2(y - middle[1], x - middle[0]))

    ordered = sorted(pieces, key=lambda one: (angle(one[0]) if one[0] in points else 9.0, one[0]))
    each = [area for area, count in ordered for _ in range(count)]
    made = []
    for part in np.array_split(np.array(each, dtype=np.int64), teams):
        areas, counts = np.unique(part, return_counts=True)
        made.append(list(zip(areas.tolist(), counts.tolist(), strict=True)))
    return made


def nearest_homes(
    parts: Sequence[Sequence[tuple[int, int]]], points: Mapping[int, Point], homes: Sequence[Point | None]
) -> list[int]:
    """Which part each team takes, so that homes and middles of parts lie nearest: a linear assignment.

    Args:
        parts: Of `shared_out`.
        points: By area its middle.
        homes: By team; a team without one, or whose areas have no point, takes any.
    """
    from scipy.optimize import linear_sum_assignment

    far = np.zeros((len(homes), len(parts)))
    for number, part in enumerate(parts):
        known = [points[area] for area, _ in part if area in points]
        for team, home in enumerate(homes):
            if known and home is not None:
                x, y = (sum(axis) / len(known) for axis in zip(*known, strict=True))
                far[team, number] = np.hypot(x - home[0], y - home[1])
    return [int(one) for one in linear_sum_assignment(far)[1]]


def round_of(
    part: Sequence[tuple[int, int]], points: Mapping[int, Point], home: Point | None, weight: Vector
) -> list[Stop]:
    """The areas of one team in the shortest closed round from its home; from the weightiest where no home is known.

    Areas that have no point come heaviest first.

    Args:
        part: Area and how many pieces; none where more teams are on than there are pieces.
        points: By area its middle.
        home: Where the round begins and ends.
        weight: By area, what it is ordered by where no way is known.
    """
    if not part:
        return []
    heaviest = sorted(part, key=lambda one: (-weight[one[0]], one[0]))
    if not all(area in points for area, _ in part):
        return [Stop(area, count, None) for area, count in heaviest]
    at = [points[area] for area, _ in heaviest]
    all_points = at if home is None else [home, *at]
    metres = metres_between([x for x, _ in all_points], [y for _, y in all_points])
    tour = shortest_tour(metres)
    visited = [0, *tour] if home is None else tour
    ways = [int(metres[a, b]) for a, b in pairwise([0, *visited])]
    stops = [heaviest[one if home is None else one - 1] for one in visited]
    return [Stop(area, count, float(way)) for (area, count), way in zip(stops, ways, strict=True)]
