"""What several months come to together: those that are over and those forecast, with the interval of the sum."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from transforms.meeting.signals.compared import SPREAD_80
from transforms.meeting.signals.dispersion import SERIES
from transforms.meeting.spans.interval import sum_bounds

HALF_WIDTHS = {50: 0.6744897501960817, 80: SPREAD_80 / 2, 95: 1.959963984540054}
"""Half-widths of normal intervals in standard deviations, by how many in a hundred they hold."""
BOUNDS = tuple(f"{side}_{held}" for held in HALF_WIDTHS for side in ("lower", "upper"))
QUANTITIES = ("mean", "median", *BOUNDS)


@dataclass(frozen=True)
class Ahead:
    """What is known of the months to come.

    Attributes:
        forecast: Table `forecast`.
        scores: Table `forecast_score`, which tells how errors of months go together.
        running: Table `running_month`; empty where no month is running.
    """

    forecast: pl.DataFrame
    scores: pl.DataFrame
    running: pl.DataFrame


def totals(told: pl.DataFrame, ahead: Ahead, first: date, months: int, correlation: dict[str, float]) -> pl.DataFrame:
    """One row per series (district, crime type) of which every month is known or forecast: the columns of `QUANTITIES`.

    A month that is over counts with its expected final count and the normal interval of what late reports leave open;
    later ones as `running_month` has them, else as the newest forecast has. Means add up; how far the bounds of a sum
    lie apart is `sum_bounds`', by the correlation of the level's errors; the median is the sum of the medians, within
    the 50 % interval.

    Args:
        told: Whole and other months: contract `crime_month`. The last one is the run's.
        ahead: What is known of the months after it.
        first: First month of the sum.
        months: How many there are.
        correlation: By level, how errors of one origin's months go together; 1 where a level is not in it.
    """
    last = pl.lit(first).dt.offset_by(f"{months - 1}mo")
    parts = pl.concat([_counted(told), _foreseen(told, ahead)])
    inside = parts.filter(pl.col("month").is_between(first, last)).sort(*SERIES, "month")
    found = [
        {**dict(zip(SERIES, key, strict=True)), **_total(part, correlation.get(part["level"][0], 1.0))}
        for key, part in inside.group_by(SERIES, maintain_order=True)
        if part.height == months
    ]
    schema = {**dict.fromkeys(SERIES, pl.String()), **dict.fromkeys(QUANTITIES, pl.Float64())}
    return pl.DataFrame(found, schema=schema)


def _total(part: pl.DataFrame, correlation: float) -> dict[str, float]:
    rows = {name: part[name].cast(pl.Float64).to_numpy() for name in (*QUANTITIES, "counted")}
    bounds = sum_bounds(rows, correlation, HALF_WIDTHS)
    median = float(np.clip(rows["median"].sum(), bounds["lower_50"], bounds["upper_50"]))
    return {"mean": float(rows["mean"].sum()), "median": median, **bounds}


def _counted(told: pl.DataFrame) -> pl.DataFrame:
    """Whole months that are over: their expected final count, as certain as late reports leave it."""
    # Where reversals exceed a month's own the count is below 0: forecasts learn from 0 there, and sums are of as many.
    final = pl.col("expected_final").clip(lower_bound=0.0)
    sides = {
        "lower": (final - pl.coalesce("expected_final_lower_80", final)).clip(lower_bound=0.0),
        "upper": (pl.coalesce("expected_final_upper_80", final) - final).clip(lower_bound=0.0),
    }
    scaled = {
        f"{side}_{held}": final + (reach if side == "upper" else -reach) * (width / HALF_WIDTHS[80])
        for held, width in HALF_WIDTHS.items()
        for side, reach in sides.items()
    }
    return told.filter("complete").select(
        *SERIES, "level", "month", mean=final, median=final, **scaled, counted=pl.lit(value=True)
    )


def _foreseen(told: pl.DataFrame, ahead: Ahead) -> pl.DataFrame:
    """Months after the last one that is over: as the running month moved them, else as they were forecast."""
    columns = (*SERIES, "level", "month", *QUANTITIES)
    newest = told.select(pl.col("month").max())
    own = ahead.forecast.join(newest, left_on="origin_month", right_on="month", how="semi").select(columns)
    moved = ahead.running.select(columns)
    ahead_of_it = pl.concat([moved, own.join(moved, on=[*SERIES, "month"], how="anti")])
    return ahead_of_it.with_columns(counted=pl.lit(value=False))
