"""Whether plans run away from equal true rates: what is recorded rises where patrols are, for sixty months.

.venv/bin/python -m benchmarks.deployment.feedback_guard

Areas have equal true rates. One begins with a head start: for a year a third more was recorded there than happened.
Every month is planned from the mean of the twelve before it, with the plan's own gains, greedy and least shares, and
what is then recorded rises by up to a tenth where patrols are, as more is reported to police who are near. Its share
has to come back to one of n. Let offences in that police find themselves, and it does not: the patrols find what sends
them there again (Ensign et al. 2018, Runaway feedback loops in predictive policing, PMLR 81:160).
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from transforms.meeting.deployment_plan.assumed import THETA
from transforms.meeting.deployment_plan.gains import most_gain, piece_gains
from transforms.meeting.deployment_plan.shares import least_shares

AREAS, MONTHS, MEMORY = 10, 60, 12
RATE, HEAD_START = 50.0, 1 / 3
SHIFTS, PIECE_HOURS, LEVELS, LEAST = 10, 0.5, 4, 0.5
RISE, FOUND = 0.10, 0.5


@dataclass(frozen=True)
class Outcome:
    """What became of the area with the head start.

    Attributes:
        first: Its mean share of the hours in the first month.
        last: In the last twelve months, mean over runs.
        standard_error: Of `last`.
        spread: Standard deviation of all areas' shares in the last twelve months.
    """

    first: float
    last: float
    standard_error: float
    spread: float

    @property
    def holds(self) -> bool:
        """Whether the share is one of n within two standard errors."""
        return abs(self.last - 1 / AREAS) <= 2 * self.standard_error


def simulated(runs: int, seed: int, *, rise: float = RISE, found: float = 0.0) -> Outcome:
    """Sixty months of plans and records.

    Args:
        runs: Worlds.
        seed: Of chance.
        rise: Share by which records rise in an area that has the most hours it may have; in proportion elsewhere.
        found: Offences police find themselves that are let in, all areas together, as a part of all true crimes; they
            fall to areas as the hours do.
    """
    rng = np.random.default_rng(seed)
    records = rng.poisson(RATE, (MEMORY, runs, AREAS)).astype(float)
    records[:, :, 0] += rng.poisson(HEAD_START * RATE, (MEMORY, runs))
    shares = []
    for _ in range(MONTHS):
        pieces = np.stack([_planned(one) for one in records[-MEMORY:].mean(axis=0)])
        shares.append(pieces / pieces.sum(axis=1, keepdims=True))
        near = rng.poisson(RATE * (1 + rise * pieces / LEVELS))
        by_police = rng.poisson(found * RATE * AREAS * shares[-1])
        records = np.concatenate([records[1:], (near + by_police)[None]])
    newest = np.mean(shares[-MEMORY:], axis=0)
    of_first = newest[:, 0]
    return Outcome(
        float(shares[0][:, 0].mean()),
        float(of_first.mean()),
        float(of_first.std(ddof=1) / np.sqrt(runs)),
        float(newest.std()),
    )


def _planned(expected: np.ndarray) -> np.ndarray:
    """Pieces of each area in a shift, over shifts that are all alike: one an area on average, up to four."""
    gains = piece_gains(np.tile(expected, (SHIFTS, 1)), np.full(SHIFTS, PIECE_HOURS), THETA, LEVELS)
    least = np.ceil(least_shares(expected[None, :], np.arange(AREAS), LEAST) * AREAS * SHIFTS - 1e-9).astype(int)
    group = np.tile(np.arange(AREAS), LEVELS * SHIFTS)
    chosen = most_gain(gains.ravel(), AREAS * SHIFTS, group, least).reshape(gains.shape)
    return chosen.sum(axis=(0, 1)) / SHIFTS


def main(words: Sequence[str] | None = None) -> None:
    """Print a line a world."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=400)
    given = parser.parse_args(words)
    print(f"{given.runs} runs, {AREAS} areas of {RATE:g} crimes a month, {MONTHS} months; equal share {1 / AREAS:.3f}")
    for told, rise, found in (
        ("recording as it is", 0.0, 0.0),
        ("recording rises by up to 10 %", RISE, 0.0),
        ("and what police find is let in", RISE, FOUND),
    ):
        made = simulated(given.runs, 18, rise=rise, found=found)
        print(
            f"{told}: share {made.first:.3f} in the first month, {made.last:.4f} ± {made.standard_error:.4f} in the "
            f"last twelve; spread over areas {made.spread:.3f}; within 2 SE: {'yes' if made.holds else 'NO'}"
        )


if __name__ == "__main__":
    main()
