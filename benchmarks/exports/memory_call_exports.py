"""Peak memory of five million 112 calls over sixty months: read, stored, resolved and counted.

The work is done in a process of its own, and the exports are made in another: on Linux a process's peak counts what its
parent held when it was started, so this one stays small.

    .venv/bin/python -m benchmarks.exports.memory_call_exports [--rows 5000000] [--months 60]
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

OWN = (sys.executable, "-m", "benchmarks.exports.memory_call_exports")
AIM = 2048
KIB_A_MIB = 1024  # ru_maxrss is in KiB
LAST = date(2024, 3, 1)


def make(root: Path, rows: int, months: int) -> None:
    """Write the exports, one a month in the officers' list shape, into the home's inbox."""
    from benchmarks.exports.generated_calls import agency_with_list_as_csv, write_list
    from expectations.months import add_months

    agency = agency_with_list_as_csv(root / "agency")
    inbox = root / "home" / "inbox"
    inbox.mkdir(parents=True)
    for ago in range(months):
        month = add_months(LAST, -ago)
        exported = add_months(month, 1).replace(day=3)
        share = rows * (ago + 1) // months - rows * ago // months
        write_list(inbox / f"사건검색리스트_{month:%Y%m}_{exported:%Y%m%d}.csv", agency, month, share)


def bring(root: Path) -> int:
    """Do what a month's run does up to its counted tables, and print the peak after each stage; the last, in MiB."""
    started = time.perf_counter()
    from expectations.agency import load_agency
    from flows.computing.counting import count
    from flows.planning.vintage import Vintage
    from flows.settings import read_settings
    from flows.warehouse import Warehouse

    agency = load_agency(root / "agency")
    settings = read_settings({"CHIAN_HOME": str(root / "home"), "CHIAN_AGENCY": str(agency.folder)})
    vintage = Vintage(agency, LAST, date(2024, 4, 10))
    _tell("import", started, "")
    with Warehouse.open(settings.home.root, wait_seconds=0) as warehouse:
        found = warehouse.collect(settings.home.inbox, agency, vintage.as_of)
        _tell("collect", started, f"{len(found.files)} files")
        stored = [warehouse.store(new.file, new.layout, agency, new.received_on) for new in found.files]
        outcomes = [one.outcome for one in stored if one.outcome is not None]
        read, accepted = (sum(getattr(o, f"rows_{fate}") for o in outcomes) for fate in ("read", "accepted"))
        _tell("store", started, f"{read:,} rows read, {accepted:,} accepted")
        rebuilt = warehouse.resolve(agency, vintage.as_of)
        _tell("resolve", started, f"{len(rebuilt)} months of core tables")
        tables = count(warehouse.con, vintage)
        calls = tables["call_month"].filter(level="agency", call_group="all", urgency="all")["calls"].sum()
        return _tell(
            "count", started, f"{sum(t.height for t in tables.values()):,} rows, {calls:,} calls in call_month"
        )


def _tell(stage: str, started: float, what: str) -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // KIB_A_MIB
    print(f"  {stage:8} peak {peak:6,} MiB after {time.perf_counter() - started:6.1f} s   {what}", flush=True)
    return peak


def main() -> int:
    """Exit status 0 where the peak keeps its promise."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--months", type=int, default=60)
    parser.add_argument("--bring", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--make", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.make:
        make(given.make, given.rows, given.months)
        return 0
    if given.bring:
        peak = bring(given.bring)
        print(f"  peak {peak / AIM:.2f} of the {AIM:,} MiB it may reach")
        return 0 if peak <= AIM else 1
    with tempfile.TemporaryDirectory() as folder:
        size = ["--rows", str(given.rows), "--months", str(given.months)]
        subprocess.run([*OWN, "--make", folder, *size], check=True)
        total = sum(path.stat().st_size for path in Path(folder).rglob("*.csv"))
        print(f"{given.rows:,} calls in {given.months} monthly exports, {total / 1e6:,.0f} MB of CP949", flush=True)
        return subprocess.run([*OWN, "--bring", folder], check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
