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
    """ln(T₁C₀ / T₀C₁) and its standard error, variance φ(1/T₁ + 1/T₀ + 1/C₁ + 1/C₀), φ/2 added to every count.

    Braga & Weisburd (2020), Journal of Quantitative Criminology 38:1 (relative incidence rate ratio). The mean of a
    count's logarithm lies below the logarithm of its mean: of X of mean m and variance φm, E ln(X + a) is
    ln m + a/m − φ/2m and terms of 1/m². So a = φ/2 takes the first of them away (½ of Poisson counts: Haldane 1956,
    Annals of Human Genetics 20:309), and the variance's 1/(X + φ/2) is as near to 1/m (Gart & Zweifel 1967, Biometrika
    54:181). Of no crimes before, nothing can be said: NaN.

    Args:
        treated: Counts before and after.
        control: Counts before and after.
        dispersion: φ.
    """
    some = (treated[0] > 0) & (control[0] > 0) & (control[1] > 0)
    (t0, t1), (c0, c1) = ((np.where(some, n, np.nan) + dispersion / 2 for n in pair) for pair in (treated, control))
    return np.log(t1 * c0 / (t0 * c1)), np.sqrt(dispersion * (1 / t1 + 1 / t0 + 1 / c1 + 1 / c0))
