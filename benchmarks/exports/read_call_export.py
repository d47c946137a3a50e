"""Reading a 112 export of a million rows, against the least that could be done with it.

Measured in one run, in turns: (a) the export into a fresh warehouse, every row judged, typed and accounted for;
(b) the same file transcoded to UTF-8 and read by DuckDB into a typed table of the same columns. The gate's own time on
what the month yields stands beside them.

    .venv/bin/python -m benchmarks.exports.read_call_export [--rows 1000000] [--rounds 5]
"""

import argparse
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from benchmarks.exports.generated_calls import agency_with_list_as_csv, write_hub, write_list
from benchmarks.measuring import Cost, cost, machine, median
from expectations.agency import Agency
from expectations.contracts import TABLES
from expectations.gate import Finding, check_table
from flows.computing.counting import count
from flows.planning.vintage import Vintage
from flows.settings import prepare_environment, prepare_prefect, read_settings
from flows.warehouse import StoredFile, Warehouse
from transforms.demonstration.call_exports import HUB_HEADER, LIST_HEADER
from transforms.exports import ExportFile, expand, match

MONTH, EXPORTED = date(2024, 3, 1), date(2024, 4, 5)
AIM = 4
NAMES = {"list": "사건검색리스트_202403_20240405.csv", "hub": "NPA_DCR_RCP_202403_20240405.txt"}
KEPT = {
    "list": tuple(name for name in LIST_HEADER if name not in ("신고내용", "종결내용", "종결보고자", "사건번호")),
    "hub": ("접수일자", "접수시간", "사건긴급코드", "사건종별명", "관할관서명", "신고종결명"),
}
"""The columns the layouts read; free text and places are left out on both sides."""
TYPES = {"접수일자": "DATE", "접수시간": "TIME", "도착시간": "TIMESTAMP"}
FORMAT = {
    "list": "delim = ',', quote = '\"', escape = '\"', dateformat = '%Y-%m-%d', timestampformat = '%Y-%m-%d %H:%M:%S'",
    "hub": "delim = '|', dateformat = '%Y%m%d'",
}
HEADERS: Mapping[str, tuple[str, ...]] = {"list": LIST_HEADER, "hub": HUB_HEADER}


def into_warehouse(path: Path, agency: Agency, home: Path) -> StoredFile:
    """(a) A fresh warehouse, the file told by its bytes, matched, read and stored in one transaction."""
    with Warehouse.open(home, wait_seconds=0) as warehouse:
        (file,) = expand(path, path.name)
        layout = match(path.name, agency)
        if not isinstance(file, ExportFile) or layout is None:
            raise RuntimeError(f"{path.name} is not read by any layout")
        return warehouse.store(file, layout, agency, EXPORTED)


def into_table(path: Path, shape: str, folder: Path) -> int:
    """(b) Transcoded a megabyte at a time, then one typed table; rows that do not fit the types are passed over."""
    text = folder / "utf8.csv"
    with path.open(encoding="cp949", newline="") as source, text.open("w", encoding="utf-8", newline="") as target:
        while piece := source.read(1 << 20):
            target.write(piece)
    columns = {name: TYPES.get(name, "VARCHAR") for name in HEADERS[shape]}
    kept = ", ".join(f'"{name}"' for name in KEPT[shape])
    with duckdb.connect(folder / "baseline.duckdb", config={"threads": 2}) as con:
        con.execute(
            f"create table calls as select {kept} from read_csv($path, header = true, auto_detect = false, "
            f"{FORMAT[shape]}, columns = {columns}, ignore_errors = true)",
            {"path": str(text)},
        )
        return int(con.execute("select count(*) from calls").fetchall()[0][0])


def compare(shape: str, path: Path, agency: Agency, rounds: int) -> float:
    """Print both sides' costs and their ratio; the ratio of the medians on the clock."""
    ours: list[Cost] = []
    baseline: list[Cost] = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            spent, rows = cost(lambda: into_table(path, shape, Path(folder)))
            baseline.append(spent)
        with tempfile.TemporaryDirectory() as folder:
            spent, stored = cost(lambda: into_warehouse(path, agency, Path(folder)))
            ours.append(spent)
    outcome = stored.outcome
    if outcome is None:
        raise RuntimeError(stored.sentence)
    read, base = median(ours), median(baseline)
    print(f"\n{shape}: {path.stat().st_size / 1e6:.0f} MB of CP949, median of {rounds} rounds")
    print(
        f"  into the warehouse   {read}   {outcome.rows_read:,} rows = {outcome.rows_accepted:,} accepted + "
        f"{outcome.rows_rejected} rejected + {outcome.rows_superseded} superseded + {outcome.rows_set_aside} set aside"
    )
    print(f"  transcode + read_csv {base}   {rows:,} rows")
    print(f"  ratio {read.wall / base.wall:.2f} on the clock, {read.cpu / base.cpu:.2f} of CPU   (at most {AIM})")
    return read.wall / base.wall


def gate(path: Path, agency: Agency, home: Path) -> None:
    """Print what the gate costs on the month, next to making what it looks at."""
    from flows import steps

    settings = read_settings({"CHIAN_HOME": str(home), "CHIAN_AGENCY": str(agency.folder)})
    vintage = Vintage(agency, MONTH, date(2024, 4, 10))
    into_warehouse(path, agency, home)
    with Warehouse.open(home, wait_seconds=0) as warehouse:
        resolved, _ = cost(lambda: warehouse.resolve(agency, vintage.as_of))
        counted, tables = cost(lambda: count(warehouse.con, vintage))
        inputs, found = cost(lambda: steps.check_inputs(warehouse, tables, vintage, settings.home, (), "en"))
    imported, _ = cost(lambda: check_table(TABLES["call_hour"], tables["call_hour"].head(0), agency))
    suites, more = cost(lambda: _suites(tables, agency))
    print("\nthe gate on the month, beside it")
    print(f"  resolve              {resolved}")
    print(f"  count                {counted}   {sum(table.height for table in tables.values()):,} rows counted")
    print(f"  check what came      {inputs}   {len(found)} findings")
    print(f"  import of the suites {imported}")
    print(f"  check counted tables {suites}   {len(more)} findings")


def _suites(tables: Mapping[str, pl.DataFrame], agency: Agency) -> list[Finding]:
    return [f for name, table in sorted(tables.items()) for f in check_table(TABLES[name], table, agency)]


def main() -> int:
    """Exit status 0 where both ratios keep their promise."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        settings = read_settings({"CHIAN_HOME": str(root / "home")})
        prepare_environment(settings)
        prepare_prefect(settings.home)
        agency = agency_with_list_as_csv(root / "agency")
        paths = {shape: root / name for shape, name in NAMES.items()}
        write_list(paths["list"], agency, MONTH, given.rows)
        write_hub(paths["hub"], agency, MONTH, given.rows)
        print(machine())
        ratios = [compare(shape, path, agency, given.rounds) for shape, path in paths.items()]
        gate(paths["list"], agency, root / "home")
        print(machine())
    return 0 if max(ratios) <= AIM else 1


if __name__ == "__main__":
    raise SystemExit(main())
