"""What the meetings were told: forecasts as they were first published, appended and never rewritten.

`issued/<origin month>/<number>-<as-of>-<run_id>.parquet`, one file per run that became the publication; the number
counts the origin's issues in the order they were made. `issued.sha256` beside the folder has the sha256 of each, as
sha256sum writes it: a Parquet file does not tell by itself that a byte of it is another. With the inbox and
received.jsonl these files are what an earlier meeting is rebuilt from. `issued_places/` holds in the same way where
inside the stations crimes were expected: table `place_risk` of agencies whose sources give points; `issued_calls/`,
where there are calls, table `call_forecast`; `issued_plans/`, where there is a list of units, what `deployment_plan`
said of a month before it began.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from expectations.contracts import TABLES, Table
from expectations.contracts.ddl import conform, empty
from flows.places.home import Home
from flows.places.strategy_file import PublishingError
from flows.publishing.place import NEW, make_folder, sync

_FORECAST, _PLACES, _CALLS = TABLES["forecast"], TABLES["place_risk"], TABLES["call_forecast"]
_PLAN = TABLES["deployment_plan"]
_NAME = re.compile(r"(?P<number>\d{4})-(?P<as_of>\d{4}-\d{2}-\d{2})-(?P<run_id>\w+)\.parquet")
_SUM = re.compile(r"(?P<sha256>[0-9a-f]{64})  (?P<folder>[^/]+)/(?P<name>.+)")
_PRIVATE_FOLDER, _PRIVATE_FILE, _PRIVATE_LIST = 0o700, 0o400, 0o600


@dataclass(frozen=True, order=True)
class Issue:
    """One run's forecasts of its own origin, as they were published.

    Attributes:
        origin_month: Last month the forecasts saw.
        as_of: Day whose knowledge they used.
        number: Place among the origin's issues.
    """

    origin_month: date
    as_of: date
    number: int
    run_id: str
    path: Path

    @property
    def sha256(self) -> str:
        """Hash of the file, for what a run depends on."""
        return _sha256(self.path)


def issued_folder(home: Home) -> Path:
    """Where issued forecasts lie: beside published/, because they are not for readers."""
    return home.root / "issued"


def issued_places(home: Home) -> Path:
    """Where issued places lie; no such folder is made where there are none."""
    return home.root / "issued_places"


def issued_calls(home: Home) -> Path:
    """Where issued forecasts of calls lie; no such folder is made where there are none."""
    return home.root / "issued_calls"


def issued_plans(home: Home) -> Path:
    """Where issued plans of the units' teams lie; no such folder is made where there are none."""
    return home.root / "issued_plans"


def issued_folders(home: Home) -> tuple[Path, Path, Path, Path]:
    """All of them, for what is done to each."""
    return issued_folder(home), issued_places(home), issued_calls(home), issued_plans(home)


def issues(folder: Path) -> list[Issue]:
    """Every issue, by origin, as-of and number.

    Raises:
        PublishingError: A Parquet file there is not named as an issue is, or one that was issued is gone.
    """
    found = []
    for path in folder.glob("*/*.parquet"):
        name = _NAME.fullmatch(path.name)
        if name is None or not re.fullmatch(r"\d{4}-\d{2}", path.parent.name):
            raise PublishingError("issue_misnamed", file=path)
        origin, as_of = date.fromisoformat(f"{path.parent.name}-01"), date.fromisoformat(name["as_of"])
        found.append(Issue(origin, as_of, int(name["number"]), name["run_id"], path))
    for one in _sums(folder):
        if not (folder / one).is_file():
            raise PublishingError("issue_gone", file=folder / one, sums=_sums_file(folder))
    return sorted(found)


def first_issues(folder: Path, before: date, as_of: date) -> list[Issue]:
    """The first issue of each origin earlier than `before` that was made with an as-of no later than `as_of`.

    These, and no others, are what a run of month `before` may show of earlier meetings; its run_id hashes them.
    """
    first: dict[date, Issue] = {}
    for issue in issues(folder):
        if issue.origin_month < before and issue.as_of <= as_of:
            first.setdefault(issue.origin_month, issue)
    return list(first.values())


def read_issued(folder: Path, before: date, as_of: date) -> pl.DataFrame:
    """Forecasts of earlier origins as first issued: the columns of table `forecast`, and the issue's `as_of`.

    Raises:
        PublishingError: An issue cannot be read.
    """
    return _read_all(folder, before, as_of, _FORECAST)


def read_issued_places(folder: Path, before: date, as_of: date) -> pl.DataFrame:
    """Places of earlier origins as first issued: the columns of table `place_risk`, and the issue's `as_of`.

    Raises:
        PublishingError: An issue cannot be read.
    """
    return _read_all(folder, before, as_of, _PLACES)


def read_issued_calls(folder: Path, before: date, as_of: date) -> pl.DataFrame:
    """Forecasts of calls of earlier origins as first issued: the columns of `call_forecast`, and the issue's `as_of`.

    Raises:
        PublishingError: An issue cannot be read.
    """
    return _read_all(folder, before, as_of, _CALLS)


def read_issued_plans(folder: Path, before: date, as_of: date) -> pl.DataFrame:
    """Plans of earlier origins as first issued: columns of `deployment_plan`, grid of its cells, origin and as-of.

    A month that several origins planned has the newest one's plan.

    Raises:
        PublishingError: An issue cannot be read.
    """
    plans: dict[date, pl.DataFrame] = {}
    for issue in first_issues(folder, before, as_of):
        rows = _read(issue, _PLAN, "grid", "origin_month")
        plans |= {month: rows.filter(month=month) for month in rows["month"].unique().sort()}
    more = {"grid": pl.String, "origin_month": pl.Date, "as_of": pl.Date}
    none = empty(_PLAN).with_columns(pl.lit(None, of).alias(name) for name, of in more.items())
    return pl.concat([none, *(plans[month] for month in sorted(plans))])


