"""When the engine has lost a series: errors that have kept to one side for too long.

Reference: Trigg (1964), Monitoring a forecasting system, Operational Research Quarterly 15, 271-274; Gorr & McKay
(2005), Application of tracking signals to detect time series pattern changes in crime mapping systems, in: Wang (ed.),
Geographic Information Systems and Crime Analysis, 171-182.
"""

from collections.abc import Callable

import numpy as np
import polars as pl

SMOOTHING = 0.2
"""β: how much the newest error counts, in the mean error and in the mean absolute error alike."""
LEAST_ERRORS = 6
"""Errors before there is a signal: of fewer, any two of one sign would be one."""
LOST = 0.766
"""Signal from which a series counts as lost: one false alarm a series in five years, simulated by `false_alarms`."""
YEARS = 5


def signals(errors: np.ndarray, smoothing: float = SMOOTHING) -> np.ndarray:
    """|E| / MAD after each error, along the last axis; between 0 and 1, NaN for the first few.

    E ← β e + (1 − β) E from 0, MAD ← β |e| + (1 − β) MAD from the first |e|. Where no error was ever made it is 0.
    """
    mean, size = np.zeros(errors.shape[:-1]), np.abs(errors[..., 0])
    made = np.full(errors.shape, np.nan)
    for step in range(errors.shape[-1]):
        error = errors[..., step]
        mean = smoothing * error + (1 - smoothing) * mean
        size = smoothing * np.abs(error) + (1 - smoothing) * size
        if step + 1 >= LEAST_ERRORS:
            made[..., step] = np.abs(mean) / np.where(size > 0, size, 1.0)
    return made


def tracking_signals(scores: pl.DataFrame) -> pl.DataFrame:
    """The rows with tracking_signal and lost: how far the errors one month ahead, up to that origin, lean to one side.

    Errors are observed − mean, whose expectation is 0 where the forecast is right, in order of origin; rows further
    ahead, and the first of a series, have nulls.

    Args:
        scores: district, crime_type, origin, horizon, mean, observed, and city where there are cities.
    """
    series = [name for name in ("city", "district", "crime_type") if name in scores.columns]
    near = scores.filter(pl.col("horizon") == 1).sort(*series, "origin")
    parts = []
    for _, rows in near.group_by(series, maintain_order=True):
        own = signals((rows["observed"] - rows["mean"]).to_numpy())
        parts.append(rows.select(*series, "origin", "horizon", tracking_signal=pl.Series(own).fill_nan(None)))
    kind = {name: scores.schema[name] for name in (*series, "origin", "horizon")}
    made = pl.concat(parts) if parts else pl.DataFrame(schema=kind | {"tracking_signal": pl.Float64})
    made = made.with_columns(lost=pl.col("tracking_signal") >= LOST)
    return scores.join(made, on=[*series, "origin", "horizon"], how="left", validate="1:1", maintain_order="left")


def false_alarms(errors: np.ndarray, threshold: float = LOST, smoothing: float = SMOOTHING) -> float:
    """Alarms in five years of months per series, along the last axis: how often the signal comes to the threshold.

    A signal that stays above it is one alarm.
    """
    above = signals(errors, smoothing)[..., LEAST_ERRORS - 1 :] >= threshold
    entered = above[..., 1:] & ~above[..., :-1]
    alarms = entered.sum() + above[..., 0].sum()
    return float(alarms / above.size * 12 * YEARS)


def delay(
    draw: Callable[[np.random.Generator, float], np.ndarray], expected: float, step: float, threshold: float = LOST
) -> np.ndarray:
    """Months from a change of level until each simulated series is lost, if the forecasts do not follow it.

    Args:
        draw: gives simulated months, series × months, of so many crimes expected a month.
        expected: crimes a month before the change, which the forecast goes on saying.
        step: relative change; 0.3 is 30 % more.
        threshold: signal from which a series counts as lost.

    Returns:
        Months for each series, infinite where it was never lost.
    """
    random = np.random.default_rng(1)
    before, after = draw(random, expected), draw(random, expected * (1 + step))
    above = signals(np.concatenate([before, after], axis=1) - expected)[:, before.shape[1] :] >= threshold
    return np.where(above.any(axis=1), above.argmax(axis=1) + 1.0, np.inf)
