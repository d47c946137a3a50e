"""Crimes of the warehouse by cell and day: how crimes lie that have nothing to do with each other."""

import duckdb
import numpy as np
import polars as pl

from expectations.agency import Agency
from flows.commands.error import CommandError
from flows.settings import Settings

_CELLS = """
    SELECT cell, occurred_at::DATE AS day
    FROM core_crime
    WHERE cell IS NOT NULL AND occurred_at IS NOT NULL AND incidents > 0
        AND crime_type IN (SELECT unnest($types))
        AND (source, coalesce(offence_code, '')) NOT IN (SELECT (unnest($sources), unnest($codes)))
    ORDER BY ALL
"""


def known_crimes(settings: Settings, agency: Agency) -> pl.DataFrame | None:
    """One row per crime with a cell: x, y (its corner) and day; None where the warehouse knows of none.

    Args:
        settings: Whose home.
        agency: Whose grid, and which crimes may be told by place.

    Raises:
        CommandError: A run has the warehouse; it cannot be read; or its cells are of another grid.
    """
    if not settings.home.warehouse.is_file():
        return None
    try:
        with duckdb.connect(str(settings.home.warehouse), read_only=True) as con:
            if not con.sql("SELECT 1 FROM duckdb_columns() WHERE table_name = 'core_crime' AND column_name = 'cell'"):
                return None
            crimes = con.sql(_CELLS, params=_told(agency)).pl()
    except duckdb.Error as error:
        if "Could not set lock" in str(error):
            raise CommandError("series_run_going") from error
        raise CommandError("warehouse_unreadable", why=str(error).splitlines()[0]) from error
    if crimes.is_empty():
        return None
    cells = crimes["cell"].unique().sort()
    grid = agency.places.grid
    try:
        corners = np.array([grid.corner(cell) for cell in cells])
    except ValueError as error:
        raise CommandError("series_other_grid", metres=grid.cell_metres, crs=grid.crs) from error
    named = pl.DataFrame({"cell": cells, "x": corners[:, 0], "y": corners[:, 1]})
    return crimes.join(named, on="cell", validate="m:1").select("x", "y", "day").sort("day", "x", "y")


def _told(agency: Agency) -> dict[str, list[str]]:
    """Crime types whose places may be told, and their offences that never are: those the police find themselves."""
    found = agency.found_by_police
    sources, codes = [source for source, _ in found], [code for _, code in found]
    return {"types": list(agency.place_types), "sources": sources, "codes": codes}
