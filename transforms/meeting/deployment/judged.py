"""A row of `deployment_effect`: an estimate with its interval, and what may be said of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from transforms.meeting.deployment.statistics.placebo import Placebo
from transforms.meeting.deployment.statistics.power import SIXTEEN, Seen
from transforms.meeting.deployment.statistics.weekly import WEEK

Entry = Mapping[str, Any]
_OF_ESTIMATE = (
    "observed", "expected", "estimate", "lower_95", "upper_95", "standard_error", "per_cent", "least_detectable_80",
    "power_16", "power_31", "placebo_rank", "placebo_n", "placebo_p", "controls", "dispersion",
)  # fmt: skip


@dataclass(frozen=True)
class Estimate:
    """What an estimator says of an entry.

    Attributes:
        observed: Crimes of the period.
        expected: Those expected of it.
        lower: Lower bound of the 95 % interval of the difference; of the ratio's logarithm in `rate_ratio`.
        upper: Upper bound.
        error: Standard error.
        seen: What could have been told of the area's own crimes.
        placebo: How it stands among placebos.
        dispersion: φ.
        controls: Control areas; None where none are needed.
        is_ratio: Whether bounds and error are of the logarithm of a ratio.
    """

    observed: float
    expected: float
    lower: float
    upper: float
    error: float
    seen: Seen
    placebo: Placebo
    dispersion: float
    controls: int | None = None
    is_ratio: bool = False


def of_entry(entry: Entry, crime_type: str, estimator: str, weeks: int) -> dict[str, Any]:
    """What every row of an entry says, the estimate empty."""
    named = ("list_name", "deployment_id", "unit", "area", "area_kind", "district")
    return {
        **{name: entry[name] for name in named},
        "crime_type": crime_type,
        "estimator": estimator,
        "day_from": entry["first_day"],
        "day_to": last_day(entry["first_day"], weeks),
        **dict.fromkeys(_OF_ESTIMATE),
        "misleading": False,
    }


def last_day(first: date, weeks: int) -> date:
    """Last day of so many whole weeks."""
    return first + timedelta(days=WEEK * weeks - 1)


def nothing(row: dict[str, Any], entry: Entry, why: str) -> dict[str, Any]:
    """A row of which nothing can be estimated."""
    if entry["overlapping"]:
        return {**row, "verdict": "overlapping", "why": "another entry"}
    return {**row, "verdict": "inconclusive", "why": why}


def judged(row: dict[str, Any], entry: Entry, made: Estimate) -> dict[str, Any]:
    """The row with its estimate and verdict.

    The first that applies: another entry on the same ground; a fall of the area by 16 % could not have been seen; the
    interval.
    """
    # No more crimes can fall away than there would have been.
    lower = max(made.lower, -made.expected)
    told = {"estimate": made.observed - made.expected, "lower_95": lower, "upper_95": made.upper}
    per_cent = 100 * told["estimate"] / made.expected if made.expected > 0 else None
    if made.is_ratio:
        ratio = float(np.exp((made.lower + made.upper) / 2))
        told = {"estimate": ratio, "lower_95": float(np.exp(made.lower)), "upper_95": float(np.exp(made.upper))}
        per_cent = 100 * (ratio - 1)
    least = made.seen.least
    verdict, why = _verdict(entry, made)
    return {
        **row, **told,
        "observed": made.observed, "expected": made.expected, "standard_error": made.error, "per_cent": per_cent,
        "least_detectable_80": None if least is None else 100 * least,
        "power_16": made.seen.sixteen, "power_31": made.seen.thirty_one,
        "placebo_rank": made.placebo.rank, "placebo_n": made.placebo.n, "placebo_p": made.placebo.p,
        "controls": made.controls, "dispersion": made.dispersion, "verdict": verdict, "why": why,
    }  # fmt: skip


def _verdict(entry: Entry, made: Estimate) -> tuple[str, str]:
    if entry["overlapping"]:
        return "overlapping", "another entry"
    # In whole per cents, as the trials' mean is told: 16.2 is no other fall than theirs.
    if made.seen.least is None or round(made.seen.least, 2) > SIXTEEN:
        return "too_small", "could not be seen"
    return by_interval(made.lower, made.upper)


def by_interval(lower: float, upper: float) -> tuple[str, str]:
    """Which side of no change an interval is on."""
    if upper < 0:
        return "fell", "beyond the interval"
    if lower > 0:
        return "rose", "beyond the interval"
    return "inconclusive", "inside the interval"
