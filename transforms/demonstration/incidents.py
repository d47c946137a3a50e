"""The cases of one month, drawn so that stations, types, weekdays and hours look as the published tables do."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from expectations.months import add_months
from transforms.demonstration.deployments import after_deployments
from transforms.demonstration.facts import (
    BOXES,
    CLEARED,
    CRIME_TYPES,
    HOUR_BANDS,
    OFFENCES,
    STATION_NAMES,
    STATIONS,
    UNKNOWN_HOUR,
    WEEKDAYS,
)
from transforms.demonstration.monthly_counts import crimes_of_month, stream
from transforms.demonstration.points import points_of

LATE_SHARE = 0.02
"""Share of a month's cases booked after its first export (assumed)."""
CLEARED_LATER = 0.06
"""Share of open cases cleared between a month's two deliveries (assumed)."""
NO_BOX = 0.01
SAME_DAY = {"theft": 0.6, "violence": 0.85, "sexual_violence": 0.4, "robbery": 0.9, "murder": 0.95}
"""Share recorded on the day it happened (assumed); the rest follows within some days."""


@dataclass(frozen=True)
class Incidents:
    """The cases of one month, one entry a case in every field, in order of recording.

    Attributes:
        case: Case number.
        station: Station's name.
        box: Box's name, empty where none is given.
        offence: Offence code.
        offence_name: Offence's name.
        recorded: Day of recording, ISO.
        occurred: "YYYY-MM-DD HH:MM", empty where the time is not known.
        cleared: Whether cleared at the month's first delivery.
        cleared_later: Whether cleared at a later delivery.
        late: Whether booked only after the first delivery.
        x: How far east it occurred, as the export writes it.
        y: How far north.
    """

    case: np.ndarray
    station: np.ndarray
    box: np.ndarray
    offence: np.ndarray
    offence_name: np.ndarray
    recorded: np.ndarray
    occurred: np.ndarray
    cleared: np.ndarray
    cleared_later: np.ndarray
    late: np.ndarray
    x: np.ndarray
    y: np.ndarray


def days_and_weekdays(month: date) -> tuple[np.ndarray, np.ndarray]:
    """Days of a month and their weekdays, Monday = 0."""
    days = np.arange(np.datetime64(month, "D"), np.datetime64(add_months(month, 1), "D"))
    return days, (days.astype(np.int64) + 3) % 7


def draw_hours(rng: np.random.Generator, profile: str, size: int) -> np.ndarray:
    """Minutes of the day following the three-hour bands of a profile."""
    bands = np.array(HOUR_BANDS[profile], dtype=np.float64)
    return rng.choice(8, size=size, p=bands / bands.sum()) * 180 + rng.integers(0, 180, size)


def draw_days(rng: np.random.Generator, profile: str, month: date, size: int) -> np.ndarray:
    """Days of the month following the weekdays of a profile."""
    days, weekdays = days_and_weekdays(month)
    weights = np.array(WEEKDAYS[profile], dtype=np.float64)[weekdays]
    return days[rng.choice(len(days), size=size, p=weights / weights.sum())]


def draw_boxes(rng: np.random.Generator, station: np.ndarray, none: float) -> np.ndarray:
    """Box names for stations given by their position in STATIONS; a share `none` is left empty."""
    found = np.full(len(station), "", dtype=object)
    for s, code in enumerate(STATIONS):
        names, weights = zip(*BOXES[code], strict=True)
        here = np.flatnonzero(station == s)
        shares = np.array(weights, dtype=np.float64)
        found[here] = np.array(names, dtype=object)[rng.choice(len(names), size=len(here), p=shares / shares.sum())]
    found[rng.random(len(station)) < none] = ""
    return found


def incidents_of_month(seed: int, month: date) -> Incidents:
    """Make the cases of one month, those that deployments left; the same seed and month give the same cases."""
    parts = [_of_type(seed, month, kind, counts) for kind, counts in crimes_of_month(seed, month).items()]
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.argsort(joined["recorded"], kind="stable")
    told = {name: values[order] for name, values in joined.items()}
    points = points_of(seed, month, told["station"], told["box"], told["kind"], told["day"])
    left, x, y = after_deployments(seed, month, told, points)
    told = {name: values[left] for name, values in told.items() if name not in ("kind", "day")}
    cases = np.array([f"D{month:%Y%m}-{n:06d}" for n in range(1, int(left.sum()) + 1)], dtype=object)
    return Incidents(case=cases, x=x[left], y=y[left], **told)


def _of_type(seed: int, month: date, kind: str, counts: np.ndarray) -> dict[str, np.ndarray]:
    rng = stream(seed, 2, CRIME_TYPES.index(kind), month.year, month.month)
    profile = "theft" if kind == "theft" else "violence"
    station = np.repeat(np.arange(len(STATIONS)), counts)
    size = len(station)
    recorded = draw_days(rng, profile, month, size)
    later = rng.random(size) >= SAME_DAY[kind]
    lag = np.where(later, np.minimum(rng.geometric(0.3, size), 60), 0)
    minutes = draw_hours(rng, profile, size)
    occurred = (recorded - lag).astype("datetime64[m]") + minutes
    text = np.array([t.replace("T", " ") for t in np.datetime_as_string(occurred, unit="m")], dtype=object)
    text[rng.random(size) < UNKNOWN_HOUR[profile]] = ""
    codes, names, shares = zip(*OFFENCES[kind], strict=True)
    offence = rng.choice(len(codes), size=size, p=np.array(shares) / sum(shares))
    cleared = rng.random(size) < CLEARED[kind]
    return {
        "station": np.array([STATION_NAMES[s] for s in STATIONS], dtype=object)[station],
        "box": draw_boxes(rng, station, NO_BOX),
        "offence": np.array(codes, dtype=object)[offence],
        "offence_name": np.array(names, dtype=object)[offence],
        "recorded": np.datetime_as_string(recorded, unit="D").astype(object),
        "occurred": text,
        "cleared": cleared,
        "cleared_later": cleared | (rng.random(size) < CLEARED_LATER),
        "late": rng.random(size) < LATE_SHARE,
        "kind": np.full(size, kind, dtype=object),
        "day": recorded - lag,
    }
