"""How many crimes a deployment needs to be judged: the least fall told four times in five, by crimes expected of it.

Of `wdd` with the normal interval, by the formula every verdict rests on (`power.of_difference`): a deployment of so
many weeks in one area, a year of before, and so many control areas of its own level. Placebos make intervals wider.
With `--beside` it is of `net`, so many areas of its level beside it: the falls are of the area's own crimes still.

    .venv/bin/python -m benchmarks.deployment.needed [--weeks 8] [--controls 10] [--beside 0]
"""

import argparse

from transforms.meeting.deployment.controlled import BEFORE
from transforms.meeting.deployment.statistics.placebo import NORMAL
from transforms.meeting.deployment.statistics.power import POWER, SIXTEEN, THIRTY_ONE, of_difference, seen

EXPECTED = (50, 100, 200, 400, 800, 1600)
DISPERSIONS = (1.0, 1.6)
MOST = 100_000


def least(expected: float, dispersion: float, weeks: int, controls: int, beside: int = 0) -> float | None:
    """The least fall of the area that is told with 80 % power; None where none is.

    Args:
        expected: Crimes of the area in the period without the deployment.
        dispersion: φ.
        weeks: Of the period.
        controls: Areas of the same level, pooled.
        beside: Areas of the same level that are looked at together with it.
    """
    together = 1 + beside
    variance = others(expected, dispersion, weeks, controls, together)
    return seen(of_difference(together * expected, variance, dispersion, NORMAL), 1 / together).least


def others(expected: float, dispersion: float, weeks: int, controls: int, together: int = 1) -> float:
    """Variance of the crimes expected: φ Σ n/w² of the areas before, and of the controls before and in the period."""
    before = weeks / BEFORE
    return dispersion * expected * together * (before + (1 + before) * together / controls)


def needed(fall: float, dispersion: float, weeks: int, controls: int, beside: int = 0) -> int:
    """The fewest crimes expected of which a fall is told with 80 % power."""
    low, high = 0, MOST
    while high - low > 1:
        middle = (low + high) // 2
        found = least(middle, dispersion, weeks, controls, beside)
        low, high = (low, middle) if found is not None and found <= fall else (middle, high)
    return high


def lines(weeks: int, controls: int, beside: int = 0) -> list[str]:
    """What is printed."""
    told = [f"{weeks} weeks, {controls} control areas, {BEFORE} weeks before, power {POWER:.0%}"]
    if beside:
        told.append(f"net of {beside} areas of its level beside it")
    told.append("expected  " + "  ".join(f"phi {phi:g}" for phi in DISPERSIONS))
    for expected in EXPECTED:
        falls = (least(expected, phi, weeks, controls, beside) for phi in DISPERSIONS)
        told.append(f"{expected:8d}  " + "  ".join(f"{'none' if one is None else f'{one:.1%}':>7}" for one in falls))
    for fall in (SIXTEEN, THIRTY_ONE):
        counts = ", ".join(f"{needed(fall, phi, weeks, controls, beside)} at phi {phi:g}" for phi in DISPERSIONS)
        told.append(f"a fall by {fall:.0%} needs {counts}")
    return told


def main() -> None:
    """Print it."""
    parser = argparse.ArgumentParser(description="How many crimes a deployment needs to be judged.")
    parser.add_argument("--weeks", type=int, default=8)
    parser.add_argument("--controls", type=int, default=10)
    parser.add_argument("--beside", type=int, default=0)
    asked = parser.parse_args()
    print("\n".join(lines(asked.weeks, asked.controls, asked.beside)))


if __name__ == "__main__":
    main()
