"""Funnel plots of agencies against the nation: limits that know chance, and the usual differences between agencies."""

from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from expectations.contracts.ddl import conform, empty
from expectations.contracts.nation.nation_funnel import NATION_FUNNEL

Vector = NDArray[np.float64]

LEVELS = {"95": 0.95, "998": 0.998}
LEAST_AGENCIES = 5
"""Agencies below which the usual difference between them cannot be told from chance."""
WINSORISED = 0.1
"""Share of the z-scores on either side that is drawn in to its quantile, so that outliers do not widen the limits."""
WINSORISED_SQUARE = 0.6786546
"""Mean square of a standard normal variable drawn in so: (1 − 2q) − 2 z φ(z) + 2 q z², z its upper q-quantile."""
_COLUMNS = ("crime_type", "measure", "agency", "agency_name", "observed", "expected")


def nation_funnel(compared: pl.DataFrame, month: date) -> pl.DataFrame:
    """One row per crime type, measure and agency: contract `nation_funnel`.

    Args:
        compared: `by_residents` and `by_forecast`, together.
        month: The month published.
    """
    parts = []
    for _, part in compared.sort(_COLUMNS[:3]).group_by("crime_type", "measure", maintain_order=True):
        observed, expected = part["observed"].to_numpy(), part["expected"].to_numpy()
        if part.height > 1 and observed.sum() > 0 and expected.min() > 0:
            share = observed.sum() / expected.sum()
            parts.append(_judged(part.with_columns(expected=pl.Series(expected * share), month=month)))
    return conform(pl.concat(parts), NATION_FUNNEL) if parts else empty(NATION_FUNNEL)


def by_residents(crime_rate: pl.DataFrame, month: date) -> pl.DataFrame:
    """Crimes of the twelve months to `month` beside the residents: agencies' own rows of `crime_rate`."""
    told = crime_rate.filter(pl.col("month") == month)
    return _columns(told, "residents", pl.col("incidents"), pl.col("population"))


def by_forecast(crime_month: pl.DataFrame, forecast: pl.DataFrame, month: date) -> pl.DataFrame:
    """The month's crimes beside what was forecast a month before: agencies' own rows of both, with `agency`.

    An agency whose month lacks days or stations is left out: that it has few crimes says nothing of it.
    """
    key = ["agency", "crime_type", "month"]
    ahead = forecast.filter(pl.col("month") == month, pl.col("horizon") == 1).select(*key, "mean")
    told = crime_month.filter("complete").join(ahead, on=key, how="inner")
    return _columns(told, "forecast", pl.col("expected_final"), pl.col("mean"))


def _columns(told: pl.DataFrame, measure: str, observed: pl.Expr, expected: pl.Expr) -> pl.DataFrame:
    return told.with_columns(
        measure=pl.lit(measure),
        observed=pl.max_horizontal(observed.cast(pl.Float64), 0.0),
        expected=expected.cast(pl.Float64),
    ).select(_COLUMNS)


def _judged(part: pl.DataFrame) -> pl.DataFrame:
    observed, expected = part["observed"].to_numpy(), part["expected"].to_numpy()
    phi, between = overdispersion(observed, expected)
    ratio = observed / expected
    bounds = {name: limits(expected, level, between) for name, level in LEVELS.items()}
    position = np.full(len(ratio), "inside", dtype=object)
    for name, (low, high) in bounds.items():
        position[ratio > high], position[ratio < low] = f"above_{name}", f"below_{name}"
    columns = {f"{side}_{name}": two[at] for name, two in bounds.items() for at, side in enumerate(("lower", "upper"))}
    return part.with_columns(
        ratio=pl.Series(ratio),
        dispersion=pl.lit(phi, pl.Float64),
        between=pl.lit(between),
        position=pl.Series(position.tolist(), dtype=pl.String),
        **{name: pl.Series(values) for name, values in columns.items()},
    )


def overdispersion(observed: Vector, expected: Vector) -> tuple[float | None, float]:
    """φ and τ of ratios whose target is 1, on the scale of their square root; no φ of fewer than `LEAST_AGENCIES`.

    z = 2 (√O − √E), winsorised; φ is their mean square, and τ² = (Iφ − (I − 1)) / (Σw − Σw² / Σw) with w = 4 E where
    that is positive: the additive model, by DerSimonian and Laird's moments (Spiegelhalter 2005, Statistics in Medicine
    24:1185, section 4; 2005, Quality and Safety in Health Care 14:347, who prefers it to inflating all limits by √φ,
    for that would widen most where chance is largest). Other than there φ is divided by `WINSORISED_SQUARE`, what
    winsorising leaves of chance's own: else φ is 0.68 of what it is to tell, and twice as many lie outside the limits.

    Args:
        observed: O by agency.
        expected: E, above 0; they add up to O's sum.
    """
    count = len(observed)
    if count < LEAST_AGENCIES:
        return None, 0.0
    z = 2 * (np.sqrt(observed) - np.sqrt(expected))
    low, high = np.quantile(z, [WINSORISED, 1 - WINSORISED])
    phi = float(np.mean(np.clip(z, low, high) ** 2)) / WINSORISED_SQUARE
    weight = 4 * expected
    spare = float(weight.sum() - (weight**2).sum() / weight.sum())
    squared = (count * phi - (count - 1)) / spare
    return phi, float(np.sqrt(max(squared, 0.0)))


def limits(expected: Vector, level: float, between: float) -> tuple[Vector, Vector]:
    """Lower and upper limits of observed / expected where 1 is expected, that so many stay within by chance.

    Where agencies do not differ otherwise, exact Poisson limits (`exact_limits`); else (1 ± z √(1 / 4E + τ²))², normal
    on the square root's scale, which keeps the variance apart from the mean.

    Args:
        expected: E, above 0.
        level: 0.95 or 0.998.
        between: τ of √ratio.
    """
    if between == 0:
        return exact_limits(expected, (1 - level) / 2), exact_limits(expected, (1 + level) / 2)
    from scipy.special import ndtri

    reach = float(ndtri((1 + level) / 2)) * np.sqrt(0.25 / expected + between**2)
    return np.maximum(1 - reach, 0.0) ** 2, (1 + reach) ** 2


def exact_limits(expected: Vector, p: float) -> Vector:
    """The ratio below which a Poisson count stays with probability p, interpolated between counts.

    (r − α) / E with r the smallest count whose P(Y ≤ r) ≥ p and α = (P(Y ≤ r) − p) / P(Y = r); never below 0
    (Spiegelhalter 2005, Statistics in Medicine 24:1185, appendix A.1.1).

    Args:
        expected: E, above 0.
        p: 0 to 1.
    """
    from scipy.special import pdtr, pdtrik  # not scipy.stats, which takes seconds to import

    near = np.nan_to_num(np.ceil(pdtrik(p, expected)))
    one_less = np.maximum(near - 1, 0.0)
    r = np.where(pdtr(one_less, expected) >= p, one_less, near)
    to, below = pdtr(r, expected), np.where(r > 0, pdtr(np.maximum(r - 1, 0), expected), 0.0)
    return np.asarray(np.maximum(r - (to - p) / (to - below), 0.0) / expected)
