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
MOST_ALPHA = 1e6


class NotSettled(ValueError):
    """A regression whose steps do not end."""


@dataclass(frozen=True)
class Fit:
    """A negative binomial regression on doses, beside an effect of each area and of each month.

    Attributes:
        beta: Coefficients of the doses.
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
    doses = np.stack([dose, before]) / UNIT_HOURS
    if not _tells(doses):
        return None
    fit = negative_binomial(crimes, doses)
    both = np.ones(len(doses))
    return float(both @ fit.beta), float(np.sqrt(both @ fit.covariance @ both))


def _tells(doses: Vector) -> bool:
    """Whether doses differ from each other and from what areas and months have in common, and some counts are left."""
    _, areas, months = doses.shape
    if areas * months <= len(doses) + areas + months - 1:
        return False
    within = doses - doses.mean(axis=1, keepdims=True) - doses.mean(axis=2, keepdims=True)
    within += doses.mean(axis=(1, 2), keepdims=True)
    tolerance = CLOSE * float(np.abs(doses).max()) * np.sqrt(areas * months)
    return int(np.linalg.matrix_rank(within.reshape(len(doses), -1), tol=tolerance)) == len(doses)


def negative_binomial(counts: Vector, doses: Vector) -> Fit:
    """Coefficients by maximum likelihood given α; α where Pearson's statistic is its degrees of freedom.

    Breslow (1984), Applied Statistics 33:38: unlike α of maximum likelihood it allows for the many area effects. α is
    0, a Poisson regression, where counts vary no more than that.

    Args:
        counts: Areas × months, none of either without any.
        doses: Doses × areas × months, linearly independent beside the effects (`_tells`).

    Raises:
        NotSettled: Its steps do not end.
    """
    of, areas, months = doses.shape
    left = counts.size - (of + areas + months - 1)
    linear, alpha = _scored(counts, doses, 0.0, None), 0.0
    for _ in range(STEPS):
        wanted = _alpha(counts, np.exp(linear), left)
        linear = _scored(counts, doses, wanted, linear)
        if abs(wanted - alpha) < CLOSE * (1 + alpha):
            break
        alpha = wanted
    else:
        raise NotSettled(f"negative binomial regression of {counts.size} counts did not settle in {STEPS} rounds")
    mean = np.exp(linear)
    # At the maximum one more step changes nothing and has the coefficients and their information.
    beta, information, _ = _least_squares(mean / (1 + alpha * mean), linear + (counts - mean) / mean, doses)
    return Fit(beta, np.asarray(np.linalg.inv(information)[:of, :of], dtype=np.float64), alpha)


def _alpha(counts: Vector, mean: Vector, left: int) -> float:
    from scipy.optimize import brentq

    def over(alpha: float) -> float:
        return float(((counts - mean) ** 2 / (mean + alpha * mean**2)).sum() - left)

    if over(0.0) <= 0:
        return 0.0
    if over(MOST_ALPHA) > 0:
        raise NotSettled(f"no α up to {MOST_ALPHA:g} makes {counts.size} counts vary as they do")
    return float(brentq(over, 0.0, MOST_ALPHA, xtol=1e-12))


def _scored(counts: Vector, doses: Vector, alpha: float, linear: Vector | None) -> Vector:
    """Logarithms of the fitted means: Fisher scoring (McCullagh & Nelder 1989, 2.5)."""
    mean = counts + 0.5 if linear is None else np.exp(linear)
    found = linear
    for _ in range(STEPS):
        working = np.log(mean) + (counts - mean) / mean
        _, _, moved = _least_squares(mean / (1 + alpha * mean), working, doses)
        mean = np.exp(np.clip(moved, -30.0, 30.0))
        if found is not None and np.abs(moved - found).max() < CLOSE:
            return moved
        found = moved
    raise NotSettled(f"negative binomial regression of {counts.size} counts did not settle in {STEPS} steps")


def _least_squares(weight: Vector, working: Vector, doses: Vector) -> tuple[Vector, Vector, Vector]:
    """Weighted least squares on doses, areas and months: the doses' coefficients, information, and fitted values.

    Areas are eliminated (their block of the normal equations is diagonal), so that a named area of a thousand cells
    costs a matrix of months and doses, not one of cells: what is returned of the information is that of doses and
    months with areas accounted for, the doses first.

    Raises:
        NotSettled: The equations are singular.
    """
    of, months = len(doses), weight.shape[1]
    weighted = weight * doses
    by_area = np.column_stack([*weighted.sum(axis=2), weight[:, 1:]])
    own = weight.sum(axis=1)
    every = np.zeros((of + months - 1,) * 2)
    every[:of, :of] = np.einsum("jam,kam->jk", weighted, doses)
    every[:of, of:] = weighted.sum(axis=1)[:, 1:]
    every[of:, :of] = every[:of, of:].T
    every[of:, of:] = np.diag(weight.sum(axis=0)[1:])
    right = np.concatenate([(weighted * working).sum(axis=(1, 2)), (weight * working).sum(axis=0)[1:]])
    information = every - by_area.T @ (by_area / own[:, None])
    try:
        beta = np.linalg.solve(information, right - by_area.T @ ((weight * working).sum(axis=1) / own))
    except np.linalg.LinAlgError as error:
        raise NotSettled("the equations of a regression step are singular") from error
    linear = np.tensordot(beta[:of], doses, axes=1) + np.append(0.0, beta[of:])
    area = (weight * (working - linear)).sum(axis=1) / own
    return beta[:of], information, np.asarray(linear + area[:, None], dtype=np.float64)


def patrolled_units(hours: Mapping[str, float], units: Mapping[str, tuple[str, ...]]) -> dict[str, float]:
    """Hours of areas, each spread evenly over its units."""
    found: dict[str, float] = {}
    for area in sorted(hours):
        for unit in units[area]:
            found[unit] = found.get(unit, 0.0) + hours[area] / len(units[area])
    return found
