"""Where the demonstration's cases lie: generated around the real places of police boxes, with patterns to be found.

Nothing of it is measured but where the boxes are. Cases repeat at addresses as real ones do: a box has some hundreds,
of which the busiest few have a good part of the crimes (Weisburd 2015). Planted are a persistent hotspot, thefts that
repeat near an earlier one within a week, and a burst of them at the end of the newest month.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np

from transforms.demonstration.facts import BOXES, STATION_NAMES, STATIONS
from transforms.demonstration.monthly_counts import stream

BOX_PLACES: dict[str, dict[str, tuple[float, float]]] = {
    "dongbu": {
        "금남지구대": (947.1, 1684.0), "학서파출소": (947.3, 1682.9), "산수파출소": (948.3, 1684.7),
        "지원파출소": (948.4, 1680.9), "지산파출소": (949.2, 1683.9),
    },
    "seobu": {
        "금호지구대": (941.6, 1682.4), "상무지구대": (940.9, 1684.9), "화정지구대": (943.3, 1684.4),
        "농성파출소": (944.5, 1684.1), "동천파출소": (942.1, 1686.4), "염주파출소": (943.3, 1684.0),
        "풍암파출소": (943.4, 1681.2),
    },
    "nambu": {
        "백운지구대": (945.4, 1683.0), "방림지구대": (946.1, 1682.1), "효덕지구대": (945.3, 1679.8),
        "양림파출소": (946.7, 1683.2), "주월파출소": (944.7, 1682.3), "대촌파출소": (939.3, 1676.3),
    },
    "bukbu": {
        "우산지구대": (947.2, 1687.2), "동운지구대": (942.3, 1688.2), "두암지구대": (948.4, 1686.7),
        "용봉지구대": (945.6, 1687.7), "일곡지구대": (945.2, 1689.9), "문흥지구대": (947.3, 1688.1),
        "역전지구대": (945.8, 1685.4), "건국지구대": (943.5, 1691.6), "석곡파출소": (949.8, 1691.1),
    },
    "gwangsan": {
        "수완지구대": (938.9, 1688.6), "첨단지구대": (940.5, 1691.4), "우산지구대": (936.9, 1684.5),
        "월곡지구대": (937.0, 1686.2), "도산파출소": (934.9, 1681.8), "송정파출소": (936.5, 1683.5),
        "하남파출소": (935.8, 1687.9), "비아파출소": (938.5, 1692.0), "평동파출소": (932.6, 1681.3),
        "동곡파출소": (933.8, 1678.3), "삼도파출소": (927.2, 1685.6), "본량파출소": (929.9, 1687.6),
        "임곡파출소": (931.3, 1691.9),
    },
}  # fmt: skip
"""Kilometres east and north in EPSG:5179, to 100 m: the addresses of 경찰청_전국 지구대 파출소 주소 현황_20231231
(data.go.kr) as they were placed on the map; those of 월곡지구대 and 염주파출소 could not be and are assumed."""

ADDRESSES = 300
"""Places of a box at which its cases lie (assumed)."""
BUSIEST = 0.8
"""A place's share falls as its rank to this power (assumed): the busiest 5 % have some 40 % of a box's cases."""
REACH, RURAL_REACH, RURAL_WEIGHT = 550.0, 1400.0, 0.5
"""Metres of standard deviation around a box; the second where its weight is below the third (assumed)."""
NOT_PLACED = 0.02
"""Share of cases nobody placed, told as 0 in both columns (assumed)."""
HOUSE = 8.0
"""Metres of standard deviation within an address."""


@dataclass(frozen=True)
class Hotspot:
    """A place that draws cases month after month.

    Attributes:
        station: Code of the station.
        box: Name of the box whose cases it draws.
        crime_type: Their type.
        cell: Code of the cell of 100 m all of them lie in.
        middle: Kilometres east and north of that cell's middle, EPSG:5179.
        share: Of the box's cases of the type.
    """

    station: str
    box: str
    crime_type: str
    cell: str
    middle: tuple[float, float]
    share: float


HOTSPOT = Hotspot("seobu", "상무지구대", "theft", "다라404846", (940.45, 1684.65), 0.4)
"""Two of five thefts of Sangmu, every month."""


@dataclass(frozen=True)
class Repeats:
    """Thefts that follow an earlier one of the box nearby and soon.

    Attributes:
        crime_type: Their type.
        share: Of the type's cases that have one to follow.
        days: At most so many days later.
        metres: At most so far away.
    """

    crime_type: str
    share: float
    days: int
    metres: float


REPEATS = Repeats("theft", 0.25, 7, 100.0)


@dataclass(frozen=True)
class Burst:
    """Thefts of a box that all lie close together for some days.

    Attributes:
        station: Code of the station.
        box: Name of the box.
        crime_type: Their type.
        since: First day.
        until: Last day.
        middle: Kilometres east and north, EPSG:5179.
        metres: At most so far from it.
    """

    station: str
    box: str
    crime_type: str
    since: date
    until: date
    middle: tuple[float, float]
    metres: float


BURST = Burst("bukbu", "용봉지구대", "theft", date(2024, 3, 22), date(2024, 3, 31), (945.95, 1688.15), 120.0)
"""The thefts of Yongbong in the last days of the demonstration's newest month."""


