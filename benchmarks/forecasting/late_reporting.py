"""How near expected final counts come to what was reported in the end, beside the raw counts.

San Francisco: the pooled WAPE of both over every daily vintage from a month's end until its final age, and how often
the 80 % interval held, citywide and per district. Each estimate uses only the vintages up to its own. Without a file:
the same on simulated triangles, five days after the month's end.

    python -m benchmarks.forecasting.late_reporting ../shared/data/world/sf-vintages/sf_monthly_by_vintage.parquet
    python -m benchmarks.forecasting.late_reporting
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from expectations.months import add_months, last_of_month
from forecasts.reporting.late_reporting import FINAL_DAYS, expected_finals

CITY = "sf"
TYPES = {
    "theft": ["Larceny Theft", "Motor Vehicle Theft", "Motor Vehicle Theft?"],
    "violence": ["Assault", "Homicide"],
}
MONTHS = (date(2026, 6, 1), date(2026, 7, 1))
FIRST, LOOK = date(2024, 1, 1), 5
KEYS = ["district", "crime_type", "month"]
LOWER, UPPER = "expected_final_lower_80", "expected_final_upper_80"


@dataclass(frozen=True)
class Town:
    """What is simulated: six districts whose counts are reported at random delays, in months of their own strength.

    Attributes:
        mean: A district's count of a month.
        late: Share of it that comes late, by 8 days on average.
        reversed: Share of it that is taken back, on any day until final.
        months: Months of exports, the open one included.
        ages: Days after a month's end on which it is exported; `LOOK` among them.
        strength: Standard deviation of the late share from month to month, relative.
        dispersion: Variance over mean of a district's late reports.
    """

    mean: float = 100
    late: float = 0.25
    reversed: float = 0.0
    months: int = 12
    ages: range = range(1, FINAL_DAYS + 1)
    strength: float = 0.3
    dispersion: float = 1.0


MONTHLY = range(LOOK, LOOK + FINAL_DAYS + 1, FINAL_DAYS)
TOWNS = {
    "a quarter late": Town(),
    "a single earlier month": Town(months=2),
    "strength 0.6, 18 months": Town(months=18, strength=0.6),
    "and a tenth reversed": Town(months=18, strength=0.6, reversed=0.1),
    "only a tenth reversed": Town(late=0.0, reversed=0.1),
    "a tenth late, a tenth reversed": Town(late=0.1, reversed=0.1),
    "the same, monthly exports": Town(late=0.1, reversed=0.1, ages=MONTHLY),
    "monthly exports, dispersion 3": Town(ages=MONTHLY, dispersion=3.0),
    "boxes of 3": Town(mean=3),
}


@dataclass(frozen=True)
class Result:
    """Errors over all vintages of the months, and over the districts' own rows.

    Attributes:
        errors: One row per level, district, crime type, month and vintage: raw, expected, target, held.
    """

    errors: pl.DataFrame

    def wape(self, column: str, level: str = "agency") -> float:
        """Sum of absolute errors over the sum of final counts."""
        rows = self.errors.filter(level=level)
        return float((rows[column] - rows["target"]).abs().sum()) / float(rows["target"].sum())

    def coverage(self, level: str = "agency") -> float:
        """Share of the intervals, 80 % by promise, that held the final count."""
        held = self.errors.filter(level=level)["held"]
        return int(held.sum()) / len(held)


def by_vintage(file: Path) -> pl.DataFrame:
    """One row per district, crime type, month and export day: the count as seen then, of running months too."""
    kind = pl.coalesce(pl.when(pl.col("category").is_in(names)).then(pl.lit(t)) for t, names in TYPES.items())
    told = pl.read_parquet(file).with_columns(crime_type=kind)
    return (
        told.filter(pl.col("crime_type").is_not_null() & (pl.col("district") != "Out of SF"))
        .with_columns(pl.col("month").str.to_date("%Y-%m"), exported_on=pl.col("vintage").str.to_date())
        .group_by("district", "crime_type", "month", "exported_on")
        .agg(incidents=pl.col("count").sum())
        .sort("district", "crime_type", "month", "exported_on")
    )


def vintages(file: Path) -> pl.DataFrame:
    """The same of months that were over when they were exported."""
    return by_vintage(file).filter(pl.col("exported_on") >= pl.col("month").dt.month_end())


def with_city(seen: pl.DataFrame) -> pl.DataFrame:
    """The districts' counts with their city's, each with its level and parent."""
    city = seen.group_by("crime_type", "month", "exported_on").agg(pl.col("incidents").sum())
    city = city.select(pl.lit(CITY).alias("district"), "crime_type", "month", "exported_on", "incidents")
    parts = (
        seen.with_columns(parent=pl.lit(CITY), level=pl.lit("station")),
        city.with_columns(parent=pl.lit(None, pl.String), level=pl.lit("agency")),
    )
    return pl.concat(parts).sort("district", "crime_type", "month", "exported_on")


def measured(seen: pl.DataFrame, months: Sequence[date] = MONTHS, final_days: int = FINAL_DAYS) -> Result:
    """Every vintage of the months before their final one, with what was expected then.

    The target is the count at `final_days` after the month's end, or at the newest vintage before.
    """
    told, parts = with_city(seen), []
    for month in months:
        ends = told.filter(month=month).filter(
            pl.col("exported_on") <= last_of_month(month) + timedelta(days=final_days)
        )
        last = ends["exported_on"].max()
        target = ends.filter(exported_on=last).select("district", "crime_type", target="incidents")
        for as_of in ends["exported_on"].unique().sort().to_list()[:-1]:
            now = told.filter(exported_on=as_of, month=month)
            made = expected_finals(seen, now, as_of, final_days)
            parts.append(_beside(now, made).join(target, on=["district", "crime_type"]))
    held = pl.col("target").is_between(LOWER, UPPER)
    return Result(pl.concat(parts).with_columns(held=held))


def _beside(now: pl.DataFrame, made: pl.DataFrame) -> pl.DataFrame:
    bounds = ["expected_final", LOWER, UPPER]
    beside = now.join(made.select(*KEYS, *bounds), on=KEYS, how="left").rename({"incidents": "raw"})
    return beside.with_columns(pl.col(name).fill_null(pl.col("raw").cast(pl.Float64)) for name in bounds)


def triangle(random: np.random.Generator, town: Town) -> pl.DataFrame:
    """One row per district, month and export day: the count as seen then."""
    rows = []
    for step in range(town.months):
        month = add_months(FIRST, step)
        strength = random.gamma(town.strength**-2, town.strength**2)
        for district in range(6):
            prompt, late = random.poisson(town.mean * (1 - town.late)), town.mean * town.late * strength
            if town.dispersion > 1:
                late = random.gamma(late / (town.dispersion - 1), town.dispersion - 1)
            delays = random.exponential(8.0, random.poisson(late))
            losses = random.uniform(0, FINAL_DAYS, random.poisson(town.mean * town.reversed))
            for age in town.ages:
                count = int(prompt + (delays < age).sum() - (losses < age).sum())
                rows.append((f"{district}", "theft", month, last_of_month(month) + timedelta(days=age), count))
    return pl.DataFrame(rows, schema=[*KEYS, "exported_on", "incidents"], orient="row")


def simulated(town: Town, runs: int, seed: int = 7) -> Result:
    """The newest month of as many triangles, `LOOK` days after its end, beside its final count."""
    random, parts = np.random.default_rng(seed), []
    for _ in range(runs):
        seen = triangle(random, town)
        last = add_months(FIRST, town.months - 1)
        as_of = last_of_month(last) + timedelta(days=LOOK)
        told = with_city(seen.filter(month=last))
        now = told.filter(exported_on=as_of)
        final = told.filter(exported_on=told["exported_on"].max()).select("district", target="incidents")
        parts.append(_beside(now, expected_finals(seen, now, as_of)).join(final, on="district"))
    held = pl.col("target").is_between(LOWER, UPPER)
    return Result(pl.concat(parts).with_columns(held=held))


def main(runs: int = 100) -> None:
    """Print the figures of the simulated towns."""
    for name, town in TOWNS.items():
        result, told = simulated(town, runs), []
        for level in ("agency", "station"):
            ratio = result.wape("expected_final", level) / result.wape("raw", level)
            told.append(f"{level} ratio {ratio:.2f}, held {result.coverage(level):.2f}")
        print(f"{name}: {'; '.join(told)}", flush=True)


def main_of(file: Path) -> None:
    """Print the figures of San Francisco."""
    result = measured(vintages(file))
    for level in ("agency", "station"):
        told, rows = result.wape("raw", level), result.errors.filter(level=level).height
        ratio = result.wape("expected_final", level) / told
        print(
            f"{level}: WAPE of raw counts {told:.4f}, of expected_final {ratio * told:.4f}, ratio {ratio:.3f}; "
            f"80 % interval held {result.coverage(level):.3f} of {rows}"
        )
    by = result.errors.filter(level="agency").group_by("crime_type", "month", maintain_order=True)
    raw, made = (_wape(name) for name in ("raw", "expected_final"))
    print(by.agg(raw=raw, expected_final=made, ratio=made / raw, held=pl.col("held").mean()))


def _wape(column: str) -> pl.Expr:
    return (pl.col(column) - pl.col("target")).abs().sum() / pl.col("target").sum()


if __name__ == "__main__":
    if sys.argv[1:]:
        main_of(Path(sys.argv[1]))
    else:
        main()
