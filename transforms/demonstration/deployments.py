"""Deployments of the demonstration, what is planted of each, and their files; no unit was really there.

What a deployment is said to have done is done to the cases themselves, by the day they occurred on: some are taken away
and some of these laid into the cells beside. So exports, points and counts by month tell one story; all that take cases
away lie in 2024, of which there is no table of the year.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product

import numpy as np

from expectations.geography.grid import Grid
from transforms.demonstration.facts import STATION_NAMES
from transforms.demonstration.monthly_counts import stream

CELL = 100


@dataclass(frozen=True)
class Zone:
    """A square of cells with a name.

    Attributes:
        name: As the ledger and the list of areas have it.
        corner: Metres east and north of its lower-left corner, EPSG:5179, whole cells.
        side: Cells along a side.
    """

    name: str
    corner: tuple[int, int]
    side: int

    def cells(self) -> list[str]:
        """Codes of its cells, in order."""
        steps = np.array(list(product(range(self.side), repeat=2))) * CELL + CELL // 2
        return sorted(Grid().codes(steps[:, 0] + float(self.corner[0]), steps[:, 1] + float(self.corner[1])).tolist())

    def holds(self, x: np.ndarray, y: np.ndarray, beyond: int = 0) -> np.ndarray:
        """Whether points lie in it, or within so many cells of it."""
        reach = beyond * CELL
        (west, south), side = self.corner, self.side * CELL
        inside = (x >= west - reach) & (x < west + side + reach) & (y >= south - reach)
        return np.asarray(inside & (y < south + side + reach), dtype=bool)


@dataclass(frozen=True)
class Deployed:
    """One entry of the ledger and what became of it.

    Attributes:
        number: Of the entry.
        unit: Its name.
        kind: As the ledger has it.
        area: Name of a district, or of the zone.
        crime_type: What it is against.
        crime_name: The same in Korean.
        first: First day.
        last: Last day.
        told: Days of the week, first and last hour, officers, purpose.
        station: Code of the station its cases are of; empty: any.
        box: Name of the box its cases are of; empty: any.
        zone: Where its cases lie; None where no points bound it.
        fall: Share of its cases taken away.
        displaced: Share of these that is laid into the cells beside the zone.
    """

    number: str
    unit: str
    kind: str
    area: str
    crime_type: str
    crime_name: str
    first: date
    last: date
    told: tuple[str, str, str, str, str]
    station: str = ""
    box: str = ""
    zone: Zone | None = None
    fall: float = 0.0
    displaced: float = 0.0


PATROL, TASK_FORCE = "기동순찰대", "형사기동대"
ZONE = Zone("우산·두암·문흥 생활권", (946_300, 1_685_700), 25)
AT_A_PEAK = Deployed(
    "1", f"{PATROL} 3팀", PATROL, "동운지구대", "theft", "절도", date(2023, 9, 4), date(2023, 10, 29),
    ("월~금", "20", "2", "8", "절도가 몰린 동운지구대 심야 순찰"),
)  # fmt: skip
"""Sent where the eight weeks before had nearly twice the usual thefts; nothing came of it."""
SEEN = Deployed(
    "2", PATROL, PATROL, "광주경찰청", "violence", "폭력", date(2024, 1, 1), date(2024, 3, 31),
    ("", "20", "4", "97", "유흥가 중심 폭력 예방 집중 순찰"), fall=0.2,
)  # fmt: skip
"""A fall by a fifth, of enough cases to be told: no station has so many in three months, and none is like the city, so
that only the forecast can tell it."""
TOO_SMALL = Deployed(
    "3", f"{TASK_FORCE} 1팀", TASK_FORCE, "비아파출소", "theft", "절도", date(2024, 2, 5), date(2024, 3, 17),
    ("수금토", "22시", "4시", "5", "무인점포 절도 검거 활동"), station="gwangsan", box="비아파출소", fall=0.2,
)  # fmt: skip
"""The same share of some ten cases, which nobody can tell from chance."""
DISPLACES = Deployed(
    "4", f"{PATROL} 5팀", PATROL, ZONE.name, "theft", "절도", date(2024, 1, 1), date(2024, 3, 31),
    ("매일", "18:00", "24:00", "16", "생활권 절도 예방 거점 순찰"), zone=ZONE, fall=0.5, displaced=0.5,
)  # fmt: skip
"""Half of its thefts are gone, and half of these are in the cells around it."""
DEPLOYED = (AT_A_PEAK, SEEN, TOO_SMALL, DISPLACES)
LEDGER_HEADER = (
    "배치번호", "부대", "부대종류", "배치구역", "시작일", "종료일", "배치요일", "시작시", "종료시", "인원", "죄종",
    "목적", "등록일",
)  # fmt: skip
UNIT_HEADER = ("부대", "근무", "부대종류", "팀수", "인원", "출발관서", "월최대시간", "등록일")
UNITS = (
    (PATROL, ("주간", "야간"), PATROL, "12", "97", "광주북부경찰서"),
    (TASK_FORCE, ("야간",), TASK_FORCE, "4", "24", "광주서부경찰서"),
)
"""Name, shifts, kind, teams, officers, where rounds begin: the patrol's teams and officers are Gwangju's of 2024, all
else is assumed."""
AREA_HEADER = ("구역명", "격자", "등록일")


def ledger(until: date) -> list[tuple[str, ...]]:
    """Rows of the ledger of deployments: those that had begun by a day, each entered on its first."""
    begun = [one for one in DEPLOYED if one.first <= until]
    return [LEDGER_HEADER, *(
        (one.number, one.unit, one.kind, one.area, f"{one.first}", f"{one.last}", *one.told[:4], one.crime_name,
         one.told[4], f"{one.first}")
        for one in begun
    )]  # fmt: skip


def units(entered: date) -> list[tuple[str, ...]]:
    """Rows of the list of units."""
    told = [(name, shift, *said, "", f"{entered}") for name, shifts, *said in UNITS for shift in shifts]
    return [UNIT_HEADER, *told]


def areas() -> list[tuple[str, ...]]:
    """Rows of the list of areas: known since the first deployment of all began."""
    entered = f"{min(one.first for one in DEPLOYED)}"
    return [AREA_HEADER, *((ZONE.name, cell, entered) for cell in ZONE.cells())]


def after_deployments(
    seed: int, month: date, told: dict[str, np.ndarray], points: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which cases of a month are left, and where they lie.

    Each deployment has random numbers of its own, so that nothing else of a case depends on it.

    Args:
        seed: Seed of the demonstration.
        month: First day.
        told: kind, day, station's name and box of each case.
        points: Texts of the columns X좌표 and Y좌표; 0 where nobody placed a case.
    """
    left, (x, y) = np.full(len(told["kind"]), True), (axis.copy() for axis in points)
    for one in DEPLOYED:
        if not _in_its_days(one, told).any():
            continue
        rng = stream(seed, 9, int(one.number), month.year, month.month)
        chance, size = rng.random(len(left)), len(left)
        here = _of(one, told, x.astype(np.float64), y.astype(np.float64)) & (chance < one.fall)
        moved = here & (rng.random(size) < one.displaced)
        left &= ~here | moved
        if one.zone is not None:
            for case, (east, north) in zip(np.flatnonzero(moved), _beside(rng, one.zone), strict=False):
                x[case], y[case] = f"{east:.1f}", f"{north:.1f}"
    return left, x, y


def _in_its_days(one: Deployed, told: dict[str, np.ndarray]) -> np.ndarray:
    return (told["day"] >= np.datetime64(one.first, "D")) & (told["day"] <= np.datetime64(one.last, "D"))


def _of(one: Deployed, told: dict[str, np.ndarray], x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Cases a deployment was against, in its days and area."""
    here = (told["kind"] == one.crime_type) & _in_its_days(one, told)
    if one.station:
        here &= told["station"] == STATION_NAMES[one.station]
    if one.box:
        here &= told["box"] == one.box
    return here & one.zone.holds(x, y) if one.zone else here


def _beside(rng: np.random.Generator, zone: Zone) -> Iterator[tuple[float, float]]:
    """Points evenly in the ring of cells around a zone, as many as are asked for."""
    (west, south), reach = zone.corner, (zone.side + 2) * CELL
    while True:
        at = rng.uniform(0, reach, (1, 2)).round(1) + np.array((west - CELL, south - CELL))
        if not zone.holds(at[:, 0], at[:, 1])[0] and zone.holds(at[:, 0], at[:, 1], 1)[0]:
            yield float(at[0, 0]), float(at[0, 1])
