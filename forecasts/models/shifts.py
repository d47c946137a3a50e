"""Changes of level that stay: found in what a Gaussian process could not explain, and allowed for from then on."""

import numpy as np

from forecasts.models.posterior import Posterior

OUTSIDE = 4.0
"""Standard errors a change of level must be away from none."""
WILD = 3.0
"""Standard errors beyond which a month counts no more: one wild month alone is then no change of level."""
BEFORE, AFTER = 12, 2
"""Known months needed on either side: one month is an outlier, two may be a level."""
STEP = 0.5
"""Prior standard deviation of a change of level, in log counts."""
PASSES = 3
"""Changes looked for in one series, one after the other."""


def district_shift_scores(fit: Posterior) -> np.ndarray:
    """Estimated change of level from each month on, in its standard errors (S, T); NaN where too little is known.

    The best linear estimate of a step e added to the model is eᵀM⁻¹z / eᵀM⁻¹e with standard error (eᵀM⁻¹e)^-½. It is
    scaled down where the whole pool scatters more than the model thinks.

    Reference: de Jong & Penzer (1998), Diagnosing shocks in time series, JASA 93, 796-806.
    """
    spread = fit.inverse @ fit.root
    leverages = np.diagonal(fit.inverse, axis1=1, axis2=2) - np.sum(spread**2, axis=2)
    known = leverages > 0
    unit = np.sqrt(np.where(known, leverages, 1.0))
    scatter = max(1.0, 1.4826 * float(np.median(np.abs(fit.own / unit)[known])))
    # Sums over all months from s on, for every s at once: steps are cumulated impulses.
    signal = _from_here_on(np.clip(fit.own, -WILD * scatter * unit, WILD * scatter * unit), 1)
    both = _from_here_on(_from_here_on(fit.inverse, 1), 2)
    variance = np.diagonal(both, axis1=1, axis2=2) - np.sum(_from_here_on(spread, 1) ** 2, axis=2)
    before = np.cumsum(known, axis=1) - known
    after = _from_here_on(known.astype(int), 1)
    enough = (before >= BEFORE) & (after >= AFTER) & known & (variance > 0)
    return np.where(enough, signal / np.sqrt(np.where(enough, variance, 1.0)) / scatter, np.nan)


def _from_here_on(values: np.ndarray, axis: int) -> np.ndarray:
    """Sum of each value and all later ones."""
    return np.flip(np.cumsum(np.flip(values, axis), axis), axis)


def newest_shifts(fit: Posterior, eligible: np.ndarray) -> list[tuple[int, int]]:
    """(district, first month of the new level) of the largest change in each eligible district that shows one."""
    scores = np.abs(np.nan_to_num(district_shift_scores(fit)))
    found = []
    for district in np.flatnonzero(eligible):
        month = int(np.argmax(scores[district]))
        if scores[district, month] > OUTSIDE:
            found.append((int(district), month))
    return found
