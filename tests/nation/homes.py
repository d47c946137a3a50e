"""Homes of three agencies that have published one month: twenty thefts, forty and sixty in each of 27 months."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from expectations.contracts.nation.added import ADDED
from flows.publishing import write_parquet
from tests.publishing.full_publication import MONTHS, full_tables

AGENCIES = {"gj": ("광주경찰청", 1), "bs": ("부산경찰청", 2), "so": ("서울경찰청", 3)}
"""Name and size: of whatever Gwangju has one, Busan has two and Seoul three."""
_SCALED = (
    "mean",
    "median",
    "observed",
    "error",
    *(f"{side}_{held}" for held in (50, 80, 95) for side in ("lower", "upper")),
)
_ALSO = ("forecast", "forecast_score", "crime_rate")


def sample() -> dict[str, pl.DataFrame]:
    """A publication with rows in every table, whose agency's counts are the sums of its one station's."""
    made = full_tables()
    for of in ADDED:
        name, key = of.table.name, list(of.key)
        rows = made[name]
        sums = rows.filter(pl.col("level") == "station").select(*key, *of.measures)
        own = rows.filter(pl.col("level") == "agency").update(sums, on=key)
        made[name] = pl.concat([rows.filter(pl.col("level") != "agency"), own])
    ahead = made["forecast"].filter(pl.col("level") == "agency", pl.col("horizon") == 1)
    made["forecast"] = pl.concat(
        [made["forecast"], ahead.with_columns(origin_month=pl.lit(MONTHS[-2]), month=pl.lit(MONTHS[-1]))]
    )
    return made


def home(folder: Path, frames: Mapping[str, pl.DataFrame], agency: str, **about: object) -> Path:
    """A home that has published the frames as this agency's, with nothing else in it."""
    name, times = AGENCIES.get(agency, (agency, 1))
    month = frames["publication"]["month"][0]
    mine = {table: _as_if(frame, agency, name, times if _counts(table) else 1) for table, frame in frames.items()}
    told = {"agency": agency, "agency_name": name, "run_id": f"run-of-{agency}", **about}
    mine["publication"] = mine["publication"].with_columns(**{key: pl.lit(value) for key, value in told.items()})
    write_parquet(folder / "published" / f"{month:%Y-%m}" / "parquet", mine)
    return folder


def _counts(table: str) -> bool:
    return table in {of.table.name for of in ADDED} | set(_ALSO)


def _as_if(frame: pl.DataFrame, agency: str, name: str, times: int) -> pl.DataFrame:
    """The same rows with the agency's own codes of districts and so many times the counts."""
    codes = [column for column in ("district", "parent") if column in frame.columns]
    own = [
        pl.when(pl.col(code) == "gj")
        .then(pl.lit(agency))
        .otherwise(pl.format("{}-{}", pl.lit(agency), code))
        .alias(code)
        for code in codes
    ]
    named = [pl.col("district_name").str.replace("광주", name[:2])] if "district_name" in frame.columns else []
    scaled = [pl.col(one) * times for one in _measured(frame.columns)] if times > 1 else []
    return frame.with_columns(*own, *named, *scaled)


def _measured(columns: Iterable[str]) -> list[str]:
    measures = {measure for of in ADDED for measure in of.measures} | {*_SCALED, "population"}
    return [one for one in columns if one in measures]
