"""Whether tables of 112 calls hold together: forecasts add up, hours to days, days to months, scores to the counts."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise

import polars as pl

from expectations.agency.fields.duty import WHOLE_DAY
from expectations.call_series import ALL, ESTABLISHED
from expectations.gate.finding import Finding, month_text, row_keys, verdict

COHERENT = 1e-9
"""Relative error left to the order in which floating-point means are added."""
ORDERED = ("lower_95", "lower_80", "lower_50", "median", "upper_50", "upper_80", "upper_95")
LINE = ("call_group", "urgency")
KEY = ("origin_month", "district", *LINE, "month")
AHEAD = ("mean", *ORDERED)
DAY = ("district", "urgency_class", "date")


def check_calls(tables: Mapping[str, pl.DataFrame], month: date) -> list[Finding]:
    """Hold tables of calls against each other and against the calls counted.

    Args:
        tables: `call_month`, `call_outlook`, `call_forecast`, `call_forecast_score`, `call_demand`,
            `call_demand_shift` and `call_shift_month`.
        month: First day of the month the meeting looks at.
    """
    forecast = tables["call_forecast"]
    return [
        *_outlook(tables["call_outlook"], tables["call_month"], forecast, month),
        *_forecast(forecast, month),
        _scores(tables["call_forecast_score"], tables["call_month"], month),
        *_demand(tables["call_demand"], tables["call_demand_shift"], tables["call_shift_month"], month),
    ]


def disordered(prefix: str = "") -> pl.Expr:
    """Whether the bounds of a row are not in order."""
    return pl.any_horizontal(pl.col(f"{prefix}{low}") > pl.col(f"{prefix}{high}") for low, high in pairwise(ORDERED))


def _outlook(outlook: pl.DataFrame, call_month: pl.DataFrame, forecast: pl.DataFrame, month: date) -> list[Finding]:
    """The month's calls beside those counted; what is summed of groups (`established`) stands nowhere else.

    The next month's numbers are those of `call_forecast`.
    """
    key = ("district", *LINE, "call_type")
    counted = call_month.filter(pl.col("month") == month).select(*key, pl.col("calls").alias("counted"))
    beside = outlook.filter(pl.col("call_group") != ESTABLISHED).join(counted, on=key, how="left")
    apart = beside.filter((pl.col("month") != month) | pl.col("calls").ne_missing(pl.col("counted")))
    own = forecast.filter(pl.col("origin_month") == month, pl.col("horizon") == 1)
    told = own.select("district", *LINE, *AHEAD, call_type=pl.lit(ALL))
    ahead = outlook.join(told, on=key, how="left")
    other = pl.any_horizontal(pl.col(f"forecast_{name}").ne_missing(pl.col(name)) for name in AHEAD)
    return [
        verdict("call_outlook", "calls_are_counted", "gate_call_outlook_counted", row_keys(apart, key)),
        verdict("call_outlook", "forecasts_are_those_told", "gate_call_outlook_forecast",
                row_keys(ahead.filter(other), key)),
        verdict("call_outlook", "bounds_are_ordered", "gate_bounds_ordered",
                row_keys(outlook.filter(disordered("forecast_")), key)),
    ]  # fmt: skip


def _forecast(forecast: pl.DataFrame, month: date) -> list[Finding]:
    """Bounds are in order, months follow from the origin, and stations add up."""
    between = pl.col("origin_month").dt.offset_by(pl.format("{}mo", "horizon")) != pl.col("month")
    wrong = forecast.filter(between | (pl.col("origin_month") > month))
    faulty = forecast.filter(disordered() | pl.any_horizontal(~pl.col(name).is_finite() for name in AHEAD))
    name = "call_forecast"
    return [
        verdict(name, "bounds_are_ordered", "gate_bounds_ordered", row_keys(faulty, KEY)),
        verdict(name, "months_follow_origin", "gate_call_months", row_keys(wrong, KEY), month=month_text(month)),
        verdict(name, "means_add_up", "gate_call_means", row_keys(_incoherent(forecast), KEY)),
    ]


def _incoherent(forecast: pl.DataFrame) -> pl.DataFrame:
    """Rows whose mean is not the sum of those below, beyond rounding."""
    others = [name for name in KEY if name != "district"]
    below = forecast.drop_nulls("parent").group_by(pl.col("parent").alias("district"), *others)
    beside = forecast.join(below.agg(pl.col("mean").sum().alias("below")), on=["district", *others], how="inner")
    return beside.filter(_apart("mean", "below"))


def _apart(one: str, other: str) -> pl.Expr:
    """Whether two sums of means differ beyond rounding."""
    size = pl.max_horizontal(pl.col(one).abs(), pl.col(other).abs(), pl.lit(1e-12))
    return (pl.col(one) - pl.col(other)).abs() > COHERENT * size


def _scores(scores: pl.DataFrame, call_month: pl.DataFrame, month: date) -> Finding:
    """Months that have come by the run's, with the calls counted; `established` is counted nowhere else."""
    seen = call_month.filter(pl.col("call_type") == ALL)
    seen = seen.select("district", *LINE, "month", pl.col("calls").cast(pl.Float64).alias("seen"))
    beside = scores.join(seen, on=["district", *LINE, "month"], how="left")
    other = (pl.col("call_group") != ESTABLISHED) & pl.col("seen").ne_missing(pl.col("observed"))
    early = (pl.col("month") > month) | (pl.col("month") <= pl.col("origin_month"))
    faults = row_keys(beside.filter(other | early), KEY)
    return verdict("call_forecast_score", "observed_is_counted", "gate_call_scores", faults, month=month_text(month))


