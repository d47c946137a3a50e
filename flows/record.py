"""The register of runs: every run is entered when it starts and told how it ended, however it ended."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from flows.failure import RunStopped
from flows.forecasting import engine_settings
from flows.run import Run, code_version
from flows.warehouse import Warehouse


@dataclass
class Record:
    """A run as the register knows it while it works."""

    run: Run
    run_id: str

    def row(self, inputs_hash: str) -> dict[str, object]:
        """The run's row of table `run`, but for how it ends."""
        return {
            "run_id": self.run_id, "started_at": self.run.started_at, "month": self.run.month, "as_of": self.run.as_of,
            "reason": self.run.reason, "version": code_version(), "git_commit": git_commit(),
            "settings": json.dumps(engine_settings(self.run), ensure_ascii=False, sort_keys=True, default=str),
            "agency_hash": self.run.agency.hash, "inputs_hash": inputs_hash,
        }  # fmt: skip


@contextmanager
def recorded(warehouse: Warehouse, run: Run, run_id: str, inputs_hash: str) -> Iterator[Record]:
    """Enter the run; at the end say whether it was published, stopped by the gate, or failed."""
    record = Record(run, run_id)
    warehouse.start_run(record.row(inputs_hash))
    try:
        yield record
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


def git_commit() -> str | None:
    """Commit of the code where it runs from a checkout; None where it is installed, or git is not."""
    checkout = Path(__file__).resolve().parents[1]
    if not (checkout / ".git").exists():
        return None
    try:
        done = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=checkout, capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None
