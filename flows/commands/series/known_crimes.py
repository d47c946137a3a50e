"""Crimes of the warehouse by cell and day: how crimes lie that have nothing to do with each other."""

from datetime import date

import duckdb
import polars as pl

from expectations.agency import Agency
from flows.commands.error import CommandError
from flows.computing.counting import place_events
from flows.settings import Settings
from transforms.meeting.places.known import default_cells, located
from transforms.series.incidents import SCHEMA


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
    found = _events(settings, agency)
    if found is None:
        return None
    kept = found.filter(pl.col("occurred_at").is_not_null())
    left = kept.group_by("x", "y", "crime_type", "occurred_at").agg(pl.col("incidents").sum())
    each = left.filter(pl.col("incidents") > 0).select(
        pl.col("x", "y", "occurred_at").repeat_by("incidents").explode(),
    )
    made = each.select("x", "y", pl.col("occurred_at").dt.date().alias("day")).sort("day", "x", "y")
    return None if made.is_empty() else made


def cases_of_month(settings: Settings, agency: Agency, month: date, crime_type: str) -> pl.DataFrame:
    """One row per crime of a month and type with a cell, in the columns of an officer's list (`SCHEMA`).

    The warehouse knows no case numbers: a crime is named by the export it stands in and its row there. A reversal takes
    away a crime of its cell and moment.

    Args:
        settings: Whose home.
        agency: Whose grid, and which crimes may be told by place.
        month: The month the crimes count in, its first day.
        crime_type: Code of their type.

    Raises:
        CommandError: As of `known_crimes`; places of this type are never told; or no crime of it has a cell.
    """
    if crime_type not in agency.place_types:
        known = ", ".join(agency.place_types)
        raise CommandError("series_no_type", found=crime_type, known=known)
    found = _events(settings, agency)
    own = pl.DataFrame() if found is None else found.filter(month=month, crime_type=crime_type)
    if own.is_empty():
        raise CommandError("series_no_crimes", month=f"{month:%Y-%m}", crime_type=crime_type)
    moment = ["cell", "occurred_at", "occurred_until", "day"]
    ordered = own.filter(pl.col("incidents") > 0).sort("file", "row_number")
    net = own.group_by(moment).agg(left=pl.col("incidents").sum())
    cases = ordered.join(net, on=moment, nulls_equal=True, maintain_order="left").filter(
        pl.int_range(pl.len()).over(moment) < pl.col("left")
    )
    day = pl.col("happened").cast(pl.Datetime("us"))
    made = cases.select(
        case_id=pl.format("{}:{}", "file", "row_number"),
        cell="cell",
        x="x",
        y="y",
        since=pl.coalesce("occurred_at", day),
        until=pl.coalesce("occurred_until", "occurred_at", day.dt.offset_by("1d")),
        modus=pl.lit([], dtype=pl.List(pl.String)),
        series=pl.lit(None, dtype=pl.String),
    )
    return made.cast(pl.Schema(SCHEMA)).sort("case_id")


def _events(settings: Settings, agency: Agency) -> pl.DataFrame | None:
    """Place events with their corner and the name of their file, without default cells; None without a warehouse."""
    if not settings.home.warehouse.is_file():
        return None
    try:
        with duckdb.connect(str(settings.home.warehouse), read_only=True) as con:
            if not con.sql("SELECT 1 FROM duckdb_columns() WHERE table_name = 'core_crime' AND column_name = 'cell'"):
                return None
            events = place_events(con, agency)
            names = con.sql("SELECT file_id, name AS file FROM received_file").pl()
    except duckdb.Error as error:
        if "Could not set lock" in str(error):
            raise CommandError("series_run_going") from error
        raise CommandError("warehouse_unreadable", why=str(error).splitlines()[0]) from error
    grid = agency.places.grid
    crimes = located(events, grid)
    if crimes.is_empty() and not events.is_empty():
        raise CommandError("series_other_grid", metres=grid.cell_metres, crs=grid.crs)
    told = crimes.filter(~pl.col("cell").is_in([*default_cells(crimes), *agency.untold_cells]))
    return told.join(names, on="file_id", how="left", maintain_order="left")
