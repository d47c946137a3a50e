"""The sheet the meeting reads first: the month beside earlier ones, what is more than chance, and what comes next."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl

from expectations.agency import Break
from expectations.contracts import TABLES
from expectations.contracts.ddl import conform
from expectations.months import YEAR, add_months, first_of_year
from expectations.signals import LEAST_BASE, SIGNALS
from transforms.meeting.signals.budget import signal_budget
from transforms.meeting.signals.change import change_z, false_discovery, is_small, two_sided_p, unchanged
from transforms.meeting.signals.comparable import with_eras
from transforms.meeting.signals.dispersion import SERIES, Vector, dispersion, floats
from transforms.meeting.signals.exceedance import above_last_year
from transforms.meeting.signals.power import power

YEARS_BACK = 3
SPREAD_80 = 2 * 1.2815515655446004
"""Width of a normal 80 % interval in standard deviations."""


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
    beside = _beside_earlier_years(with_eras(told, breaks))
    sheet = (
        beside.filter(pl.col("month") == month)
        .join(_earlier_counts(told, month), on=SERIES, how="left")
        .join(dispersion(beside, month), on=SERIES, how="left")
        .join(_usual_rate(beside, month), on=SERIES, how="left")
        .sort(*SERIES)
    )
    sheet = _with_z(sheet)
    budget = signal_budget(sheet)
    sheet = _with_forecast(_with_signal(sheet, budget), forecast, told, month)
    return conform(sheet.rename({"years": "years_compared"}), TABLES["outlook"]), budget


def _beside_earlier_years(told: pl.DataFrame) -> pl.DataFrame:
    """Each row with its `years` (k ≤ 3): whole, comparable same months of earlier years; mean in `three_year_mean`."""
    names = [f"back_{back}" for back in range(1, YEARS_BACK + 1)]
    whole = told.filter("complete").drop_nulls("era").select(*SERIES, "era", "month", "expected_final")
    beside = told
    for back, name in enumerate(names, 1):
        earlier = whole.with_columns(pl.col("month").dt.offset_by(f"{back}y")).rename({"expected_final": name})
        beside = beside.join(earlier, on=[*SERIES, "era", "month"], how="left")
    years = pl.sum_horizontal(pl.col(name).is_not_null().cast(pl.Int64) for name in names)
    return beside.with_columns(years=years, three_year_mean=pl.mean_horizontal(*names)).drop(names)


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


def _with_z(sheet: pl.DataFrame) -> pl.DataFrame:
    """The sheet with `wide` (φ widened by what late reports leave open), z, test, direction and q_value."""
    columns = ("expected_final", "three_year_mean", "years", "dispersion", "freedom")
    x, m, k, phi, degrees = (floats(sheet[name]) for name in columns)
    wide = phi + _late(sheet, x) / (1 + 1 / np.maximum(k, 1))
    z = np.where(sheet["complete"].to_numpy(), change_z(x, m, k, wide), np.nan)
    q = np.full(len(z), np.nan)
    for level in sheet["level"].unique(maintain_order=True):
        rows = (sheet["level"] == level).to_numpy()
        q[rows] = false_discovery(two_sided_p(z[rows], degrees[rows]))
    made = {"wide": wide, "z": z, "q_value": q}
    exact = pl.Series("exact", is_small(x, m, k))
    change = pl.col("expected_final") - pl.col("three_year_mean")
    direction = pl.when(change > 0).then(pl.lit("up")).when(change < 0).then(pl.lit("down")).otherwise(pl.lit("same"))
    told = pl.col("z").is_not_null()
    return sheet.with_columns(_columns(made)).with_columns(
        test=pl.when(told & exact).then(pl.lit("exact")).when(told).then(pl.lit("z")),
        direction=pl.when(told).then(direction),
        per_cent_change=pl.when(told & (pl.col("three_year_mean") >= LEAST_BASE)).then(
            100 * change / pl.col("three_year_mean")
        ),
    )


def _late(sheet: pl.DataFrame, count: Vector) -> Vector:
    """Variance that late reports still to come add to 2√x: theirs over x, by the delta method; 0 where none are due."""
    width = floats(sheet["expected_final_upper_80"]) - floats(sheet["expected_final_lower_80"])
    return np.nan_to_num((width / SPREAD_80) ** 2) / np.maximum(count, 1.0)


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
    return sheet.with_columns(_columns(made)).with_columns(signal=shown.otherwise(pl.lit("none")))


def _columns(values: dict[str, Vector]) -> list[pl.Series]:
    return [pl.Series(name, found, dtype=pl.Float64).fill_nan(None) for name, found in values.items()]


def _with_forecast(sheet: pl.DataFrame, forecast: pl.DataFrame, told: pl.DataFrame, month: date) -> pl.DataFrame:
    """The sheet with next month's forecast and its probability to exceed the same month of the year before."""
    ahead = forecast.filter(pl.col("origin_month") == month, pl.col("horizon") == 1)
    shown = ahead.select(
        *SERIES,
        *(pl.col(name).alias(f"forecast_{name}") for name in ("mean", "lower_80", "upper_80")),
        above_last_year(ahead, told),
    )
    return sheet.join(shown, on=SERIES, how="left")
