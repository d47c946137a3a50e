"""Crimes of the warehouse by cell and day: how crimes lie that have nothing to do with each other."""

import duckdb
import polars as pl

from expectations.agency import Agency
from flows.commands.error import CommandError
from flows.computing.counting import place_events
from flows.settings import Settings
from transforms.meeting.places.known import default_cells, located


def known_crimes(settings: Settings, agency: Agency) -> pl.DataFrame | None:
    """One row per crime with a cell: x, y (its corner) and the day it occurred; None where the warehouse knows of none.

    Read as the tables of places are: of each month from the source that is counted, without the cells that are but a
    default of the system that gave the points. A reversal takes away the crime of its kind, cell and moment.

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
            events = place_events(con, agency)
    except duckdb.Error as error:
        if "Could not set lock" in str(error):
            raise CommandError("series_run_going") from error
        raise CommandError("warehouse_unreadable", why=str(error).splitlines()[0]) from error
    grid = agency.places.grid
    crimes = located(events, grid)
    if crimes.is_empty() and not events.is_empty():
        raise CommandError("series_other_grid", metres=grid.cell_metres, crs=grid.crs)
    kept = crimes.filter(~pl.col("cell").is_in(default_cells(crimes).implode()), pl.col("occurred_at").is_not_null())
    left = kept.group_by("x", "y", "crime_type", "occurred_at").agg(pl.col("incidents").sum())
    each = left.filter(pl.col("incidents") > 0).select(
        pl.col("x", "y", "occurred_at").repeat_by("incidents").explode(),
    )
    made = each.select("x", "y", pl.col("occurred_at").dt.date().alias("day")).sort("day", "x", "y")
    return None if made.is_empty() else made
