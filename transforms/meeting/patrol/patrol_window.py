"""Table `patrol_window`: the forecast of the first month that has not begun, spread over the windows of the week."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from expectations.contracts import TABLES
from expectations.contracts.ddl import conform, empty, polars_schema
from expectations.months import add_months
from transforms.meeting.patrol.concentration import Vector
from transforms.meeting.patrol.foreseen import PLACE, foreseen
from transforms.meeting.patrol.profiles import BLOCKS, HOURS, WEEKDAYS, days_by_weekday, profiles
from transforms.meeting.signals.compared import SPREAD_80
from transforms.meeting.signals.dispersion import SERIES

MONTHS = 24
"""Months that hours are learned from, the run's the last."""
LEAST_TIMED = 0.5
"""Share of a place's crimes whose hour must be known for its windows to be told: of fewer, the others say more."""
SCHEMA = polars_schema(TABLES["patrol_window"])
OF_PLACE = ("crime_type", "month", "timed", "timed_share")


def patrol_window(
    crime_hour: pl.DataFrame,
    crime_month: pl.DataFrame,
    forecast: pl.DataFrame,
    running: pl.DataFrame,
    month: date,
    as_of: date,
    districts: pl.DataFrame,
    reported: pl.DataFrame,
) -> pl.DataFrame:
    """One row per place, forecast crime type, weekday and three hours of the first month that has not begun.

    Places are the finest districts that are forecast: boxes, and stations without one. Expected in a window is the mean
    of the place's forecast of the month times the window's share, so that a place's windows add up to that mean. Shares
    are those of `profiles`, weekdays weighed by how often the month has them. No row is of a crime type whose hours are
    known nowhere, nor of a place whose own are mostly unknown.

    Args:
        crime_hour: The table; months after the run's are not looked at.
        crime_month: The table.
        forecast: The table; rows of this origin are looked at.
        running: Table `running_month`: where it foresees the month, as its days have moved it, that stands.
        month: First day of the run's month.
        as_of: Day of the run, in whose month crimes have begun to happen.
        districts: `core_district`.
        reported: By area (a district) and crime type, `reported`: the share of a year's crimes that victims and
            citizens report; 1 where it says nothing.
    """
    known = districts.filter(~pl.col("is_unknown")).sort("district")
    ahead = foreseen(forecast, running, month, as_of).join(known.select("district"), on="district", how="semi")
    hours = crime_hour.filter(pl.col("month").is_between(add_months(month, 1 - MONTHS), month))
    parents = dict(known.select("district", "parent").iter_rows())
    made = []
    for (crime_type,), rows in ahead.group_by("crime_type", maintain_order=True):
        timed = hours.filter(pl.col("crime_type") == crime_type)
        shares = _shares(timed, parents)
        for row in _places(rows, crime_month, timed).iter_rows(named=True):
            made.append(_windows(row, shares[row["district"]]))
    if not made:
        return empty(TABLES["patrol_window"])
    share = reported.select("crime_type", district="area", reported_share="reported")
    windows = (
        pl.concat(made)
        .join(share, on=list(SERIES), how="left", maintain_order="left")
        .with_columns(pl.col("reported_share").fill_null(1.0))
    )
    return conform(_ranked(windows), TABLES["patrol_window"])


def _shares(timed: pl.DataFrame, parents: dict[str, str | None]) -> dict[str, Vector]:
    """By district its shares of the week; of reversals that leave an hour below 0 nothing is kept."""
    summed = timed.group_by("district", "weekday", window=pl.col("hour") // HOURS).agg(pl.col("incidents").sum())
    days = sum((days_by_weekday(one) for one in timed["month"].unique().sort()), start=np.zeros(WEEKDAYS))
    counts: dict[str, Vector] = {}
    for district, weekday, window, incidents in summed.iter_rows():
        cells = counts.setdefault(district, np.zeros((WEEKDAYS, BLOCKS)))
        cells[weekday - 1, window] = max(incidents, 0)
    # A weekday that these months have more often has no more crimes a day for it.
    even = {code: cells * (days.mean() / days)[:, None] for code, cells in counts.items()}
    return profiles(even, parents)


def _places(rows: pl.DataFrame, crime_month: pl.DataFrame, timed: pl.DataFrame) -> pl.DataFrame:
    """The finest districts among a crime type's rows whose hours are known well enough: with timed, timed_share."""
    finest = rows.filter(~pl.col("district").is_in(rows["parent"].drop_nulls().implode()))
    with_hours = timed.select("month").unique()
    counted = crime_month.join(with_hours, on="month", how="semi").group_by(SERIES).agg(pl.col("incidents").sum())
    told = timed.group_by("district").agg(timed=pl.col("incidents").sum().clip(lower_bound=0))
    beside = finest.join(counted, on=SERIES, how="left").join(told, on="district", how="left").sort("district")
    timed_share = pl.when(pl.col("incidents") > 0).then(pl.col("timed") / pl.col("incidents"))
    beside = beside.with_columns(pl.col("timed").fill_null(0)).with_columns(timed_share=timed_share)
    if beside.is_empty() or timed.filter(pl.col("incidents") > 0).is_empty():
        return beside.clear()
    return beside.filter(pl.col("timed_share").fill_null(1.0) >= LEAST_TIMED)


def _windows(row: Mapping[str, Any], week: Vector) -> pl.DataFrame:
    """The windows of one place and crime type."""
    mean, days = row["mean"], days_by_weekday(row["month"])
    weighed = week * days[:, None]
    share = weighed / weighed.sum()
    an_hour = np.repeat(days * HOURS, BLOCKS) / (days.sum() * HOURS * BLOCKS)
    return pl.DataFrame(
        {
            "weekday": np.repeat(np.arange(1, WEEKDAYS + 1), BLOCKS),
            "from_hour": np.tile(np.arange(BLOCKS) * HOURS, WEEKDAYS),
            "expected": mean * share.ravel(),
            "probability_any": _any(mean * share.ravel(), mean, row["upper_80"]),
            "share": share.ravel(),
            "ratio": share.ravel() / an_hour,
        }
    ).with_columns(
        *(pl.lit(row[name], SCHEMA[name]).alias(name) for name in (*PLACE, *OF_PLACE)),
        month_expected=pl.lit(mean),
    )


def _any(expected: Vector, mean: float, upper_80: float) -> Vector:
    """Probability of at least one crime in windows of a month that is a negative binomial count.

    Its variance is what its upper 80 % bound tells, a Poisson count's at least. Each crime falls into a window by
    itself, so a window's count is negative binomial of the same size (thinning: Johnson, Kemp & Kotz 2005, Univariate
    Discrete Distributions, 3rd ed., 5.12.4).
    """
    beyond = (max(upper_80 - mean, 0.0) / (SPREAD_80 / 2)) ** 2 - mean
    if beyond <= 0 or mean <= 0:
        return np.asarray(-np.expm1(-expected))
    size = mean**2 / beyond
    return np.asarray(-np.expm1(-size * np.log1p(expected / size)))


def _ranked(windows: pl.DataFrame) -> pl.DataFrame:
    """With the rank among all windows of a crime type and among those of one station, equal ones by their key."""
    station = pl.when(pl.col("level") == "box").then("parent").otherwise("district")
    order = windows.sort(
        "crime_type", "expected", "district", "weekday", "from_hour", descending=[False, True, False, False, False]
    )
    return order.with_columns(
        agency_rank=pl.int_range(1, pl.len() + 1).over("crime_type"),
        station_rank=pl.int_range(1, pl.len() + 1).over("crime_type", station),
    )
