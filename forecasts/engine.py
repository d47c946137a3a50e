"""From the candidates' means and variances to the final forecast: calibrated, averaged quantile by quantile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from expectations.method import BAR, of_model, weighed
from expectations.months import add_months
from forecasts.candidates import POOL, outside_breaks
from forecasts.candidates import SCHEMA as CANDIDATE_SCHEMA
from forecasts.intervals import (
    LEVELS,
    PROBABILITIES,
    QUANTILES,
    count_quantiles,
    interval_losses,
    quick_quantiles,
    squared_errors,
    variance_factors,
    widened,
)
from forecasts.models import FORECASTERS
from forecasts.panel import SERIES, first_and_last_month
from forecasts.settings import EngineSettings
from forecasts.weights import available_weights, learn_weights, weighted

FINAL = "chian"
"""Name of the final forecast in column model."""
ROW = [*SERIES, "origin", "month", "horizon"]
SCHEMA = (
    {name: CANDIDATE_SCHEMA[name] for name in ROW}
    | {"model": pl.String, "method": pl.String}
    | dict.fromkeys(
        ["mean", "median", *[f"{side}_{level}" for level in LEVELS for side in ("lower", "upper")]], pl.Float64
    )
)
COLUMNS = list(SCHEMA)
TOLD_FROM = 0.1
"""Weight from which a candidate's note is worth a word in column method."""
FIELDS = ("mean", "variance", "shared", "note")
"""What is known of each candidate in a row; the wide frame has one column for each, such as variance_ets."""


def combine(
    panel: pl.DataFrame,
    candidate_means: pl.DataFrame,
    origins: Sequence[date],
    settings: EngineSettings,
    models: bool = False,
) -> pl.DataFrame:
    """One row per series, origin and month of the final forecast (model "chian"), sorted by these.

    Weights and spread at an origin come only from forecasts made before it for months known at it: its candidates'
    rows at the `settings.learning_reach` months before it, so give these with the others. Breaks that were over by the
    origin are no evidence either.

    Args:
        panel: a tidy panel.
        candidate_means: from `candidates.candidate_means`, for the origins and their learning origins.
        origins: the origins to forecast from.
        settings: the same the candidate means were made with.
        models: also give the candidates' own rows, calibrated the same way; a candidate that failed has nulls and its
            reason in method.

    Returns:
        city, district, crime_type, origin, month, horizon, model, method, mean, median, lower_/upper_50/80/95.

    Raises:
        ValueError: there are no candidate means for one of the origins.
    """
    _refuse_missing_origins(panel, candidate_means, origins)
    wide = side_by_side(candidate_means, settings)
    parts = []
    for origin in sorted(set(origins)):
        parts.append(at_origin(known_at(panel, wide, origin, settings), origin, settings, models=models))
    return pl.concat(parts).sort(*ROW, "model")


def _refuse_missing_origins(panel: pl.DataFrame, candidate_means: pl.DataFrame, origins: Sequence[date]) -> None:
    """Stop where an origin would silently have no forecast."""
    if not origins:
        raise ValueError("combine: no origins given; name at least one month to forecast from")
    missing = sorted(set(origins) - set(candidate_means["origin"]))
    if missing:
        raise ValueError(
            f"combine: no candidate means from {missing[0]:%Y-%m} ({len(missing)} origins like it); the panel begins "
            f"{first_and_last_month(panel)[0]:%Y-%m}: compute the candidates for every origin; ask none before"
        )


def side_by_side(candidate_means: pl.DataFrame, settings: EngineSettings) -> pl.DataFrame:
    """One row per series, origin and month, with columns mean_, variance_, shared_ and note_ of every candidate."""
    wide = candidate_means.select(ROW).unique().sort(ROW)
    for name in settings.candidates:
        own = candidate_means.filter(pl.col("model") == name)
        own = own.select(*ROW, *(pl.col(field).alias(f"{field}_{name}") for field in FIELDS))
        wide = wide.join(own, on=ROW, how="left", validate="1:1", maintain_order="left")
    return wide