def _read_all(folder: Path, before: date, as_of: date, table: Table) -> pl.DataFrame:
    frames = [_read(issue, table) for issue in first_issues(folder, before, as_of)]
    return pl.concat([empty(table).with_columns(as_of=pl.lit(None, pl.Date)), *frames])


def changed_issues(folder: Path) -> list[Path]:
    """Issues that are not what was issued, whether a run needs them or not.

    Raises:
        PublishingError: The list of their hashes is damaged.
    """
    known = {folder / name: sha256 for name, sha256 in _sums(folder).items()}
    return [path for path, sha256 in known.items() if path.is_file() and _sha256(path) != sha256]


@dataclass(frozen=True)
class Pending:
    """An issue written aside; it counts once `commit` has given it its name."""

    temporary: Path
    final: Path


def prepare(folder: Path, forecast: pl.DataFrame, as_of: date, run_id: str) -> Pending | None:
    """Write a run's issue aside: the rows of `forecast`, or of `call_forecast`, that this run made and issued.

    Returns:
        None where the run issues nothing or has issued already.

    Raises:
        ValueError: The rows are of more than one origin.
    """
    return prepare_rows(folder, forecast.filter(pl.col("issued") & (pl.col("run_id") == run_id)), as_of, run_id)


def prepare_rows(folder: Path, issued: pl.DataFrame, as_of: date, run_id: str) -> Pending | None:
    """The same of rows that are this run's own and issued, of any table.

    Returns:
        None where there are none, or the run has issued already.

    Raises:
        ValueError: The rows are of more than one origin.
    """
    if issued.is_empty():
        return None
    rows = issued.with_columns(as_of=pl.lit(as_of))
    origins = rows["origin_month"].unique().to_list()
    if len(origins) != 1:
        raise ValueError(f"run {run_id} issues forecasts of {len(origins)} origins, expected its own alone")
    earlier = [issue for issue in issues(folder) if issue.origin_month == origins[0]]
    if any(issue.run_id == run_id for issue in earlier):
        return None
    number = 1 + max((issue.number for issue in earlier), default=0)
    final = folder / f"{origins[0]:%Y-%m}" / f"{number:04d}-{as_of}-{run_id}.parquet"
    make_folder(folder, _PRIVATE_FOLDER)
    make_folder(final.parent, _PRIVATE_FOLDER)
    temporary = folder / f"{NEW}{run_id}.parquet"
    temporary.unlink(missing_ok=True)
    rows.write_parquet(temporary, compression="zstd")
    temporary.chmod(_PRIVATE_FILE)
    sync(temporary)
    return Pending(temporary, final)


def commit(pending: Pending) -> None:
    """Append a prepared issue; one that was appended before a kill stays as it is."""
    if pending.temporary.exists():
        pending.temporary.rename(pending.final)
        sync(pending.final.parent)
    _write_sums(pending.final.parent.parent)


def _sums_file(folder: Path) -> Path:
    """Beside the folder, so that it tells where the folder itself is gone."""
    return folder.with_name(f"{folder.name}.sha256")


def _sums(folder: Path) -> dict[str, str]:
    """sha256 of the issues by their names below the folder; those of an earlier version are not listed until one more.

    Raises:
        PublishingError: The list is damaged.
    """
    path = _sums_file(folder)
    try:
        lines = path.read_text("ascii").splitlines() if path.exists() else []
    except (OSError, ValueError) as error:
        raise PublishingError("issued_sums_damaged", file=path, line=0) from error
    found = {}
    for number, line in enumerate(lines, 1):
        said = _SUM.fullmatch(line)
        if said is None or said["folder"] != folder.name:
            raise PublishingError("issued_sums_damaged", file=path, line=number)
        found[said["name"]] = said["sha256"]
    return found


def _write_sums(folder: Path) -> None:
    """List every issue; what is listed already stays as it is."""
    known, path = _sums(folder), _sums_file(folder)
    told = {str(one.relative_to(folder)): one for one in sorted(folder.glob("*/*.parquet"))}
    listed = known | {name: _sha256(one) for name, one in told.items() if name not in known}
    if listed == known:
        return
    temporary = path.with_name(f"{NEW}{path.name}")
    temporary.write_text("".join(f"{listed[name]}  {folder.name}/{name}\n" for name in sorted(listed)), "ascii")
    temporary.chmod(_PRIVATE_LIST)
    sync(temporary)
    temporary.replace(path)
    sync(path.parent)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(issue: Issue, table: Table, *more: str) -> pl.DataFrame:
    """Its rows in the columns of a table, further ones that stand beside them in the file, and its as-of."""
    folder = issue.path.parent.parent
    try:
        frame = pl.read_parquet(issue.path)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as error:
        raise PublishingError("issue_unreadable", file=issue.path, why=str(error).splitlines()[0]) from error
    # Parquet as polars writes it has no checksums: other bytes may well be other numbers.
    expected = _sums(folder).get(str(issue.path.relative_to(folder)))
    if expected is not None and expected != issue.sha256:
        raise PublishingError("issue_changed", file=issue.path)
    beside = [frame.sort(table.key, maintain_order=True)[name] for name in more]
    return conform(frame, table).with_columns(*beside, as_of=pl.lit(issue.as_of))
