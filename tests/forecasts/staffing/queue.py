"""A queue simulated call by call: Poisson arrivals by the hour, lognormal service times, units by the block."""

import heapq
from collections import deque

import numpy as np

ALEXANDRIA = np.array([
    [65, 67, 56, 41, 40, 39, 65, 109, 177, 188, 177, 176, 181, 157, 180, 189, 144, 158, 112, 94, 83, 87, 92, 95],
    [69, 59, 42, 44, 37, 58, 65, 132, 198, 187, 169, 152, 178, 157, 151, 181, 168, 146, 140, 108, 96, 78, 110, 106],
    [75, 50, 38, 32, 44, 45, 69, 113, 219, 197, 191, 183, 149, 172, 173, 180, 168, 149, 106, 109, 113, 100, 108, 85],
    [80, 76, 48, 39, 42, 44, 62, 117, 191, 200, 178, 183, 155, 176, 169, 181, 161, 187, 123, 108, 100, 87, 102, 95],
    [83, 56, 49, 56, 56, 34, 75, 137, 138, 170, 183, 157, 172, 174, 176, 166, 153, 146, 143, 114, 108, 105, 126, 106],
    [85, 76, 69, 67, 53, 45, 45, 78, 121, 138, 136, 152, 123, 127, 109, 133, 133, 112, 112, 124, 102, 97, 145, 134],
    [103, 87, 72, 64, 41, 50, 46, 73, 92, 133, 113, 125, 106, 114, 119, 113, 99, 110, 93, 90, 96, 80, 114, 82],
])  # fmt: skip
"""Police calls of Alexandria, Virginia, by weekday (Monday first) and hour: 18,989 of weeks 35 to 52 of 2025, counted
from the weekly exports of its emergency centre (github.com/trdunsworth/DECCReport4)."""
SERVICE_MINUTES, SERVICE_CV = 45.0, 1.57
BLOCK = 180.0
"""Minutes."""


def day_of(calls_an_hour: float) -> np.ndarray:
    """Expected calls of each hour of the day (24), so many an hour on average."""
    return ALEXANDRIA.mean(axis=0) * (calls_an_hour / ALEXANDRIA.mean())


def week_of(calls_an_hour: float) -> np.ndarray:
    """Expected calls of each hour of the week (168), so many an hour on average."""
    return ALEXANDRIA.ravel() * (calls_an_hour / ALEXANDRIA.mean())


def share_late(
    hours: np.ndarray, units: np.ndarray, wait: float, rounds: int, seed: int, cv: float = SERVICE_CV
) -> np.ndarray:
    """Share of the calls of each block that wait longer, first come first served.

    Units that leave at a block's end finish the call they are at.

    Args:
        hours: expected calls of each hour of a day or a week, which repeats.
        units: of each block of it.
        wait: minutes.
        rounds: how many days or weeks, after two that only fill the queue.
        seed: of the chance.
        cv: of the service times, lognormal; 1 has them exponential.
    """
    rng = np.random.default_rng(seed)
    counts = rng.poisson(np.tile(hours, rounds + 2))
    at = np.sort((np.repeat(np.arange(len(counts)), counts) + rng.random(counts.sum())) * 60)
    spread = np.sqrt(np.log1p(cv**2))
    drawn = rng.exponential(size=len(at)) if cv == 1 else rng.lognormal(-(spread**2) / 2, spread, len(at))
    service = SERVICE_MINUTES * drawn
    started = _starts(at.tolist(), service.tolist(), units.tolist())
    block = (at // BLOCK).astype(int)
    told = block >= 2 * len(units)
    of = block[told] % len(units)
    return np.bincount(of, (started - at)[told] > wait, len(units)) / np.bincount(of, minlength=len(units))


def _starts(at: list[float], service: list[float], units: list[int]) -> np.ndarray:
    started = np.empty(len(at))
    busy: list[float] = []
    queue: deque[int] = deque()
    block = 0

    def serve(now: float) -> None:
        while queue and len(busy) < units[block % len(units)]:
            call = queue.popleft()
            started[call] = now
            heapq.heappush(busy, now + service[call])

    def until(moment: float) -> None:
        nonlocal block
        while True:
            change = (block + 1) * BLOCK
            if busy and busy[0] <= min(moment, change):
                serve(heapq.heappop(busy))
            elif change <= moment:
                block += 1
                serve(change)
            else:
                return

    for call, moment in enumerate(at):
        until(moment)
        queue.append(call)
        serve(moment)
    while queue:
        until(min(busy[0], (block + 1) * BLOCK) if busy else (block + 1) * BLOCK)
    return started
