"""From the candidates' means to the final forecast: one combination per crime type, with a distribution around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from forecasts.calendar import add_months
from forecasts.candidates import outside_breaks
from forecasts.intervals import LEVELS, with_quantiles
from forecasts.panel import SERIES, first_and_last_month
from forecasts.settings import EngineSettings
from forecasts.weights import available_weights, learn_weights, weighted_means

FINAL = "chian"
"""Name of the final forecast in column model."""
POOL = ["city", "crime_type"]
"""Series learn together within these: weights, and how far counts stray."""
ROW = [*SERIES, "origin", "month", "horizon"]
COLUMNS = [
    *ROW,
    "model",
    "method",
    "mean",
    "median",
    *[f"{side}_{level}" for level in LEVELS for side in ("lower", "upper")],
]


@dataclass(frozen=True)
class Combined:
    """One origin's final means, and those its weights would have given at earlier origins for months known since.

    Attributes:
        now: ROW columns, mean, method.
        past: ROW columns, mean, observed.
    """

    now: pl.DataFrame
    past: pl.DataFrame


def combine(
    panel: pl.DataFrame,
    candidate_means: pl.DataFrame,
    origins: Sequence[date],
    settings: EngineSettings,
    models: bool = False,
) -> pl.DataFrame:
    """One row per series, origin and month of the final forecast (model "chian"), sorted by these.

    Weights and dispersion at an origin come only from forecasts made before it for months known at it: its candidates'
    rows at the `settings.learning_reach` months before it, so give these with the others. Breaks that were over by the
    origin are no evidence either.

    Args:
        panel: a tidy panel.
        candidate_means: from `candidates.candidate_means`, for the origins and their learning origins.
        origins: the origins to forecast from.
        settings: the same the candidate means were made with.
        models: also give the candidates' own rows, with intervals made the same way; a candidate that failed has
            nulls and its reason in method.

    Returns:
        city, district, crime_type, origin, month, horizon, model, method, mean, median, lower_/upper_50/80/95.

    Raises:
        ValueError: there are no candidate means for one of the origins.
    """
    _refuse_missing_origins(panel, candidate_means, origins)
    parts = []
    for origin in sorted(set(origins)):
        wide = known_at(panel, candidate_means, origin, settings)
        combined = at_origin(wide, origin, settings)
        parts.append(with_quantiles(combined.now, combined.past, POOL, SERIES).with_columns(model=pl.lit(FINAL)))
        if models:
            parts += [_own_rows(wide, origin, name) for name in settings.candidates]
    return pl.concat([part.select(COLUMNS) for part in parts]).sort(*ROW, "model")


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


def known_at(
    panel: pl.DataFrame, candidate_means: pl.DataFrame, origin: date, settings: EngineSettings
) -> pl.DataFrame:
    """One row per series, origin and month: what may be used at this origin.

    Rows of earlier origins within reach have their month known by now; the origin's own rows have observed null.

    Returns:
        ROW columns, one column per candidate (mean), one per candidate and "note_", observed; sorted.
    """
    near = candidate_means.filter(
        pl.col("origin").is_between(add_months(origin, -settings.learning_reach), origin)
        & ((pl.col("month") <= origin) | (pl.col("origin") == origin))
    ).sort(*ROW, "model")
    wide = near.select(ROW).unique(maintain_order=True)
    for name in settings.candidates:
        own = near.filter(pl.col("model") == name).select(
            *ROW, pl.col("mean").alias(name), pl.col("note").alias(f"note_{name}")
        )
        wide = wide.join(own, on=ROW, how="left", validate="1:1", maintain_order="left")
    observed = outside_breaks(panel.filter(pl.col("month") <= origin), origin, settings)
    observed = observed.select(*SERIES, "month", observed="count")
    return wide.join(observed, on=[*SERIES, "month"], how="left", validate="m:1", maintain_order="left").sort(ROW)


def at_origin(wide: pl.DataFrame, origin: date, settings: EngineSettings) -> Combined:
    """The origin's combination, with weights per city and crime type learned from the rows that are known."""
    names = list(settings.candidates)
    pools = wide.select(POOL).unique(maintain_order=True).with_row_index("pool")
    number = wide.join(pools, on=POOL, how="left", maintain_order="left")["pool"].to_numpy()
    means = wide.select(pl.col(names).fill_null(float("nan"))).to_numpy()
    observed = wide["observed"].fill_null(float("nan")).to_numpy()
    learned = learn_weights(means, observed, number, pools.height)
    weights = available_weights(learned[number], means)
    final = wide.with_columns(mean=pl.Series(weighted_means(weights, means)))
    is_now = (wide["origin"] == origin).to_numpy()
    now = final.filter(pl.Series(is_now))
    methods = [_method(row, weight, names) for row, weight in zip(now.rows(named=True), weights[is_now], strict=True)]
    return Combined(
        now=now.select(*ROW, "mean").with_columns(method=pl.Series(methods, dtype=pl.String)),
        past=final.filter(pl.Series(~is_now)).select(*ROW, "mean", "observed"),
    )


def _method(row: dict[str, object], weights: np.ndarray, names: list[str]) -> str:
    """What was done in one row, in the words of column method."""
    notes = [row[f"note_{name}"] for name in names]
    values = {row[name] for name in names}
    if notes[0] is not None and len(values) == 1 and len(set(notes)) == 1:
        return str(notes[0])
    used = sorted((name for name in names if row[name] is not None), key=lambda name: -weights[names.index(name)])
    failed = [f"{name}: {row[f'note_{name}']}" for name in names if row[name] is None]
    if len(used) == 1:
        why = row[f"note_{used[0]}"] or "; ".join(failed)
        return f"{used[0].replace('_', ' ')} only" + (f": {why}" if why else "")
    parts = ", ".join(f"{name} {weights[names.index(name)]:.2f}" for name in used)
    return f"combination of {parts}" + (f" ({'; '.join(failed)})" if failed else "")


def _own_rows(wide: pl.DataFrame, origin: date, name: str) -> pl.DataFrame:
    """One candidate's rows at an origin, with intervals from its own past errors."""
    own = wide.select(*ROW, "observed", mean=pl.col(name), method=pl.col(f"note_{name}"))
    now = own.filter(pl.col("origin") == origin)
    past = own.filter((pl.col("origin") < origin) & pl.col("mean").is_not_null())
    made = now.filter(pl.col("mean").is_not_null()).with_columns(pl.col("method").fill_null(name))
    rows = with_quantiles(made.drop("observed"), past.select(*ROW, "mean", "observed"), POOL, SERIES)
    failed = (
        now.filter(pl.col("mean").is_null()).with_columns(method=pl.format("failed: {}", "method")).drop("observed")
    )
    return pl.concat([rows, failed], how="diagonal").with_columns(model=pl.lit(name))
