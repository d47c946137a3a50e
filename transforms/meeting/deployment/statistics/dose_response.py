"""Whether crimes go with hours of patrol, over all areas and months: negative binomial, area and month effects."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from transforms.meeting.signals.dispersion import Vector

LEAST_AREA_MONTHS = 24
"""Months of areas with patrol, of different hours, from which on anything is said."""
UNIT_HOURS = 10.0
"""Hours a month that the ratio is told for."""
STEPS = 100
CLOSE = 1e-9


class NotSettled(ValueError):
    """A regression whose steps do not end."""


@dataclass(frozen=True)
class Fit:
    """A negative binomial regression.

    Attributes:
        beta: Coefficients.
        covariance: Of these, α taken as known.
        alpha: α of the variance μ + α μ².
    """

    beta: Vector
    covariance: Vector
    alpha: float


def dose_response(counts: Vector, hours: Vector) -> tuple[float, float] | None:
    """Logarithm of the ratio of crimes at `UNIT_HOURS` more a month, this one and the one before, and its error.

    log μ = area + month + b₀ h(this month) + b₁ h(the month before); the ratio is that of both together. Areas and
    months without any crime tell nothing and are left out.

    Args:
        counts: Areas × months, consecutive.
        hours: The same of patrol.

    Returns:
        None where hours differ in too few months of areas.

    Raises:
        NotSettled: The regression's steps do not end.
    """
    dose, before, crimes = hours[:, 1:], hours[:, :-1], counts[:, 1:]
    patrolled = dose[dose > 0]
    if patrolled.size < LEAST_AREA_MONTHS or np.unique(patrolled).size < 2:  # noqa: PLR2004 - one value is no dose
        return None
    told = np.ix_(crimes.sum(axis=1) > 0, crimes.sum(axis=0) > 0)
    dose, before, crimes = dose[told], before[told], crimes[told]
    areas, months = crimes.shape
    effects = [np.repeat(np.eye(areas), months, axis=0), np.tile(np.eye(months)[:, 1:], (areas, 1))]
    design = np.column_stack([dose.ravel(), before.ravel(), *effects])
    design[:, :2] /= UNIT_HOURS
    if np.linalg.matrix_rank(design) < design.shape[1]:
        return None
    fit = negative_binomial(crimes.ravel(), design)
    both = np.zeros(design.shape[1])
    both[:2] = 1.0
    return float(both @ fit.beta), float(np.sqrt(both @ fit.covariance @ both))


def negative_binomial(counts: Vector, design: Vector) -> Fit:
    """Coefficients by maximum likelihood given α; α where Pearson's statistic is its degrees of freedom.

    Breslow (1984), Applied Statistics 33:38: unlike α of maximum likelihood it allows for the many area effects. α is
    0, a Poisson regression, where counts vary no more than that.

    Args:
        counts: An entry a row of the design.
        design: Of full column rank.

    Raises:
        NotSettled: Its steps do not end.
    """
    left = len(counts) - design.shape[1]
    beta, alpha = _scored(counts, design, 0.0, None), 0.0
    for _ in range(STEPS):
        mean = np.exp(design @ beta)
        wanted = _alpha(counts, mean, left)
        beta = _scored(counts, design, wanted, beta)
        if abs(wanted - alpha) < CLOSE * (1 + alpha):
            break
        alpha = wanted
    else:
        raise NotSettled(f"negative binomial regression of {len(counts)} counts did not settle in {STEPS} rounds")
    mean = np.exp(design @ beta)
    weight = mean / (1 + alpha * mean)
    covariance = np.linalg.inv(design.T @ (weight[:, None] * design))
    return Fit(beta, np.asarray(covariance, dtype=np.float64), alpha)


def _alpha(counts: Vector, mean: Vector, left: int) -> float:
    from scipy.optimize import brentq

    def over(alpha: float) -> float:
        return float(((counts - mean) ** 2 / (mean + alpha * mean**2)).sum() - left)

    return 0.0 if over(0.0) <= 0 else float(brentq(over, 0.0, 1e6, xtol=1e-12))


def _scored(counts: Vector, design: Vector, alpha: float, beta: Vector | None) -> Vector:
    """Fisher scoring (McCullagh & Nelder 1989, 2.5)."""
    mean = counts + 0.5 if beta is None else np.exp(design @ beta)
    found = beta
    for _ in range(STEPS):
        weight = mean / (1 + alpha * mean)
        working = np.log(mean) + (counts - mean) / mean
        information = design.T @ (weight[:, None] * design)
        moved = np.asarray(np.linalg.solve(information, design.T @ (weight * working)), dtype=np.float64)
        mean = np.exp(np.clip(design @ moved, -30.0, 30.0))
        if found is not None and np.abs(moved - found).max() < CLOSE:
            return moved
        found = moved
    raise NotSettled(f"negative binomial regression of {len(counts)} counts did not settle in {STEPS} steps")


def patrolled_units(hours: Mapping[str, float], units: Mapping[str, tuple[str, ...]]) -> dict[str, float]:
    """Hours of areas, each spread evenly over its units."""
    found: dict[str, float] = {}
    for area in sorted(hours):
        for unit in units[area]:
            found[unit] = found.get(unit, 0.0) + hours[area] / len(units[area])
    return found
