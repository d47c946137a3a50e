"""A running month whose days are reported late: San Francisco, June and July 2026, seen up to the day only.

At 10, 17 and 24 days, through the product's own functions and what was published up to then: the counts of the months
before as they will stand (`expected_finals`), their forecast (`coherent_forecasts`), the share of the days so far that
is reported (`completeness`), and the running month from these (`running_month`). Printed is the WAPE of the districts'
medians of theft and violence, held against the newest vintage, beside that of the forecast from the month's first day,
of the count scaled up by its days, of the days taken for complete, and of the reported share taken for sure.

The vintages are of months, and `completeness` reads a triangle of days. It is laid out from them: with a month's crimes
spread evenly over its days, the counts that one month gains from vintage to vintage tell how long reports take
(Becker, Watson & Carlin (1991), A method of non-parametric back-projection and its application to AIDS data, Statistics
in Medicine 10, 1527-1542). An agency whose exports have days needs none of that. φ of the days is not known either,
and 1.

    python -m benchmarks.forecasting.late_running_month ../shared/data/world/sf-vintages/sf_monthly_by_vintage.parquet
"""

import argparse
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.forecasting.late_reporting import CITY, MONTHS, by_vintage, with_city
from expectations.months import add_months, last_of_month
from forecasts.hierarchy import coherent_forecasts
from forecasts.reporting.completeness import Reported, completeness, final_age
from forecasts.reporting.late_reporting import FINAL_DAYS, expected_finals
from forecasts.settings import EngineSettings
from forecasts.tables.running_month import running_month

DAYS = (10, 17, 24)
KEYS = ["district", "crime_type", "month"]
ROUNDS = 300
"""Of the back-projection: what it says of a month no longer moves."""


