"""A home, an inbox and an agency folder under one name, and what a run of it said."""

import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from typer.testing import CliRunner

from flows import cli
from flows.commands.run import run_month
from flows.places.home import Home
from flows.planning.terms import Terms
from flows.settings import read_settings
from tests.flows.plainly import walk
from tests.flows.prefect_records import lay_records

ROOT = Path(__file__).resolve().parents[2]
CHIAN = Path(sys.executable).with_name("chian")


@dataclass(frozen=True)
class Said:
    """Exit status and both outputs of a command."""

    status: int
    out: str
    err: str


@dataclass
class Place:
    """Where one agency's months are brought together in a test.

    Attributes:
        variables: Further environment variables of its runs.
    """

    root: Path
    agency: Path
    inbox: Path
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def home(self) -> Home:
        """Its CHIAN_HOME."""
        return Home(self.root, self.inbox)

    @property
    def environment(self) -> dict[str, str]:
        """What the environment says of it.

        One worker in this process, for what is fitted here is small; no prints, which take as long as all else.
        """
        places = {"CHIAN_HOME": str(self.root), "CHIAN_AGENCY": str(self.agency), "CHIAN_INBOX": str(self.inbox)}
        quick = {"CHIAN_RUNNER": "threads", "CHIAN_WORKERS": "1", "CHIAN_LOOK_SECONDS": "0", "CHIAN_CHROMIUM": "off"}
        return places | quick | self.variables

    def walk(
        self,
        month: str | None,
        as_of: str | None = None,
        out: Path | None = None,
        accept: Sequence[str] = (),
        sure: Sequence[str] = (),
        whole: bool = False,
    ) -> Said:
        """A month in plain Python, as far as its tables: no pages, no check of the finished tables, or the whole."""
        told, errors = io.StringIO(), io.StringIO()
        terms = Terms(month, as_of, "test", str(out) if out else None, accept=accept, sure=sure)
        with environment(self.environment), redirect_stdout(told), redirect_stderr(errors):
            status = walk(read_settings(os.environ), terms, whole=whole)
        return Said(status, told.getvalue(), errors.getvalue())

    def bring(
        self, month: str | None, as_of: str | None = None, out: Path | None = None, *, whole: bool = False
    ) -> Said:
        """Such a month that must be published."""
        said = self.walk(month, as_of, out, whole=whole)
        assert said.status == 0, said.err
        return said

    def run(
        self,
        month: str,
        as_of: str | None = None,
        out: Path | None = None,
        reason: str = "test",
        sure: Sequence[str] = (),
    ) -> Said:
        """`chian run` in this process: its server is started once for all tests."""
        lay_records(Path(os.environ["PREFECT_HOME"]))
        return self.run_here(month, as_of, out, reason, sure)

    def run_here(
        self,
        month: str,
        as_of: str | None = None,
        out: Path | None = None,
        reason: str = "test",
        sure: Sequence[str] = (),
    ) -> Said:
        """The same with what Prefect keeps as it is: for runs that do without it (`tests/resilience/walked.py`)."""
        told, errors = io.StringIO(), io.StringIO()
        terms = Terms(month, as_of, reason, str(out) if out else None, sure=tuple(sure))
        with environment(self.environment), redirect_stdout(told), redirect_stderr(errors):
            status = run_month(read_settings(os.environ), terms)
        return Said(status, told.getvalue(), errors.getvalue())

    def publish(self, month: str, as_of: str | None = None, reason: str = "test") -> Said:
        """A run that must end with exit status 0."""
        said = self.run(month, as_of, reason=reason)
        assert said.status == 0, said.err
        return said

    def says(self, *words: str) -> Said:
        """The command line in this process: for what is no run, and whose words alone are looked at."""
        with environment(self.environment):
            done = CliRunner().invoke(cli.app, words, catch_exceptions=False)
        return Said(done.exit_code, done.stdout, done.stderr)

    def command(self, *words: str, timeout: float = 300) -> Said:
        """`chian` in a process of its own."""
        return chian(*words, variables=self.environment, timeout=timeout)

    def table(self, name: str, strategy: Path | None = None) -> pl.DataFrame:
        """A published table, its rows in the order of its columns."""
        return ask(strategy or self.home.strategy, f'from "{name}" order by all')

    def run_id(self, strategy: Path | None = None) -> str:
        """Id of the published run."""
        return str(self.table("publication", strategy)["run_id"].item())


def ask(strategy: Path, sql: str) -> pl.DataFrame:
    """Answer of a strategy.duckdb as it lies on disk now: opening by path would find what this process has open."""
    with duckdb.connect() as con:
        con.execute(f"attach '{strategy}' as strategy (read_only); use strategy")
        return con.sql(sql).pl()


def chian(*words: str, variables: Mapping[str, str], cwd: Path | None = None, timeout: float = 300) -> Said:
    """The command as an operator calls it: with Prefect's files where it puts them itself."""
    inherited = {name: value for name, value in os.environ.items() if name != "PREFECT_HOME"}
    done = subprocess.run(
        [str(CHIAN), *words],
        cwd=cwd or ROOT,
        env=inherited | dict(variables),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Environment variables for a while; whatever is set meanwhile goes, too."""
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def copied_agency(folder: Path, target: Path, **meeting: Any) -> Path:
    """A copy of an agency folder whose `[meeting]` says what is given, quick to forecast unless told otherwise."""
    shutil.copytree(folder, target)
    said = {"candidates": ["seasonal_naive", "ets"], "score_origins": 2, "references": [], **meeting}
    text = (target / "agency.toml").read_text("utf-8")
    for name in said:  # a list may stand over several lines
        text = re.sub(rf"^{name} *= *(\[[^]]*]|.*)$", "", text, flags=re.MULTILINE)
    kept = text.splitlines()
    if "[meeting]" not in kept:
        kept.append("[meeting]")
    at = kept.index("[meeting]") + 1
    kept[at:at] = [f"{name} = {str(value).replace(chr(39), chr(34))}" for name, value in said.items()]
    (target / "agency.toml").write_text("\n".join(kept) + "\n", "utf-8")
    return target


def fingerprints(folder: Path) -> dict[str, str]:
    """sha256 of every file below a folder, by relative name."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def cells(frame: pl.DataFrame, keys: Sequence[str], value: str) -> dict[tuple[Any, ...], Any]:
    """A column by its keys; a key that stands twice is an error."""
    rows = {tuple(row[:-1]): row[-1] for row in frame.select(*keys, value).iter_rows()}
    assert len(rows) == frame.height, f"keys {keys} are not unique"
    return rows


def accounted(source_file: pl.DataFrame) -> bool:
    """Whether every row of every file has exactly one fate."""
    fates = sum(pl.col(f"rows_{fate}") for fate in ("accepted", "rejected", "superseded", "set_aside"))
    return not source_file.is_empty() and source_file.select((pl.col("rows_read") == fates).all()).item()


def months(first: date, count: int) -> list[date]:
    """So many firsts of months."""
    return [date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1) for n in range(count)]