def points_of(
    seed: int, month: date, station: np.ndarray, box: np.ndarray, kind: np.ndarray, day: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Texts of the columns X좌표 and Y좌표 for the cases of a month: metres in EPSG:5179 to the decimetre.

    They have random numbers of their own, so that nothing else of a case depends on them.

    Args:
        seed: Seed of the demonstration.
        month: First day.
        station: Station's name of each case.
        box: Box's name, empty where none is given: the case then lies near any box of its station.
        kind: Crime type.
        day: Day it occurred.
    """
    rng = stream(seed, 7, month.year, month.month)
    code = {name: known for known, name in STATION_NAMES.items()}
    stations = np.array([code[name] for name in station.tolist()], dtype=object)
    near = _boxes(rng, stations, box)
    x, y = np.zeros(len(near)), np.zeros(len(near))
    for here, name in sorted(set(zip(stations.tolist(), near.tolist(), strict=True))):
        which = np.flatnonzero((stations == here) & (near == name))
        x[which], y[which] = _at_addresses(rng, seed, here, name, len(which))
        _repeat(rng, x, y, which[kind[which] == REPEATS.crime_type], day)
    _plant(rng, x, y, (stations, near, kind, day))
    told = rng.random(len(x)) >= NOT_PLACED
    texts = (np.where(told, np.char.mod("%.1f", axis), "0").astype(object) for axis in (x, y))
    return next(texts), next(texts)


def _boxes(rng: np.random.Generator, stations: np.ndarray, box: np.ndarray) -> np.ndarray:
    """The box a case lies near, drawn by weight where it names none."""
    near = box.copy()
    for station in STATIONS:
        names, weights = zip(*BOXES[station], strict=True)
        lacking = np.flatnonzero((stations == station) & (box == ""))
        shares = np.array(weights) / sum(weights)
        near[lacking] = np.array(names, dtype=object)[rng.choice(len(names), size=len(lacking), p=shares)]
    return near


def _at_addresses(
    rng: np.random.Generator, seed: int, station: str, box: str, size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Points at a box's addresses, which are the same in every month."""
    places, shares = _addresses(seed, station, box)
    # What rng.choice makes of shares, which it adds up anew each time.
    drawn = shares.searchsorted(rng.random(size), side="right")
    chosen = places[drawn] + rng.normal(0, HOUSE, (size, 2))
    return chosen[:, 0], chosen[:, 1]


@cache
def _addresses(seed: int, station: str, box: str) -> tuple[np.ndarray, np.ndarray]:
    """A box's addresses, and what share of its cases lies at each or one before it."""
    names = [name for name, _ in BOXES[station]]
    fixed = stream(seed, 8, STATIONS.index(station), names.index(box))
    reach = RURAL_REACH if dict(BOXES[station])[box] < RURAL_WEIGHT else REACH
    places = np.array(BOX_PLACES[station][box]) * 1000 + fixed.normal(0, reach, (ADDRESSES, 2))
    shares = np.arange(1, ADDRESSES + 1) ** -BUSIEST
    shares = (shares / shares.sum()).cumsum()
    return places, shares / shares[-1]


def _repeat(rng: np.random.Generator, x: np.ndarray, y: np.ndarray, which: np.ndarray, day: np.ndarray) -> None:
    """Move some of a box's cases near one of the days before."""
    order = which[np.argsort(day[which], kind="stable")]
    days = day[order]
    since = days.searchsorted(days - np.timedelta64(REPEATS.days, "D")).tolist()
    cases = order.tolist()
    for n in range(1, len(cases)):
        if since[n] < n and rng.random() < REPEATS.share:
            case, followed = cases[n], cases[since[n] + int(rng.integers(n - since[n]))]
            x[case], y[case] = _within(rng, (float(x[followed]), float(y[followed])), REPEATS.metres, 1)[0]


def _plant(
    rng: np.random.Generator, x: np.ndarray, y: np.ndarray, cases: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
) -> None:
    """Lay the hotspot's cases into its cell, and those of the burst around its middle."""
    station, near, kind, day = cases
    drawn = (station == HOTSPOT.station) & (near == HOTSPOT.box) & (kind == HOTSPOT.crime_type)
    hot = np.flatnonzero(drawn & (rng.random(len(x)) < HOTSPOT.share))
    spread = rng.uniform(-45, 45, (len(hot), 2))
    x[hot], y[hot] = HOTSPOT.middle[0] * 1000 + spread[:, 0], HOTSPOT.middle[1] * 1000 + spread[:, 1]
    late = (day >= np.datetime64(BURST.since, "D")) & (day <= np.datetime64(BURST.until, "D"))
    late &= kind == BURST.crime_type
    burst = np.flatnonzero(late & (station == BURST.station) & (near == BURST.box))
    at = _within(rng, (BURST.middle[0] * 1000, BURST.middle[1] * 1000), BURST.metres, len(burst))
    x[burst], y[burst] = at[:, 0], at[:, 1]


def _within(rng: np.random.Generator, middle: tuple[float, float], metres: float, size: int) -> np.ndarray:
    """Points evenly within a circle."""
    reach, angle = metres * np.sqrt(rng.random(size)), rng.uniform(0, 2 * np.pi, size)
    return np.array(middle) + np.stack([reach * np.cos(angle), reach * np.sin(angle)], axis=1)
