"""Table `source_file`: the files received as one day sees them, with what became of each file's rows."""

from datetime import date

import duckdb
import polars as pl

from expectations.agency import Agency
from expectations.contracts.record.source_file import SOURCE_FILE
from flows.warehouse.facts.core import own_units
from flows.warehouse.facts.fates import FATES, fates
from flows.warehouse.received_files import known_files
from flows.warehouse.schema import RAW


def source_files(con: duckdb.DuckDBPyConnection, agency: Agency, as_of: date) -> pl.DataFrame:
    """One row per file the run may see, as `known_files` tells them; columns of `source_file`.

    Of an accepted export's rows those counted, hidden by a newer delivery and outside what the file covers add up to
    those accepted; of the units' registers, and of what was refused, nothing is told.
    """
    own_units(con, agency, as_of)
    exports = pl.col("kind").is_in([*RAW]) & (pl.col("status") != "refused")
    files = known_files(con, as_of, agency.language).drop(FATES)
    told = files.join(fates(con, as_of), on="file_id", how="left", maintain_order="left")
    known = told.with_columns(pl.when(exports).then(pl.col(name).fill_null(0)).alias(name) for name in FATES)
    return known.select(SOURCE_FILE.names)
