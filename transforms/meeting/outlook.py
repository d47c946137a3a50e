"""The sheet the meeting reads first: the month beside earlier ones, what is more than chance, and what comes next."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl

from expectations.agency import Break
from expectations.contracts import TABLES
from expectations.contracts.ddl import conform
from expectations.months import YEAR, add_months, first_of_year
from expectations.signals import SIGNALS
from transforms.meeting.signals.budget import signal_budget
from transforms.meeting.signals.change import unchanged
from transforms.meeting.signals.comparable import with_eras
from transforms.meeting.signals.compared import beside_earlier_years, with_z
from transforms.meeting.signals.dispersion import SERIES, dispersion, float_columns, floats
from transforms.meeting.signals.exceedance import above_last_year
from transforms.meeting.signals.power import power


def outlook(
    crime_month: pl.DataFrame,
    forecast: pl.DataFrame,
    month: date,
    forecast_types: Sequence[str],
    districts: pl.DataFrame,
    breaks: Sequence[Break] = (),
) -> pl.DataFrame:
    """Table `outlook` alone; see `meeting_sheet`."""
    return meeting_sheet(crime_month, forecast, month, forecast_types, districts, breaks)[0]


def meeting_sheet(
    crime_month: pl.DataFrame,
    forecast: pl.DataFrame,
    month: date,
    forecast_types: Sequence[str],
    districts: pl.DataFrame,
    breaks: Sequence[Break] = (),
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One row per district and forecast crime type of the month (`outlook`), and the budget of its signals.

    - Only whole months are compared: where the month is not complete there is no z and no signal, and an incomplete
      earlier month counts as not there; nor are months compared across a registered break.
    - Children that collect unknown districts are left out: a change there is about paper, not about a place.
    - The signal comes from z alone (`change_z`, with φ of the months before this one: `dispersion`), at the thresholds
      of `signal_budget`, never from a per cent change.
    - The comparisons shown and φ rest on `expected_final`; the counts beside it are as reported. What late reports may
      still add widens z's denominator.

    Args:
        crime_month: The table, months after the run's are not looked at.
        forecast: The table; rows of this origin and horizon 1 are shown.
        month: First day of the run's month.
        forecast_types: Crime types the meeting allocates patrols by.
        districts: `core_district`.
        breaks: The agency's; those of crimes count.

    Raises:
        ContractBroken: A column of the tables given does not hold what `outlook` promises.
    """
    known = districts.filter(~pl.col("is_unknown")).select("district")
    told = crime_month.filter(pl.col("crime_type").is_in(list(forecast_types)), pl.col("month") <= month)
    told = told.join(known, on="district", how="semi").sort(*SERIES, "month")
    beside = beside_earlier_years(with_eras(told, breaks))
    sheet = (
        beside.filter(pl.col("month") == month)
        .join(_earlier_counts(told, month), on=SERIES, how="left")
        .join(dispersion(beside, month), on=SERIES, how="left")
        .join(_usual_rate(beside, month), on=SERIES, how="left")
        .sort(*SERIES)
    )
    sheet = with_z(sheet)
    budget = signal_budget(sheet)
    sheet = _with_forecast(_with_signal(sheet, budget), forecast, told, month)
    return conform(sheet.rename({"years": "years_compared"}), TABLES["outlook"]), budget


def _usual_rate(beside: pl.DataFrame, month: date) -> pl.DataFrame:
    """One row per series: `rate`, the mean of earlier years over the newest twelve months that have one."""
    known = beside.filter(pl.col("month") > pl.lit(month).dt.offset_by("-1y")).drop_nulls("three_year_mean")
    return known.group_by(SERIES, maintain_order=True).agg(rate=pl.col("three_year_mean").mean())


def _earlier_counts(told: pl.DataFrame, month: date) -> pl.DataFrame:
    """One row per series: the counts of whole months the month is shown beside, and the year so far."""
    whole = told.filter("complete")
    last_year = add_months(month, -YEAR)
    before = add_months(month, -1)

    def counted(when: date) -> pl.Expr:
        return pl.col("incidents").filter(pl.col("month") == when).first()

    def to_date(until: date) -> pl.Expr:
        inside = pl.col("month").is_between(first_of_year(until), until)
        return pl.when(inside.sum() == until.month).then(pl.col("incidents").filter(inside).sum())

    return whole.group_by(SERIES, maintain_order=True).agg(
        last_month=counted(before),
        same_month_last_year=counted(last_year),
        year_to_date=to_date(month),
        last_year_to_date=to_date(last_year),
    )


def _with_signal(sheet: pl.DataFrame, budget: pl.DataFrame) -> pl.DataFrame:
    """The sheet with signal, the band in which there is none, and power_30."""
    for signal in SIGNALS:
        at = budget.filter(pl.col("signal") == signal).select("level", pl.col("threshold").alias(signal))
        sheet = sheet.join(at, on="level", how="left", maintain_order="left")
    size = pl.col("z").abs()
    shown = pl.when(size >= pl.col("alert")).then(pl.lit("alert")).when(size >= pl.col("watch")).then(pl.lit("watch"))
    columns = ("three_year_mean", "years", "dispersion", "wide", "watch", "rate", "freedom")
    m, k, phi, wide, watch, rate, degrees = (floats(sheet[name]) for name in columns)
    lower, upper = unchanged(m, k, wide, watch)
    # Counts are whole: the last that is a watch on either side.
    lower, upper = np.floor(lower), np.ceil(upper)
    made = {"three_year_lower": lower, "three_year_upper": upper, "power_30": power(rate, k, phi, degrees, watch)}
    return sheet.with_columns(float_columns(made)).with_columns(signal=shown.otherwise(pl.lit("none")))


def _with_forecast(sheet: pl.DataFrame, forecast: pl.DataFrame, told: pl.DataFrame, month: date) -> pl.DataFrame:
    """The sheet with next month's forecast and its probability to exceed the same month of the year before."""
    ahead = forecast.filter(pl.col("origin_month") == month, pl.col("horizon") == 1)
    shown = ahead.select(
        *SERIES,
        *(pl.col(name).alias(f"forecast_{name}") for name in ("mean", "lower_80", "upper_80")),
        above_last_year(ahead, told),
    )
    return sheet.join(shown, on=SERIES, how="left")
