"""The sheet the meeting reads first: the month beside earlier ones, what is more than chance, and what comes next."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl

from expectations.contracts import TABLES
from expectations.contracts.ddl import conform
from transforms.meeting.change import change_z, false_discovery, two_sided_p
from transforms.meeting.dispersion import SERIES, dispersion, floats
from transforms.meeting.exceedance import QUANTILES, probability_above

YEARS_BACK = 3
WATCH, ALERT = 2.0, 3.0


def outlook(
    crime_month: pl.DataFrame,
    forecast: pl.DataFrame,
    month: date,
    forecast_types: Sequence[str],
    districts: pl.DataFrame,
) -> pl.DataFrame:
    """One row per district and forecast crime type of the month, by the contract of `outlook`.

    - Only whole months are compared: where the month is not complete there is no z and no signal, and an incomplete
      earlier month counts as not there.
    - Children that collect unknown districts are left out: a change there is about paper, not about a place.
    - The signal comes from z alone (`change_z`, with φ of the months before this one: `dispersion`), never from a per
      cent change.
    - The comparisons shown and φ rest on `expected_final`; the counts beside it are as reported.

    Args:
        crime_month: The table, months after the run's are not looked at.
        forecast: The table; rows of this origin and horizon 1 are shown.
        month: First day of the run's month.
        forecast_types: Crime types the meeting allocates patrols by.
        districts: `core_district`.

    Raises:
        ContractBroken: A column of the tables given does not hold what `outlook` promises.
    """
    known = districts.filter(~pl.col("is_unknown")).select("district")
    told = crime_month.filter(pl.col("crime_type").is_in(list(forecast_types)), pl.col("month") <= month)
    told = told.join(known, on="district", how="semi").sort(*SERIES, "month")
    beside = _beside_earlier_years(told)
    sheet = (
        beside.filter(pl.col("month") == month)
        .join(_earlier_counts(told, month), on=SERIES, how="left")
        .join(dispersion(beside.filter(pl.col("month") < month)), on=SERIES, how="left")
        .sort(*SERIES)
    )
    sheet = _with_forecast(_with_signal(sheet), forecast, told, month)
    return conform(sheet, TABLES["outlook"])


def _beside_earlier_years(told: pl.DataFrame) -> pl.DataFrame:
    """Each row with `years` (k ≤ 3) whole same months of earlier years and their mean (`three_year_mean`)."""
    names = [f"back_{back}" for back in range(1, YEARS_BACK + 1)]
    whole = told.filter("complete").select(*SERIES, "month", "expected_final")
    beside = told
    for back, name in enumerate(names, 1):
        earlier = whole.with_columns(pl.col("month").dt.offset_by(f"{back}y")).rename({"expected_final": name})
        beside = beside.join(earlier, on=[*SERIES, "month"], how="left")
    years = pl.sum_horizontal(pl.col(name).is_not_null().cast(pl.Int64) for name in names)
    return beside.with_columns(years=years, three_year_mean=pl.mean_horizontal(*names)).drop(names)


def _earlier_counts(told: pl.DataFrame, month: date) -> pl.DataFrame:
    """One row per series: the counts of whole months the month is shown beside, and the year so far."""
    whole = told.filter("complete")
    last_year = month.replace(year=month.year - 1)
    before = month.replace(month=month.month - 1) if month.month > 1 else date(month.year - 1, 12, 1)

    def counted(when: date) -> pl.Expr:
        return pl.col("incidents").filter(pl.col("month") == when).first()

    def to_date(until: date) -> pl.Expr:
        inside = pl.col("month").is_between(until.replace(month=1), until)
        return pl.when(inside.sum() == until.month).then(pl.col("incidents").filter(inside).sum())

    return whole.group_by(SERIES, maintain_order=True).agg(
        last_month=counted(before),
        same_month_last_year=counted(last_year),
        year_to_date=to_date(month),
        last_year_to_date=to_date(last_year),
    )


def _with_signal(sheet: pl.DataFrame) -> pl.DataFrame:
    """The sheet with z, signal, direction and q_value."""
    columns = ("expected_final", "three_year_mean", "years", "dispersion")
    x, m, k, phi = (floats(sheet[name]) for name in columns)
    z = np.where(sheet["complete"].to_numpy(), change_z(x, m, k, phi), np.nan)
    q = np.full(len(z), np.nan)
    for level in sheet["level"].unique(maintain_order=True):
        rows = (sheet["level"] == level).to_numpy()
        q[rows] = false_discovery(two_sided_p(z[rows]))
    sheet = sheet.with_columns(
        pl.Series(name, values, dtype=pl.Float64).fill_nan(None) for name, values in (("z", z), ("q_value", q))
    )
    size, change = pl.col("z").abs(), pl.col("expected_final") - pl.col("three_year_mean")
    signal = pl.when(size >= ALERT).then(pl.lit("alert")).when(size >= WATCH).then(pl.lit("watch"))
    direction = pl.when(change > 0).then(pl.lit("up")).when(change < 0).then(pl.lit("down")).otherwise(pl.lit("same"))
    return sheet.with_columns(
        signal=signal.otherwise(pl.lit("none")), direction=pl.when(pl.col("z").is_not_null()).then(direction)
    )


def _with_forecast(sheet: pl.DataFrame, forecast: pl.DataFrame, told: pl.DataFrame, month: date) -> pl.DataFrame:
    """The sheet with next month's forecast and its probability to exceed the same month of the year before."""
    ahead = forecast.filter(pl.col("origin_month") == month, pl.col("horizon") == 1)
    ahead = ahead.select(*SERIES, pl.col("month").alias("target"), "mean", *QUANTILES)
    year_before = told.filter("complete").select(
        *SERIES, pl.col("month").dt.offset_by("1y").alias("target"), pl.col("incidents").alias("year_before")
    )
    ahead = ahead.join(year_before, on=[*SERIES, "target"], how="left").sort(*SERIES)
    above = [
        None if row["year_before"] is None else probability_above(row["year_before"], row)
        for row in ahead.iter_rows(named=True)
    ]
    shown = ahead.select(
        *SERIES,
        *(pl.col(name).alias(f"forecast_{name}") for name in ("mean", "lower_80", "upper_80")),
        pl.Series("probability_above_last_year", above, dtype=pl.Float64),
    )
    return sheet.join(shown, on=SERIES, how="left")
