"""What tables of places cost a run: a city's points as crimes of a warehouse, a month from nothing, and the next one.

    .venv/bin/python -m benchmarks.places_month

Points of ../shared/data/places in cells of 100 m, stations of five kilometres by five, all crimes of the newest month
expected again in the next. What is printed is the step that makes the tables, not the reading of exports.
"""

import argparse
import resource
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import duckdb
import polars as pl

from benchmarks.forecasting.places import POINTS
from benchmarks.measuring import cost, machine
from expectations.contracts import TABLES
from expectations.contracts.ddl import empty
from expectations.geography.grid import Grid
from expectations.months import add_months
from flows.computing.kept import Kept
from flows.computing.places import place_tables
from flows.places.home import Home

GRID = Grid("EPSG:32618", 100)
TYPES = ("theft", "violence")
STATION = 5_000
LAST = date(2025, 6, 1)
KEPT_BYTES = 200_000_000


def events() -> pl.DataFrame:
    """One row per crime, as `place_event` has them."""
    points = pl.read_parquet(POINTS).filter(pl.col("crime_type").is_in(TYPES))
    at = pl.col("time").dt.replace_time_zone(None).cast(pl.Datetime("us"))
    square = [(pl.col(axis) // STATION).cast(pl.Int64) for axis in "xy"]
    return points.select(
        cell=pl.Series(GRID.codes(points["x"].to_numpy(), points["y"].to_numpy())),
        crime_type="crime_type",
        month=at.dt.date().dt.truncate("1mo"),
        day=at.dt.date(),
        happened=at.dt.date(),
        incidents=pl.lit(1, pl.Int64),
        occurred_at=at,
        occurred_until=pl.lit(None, pl.Datetime("us")),
        station=pl.format("{}-{}", *square),
        box=pl.lit(None, pl.String),
        file_id=pl.lit("f"),
        row_number=pl.int_range(pl.len()),
    ).sort("day", "cell", "crime_type", "occurred_at")


def stations(told: pl.DataFrame) -> pl.DataFrame:
    """The city and its stations, as `core_district` has them."""
    codes = sorted(told["station"].unique())
    return pl.DataFrame(
        {
            "district": ["city", *codes],
            "district_name": ["City", *codes],
            "level": ["agency", *["station"] * len(codes)],
            "parent": [None, *["city"] * len(codes)],
            "sort_order": range(len(codes) + 1),
        }
    )


def expected(told: pl.DataFrame, month: date, districts: pl.DataFrame) -> pl.DataFrame:
    """Forecasts of three months: each station's crimes of the newest one again."""
    own = told.filter(month=month).group_by("crime_type", district="station").agg(mean=pl.len().cast(pl.Float64))
    whole = own.group_by("crime_type").agg(pl.col("mean").sum()).with_columns(district=pl.lit("city"))
    each = pl.concat([own, whole.select(own.columns)]).join(districts.drop("sort_order"), on="district")
    ahead = [each.with_columns(month=add_months(month, horizon)) for horizon in (1, 2, 3)]
    return pl.concat(ahead).with_columns(origin_month=month, upper_80="mean")


def made(told: pl.DataFrame, month: date, kept: Kept, home: Home) -> dict[str, pl.DataFrame]:
    """The tables of a month."""
    agency = SimpleNamespace(
        places=SimpleNamespace(grid=GRID), area_cells=None, place_types=TYPES, forecast_types=TYPES,
        untold_cells=frozenset(), stations_at={}, root=SimpleNamespace(code="city"),
    )  # fmt: skip
    so_far, districts = told.filter(pl.col("month") <= month), stations(told)
    counts = so_far.group_by("month", "crime_type").agg(pl.col("incidents").sum()).with_columns(district=pl.lit("city"))
    no_police = counts.clear().drop("district")
    with duckdb.connect() as con:
        for name, frame in (("place_event", so_far), ("core_district", districts), ("police_found", no_police)):
            con.register("arriving", frame)
            con.execute(f"CREATE TABLE {name} AS FROM arriving")
            con.unregister("arriving")
        tables = {
            "crime_month": counts,
            "forecast": expected(told, month, districts),
            "running_month": empty(TABLES["running_month"]),
        }
        as_of = add_months(month, 1).replace(day=10)
        run = SimpleNamespace(agency=agency, month=month, as_of=as_of, settings=SimpleNamespace(home=home))
        return place_tables(cast(Any, SimpleNamespace(con=con)), tables, cast(Any, run), kept)


def main(words: Sequence[str] | None = None) -> None:
    """Print what each month cost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args(words)
    if not POINTS.is_file():
        parser.error("no ../shared/data/places beside this checkout")
    print(machine(), flush=True)
    told = events()
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder, "home"), Path(folder, "inbox"))
        kept = Kept(home.kept, KEPT_BYTES, "benchmark")
        for month, what in ((add_months(LAST, -1), "from nothing"), (LAST, "a new month")):
            spent, tables = cost(lambda month=month: made(told, month, kept, home))  # type: ignore[misc]
            crimes, risk, scores = (
                told.filter(pl.col("month") <= month).height,
                tables["place_risk"],
                tables["place_score"],
            )
            print(
                f"{month:%Y-%m} {what}: {spent}; {crimes:,} crimes, {risk['cell'].n_unique():,} cells, "
                f"{scores['month'].n_unique()} months scored",
                flush=True,
            )
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB at most")


if __name__ == "__main__":
    main()
