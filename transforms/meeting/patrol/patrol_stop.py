"""Table `patrol_stop`: for each station and shift a round over the cells for whose hours most is expected."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import polars as pl

from expectations.contracts import TABLES
from expectations.contracts.ddl import conform, empty
from transforms.meeting.patrol.tour import metres_between, shortest_tour

STOPS = 10
"""Cells of a round, the ones for which most is expected in the shift's hours."""
LONGEST, SHORTEST = 15, 12
"""Minutes at a stop: what a patrol leaves behind grows with its stay up to 15 minutes (Koper 1995, Justice Quarterly
12:649)."""
METRES_A_MINUTE = 300
"""Straight metres a car makes in a minute, streets and lights allowed for: 18 km/h."""
BLOCK, DAY = 2, 24
"""Hours of a block, and of a day."""


@dataclass(frozen=True)
class Shift:
    """Hours of the day that one crew works; past midnight where `to_hour` is not after `from_hour`."""

    code: str
    from_hour: int
    to_hour: int

    @property
    def hours(self) -> frozenset[int]:
        """The hours it holds."""
        length = (self.to_hour - self.from_hour - 1) % DAY + 1
        return frozenset((self.from_hour + n) % DAY for n in range(length))

    @property
    def minutes(self) -> int:
        """How long it is."""
        return 60 * len(self.hours)


SHIFTS = (Shift("day", 7, 19), Shift("night", 19, 7))
Point = tuple[float, float]


def patrol_stop(place_hour: pl.DataFrame, starts: Mapping[str, Point], cell_metres: int) -> pl.DataFrame:
    """One row per station, shift and stop: the ten cells with most expected in the shift, in the shortest round.

    A cell's two-hour blocks of the week count by the hours of them that the shift holds, all forecast crime types
    together; the heaviest of them is told with the cell. Equal cells go by their code. The round begins and ends at the
    station where its point is known, else at the heaviest cell. Stays of fifteen minutes shorten to twelve, then the
    lightest cell is left out, until stays and ways fit into the shift.

    Args:
        place_hour: The table, of one month.
        starts: By station its point in the grid's metres; of those that are not in it nothing is known.
        cell_metres: Side of a cell.
    """
    rows: list[dict[str, Any]] = []
    for shift in SHIFTS:
        cells = _cells(place_hour, shift)
        for (station,), own in cells.group_by("station", maintain_order=True):
            rows += _round(own.to_dicts(), shift, starts.get(str(station)), cell_metres)
    if not rows:
        return empty(TABLES["patrol_stop"])
    return conform(pl.DataFrame(rows, infer_schema_length=None), TABLES["patrol_stop"])


def _cells(place_hour: pl.DataFrame, shift: Shift) -> pl.DataFrame:
    """Of each station its heaviest cells in the shift, heaviest first, with their heaviest block and crime type."""
    part = {hour: sum((hour + n) in shift.hours for n in range(BLOCK)) / BLOCK for hour in range(0, DAY, BLOCK)}
    within = (
        place_hour.with_columns(here=pl.col("expected") * pl.col("from_hour").replace_strict(part, default=0.0))
        .filter(pl.col("here") > 0)
        .sort("station", "cell", "crime_type", "weekday", "from_hour")
    )
    of_cell = ["station", "cell"]
    blocks = (
        within.group_by(*of_cell, "weekday", "from_hour", maintain_order=True)
        .agg(block_expected=pl.col("here").sum())
        .sort(*of_cell, "block_expected", "weekday", "from_hour", descending=[False, False, True, False, False])
        .unique(of_cell, keep="first", maintain_order=True)
    )
    crimes = (
        within.group_by(*of_cell, "crime_type", maintain_order=True)
        .agg(of_crime=pl.col("here").sum())
        .sort(*of_cell, "of_crime", "crime_type", descending=[False, False, True, False])
        .unique(of_cell, keep="first", maintain_order=True)
    )
    places = within.unique(of_cell, keep="first", maintain_order=True).select(
        *of_cell, "station_name", "month", "x", "y", "box", "box_name"
    )
    sums = within.group_by(of_cell, maintain_order=True).agg(expected=pl.col("here").sum())
    return (
        sums.join(places, on=of_cell)
        .join(blocks, on=of_cell)
        .join(crimes, on=of_cell)
        .sort("station", "expected", "cell", descending=[False, True, False])
        .group_by("station", maintain_order=True)
        .head(STOPS)
    )


def _round(cells: list[dict[str, Any]], shift: Shift, start: Point | None, cell_metres: int) -> list[dict[str, Any]]:
    """The stops of one round; `cells` are the station's, heaviest first."""
    while cells:
        ordered, ways, back = _ordered(cells, start, cell_metres)
        driven = (sum(ways) + back[-1]) / METRES_A_MINUTE
        stay = min(LONGEST, int((shift.minutes - driven) // len(cells)))
        if stay >= SHORTEST:
            break
        cells = cells[:-1]
    made: list[dict[str, Any]] = []
    minute = 0.0
    for number, (cell, way, home) in enumerate(zip(*(ordered, ways, back), strict=True) if cells else (), 1):
        minute += way / METRES_A_MINUTE
        made.append(
            cell
            | {"shift": shift.code, "stop": number, "metres": float(way), "metres_back": float(home)}
            | {"arrive_minute": minute, "stay_minutes": stay}
            | {"begins_at": "heaviest_cell" if start is None else "station"}
        )
        minute += stay
    return made


def _ordered(
    cells: list[dict[str, Any]], start: Point | None, cell_metres: int
) -> tuple[list[dict[str, Any]], list[int], list[int]]:
    """The cells as the shortest round visits them, the metres to each from the one before, and from each back."""
    middles = [(cell["x"] + cell_metres / 2, cell["y"] + cell_metres / 2) for cell in cells]
    points = middles if start is None else [start, *middles]
    metres = metres_between([x for x, _ in points], [y for _, y in points])
    tour = shortest_tour(metres)
    visited = [0, *tour] if start is None else tour
    ways = [int(metres[a, b]) for a, b in pairwise([0, *visited])]
    ordered = [cells[one if start is None else one - 1] for one in visited]
    return ordered, ways, [int(metres[one, 0]) for one in visited]
