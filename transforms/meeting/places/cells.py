"""Cells of the study area with the names of the station and the box they lie in."""

import polars as pl

LABELS = ("x", "y", "station", "station_name", "box", "box_name")
"""What tables of cells say beside a cell's code."""


def named(cells: pl.DataFrame, districts: pl.DataFrame) -> pl.DataFrame:
    """One row per cell, in order of its code: cell, x, y, station, station_name, box, box_name.

    Where no crime names a station the cells are the agency's.

    Args:
        cells: The study area: cell, x, y, station (empty where no crime names any), box.
        districts: `core_district`.
    """
    names = districts.select("district", "district_name")
    stations = names.rename({"district": "station", "district_name": "station_name"})
    boxes = names.rename({"district": "box", "district_name": "box_name"})
    agency = districts.filter(pl.col("level") == "agency")["district"][0]
    known = cells.with_columns(pl.col("station").fill_null(agency))
    joined = known.join(stations, on="station", how="left").join(boxes, on="box", how="left")
    return joined.select("cell", *LABELS).sort("cell")
