"""What two crimes have in common: metres, days and how they were done, for every pair of a list."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

Reals = NDArray[np.float64]

REPEATED = 0.3
"""Chance that a hand's next crime has a code, or lacks it, because this one does: stated, not learned."""
_SHORTEST = 1 / 24
"""Days that a moment is taken for, where no span is known: an hour."""


class Evidence(NamedTuple):
    """Of every pair of a list, in the order of `pair_numbers`.

    Attributes:
        metres: Between the corners of the two cells.
        days: Expected between the two, each anywhere in its span.
        modus: Log likelihood ratio of their codes; not a number where one of them has none.
    """

    metres: Reals
    days: Reals
    modus: Reals


def pair_numbers(incidents: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and second crime of each pair, by their place in the list."""
    return np.triu_indices(incidents, 1)


def evidence(incidents: pl.DataFrame) -> Evidence:
    """Evidence of every pair of incidents.

    Args:
        incidents: x, y (corner of the cell), since, until (span in which it happened), modus (list of
            codes, may be empty).
    """
    one, other = pair_numbers(incidents.height)
    x, y = incidents["x"].to_numpy(), incidents["y"].to_numpy()
    since, until = _spans(incidents)
    return Evidence(
        metres=np.hypot(x[one] - x[other], y[one] - y[other]),
        days=expected_days(since[one], until[one], since[other], until[other]),
        modus=_modus(incidents["modus"].to_list())[one, other],
    )


def _spans(incidents: pl.DataFrame) -> tuple[Reals, Reals]:
    """First and last moment of each, in days after the first of all; a moment is an hour."""
    moments = incidents.select(pl.col("since", "until").cast(pl.Datetime("us")))
    first = moments["since"].min()
    since, until = (((moments[name] - first).dt.total_seconds() / 86_400).to_numpy() for name in ("since", "until"))
    return since, np.maximum(until, since + _SHORTEST)


def expected_days(since: Reals, until: Reals, other_since: Reals, other_until: Reals) -> Reals:
    """Expected distance of two moments, each anywhere in its span of days, all alike likely.

    The mean of |a − b| over both spans, in closed form: crimelinkage's temporal evidence (Porter 2016, The American
    Statistician 70:152, section 2.1).

    Args:
        since: First moment of the one.
        until: Last moment of it, later than the first.
        other_since: First moment of the other.
        other_until: Last moment of it.
    """

    def cubed(days: Reals) -> Reals:
        return np.abs(days) ** 3 / 6

    crossing = cubed(until - other_since) + cubed(since - other_until)
    beside = cubed(until - other_until) + cubed(since - other_since)
    return np.asarray(np.maximum(crossing - beside, 0) / ((until - since) * (other_until - other_since)))


def _modus(codes: Sequence[Sequence[str]]) -> Reals:
    """Log likelihood ratio of every two lists of codes; a code as rare as one in a hundred says most.

    Of one hand, the second crime has a code as the first does with probability κ, and else as often as any, f; of two
    hands, as often as any. Both having it then speaks for one hand by (κ + (1 − κ) f) / f, one alone against it by
    1 − κ, and neither for it by (κ + (1 − κ)(1 − f)) / (1 − f). Codes are taken one by one, as by crimelinkage.
    """
    known = np.array([bool(one) for one in codes], bool)
    listed = Counter(code for one in codes for code in set(one))
    names = sorted(listed)
    has = np.array([[code in set(one) for code in names] for one in codes], float).reshape(len(codes), len(names))
    share = (np.array([listed[code] for code in names], float) + 1) / (known.sum() + 2)
    both = np.log((REPEATED + (1 - REPEATED) * share) / share)
    none = np.log((REPEATED + (1 - REPEATED) * (1 - share)) / (1 - share))
    differing = has @ (1 - has).T
    ratio = (has * both) @ has.T + ((1 - has) * none) @ (1 - has).T + np.log(1 - REPEATED) * (differing + differing.T)
    ratio[~known] = np.nan
    ratio[:, ~known] = np.nan
    return np.asarray(ratio)
