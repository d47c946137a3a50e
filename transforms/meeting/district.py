"""Table `district`: the agency folder's districts, for rates and maps."""

import polars as pl

from expectations.agency import Agency
from expectations.agency.short_names import short_names
from expectations.contracts import TABLES
from expectations.contracts.ddl import conform


def district(agency: Agency) -> pl.DataFrame:
    """One row per district of the agency folder, those left out that collect what could not be placed."""
    short = short_names(agency.districts)
    rows = [
        {
            "district": one.code,
            "district_name": one.name,
            "level": one.level,
            "parent": one.parent,
            "short_name": short[one.code],
            "name_en": one.name_en or None,
            "population": one.population,
            "valid_from": one.valid_from,
            "valid_to": one.valid_to,
            "tile_x": one.tile[0] if one.tile else None,
            "tile_y": one.tile[1] if one.tile else None,
        }
        for one in agency.districts
        if not one.unknown
    ]
    table = TABLES["district"]
    return conform(pl.DataFrame(rows, schema=list(table.names), infer_schema_length=None), table)
