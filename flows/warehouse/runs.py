"""Every run: when each started, on what terms, and how it ended."""

from datetime import datetime, timedelta
from typing import Any, Literal

import duckdb
import polars as pl

from expectations.contracts.record.run import RUN
from flows.warehouse.statements import transaction

Status = Literal["published", "stopped", "failed", "restored"]


def free_start(con: duckdb.DuckDBPyConnection, moment: datetime) -> datetime:
    """The moment, or the first second after it at which no run of this home has started: by it runs are told apart."""
    taken = {start for (start,) in con.execute("select started_at from run where started_at >= ?", [moment]).fetchall()}
    while moment in taken:
        moment += timedelta(seconds=1)
    return moment


def start_run(con: duckdb.DuckDBPyConnection, row: dict[str, Any]) -> None:
    """Enter a run as running; its row holds the columns of `run` but status and finished_at, those it lacks are empty.

    A run still entered as running has been killed: whoever starts one holds the lock. It is marked failed, without an
    end, because nobody knows when.
    """
    with transaction(con):
        con.execute("update run set status = 'failed' where status = 'running'")
        places = ", ".join(f"${name}" for name in RUN.names)
        columns = ", ".join(f'"{name}"' for name in RUN.names)
        con.execute(
            f"insert into run ({columns}) values ({places})", dict.fromkeys(RUN.names) | row | {"status": "running"}
        )


def finish_run(
    con: duckdb.DuckDBPyConnection, run_id: str, started_at: datetime, status: Status, finished_at: datetime
) -> None:
    """Say how a run ended.

    Raises:
        KeyError: No such run was started.
    """
    ended = "update run set status = ?, finished_at = ? where run_id = ? and started_at = ?"
    found = con.execute(ended, [status, finished_at, run_id, started_at]).fetchall()[0][0]
    if found != 1:
        raise KeyError(f"run {run_id} of {started_at} was never started in this warehouse")


def runs(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Every run of this home, oldest first; columns of `run`."""
    return con.sql("from run order by started_at, run_id").pl()