def _demand(demand: pl.DataFrame, shifts: pl.DataFrame, months: pl.DataFrame, month: date) -> list[Finding]:
    """Blocks add up to their day, days and shifts to their month, and all are of the month after the run's."""
    summed = demand.group_by(DAY, maintain_order=True).agg(pl.col("mean").sum().alias("blocks"))
    days = shifts.filter(pl.col("shift") == WHOLE_DAY)
    by_day = summed.join(days, on=DAY, how="full", coalesce=True)
    key = ["district", "urgency_class", "shift"]
    of_shift = shifts.group_by(key, maintain_order=True).agg(pl.col("mean").sum().alias("days"))
    by_month = months.join(of_shift, on=key, how="full", coalesce=True)
    late = pl.col("date").dt.month_start() != pl.lit(month).dt.offset_by("1mo")
    elsewhere = pl.concat([demand.filter(late).select(DAY), shifts.filter(late).select(DAY)])
    missing = [pl.any_horizontal(pl.col(pair).is_null()) for pair in (["mean", "blocks"], ["mean", "days"])]
    return [
        verdict("call_demand", "blocks_add_up", "gate_call_blocks",
                row_keys(by_day.filter(missing[0] | _apart("mean", "blocks")), DAY)),
        verdict("call_shift_month", "days_add_up", "gate_call_days",
                row_keys(by_month.filter(missing[1] | _apart("mean", "days")), key)),
        verdict("call_demand", "days_are_next_months", "gate_call_day", row_keys(elsewhere, DAY),
                month=month_text(month)),
        verdict("call_demand", "bounds_are_ordered", "gate_bounds_ordered",
                row_keys(demand.filter(disordered()), (*DAY, "block"))),
        verdict("call_demand_shift", "bounds_are_ordered", "gate_bounds_ordered",
                row_keys(shifts.filter(disordered()), (*DAY, "shift"))),
    ]  # fmt: skip


def spread_of_month(demand: pl.DataFrame, expected: pl.DataFrame) -> Finding:
    """Whether the blocks of a month add up to what the month's forecast of the class expects.

    Args:
        demand: `call_demand`, without districts whose month special days add to (`within_month` false).
        expected: district, urgency_class, mean of the month.
    """
    key = ("district", "urgency_class")
    summed = demand.group_by(key, maintain_order=True).agg(pl.col("mean").sum().alias("blocks"))
    beside = summed.join(expected.select(*key, "mean"), on=key, how="left", maintain_order="left")
    apart = beside.filter(pl.col("mean").is_null() | _apart("mean", "blocks"))
    return verdict("call_demand", "blocks_add_up_to_month", "gate_call_spread", row_keys(apart, key))
