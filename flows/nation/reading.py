"""Agencies' own rows from the laid files, and whether their stations add up to them."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from expectations.contracts import TABLES
from expectations.contracts.ddl import empty
from expectations.contracts.nation.added import ADDED, Added
from flows.nation.asked import Asked
from flows.nation.parts import part
from transforms.nation.added import apart

AGENCY, STATION = "agency", "station"
COMPARED = ("crime_month", "forecast", "forecast_score", "crime_rate")
"""Tables whose agencies' own rows the outlook and the funnels are made from."""


def own_rows(folder: Path, one: Asked, names: Iterable[str]) -> dict[str, pl.DataFrame]:
    """The agency's own rows of these tables, those it does not give left out; nothing of its stations is loaded.

    Raises:
        OSError, pl.exceptions.PolarsError: A file is damaged.
    """
    return {name: _rows(folder, one, name, AGENCY) for name in names if name in one.tables}


def contradicted(folder: Path, one: Asked, own: Mapping[str, pl.DataFrame]) -> list[str]:
    """Columns of which the agency's count is not the sum of its stations', as `table.column`.

    Raises:
        OSError, pl.exceptions.PolarsError: A file is damaged.
    """
    return [
        f"{of.table.name}.{measure}"
        for of in ADDED
        if of.table.name in own
        for measure in apart(own[of.table.name], _stations(folder, one, of), of)
    ]


def together(own: Mapping[str, Mapping[str, pl.DataFrame]], name: str, names: Mapping[str, str]) -> pl.DataFrame:
    """All agencies' own rows of a table, with `agency` and `agency_name`.

    Args:
        own: `own_rows` by agency.
        name: The table.
        names: Agencies' names by their codes.
    """
    rows = [
        tables[name].with_columns(agency=pl.lit(code), agency_name=pl.lit(names[code]))
        for code, tables in own.items()
        if name in tables
    ]
    nobody = empty(TABLES[name]).with_columns(agency=pl.lit(""), agency_name=pl.lit(""))
    return pl.concat(rows) if rows else nobody


def _rows(folder: Path, one: Asked, name: str, level: str) -> pl.DataFrame:
    return _level(folder, one, name, level).collect()


def _stations(folder: Path, one: Asked, of: Added) -> pl.DataFrame:
    return _level(folder, one, of.table.name, STATION).select(*of.key, *of.measures).collect()


def _level(folder: Path, one: Asked, name: str, level: str) -> pl.LazyFrame:
    path = part(folder, name, one.agency)
    return pl.scan_parquet(path, hive_partitioning=False).filter(pl.col("level") == level)
