"""A publication small enough to see through: two districts, thefts always 10 and 20."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from expectations.contracts import PUBLISHED, TABLES
from expectations.contracts.ddl import conform, empty
from flows.places.home import Home
from flows.publishing import build_strategy, publish, staging, write_parquet

DISTRICTS = {"gj": ("광주경찰청", "agency", None), "gj-east": ("동부경찰서", "station", "gj")}


def rows(table: str, *given: dict[str, Any]) -> pl.DataFrame:
    """A frame of one table; columns not given are empty."""
    schema = {column.name: None for column in TABLES[table].columns}
    named = [schema | {"district_name": None} | row for row in given]
    for row in named:
        if "district" in row:
            row["district_name"], row["level"], row["parent"] = DISTRICTS[row["district"]]
    return conform(pl.DataFrame(named, infer_schema_length=None), TABLES[table])


def forecast(origin: date, month: date, run_id: str, mean: float = 10.0, **changes: Any) -> pl.DataFrame:
    """One forecast row per district: the agency's mean, and the same for its only station."""
    bounds = {f"{side}_{level}": mean for side in ("lower", "upper") for level in (50, 80, 95)}
    common = {
        "origin_month": origin, "month": month, "crime_type": "theft", "horizon": 1, "method": "always", "issued": True,
        "mean": mean, "median": mean, "run_id": run_id, **bounds, **changes,
    }  # fmt: skip
    return rows("forecast", *({"district": district, **common} for district in DISTRICTS))


def tables(month: date, as_of: date, run_id: str, thefts: int = 10) -> dict[str, pl.DataFrame]:
    """Every published table of a run; most are empty, crime_month has one row a district."""
    crime = {"crime_type": "theft", "month": month, "incidents": thefts, "expected_final": thefts, "provisional": True,
             "complete": True}  # fmt: skip
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    made = {
        "crime_month": rows("crime_month", *({"district": d, **crime} for d in reversed(DISTRICTS))),
        "forecast": forecast(month, following, run_id, float(thefts), issued=as_of <= following + timedelta(days=27)),
        "publication": rows("publication", {"month": month, "as_of": as_of, "run_id": run_id, "complete": True,
                            "generated": False, "version": "0.1.0", "agency": "gj", "agency_name": "광주경찰청"}),
        "run": rows("run", {"run_id": run_id, "started_at": datetime.fromisoformat("2024-04-10"), "month": month,
                            "as_of": as_of, "reason": "test", "status": "published", "version": "0.1.0",
                            "settings": "{}", "agency_hash": "a", "inputs_hash": "b"}),
    }  # fmt: skip
    return {table.name: made.get(table.name, empty(table)) for table in PUBLISHED}


def put(home: Home, month: date, as_of: date, run_id: str, thefts: int = 10, out=None, page: str = "checked"):
    """Publish as a run does."""
    with staging(home, run_id, out) as staged:
        lay(staged.strategy, staged.folder, tables(month, as_of, run_id, thefts), page)
        return publish(home, staged)


def put_few(home: Home, month: date, as_of: date, run_id: str, thefts: int = 10, out=None, page: str = "checked"):
    """The same with few files: each of them is copied, hashed, linked, brought to the disk and removed again."""
    with staging(home, run_id, out) as staged:
        lay_few(staged.strategy, staged.folder, tables(month, as_of, run_id, thefts), page)
        return publish(home, staged)


def lay(strategy: Path, folder: Path, made: Mapping[str, pl.DataFrame], page: str = "checked") -> None:
    """A publication's files."""
    build_strategy(strategy, made)
    write_parquet(folder / "parquet", made)
    (folder / "validation.html").write_text(page, "utf-8")


def lay_few(strategy: Path, folder: Path, made: Mapping[str, pl.DataFrame], page: str = "checked") -> None:
    """The same, of the Parquet copies those that hold a row."""
    lay(strategy, folder, made, page)
    for table, frame in made.items():
        if frame.is_empty():
            (folder / "parquet" / f"{table}.parquet").unlink()
