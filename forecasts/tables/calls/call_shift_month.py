"""Table `call_shift_month`: next month's calls of a shift together, beside last month and the same month last year."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from expectations.contracts.ddl import conform, empty
from expectations.contracts.demand.call_shift_month import CALL_SHIFT_MONTH
from expectations.months import YEAR, add_months
from forecasts.demand.districts import Level
from forecasts.demand.spans import WHOLE_DAY, Span
from forecasts.demand.spread import Spread
from forecasts.intervals import QUANTILES, variance_of

LEAST_CALLS = 30
"""Calls of an earlier month below which no change from it is told."""
PRIOR_SUMS = 30.0
"""District months of a shift by which its sums are believed to stray as the whole month does."""
LEARNED_MONTHS = 12


def call_shift_month(
    ahead: Sequence[tuple[Level, np.ndarray]],
    spans: Sequence[Span],
    monthly: pl.DataFrame,
    labels: pl.DataFrame,
    month: date,
) -> pl.DataFrame:
    """One row per district, class and span (shifts, whole day) of the month after the run's.

    The sum of a span's days strays with the month: variance f(μ + rμ²), r the month's own (V − M)/M². f is 1 for whole
    days; of a shift it is how far such sums of the last twelve months strayed, 30 of f = 1 added (as
    `intervals.variance_factors` draws a pool's to 1).

    Args:
        ahead: each level and its expected hours, special days counted in.
        spans: shifts and whole day.
        monthly: the run's origin: district, urgency_class, month, horizon, mean and bounds.
        labels: district, district_name, level, parent.
        month: the run's.
    """
    rows: list[dict[str, Any]] = []
    own = monthly.filter(pl.col("horizon") == 1)
    rates = _rate_spreads(own)
    for level, hours in ahead:
        for span in spans:
            means = span.sums(hours).sum(axis=(1, 2))
            strays = _strays(level, span, month, rates)
            earlier = [_counted(level, span, at) for at in (month, add_months(month, 1 - YEAR))]
            for series, (district, name) in enumerate(level.keys):
                if np.isnan(means[series]):
                    continue
                spread = Spread(strays[name], strays[name] * rates[(district, name)])
                quantiles = spread.quantiles(means[series : series + 1])[0]
                row = {"district": district, "urgency_class": name, "shift": span.code, "month": add_months(month, 1)}
                row |= {"mean": float(means[series])} | dict(zip(QUANTILES, quantiles.tolist(), strict=True))
                per_day = float(means[series]) / (hours.shape[1] - 1)
                for which, (calls, days) in zip(("last_month", "last_year"), earlier, strict=True):
                    row |= _beside(which, calls[series], int(days[series]), per_day)
                rows.append(row)
    if not rows:
        return empty(CALL_SHIFT_MONTH)
    return conform(
        pl.DataFrame(rows, infer_schema_length=None).join(labels, on="district", how="left"), CALL_SHIFT_MONTH
    )


def _rate_spreads(monthly: pl.DataFrame) -> dict[tuple[str, str], float]:
    """R of each series: squared coefficient of variation of its month beyond chance."""
    mean = monthly["mean"].to_numpy().astype(float)
    variance = variance_of(mean, monthly.select(list(QUANTILES)).to_numpy().astype(float))
    rate = np.maximum(variance - mean, 0.0) / np.maximum(mean, 1e-9) ** 2
    return dict(zip(monthly.select("district", "urgency_class").iter_rows(), rate.tolist(), strict=True))


def _strays(level: Level, span: Span, month: date, rates: dict[tuple[str, str], float]) -> dict[str, float]:
    """F by class; 1 for whole days, which stray as the month's forecast says."""
    if span.code == WHOLE_DAY:
        return dict.fromkeys({key[1] for key in level.keys}, 1.0)
    errors: dict[str, list[float]] = {key[1]: [] for key in level.keys}
    for mean, count in level.past(add_months(month, 1), LEARNED_MONTHS):
        told, counted = span.sums(mean)[:, :, 0], span.sums(count)[:, :, 0]
        known = ~np.isnan(counted) & ~np.isnan(told)
        for series, key in enumerate(level.keys):
            expected = float(told[series, known[series]].sum())
            if expected > 0:
                miss = float(counted[series, known[series]].sum()) - expected
                errors[key[1]].append(miss**2 / (expected + rates.get(key, 0.0) * expected**2))
    return {name: (sum(told) + PRIOR_SUMS) / (len(told) + PRIOR_SUMS) for name, told in errors.items()}


def _counted(level: Level, span: Span, month: date) -> tuple[np.ndarray, np.ndarray]:
    """Calls of a month's spans, and days whose whole span is known, by series."""
    counts = span.sums(level.rolling.counts(month))[:, :, 0]
    known = ~np.isnan(counts)
    return np.where(known, counts, 0.0).sum(axis=1), known.sum(axis=1)


def _beside(which: str, calls: float, days: int, per_day: float) -> dict[str, Any]:
    """An earlier month's calls and days, and the change per day from it."""
    name = "last_month" if which == "last_month" else "same_month_last_year"
    change = per_day / (calls / days) - 1 if days and calls >= LEAST_CALLS else None
    return {name: int(calls) if days else None, f"{name}_days": days, f"per_day_change_{which}": change}
