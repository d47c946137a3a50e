"""What one more small export costs after 50, 400 and 800 have been read: CPU per file, which must not grow.

    .venv/bin/python -m benchmarks.exports.many_files

Every file is a delivery of a month of the packaged agency's crimes with a few dozen rows, so that next to nothing of
its cost is that of its rows; each month is delivered eight times, with other rows. They are stored as a run stores what
it finds, and CPU is that of the whole process, DuckDB's threads included; it is told for the files before each place.
"""

import argparse
import tempfile
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from benchmarks.measuring import machine, own_cpu
from expectations.agency import Agency, load_agency, packaged
from expectations.months import add_months
from flows.warehouse import Incoming, Warehouse

ROWS, LAST, DELIVERIES = 40, date(2024, 3, 1), 8
HEADER = "사건번호,접수일자,발생일시,관할경찰서,관할지구대,죄명코드,죄명,X좌표,Y좌표,검거여부,건수"
PLACES = (("광주동부경찰서", "금남지구대"), ("광주서부경찰서", "상무지구대"), ("광주북부경찰서", "용봉지구대"))


def small_export(number: int, code: str) -> tuple[str, bytes]:
    """Name and bytes of one file, the newest month's first."""
    month, again = add_months(LAST, -(number // DELIVERIES)), number % DELIVERIES
    lines = [HEADER]
    for n in range(ROWS):
        day = month + timedelta(days=n % 28)
        station, box = PLACES[n % len(PLACES)]
        where = f"{947100 + 37 * n}.0,{1684000 + 11 * n}.0"
        lines.append(
            f"D{month:%Y%m}-{n:06d},{day},{day} {n % 24:02d}:{again:02d},{station},{box},{code},절도,{where},N,1"
        )
    made = add_months(month, 1) + timedelta(days=again)
    return f"시연_발생사건_{month:%Y%m}_{made:%Y%m%d}.csv", ("\r\n".join(lines) + "\r\n").encode("cp949")


def main() -> None:
    """Read them all and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--around", type=int, default=40, help="files told together")
    parser.add_argument("--places", type=int, nargs="+", default=[50, 400, 800])
    asked = parser.parse_args()
    agency = load_agency(packaged())
    layout = next(one for one in agency.layouts if one.name == "gwangju_crime")
    theft = next(
        code.code for code in agency.codes[layout.codes].values() if code.group == "theft" and code.code != "*"
    )
    with tempfile.TemporaryDirectory() as folder:
        inbox, home = Path(folder, "inbox"), Path(folder, "home")
        inbox.mkdir()
        for number in range(max(asked.places)):
            name, content = small_export(number, theft)
            (inbox / name).write_bytes(content)
        with Warehouse.open(home, wait_seconds=0) as warehouse:
            found = warehouse.collect(inbox, agency, date(2024, 4, 20), look_seconds=0)
            took, done = {}, 0
            for place in asked.places:
                first = max(done, place - asked.around)
                _store(warehouse, found.files[done:first], agency)
                begun = own_cpu()
                _store(warehouse, found.files[first:place], agency)
                took[place], done = 1000 * (own_cpu() - begun) / (place - first), place
    print(machine())
    for place, milliseconds in took.items():
        print(f"{place:5d} files read: {milliseconds:5.1f} ms of CPU for one more")


def _store(warehouse: Warehouse, files: Sequence[Incoming], agency: Agency) -> None:
    """Store files as a run does, all of which are to be accepted."""
    for stored in warehouse.store_all(files, agency):
        if stored.status != "accepted":
            raise SystemExit(stored.sentence)


if __name__ == "__main__":
    main()
