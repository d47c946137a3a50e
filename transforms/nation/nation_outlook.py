"""The nation's months ahead: sums of the agencies' forecasts, with intervals that know how their errors go together."""

import numpy as np
import polars as pl

from expectations.contracts.ddl import conform, empty
from expectations.contracts.nation.nation_outlook import NATION_OUTLOOK
from expectations.months import YEAR
from transforms.meeting.spans.interval import sum_bounds
from transforms.meeting.spans.total import BOUNDS, HALF_WIDTHS
from transforms.nation.dependence import Dependence, dependence, standardised

_QUANTITIES = ("mean", "median", *BOUNDS)


def nation_outlook(
    forecast: pl.DataFrame, scores: pl.DataFrame, crime_month: pl.DataFrame, month: pl.Expr
) -> pl.DataFrame:
    """One row per crime type and month forecast: contract `nation_outlook`.

    Means add up, so the nation's forecast is coherent with the agencies' as it stands (bottom-up: Hyndman &
    Athanasopoulos 2021, Forecasting: Principles and Practice, 11.2). How far the bounds reach is `sum_bounds`', by the
    agencies' `dependence` of that crime type and horizon; the median is the sum of the medians, within the 50 %
    interval.

    Args:
        forecast: The agencies' own rows of table `forecast`, with `agency`, of all origins.
        scores: Theirs of `forecast_score`.
        crime_month: Theirs of `crime_month`.
        month: The month published: the origin whose forecasts are added.
    """
    newest = forecast.filter(pl.col("origin_month") == month).sort("crime_type", "month", "agency")
    errors = standardised(scores, forecast)
    rows = []
    for (crime, target, horizon), part in newest.group_by("crime_type", "month", "horizon", maintain_order=True):
        known = dependence(errors.filter(pl.col("crime_type") == crime), int(str(horizon)))
        rows.append({"crime_type": crime, "month": target, "horizon": horizon, **_summed(part, known)})
    if not rows:
        return empty(NATION_OUTLOOK)
    return conform(_beside_last_year(pl.DataFrame(rows), newest, crime_month), NATION_OUTLOOK)


def _summed(part: pl.DataFrame, known: Dependence) -> dict[str, float | int]:
    values = {name: part[name].cast(pl.Float64).to_numpy() for name in _QUANTITIES}
    bounds = sum_bounds(values, known.correlation, HALF_WIDTHS)
    median = float(np.clip(values["median"].sum(), bounds["lower_50"], bounds["upper_50"]))
    return {
        "agencies": part.height,
        "mean": float(values["mean"].sum()),
        "median": median,
        **bounds,
        "correlation": known.correlation,
        "origins": known.origins,
    }


def _beside_last_year(rows: pl.DataFrame, newest: pl.DataFrame, crime_month: pl.DataFrame) -> pl.DataFrame:
    """With the same agencies' crimes of the same month a year before; empty where one of them has none."""
    before = crime_month.select(
        "agency", "crime_type", pl.col("month").dt.offset_by(f"{YEAR}mo"), same_month_last_year="incidents"
    )
    told = newest.select("agency", "crime_type", "month").join(before, on=["agency", "crime_type", "month"], how="left")
    count = pl.col("same_month_last_year")
    summed = told.group_by("crime_type", "month").agg(
        pl.when(count.null_count() == 0).then(count.sum()).otherwise(None)
    )
    return rows.join(summed, on=["crime_type", "month"], how="left")
