"""How the forecast errors of agencies go together."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from transforms.meeting.signals.compared import SPREAD_80

LEAST_ORIGINS = 6
"""Origins with errors of two agencies and more below which nothing is known: the widest interval stands."""
WHOLE = 1.0
_KEY = ("agency", "origin_month", "crime_type", "month")


@dataclass(frozen=True)
class Dependence:
    """The correlation of two agencies' errors at one horizon.

    Attributes:
        correlation: 0 to 1, one standard error above its estimate; 1 without evidence.
        origins: Origins it is estimated from.
    """

    correlation: float = WHOLE
    origins: int = 0


def standardised(scores: pl.DataFrame, forecast: pl.DataFrame) -> pl.DataFrame:
    """Errors of forecasts whose month has come, in standard deviations of their own 80 % interval.

    Args:
        scores: Agencies' rows of table `forecast_score`, with `agency`.
        forecast: Theirs of table `forecast`.

    Returns:
        agency, origin_month, crime_type, month, horizon, error.
    """
    bounds = forecast.select(*_KEY, "mean", width=pl.col("upper_80") - pl.col("lower_80"))
    return (
        scores.select(*_KEY, "horizon", "observed")
        .join(bounds, on=_KEY, how="inner")
        .filter(pl.col("width") > 0)
        .select(*_KEY, "horizon", error=(pl.col("observed") - pl.col("mean")) / (pl.col("width") / SPREAD_80))
        .sort(*_KEY)
    )


def dependence(errors: pl.DataFrame, horizon: int) -> Dependence:
    """The common correlation of two agencies' errors so many months ahead, with one standard error added.

    Of an origin c is the mean product of two different agencies' errors, ((Σz)² − Σz²) / n(n − 1), and s the mean
    square; the estimate is Σc / Σs over the origins. That is the moment estimator of one correlation for all pairs:
    Ledoit & Wolf (2004), Journal of Portfolio Management 30(4):110, the constant-correlation matrix, which the
    estimated one is shrunk to; with 18 agencies and 24 origins 153 correlations cannot be told apart. A shared bias
    counts as going together. Its standard error is the ratio estimator's over origins, with the autocovariances that
    errors `horizon` months ahead have by overlapping (Diebold & Mariano 1995, JBES 13:253). One is added because a
    correlation that is too small makes the sum's interval too narrow by far, and one that is too large a little wide.

    Args:
        errors: `standardised` of one crime type.
        horizon: Months ahead.
    """
    by_origin = (
        errors.filter(pl.col("horizon") == horizon)
        .group_by("origin_month")
        .agg(n=pl.len().cast(pl.Float64), total=pl.col("error").sum(), square=(pl.col("error") ** 2).sum())
        .filter(pl.col("n") > 1)
        .sort("origin_month")
    )
    n, total, square = (by_origin[name].to_numpy() for name in ("n", "total", "square"))
    if len(n) < LEAST_ORIGINS or square.sum() == 0:
        return Dependence()
    together, own = (total**2 - square) / (n * (n - 1)), square / n
    estimate = together.sum() / own.sum()
    left = (together - estimate * own) / own.mean()
    error = np.sqrt(_variance_of_mean(left, horizon))
    return Dependence(float(np.clip(estimate + error, 0.0, WHOLE)), len(n))


def _variance_of_mean(values: np.ndarray, horizon: int) -> float:
    """Of a series that is correlated with its `horizon` − 1 neighbours; never below that of one that is not."""
    centred, count = values - values.mean(), len(values)
    lagged = [float(centred[lag:] @ centred[: count - lag]) / count for lag in range(min(horizon, count))]
    return max(lagged[0] + 2 * sum(lagged[1:]), lagged[0]) / count
