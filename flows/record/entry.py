"""Table `run`: every run is entered when it starts and told how it ended, however it ended."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl

from expectations.agency import Agency
from flows.ending.failure import RunStopped
from flows.planning.run import Run
from flows.program import code_version, git_commit, lock_hash, seeds
from flows.record.identity import Identity
from flows.warehouse import Warehouse
from forecasts.tables.engine import engine_settings


def row(run: Run, identity: Identity) -> dict[str, object]:
    """The run's row of table `run`, but for how it ends."""
    return {
        "run_id": identity.run_id, "started_at": run.started_at, "month": run.month, "as_of": run.as_of,
        "reason": run.reason, "version": code_version(), "git_commit": git_commit(),
        "settings": _json(engine_settings(run.agency)), "agency_hash": run.agency.hash,
        "inputs_hash": identity.inputs_hash, "lock_hash": lock_hash(), "code_hash": identity.code_hash,
        "inputs": identity.inputs, "seeds": _json(seeds()), "accepted": identity.accepted,
    }  # fmt: skip


@contextmanager
def recorded(warehouse: Warehouse, run: Run, identity: Identity) -> Iterator[None]:
    """Enter the run; at the end say whether it was published, stopped by the gate, or failed."""
    run_id = identity.run_id
    warehouse.start_run(row(run, identity))
    try:
        yield
    except RunStopped:
        warehouse.finish_run(run_id, run.started_at, "stopped", local_now(run.agency))
        raise
    except BaseException:
        warehouse.finish_run(run_id, run.started_at, "failed", local_now(run.agency))
        raise
    warehouse.finish_run(run_id, run.started_at, "published", local_now(run.agency))


def run_table(warehouse: Warehouse, run_id: str, started_at: datetime, now: datetime) -> pl.DataFrame:
    """Table `run` as it will be published: the runs before, and this one, which is published with it now."""
    this = (pl.col("run_id") == run_id) & (pl.col("started_at") == started_at)
    return warehouse.runs().with_columns(
        status=pl.when(this).then(pl.lit("published")).otherwise("status"),
        finished_at=pl.when(this).then(pl.lit(now)).otherwise("finished_at"),
    )


def local_now(agency: Agency) -> datetime:
    """This moment in the agency's timezone, without offset."""
    return datetime.now(ZoneInfo(agency.timezone)).replace(tzinfo=None, microsecond=0)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
