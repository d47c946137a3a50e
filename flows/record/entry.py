"""Table `run`: every run is entered when it starts and told how it ended, however it ended."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl

from flows.computing.forecasting import engine_settings
from flows.failure import RunStopped
from flows.program import git_commit, lock_hash, seeds
from flows.record.identity import Identity
from flows.run import Run, code_version
from flows.warehouse import Warehouse


def row(run: Run, identity: Identity) -> dict[str, object]:
    """The run's row of table `run`, but for how it ends."""
    return {
        "run_id": identity.run_id, "started_at": run.started_at, "month": run.month, "as_of": run.as_of,
        "reason": run.reason, "version": code_version(), "git_commit": git_commit(),
        "settings": _json(engine_settings(run)), "agency_hash": run.agency.hash, "inputs_hash": identity.inputs_hash,
        "lock_hash": lock_hash(), "code_hash": identity.code_hash, "inputs": identity.inputs, "seeds": _json(seeds()),
        "accepted": identity.accepted,
    }  # fmt: skip


@contextmanager
def recorded(warehouse: Warehouse, run: Run, identity: Identity) -> Iterator[None]:
    """Enter the run; at the end say whether it was published, stopped by the gate, or failed."""
    run_id = identity.run_id
    warehouse.start_run(row(run, identity))
    try:
        yield
    except RunStopped:
        warehouse.finish_run(run_id, run.started_at, "stopped", local_now(run))
        raise
    except BaseException:
        warehouse.finish_run(run_id, run.started_at, "failed", local_now(run))
        raise
    warehouse.finish_run(run_id, run.started_at, "published", local_now(run))


def run_table(warehouse: Warehouse, run: Run, run_id: str) -> pl.DataFrame:
    """Table `run` as it will be published: the runs before, and this one, which is published with it."""
    this = (pl.col("run_id") == run_id) & (pl.col("started_at") == run.started_at)
    return warehouse.runs().with_columns(
        status=pl.when(this).then(pl.lit("published")).otherwise("status"),
        finished_at=pl.when(this).then(pl.lit(local_now(run))).otherwise("finished_at"),
    )


def local_now(run: Run) -> datetime:
    """This moment in the agency's timezone, without offset."""
    return datetime.now(ZoneInfo(run.agency.timezone)).replace(tzinfo=None, microsecond=0)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