def known_at(panel: pl.DataFrame, wide: pl.DataFrame, origin: date, settings: EngineSettings) -> pl.DataFrame:
    """The rows of `side_by_side` that may be used at this origin, with column observed, sorted.

    Rows of earlier origins within reach have their month known by now; the origin's own rows have observed null.
    """
    near = wide.filter(
        pl.col("origin").is_between(add_months(origin, -settings.learning_reach), origin)
        & ((pl.col("month") <= origin) | (pl.col("origin") == origin))
    )
    observed = outside_breaks(panel.filter(pl.col("month") <= origin), origin, settings)
    observed = observed.select(*SERIES, "month", observed="count")
    return near.join(observed, on=[*SERIES, "month"], how="left", validate="m:1", maintain_order="left").sort(ROW)


def at_origin(
    known: pl.DataFrame,
    origin: date,
    settings: EngineSettings,
    taught_by: Mapping[str, str] | None = None,
    models: bool = False,
) -> pl.DataFrame:
    """The origin's final rows and, where asked for, its candidates' own, with COLUMNS.

    Args:
        known: from `known_at`.
        origin: whose rows are wanted; the others are learned from.
        settings: names the candidates.
        taught_by: cities whose weights are those of another city's pool of the same crime type, where there is one.
        models: also give the candidates' own rows.
    """
    pools = {
        key: _calibrated(rows, origin, settings)
        for key, rows in sorted(known.partition_by(POOL, as_dict=True).items())
        if (rows["origin"] == origin).any()
    }
    learned = {key: _learned(pool, settings.horizon) for key, pool in pools.items()}
    parts = [pl.DataFrame(schema=SCHEMA)]
    for (city, crime_type), pool in pools.items():
        teacher = ((taught_by or {}).get(str(city), city), crime_type)
        weights = learned[teacher if teacher in pools and pools[teacher].has_past else (city, crime_type)]
        parts.append(_combined(pool, weights, settings))
        if models:
            parts += _apart(pool, settings)
    return pl.concat(parts)


@dataclass(frozen=True)
class _Calibrated:
    """A pool's rows at an origin as arrays, one row a forecast, one column a candidate.

    Attributes:
        rows: the rows themselves.
        is_now: which are the origin's own; the others are past.
        series: number of each one's series.
        horizon: months ahead of each.
        observed: the count of each one's month, NaN where it is unknown.
        mean: NaN where a candidate failed.
        variance: calibrated.
    """

    rows: pl.DataFrame
    is_now: np.ndarray
    series: np.ndarray
    horizon: np.ndarray
    observed: np.ndarray
    mean: np.ndarray
    variance: np.ndarray

    @property
    def has_past(self) -> bool:
        """Whether there is a past forecast whose month is known."""
        return bool((~self.is_now & ~np.isnan(self.observed)).any())


def _calibrated(rows: pl.DataFrame, origin: date, settings: EngineSettings) -> _Calibrated:
    """The pool with each candidate's variance drawn to what it has missed."""
    names = [f"{field}_{name}" for field in ("mean", "variance") for name in settings.candidates]
    told = rows.select(
        pl.col(*names, "observed").fill_null(float("nan")),
        "horizon",
        series=pl.col("district").rle_id(),  # a pool's rows are sorted by district
        is_now=pl.col("origin") == origin,
    )
    both = np.column_stack([told[name].to_numpy() for name in names])
    mean, variance = (np.ascontiguousarray(part) for part in np.split(both, 2, axis=1))
    observed, horizon, series, is_now = (told[name].to_numpy() for name in ("observed", "horizon", "series", "is_now"))
    districts = int(series.max()) + 1
    past = ~is_now
    errors = squared_errors(observed[past, None], mean[past], variance[past])
    for place in range(len(settings.candidates)):
        factor = variance_factors(errors[:, place], series[past], horizon[past], districts, settings.horizon)
        variance[:, place] *= factor[series, horizon - 1]
    return _Calibrated(rows, is_now, series, horizon, observed, mean, variance)


def _learned(pool: _Calibrated, horizons: int) -> np.ndarray:
    """Weights of the candidates from the pool's past forecasts, one row a horizon."""
    past = ~pool.is_now
    loss = interval_losses(quick_quantiles(pool.mean[past], pool.variance[past]), pool.observed[past, None])
    return learn_weights(loss, pool.horizon[past], horizons, len(np.unique(pool.series)))


