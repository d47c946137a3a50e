"""Rolling nowcasts: what the engine would have said of each month after its first days, seeing nothing later."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl

from expectations.months import LONGEST, add_months
from forecasts.backtest import origins_needed
from forecasts.candidates import POOL, Mapper, mapped_means
from forecasts.engine import combine
from forecasts.intervals import QUANTILES, variance_of
from forecasts.panel import SERIES, PanelError, as_given
from forecasts.running.days import last_whole_months, so_far, tidy_days, whole_months
from forecasts.running.update import Prior, dispersion_of_days, month_quantiles, next_month, quantiles_of, updated
from forecasts.settings import EngineSettings

DAYS = (0, 3, 10, 17, 24)
"""Days of the running month after which it is looked at; 0 is before its first."""
MONTHS = 24
"""Months that are over from which it is learned how the days cluster."""
HORIZONS = 2
"""Months told: the running one and the next."""
COLUMNS = [*SERIES, "month", "day", "horizon", "mean", *QUANTILES]


def nowcast(
    frame: pl.DataFrame,
    days: Sequence[int] = DAYS,
    months: int = MONTHS,
    settings: EngineSettings | None = None,
    mapper: Mapper = map,
) -> pl.DataFrame:
    """One row per series, day, horizon and month of the last whole months, sorted by these.

    Horizon 0 is the month that was running on that day, horizon 1 the one after it. On day 0 both are the engine's
    forecast from the month before, unchanged.

    Args:
        frame: any frame `tidy_days` accepts.
        days: counted days of the running month.
        months: how many target months; the last is the last whole one.
        settings: the engine's, or None for the defaults.
        mapper: maps a picklable function over frames in order (`map`, or a process pool's).

    Returns:
        city (where the days have it), district, crime_type, month (the one that is forecast), day, horizon, mean,
        median, lower_50, upper_50, lower_80, upper_80, lower_95, upper_95.

    Raises:
        PanelError: the days cannot be used or are too few, with one sentence why.
    """
    settings = settings or EngineSettings()
    settings = replace(settings, horizon=max(settings.horizon, HORIZONS))
    wrong = [day for day in days if not 0 <= day <= LONGEST]
    if wrong or not days or months < 1:
        raise PanelError(f"days {list(days)}, months {months}: expected days of 0 to {LONGEST}, and 1 month or more")
    tidy = tidy_days(frame)
    panel = whole_months(tidy)
    targets = last_whole_months(panel, months + 2)  # one to forecast from, one that the first target comes after
    running, scored = targets[1:], targets[2:]
    starts = _month_starts(panel, running, settings, mapper)
    parts = [_at_day(starts, tidy, panel, day) for day in sorted(set(days))]
    made = pl.concat(parts).filter(pl.col("month").is_in(scored))
    return as_given(made.select(COLUMNS).sort(*SERIES, "month", "day", "horizon"), tidy)


def _month_starts(
    panel: pl.DataFrame, running: Sequence[date], settings: EngineSettings, mapper: Mapper
) -> pl.DataFrame:
    """The engine's forecasts of each running month and the next, from the month before it."""
    origins = [add_months(month, -1) for month in running]
    means = mapped_means(panel, origins_needed(panel, origins, settings), settings, mapper)
    made = combine(panel, means, origins, settings).filter(pl.col("horizon") <= HORIZONS)
    return made.with_columns(
        pl.col("origin").dt.offset_by("1mo").alias("running"), (pl.col("horizon") - 1).alias("horizon")
    ).drop("model", "method", "origin")


def _at_day(starts: pl.DataFrame, days: pl.DataFrame, panel: pl.DataFrame, day: int) -> pl.DataFrame:
    """The month starts with what so many days change of them; unchanged where not all of them are known."""
    if day == 0:
        return starts.with_columns(pl.lit(0, pl.Int64).alias("day"))
    counted = so_far(days, day)
    past = counted.join(panel, on=[*SERIES, "month"], how="inner")
    parts = []
    for (city, crime_type, month), rows in starts.group_by(*POOL, "running", maintain_order=True):
        own = past.filter(
            pl.col("city") == city, pl.col("crime_type") == crime_type,
            pl.col("month").is_between(add_months(month, -MONTHS), add_months(month, -1)),
        )  # fmt: skip
        dispersion = dispersion_of_days(*(own[name].to_numpy() for name in ("so_far", "count", "share")))
        now = counted.filter(pl.col("month") == month).select(*SERIES, "so_far", "share")
        parts.append(_of_pool(rows.join(now, on=SERIES, how="left", maintain_order="left"), dispersion))
    return pl.concat(parts).with_columns(pl.lit(day, pl.Int64).alias("day"))


def _of_pool(rows: pl.DataFrame, dispersion: float) -> pl.DataFrame:
    """The rows of one running month and the next, of one pool, after so_far."""
    wide = rows.filter(pl.col("horizon") == 0).sort(SERIES)
    after = rows.filter(pl.col("horizon") == 1).sort(SERIES)
    known = wide["so_far"].is_not_null() & wide["mean"].is_not_null() & after["mean"].is_not_null()
    kept = [frame.drop("so_far", "share") for frame in (wide.filter(~known), after.filter(~known))]
    wide, after = wide.filter(known), after.filter(known)
    counts, share = wide["so_far"].to_numpy(), wide["share"].to_numpy()
    prior, later = _prior(wide), _prior(after)
    this = updated(prior, counts, share, dispersion)
    following = next_month(later, prior, this, dispersion)
    return pl.concat(
        [
            *kept,
            _told(wide, counts + this.rest_mean, month_quantiles(counts, this)),
            _told(after, following.mean, quantiles_of(following)),
        ]
    )


def _prior(rows: pl.DataFrame) -> Prior:
    mean = rows["mean"].to_numpy()
    return Prior(mean, variance_of(mean, rows.select(list(QUANTILES)).to_numpy()))


def _told(rows: pl.DataFrame, mean: np.ndarray, quantiles: np.ndarray) -> pl.DataFrame:
    """The rows with another mean and other quantiles, in their own columns."""
    values = {"mean": mean} | {name: quantiles[:, place] for place, name in enumerate(QUANTILES)}
    return rows.drop("so_far", "share").with_columns(pl.Series(name, column) for name, column in values.items())
