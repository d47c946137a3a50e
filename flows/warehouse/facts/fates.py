"""What became of each file's accepted rows at a day: counted, hidden by a newer delivery, or outside what it covers."""

from datetime import date

import duckdb
import polars as pl

from flows.warehouse.failure import AccountingError
from flows.warehouse.received.withdrawn import WITHDRAWN

FATES = ("rows_counted", "rows_hidden", "rows_uncovered")
_FATES = f"""
select held.file_id,
    coalesce(sum(held.file_rows) filter (withdrawn.file_id is null and owned.file_id is not null), 0)::bigint
        as rows_counted,
    coalesce(sum(held.file_rows) filter (withdrawn.file_id is not null
        or (owned.file_id is null and covered.file_id is not null)), 0)::bigint as rows_hidden,
    coalesce(sum(held.file_rows) filter (withdrawn.file_id is null and covered.file_id is null), 0)::bigint
        as rows_uncovered
from file_unit as held
left join (select distinct file_id, unit from covering_unit) as covered
    on covered.file_id = held.file_id and covered.unit = held.unit
left join (select distinct file_id, unit from owned_unit) as owned
    on owned.file_id = held.file_id and owned.unit = held.unit
left join {WITHDRAWN} as withdrawn on withdrawn.file_id = held.file_id
group by held.file_id
"""
"""Reads covering_unit and owned_unit, and so comes after `own_units` of the same as-of day."""


def fates(con: duckdb.DuckDBPyConnection, as_of: date) -> pl.DataFrame:
    """One row per accepted export file with rows: file_id, rows_counted, rows_hidden, rows_uncovered.

    Comes after `own_units` of the same agency and as-of day.
    """
    rows = con.execute(f"{_FATES} order by held.file_id", {"as_of": as_of}).fetchall()
    return pl.DataFrame(rows, {"file_id": pl.String, **dict.fromkeys(FATES, pl.Int64)}, orient="row")


def check_fates(con: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Hold that every accepted row of every file the day sees is told once.

    Raises:
        AccountingError: The three do not add up to what was accepted.
    """
    wrong = con.execute(
        f"select file.name, file.rows_accepted, told.rows_counted + told.rows_hidden + told.rows_uncovered as found "
        f"from received_file as file join ({_FATES}) as told on told.file_id = file.file_id "
        "where file.status = 'accepted' and found <> file.rows_accepted order by file.name limit 1",
        {"as_of": as_of},
    ).fetchall()
    for name, expected, found in wrong:
        raise AccountingError("rows_do_not_add_up", file=name, what="rows_accepted", found=found, expected=expected)