def _quantiles_apart(pool: _Calibrated, factor: np.ndarray | float = 1.0) -> list[np.ndarray]:
    """Each candidate's quantiles of the origin's own rows, its variances multiplied first."""
    mean, variance = pool.mean[pool.is_now].T, pool.variance[pool.is_now].T
    quantiles = quantiles_of(mean.ravel(), (variance * factor).ravel())
    return list(quantiles.reshape(*mean.shape, -1))


def _combined(pool: _Calibrated, learned: np.ndarray, settings: EngineSettings) -> pl.DataFrame:
    """The pool's final rows: quantiles averaged by weight.

    What an average of candidates misses is not what they miss one by one, mostly less: their variances are calibrated
    once more by its own errors.
    """
    past, now = ~pool.is_now, pool.is_now
    weights = available_weights(learned[pool.horizon - 1], pool.mean)
    middle = weighted(weights, pool.mean)
    spread = weighted(weights, np.sqrt(pool.variance)) ** 2
    left = squared_errors(pool.observed[past], middle[past], spread[past])
    series = int(pool.series.max()) + 1
    factors = variance_factors(left, pool.series[past], pool.horizon[past], series, settings.horizon)
    factor = factors[pool.series[now], pool.horizon[now] - 1]
    together = np.sum(
        [
            np.nan_to_num(values) * weights[now, place, None]
            for place, values in enumerate(_quantiles_apart(pool, factor))
        ],
        axis=0,
    )
    rows = pool.rows.filter(pl.Series(now))
    told = [
        _method(row, weight, settings.candidates)
        for row, weight in zip(rows.rows(named=True), weights[now], strict=True)
    ]
    return forecast_rows(rows, FINAL, pl.Series(told, dtype=pl.String), middle[now], widened(together))


def _apart(pool: _Calibrated, settings: EngineSettings) -> list[pl.DataFrame]:
    """Each candidate's own rows."""
    rows = pool.rows.filter(pl.Series(pool.is_now))
    return [
        forecast_rows(rows, name, _own_method(rows, name), pool.mean[pool.is_now, place], values)
        for place, (name, values) in enumerate(zip(settings.candidates, _quantiles_apart(pool), strict=True))
    ]


def quantiles_of(mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Quantiles at PROBABILITIES of counts of these moments, NaN where there is no mean."""
    made = ~np.isnan(mean)
    quantiles = np.full((len(mean), len(PROBABILITIES)), np.nan)
    phi = variance[made] / np.maximum(mean[made], 1e-12)
    quantiles[made] = count_quantiles(mean[made], phi, PROBABILITIES)
    return quantiles


def forecast_rows(
    now: pl.DataFrame, model: str, method: pl.Series, mean: np.ndarray, quantiles: np.ndarray
) -> pl.DataFrame:
    """The rows in the columns of a forecast."""
    published = np.where(mean[:, None] > 0, np.maximum(quantiles, 0.0), np.where(np.isnan(mean), np.nan, 0.0)[:, None])
    values = {"mean": mean} | {name: published[:, place] for place, name in enumerate(QUANTILES)}
    filled = [pl.lit(pl.Series(name, column)).fill_nan(None) for name, column in values.items()]
    return now.select(*ROW, pl.lit(model).alias("model"), method.alias("method"), *filled)


def _own_method(now: pl.DataFrame, name: str) -> pl.Series:
    """A candidate's note, its name where it has none, or that it failed and why."""
    failed = pl.col(f"mean_{name}").is_null()
    note = pl.col(f"note_{name}")
    return now.select(pl.when(failed).then(pl.format("failed|{}", note)).otherwise(note.fill_null(name))).to_series()


def _method(row: dict[str, object], weights: np.ndarray, names: Sequence[str]) -> str:
    """What was done in one row, as `expectations.method` writes it."""
    told = [row[f"note_{name}"] for name in names]
    values = {row[f"mean_{name}"] for name in names}
    if told[0] is not None and len(values) == 1 and len(set(told)) == 1:
        return str(told[0])
    shares: dict[str, float] = {}
    said: dict[str, None] = {}
    for name, weight in zip(names, weights, strict=True):
        own, failed = row[f"note_{name}"], row[f"mean_{name}"] is None
        family = FORECASTERS[name].family
        if not failed:
            shares[family] = shares.get(family, 0.0) + float(weight)
        if own is not None and (failed or weight >= TOLD_FROM):
            said.update(dict.fromkeys(of_model(family, str(own))))
    return BAR.join([weighed(shares), *said])
