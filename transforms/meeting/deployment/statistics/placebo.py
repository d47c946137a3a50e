"""Where nobody was deployed: how far estimates lie from no change by chance, and how an entry's stands among them."""

from dataclasses import dataclass

import numpy as np

from transforms.meeting.signals.dispersion import Vector

PERIODS = 24
"""Earlier periods looked at."""
LEAST = 39
"""Placebos from which on their 95 % interval is told: of fewer it rests on the very farthest."""
NORMAL = 1.959963984540054
"""Standard errors of a normal 95 % interval."""


@dataclass(frozen=True)
class Placebo:
    """An estimate among those of areas and periods without a deployment.

    Attributes:
        rank: 1 where it lies farthest from no change.
        n: How many it was compared with.
        limit: Standard errors of the 95 % interval: the placebos', and no fewer than the normal's.
    """

    rank: int
    n: int
    limit: float

    @property
    def p(self) -> float:
        """Share of all, its own included, that lie as far (a permutation p: Phipson & Smyth 2010)."""
        return self.rank / (self.n + 1)


def placebo(z: float, others: Vector) -> Placebo:
    """How an estimate stands among placebos, by standard errors from no change.

    The placebos' 95 % interval reaches as far as the ⌈0.95(n + 1)⌉-th of them from the middle, which holds the next of
    their kind 95 times in 100 whatever their distribution (split conformal: Vovk, Gammerman & Shafer 2005).

    Args:
        z: The entry's estimate in standard errors.
        others: Those of the placebos; NaN where one has none.
    """
    far = np.sort(np.abs(others[np.isfinite(others)]))
    rank = 1 + int((far >= abs(z)).sum())
    if far.size < LEAST:
        return Placebo(rank, int(far.size), NORMAL)
    reached = float(far[int(np.ceil(0.95 * (far.size + 1))) - 1])
    return Placebo(rank, int(far.size), max(reached, NORMAL))
