"""Whether a home is whole: every file opens, and what is published belongs to one publication."""

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from expectations.contracts.ddl import literal
from flows.computing.kept import Kept
from flows.places.home import Home
from flows.publishing import history
from flows.publishing.issued import issued_folder, issued_folders, issues
from flows.publishing.publication import opened
from flows.warehouse.received import sightings, withdrawals

_RUN = Path("parquet") / "run.parquet"
_MARK = ".incoming"
_FORECAST = "select count(*) from forecast where issued and run_id = ?"
_EVERY_RUN = (
    "select distinct run_id from publication union select distinct run_id from validation_result "
    "union select run_id from run semi join publication using (run_id)"
)


@dataclass(frozen=True)
class Found:
    """What a look at a home that nobody works on found.

    Attributes:
        run_id: Of what is published; None where nothing is, or it cannot be told.
        corrupt: Files that do not open or do not hold what they say, each with why.
        half: What of the publication does not belong to the same one as the rest.
        underway: Whether a swap has begun that the next run is to finish: month folder and file are each whole.
    """

    run_id: str | None
    corrupt: tuple[str, ...]
    half: tuple[str, ...]
    underway: bool


def look_at(home: Home) -> Found:
    """Read every file of the home to its end; nothing is written."""
    corrupt = tuple(_corrupt(home))
    if corrupt or not home.strategy.is_file():
        return Found(None, corrupt, (), underway=False)
    with opened(home.strategy) as con:
        runs = [run_id for (run_id,) in con.execute(_EVERY_RUN).fetchall()]
        month = con.execute("select strftime(month, '%Y-%m') from publication").fetchall()[0][0]
        issued = con.execute(_FORECAST, [runs[0]]).fetchall()[0][0]
    folder = home.published / month
    underway = any(home.published.glob(f"*/{_MARK}"))
    half = [] if len(runs) == 1 else [f"strategy.duckdb holds rows of the runs {', '.join(runs)}"]
    half += _half_folder(folder)
    if not underway:
        half += _disagreeing(home.strategy, folder)
        if issued and runs[0] not in {issue.run_id for issue in issues(issued_folder(home))}:
            half.append(f"the forecasts of run {runs[0]} are published and not issued")
    return Found(runs[0], (), tuple(half), underway)


def names(home: Home) -> set[str]:
    """Every file and folder of the home, but Prefect's records of all runs, and rows kept to save time."""
    found = set()
    for folder, folders, files in os.walk(home.root):
        if Path(folder) == home.root:
            folders[:] = [name for name in folders if home.root / name not in (home.prefect, home.kept)]
        found |= {str(Path(folder, name).relative_to(home.root)) for name in (*folders, *files)}
    unknown = (path for path in home.kept.rglob("*") if path.is_file() and path.suffix != ".arrow")
    return found | {str(path.relative_to(home.root)) for path in unknown}


def published_bytes(home: Home) -> dict[str, str]:
    """sha256 of every file of the months' folders, but of table `run`, which tells when runs were made."""
    paths = sorted(path for path in home.published.glob("*/**/*") if path.is_file() and not path.match(str(_RUN)))
    return {str(path.relative_to(home.published)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def _visible(folder: Path, pattern: str) -> list[Path]:
    """Files below a folder that are not, and do not lie in, something temporary."""
    found = (path for path in folder.rglob(pattern) if path.is_file())
    return sorted(p for p in found if not any(part.startswith(".") for part in p.relative_to(folder).parts))


def _corrupt(home: Home) -> Iterator[str]:
    for path in (home.warehouse, home.strategy, *_visible(home.published, "strategy.duckdb")):
        if path.is_file():
            yield from _why(path, _read_database)
    for path in (path for folder in (home.published, *issued_folders(home)) for path in _visible(folder, "*.parquet")):
        yield from _why(path, pl.read_parquet)
    card = home.root / "home.json"
    if card.is_file():
        yield from _why(card, lambda path: json.loads(path.read_text("utf-8"))["agency"])
    yield from _why(home.received, lambda _: (sightings(home.root), withdrawals(home.root)))
    yield from (f"{one.folder}: is not what its manifest says" for one in history.entries(home) if not one.is_whole)
    kept = Kept(home.kept, 1, "", only_look=True)
    yield from (f"{path}: broken" for path in _visible(home.kept, "*.arrow") if kept.get(path.stem) is None)
    for path in home.prefect.glob("*.db"):
        yield from _why(path, _read_sqlite)


def _why(path: Path, read: object) -> Iterator[str]:
    """The path with what reading it ran into; nothing where it can be read."""
    assert callable(read)
    try:
        read(path)
    except Exception as error:  # noqa: BLE001  (whatever a damaged file makes a library raise is what is looked for)
        yield f"{path}: {str(error).splitlines()[0]}"


def _read_database(path: Path) -> None:
    """Every value of every table: DuckDB compares each block's checksum as it is read."""
    # Attached as it is: a working store that a kill has left has its log beside it.
    with duckdb.connect() as con:
        con.execute(f"attach {literal(str(path))} as strategy (read_only)")
        con.execute("use strategy")
        tables = con.execute("select schema_name, table_name from duckdb_tables() where database_name = 'strategy'")
        for schema, table in tables.fetchall():
            con.execute(f'select bit_xor(hash(one)) from "{schema}"."{table}" as one').fetchall()


def _read_sqlite(path: Path) -> None:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as con:
        said = con.execute("pragma quick_check").fetchone()[0]
    if said != "ok":
        raise ValueError(said)


def _half_folder(folder: Path) -> Iterator[str]:
    """Parquet files of the month's folder that are of another run than the others."""
    files = (folder / "parquet" / f"{name}.parquet" for name in ("publication", "validation_result"))
    runs = {run for path in files for run in pl.read_parquet(path, columns=["run_id"])["run_id"].unique()}
    if len(runs) != 1:
        yield f"{folder.name}/parquet holds rows of the runs {', '.join(sorted(runs))}"


def _disagreeing(strategy: Path, folder: Path) -> Iterator[str]:
    """Tables whose Parquet copy does not hold the rows of the database."""
    with opened(strategy) as con:
        tables = con.execute("select table_name from duckdb_tables() where database_name = 'strategy'").fetchall()
        for (table,) in tables:
            copy = f"read_parquet('{folder / 'parquet' / table}.parquet')"
            for one, other in ((f'"{table}"', copy), (copy, f'"{table}"')):
                if con.execute(f"select count(*) from (from {one} except all from {other})").fetchall()[0][0]:
                    yield f"{folder.name}/parquet/{table}.parquet and strategy.duckdb hold different rows"
                    break
