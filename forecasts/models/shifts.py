"""Changes of level that stay: found in what a Gaussian process could not explain, and allowed for from then on."""

import numpy as np

from forecasts.models.posterior import Posterior

OUTSIDE = 4.0
"""Standard errors a change of level must be away from none."""
WILD = 4.0
"""Standard errors beyond which a month counts no more: one wild month alone is then no change of level."""
BEFORE, AFTER = 12, 2
"""Known months needed on either side: one month is an outlier, two may be a level."""
STEP = 0.5
"""Prior standard deviation of a change of level, in log counts."""
PASSES = 3
"""Changes looked for, one after the other."""


def district_shift_scores(fit: Posterior) -> np.ndarray:
    """Estimated change of a district's level from each month on, in its standard errors (S, T); NaN if too few known.

    The best linear estimate of a step e added to the model is eᵀM⁻¹z / eᵀM⁻¹e with standard error (eᵀM⁻¹e)^-½. It is
    scaled down where the whole pool scatters more than the model thinks.

    Reference: de Jong & Penzer (1998), Diagnosing shocks in time series, JASA 93, 796-806.
    """
    return _scores(fit.own, fit.inverse, fit.spread)


def city_shift_scores(fit: Posterior) -> np.ndarray:
    """The same for a change of all districts by the same share (T)."""
    return _scores(fit.city[None], fit.total[None], (fit.total @ fit.root)[None])[0]


def _scores(left: np.ndarray, inverse: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """Scores of curves (N, T) from what is left of their data and from M⁻¹ = inverse − spread spreadᵀ."""
    leverages = np.diagonal(inverse, axis1=1, axis2=2) - np.einsum("stu,stu->st", spread, spread)
    known = leverages > 0
    unit = np.sqrt(np.where(known, leverages, 1.0))
    scatter = max(1.0, 1.4826 * float(np.median(np.abs(left / unit)[known])))
    # Sums over all months from s on, for every s at once: steps are cumulated impulses.
    signal = _from_here_on(np.clip(left, -WILD * scatter * unit, WILD * scatter * unit), 1)
    # Of a square's corner from s on: what each row adds to the corner after it is its diagonal and twice what follows.
    later = np.tri(inverse.shape[1], k=-1).T
    corner = np.diagonal(inverse, axis1=1, axis2=2) + 2 * np.einsum("stu,tu->st", inverse, later)
    from_here = _from_here_on(spread, 1)
    variance = _from_here_on(corner, 1) - np.einsum("stu,stu->st", from_here, from_here)
    before = np.cumsum(known, axis=1) - known
    after = _from_here_on(known.astype(int), 1)
    enough = (before >= BEFORE) & (after >= AFTER) & known & (variance > 0)
    return np.where(enough, signal / np.sqrt(np.where(enough, variance, 1.0)) / scatter, np.nan)


def _from_here_on(values: np.ndarray, axis: int) -> np.ndarray:
    """Sum of each value and all later ones."""
    return np.flip(np.cumsum(np.flip(values, axis), axis), axis)


def newest_shifts(fit: Posterior, eligible: np.ndarray) -> list[tuple[int | None, int]]:
    """(district, first month of the new level) of the largest change in each eligible district that shows one.

    Where all changed at once, by the same share, that is one change of the city's: (None, month). It goes first, and
    needs several districts: of one alone it could not be told from its own.
    """
    districts = np.abs(np.nan_to_num(district_shift_scores(fit)))
    if len(districts) > 1 and eligible.any():
        city = np.abs(np.nan_to_num(city_shift_scores(fit)))
        month = int(np.argmax(city))
        if city[month] > max(OUTSIDE, districts[eligible].max()):
            return [(None, month)]
    found: list[tuple[int | None, int]] = []
    for district in np.flatnonzero(eligible):
        month = int(np.argmax(districts[district]))
        if districts[district, month] > OUTSIDE:
            found.append((int(district), month))
    return found
