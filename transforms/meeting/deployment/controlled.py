"""Treated areas against untreated ones, before and after: for an entry, and for areas and periods without one."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from transforms.meeting.deployment.statistics.formulas import log_rate_ratio, weighted_displacement_difference
from transforms.meeting.deployment.statistics.weekly import MONTH, Flags, Weekly, months, varying
from transforms.meeting.signals.dispersion import Vector

RUN_UP = 12
"""Weeks before the first day that are no part of before: units go where these were high, and high weeks fall by
themselves (Ashenfelter 1978, Review of Economics and Statistics 60:47)."""
BEFORE = 52
"""Weeks before the run-up that the period is held against: a year, so that no season weighs more than another."""
LEAST_BEFORE = 26
"""Weeks that have to be left of these where the area had other deployments in some."""
ALIKE_MONTHS = 24
"""Months of four weeks in which controls have to have gone along."""
LIKE = (0.5, 2.0)
"""Level of a control over that of the area."""
CHOSEN_BY = 104
"""Weeks before that year by which controls are chosen: counts that choose them may not be those they are held against,
for units chosen by a high count fall by themselves (Galton 1886), and few crimes are mostly chance."""
LEAST_CONTROLS = 5
TREATED_BEFORE = 0.1
"""Share of a control's weeks before that may have had a deployment: that moves a comparison by under 2 %."""
PHI_MONTHS = 60
"""Months of four weeks φ rests on at the most."""
ESTIMATORS = ("wdd", "rate_ratio", "ring", "net")
BESIDE = ("ring", "net")
"""Those that count crimes of the areas beside."""


@dataclass(frozen=True)
class Sets:
    """Areas the same is asked of, as sets of units.

    Attributes:
        own: Areas × units: whether a unit is one of the area's.
        ring: Areas × units: whether it lies beside.
    """

    own: Flags
    ring: Flags

    def dispersion(self, weeks: Vector) -> dict[str, Vector]:
        """φ of the areas, of what lies beside them, and of both together, by the weeks of all units.

        Of every period it is learned from the weeks before it alone: of later ones it would hold what came of it.
        """
        monthly = months(weeks[:, -PHI_MONTHS * MONTH :])
        together = monthly.sum(axis=0)
        which = {"own": self.own, "ring": self.ring, "both": self.own | self.ring}
        return {name: varying(flags.astype(np.float64) @ monthly, together) for name, flags in which.items()}


@dataclass(frozen=True)
class Sums:
    """Counts before and after, by area.

    Attributes:
        own: Of the area.
        ring: Of those beside it.
        control: Of its controls together.
        weeks: Weeks of before.
        controls: How many controls there are; 0 where fewer than five could be.
    """

    own: tuple[Vector, Vector]
    ring: tuple[Vector, Vector]
    control: tuple[Vector, Vector]
    weeks: Vector
    controls: Vector


@dataclass(frozen=True)
class Difference:
    """An estimate by area; NaN where there is none.

    Attributes:
        observed: Crimes of the period.
        expected: Those expected of it.
        estimate: Observed less expected; the logarithm of their ratio in `rate_ratio`.
        error: Standard error of the estimate.
        others: Of its variance, what does not come from the crimes of the period.
        dispersion: φ.
    """

    observed: Vector
    expected: Vector
    estimate: Vector
    error: Vector
    others: Vector
    dispersion: Vector

    @property
    def z(self) -> Vector:
        """The estimate in standard errors; NaN where it has none."""
        return np.divide(self.estimate, self.error, out=np.full(self.error.shape, np.nan), where=self.error > 0)


def reaches_back(start: int) -> bool:
    """Whether a year lies before the run-up of a week."""
    return start >= RUN_UP + BEFORE


def chosen_by(start: int) -> slice:
    """Weeks by which controls for a period are chosen: up to two years before before; before itself where none are."""
    base = start - RUN_UP - BEFORE
    return (
        slice(max(base - CHOSEN_BY, 0), base) if base >= LEAST_BEFORE else slice(max(base, 0), max(start - RUN_UP, 0))
    )


