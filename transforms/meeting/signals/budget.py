"""From how many standard errors on a month is signalled, so that chance alone stays within the budget of a level."""

import polars as pl

from expectations.contracts import TABLES
from expectations.contracts.ddl import conform
from expectations.signals import FALSE_A_MONTH, LEAST, SIGNALS, TESTS, Signal
from transforms.meeting.signals.dispersion import Vector, floats

FREEDOM = {test: f"{test}_freedom" for test in TESTS}
"""The column of each test's degrees of freedom."""


def threshold(signal: Signal, series: int, freedom: float, share: float = 1.0) -> float:
    """Standard errors from which on a row is signalled, the same for all series of a level.

    Where nothing changes they are Student's t with so many degrees of freedom (Student 1908, Biometrika 6:1), not
    normal. The threshold is where `series` such values a month together pass it as often as their share of the budget
    allows, and never below the least that is ever signalled.

    Args:
        signal: watch or alert.
        series: Series of the level that are tested.
        freedom: Degrees of freedom of the one known worst among them.
        share: Of the budget.
    """
    from scipy.stats import t

    return max(LEAST[signal], float(t.isf(share * FALSE_A_MONTH[signal] / max(series, 1) / 2, freedom)))


def expected_false(level: float, freedom: Vector) -> float:
    """False signals a month expected from series with these degrees of freedom, at a threshold."""
    from scipy.stats import t

    return float(2 * t.sf(level, freedom).sum())


def signal_budget(sheet: pl.DataFrame) -> pl.DataFrame:
    """One row per level, test and signal, by the contract of `signal_budget`.

    Every level has the whole budget for itself: it is another sheet for other readers, and its series are parts or sums
    of the other levels', not further chances. Tests share it.

    Args:
        sheet: level, each test's value and its degrees of freedom (`FREEDOM`) of every row of the outlook.
    """
    rows = []
    for (level,), part in sheet.group_by("level", maintain_order=True):
        for test, share in TESTS.items():
            degrees = floats(part.drop_nulls([test, FREEDOM[test]])[FREEDOM[test]])
            if not len(degrees):
                continue
            for signal in SIGNALS:
                at = threshold(signal, len(degrees), float(degrees.min()), share)
                rows.append(
                    {
                        "level": level,
                        "test": test,
                        "signal": signal,
                        "threshold": at,
                        "series": len(degrees),
                        "degrees_of_freedom": float(degrees.min()),
                        "budget_per_month": share * FALSE_A_MONTH[signal],
                        "expected_per_month": expected_false(at, degrees),
                        "method": "least" if at == LEAST[signal] else "budget",
                    }
                )
    named = dict.fromkeys(TABLES["signal_budget"].names, None)
    return conform(pl.DataFrame(rows, schema=list(named)) if not rows else pl.DataFrame(rows), TABLES["signal_budget"])
