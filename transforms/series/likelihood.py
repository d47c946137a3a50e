"""How much likelier evidence is of two crimes of one hand than of two that have nothing to do with each other.

Naive Bayes on binned evidence, as crimelinkage has it: M. D. Porter (2016), A statistical approach to crime linkage,
The American Statistician 70:152. Learned from solved series where there are any; else of stated assumptions, held
against pairs of crimes as they lie.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transforms.series.evidence import Evidence, Reals

BINS = 12
"""Bins that solved pairs are cut into, each with as many of them."""
PSEUDO = 10.0
"""Pairs added to the bins as the other kind lies, so that few of them say little: a ratio is drawn towards 1."""
LEAST_LINKED = 30
"""Pairs of solved series below which nothing is learned of them."""
HALF_METRES, HALF_DAYS = 1_000.0, 14.0
"""Distance and days within which half the pairs of one hand are taken to lie, where nothing is learned: exponential
decay. An assumption that is told to whoever asks, and no measurement of any city."""
PARTNERS = 0.5
"""Other crimes of the list that one is taken to share its hand with, before any evidence, where nothing is learned."""
METRES = (100.0, 250.0, 500.0, 1_000.0, 2_000.0, 4_000.0, 8_000.0)
DAYS = (1.5, 2.5, 4.5, 7.5, 14.5, 28.5, 56.5, 112.5)
"""Upper ends of bins where nothing is learned; a last one is open.

Days end at halves: crimes known by their day alone are whole days apart, and fall into the bins that moments do.
"""


@dataclass(frozen=True)
class Ratio:
    """Log likelihood ratio of one kind of evidence, by bins.

    Attributes:
        ends: Upper ends of the bins, ascending, each of its own bin; the last bin is open.
        log_ratio: One more than ends.
    """

    ends: Reals
    log_ratio: Reals

    def of(self, values: Reals) -> Reals:
        """Of each value; 0 where it is not known."""
        said = self.log_ratio[np.searchsorted(self.ends, np.nan_to_num(values))]
        return np.asarray(np.where(np.isnan(values), 0.0, said))


@dataclass(frozen=True)
class Likelihood:
    """What the evidence of a pair says.

    Attributes:
        metres: Of distances.
        days: Of days between.
        modus: Of codes; None: their own log likelihood ratio stands.
        prior: Probability, before any evidence, that a pair is of one hand.
        learned: Whether from solved series, or of the stated assumptions.
        linked: Pairs of one hand that it was learned from.
    """

    metres: Ratio
    days: Ratio
    modus: Ratio | None
    prior: float
    learned: bool
    linked: int = 0

    def log_ratio(self, of: Evidence) -> Reals:
        """Log likelihood ratio of each pair: evidence taken as independent, so that its parts add up."""
        modus = np.nan_to_num(of.modus) if self.modus is None else self.modus.of(of.modus)
        return np.asarray(self.metres.of(of.metres) + self.days.of(of.days) + modus)

    def log_odds(self, of: Evidence) -> Reals:
        """Log odds, after the evidence, that each pair is of one hand."""
        return np.asarray(self.log_ratio(of) + np.log(self.prior / (1 - self.prior)))


def probability(log_odds: Reals) -> Reals:
    """Odds as a probability."""
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -500, 500))))


def learned(solved: Evidence, is_linked: NDArray[np.bool_]) -> Likelihood:
    """From the pairs of solved crimes, those of one series against all others.

    Args:
        solved: Evidence of the pairs.
        is_linked: Which are of one series: at least `LEAST_LINKED`.
    """
    return Likelihood(
        metres=_from_pairs(solved.metres, is_linked),
        days=_from_pairs(solved.days, is_linked),
        modus=_from_pairs(solved.modus, is_linked),
        prior=float(is_linked.mean()),
        learned=True,
        linked=int(is_linked.sum()),
    )


def _from_pairs(values: Reals, is_linked: NDArray[np.bool_]) -> Ratio:
    """Bins of alike many linked pairs, and how much fuller they are of these than of the others."""
    known = ~np.isnan(values)
    of_linked, of_others = values[known & is_linked], values[known & ~is_linked]
    if of_linked.size < LEAST_LINKED or not of_others.size:
        return Ratio(np.empty(0), np.zeros(1))
    ends = np.unique(np.quantile(of_linked, np.arange(1, BINS) / BINS, method="inverted_cdf"))
    linked, others = _counted(of_linked, ends), _counted(of_others, ends)
    everywhere = (others + 1) / (others + 1).sum()
    return Ratio(ends, np.log((linked + PSEUDO * everywhere) / (linked.sum() + PSEUDO) / everywhere))


def assumed(background: Evidence, incidents: int, cell_metres: int = 100) -> Likelihood:
    """Of an assumed decay of pairs of one hand, held against how pairs of crimes lie anyway.

    Args:
        background: Evidence of pairs of the same months, nearly all of which have nothing to do with each other.
        incidents: Crimes of the list asked about.
        cell_metres: Side of a cell: two crimes of one are taken to be up to half of it apart.
    """
    farther = [float(end) for end in METRES if end >= cell_metres]
    return Likelihood(
        metres=_from_decay(background.metres, [0.0, *farther], [cell_metres / 2, *farther], HALF_METRES),
        days=_from_decay(background.days, DAYS, DAYS, HALF_DAYS),
        modus=None,
        prior=min(PARTNERS / max(incidents - 1, 1), 0.5),
        learned=False,
    )


def _from_decay(values: Reals, ends: Sequence[float], reach: Sequence[float], half: float) -> Ratio:
    """Share of each bin that the decay gives, as far as pairs lie apart at all, over the share pairs have.

    Args:
        values: Of pairs.
        ends: Upper ends of bins.
        reach: How far the decay goes within each, where values stand for more than themselves.
        half: Where the decay is at a half.
    """
    farthest = max(float(values.max(initial=0)), ends[0] + half)
    used = np.array([end for end in ends if end < farthest])
    left = 0.5 ** (np.append(reach[: len(used)], farthest) / half)
    decayed = -np.diff(left, prepend=1.0)
    decayed = decayed / decayed.sum()
    counted = _counted(values, used)
    # Drawn towards 1 by a few pairs that lie as the decay has it: a bin few pairs fall into must not decide alone.
    return Ratio(used, np.log(decayed * (counted.sum() + PSEUDO) / (counted + PSEUDO * decayed)))


def _counted(values: Reals, ends: Reals) -> Reals:
    return np.bincount(np.searchsorted(ends, values), minlength=len(ends) + 1).astype(float)
