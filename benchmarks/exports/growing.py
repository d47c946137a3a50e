"""Exports of an agency so many times Gwangju's size: stations, boxes, calls and crimes so many times over.

Made up, the same bytes every time. One size is 2.9 million calls of 84 months and 1,000 crimes a month of 132 months in
216 files, of 5 stations and 40 boxes. Crimes have no points: nothing of places is in what is measured.
"""

import csv
import re
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.exports.generated_calls import agency_with_list_as_csv, write_list
from expectations.agency import Agency, load_agency
from expectations.months import add_months

LAST = date(2024, 3, 1)
EXPORTED = 3
"""Day of the next month that a month is exported on."""
CALLS, CALL_MONTHS = 2_900_000, 84
CRIMES_A_MONTH, CRIME_MONTHS = 1_000, 132
SEED = 20240410
OFFENCES = {
    "CA0329": 0.41,
    "CA0331": 0.06,
    "CA0260": 0.38,
    "CA0283": 0.08,
    "CA0298": 0.06,
    "CA0333": 0.006,
    "CA0250": 0.004,
}
"""Codes of offences, and their shares."""
CLEARED = 0.6


def growing_agency(folder: Path, times: int, origins: int, number: int | None = None) -> Agency:
    """An agency folder of so many times the packaged one's stations and boxes, with so many scored origins.

    Args:
        folder: Not there yet.
        times: How many sizes.
        origins: Months whose forecasts are scored.
        number: Of an agency of the nation: its codes and name are its own.
    """
    agency_with_list_as_csv(folder)
    path = folder / "districts.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if number is not None:
        rows = [_of_agency(row, number) for row in rows]
    stations = {row["code"] for row in rows if row["level"] == "station" and row["expected"] != "false"}
    below = [row for row in rows if row["code"] in stations or row["parent"] in stations]
    copies = [_copied(row, number, stations) for number in range(1, times) for row in below]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows([*rows, *copies])
    told = folder / "agency.toml"
    text = re.sub(r"score_origins = \d+", f"score_origins = {origins}", told.read_text("utf-8"))
    if number is not None:
        for name in ("code", "name", "name_en"):
            text = re.sub(rf"(?m)^{name} = .*$", f'{name} = "{rows[0][name]}"', text, count=1)
    told.write_text(text, "utf-8")
    return load_agency(folder)


def _of_agency(row: dict[str, str], number: int) -> dict[str, str]:
    """A district under an agency's own code; the agency itself under a name of its own."""
    own = row | {name: f"a{number:02d}-{row[name]}" if row[name] else "" for name in ("code", "parent")}
    named = {"name": f"가상{number:02d}경찰청", "name_en": f"Agency {number:02d}", "aliases": ""}
    return own | (named if row["level"] == "agency" else {})


def _copied(row: dict[str, str], number: int, stations: set[str]) -> dict[str, str]:
    """A station or box of another name below a station of its copy's."""
    is_station = row["code"] in stations
    return row | {
        "code": f"{row['code']}-{number}",
        "name": f"가상{number} {row['name']}",
        "name_en": f"{row['name_en']} {number}",
        "aliases": "",
        "parent": row["parent"] if is_station else f"{row['parent']}-{number}",
        "tile_x": "",
        "tile_y": "",
    }


def write_exports(
    inbox: Path,
    agency: Agency,
    times: int,
    part: float = 1.0,
    months: tuple[int, int] = (CALL_MONTHS, CRIME_MONTHS),
) -> int:
    """Write the files into the inbox, those that stand there left as they are; how many there are.

    Args:
        inbox: The home's.
        agency: Of `growing_agency`.
        times: How many sizes.
        part: Of the rows of one size; 0.01 is for a look that takes seconds.
        months: Of calls and of crimes, up to the last.
    """
    inbox.mkdir(parents=True, exist_ok=True)
    for ago in range(months[0]):
        month = add_months(LAST, -ago)
        share = int(CALLS * times * part) // CALL_MONTHS
        path = inbox / f"시연_사건검색리스트_{_dates(month)}.csv"
        _whole(path, partial(write_list, agency=agency, month=month, rows=share))
    for ago in range(months[1]):
        month = add_months(LAST, -ago)
        share = int(CRIMES_A_MONTH * times * max(part, 0.1))
        _whole(inbox / f"시연_발생사건_{_dates(month)}.csv", partial(_write_crimes, agency, month, share))
    return sum(1 for _ in inbox.iterdir())


def _dates(month: date) -> str:
    return f"{month:%Y%m}_{add_months(month, 1).replace(day=EXPORTED):%Y%m%d}"


def _whole(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file unless it stands; half a file is never taken for one."""
    if path.exists():
        return
    aside = path.parent.parent / f"{path.name}.part"
    write(aside)
    aside.rename(path)


def _write_crimes(agency: Agency, month: date, rows: int, path: Path) -> None:
    """One month's cases as CP949 CSV: theft and violence for the most part, more at some boxes than at others."""
    rng = np.random.default_rng((SEED, month.year, month.month))
    boxes = [d for d in agency.districts if d.level == "box" and not d.unknown]
    names = {d.code: d.name for d in agency.districts}
    weights = np.random.default_rng(SEED).gamma(2.0, size=len(boxes))
    place = rng.choice(len(boxes), rows, p=weights / weights.sum())
    days = (add_months(month, 1) - month).days
    minute = np.sort(rng.integers(0, days * 1440, rows))
    before = rng.geometric(1 / 600, rows)
    codes = list(OFFENCES)
    shares = np.array(list(OFFENCES.values()))
    drawn = pl.DataFrame(
        {
            "code": rng.choice(codes, rows, p=shares / shares.sum()),
            "number": np.arange(1, rows + 1),
            "minute": minute,
            "before": before,
            "cleared": rng.random(rows) < CLEARED,
            "station": pl.Series([names[str(box.parent)] for box in boxes]).gather(place),
            "box": pl.Series([box.name for box in boxes]).gather(place),
        }
    )
    recorded = pl.lit(month).cast(pl.Datetime("us")) + pl.duration(minutes="minute")
    occurred = recorded - pl.duration(minutes="before")
    table = drawn.select(
        (pl.lit(f"D{month:%Y%m}-") + pl.col("number").cast(pl.String).str.zfill(7)).alias("사건번호"),
        recorded.dt.strftime("%Y-%m-%d").alias("접수일자"),
        occurred.dt.strftime("%Y-%m-%d %H:%M").alias("발생일시"),
        pl.col("station").alias("관할경찰서"),
        pl.col("box").alias("관할지구대"),
        pl.col("code").alias("죄명코드"),
        pl.when("cleared").then(pl.lit("Y")).otherwise(pl.lit("N")).alias("검거여부"),
        pl.lit("1").alias("건수"),
    )
    path.write_bytes(table.write_csv(line_terminator="\r\n").encode("cp949"))
