"""The sheet the meeting reads first: the month beside earlier ones, what is more than chance, and what comes next."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl

from expectations.agency import Break
from expectations.contracts import TABLES
from expectations.contracts.ddl import conform
from expectations.months import YEAR, add_months, first_of_year
from expectations.signals import SIGNALS, TESTS
from transforms.meeting.signals.budget import signal_budget
from transforms.meeting.signals.change import false_discovery, two_sided_p
from transforms.meeting.signals.comparable import with_eras
from transforms.meeting.signals.compared import beside_earlier_years, with_z
from transforms.meeting.signals.dispersion import SERIES, Vector, dispersion, float_columns, floats
from transforms.meeting.signals.drift import drift
from transforms.meeting.signals.exceedance import above_last_year
from transforms.meeting.signals.surprise import FREEDOM as SURPRISE_FREEDOM
from transforms.meeting.signals.surprise import expected_before, standardised, surprises


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

    - A signal comes from one of two tests at the thresholds of `signal_budget`, never from a per cent change: the month
      against the forecast made before it (`surprises`), and the half-year it ends against the same one of two years
      before (`drift`). Where both reach a threshold, the stronger signal stands, then the surprise.
    - z describes: the month against the same months of up to three earlier years (`change_z`), with φ of the months
      before this one (`dispersion`).
    - Only whole months are compared: where the month is not complete there is no z and no signal, and an incomplete
      earlier month counts as not there; nor are months compared across a registered break.
    - Children that collect unknown districts are left out: a change there is about paper, not about a place.
    - All that is compared rests on `expected_final`; the counts beside it are as reported. What late reports may still
      add widens every denominator.

    Args:
        crime_month: The table, months after the run's are not looked at.
        forecast: The table; rows of this origin and of the one before it are looked at, horizon 1.
        month: First day of the run's month.
        forecast_types: Crime types the meeting allocates patrols by.
        districts: `core_district`.
        breaks: The agency's; those of crimes count.

    Raises:
        ContractBroken: A column of the tables given does not hold what `outlook` promises.
    """
    known = districts.filter(~pl.col("is_unknown")).select("district")
    told = crime_month.filter(pl.col("crime_type").is_in(list(forecast_types)), pl.col("month") <= month)
    told = with_eras(told.join(known, on="district", how="semi").sort(*SERIES, "month"), breaks)
    beside = beside_earlier_years(told)
    sheet = (
        beside.filter(pl.col("month") == month)
        .join(earlier_counts(told, month), on=SERIES, how="left")
        .join(dispersion(beside, month), on=SERIES, how="left")
        .join(expected_before(forecast, told, month), on=SERIES, how="left")
        .join(drift(told, month), on=SERIES, how="left")
        .sort(*SERIES)
    )
    sheet = with_z(sheet).with_columns(
        float_columns({"surprise": standardised(sheet)}), surprise_freedom=pl.lit(SURPRISE_FREEDOM)
    )
    budget = signal_budget(sheet)
    sheet = _with_forecast(_with_signal(sheet, budget), forecast, told, month)
    return conform(sheet.rename({"years": "years_compared"}), TABLES["outlook"]), budget


def earlier_counts(told: pl.DataFrame, month: date) -> pl.DataFrame:
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
    """The sheet with signal, what raised it, where it went, q_value, the counts that are no watch, and power_30."""
    for test in TESTS:
        for signal in SIGNALS:
            at = budget.filter(pl.col("test") == test, pl.col("signal") == signal)
            name = f"{test}_{signal}"
            sheet = sheet.join(
                at.select("level", threshold=pl.col("threshold")).rename({"threshold": name}),
                on="level", how="left", maintain_order="left",
            )  # fmt: skip
    found = surprises(sheet, sheet["surprise_watch"].to_list())
    made = {"usual_lower": found.lower, "usual_upper": found.upper, "power_30": found.power}
    sheet = sheet.with_columns(float_columns(made | {"q_value": _q_values(sheet)}))
    reached = [(test, signal) for signal in reversed(SIGNALS) for test in TESTS]
    raised = [pl.col(test).abs() >= pl.col(f"{test}_{signal}") for test, signal in reached]
    shown, by = pl.lit("none"), pl.lit(None, pl.String)
    for (test, signal), is_reached in reversed(list(zip(reached, raised, strict=True))):
        shown = pl.when(is_reached & pl.col("complete")).then(pl.lit(signal)).otherwise(shown)
        by = pl.when(is_reached & pl.col("complete")).then(pl.lit(test)).otherwise(by)
    sheet = sheet.with_columns(signal=shown, signal_test=by)
    deciding = pl.when(pl.col("signal_test") == "drift").then("drift").otherwise(pl.coalesce("surprise", "drift"))
    way = pl.when(deciding > 0).then(pl.lit("up")).when(deciding < 0).then(pl.lit("down")).otherwise(pl.lit("same"))
    return sheet.with_columns(direction=pl.when(deciding.is_not_null() & pl.col("complete")).then(way))


def _q_values(sheet: pl.DataFrame) -> Vector:
    """Benjamini–Hochberg adjusted p values of the surprises, by level."""
    surprise = floats(sheet["surprise"])
    q = np.full(len(surprise), np.nan)
    for level in sheet["level"].unique(maintain_order=True):
        rows = (sheet["level"] == level).to_numpy()
        q[rows] = false_discovery(two_sided_p(surprise[rows], np.full(rows.sum(), SURPRISE_FREEDOM)))
    return q


def _with_forecast(sheet: pl.DataFrame, forecast: pl.DataFrame, told: pl.DataFrame, month: date) -> pl.DataFrame:
    """The sheet with next month's forecast and its probability to exceed the same month of the year before."""
    ahead = forecast.filter(pl.col("origin_month") == month, pl.col("horizon") == 1)
    shown = ahead.select(
        *SERIES,
        *(pl.col(name).alias(f"forecast_{name}") for name in ("mean", "lower_80", "upper_80")),
        above_last_year(ahead, told),
    )
    return sheet.join(shown, on=SERIES, how="left")
