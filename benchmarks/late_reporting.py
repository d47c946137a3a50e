"""How near the expected final counts of San Francisco come to what was reported in the end, beside the raw counts.

Prints the pooled WAPE of both over every daily vintage from a month's end until its final age, and how often the 80 %
interval held, citywide and per district. Each estimate uses only the vintages up to its own.

    python benchmarks/late_reporting.py ../shared/data/world/sf-vintages/sf_monthly_by_vintage.parquet
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from forecasts.late_reporting import FINAL_DAYS, expected_finals
from forecasts.reporting_paths import month_end

CITY = "sf"
TYPES = {
    "theft": ["Larceny Theft", "Motor Vehicle Theft", "Motor Vehicle Theft?"],
    "violence": ["Assault", "Homicide"],
}
MONTHS = (date(2026, 6, 1), date(2026, 7, 1))


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


def vintages(file: Path) -> pl.DataFrame:
    """One row per district, crime type, month and export day: the count as seen then."""
    kind = pl.coalesce(pl.when(pl.col("category").is_in(names)).then(pl.lit(t)) for t, names in TYPES.items())
    told = pl.read_parquet(file).with_columns(crime_type=kind)
    return (
        told.filter(pl.col("crime_type").is_not_null() & (pl.col("district") != "Out of SF"))
        .with_columns(pl.col("month").str.to_date("%Y-%m"), exported_on=pl.col("vintage").str.to_date())
        .group_by("district", "crime_type", "month", "exported_on")
        .agg(incidents=pl.col("count").sum())
        .filter(pl.col("exported_on") >= pl.col("month").dt.month_end())
        .sort("district", "crime_type", "month", "exported_on")
    )  # fmt: skip


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
        ends = told.filter(month=month).filter(pl.col("exported_on") <= month_end(month) + timedelta(days=final_days))
        last = ends["exported_on"].max()
        target = ends.filter(exported_on=last).select("district", "crime_type", target="incidents")
        for as_of in ends["exported_on"].unique().sort().to_list()[:-1]:
            now = told.filter(exported_on=as_of, month=month)
            made = expected_finals(seen, now, as_of, final_days)
            parts.append(_beside(now, made).join(target, on=["district", "crime_type"]))
    held = pl.col("target").is_between("expected_final_lower_80", "expected_final_upper_80")
    return Result(pl.concat(parts).with_columns(held=held))


def _beside(now: pl.DataFrame, made: pl.DataFrame) -> pl.DataFrame:
    keys = ["district", "crime_type", "month"]
    bounds = ["expected_final", "expected_final_lower_80", "expected_final_upper_80"]
    beside = now.join(made.select(*keys, *bounds), on=keys, how="left").rename({"incidents": "raw"})
    return beside.with_columns(pl.col(name).fill_null(pl.col("raw").cast(pl.Float64)) for name in bounds)


def main(file: Path) -> None:
    """Print the figures."""
    result = measured(vintages(file))
    for level in ("agency", "station"):
        told, rows = result.wape("raw", level), result.errors.filter(level=level).height
        ratio = result.wape("expected_final", level) / told
        print(f"{level}: WAPE of raw counts {told:.4f}, of expected_final {ratio * told:.4f}, ratio {ratio:.3f}; "
              f"80 % interval held {result.coverage(level):.3f} of {rows}")  # fmt: skip
    by = result.errors.filter(level="agency").group_by("crime_type", "month", maintain_order=True)
    raw, made = (_wape(name) for name in ("raw", "expected_final"))
    print(by.agg(raw=raw, expected_final=made, ratio=made / raw, held=pl.col("held").mean()))


def _wape(column: str) -> pl.Expr:
    return (pl.col(column) - pl.col("target")).abs().sum() / pl.col("target").sum()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
