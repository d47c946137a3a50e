"""Tables of places: where inside its stations an agency's crimes stay, from cells of its grid."""

import polars as pl

from expectations.contracts import PUBLISHED
from expectations.contracts.ddl import empty
from expectations.contracts.places.cells import ROOM


def nowhere() -> dict[str, pl.DataFrame]:
    """Every table of places, empty: what an agency has whose sources give no points."""
    return {table.name: empty(table) for table in PUBLISHED if table.name in ROOM}
