"""How much each density is listened to, and how sharply: learned from where the last months' crimes then happened."""

import numpy as np

from forecasts.places.area import Vector

STEPS = 200
PRIOR = 20.0
"""Crimes the weights beforehand are worth: a month of three crimes must not choose among densities."""
POOL_PRIOR = 30.0
"""Precision of the pool's powers around (1, 0) beforehand: a standard deviation of 0.18."""
TRIALS, NEAR = 20, 1e-9


def mixture_weights(densities: Vector, crimes: Vector, before: Vector) -> Vector:
    """Weights of a mixture, adding up to 1 and all above 0, by expectation maximization.

    Each step lays every crime to the densities by how likely each made it, then takes as a weight the share of crimes
    laid to it, `PRIOR` crimes laid as beforehand among them.

    Reference: Dempster, Laird & Rubin (1977), Maximum likelihood from incomplete data via the EM algorithm, JRSS B
    39:1, section 4.3 (finite mixtures).

    Args:
        densities: places × densities: what each expected where, at the time.
        crimes: how many then happened there.
        before: weights before any is seen, all above 0, adding up to 1.
    """
    weights = before
    for _ in range(STEPS):
        told = densities @ weights
        laid = weights * (densities.T @ (crimes / told)) + PRIOR * before
        weights = laid / laid.sum()
    return weights


def pooled(logs: Vector, powers: Vector) -> Vector:
    """Shares of cells that are proportional to a product of powers of several shares; they add up to 1.

    Reference: Genest & Zidek (1986), Combining probability distributions, Statistical Science 1:114, section 3
    (logarithmic opinion pools).

    Args:
        logs: cells × shares, logarithms.
        powers: one for each.
    """
    told = logs @ powers
    made = np.exp(told - told.max())
    return np.asarray(made / made.sum())


def pool_powers(months: list[Vector], crimes: list[Vector], before: Vector) -> Vector:
    """Powers of a pool: the likeliest of those that are normal around the ones beforehand.

    Given a month's total, its crimes are multinomial with the pool's shares, a conditional logit whose logarithmic
    likelihood is concave: Newton's steps, halved until they gain, find its one maximum.

    Reference: McFadden (1974), Conditional logit analysis of qualitative choice behavior, in Frontiers in Econometrics.

    Args:
        months: cells × shares of each month, logarithms.
        crimes: of each cell in each month.
        before: powers beforehand.
    """

    def gain(powers: Vector) -> float:
        likely = sum(
            float(own @ (logs @ powers) - own.sum() * _log_total(logs @ powers))
            for logs, own in zip(months, crimes, strict=True)
        )
        return likely - POOL_PRIOR / 2 * float(((powers - before) ** 2).sum())

    powers, best = before, gain(before)
    for _ in range(TRIALS):
        step = _newton_step(months, crimes, powers, before)
        size = 1.0
        while (now := gain(powers + size * step)) < best and size > NEAR:
            size /= 2
        if now - best <= NEAR * abs(best):
            break
        powers, best = powers + size * step, now
    return powers


def _newton_step(months: list[Vector], crimes: list[Vector], powers: Vector, before: Vector) -> Vector:
    slope = -POOL_PRIOR * (powers - before)
    curve = POOL_PRIOR * np.eye(len(powers))
    for logs, own in zip(months, crimes, strict=True):
        shares = pooled(logs, powers)
        mean = shares @ logs
        slope = slope + own @ logs - own.sum() * mean
        apart = logs - mean
        curve = curve + own.sum() * (apart.T @ (shares[:, None] * apart))
    return np.asarray(np.linalg.solve(curve, slope))


def _log_total(told: Vector) -> float:
    highest = float(told.max())
    return highest + float(np.log(np.exp(told - highest).sum()))
