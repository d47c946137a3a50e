"""A made-up agency of two stations, its layouts written by each test, and a way to read bytes through them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from expectations.agency import Agency, load_agency
from transforms.exports import ExportFile, Outcome, Reading, expand, match, read_export

AGENCY = """
code = "hana"
name = "하나경찰청"
name_en = "Hana Police"
timezone = "Asia/Seoul"
language = "en"
crime_types = [{ code = "theft", name = "절도", name_en = "Theft", forecast = true },
               { code = "violence", name = "폭력", name_en = "Violence" }]
call_groups = [{ code = "theft", name = "절도", name_en = "Theft" }]
urgencies = [{ code = "C0", name = "긴급", name_en = "Urgent", dispatched = true },
             { code = "C1", name = "중요", name_en = "Important", dispatched = true }]
"""
DISTRICTS = """code,name,name_en,aliases,level,parent,valid_from,valid_to,expected
hana,하나경찰청,Hana Police,광주,agency,,,,
east,동부경찰서,East,동부|동부서,station,hana,,,
west,서부경찰서,West,서부,station,hana,,,
desk,하나경찰청 직할,Headquarters,본청,station,hana,,,false
east-woosan,우산지구대,Woosan East,우산,box,east,,,
west-woosan,우산지구대,Woosan West,우산,box,west,,,
"""
CODES = "code,name,group\n104,절도,theft\n201,폭력,violence\n"

CRIME = """
name = "crime"
kind = "crime"
title = "발생"
title_en = "Crimes"
files = ["crime_*.csv"]
format = "csv"
encodings = ["utf-8", "cp949"]
counted_by = "recorded"
levels = ["station", "box"]
codes = "codes"
key = ["incident_id"]
[period]
covers = "month"
pattern = '_(?P<year>\\d{4})-(?P<month>\\d\\d)'
[columns]
incident_id = { names = ["id"] }
recorded_date = { names = ["day"] }
station = { names = ["station"] }
box = { names = ["box"], required = false }
offence_code = { names = ["code"] }
incidents = { names = ["count"], required = false }
"""


@dataclass
class Read:
    """A file read to its end."""

    rows: pl.DataFrame
    outcome: Outcome
    reading: Reading

    @property
    def reasons(self) -> list[tuple[int, str]]:
        return list(self.outcome.rejected.select("row_number", "reason").iter_rows())


def read_all(file: ExportFile, agency: Agency, received: date = date(2030, 1, 1)) -> Read:
    """Read a file by the layout its name fits, and hold its account against itself."""
    layout = match(file.name, agency)
    assert layout is not None, f"no layout for {file.name}"
    reading = read_export(file, layout, agency, received)
    batches = list(reading.batches())
    out = reading.outcome
    accounted = out.rows_accepted + out.rows_rejected + out.rows_superseded + out.rows_set_aside
    assert out.rows_read == accounted, out
    assert out.rejected.height == out.rows_rejected
    return Read(pl.concat(batches), out, reading)


@pytest.fixture
def hana(tmp_path: Path) -> Callable[..., Agency]:
    """Load the made-up agency with the given layouts."""

    def load(*layouts: str, **changes: str) -> Agency:
        folder = tmp_path / "hana"
        (folder / "codes").mkdir(parents=True, exist_ok=True)
        (folder / "sources").mkdir(exist_ok=True)
        (folder / "agency.toml").write_text(changes.get("agency", AGENCY), "utf-8")
        (folder / "districts.csv").write_text(changes.get("districts", DISTRICTS), "utf-8")
        (folder / "codes" / "codes.csv").write_text(CODES, "utf-8")
        for n, layout in enumerate(layouts or (CRIME,)):
            (folder / "sources" / f"{n}.toml").write_text(layout, "utf-8")
        return load_agency(folder)

    return load


@pytest.fixture
def crime_layout() -> str:
    """The made-up agency's monthly crime export."""
    return CRIME


@pytest.fixture
def plain_layout(crime_layout: str) -> str:
    """The same without case numbers, boxes and counts: station, day and code."""
    lines = crime_layout.replace('key = ["incident_id"]\n', "").splitlines(keepends=True)
    kept = "".join(line for line in lines if not line.startswith(("incident_id", "box", "incidents")))
    return kept.replace('["station", "box"]', '["station"]')


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str, bytes | str], ExportFile]:
    """Put bytes under a name and open them as an export."""

    def put(name: str, data: bytes | str) -> ExportFile:
        path = tmp_path / "inbox" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        [found] = expand(path, name)
        assert isinstance(found, ExportFile)
        return found

    return put


@pytest.fixture
def read(hana: Callable[..., Agency], file: Callable[..., ExportFile]) -> Callable[..., Read]:
    """Read bytes under a name as an export of the made-up agency."""

    def run(name: str, data: bytes | str, *layouts: str, received: date = date(2030, 1, 1)) -> Read:
        return read_all(file(name, data), hana(*layouts), received)

    return run


@pytest.fixture
def folder_read() -> Callable[[Path, Path], tuple[dict[str, Read], list[str]]]:
    """Read every file below a folder as exports of an agency folder; by name, with the files no layout knows."""

    def run(agency_folder: Path, inbox: Path) -> tuple[dict[str, Read], list[str]]:
        agency = load_agency(agency_folder)
        done, left = {}, []
        for path in sorted(p for p in inbox.rglob("*") if p.is_file()):
            [found] = expand(path, path.name)
            assert isinstance(found, ExportFile)
            if match(found.name, agency) is None:
                left.append(found.name)
            else:
                done[found.name] = read_all(found, agency)
        return done, left

    return run
