"""When a month without a row is a zero: judged by the station's own mean."""

from collections.abc import Iterable, Mapping
from datetime import date
from math import exp

from expectations.months import add_months

QUIET_CHANCE = 0.05
"""Probability of no row at all from which a month without one is a true zero: about three rows a month or fewer."""
QUIET_MONTHS = 6
"""Earlier months whose mean is known, at least."""
BACK = 24


def is_quiet(rows: Mapping[date, int], covered: Iterable[date], month: date) -> bool:
    """Whether a station without a row in a month may well have had nothing happen.

    P(0) = exp(−mean) of a Poisson law, with the mean of its covered months of the two years before, from its first row
    on.

    Args:
        rows: Rows by month, of months that have any.
        covered: Months its source covers whole.
        month: The month without one.
    """
    if not rows:
        return False
    since = max(min(rows), add_months(month, -BACK))
    earlier = [m for m in covered if since <= m < month]
    return len(earlier) >= QUIET_MONTHS and exp(-sum(rows.get(m, 0) for m in earlier) / len(earlier)) >= QUIET_CHANCE
