"""How calls of boxes lie in the week: each drawn to its station's week, in its share of the station's month."""

from collections.abc import Sequence

import numpy as np

from forecasts.demand.days import Days, weekdays
from forecasts.demand.shares import PRIOR_CALLS
from forecasts.demand.spans import BLOCK_HOURS, HOURS


def weekday_blocks(days: Days) -> tuple[np.ndarray, np.ndarray]:
    """Calls by series, weekday and three hours, and known days by series and weekday."""
    counts = np.nan_to_num(days.counts).reshape(len(days.keys), days.length, HOURS // BLOCK_HOURS, -1).sum(axis=3)
    on = weekdays(days.first, days.length)
    calls = np.stack([counts[:, on == weekday].sum(axis=1) for weekday in range(7)], axis=1)
    known = np.stack([days.known[:, on == weekday].sum(axis=1) for weekday in range(7)], axis=1)
    return calls, known


def box_shares(days: Days, boxes: Sequence[int], station: int) -> list[float]:
    """Share of each box in its station's calls of the days it knows; all of them together no more than all.

    Args:
        days: of the boxes and their station.
        boxes: their series.
        station: its series.
    """
    totals = np.nan_to_num(days.counts).sum(axis=2)
    made = []
    for box in boxes:
        both = days.known[box] & days.known[station]
        whole = totals[station, both].sum()
        made.append(float(totals[box, both].sum() / whole) if whole > 0 else 0.0)
    return [share / max(sum(made), 1.0) for share in made]


def box_means(calls: np.ndarray, known: np.ndarray, station: np.ndarray, share: float, on: np.ndarray) -> np.ndarray:
    """Expected calls of a box in each three hours of one such weekday of a month: 7 × 8.

    The box's own week (A) drawn to its station's: (A + κW)/(ΣA + κ), κ as of `week_shares`, W the mean week of the
    station's forecast; scaled so that the month comes to the box's share of the station's month.

    Args:
        calls: of the box, by weekday and block.
        known: days of each weekday.
        station: expected calls of the station by day of the month and block.
        share: of the station's calls that were the box's.
        on: weekday of each day of the month.

    Reference: as of `week_shares`.
    """
    week = np.stack([station[on == weekday].mean(axis=0) for weekday in range(7)])
    common = week / week.sum() if week.sum() > 0 else np.full(week.shape, 1 / week.size)
    rate = calls / np.maximum(known, 1)[:, None]
    alone = rate / rate.sum() if rate.sum() > 0 and known.all() else common
    belief = calls.sum() / (calls.sum() + PRIOR_CALLS)
    own = belief * alone + (1 - belief) * common
    return share * station.sum() * own / own[on].sum()