def known(seen: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The months before the running one as they were expected to stand on that day, the city's among them."""
    whole = seen.filter((pl.col("exported_on") <= as_of) & (pl.col("exported_on") >= pl.col("month").dt.month_end()))
    newest = whole.filter(pl.col("exported_on") == pl.col("exported_on").max().over("month"))
    now = with_city(newest)
    made = expected_finals(whole, now, as_of).select(*KEYS, "expected_final")
    counts = now.join(made, on=KEYS, how="left")
    return counts.select(*KEYS, count=pl.coalesce("expected_final", pl.col("incidents").cast(pl.Float64)))


def forecasts(seen: pl.DataFrame, month: date, as_of: date) -> pl.DataFrame:
    """What is expected of the month from what was known that day of those before it."""
    history = known(seen.filter(pl.col("month") < month), as_of)
    districts = _levels(history.select("district").unique().sort("district"))
    made = coherent_forecasts(history, districts, [add_months(month, -1)], EngineSettings())
    return made.filter(pl.col("month") == month).join(districts, on="district")


def _levels(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with each district's level and parent."""
    is_city = pl.col("district") == CITY
    return rows.with_columns(
        level=pl.when(is_city).then(pl.lit("agency")).otherwise(pl.lit("station")),
        parent=pl.when(is_city).then(None).otherwise(pl.lit(CITY)),
    )


def delays(seen: pl.DataFrame) -> tuple[np.ndarray, list[date]]:
    """F(k), the share of a day's crimes reported k days later, of one crime type, and the months that told it.

    Args:
        seen: month, exported_on, incidents: a month's count at every vintage, those while it ran among them.
    """
    final = final_age(FINAL_DAYS)
    gains, reach, owner = [], [], []
    months = []
    for (month,), rows in sorted(seen.partition_by("month", as_dict=True).items()):
        assert isinstance(month, date)
        told = rows.sort("exported_on")
        if (told["exported_on"][0] - last_of_month(month)).days > final:
            continue
        before = np.zeros(final + 1)
        for vintage in told["exported_on"].to_list():
            reached = _reached(month, vintage, final)
            reach.append(reached - before)
            before = reached
        gains.append(np.diff(told["incidents"].to_numpy().astype(float), prepend=0.0))
        owner.append(np.full(told.height, len(months)))
        months.append(month)
    gained, share, of = np.maximum(np.concatenate(gains), 0.0), np.array(reach), np.concatenate(owner)
    density, whole = np.full(final + 1, 1 / (final + 1)), np.bincount(of, gained)
    for _ in range(ROUNDS):
        expected = np.maximum((share @ density) * whole[of], 1e-12)
        weighed = whole[of][:, None] * share
        density *= ((gained / expected) @ weighed) / np.maximum(weighed.sum(axis=0), 1e-12)
        density /= density.sum()
        whole = np.bincount(of, gained) / np.maximum(np.bincount(of, share @ density), 1e-12)
    return np.cumsum(density), months


def _reached(month: date, vintage: date, final: int) -> np.ndarray:
    """Of a month's days, the share from which reports of each delay had come by a vintage."""
    days = [month + timedelta(days=step) for step in range(last_of_month(month).day)]
    ages = np.array([min((vintage - day).days, final) for day in days])
    return (ages[:, None] >= np.arange(final + 1)).mean(axis=0)


def triangle_of_days(seen: pl.DataFrame) -> pl.DataFrame:
    """crime_type, day, exported_on, incidents: each vintage's months spread over their days as reports come in."""
    rows = []
    for (crime_type,), own in sorted(seen.partition_by("crime_type", as_dict=True).items()):
        totals = own.group_by("month", "exported_on").agg(pl.col("incidents").sum())
        reported, months = delays(totals)
        for month, vintage, count in totals.filter(pl.col("month").is_in(months)).iter_rows():
            days = [month + timedelta(days=step) for step in range(last_of_month(month).day)]
            days = [day for day in days if day < vintage]
            ages = [min((vintage - day).days, len(reported) - 1) for day in days]
            shares = reported[ages] / max(float(reported[ages].sum()), 1e-12)
            rows += [(crime_type, day, vintage, count * share) for day, share in zip(days, shares, strict=True)]
    return pl.DataFrame(rows, schema=["crime_type", "day", "exported_on", "incidents"], orient="row")


def nowcasts(seen: pl.DataFrame, month: date, days: int) -> dict[str, pl.DataFrame]:
    """District, crime_type and median of the month by each way of telling it after so many days."""
    as_of = month + timedelta(days=days)
    known_then = seen.filter(pl.col("exported_on") <= as_of)
    now = known_then.filter((pl.col("exported_on") == as_of) & (pl.col("month") == month))
    counted = with_city(now).select("district", "level", "crime_type", so_far="incidents").with_columns(
        month=pl.lit(month),
        through=pl.lit(as_of - timedelta(days=1)),
        days=pl.lit(days, pl.Int64),
        incidents=pl.lit(None, pl.Int64),
    )  # fmt: skip
    expected = forecasts(known_then, month, as_of)
    exports = {month + timedelta(days=step): as_of for step in range(days)}
    reported = completeness(triangle_of_days(known_then), exports, FINAL_DAYS)
    for crime_type, told in reported.items():
        print(f"  {month:%Y-%m} day {days}: of {crime_type} {told.share.mean():.2f} is reported, ± {told.unsure:.0%}")
    sure = {crime_type: Reported(told.share) for crime_type, told in reported.items()}
    scaled = pl.col("so_far") * (last_of_month(month).day / days)
    return {
        "month_start": forecasts(seen.filter(pl.col("exported_on") <= month), month, month),
        "scaled_up": counted.with_columns(median=scaled),
        "taken_as_complete": _of(running_month(expected, counted, {}), month),
        "share_taken_for_sure": _of(running_month(expected, counted, sure), month),
        "running_month": _of(running_month(expected, counted, reported), month),
    }


def _of(made: pl.DataFrame, month: date) -> pl.DataFrame:
    return made.filter(pl.col("month") == month)


def wape(made: Mapping[date, pl.DataFrame], final: pl.DataFrame) -> float:
    """Sum of the districts' absolute errors over the sum of their final counts."""
    rows = pl.concat([frame.select("district", "crime_type", "median", month=pl.lit(at)) for at, frame in made.items()])
    both = final.filter(pl.col("month").is_in(list(made))).join(rows, on=KEYS, how="left", validate="1:1")
    assert both["median"].null_count() == 0, both.filter(pl.col("median").is_null())
    return float((both["median"] - both["final"]).abs().sum()) / float(both["final"].sum())


def main() -> int:
    """Exit status 0 where the running month is told as well as is promised."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--at-most", type=float, default=0.13, help="WAPE at 17 days")
    given = parser.parse_args()
    seen = by_vintage(given.file)
    final = seen.filter(pl.col("exported_on") == pl.col("exported_on").max()).select(*KEYS, final="incidents")
    good = True
    for days in DAYS:
        made = {month: nowcasts(seen, month, days) for month in MONTHS}
        told = {way: wape({month: made[month][way] for month in MONTHS}, final) for way in made[MONTHS[0]]}
        print(f"day {days}  " + "  ".join(f"{way} {error:.3f}" for way, error in told.items()), flush=True)
        good &= days != 17 or told["running_month"] <= given.at_most
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
