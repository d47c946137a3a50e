"""Crimes by day: since when they are told without a gap, and what those of the newest months are heading for."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import polars as pl

from expectations.months import YEAR, add_months, last_of_month, months_apart

LEAST_MONTHS = 16
"""Months told that a district must have to decide since when all are: a year, the run-up after it, a deployment."""
LEAST_SHARE = 0.5
"""Share of a month's crimes that must lie in cells, or its cells count as not told."""


def with_days(months: pl.DataFrame, month: date) -> list[date]:
    """The consecutive months up to the run's whose crimes are told by day and to their last day, oldest first.

    Args:
        months: `month_source`.
        month: The run's.
    """
    told = months.filter(
        pl.col("fact") == "crime", pl.col("kind") == "crime", pl.col("has_day"), pl.col("is_whole"),
        pl.col("month") <= month,
    )["month"].to_list()  # fmt: skip
    return _unbroken(told, month)


def types_told(crime_month: pl.DataFrame, crime_types: Sequence[str], months: Sequence[date]) -> tuple[str, ...]:
    """Of crime types those told somewhere without a gap for long enough to be judged by, in order.

    One that is new, or told of nowhere, makes no other's history short: entries against it are not judged.

    Args:
        crime_month: The table.
        crime_types: All that might be.
        months: Consecutive, oldest first, the run's the last; not empty.
    """
    whole = crime_month.filter(pl.col("complete"), pl.col("month").is_in(list(months)))
    told = {
        one: len(_unbroken(whole.filter(pl.col("crime_type") == one)["month"].unique().to_list(), months[-1]))
        for one in crime_types
    }
    least = min(LEAST_MONTHS, max(told.values(), default=0))
    return tuple(one for one in crime_types if told[one] >= max(least, 1))


def told_since(crime_month: pl.DataFrame, crime_types: Sequence[str], months: Sequence[date]) -> dict[str, date]:
    """By district the first of the months from which on each is whole in it, of every crime type.

    Args:
        crime_month: The table.
        crime_types: Those that are judged.
        months: Consecutive, oldest first, the run's the last; not empty.
    """
    whole = (
        crime_month.filter(pl.col("complete"), pl.col("crime_type").is_in(list(crime_types)))
        .group_by("district", "month")
        .agg(types=pl.col("crime_type").n_unique())
        .filter(pl.col("types") == len(crime_types), pl.col("month").is_in(list(months)))
        .sort("district", "month")
    )
    found = {}
    for (district,), rows in whole.group_by("district", maintain_order=True):
        if unbroken := _unbroken(rows["month"].to_list(), months[-1]):
            found[str(district)] = unbroken[0]
    return found


def cells_since(coverage: pl.DataFrame, months: Sequence[date]) -> date | None:
    """The first of the months from which on at least half of each one's crimes lie in cells; None: not the newest's.

    Args:
        coverage: Table `place_coverage`.
        months: As of `told_since`.
    """
    enough = (
        coverage.group_by("month")
        .agg(pl.col("in_area", "incidents").sum())
        .filter(pl.col("in_area") >= LEAST_SHARE * pl.col("incidents"), pl.col("month").is_in(list(months)))
    )
    unbroken = _unbroken(enough["month"].to_list(), months[-1])
    return unbroken[0] if unbroken else None


def covered(since: Mapping[str, date], wanted: Iterable[str], month: date) -> tuple[tuple[date, date], frozenset[str]]:
    """First and last day that are counted, and what is told of all of them.

    They begin where all that entries name is told. What is told for too short a time for that is not among it: so a box
    that is new makes no other's history short.

    Args:
        since: By district, and the layer of cells, the first month it is told from; not empty.
        wanted: Those that entries name.
        month: The run's: its last day is the last that is counted.
    """
    least = min(LEAST_MONTHS, max(months_apart(month, first) + 1 for first in since.values()))
    long = [since[name] for name in wanted if name in since and months_apart(month, since[name]) + 1 >= least]
    begins = max(long, default=min(since.values()))
    return (begins, last_of_month(month)), frozenset(name for name, first in since.items() if first <= begins)


def as_expected(counts: pl.DataFrame, crime_month: pl.DataFrame) -> pl.DataFrame:
    """Counts of days as expected in the end: times what their district's month is expected to be over what it is.

    Late reports of a month are so taken to lie on its days, and on the cells of a station, as those that have come. A
    month of which nothing is reported stays without crimes.

    Args:
        counts: area, district (whose month tells of late reports), crime_type, day, incidents.
        crime_month: The table.
    """
    growth = crime_month.filter(pl.col("incidents") > 0, pl.col("expected_final").is_not_null()).select(
        "district", "crime_type", "month", growth=pl.col("expected_final") / pl.col("incidents")
    )
    return (
        counts.with_columns(month=pl.col("day").dt.truncate("1mo"))
        .join(growth, on=["district", "crime_type", "month"], how="left", maintain_order="left")
        .select("area", "crime_type", "day", incidents=pl.col("incidents") * pl.col("growth").fill_null(1.0))
        .sort("area", "crime_type", "day")
    )


def without_found(forecast: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """Forecasts of what victims and citizens report: times its share of the year's crimes up to their origin.

    What was forecast is of all crimes of a type, those among them that police find by looking; these are not counted,
    for where units are sent more are found. The share is of before, so that no deployment changes what is expected of
    it; where nothing was found it is 1.

    Args:
        forecast: area, crime_type, origin_month, mean, bounds and whatever else; order and rows stay.
        told: area, crime_type, month, incidents, found: of all crimes, and of those police found.
    """
    if not (told["found"] != 0).any():
        return forecast
    shares = [
        reported_shares(told, origin).with_columns(origin_month=pl.lit(origin))
        for origin in forecast["origin_month"].unique().sort()
    ]
    if not shares:
        return forecast
    share = pl.col("reported").fill_null(1.0)
    return (
        forecast.join(pl.concat(shares), on=["area", "crime_type", "origin_month"], how="left", maintain_order="left")
        .with_columns(pl.col("mean", "lower_80", "upper_80", "lower_95", "upper_95") * share)
        .drop("reported")
    )


def reported_shares(told: pl.DataFrame, last: date) -> pl.DataFrame:
    """One row per area and crime type with crimes: `reported`, victims' and citizens' share of a year's.

    Args:
        told: As of `without_found`.
        last: First day of the last of the twelve months.
    """
    return (
        told.filter(pl.col("month").is_between(add_months(last, 1 - YEAR), last))
        .group_by("area", "crime_type")
        .agg(pl.col("incidents", "found").sum())
        .filter(pl.col("incidents") > 0)
        .select("area", "crime_type", reported=(1 - pl.col("found") / pl.col("incidents")).clip(0.0, 1.0))
        .sort("area", "crime_type")
    )


def _unbroken(months: Iterable[date], newest: date) -> list[date]:
    """Of months the consecutive ones up to the newest, oldest first."""
    told, found = set(months), []
    at = newest
    while at in told:
        found.append(at)
        at = add_months(at, -1)
    return found[::-1]
