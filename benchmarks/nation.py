"""`chian nation` over a generated nation, and the ten questions of docs/nation.md.

    .venv/bin/python -m benchmarks.nation --home chian-demo --work nation [--agencies 18] [--times 3] [--copy]

One published month is copied, file by file, to so many agencies with codes of their own; each has so many times the
stations and boxes of the original, and its own counts so many times over, so that levels add up. 18 agencies of three
times the demonstration have over 250 stations and 2,000 boxes, as many as the nation. The command is a process of its
own; each question has a connection of its own, so its seconds are of a session that has just opened the database.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl

from benchmarks.measuring import cost, machine
from expectations.contracts import PUBLISHED
from expectations.contracts.nation.added import ADDED
from flows.publishing.parquet import write_parquet
from tests.docs.pages import blocks, page

MOST_SECONDS, MOST_MEGABYTES, MOST_TO_ASK = 120.0, 2048.0, 2.0
FORECASTS = ("mean", "median", "observed", *(f"{side}_{held}" for held in (50, 80, 95) for side in ("lower", "upper")))
SCALED = {of.table.name: of.measures for of in ADDED} | {
    "forecast": FORECASTS,
    "forecast_score": FORECASTS,
    "crime_rate": ("incidents", "population"),
}
"""Columns of an agency's own rows that are as many times as large as it has stations."""


def copied(frame: pl.DataFrame, table: str, agency: str, root: str, times: int) -> pl.DataFrame:
    """An agency's table: its own rows scaled, those of its districts once under each of their codes."""
    if "district" not in frame.columns:
        return frame
    own, below = frame.filter(pl.col("district") == root), frame.filter(pl.col("district") != root)
    scaled = [pl.col(name) * times for name in SCALED.get(table, ()) if name in frame.columns]
    mine = own.with_columns(*scaled, district=pl.lit(agency))
    return pl.concat([mine, *(_renamed(below, agency, root, k) for k in range(times))]).select(frame.columns)


def _renamed(below: pl.DataFrame, agency: str, root: str, k: int) -> pl.DataFrame:
    codes = {"district": pl.format("{}-{}-{}", pl.lit(agency), pl.lit(k), "district")}
    if "parent" in below.columns:
        inside = pl.format("{}-{}-{}", pl.lit(agency), pl.lit(k), "parent")
        codes["parent"] = pl.when(pl.col("parent") == root).then(pl.lit(agency)).otherwise(inside)
    return below.with_columns(**codes)


def generate(source: Path, work: Path, agencies: int, times: int) -> list[Path]:
    """Homes with one published month each; those that stand from before are taken as they are."""
    month = max(source.glob("published/[0-9]*-[0-9]*/parquet"))
    original = {table.name: pl.read_parquet(month / f"{table.name}.parquet") for table in PUBLISHED}
    root = original["publication"]["agency"][0]
    homes = []
    for number in range(agencies):
        code, home = f"a{number:02d}", work / f"a{number:02d}"
        homes.append(home)
        folder = home / "published" / month.parent.name / "parquet"
        if folder.is_dir():
            continue
        frames = {name: copied(frame, name, code, root, times) for name, frame in original.items()}
        frames["publication"] = frames["publication"].with_columns(
            agency=pl.lit(code), agency_name=pl.lit(f"Agency {number:02d}"), run_id=pl.lit(f"{number:016x}")
        )
        write_parquet(folder, frames)
    return homes


def ask(database: Path) -> int:
    """Ask the questions of docs/nation.md, each on a fresh connection; the exit status."""
    slowest = 0.0
    for number, block in enumerate((one for one in blocks(page("docs/nation.md")) if one.lang == "sql"), 1):

        def answer(sql: str = block.text) -> int:
            with duckdb.connect(str(database), read_only=True) as con:
                return len(con.execute(sql).fetchall())

        spent, rows = cost(answer)
        slowest = max(slowest, spent.wall)
        print(f"  question {number:2}  {spent}   {rows:,} rows")
    print(f"  slowest {slowest / MOST_TO_ASK:.2f} of the {MOST_TO_ASK:g} s it may take")
    return 0 if slowest <= MOST_TO_ASK else 1


def main() -> int:
    """Exit status 0 where time and memory are kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=Path("chian-demo"), help="a home with a published month")
    parser.add_argument("--work", type=Path, required=True, help="folder for the generated homes; kept")
    parser.add_argument("--agencies", type=int, default=18)
    parser.add_argument("--times", type=int, default=3, help="stations and boxes of an agency, of those of the home")
    parser.add_argument("--copy", action="store_true")
    given = parser.parse_args()
    print(machine())
    homes = generate(given.home, given.work, given.agencies, given.times)
    return added_up(homes, given.work, copy=given.copy)


def added_up(homes: list[Path], work: Path, *, copy: bool) -> int:
    """Add homes up as headquarters does, then ask; the exit status."""
    size = sum(path.stat().st_size for home in homes for path in _published(home)) / 2**20
    rows, stations, boxes = counted(homes)
    print(f"{len(homes)} agencies, {stations:,} stations, {boxes:,} boxes: {rows:,} rows in {size:,.0f} MiB of Parquet")
    out = work / "nation.duckdb"
    words = ["nation", *map(str, homes), "--out", str(out), *(["--copy"] if copy else [])]
    chian = str(Path(sys.executable).with_name("chian"))
    spent, (status, peak) = cost(lambda: _run([chian, *words]))
    print(f"  chian nation {spent}   peak {peak:,.0f} MiB, exit status {status}")
    print(f"  {spent.wall / MOST_SECONDS:.2f} of the time and {peak / MOST_MEGABYTES:.2f} of the memory it may take")
    kept = status == 0 and spent.wall <= MOST_SECONDS and peak <= MOST_MEGABYTES
    return max(ask(out), 0 if kept else 1)


def _run(words: list[str]) -> tuple[int, float]:
    """Exit status of a command and the most memory it held, in MiB: its own, not that of other children."""
    process = subprocess.Popen(words, env=os.environ | {"CHIAN_LANG": "en"})
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, used.ru_maxrss / 1024


def _published(home: Path) -> list[Path]:
    return sorted(home.glob("published/[0-9]*-[0-9]*/parquet/*.parquet"))


def counted(homes: list[Path]) -> tuple[int, int, int]:
    """Rows of all tables, stations and boxes."""
    rows = stations = boxes = 0
    for home in homes:
        files = _published(home)
        rows += sum(pl.scan_parquet(path).select(pl.len()).collect().item() for path in files)
        levels = pl.read_parquet(next(path for path in files if path.stem == "district"))["level"]
        stations, boxes = stations + int((levels == "station").sum()), boxes + int((levels == "box").sum())
    return rows, stations, boxes


if __name__ == "__main__":
    raise SystemExit(main())