def sums(weeks: Weekly, sets: Sets, start: int, length: int, busy: Flags, hands_off: Flags) -> Sums:
    """Counts of areas, rings and pooled controls in the year before a period and in it.

    Controls of an area are units without a deployment in the period, not beside it, of half to twice its level by unit:
    the more parallel half of them, at least five. Parallel is judged by months of four weeks, up to 24, as shares of
    their own sum, so that it says nothing of how the sum then moves: Σ(√p − √q)², which few crimes do not make unstable
    (Hellinger's distance). Both are looked at in the weeks before before (`chosen_by`), what is in the run-up nowhere.

    Args:
        weeks: The layer's.
        sets: Areas asked about.
        start: Week the period begins with; `reaches_back`.
        length: Weeks of the period.
        busy: Units × weeks with a deployment, of whatever entry.
        hands_off: Units that are no control of any area.
    """
    counts, ends = weeks.counts, start - RUN_UP
    base, period = slice(ends - BEFORE, ends), slice(start, start + length)
    own, ring = sets.own.astype(np.float64), (sets.ring & ~busy[:, period].any(axis=1)).astype(np.float64)
    kept = 1.0 - ((own @ busy[:, base].astype(np.float64)) > 0)
    lasted = kept.sum(axis=1)
    before = kept @ counts[:, base].T
    own_before = (before * own).sum(axis=1)
    free = ~busy[:, period].any(axis=1) & (busy[:, base].mean(axis=1) <= TREATED_BEFORE) & ~hands_off
    earlier = counts[:, chosen_by(start)]
    unit = earlier.sum(axis=1)[None, :]
    level = (own @ earlier.sum(axis=1) / own.sum(axis=1))[:, None]
    like = (unit >= LIKE[0] * level) & (unit <= LIKE[1] * level) & (unit > 0) & (level > 0)
    fit = free & like & ~sets.own & ~sets.ring & (lasted >= LEAST_BEFORE)[:, None]
    chosen, controls = _most_parallel(_distance(own @ earlier, earlier), fit)
    after = counts[:, period].sum(axis=1)
    return Sums(
        own=(own_before, own @ after),
        ring=((before * ring).sum(axis=1), ring @ after),
        control=((before * chosen).sum(axis=1), chosen @ after),
        weeks=lasted,
        controls=controls,
    )


def _distance(areas: Vector, units: Vector) -> Vector:
    """Areas × units: how far apart the months of each are, as shares of their sum."""
    roots = []
    for rows in (areas, units):
        found = months(rows)[:, -ALIKE_MONTHS:]
        total = found.sum(axis=1, keepdims=True)
        roots.append(np.sqrt(np.divide(found, total, out=np.zeros_like(found), where=total > 0)))
    return np.asarray(2.0 - 2.0 * roots[0] @ roots[1].T, dtype=np.float64)


def _most_parallel(distance: Vector, fit: Flags) -> tuple[Vector, Vector]:
    """Areas × units: 1 where a unit is a control; and how many each area has."""
    can = fit.sum(axis=1)
    wanted = np.where(can >= LEAST_CONTROLS, np.maximum(LEAST_CONTROLS, -(-can // 2)), 0)
    chosen, far = np.zeros(fit.shape), np.round(distance, 12)
    for row in np.flatnonzero(wanted):
        units = fit[row].nonzero()[0]
        chosen[row, units[np.argsort(far[row, units], kind="stable")[: wanted[row]]]] = 1.0
    return chosen, wanted


def differences(found: Sums, dispersion: Mapping[str, Vector], length: int) -> dict[str, Difference]:
    """By estimator, the estimates of all areas, in crimes of the period.

    Controls are brought to the area's level by their counts before (w of a control is C₀/T₀ times the area's), so that
    a season they share cancels whatever their level; WDD's variance is then that of T₁ − T₀C₁/C₀ by the delta method.

    Args:
        found: Counts before and after.
        dispersion: φ, by area.
        length: Weeks of the period.
    """
    both = (found.own[0] + found.ring[0], found.own[1] + found.ring[1])
    exposure = np.divide(length, found.weeks, out=np.full(found.weeks.shape, np.nan), where=found.weeks > 0)
    own = _wdd(found.own, found.control, exposure, dispersion["own"])
    return {
        "wdd": own,
        "rate_ratio": _ratio(found, own, dispersion["own"]),
        "ring": _wdd(found.ring, found.control, exposure, dispersion["ring"]),
        "net": _wdd(both, found.control, exposure, dispersion["both"]),
    }


def _wdd(area: tuple[Vector, Vector], control: tuple[Vector, Vector], exposure: Vector, phi: Vector) -> Difference:
    some = (area[0] > 0) & (control[0] > 0)
    (a0, a1), (c0, c1) = ((np.where(some, n, np.nan) for n in pair) for pair in (area, control))
    scale = c0 / a0
    before, after = np.stack([a0, c0]), np.stack([a1, c1])
    weights = np.stack([np.ones_like(scale), scale])
    estimate, error = weighted_displacement_difference(
        before, after, weights / exposure, weights, np.array([1.0, -1.0]), phi
    )
    return Difference(
        observed=np.where(some, a1, np.nan),
        expected=c1 / scale,
        estimate=estimate,
        error=error,
        others=np.maximum(error**2 - phi * a1, 0.0),
        dispersion=phi,
    )


def _ratio(found: Sums, own: Difference, phi: Vector) -> Difference:
    estimate, error = log_rate_ratio(found.own, found.control, phi)
    others = np.maximum(error**2 - phi / (found.own[1] + phi / 2), 0.0)
    return Difference(own.observed, own.expected, estimate, error, others, phi)


def earlier_starts(start: int, length: int, most: int) -> list[int]:
    """Weeks that the periods before begin with, newest first: each as long, none of them in another."""
    return [week for back in range(1, most + 1) if reaches_back(week := start - back * length)]
