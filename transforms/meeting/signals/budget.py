"""From which z on a month is signalled, so that chance alone stays within the budget of a level."""

import numpy as np
import polars as pl

from expectations.contracts import TABLES
from expectations.contracts.ddl import conform
from expectations.signals import FALSE_A_MONTH, LEAST, SIGNALS, Signal
from transforms.meeting.signals.dispersion import Vector, floats


def threshold(signal: Signal, series: int, freedom: float) -> float:
    """|z| from which on a row is signalled, the same for all series of a level.

    With an estimated φ, z is Student's t with the estimate's degrees of freedom where nothing changes (Student 1908,
    Biometrika 6:1), not normal. The threshold is where `series` such values a month together pass it as often as the
    budget allows, and never below the least that is ever signalled.

    Args:
        signal: watch or alert.
        series: Series of the level that have a z.
        freedom: Degrees of freedom of the φ known worst among them.
    """
    from scipy.stats import t

    return max(LEAST[signal], float(t.isf(FALSE_A_MONTH[signal] / max(series, 1) / 2, freedom)))


def expected_false(level: float, freedom: Vector) -> float:
    """False signals a month expected from series whose φ have these degrees of freedom, at a threshold."""
    from scipy.stats import t

    return float(2 * t.sf(level, freedom).sum())


def signal_budget(sheet: pl.DataFrame) -> pl.DataFrame:
    """One row per level and signal, by the contract of `signal_budget`.

    Every level has the whole budget for itself: it is another sheet for other readers, and its series are parts or sums
    of the other levels', not further chances.

    Args:
        sheet: level, z and freedom of every row of the outlook.
    """
    rows = []
    for (level,), part in sheet.drop_nulls(["z", "freedom"]).group_by("level", maintain_order=True):
        degrees = floats(part["freedom"])
        for signal in SIGNALS:
            at = threshold(signal, part.height, float(degrees.min()))
            rows.append(
                {
                    "level": level,
                    "signal": signal,
                    "threshold": at,
                    "series": part.height,
                    "degrees_of_freedom": float(degrees.min()),
                    "budget_per_month": FALSE_A_MONTH[signal],
                    "expected_per_month": expected_false(at, degrees),
                    "method": "least" if at == LEAST[signal] else "budget",
                }
            )
    named = dict.fromkeys(TABLES["signal_budget"].names, None)
    return conform(pl.DataFrame(rows, schema=list(named)) if not rows else pl.DataFrame(rows), TABLES["signal_budget"])


def signals(size: Vector, watch: Vector, alert: Vector) -> list[str]:
    """The signal of each |z| by the thresholds of its level; none where z is NaN."""
    return list(np.select([size >= alert, size >= watch], ["alert", "watch"], default="none"))
