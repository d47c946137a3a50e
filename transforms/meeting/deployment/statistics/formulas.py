"""The two controlled estimators, as they were published."""

import numpy as np

from transforms.meeting.signals.dispersion import Vector


def weighted_displacement_difference(
    before: Vector,
    after: Vector,
    weights_before: Vector,
    weights_after: Vector,
    signs: Vector,
    dispersion: Vector | float,
) -> tuple[Vector, Vector]:
    """WDD and its standard error: Σ ± (n₁/w₁ − n₀/w₀), with variance φ Σ n/w².

    Wheeler & Ratcliffe (2018), Crime Science 7:11, the weights those of their section on areas and periods of unlike
    size; φ in place of their 1, for counts vary more than Poisson counts do.

    Args:
        before: Counts before, areas along the first axis.
        after: Counts after.
        weights_before: What each count before is divided by.
        weights_after: What each count after is divided by.
        signs: 1 of treated and displacement areas, −1 of their controls.
        dispersion: φ.
    """
    shape = (-1,) + (1,) * (np.ndim(before) - 1)
    change = after / weights_after - before / weights_before
    variance = (after / weights_after**2 + before / weights_before**2).sum(axis=0) * dispersion
    return (signs.reshape(shape) * change).sum(axis=0), np.sqrt(variance)


def log_rate_ratio(
    treated: tuple[Vector, Vector], control: tuple[Vector, Vector], dispersion: Vector | float
) -> tuple[Vector, Vector]:
    """ln(T₁C₀ / T₀C₁) and its standard error, variance φ(1/T₁ + 1/T₀ + 1/C₁ + 1/C₀).

    Braga & Weisburd (2020), Journal of Quantitative Criminology 38:1 (relative incidence rate ratio). Of no crimes
    after, half a one is taken (Haldane 1956); of none before, nothing can be said: NaN.

    Args:
        treated: Counts before and after.
        control: Counts before and after.
        dispersion: φ.
    """
    (t0, t1), (c0, c1) = treated, control
    t1 = np.where(t1 > 0, t1, 0.5)
    some = (t0 > 0) & (c0 > 0) & (c1 > 0)
    t0, c0, c1 = (np.where(some, n, np.nan) for n in (t0, c0, c1))
    return np.log(t1 * c0 / (t0 * c1)), np.sqrt(dispersion * (1 / t1 + 1 / t0 + 1 / c1 + 1 / c0))
