"""Crimes that belong together: pairs joined into series, each with its probability."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage

from transforms.series.evidence import Reals, pair_numbers
from transforms.series.likelihood import probability


@dataclass(frozen=True)
class Clusters:
    """Which crimes are joined.

    Attributes:
        number: Of each crime its cluster, 1 the likeliest; 0 for one that is joined to none.
        probability: Of each cluster, by number: that two crimes of it are of one hand, the mean over its pairs.
    """

    number: NDArray[np.int64]
    probability: Reals


def clusters(log_odds: Reals, incidents: int) -> Clusters:
    """Join crimes as long as the pairs between two groups speak for it in the mean.

    Agglomerative, average linkage on the log odds after the evidence, cut where they are even: `crimeClust_hier` of
    crimelinkage with the prior in it (Porter 2016, The American Statistician 70:152, section 4).

    Args:
        log_odds: Of each pair, in the order of `pair_numbers`.
        incidents: Crimes.
    """
    if incidents <= 1:
        return Clusters(np.zeros(incidents, int), np.empty(0))
    top = float(log_odds.max())
    groups = np.zeros(incidents, int)
    if top > 0:
        groups = fcluster(linkage(top - log_odds, "average"), top, "distance")
    one, other = pair_numbers(incidents)
    inside = (groups[one] == groups[other]) & (groups[one] > 0)
    of, pairs = np.unique(groups[one[inside]], return_counts=True)
    summed = np.bincount(groups[one[inside]], probability(log_odds[inside]), groups.max() + 1)[of]
    mean = summed / pairs
    order = np.lexsort((of, -mean))
    number = np.zeros(groups.max() + 1, int)
    number[of[order]] = np.arange(1, len(of) + 1)
    return Clusters(number[groups], mean[order])
