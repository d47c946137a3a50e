"""The 112 calls of one month, drawn by type, station, weekday and hour, with the surge of pocket calls."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from transforms.demonstration.call_facts import (
    ARRIVAL_NOT_ENTERED,
    CALLS_A_MONTH,
    ENDS_ON_SCENE,
    ENDS_ON_TELEPHONE,
    FESTIVAL_EVERY,
    FESTIVAL_HOURS,
    FESTIVAL_STATION,
    RESPONSE_SECONDS,
    RESPONSE_SPREAD,
    SERVICE_MINUTES,
    SERVICE_SPREAD,
    SURGE,
    SURGE_MONTHS,
    TYPES,
    UNCLEAR,
    UNCLEAR_SHARE,
    URGENCIES,
    URGENCY_SHARES,
)
from transforms.demonstration.facts import DISPERSION, STATION_YEARS, STATIONS
from transforms.demonstration.incidents import days_and_weekdays, draw_boxes, draw_days, draw_hours
from transforms.demonstration.monthly_counts import month_profile, stream

NO_BOX = 0.02
TELEPHONE = URGENCIES.index("C4")
"""Position of the urgency nobody is sent to."""
FESTIVAL_MONTH, SATURDAY = 4, 6
CODES = (*TYPES, UNCLEAR[0])
"""Every code drawn, the unclear ones last."""


@dataclass(frozen=True)
class Calls:
    """The calls of one month, one entry a call in every field, in order of receipt.

    Attributes:
        received: When received, seconds.
        station: Position in STATIONS.
        box: Box's name, empty where none is given.
        code: 112 incident code.
        urgency: C0 to C4.
        end: End code.
        arrived: When officers arrived; NaT where none were sent or the time was not entered.
        cleared: When the call was closed; NaT where no officers were sent.
    """

    received: np.ndarray
    station: np.ndarray
    box: np.ndarray
    code: np.ndarray
    urgency: np.ndarray
    end: np.ndarray
    arrived: np.ndarray
    cleared: np.ndarray


def expected_calls(month: date) -> np.ndarray:
    """Calls expected in a month: one row per station (order of STATIONS), one column per code (order of CODES)."""
    days, _ = days_and_weekdays(month)
    mix = np.array([share for _, _, share in TYPES.values()])
    season = np.array([_season(code)[month.month - 1] * 12 for code in TYPES])
    known = CALLS_A_MONTH * (1 - UNCLEAR_SHARE) * mix / mix.sum() * season
    surge = SURGE if SURGE_MONTHS[0] <= f"{month:%Y-%m}" <= SURGE_MONTHS[1] else 1.0
    unclear = CALLS_A_MONTH * UNCLEAR_SHARE * len(days) / (365.25 / 12) * surge
    # Stations share calls as they shared theft and violence in the last full table.
    crimes = np.array(STATION_YEARS["theft"][2021]) + np.array(STATION_YEARS["violence"][2021])
    return np.outer(crimes / crimes.sum(), np.append(known, unclear))


def _season(code: str) -> np.ndarray:
    """Calls about theft follow theft, those about violence and public order follow violence, others the days."""
    if code in ("103", "104"):
        return month_profile("theft")
    if code[0] in "123":
        return month_profile("violence")
    return np.array((31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)) / 365.25


def calls_of_month(seed: int, month: date) -> Calls:
    """Make the calls of one month; the same seed and month give the same calls."""
    rng = stream(seed, 3, month.year, month.month)
    expected = expected_calls(month)
    counts = rng.poisson((DISPERSION - 1) * rng.gamma(expected / (DISPERSION - 1)))
    station, code = (np.repeat(part.ravel(), counts.ravel()) for part in np.indices(counts.shape))
    size = len(code)
    profile_is_theft = np.isin(code, [CODES.index("103"), CODES.index("104")])
    day = np.where(profile_is_theft, draw_days(rng, "theft", month, size), draw_days(rng, "violence", month, size))
    minutes = np.where(profile_is_theft, draw_hours(rng, "theft", size), draw_hours(rng, "violence", size))
    received = day.astype("datetime64[s]") + minutes * 60 + rng.integers(0, 60, size)
    received = _at_festival(received, station, month)
    urgency = _urgencies(rng, code)
    order = np.argsort(received, kind="stable")
    box, end = draw_boxes(rng, station, NO_BOX), _ends(rng, urgency)
    on_the_way, is_entered = _response(rng, urgency)
    fields = {
        "received": received, "station": station, "box": box,
        "code": np.array(CODES, dtype=object)[code], "urgency": np.array(URGENCIES, dtype=object)[urgency],
        "end": end, "arrived": np.where(is_entered, received + on_the_way, np.datetime64("NaT", "s")),
        "cleared": received + on_the_way + _service(rng, urgency),
    }  # fmt: skip
    return Calls(**{name: values[order] for name, values in fields.items()})


def festival_days(year: int) -> tuple[date, date]:
    """Saturday and Sunday of the festival: the first weekend of April."""
    first = date(year, FESTIVAL_MONTH, 1)
    saturday = first + timedelta(days=(SATURDAY - first.isoweekday()) % 7)
    return saturday, saturday + timedelta(days=1)


def _at_festival(received: np.ndarray, station: np.ndarray, month: date) -> np.ndarray:
    """Moments of receipt, some of the month's at the festival's station moved to its days, their hours kept."""
    if month.month != FESTIVAL_MONTH:
        return received
    midnight = received.astype("datetime64[D]")
    hour = (received - midnight.astype("datetime64[s]")) // np.timedelta64(3600, "s")
    days = np.array(festival_days(month.year), dtype="datetime64[D]")
    theirs = (station == STATIONS.index(FESTIVAL_STATION)) & (hour >= FESTIVAL_HOURS[0]) & (hour < FESTIVAL_HOURS[1])
    moved = np.flatnonzero(theirs & ~np.isin(midnight, days))[::FESTIVAL_EVERY]
    changed = received.copy()
    changed[moved] += (days[np.arange(len(moved)) % len(days)] - midnight[moved]).astype("timedelta64[s]")
    return changed


def _urgencies(rng: np.random.Generator, code: np.ndarray) -> np.ndarray:
    shares = np.array([URGENCY_SHARES["unclear" if c == UNCLEAR[0] else c[0]] for c in CODES]).cumsum(axis=1)
    return (rng.random(len(code))[:, None] > shares[code, :-1]).sum(axis=1)


def _ends(rng: np.random.Generator, urgency: np.ndarray) -> np.ndarray:
    """End codes: another list where nobody was sent (C4)."""
    found = np.empty(len(urgency), dtype=object)
    for ends, here in ((ENDS_ON_SCENE, urgency < TELEPHONE), (ENDS_ON_TELEPHONE, urgency == TELEPHONE)):
        shares = np.array([share for _, _, share in ends.values()])
        drawn = rng.choice(len(ends), size=len(urgency), p=shares / shares.sum())
        found[here] = np.array(list(ends), dtype=object)[drawn[here]]
    return found


def _response(rng: np.random.Generator, urgency: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Seconds from received to arrived, NaT for C4; and whether the arrival was entered."""
    medians = np.array([RESPONSE_SECONDS.get(u, 1) for u in URGENCIES], dtype=np.float64)[urgency]
    seconds = np.rint(medians * rng.lognormal(0.0, RESPONSE_SPREAD, len(urgency))).astype("timedelta64[s]")
    seconds[urgency == TELEPHONE] = np.timedelta64("NaT", "s")
    return seconds, rng.random(len(urgency)) >= ARRIVAL_NOT_ENTERED


def _service(rng: np.random.Generator, urgency: np.ndarray) -> np.ndarray:
    """Seconds from arrived to closed; of C4, which is closed on the telephone, they mean nothing."""
    medians = 60 * np.array([SERVICE_MINUTES.get(u, 1) for u in URGENCIES], dtype=np.float64)[urgency]
    return np.rint(medians * rng.lognormal(0.0, SERVICE_SPREAD, len(urgency))).astype("timedelta64[s]")
