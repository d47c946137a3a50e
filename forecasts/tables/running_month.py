"""Table `running_month`: what the month still running, and those after it, will come to, from its days so far."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from expectations.method import BAR, note
from expectations.months import last_of_month
from forecasts.intervals import QUANTILES, variance_of
from forecasts.reporting.completeness import Reported
from forecasts.running.update import (
    Prior,
    Updated,
    dispersion_of_days,
    month_quantiles,
    next_month,
    quantiles_of,
    updated,
)

KEYS = ["district", "crime_type"]
QUIET = 0.01
"""Probability from which on a district without a row had nothing happen; below it, nothing of it has come."""
MADE = {
    "district": pl.String,
    "crime_type": pl.String,
    "month": pl.Date,
    "through": pl.Date,
    "days": pl.Int64,
    "counted": pl.Int64,
    "completeness": pl.Float64,
    "mean": pl.Float64,
    **dict.fromkeys(QUANTILES, pl.Float64),
    "method": pl.String,
}


@dataclass(frozen=True)
class _Share:
    """What share of the month its days so far are, as far as they are reported, and its relative standard error."""

    share: float
    unsure: float


@dataclass(frozen=True)
class _Level:
    """One crime type's districts of one level; arrays by district.

    Attributes:
        rows: district, parent, siblings (how many of the parent's children are forecast), so_far, method.
        dispersion: φ of the days.
        prior: Of the running month.
        this: Of the running month, its days seen.
    """

    rows: pl.DataFrame
    dispersion: float
    prior: Prior
    this: Updated


def running_month(
    forecast: pl.DataFrame,
    first_days: pl.DataFrame,
    reported: Mapping[str, Reported],
    *,
    by_recording: bool = False,
) -> pl.DataFrame:
    """One row per district, crime type and month: the one still running, and those after it that are forecast.

    The forecast from before the month is what is believed beforehand, the days so far are evidence (`running.update`).
    Each level is updated by its own counts; what is still to come of the children is then scaled to add up to their
    parent's, by the same factor for all siblings. A district that is not counted, or not forecast, has no row; nor has
    any above it, whose count lacks its crimes.

    Args:
        forecast: the run's own origin: district, parent, level, crime_type, month, method, mean and quantiles.
        first_days: district, level, crime_type, month, through, days, so_far, incidents: of the running month
            (incidents null) and up to 24 whole months before it.
        reported: by crime type, the share of each counted day's final count that is reported, and how unsure that is;
            all of it of a type that is not there.
        by_recording: whether days are those of recording while months are those of the crimes: what share of a month
            its first days have is then what they had of earlier ones.

    Returns:
        district, crime_type, month, through, days, counted, completeness, mean, median, lower_/upper_50/80/95, method;
        sorted by the first three. Of the months after the running one days is 0, counted and completeness are null.
    """
    running = first_days.filter(pl.col("incidents").is_null())
    if running.is_empty() or forecast.is_empty():
        return pl.DataFrame(schema=MADE)
    month: date = running["month"][0]
    length = pl.col("month").dt.month_end().dt.day()
    past = first_days.filter(pl.col("month") < month).with_columns(share=pl.col("days") / length)
    parts = [pl.DataFrame(schema=MADE)]
    told = _with_quiet(forecast, running)
    for (crime_type,), own in sorted(told.partition_by("crime_type", as_dict=True).items()):
        now, before = running.filter(crime_type=crime_type), past.filter(crime_type=crime_type)
        if now.height:
            days = now["days"][0]
            seen = reported.get(str(crime_type), Reported(np.ones(days)))
            complete = float(seen.share.mean())
            share = _Share(complete * days / last_of_month(month).day, seen.unsure)
            if by_recording:
                before = _as_recorded(before)
                share = _Share(float(before["share"][-1]), 0.0) if before.height else share
            parts += _of_type(own, now, before, complete, share)
    return pl.concat(parts).sort(*KEYS, "month")


def _with_quiet(forecast: pl.DataFrame, running: pl.DataFrame) -> pl.DataFrame:
    """The forecasts with what is counted of each district: so_far, null of one that nothing has come of.

    Districts of a level that the running month's source does not name are left out: of them there is nothing to say. A
    district without a row that is so small that this is no surprise (Poisson, of all that is forecast of it) has 0.
    """
    month, days = running.select("month", "days").row(0)
    levels = running["level"].unique().to_list()
    counted = running.select("district", "crime_type", "so_far")
    told = forecast.filter(pl.col("level").is_in(levels)).join(counted, on=KEYS, how="left", maintain_order="left")
    whole = pl.col("mean").filter(pl.col("month") == month).sum().over("district")
    none = pl.col("so_far").is_null().all().over("district")
    is_quiet = none & ((-whole * days / last_of_month(month).day).exp() >= QUIET)
    return told.with_columns(so_far=pl.when(is_quiet).then(0).otherwise("so_far"))


def _as_recorded(past: pl.DataFrame) -> pl.DataFrame:
    """The months with the share of them that their first days really had, all districts together, in the end's place.

    Where a day is the one of recording and a month the one of the crime, the last days' crimes come in the next month:
    a month's first days have far less of it than they are of its length.
    """
    top = past.filter(pl.col("level") == past["level"][0]) if past.height else past
    total = float(top["incidents"].sum())
    return past.with_columns(share=pl.lit(float(top["so_far"].sum()) / total if total > 0 else 0.0))


def _of_type(
    own: pl.DataFrame, now: pl.DataFrame, past: pl.DataFrame, complete: float, share: _Share
) -> list[pl.DataFrame]:
    """Frames of one crime type, from the top level down."""
    month, through, days = now.select("month", "through", "days").row(0)
    joined = _whole(own.filter(pl.col("month") == month))
    after = {at: own.filter(pl.col("month") == at) for at in sorted(own["month"].unique()) if at > month}
    rest: dict[str, float] = {}
    means: dict[date, dict[str, float]] = {at: {} for at in after}
    made = []
    for rows in _from_the_top(joined):
        level = _scaled(_level(rows, past, share), rest)
        rest |= dict(zip(level.rows["district"], level.this.rest_mean.tolist(), strict=True))
        made.append(_running_rows(level, month, through, days, complete))
        for at, later in after.items():
            rows_then, moved = _later(level, later, means[at])
            means[at] |= dict(zip(rows_then["district"], moved.mean.tolist(), strict=True))
            made.append(_later_rows(rows_then, moved, at, through))
    return made


def _whole(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows that are counted, and with them all that is forecast below them."""
    lacking = set(rows.filter(pl.col("so_far").is_null())["district"])
    parent: dict[str, str | None] = dict(rows.select("district", "parent").iter_rows())
    for district in sorted(lacking):
        above = parent[district]
        while above is not None:
            lacking.add(above)
            above = parent.get(above)
    return _with_siblings(rows).filter(~pl.col("district").is_in(sorted(lacking)))


def _with_siblings(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(siblings=pl.len().over("parent"))


def _from_the_top(rows: pl.DataFrame) -> list[pl.DataFrame]:
    """The rows by level: those whose parent has none, then their children, and so on."""
    levels, left = [], rows.sort("district")
    while left.height:
        is_top = ~pl.col("parent").is_in(left["district"].implode()) | pl.col("parent").is_null()
        levels.append(left.filter(is_top))
        left = left.filter(~is_top)
    return levels


def _level(rows: pl.DataFrame, past: pl.DataFrame, share: _Share) -> _Level:
    """The level's own counts met with its forecasts."""
    seen = past.join(rows.select("district"), on="district", how="semi").sort("district", "month")
    shares = seen["share"].to_numpy()
    so_far, whole = (seen[name].to_numpy().astype(float) for name in ("so_far", "incidents"))
    dispersion = dispersion_of_days(so_far, whole, shares)
    prior = _prior(rows)
    counted = _counted(rows)
    shares = np.full(len(counted), share.share)
    return _Level(rows, dispersion, prior, updated(prior, counted, shares, dispersion, share.unsure))


def _counted(rows: pl.DataFrame) -> np.ndarray:
    """What the days so far have; 0 where reversals of earlier crimes exceed their own, for a month cannot end below."""
    return np.maximum(rows["so_far"].to_numpy().astype(float), 0.0)


def _prior(rows: pl.DataFrame) -> Prior:
    mean = rows["mean"].to_numpy()
    return Prior(mean, variance_of(mean, rows.select(list(QUANTILES)).to_numpy()))


def _scaled(level: _Level, above: Mapping[str, float]) -> _Level:
    """What is to come of siblings, scaled to add up to their parent's where all of them are counted."""
    factor = _factors(level.rows, level.this.rest_mean, above)
    this = level.this
    scaled = Updated(this.rate * factor, this.shape, this.rest_mean * factor, this.rest_variance * factor**2)
    return replace(level, this=scaled)


def _factors(rows: pl.DataFrame, means: np.ndarray, above: Mapping[str, float]) -> np.ndarray:
    """What makes the means of siblings add up to what their parent is said to have; 1 where one of them is missing."""
    sums = rows.select("parent", "siblings").with_columns(pl.Series("mean", means))
    sums = sums.with_columns(pl.col("mean").sum().over("parent"), there=pl.len().over("parent"))
    return np.array(
        [
            above[parent] / total if parent in above and there == siblings and total > 0 else 1.0
            for parent, siblings, total, there in sums.iter_rows()
        ]
    )


def _running_rows(level: _Level, month: date, through: date, days: int, complete: float) -> pl.DataFrame:
    """The level's rows of the running month."""
    counted = _counted(level.rows)
    told = note("running", days, last_of_month(month).day, f"{complete:.0%}", f"{level.dispersion:.2f}")
    return (
        _rows(level.rows, counted + level.this.rest_mean, month_quantiles(counted, level.this), told)
        .with_columns(
            month=pl.lit(month),
            through=pl.lit(through),
            days=pl.lit(days, pl.Int64),
            counted=pl.col("so_far"),
            completeness=pl.lit(complete),
        )
        .select(list(MADE))
    )


def _later(level: _Level, later: pl.DataFrame, above: Mapping[str, float]) -> tuple[pl.DataFrame, Prior]:
    """The rows of a month after the running one, of the level's districts, and what they are moved to."""
    there = level.rows.select("district").with_row_index("place")
    rows = _with_siblings(later).join(there, on="district", how="inner").sort("place")
    at = rows["place"].to_numpy()
    prior = Prior(level.prior.mean[at], level.prior.variance[at])
    this = Updated(*(field[at] for field in (level.this.rate, level.this.shape, level.this.rest_mean,
                                             level.this.rest_variance)))  # fmt: skip
    moved = next_month(_prior(rows), prior, this, level.dispersion)
    factor = _factors(rows, moved.mean, above)
    return rows, Prior(moved.mean * factor, moved.variance * factor**2)


def _later_rows(rows: pl.DataFrame, moved: Prior, month: date, through: date) -> pl.DataFrame:
    """Rows of a month after the running one."""
    ratio = moved.mean / np.maximum(rows["mean"].to_numpy(), 1e-9)
    told = [note("moved", f"{value:.2f}") for value in np.where(rows["mean"].to_numpy() > 0, ratio, 1.0)]
    return _rows(rows, moved.mean, quantiles_of(moved), told).with_columns(
        month=pl.lit(month),
        through=pl.lit(through),
        days=pl.lit(0, pl.Int64),
        counted=pl.lit(None, pl.Int64),
        completeness=pl.lit(None, pl.Float64),
    ).select(list(MADE))  # fmt: skip


def _rows(rows: pl.DataFrame, mean: np.ndarray, quantiles: np.ndarray, told: str | list[str]) -> pl.DataFrame:
    """The rows with another mean and other quantiles, and what was done added to their method."""
    notes = pl.Series("note", [told] * rows.height if isinstance(told, str) else told, dtype=pl.String)
    values = {"mean": mean} | {name: quantiles[:, place] for place, name in enumerate(QUANTILES)}
    return rows.with_columns(
        pl.concat_str(pl.col("method"), notes, separator=BAR).alias("method"),
        *(pl.Series(name, column) for name, column in values.items()),
    )
