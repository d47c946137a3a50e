"""How much each candidate is listened to, from what it was worth out of sample."""

import numpy as np

POWER = 10.0
"""How sharply weights follow skill: a candidate 7 % worse than another has half its weight. Candidates whose scores are
near each other share; one that has lost its series is hardly heard."""
PRIOR_ORIGINS = 3.0
"""Origins of equal skill every candidate is credited with beforehand: differences of short records are mostly luck."""
HORIZON_SHARE = 0.5
"""How much a horizon's weights follow its own losses rather than those of all horizons together."""


def learn_weights(loss: np.ndarray, horizon: np.ndarray, horizons: int, series: int) -> np.ndarray:
    """One pool's weights: one row per horizon, one column per candidate, each row adding up to one.

    A candidate's skill is its loss over the baseline's on the same forecasts; its weight is proportional to
    skill^−POWER.

    Args:
        loss: weighted interval scores of past forecasts, one column per candidate, NaN where it failed or the count is
            unknown; the baseline is the first column.
        horizon: months ahead of each row, 1 … horizons.
        horizons: how many there are.
        series: how many series the pool has; a month of all of them is one piece of evidence, since they err together.

    Reference: Bates & Granger (1969), The combination of forecasts, Operational Research Quarterly 20, 451-468;
    shrinkage towards equal weights: Timmermann (2006), Handbook of Economic Forecasting 1, section 6.
    """
    skill = _skill(loss, series * horizons)
    weights = np.empty((horizons, loss.shape[1]))
    for step in range(horizons):
        own = _skill(loss[horizon == step + 1], series)
        weights[step] = (HORIZON_SHARE * own + (1 - HORIZON_SHARE) * skill) ** -POWER
    return weights / weights.sum(axis=1, keepdims=True)


def _skill(loss: np.ndarray, rows_an_origin: int) -> np.ndarray:
    """Each candidate's loss over the baseline's, drawn to the candidates' mean."""
    both = ~np.isnan(loss) & ~np.isnan(loss[:, :1])
    own = np.where(both, loss, 0.0).sum(axis=0)
    baseline = np.where(both, loss[:, :1], 0.0).sum(axis=0)
    told = baseline > 0
    if not told.any():
        return np.ones(loss.shape[1])
    ratio = np.where(told, own / np.where(told, baseline, 1.0), np.nan)
    common = float(np.nanmean(ratio))
    origins = both.sum(axis=0) / rows_an_origin
    drawn = (origins * np.where(told, ratio, common) + PRIOR_ORIGINS * common) / (origins + PRIOR_ORIGINS)
    return np.maximum(drawn, 1e-6)


def available_weights(weights: np.ndarray, means: np.ndarray) -> np.ndarray:
    """Each row's weights over the candidates that have a mean there, adding up to one; 0 for those that failed."""
    kept = np.where(np.isnan(means), 0.0, weights)
    return kept / kept.sum(axis=1, keepdims=True)


def weighted(weights: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Each row's combination of means; where all candidates agree it is exactly what they say."""
    total = np.sum(np.where(np.isnan(values), 0.0, values) * weights, axis=1)
    return np.clip(total, np.nanmin(values, axis=1), np.nanmax(values, axis=1))
