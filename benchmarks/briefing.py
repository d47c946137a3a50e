"""What it takes to brief every audience of a published month: pages and workbooks, then the pages' prints.

    .venv/bin/python -m benchmarks.briefing --home chian-demo [--rounds 3] [--lang en] [--workers 2]

Reads the published Parquet files of the newest month, makes the documents in this process, or in so many of their own,
and throws them away. Prints are made afterwards where a Chromium is on the PATH; a run makes them meanwhile.
Exit status 0 where all of it takes at most 30 s and no page is over 5 MB.
"""

import argparse
import os
import shutil
from pathlib import Path

import polars as pl

from benchmarks.measuring import Cost, cost, machine, median
from expectations.agency import Agency, load_agency, packaged
from expectations.contracts import PUBLISHED
from flows.briefing import Documents, documents, prints, readers
from flows.computing.processes import processes
from flows.settings import CHROMIUM, Settings, read_settings

AIM_SECONDS, AIM_BYTES = 30.0, 5_000_000


def newest(home: Path) -> Path:
    """Folder of the newest published month's Parquet files.

    Raises:
        SystemExit: Nothing is published there.
    """
    found = sorted(home.glob("published/[0-9]*-[0-9]*/parquet"))
    if not found:
        raise SystemExit(f"nothing is published in {home}; make demo first, or name another --home")
    return found[-1]


def whole(tables: dict[str, pl.DataFrame], agency: Agency, lang: str, settings: Settings) -> Documents:
    """Every audience's documents, the processes that make them begun for it."""
    with processes(settings) as others:
        return documents(tables, agency, lang, others=others)


def main() -> int:
    """Exit status 0 where both promises are kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=Path("chian-demo"), help="a home with a published month")
    parser.add_argument("--agency", type=Path, default=packaged(), help="its agency folder")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--lang", choices=("ko", "en"), default="ko")
    parser.add_argument("--workers", type=int, default=1, help="processes, as CHIAN_WORKERS")
    given = parser.parse_args()
    agency, folder = load_agency(given.agency), newest(given.home)
    tables = {table.name: pl.read_parquet(folder / f"{table.name}.parquet") for table in PUBLISHED}
    as_of = tables["publication"]["as_of"].item()
    program = next((path for name in CHROMIUM if (path := shutil.which(name, path=os.environ.get("PATH")))), None)
    settings = read_settings({"CHIAN_HOME": str(given.home), "CHIAN_WORKERS": str(given.workers)})
    print(machine())
    made_in, printed_in, largest = [], [], 0
    for _ in range(given.rounds):
        spent, made = cost(lambda: whole(tables, agency, given.lang, settings))
        made_in.append(spent)
        largest = max(len(content) for name, content in made.items() if name.endswith(".html"))
        spent, printed = cost(lambda made=made: prints(made, Path(program) if program else None, as_of))
        if printed.files:
            printed_in.append(spent)
    print(f"  {readers(made)} audiences of {folder.parent.name}, median of {given.rounds}")
    print(f"  pages and workbooks  {median(made_in)}   largest page {largest / 1e6:.2f} MB")
    if printed_in:
        print(f"  prints               {median(printed_in)}")
    else:
        print(f"  prints               none: {printed.why_not or 'no Chromium on the PATH'}")
    took = median(made_in).wall + (median(printed_in) if printed_in else Cost(0, 0)).wall
    print(f"  together {took:.1f} of the {AIM_SECONDS:.0f} s it may take")
    return 0 if took <= AIM_SECONDS and largest <= AIM_BYTES else 1


if __name__ == "__main__":
    raise SystemExit(main())
